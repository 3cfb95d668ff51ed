package continuity

import (
	"context"
	"fmt"
	"slices"

	"passnum/internal/postgres"
)

// guards are what protects the rows and would refuse a whole database at once:
// row-level security, triggers, and references to rows not read yet. They are
// taken down and put back in the same transaction, by the owner of the schema.
type guards struct {
	forced     []string // tables whose owner too is held by row-level security
	triggers   []guard
	references []guard
}

// guard is one trigger or constraint of a table.
type guard struct{ Relation, Name, Definition string }

// lower takes the guards down.
func lower(ctx context.Context, tx *postgres.Tx, tables []table) (g guards, err error) {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	g.forced, err = postgres.Values[string](ctx, tx, `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity AND relname = ANY (@names) ORDER BY 1`,
		postgres.Args{"names": names})
	if err != nil {
		return g, fmt.Errorf("read guards: %w", err)
	}
	// Definition is how an enabled trigger is enabled.
	g.triggers, err = postgres.All[guard](ctx, tx, `
		SELECT c.relname::text AS relation, t.tgname::text AS name, CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END AS definition
		FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgparentid = 0 ORDER BY 1, 2`, nil)
	if err != nil {
		return g, fmt.Errorf("read guards: %w", err)
	}
	g.references, err = postgres.All[guard](ctx, tx, `
		SELECT c.relname::text AS relation, k.conname::text AS name, pg_get_constraintdef(k.oid) AS definition
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
		WHERE c.relnamespace = 'public'::regnamespace AND k.contype = 'f' AND k.conparentid = 0 ORDER BY 1, 2`, nil)
	if err != nil {
		return g, fmt.Errorf("read guards: %w", err)
	}
	return g, g.each(ctx, tx, "NO FORCE ROW LEVEL SECURITY", func(t guard) string { return "DISABLE TRIGGER " + quoted(t.Name) },
		func(r guard) string { return "DROP CONSTRAINT " + quoted(r.Name) })
}

// clear empties the tables of what migrations put there.
func (g guards) clear(ctx context.Context, tx *postgres.Tx, tables []table) error {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.Name
	}
	if _, err := tx.Exec(ctx, `TRUNCATE `+quotedAll(names)); err != nil {
		return fmt.Errorf("clear tables: %w", err)
	}
	return nil
}

// raise puts the guards back; each reference is checked for every row.
func (g guards) raise(ctx context.Context, tx *postgres.Tx) error {
	slices.Reverse(g.references)
	return g.each(ctx, tx, "FORCE ROW LEVEL SECURITY", func(t guard) string { return t.Definition + " TRIGGER " + quoted(t.Name) },
		func(r guard) string { return "ADD CONSTRAINT " + quoted(r.Name) + " " + r.Definition })
}

// each alters references first: a table held by row-level security could not be
// read to check them.
func (g guards) each(ctx context.Context, tx *postgres.Tx, force string, trigger, reference func(guard) string) error {
	var statements []string
	for _, r := range g.references {
		statements = append(statements, `ALTER TABLE `+quoted(r.Relation)+` `+reference(r))
	}
	for _, t := range g.triggers {
		statements = append(statements, `ALTER TABLE `+quoted(t.Relation)+` `+trigger(t))
	}
	for _, name := range g.forced {
		statements = append(statements, `ALTER TABLE `+quoted(name)+` `+force)
	}
	for _, statement := range statements {
		if _, err := tx.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
