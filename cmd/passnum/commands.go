package main

// commands is the table of everything the program does, in the order in which
// someone who installs it needs them.
func commands() []command {
	return []command{
		migrateCommand(),
		keysCommand(),
		adminCommand(),
		serveCommand(),
		workCommand(),
		tokenCommand(),
		resetCommand(),
		withPostgresCommand(),
		devCommand(application{loadDemo: noDemo, serve: serveDevelopment}),
	}
}
