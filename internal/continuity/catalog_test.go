package continuity

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
)

// TestEveryTableTravels asks the catalog, so that a table added tomorrow is either
// exported or left out for a reason.
func TestEveryTableTravels(t *testing.T) {
	t.Parallel()
	base := pgtest.New(t)
	rows, err := base.Owner().Query(t.Context(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f', 'm') AND NOT relispartition ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	var tables []table
	err = base.DB().InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		if tables, err = catalog(t.Context(), tx); err != nil {
			return err
		}
		// Every one of them can be read as the export does.
		for _, table := range tables {
			if _, err := tx.Exec(t.Context(), table.rows()); err != nil {
				t.Errorf("%s: %v", table.Name, err)
			}
		}
		return setApart(t.Context(), tx, tables)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		exported := slices.ContainsFunc(tables, func(t table) bool { return t.Name == name })
		if reason, out := left[name]; exported == out || out && reason == "" {
			t.Errorf("table %s is neither exported nor left out for a reason", name)
		}
	}
	for name := range left {
		if !slices.Contains(names, name) {
			t.Errorf("table %s is left out, but does not exist", name)
		}
	}
}

// A column named like what opens something is sealed, unless it is known to open
// nothing.
var (
	opening  = regexp.MustCompile(`password|token|secret|pin|pairing|cookie|totp|otp`)
	harmless = []string{"devices.pairing_until"}
)

func TestWhatOpensSomethingIsSealed(t *testing.T) {
	t.Parallel()
	var tables []table
	err := pgtest.New(t).DB().InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		tables, err = catalog(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	sealed := 0
	for _, table := range tables {
		for _, c := range table.Columns {
			name := table.Name + "." + c.Name
			if c.Default != "" {
				sealed++
				continue
			}
			if opening.MatchString(c.Name) && !slices.Contains(harmless, name) {
				t.Errorf("column %s looks like a secret and is exported in clear", name)
			}
		}
	}
	want := 0
	for _, columns := range secret {
		want += len(columns)
	}
	if sealed != want {
		t.Errorf("%d columns sealed, %d named: one does not exist", sealed, want)
	}
}

func TestNoCellBecomesAFormula(t *testing.T) {
	t.Parallel()
	const sheet = "nom;nombre;note\n=1;-5;simple\n\"+a;\"\"b\";-5;\"'c\n\"\n-5,2;-5;\"\"\n-x;;＝1\n\"\t\";1;'\n"
	var guarded = &guarded{out: &strings.Builder{}, texts: []bool{true, false, true}}
	for _, row := range []string{"nom;nombre;note\n", "=1;-5;simple\n", "\"+a;\"\"b\";-5;\"'c\n\"\n", "-5,2;-5;\"\"\n", "-x;;＝1\n", "\"\t\";1;'\n"} {
		if n, err := guarded.Write([]byte(row)); n != len(row) || err != nil {
			t.Fatal(n, err)
		}
	}
	written := guarded.out.(*strings.Builder).String()
	const want = "nom;nombre;note\n'=1;-5;simple\n\"'+a;\"\"b\";-5;\"''c\n\"\n-5,2;-5;\"\"\n'-x;;'＝1\n\"'\t\";1;''\n"
	if written != want {
		t.Errorf("written %q\nwant    %q", written, want)
	}
	back, err := readAll(newUnguarded(strings.NewReader(written), guarded.texts))
	if err != nil || back != sheet {
		t.Errorf("read back %q, %v", back, err)
	}
}

// readAll reads a few bytes at a time: cells are cut anywhere.
func readAll(u *unguarded) (string, error) {
	var text strings.Builder
	buffer := make([]byte, 3)
	for {
		n, err := u.Read(buffer)
		text.Write(buffer[:n])
		if err != nil {
			if err.Error() == "EOF" {
				err = nil
			}
			return text.String(), err
		}
	}
}
