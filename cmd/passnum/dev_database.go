package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"passnum/internal/config"
	"passnum/internal/postgres"
	"passnum/internal/postgres/embedded"
)

const (
	databaseName = "passnum"
	appRole      = "passnum_app"
)

// devDatabase is the database of make run: private, or one given by address.
type devDatabase struct {
	app, owner string // addresses; no owner means that the schema is not ours to change
	lost       <-chan struct{}
	stop       func() error
}

func (d development) openDatabase(ctx context.Context) (devDatabase, error) {
	if given := d.getenv(config.DatabaseURL); given != "" {
		return d.givenDatabase(ctx, given, d.getenv(config.OwnerURL))
	}
	server, err := embedded.Start(ctx, embedded.Options{
		Dir:     filepath.Join(d.dir, databaseState),
		Durable: true,
		Notices: d.std.err,
	})
	if err != nil {
		return devDatabase{}, err
	}
	err = postgres.Bootstrap(ctx, server.SuperuserURL("postgres"), databaseName, server.Password())
	if err != nil {
		return devDatabase{}, errors.Join(err, server.Stop())
	}
	return devDatabase{
		app:   server.URL(databaseName, appRole),
		owner: server.SuperuserURL(databaseName),
		lost:  server.Exited(),
		stop:  server.Stop,
	}, nil
}

// givenDatabase uses someone else's server. One address that may create roles
// is enough: the application gets its own role from it, because row-level
// security does not hold back a superuser.
func (d development) givenDatabase(ctx context.Context, app, owner string) (devDatabase, error) {
	database := devDatabase{app: app, owner: owner, stop: func() error { return nil }}
	if owner != "" {
		return database, nil
	}
	privileged, err := mayCreateRoles(ctx, app)
	if err != nil {
		return devDatabase{}, fmt.Errorf("la base de %s ne répond pas : %w", config.DatabaseURL, err)
	}
	if !privileged {
		return database, nil
	}
	address, err := url.Parse(app)
	if err != nil {
		return devDatabase{}, fmt.Errorf("%s n’est pas une adresse postgres:// valide", config.DatabaseURL)
	}
	password := rand.Text()
	name := address.Path[min(1, len(address.Path)):]
	if err := postgres.Bootstrap(ctx, app, name, password); err != nil {
		return devDatabase{}, err
	}
	address.User = url.UserPassword(appRole, password)
	database.app, database.owner = address.String(), app
	return database, nil
}

func mayCreateRoles(ctx context.Context, address string) (may bool, err error) {
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		return false, err
	}
	defer connection.Close(context.WithoutCancel(ctx))
	err = connection.QueryRow(ctx,
		"SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").Scan(&may)
	return may, err
}
