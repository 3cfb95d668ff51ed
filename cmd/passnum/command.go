package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one thing the program does.
type command struct {
	// name is one or two words.
	name string
	// arguments shows what follows the name.
	arguments string
	// summary is one line for the list of commands.
	summary string
	// help explains, after the usage line; example is one command line.
	help, example string
	// hidden keeps a command that only make calls out of the list.
	hidden bool

	run func(ctx context.Context, arguments []string, std streams) error
}

func (c command) page() string {
	usage := strings.TrimSpace("passnum " + c.name + " " + c.arguments)
	return fmt.Sprintf("%s\n\nUsage : %s\n\n%s\n\nExemple :\n  %s\n", c.summary, usage, strings.TrimSpace(c.help), c.example)
}

func overview(table []command) string {
	var text strings.Builder
	text.WriteString("Passnum : commander, remettre, utiliser et payer des Pass numériques.\n\nUsage : passnum COMMANDE [OPTIONS]\n\nCommandes :\n")
	for _, listed := range table {
		if !listed.hidden {
			fmt.Fprintf(&text, "  %-14s %s\n", listed.name, listed.summary)
		}
	}
	text.WriteString("\n« passnum COMMANDE --help » explique une commande et en montre un exemple.\n")
	return text.String()
}

func isHelp(argument string) bool { return slices.Contains([]string{"-h", "--help", "help"}, argument) }

// wantsHelp looks no further than « -- »: what follows belongs to another program.
func wantsHelp(arguments []string) bool {
	for _, argument := range arguments {
		if argument == "--" {
			return false
		}
		if argument == "-h" || argument == "--help" {
			return true
		}
	}
	return false
}

// misuseError is a wrong command line, answered with the exit status 2.
type misuseError struct{ sentence string }

func (e *misuseError) Error() string { return e.sentence }

// misuse says in one clause what is wrong with the command line.
func misuse(format string, arguments ...any) error {
	return &misuseError{sentence: fmt.Sprintf(format, arguments...)}
}

// childError is the exit status of a program run on someone's behalf, which has
// already said what went wrong.
type childError int

func (e childError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// newFlags makes the options of a command; readFlags reads them.
func newFlags(name string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	return flags
}

// readFlags reads the options of a command that takes no other argument.
func readFlags(flags *flag.FlagSet, arguments []string) error {
	if err := flags.Parse(arguments); err != nil {
		return misuse("option inconnue ou valeur fausse (%s)", err)
	}
	if flags.NArg() > 0 {
		return misuse("argument inattendu « %s »", flags.Arg(0))
	}
	return nil
}
