package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"passnum/internal/config"
)

// configure completes the process's variables with development values, and
// keeps those in a file that only this user can read.
func (d development) configure(database devDatabase) (config.Config, error) {
	path := filepath.Join(d.dir, valuesFile)
	values := readValues(path)
	for name, make := range map[string]func() string{config.CodeKeys: newCodeKey, config.SessionKey: newSeed, config.SigningKey: newSeed} {
		if values[name] == "" {
			values[name] = make()
		}
	}
	for name, value := range map[string]string{
		config.Environment:             "development",
		"PASSNUM_OPERATOR_NAME":        "Opérateur de démonstration",
		"PASSNUM_OPERATOR_SIRET":       "99900001100018",
		"PASSNUM_OPERATOR_IBAN":        "FR7630006000011234567890189",
		"PASSNUM_OPERATOR_BIC":         "AGRIFRPP",
		"PASSNUM_OPERATOR_STREET":      "1 place de la Mairie",
		"PASSNUM_OPERATOR_POSTAL_CODE": "23000",
		"PASSNUM_OPERATOR_TOWN":        "Guéret",
		"PASSNUM_OPERATOR_EMAIL":       "contact@demo.passnum.test",
	} {
		values[name] = value
	}
	values[config.DatabaseURL], values[config.OwnerURL] = database.app, database.owner
	if err := writeValues(path, values); err != nil {
		return config.Config{}, err
	}
	return config.Load(func(name string) string {
		given := d.getenv(name)
		if given == "" || name == config.DatabaseURL || name == config.OwnerURL {
			return values[name]
		}
		return given
	})
}

// writeValues replaces the file in one step: a tool may be reading it.
func writeValues(path string, values map[string]string) error {
	var text strings.Builder
	text.WriteString("# Valeurs de développement, écrites par « make run » ; « make reset » les efface.\n")
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&text, "%s='%s'\n", name, values[name])
	}
	unfinished := path + ".new"
	if err := os.WriteFile(unfinished, []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("write the development values: %w", err)
	}
	if err := os.Rename(unfinished, path); err != nil {
		return fmt.Errorf("write the development values: %w", err)
	}
	return nil
}
