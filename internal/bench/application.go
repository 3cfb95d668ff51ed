package main

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"passnum/internal/app"
	"passnum/internal/config"
)

// application is the product as « passnum serve » makes it, on the bench's
// database, whose log is written and thrown away.
func (b *bench) application(ctx context.Context) (*app.App, error) {
	base, err := url.Parse("http://127.0.0.1:8080")
	if err != nil {
		return nil, err
	}
	cfg := config.Config{
		Addr: "127.0.0.1:0", BaseURL: base, Development: true, AllowUnsafeDatabase: true,
		Database:   config.Database{App: config.Secret(b.url), Owner: config.Secret(b.url)},
		CodeKeys:   config.Secret(b.keyList),
		SessionKey: config.Secret(strings.Repeat("b", 32)),
		SigningKey: config.Secret(strings.Repeat("k", 32)),
		Operator:   config.Operator{Name: "Bench", SIRET: "99900001100018", IBAN: "FR7630006000011234567890189", Street: "1 rue", PostalCode: "23000", Town: "Guéret"},
	}
	return app.New(ctx, cfg, slog.New(slog.NewJSONHandler(io.Discard, nil)))
}
