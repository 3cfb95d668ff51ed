// Package migrations embeds the schema, so that one binary can create it.
package migrations

import "embed"

// FS holds the numbered migrations, in golang-migrate's naming.
//
//go:embed [0-9]*.sql
var FS embed.FS

// Roles is the idempotent script that creates the cluster-wide roles; it needs
// CREATEROLE and runs before the first migration.
//
//go:embed roles.sql
var Roles string
