package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"

	"passnum/internal/config"
)

// Where make run keeps its state, relative to the checkout.
const (
	stateDir      = "var"
	databaseState = "postgres"
	valuesFile    = "dev.env"
)

// environment answers the process's variables. In a checkout where make run has
// written its own values, they complete it, so that « passnum verify » finds
// the development database by itself; a database given by name turns that off.
func environment() func(string) string {
	if os.Getenv(config.DatabaseURL) != "" || os.Getenv(config.OwnerURL) != "" {
		return os.Getenv
	}
	values := readValues(filepath.Join(stateDir, valuesFile))
	return func(name string) string {
		if value, given := os.LookupEnv(name); given {
			return value
		}
		return values[name]
	}
}

// readValues reads lines of NAME='value', as writeValues writes them. A missing
// file holds nothing.
func readValues(path string) map[string]string {
	values := map[string]string{}
	file, err := os.Open(path)
	if err != nil {
		return values
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		name, value, found := strings.Cut(lines.Text(), "=")
		if found && !strings.HasPrefix(name, "#") {
			values[name] = strings.Trim(value, "'")
		}
	}
	return values
}
