package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"passnum/internal/postgres/embedded"
)

const testDatabaseURL = "TEST_DATABASE_URL"

func withPostgresCommand() command {
	return command{
		name:      "with-postgres",
		arguments: "[--durable] -- PROGRAMME [ARGUMENTS]",
		summary:   "Exécute un programme à côté d’un PostgreSQL jetable.",
		help: `Démarre un PostgreSQL privé dans un dossier temporaire, met son adresse (superutilisateur)
dans TEST_DATABASE_URL, exécute le programme, puis arrête et efface tout. Rend le code de
sortie du programme. Si TEST_DATABASE_URL est déjà définie, ce serveur-là est utilisé.

  --durable   garde les promesses de PostgreSQL en cas de panne (plus lent) : pour mesurer`,
		example: "passnum with-postgres -- go test ./...",
		hidden:  true,
		run:     withPostgres,
	}
}

func withPostgres(ctx context.Context, arguments []string, std streams) error {
	flags := newFlags("with-postgres")
	durable := flags.Bool("durable", false, "")
	if err := flags.Parse(arguments); err != nil {
		return misuse("option inconnue (%s)", err)
	}
	if flags.NArg() == 0 {
		return misuse("il manque le programme à exécuter, après « -- »")
	}
	program := exec.Command(flags.Arg(0), flags.Args()[1:]...)
	program.Stdin, program.Stdout, program.Stderr = std.in, std.out, std.err
	program.Env = os.Environ()
	if os.Getenv(testDatabaseURL) == "" {
		server, err := embedded.StartTemporary(ctx, *durable)
		if err != nil {
			return err
		}
		program.Env = append(program.Env, testDatabaseURL+"="+server.SuperuserURL("postgres"))
		return errors.Join(runForwarding(program), server.Stop())
	}
	return runForwarding(program)
}

// runForwarding runs a program to its end, passing on the signals we receive:
// it decides when to stop, and the database stops after it.
func runForwarding(program *exec.Cmd) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(signals)
	if err := program.Start(); err != nil {
		return fmt.Errorf("impossible d’exécuter « %s » : %w", program.Path, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	for {
		select {
		case received := <-signals:
			_ = program.Process.Signal(received) // it may have just ended
		case err := <-ended:
			return exitStatus(program, err)
		}
	}
}

func exitStatus(program *exec.Cmd, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	if state, ok := exit.Sys().(syscall.WaitStatus); ok && state.Signaled() {
		return childError(128 + int(state.Signal()))
	}
	return childError(program.ProcessState.ExitCode())
}
