package demo

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/installation"
	"passnum/internal/postgres"
)

// Line is one chèque of the demonstration, with its code in clear.
type Line struct {
	Code   code.Code
	Serial string
	Rank   int
	State  string
}

type lineRow struct {
	ID     uuid.UUID
	KeyID  string
	Serial string
	Rank   int
	State  string
}

// Codes lists chèques of a demonstration database, newest orders last; state is
// a chèque's state, or "" for all. « actif » and « active » mean redeemable now by
// the demonstration structure for any service. ErrNotDemo on a real installation.
func Codes(ctx context.Context, db *postgres.DB, keys *code.Keyring, state string, limit int) ([]Line, error) {
	if is, err := installation.IsDemo(ctx, db); err != nil || !is {
		return nil, orNotDemo(err)
	}
	redeemable := state == "active"
	if redeemable {
		state = "actif"
	}
	var rows []lineRow
	err := db.InPlatform(ctx, postgres.System{}, "codes de démonstration", func(tx *postgres.Tx) (err error) {
		rows, err = postgres.All[lineRow](ctx, tx, `
			SELECT c.id, c.key_id, k.serial, c.rank, c.state
			FROM cheques c
			JOIN carnets k ON k.commanditaire_id = c.commanditaire_id AND k.id = c.carnet_id
			JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
			WHERE (@state = '' OR c.state = @state)
			AND (NOT @redeemable OR (o.state = 'active' AND o.perimeter_codes <@ ARRAY['FR'] AND o.entries IS NULL
				AND o.accepted_structures = 'toutes' AND c.accepted_until >= @today))
			ORDER BY k.serial, c.rank LIMIT @limit`,
			postgres.Args{"state": state, "redeemable": redeemable, "today": tx.Today(), "limit": limit})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list codes: %w", err)
	}
	lines := make([]Line, len(rows))
	for i, r := range rows {
		c, err := keys.Derive(r.KeyID, r.ID)
		if err != nil {
			return nil, fmt.Errorf("derive code: %w", err)
		}
		lines[i] = Line{Code: c, Serial: r.Serial, Rank: r.Rank, State: r.State}
	}
	return lines, nil
}

// WriteCodes prints one chèque per line: code, serial, rank, state.
func WriteCodes(w io.Writer, lines []Line) error {
	for _, l := range lines {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", l.Code.Clear(), l.Serial, l.Rank, l.State); err != nil {
			return err
		}
	}
	return nil
}

// Printable finds the demonstration order to print from: the one with the most
// carnets, and how many it has. ErrNotDemo on a real installation.
func Printable(ctx context.Context, db *postgres.DB) (order uuid.UUID, carnets int, err error) {
	if is, err := installation.IsDemo(ctx, db); err != nil || !is {
		return uuid.Nil, 0, orNotDemo(err)
	}
	type row struct {
		ID            uuid.UUID
		MintedCarnets int
	}
	var found row
	err = db.InPlatform(ctx, postgres.System{}, "impression de démonstration", func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[row](ctx, tx, `SELECT id, minted_carnets FROM orders ORDER BY minted_carnets DESC, id LIMIT 1`, nil)
		return err
	})
	return found.ID, found.MintedCarnets, err
}

func orNotDemo(err error) error {
	if err == nil {
		return ErrNotDemo
	}
	return err
}
