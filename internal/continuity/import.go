package continuity

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"passnum/internal/audit"
	"passnum/internal/carnet/code"
	"passnum/internal/continuity/kit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/installation"
	"passnum/internal/postgres"
)

// Target is the empty database that takes a kit over.
type Target struct {
	// OwnerURL is the address as the owner of the schema; App the application's.
	OwnerURL string
	App      *postgres.DB
	// Host is the successor's own address, which is not a former one.
	Host string
}

// Terms are how a kit is taken over.
type Terms struct {
	Key ed25519.PublicKey // of the former operator
	// Identities open the sealed part; none leaves people without a password and
	// chèques without keys.
	Identities []age.Identity
	// KeepStaff keeps the former operator's staff: a restore, not a succession.
	KeepStaff bool
}

// Taken is what an import did.
type Taken struct {
	Tables   int
	Rows     int64
	Pieces   int
	Hosts    []string // accepted as former ones from now on
	CodeKeys string   // the former keyring, « id:secret » separated by commas; print it to nobody else
	Accounts int      // people who keep their password
}

// What Import refuses.
var (
	ErrNotTrue  = fault.New(fault.KindInvalid, "Ce kit ne concorde pas avec sa signature, son manifeste ou ses propres sommes\u00a0: rien n’a été importé. «\u00a0passnum exit verify\u00a0» dit ce qui diffère.")
	ErrNotEmpty = fault.New(fault.KindConflict, "Cette base contient déjà des organisations, des comptes ou des chèques. Un kit s’importe dans une base neuve, où seul «\u00a0passnum migrate\u00a0» a été lancé.")
	ErrNotYours = fault.New(fault.KindInvalid, "Cette identité n’ouvre pas la partie scellée du kit\u00a0: il a été scellé pour une autre clé, ou pour personne.")
	ErrKeys     = fault.New(fault.KindInvalid, "Les clés de la partie scellée ne sont pas celles qui ont fait les chèques du kit\u00a0: rien n’a été importé.")
)

// Import checks a kit, then writes every row of it into an empty database of the
// same schema, in one transaction. Refuses, with a sentence, a kit that is not
// true, another schema, or a database that holds anything.
func (t Target) Import(ctx context.Context, k *kit.Kit, terms Terms) (taken Taken, err error) {
	report, err := k.Verify(terms.Key)
	if err != nil {
		return taken, fmt.Errorf("import: %w", err)
	}
	if !report.OK() {
		return taken, ErrNotTrue
	}
	i := &importer{kit: k, terms: terms, target: t}
	if err := i.unseal(); err != nil {
		return taken, err
	}
	conn, err := pgx.Connect(ctx, t.OwnerURL)
	if err != nil {
		return taken, fmt.Errorf("import: reach database: %w", err)
	}
	defer conn.Close(ctx)
	if err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return i.load(ctx, tx) }); err != nil {
		return Taken{}, fmt.Errorf("import: %w", err)
	}
	if _, err := conn.Exec(ctx, `ANALYZE`); err != nil {
		return i.taken, fmt.Errorf("import: %w", err)
	}
	// This server may count its transactions from less than the former one.
	if err := postgres.RebaseStamps(ctx, t.OwnerURL); err != nil {
		return i.taken, fmt.Errorf("import: %w", err)
	}
	return i.taken, t.remember(ctx, k, i.taken)
}

// importer is one import under way.
type importer struct {
	kit    *kit.Kit
	terms  Terms
	target Target
	access [][]string // secrets to give back: table, column, id, value
	taken  Taken
	keys   *code.Keyring
}

// load does everything to the database: all of it, or nothing.
func (i *importer) load(ctx context.Context, raw pgx.Tx) error {
	tx := &postgres.Tx{Tx: raw}
	if err := settle(ctx, tx); err != nil {
		return err
	}
	if err := i.checkSchema(ctx, tx); err != nil {
		return err
	}
	tables, err := catalog(ctx, tx)
	if err != nil {
		return err
	}
	guards, err := lower(ctx, tx, tables)
	if err != nil {
		return err
	}
	if err := checkEmpty(ctx, tx); err != nil {
		return err
	}
	if err := guards.clear(ctx, tx, tables); err != nil {
		return err
	}
	for _, t := range tables {
		if err := i.table(ctx, tx, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	for _, step := range []func(context.Context, *postgres.Tx) error{i.giveAccess, i.checkKeys, i.endUnfinished, i.dismiss} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return guards.raise(ctx, tx)
}

// checkSchema refuses a kit of another version than the database's.
func (i *importer) checkSchema(ctx context.Context, tx *postgres.Tx) error {
	var version uint
	var dirty bool
	if err := tx.QueryRow(ctx, `SELECT version, dirty FROM schema_migrations`).Scan(&version, &dirty); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if dirty || version != i.kit.Schema {
		return fault.New(fault.KindConflict, fmt.Sprintf("Ce kit est à la version %d du schéma, cette base à la version %d. "+
			"Importez avec le Passnum qui a fait le kit, puis mettez-le à jour\u00a0: «\u00a0passnum migrate\u00a0» fait le reste.", i.kit.Schema, version))
	}
	return nil
}

// checkEmpty refuses a database in which anything happened. What migrations put
// there is replaced by the kit's own.
func checkEmpty(ctx context.Context, tx *postgres.Tx) error {
	for _, table := range []string{"organisations", "accounts", "orders", "cheques", "ledger_transactions", "journal"} {
		some, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM `+quoted(table)+`)`, nil)
		if err != nil {
			return fmt.Errorf("look at %s: %w", table, err)
		}
		if some {
			return ErrNotEmpty
		}
	}
	return nil
}

// endUnfinished ends what only the former server could go on with.
func (i *importer) endUnfinished(ctx context.Context, tx *postgres.Tx) error {
	for _, sql := range []string{
		`UPDATE print_packs SET state = 'arrete', ended_at = @at, ended_by_name = 'Reprise' WHERE ended_at IS NULL`,
		`UPDATE continuity_kits SET state = 'arrete', ended_at = @at WHERE ended_at IS NULL`,
	} {
		if _, err := postgres.Do(ctx, tx, sql, postgres.Args{"at": i.kit.At}); err != nil {
			return fmt.Errorf("end what was under way: %w", err)
		}
	}
	return nil
}

// dismiss takes their rights from the former operator's staff: the successor has
// its own. They keep what organisations gave them.
func (i *importer) dismiss(ctx context.Context, tx *postgres.Tx) error {
	if i.terms.KeepStaff {
		return nil
	}
	if _, err := postgres.Do(ctx, tx, `UPDATE accounts SET operator_role = NULL WHERE operator_role IS NOT NULL`, nil); err != nil {
		return fmt.Errorf("dismiss the former staff: %w", err)
	}
	return nil
}

// remember writes where the rows come from, and accepts the former addresses.
func (t Target) remember(ctx context.Context, k *kit.Kit, taken Taken) error {
	return t.App.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		if err := installation.AcceptHosts(ctx, tx, taken.Hosts); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.Actor{}, audit.Act{
			Name: "reprise d’un kit de continuité", SubjectKind: "plateforme", SubjectID: uuid.Nil,
			Detail: map[string]any{"operateur": k.Operator, "siret": k.SIRET, "instant": k.At, "tables": taken.Tables, "lignes": taken.Rows, "adresses": taken.Hosts, "cle": k.Key},
		})
	})
}

// formerHosts are the kit's, but the successor's own.
func (i *importer) formerHosts() []string {
	var hosts []string
	for _, host := range i.kit.Hosts {
		if host = strings.ToLower(host); host != strings.ToLower(i.target.Host) && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// unseal opens what was sealed to the successor, if there is an identity to.
func (i *importer) unseal() error {
	i.taken.Hosts = i.formerHosts()
	if len(i.terms.Identities) == 0 {
		return nil
	}
	keys, err := i.kit.Unseal(kit.SealedKeysName, i.terms.Identities...)
	var access []byte
	if err == nil {
		access, err = i.kit.Unseal(kit.SealedAccessName, i.terms.Identities...)
	}
	if errors.Is(err, kit.ErrSealed) || errors.Is(err, kit.ErrDamaged) {
		return ErrNotYours
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	list, found := strings.CutPrefix(strings.TrimSpace(string(keys)), "PASSNUM_CODE_KEYS=")
	if !found {
		return ErrKeys
	}
	if i.keys, err = code.ParseKeyring(list); err != nil {
		return ErrKeys // its own sentence might name what is secret
	}
	i.taken.CodeKeys = list
	i.access, err = accessRows(access)
	return err
}
