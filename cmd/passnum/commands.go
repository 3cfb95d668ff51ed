package main

import "passnum/internal/app"

// commands is the table of everything the program does, in the order in which
// someone who installs it needs them.
func commands() []command {
	return []command{
		migrateCommand(),
		keysCommand(),
		adminCommand(),
		demoCommand(),
		serveCommand(),
		workCommand(),
		tokenCommand(),
		bankImportCommand(),
		verifyCommand(),
		packCommand(),
		exitExportCommand(),
		exitVerifyCommand(),
		exitImportCommand(),
		resetCommand(),
		withPostgresCommand(),
		devCommand(application{loadDemo: app.LoadDemoIfEmpty, serve: serveDevelopment}),
	}
}
