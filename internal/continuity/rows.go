package continuity

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/continuity/kit"
	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// table copies a table's sheet into the database, then its pieces.
func (i *importer) table(ctx context.Context, tx *postgres.Tx, t table) error {
	file, ok := i.kit.Find(kit.TablePath(t.Name))
	if !ok {
		return fault.New(fault.KindConflict, "Il manque au kit la table «\u00a0"+t.Name+"\u00a0», que cette version connaît\u00a0: ce programme n’est pas celui qui l’a fait.")
	}
	apart := i.apart(t)
	into := t.Name
	if len(apart) > 0 {
		// Rows wait beside until their pieces are read: history is written once.
		into = "kit_waiting"
		if _, err := tx.Exec(ctx, `CREATE TEMP TABLE kit_waiting (LIKE `+quoted(t.Name)+`) ON COMMIT DROP`); err != nil {
			return err
		}
	}
	n, err := i.copy(ctx, tx, t, into)
	if err != nil {
		return err
	}
	if n != file.Rows {
		return fmt.Errorf("%d rows of %d", n, file.Rows)
	}
	if len(apart) > 0 {
		if err := i.pieces(ctx, tx, t, apart); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DROP TABLE kit_waiting`); err != nil {
			return err
		}
	}
	i.taken.Tables++
	i.taken.Rows += n
	return setSequences(ctx, tx, t)
}

// copy streams a sheet into a table.
func (i *importer) copy(ctx context.Context, tx *postgres.Tx, t table, into string) (int64, error) {
	in, err := i.kit.File(kit.TablePath(t.Name))
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	mark := make([]byte, len(kit.Mark))
	if _, err := io.ReadFull(in, mark); err != nil || string(mark) != kit.Mark {
		return 0, kit.ErrDamaged
	}
	// HEADER MATCH refuses a sheet whose columns are not those of the table.
	sql := `COPY ` + quoted(into) + ` (` + quotedAll(t.names()) + `) FROM STDIN (FORMAT csv, HEADER match, DELIMITER ';', ENCODING 'UTF8')`
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, newUnguarded(in, t.texts()), sql)
	return tag.RowsAffected(), err
}

// apart lists the columns of a table whose values the kit holds as files.
func (i *importer) apart(t table) []string {
	var names []string
	for _, f := range i.kit.Files {
		parts := strings.Split(f.Path, "/")
		if len(parts) == 4 && parts[0] == "pieces" && parts[1] == t.Name && !slices.Contains(names, parts[2]) && slices.Contains(t.names(), parts[2]) {
			names = append(names, parts[2])
		}
	}
	return names
}

// pieces writes the waiting rows with the content of their files, one at a time.
func (i *importer) pieces(ctx context.Context, tx *postgres.Tx, t table, apart []string) error {
	places, err := postgres.Values[string](ctx, tx, `SELECT ctid::text FROM kit_waiting ORDER BY ctid`, nil)
	if err != nil {
		return err
	}
	cells, paths := make([]string, len(t.Columns)), make([]string, len(apart))
	for at, c := range t.Columns {
		cells[at] = quoted(c.Name)
		if which := slices.Index(apart, c.Name); which >= 0 {
			cells[at] = fmt.Sprintf("$%d::bytea", which+2)
			paths[which] = `coalesce(convert_from(` + quoted(c.Name) + `, 'UTF8'), '')`
		}
	}
	read := `SELECT ARRAY[` + strings.Join(paths, ", ") + `] FROM kit_waiting WHERE ctid = $1::text::tid`
	write := `INSERT INTO ` + quoted(t.Name) + ` (` + quotedAll(t.names()) + `) OVERRIDING SYSTEM VALUE SELECT ` + strings.Join(cells, ", ") + ` FROM kit_waiting WHERE ctid = $1::text::tid`
	for _, place := range places {
		var found []string
		if err := tx.QueryRow(ctx, read, place).Scan(&found); err != nil {
			return err
		}
		args := []any{place}
		for _, path := range found {
			content, err := i.piece(path)
			if err != nil {
				return err
			}
			args = append(args, content)
		}
		if _, err := tx.Exec(ctx, write, args...); err != nil {
			return err
		}
	}
	return nil
}

func (i *importer) piece(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	in, err := i.kit.File(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	content, err := io.ReadAll(in)
	i.taken.Pieces++
	return content, err
}

// setSequences makes numbered columns go on after the last number taken.
func setSequences(ctx context.Context, tx *postgres.Tx, t table) error {
	type counter struct{ Name, Sequence string }
	counters, err := postgres.All[counter](ctx, tx, `
		SELECT a.attname::text AS name, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relname = @table AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL`,
		postgres.Args{"table": t.Name})
	if err != nil {
		return fmt.Errorf("read sequences: %w", err)
	}
	for _, c := range counters {
		_, err := tx.Exec(ctx, fmt.Sprintf(`SELECT setval($1::text::regclass, m) FROM (SELECT max(%s) AS m FROM %s) AS q WHERE m IS NOT NULL`, quoted(c.Name), quoted(t.Name)), c.Sequence)
		if err != nil {
			return fmt.Errorf("go on counting %s: %w", c.Name, err)
		}
	}
	return nil
}

// accessRows reads the sealed sheet of what people and programs sign in with.
func accessRows(text []byte) ([][]string, error) {
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comma = ';'
	all, err := rows.ReadAll()
	if err != nil || len(all) == 0 || len(all[0]) != 4 {
		return nil, errors.New("import: the sealed sheet cannot be read")
	}
	for _, row := range all[1:] {
		if _, known := secret[row[0]][row[1]]; !known {
			return nil, errors.New("import: the sealed sheet names what is no secret")
		}
	}
	return all[1:], nil
}

// giveAccess puts back passwords, and the hashes of tokens.
func (i *importer) giveAccess(ctx context.Context, tx *postgres.Tx) error {
	for _, row := range i.access {
		id, err := uuid.Parse(row[2])
		if err == nil {
			_, err = tx.Exec(ctx, fmt.Sprintf(`UPDATE %[1]s SET %[2]s = $1::text::%[3]s WHERE id = $2`, quoted(row[0]), quoted(row[1]), secretType(row[1])), row[3], id)
		}
		if err != nil {
			return fmt.Errorf("give access back in %s: %w", row[0], err)
		}
		if row[1] == "password_hash" {
			i.taken.Accounts++
		}
	}
	return nil
}

func secretType(name string) string {
	if name == "password_hash" || name == "pin_hash" {
		return "text"
	}
	return "bytea"
}

// checkKeys proves, on a chèque of each key, that the sealed keys are those that
// made the chèques.
func (i *importer) checkKeys(ctx context.Context, tx *postgres.Tx) error {
	if i.keys == nil {
		return nil
	}
	type sample struct {
		KeyID    string
		ID       uuid.UUID
		CodeHash []byte
	}
	samples, err := postgres.All[sample](ctx, tx, `
		WITH RECURSIVE k AS (
			(SELECT key_id FROM cheques ORDER BY key_id LIMIT 1)
			UNION ALL SELECT (SELECT c.key_id FROM cheques c WHERE c.key_id > k.key_id ORDER BY c.key_id LIMIT 1) FROM k WHERE k.key_id IS NOT NULL)
		SELECT k.key_id, c.id, h.code_hash FROM k
		JOIN LATERAL (SELECT commanditaire_id, id FROM cheques WHERE key_id = k.key_id LIMIT 1) AS c ON true
		JOIN cheque_codes h ON h.commanditaire_id = c.commanditaire_id AND h.cheque_id = c.id
		WHERE k.key_id IS NOT NULL`, nil)
	if err != nil {
		return fmt.Errorf("read samples: %w", err)
	}
	for _, s := range samples {
		minter, err := i.keys.Minter(s.KeyID)
		if err != nil {
			return ErrKeys
		}
		if hash := minter.Mint(s.ID); !bytes.Equal(hash[:], s.CodeHash) {
			return ErrKeys
		}
	}
	return nil
}
