package continuity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"passnum/internal/postgres"
)

// left says which tables no kit takes, and why. Every other table of the schema
// is exported, those of tomorrow included.
var left = map[string]string{
	"schema_migrations":     "la version du schéma est au manifeste",
	"sessions":              "les sessions ouvertes sur ce serveur",
	"password_resets":       "des liens d’accès en cours, valables quelques minutes",
	"failed_tries":          "les compteurs d’essais manqués de ce serveur",
	"mail_outbox":           "des courriels, dont les liens donnent accès aux comptes",
	"job_runs":              "l’avancement de travaux de ce serveur",
	"print_pack_chunks":     "des codes, chiffrés pour un imprimeur",
	"continuity_kit_chunks": "les kits eux-mêmes",
	"dossier_documents":     "des pièces d’identité et des RIB, que le repreneur redemande à chaque structure",
}

// secret names the columns that open an account or a door. The sheets hold a
// stand-in that opens nothing; the values go to the successor alone, sealed.
var secret = map[string]map[string]string{
	"accounts":          {"password_hash": `''`, "pin_hash": `''`},
	"api_tokens":        {"token_hash": standIn},
	"devices":           {"pairing_hash": `NULL`, "secret_hash": `NULL`},
	"invitations":       {"token_hash": standIn},
	"proposals":         {"token_hash": `CASE WHEN token_hash IS NOT NULL THEN ` + standIn + ` END`},
	"workshop_bookings": {"code_hash": standIn},
}

// standIn is no hash of anything: it is shorter than one, and its row's own.
const standIn = `decode(md5(id::text), 'hex')`

// column is one column of a table, and how it travels.
type column struct {
	Name    string
	Text    bool // written by people: kept from becoming a formula
	Bytes   bool
	Default string // stand-in of a secret; empty for others
	Apart   bool   // each value is a file of its own
}

// table is one table of the schema.
type table struct {
	Name    string
	Key     []string // its primary key
	Columns []column
}

type catalogRow struct {
	Relation string
	Name     string
	Category string
	Type     string
	KeyRank  int
}

// catalog reads the tables that a kit takes, in the order of their names.
func catalog(ctx context.Context, tx *postgres.Tx) ([]table, error) {
	rows, err := postgres.All[catalogRow](ctx, tx, `
		SELECT c.relname::text AS relation, a.attname::text AS name, t.typcategory::text AS category, t.typname::text AS type,
			coalesce(array_position(i.indkey::int2[], a.attnum), -1)::int AS key_rank
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		JOIN pg_type t ON t.oid = a.atttypid
		LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		ORDER BY c.relname, a.attnum`, nil)
	if err != nil {
		return nil, fmt.Errorf("read catalog: %w", err)
	}
	return arrange(rows)
}

// arrange gathers columns by table, and keys in their order.
func arrange(rows []catalogRow) ([]table, error) {
	var tables []table
	keys := map[string]map[int]string{}
	for _, r := range rows {
		if _, out := left[r.Relation]; out {
			continue
		}
		if len(tables) == 0 || tables[len(tables)-1].Name != r.Relation {
			tables = append(tables, table{Name: r.Relation})
			keys[r.Relation] = map[int]string{}
		}
		last := &tables[len(tables)-1]
		last.Columns = append(last.Columns, column{
			Name: r.Name, Text: r.Category == "S", Bytes: r.Type == "bytea", Default: secret[r.Relation][r.Name],
		})
		if r.KeyRank >= 0 {
			keys[r.Relation][r.KeyRank] = r.Name
		}
	}
	for i := range tables {
		for rank := range 64 {
			if name, ok := keys[tables[i].Name][rank]; ok {
				tables[i].Key = append(tables[i].Key, name)
			}
		}
		if len(tables[i].Key) == 0 {
			return nil, fmt.Errorf("read catalog: table %s has no primary key", tables[i].Name)
		}
	}
	return tables, nil
}

// most is how long a binary value may be and still stand in a cell.
const most = 1024

// setApart finds the binary columns whose values are files rather than cells.
func setApart(ctx context.Context, tx *postgres.Tx, tables []table) error {
	for i, t := range tables {
		for j, c := range t.Columns {
			if !c.Bytes || c.Default != "" || strings.HasSuffix(c.Name, "hash") || c.Name == "sha256" {
				continue
			}
			long, err := postgres.Value[bool](ctx, tx, fmt.Sprintf(`SELECT EXISTS (SELECT 1 FROM %s WHERE octet_length(%s) > %d)`, quoted(t.Name), quoted(c.Name), most), nil)
			if err != nil {
				return fmt.Errorf("measure %s.%s: %w", t.Name, c.Name, err)
			}
			tables[i].Columns[j].Apart = long
		}
	}
	return nil
}

// quoted is a name of the schema inside a statement.
func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quotedAll(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = quoted(name)
	}
	return strings.Join(list, ", ")
}

func (t table) names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

func (t table) texts() []bool {
	texts := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		texts[i] = c.Text && c.Default == ""
	}
	return texts
}

// rows is the statement that reads the whole table, in the order of its key.
func (t table) rows() string {
	cells := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		switch {
		case c.Default != "":
			cells[i] = c.Default + " AS " + quoted(c.Name)
		case c.Apart:
			cells[i] = t.piece(c) + " AS " + quoted(c.Name)
		default:
			cells[i] = quoted(c.Name)
		}
	}
	return "SELECT " + strings.Join(cells, ", ") + " FROM " + quoted(t.Name) + " ORDER BY " + quotedAll(t.Key)
}

// piece is the SQL of the path of a value kept apart: the table, the column, the
// key of its row and what its first bytes say it is.
func (t table) piece(c column) string {
	key := make([]string, len(t.Key))
	for i, name := range t.Key {
		key[i] = `regexp_replace(` + quoted(name) + `::text, '[^A-Za-z0-9-]', '_', 'g')`
	}
	name := quoted(c.Name)
	return fmt.Sprintf(`CASE WHEN %[1]s IS NOT NULL THEN 'pieces/%[2]s/%[3]s/' || %[4]s || CASE
		WHEN starts_with(encode(substr(%[1]s, 1, 4), 'hex'), '25504446') THEN '.pdf'
		WHEN starts_with(encode(substr(%[1]s, 1, 4), 'hex'), '89504e47') THEN '.png'
		WHEN starts_with(encode(substr(%[1]s, 1, 3), 'hex'), 'ffd8ff') THEN '.jpg'
		WHEN starts_with(encode(substr(%[1]s, 1, 2), 'hex'), '504b') THEN '.zip'
		WHEN starts_with(encode(substr(%[1]s, 1, 5), 'hex'), '3c3f786d6c') OR starts_with(encode(substr(%[1]s, 1, 8), 'hex'), 'efbbbf3c3f786d6c') THEN '.xml'
		ELSE '.bin' END END`, name, t.Name, c.Name, strings.Join(key, ` || '_' || `))
}

// secrets lists the columns whose values are sealed, in a stable order.
func (t table) secrets() []string {
	var names []string
	for _, c := range t.Columns {
		if c.Default != "" {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	return names
}
