// Command passnum is the whole of Passnum in one binary: the web server, the
// background jobs, the schema and the tools of whoever runs it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit statuses of the program.
const (
	exitFailure = 1
	exitMisuse  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, commands(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run finds the command that the arguments name, runs it and answers the exit
// status. Errors are one sentence on the error stream.
func run(ctx context.Context, table []command, arguments []string, std streams) int {
	if len(arguments) == 0 || isHelp(arguments[0]) {
		fmt.Fprint(std.out, overview(table))
		return 0
	}
	found, rest := find(table, arguments)
	if found == nil {
		fmt.Fprintf(std.err, "passnum : commande inconnue « %s » ; « passnum --help » donne la liste.\n", arguments[0])
		return exitMisuse
	}
	if wantsHelp(rest) {
		fmt.Fprint(std.out, found.page())
		return 0
	}
	return status(found, found.run(ctx, rest, std), std.err)
}

func status(ran *command, err error, out io.Writer) int {
	var misuse *misuseError
	var child childError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &child):
		return int(child)
	case errors.As(err, &misuse):
		fmt.Fprintf(out, "passnum %s : %s ; « passnum %s --help » montre un exemple.\n", ran.name, misuse.sentence, ran.name)
		return exitMisuse
	default:
		fmt.Fprintf(out, "passnum %s : %s\n", ran.name, err)
		return exitFailure
	}
}

// find prefers the longest name, so that « demo codes » is not « demo ».
func find(table []command, arguments []string) (*command, []string) {
	var found *command
	words := 0
	for i := range table {
		name := strings.Fields(table[i].name)
		if len(name) > words && len(name) <= len(arguments) && strings.Join(arguments[:len(name)], " ") == table[i].name {
			found, words = &table[i], len(name)
		}
	}
	return found, arguments[words:]
}
