package continuity

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"passnum/internal/continuity/kit"
	"passnum/internal/postgres"
	"passnum/migrations"
)

// Debtor is the dedicated account that pays structures.
type Debtor struct{ Name, SIRET, IBAN, BIC string }

// Source is what a kit is made of besides the database.
type Source struct {
	DB     *postgres.DB
	Signer ed25519.PrivateKey
	Debtor Debtor
	// Hosts are those that printed codes carry, the present one first.
	Hosts []string
	// CodeKeys is the keyring as configured; it leaves sealed to a successor only.
	CodeKeys string
}

// Progress hears how many files are written, out of how many.
type Progress func(done, total int) error

// export writes one kit.
type export struct {
	Source
	at       time.Time
	tables   []table
	out      *kit.Writer
	progress Progress
	done     int
	total    int
}

// besides is how many files there are that are neither a table nor a piece.
const besides = 9

// Export writes to w everything this database holds at one moment: every table,
// the papers, the summaries, signed. With a successor, what only it may use is
// added, sealed to its key. Memory does not grow with the database.
func (s Source) Export(ctx context.Context, w io.Writer, successor string, progress Progress) (m kit.Manifest, err error) {
	var seal age.Recipient
	if successor != "" {
		if seal, err = recipient(successor); err != nil {
			return m, err
		}
	}
	x := &export{Source: s, at: s.DB.Now(), progress: progress}
	err = s.DB.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		if err := settle(ctx, tx, `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`, `SET LOCAL work_mem = '64MB'`); err != nil {
			return err
		}
		schema, err := SchemaVersion()
		if err != nil {
			return err
		}
		x.out = kit.NewWriter(w, s.Signer, kit.Header{
			At: x.at, Schema: schema, Operator: s.Debtor.Name, SIRET: s.Debtor.SIRET, Hosts: s.Hosts, Successor: successor,
		})
		if err := x.write(ctx, tx, seal); err != nil {
			return err
		}
		m, err = x.out.Close()
		return err
	})
	if err != nil {
		return m, fmt.Errorf("export: %w", err)
	}
	return m, nil
}

// settle begins a transaction in which values are written and read alike on every
// server, however long it lasts.
func settle(ctx context.Context, tx *postgres.Tx, settings ...string) error {
	settings = append(settings, `SET LOCAL timezone = 'UTC'`, `SET LOCAL datestyle = 'ISO, YMD'`, `SET LOCAL intervalstyle = 'postgres'`, `SET LOCAL bytea_output = 'hex'`,
		`SET LOCAL extra_float_digits = 1`, `SET LOCAL statement_timeout = 0`, `SET LOCAL idle_in_transaction_session_timeout = 0`)
	for _, setting := range settings {
		if _, err := tx.Exec(ctx, setting); err != nil {
			return fmt.Errorf("settle transaction: %w", err)
		}
	}
	return nil
}

func (x *export) write(ctx context.Context, tx *postgres.Tx, successor age.Recipient) (err error) {
	if x.tables, err = catalog(ctx, tx); err != nil {
		return err
	}
	if err := setApart(ctx, tx, x.tables); err != nil {
		return err
	}
	x.total = len(x.tables) + besides
	if err := x.text(kit.ReadmeName, readme); err != nil {
		return err
	}
	if err := x.summaries(ctx, tx); err != nil {
		return err
	}
	if err := x.schema(); err != nil {
		return err
	}
	for _, t := range x.tables {
		if err := x.table(ctx, tx, t); err != nil {
			return err
		}
	}
	if successor == nil {
		return nil
	}
	return x.sealed(ctx, tx, successor)
}

// add writes one file and tells it.
func (x *export) add(path string, write func(io.Writer) (int64, error)) error {
	if err := x.out.Add(path, write); err != nil {
		return err
	}
	x.done++
	if x.progress == nil {
		return nil
	}
	return x.progress(x.done, max(x.total, x.done))
}

func (x *export) text(path string, content []byte) error {
	return x.add(path, func(out io.Writer) (int64, error) {
		_, err := out.Write(content)
		return kit.NoRows, err
	})
}

// table writes a table, then its pieces.
func (x *export) table(ctx context.Context, tx *postgres.Tx, t table) error {
	err := x.add(kit.TablePath(t.Name), func(out io.Writer) (int64, error) { return writeSheet(ctx, tx, out, t.rows(), t.texts()) })
	if err != nil {
		return err
	}
	for _, c := range t.Columns {
		if c.Apart {
			if err := x.pieces(ctx, tx, t, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// pieces writes each value of a column as a file, one in memory at a time.
func (x *export) pieces(ctx context.Context, tx *postgres.Tx, t table, c column) error {
	query := fmt.Sprintf(`SELECT %s, %s FROM %s WHERE %[2]s IS NOT NULL ORDER BY %s`, t.piece(c), quoted(c.Name), quoted(t.Name), quotedAll(t.Key))
	rows, err := tx.Query(ctx, query)
	if err != nil {
		return fmt.Errorf("read pieces of %s: %w", t.Name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		var content []byte
		if err := rows.Scan(&path, &content); err != nil {
			return fmt.Errorf("read pieces of %s: %w", t.Name, err)
		}
		if err := x.out.AddBytes(path, content); err != nil {
			return err
		}
	}
	return rows.Err()
}

// schema writes what makes an empty database of this version.
func (x *export) schema() error {
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil {
		return fmt.Errorf("list migrations: %w", err)
	}
	slices.Sort(names)
	return x.add(kit.SchemaName, func(out io.Writer) (int64, error) {
		if _, err := io.WriteString(out, migrations.Roles); err != nil {
			return 0, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(migrations.FS, name)
			if err == nil {
				_, err = fmt.Fprintf(out, "\n-- %s\n%s", name, text)
			}
			if err != nil {
				return 0, err
			}
		}
		return kit.NoRows, nil
	})
}

// sealed adds what only the successor may use: the chèque keys, and what people
// and programs sign in with.
func (x *export) sealed(ctx context.Context, tx *postgres.Tx, successor age.Recipient) error {
	if err := x.seal(kit.SealedKeysName, successor, []byte("PASSNUM_CODE_KEYS="+x.CodeKeys+"\n")); err != nil {
		return err
	}
	var text bytes.Buffer
	rows := csv.NewWriter(&text)
	rows.Comma = ';'
	_ = rows.Write([]string{"table", "colonne", "id", "valeur"}) // a buffer never fails
	for _, t := range x.tables {
		for _, name := range t.secrets() {
			query := fmt.Sprintf(`SELECT id::text, %[1]s::text FROM %[2]s WHERE coalesce(%[1]s::text, '') <> '' ORDER BY id`, quoted(name), quoted(t.Name))
			found, err := tx.Query(ctx, query)
			if err != nil {
				return fmt.Errorf("read %s.%s: %w", t.Name, name, err)
			}
			for found.Next() {
				var id, value string
				if err := found.Scan(&id, &value); err != nil {
					return fmt.Errorf("read %s.%s: %w", t.Name, name, err)
				}
				_ = rows.Write([]string{t.Name, name, id, value})
			}
			if err := found.Err(); err != nil {
				return fmt.Errorf("read %s.%s: %w", t.Name, name, err)
			}
		}
	}
	rows.Flush()
	return x.seal(kit.SealedAccessName, successor, text.Bytes())
}

func (x *export) seal(path string, to age.Recipient, content []byte) error {
	return x.add(path, func(out io.Writer) (int64, error) {
		sealed, err := age.Encrypt(out, to)
		if err == nil {
			_, err = sealed.Write(content)
		}
		if err == nil {
			err = sealed.Close()
		}
		return kit.NoRows, err
	})
}

// recipient reads a public key; one key, of the kinds that age makes itself.
func recipient(key string) (age.Recipient, error) {
	found, err := age.ParseRecipients(strings.NewReader(key))
	if err != nil || len(found) != 1 || !strings.HasPrefix(key, "age1") {
		return nil, errors.New("not one age public key")
	}
	return found[0], nil
}

// SchemaVersion is the version of the schema that this program was built for.
func SchemaVersion() (uint, error) {
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.New("no migration in this program")
	}
	var version uint
	_, err = fmt.Sscanf(slices.Max(names), "%06d_", &version)
	return version, err
}
