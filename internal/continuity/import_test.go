package continuity_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"passnum/internal/carnet/code"
	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/fault"
	"passnum/internal/installation"
	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
)

// ownedBy gives a database to an owner without any privilege of its own, as in a
// real installation, and returns its address.
func ownedBy(t *testing.T, db *pgtest.Database) string {
	t.Helper()
	const role = "passnum_test_owner"
	for _, sql := range []string{
		fmt.Sprintf(`DO $$ BEGIN CREATE ROLE %s LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'x'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`, role),
		fmt.Sprintf(`ALTER DATABASE %s OWNER TO %s`, db.Name(), role),
		fmt.Sprintf(`DO $$ DECLARE r record; BEGIN
			ALTER SCHEMA public OWNER TO %[1]s; ALTER SCHEMA passnum OWNER TO %[1]s;
			FOR r IN SELECT c.oid::regclass AS name FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S') LOOP
				EXECUTE format('ALTER TABLE %%s OWNER TO %[1]s', r.name); END LOOP;
			FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE pronamespace IN ('public'::regnamespace, 'passnum'::regnamespace) AND proowner = current_user::regrole LOOP
				EXECUTE format('ALTER FUNCTION %%s OWNER TO %[1]s', r.name); END LOOP;
			END $$`, role),
		// The owner that migrates reads the seals; in this database it is another.
		fmt.Sprintf(`CREATE POLICY test_owner_reads ON seals FOR SELECT TO %s USING (true)`, role),
	} {
		if _, err := db.Owner().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	address, err := url.Parse(db.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(role, "x")
	return address.String()
}

// tables reads every exported table as text, row by row in the order of its key.
func rowsOf(t *testing.T, db *pgtest.Database, name string) []string {
	t.Helper()
	rows, err := db.Owner().Query(t.Context(), `SELECT x::text FROM `+name+` AS x ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestAnotherPassnumGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE accounts SET password_hash = 'empreinte de ' || email, pin_hash = 'x'`)
	w.Exec(`INSERT INTO api_tokens (id, organisation_id, name, token_hash, scopes, created_at) VALUES ($1, $2, 'caisse', sha256('jeton'), '{redeem}', $3)`, postgres.NewID(), w.Mediatheque, w.Now())
	if _, _, err := proof.Append(t.Context(), w.DB); err != nil {
		t.Fatal(err)
	}
	successor, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	k := open(t, w.export(t, successor.Recipient().String()))
	w.verified(t, k)
	next := pgtest.New(t)
	target := continuity.Target{OwnerURL: ownedBy(t, next), App: next.DB().WithClock(w.Now), Host: "pass.nouveau.fr"}
	taken, err := target.Import(t.Context(), k, continuity.Terms{Key: kit.Public(w.signer), Identities: []age.Identity{successor}})
	if err != nil {
		t.Fatal(err)
	}
	if taken.CodeKeys != w.keyList || taken.Accounts == 0 || taken.Pieces != 1 || !slices.Equal(taken.Hosts, []string{"pass.ancien.fr"}) {
		t.Errorf("taken: %d tables, %d pieces, %d accounts, %q", taken.Tables, taken.Pieces, taken.Accounts, taken.Hosts)
	}
	sameRows(t, w, next, k)
	if hosts, err := installation.FormerHosts(t.Context(), target.App); err != nil || !slices.Equal(hosts, taken.Hosts) {
		t.Errorf("former hosts %q, %v", hosts, err)
	}
	proven(t, target.App)
	goesOn(t, w, target.App, taken)
	proven(t, target.App)
	guarded(t, w.Base, next)
	if _, err := target.Import(t.Context(), k, continuity.Terms{Key: kit.Public(w.signer)}); !errors.Is(err, continuity.ErrNotEmpty) {
		t.Errorf("a second import: %v", err)
	}
}

// sameRows compares both databases, but for what an import changes on purpose.
func sameRows(t *testing.T, w *world, next *pgtest.Database, k *kit.Kit) {
	t.Helper()
	if n := count(t, next, `SELECT count(*) FROM accounts WHERE operator_role IS NOT NULL`); n != 0 {
		t.Errorf("%d people of the former operator kept their rights", n)
	}
	w.Exec(`UPDATE accounts SET operator_role = NULL`)
	for _, f := range k.Files {
		name, ok := strings.CutPrefix(f.Path, "tables/")
		if name = strings.TrimSuffix(name, ".csv"); !ok || name == "installation" || name == "journal" {
			continue
		}
		was, is := rowsOf(t, w.Base, name), rowsOf(t, next, name)
		if !slices.Equal(was, is) {
			t.Errorf("%s differs:\n%.600q\n%.600q", name, was, is)
		}
	}
}

func count(t *testing.T, db *pgtest.Database, sql string) (n int) {
	t.Helper()
	if err := db.Owner().QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func proven(t *testing.T, db *postgres.DB) {
	t.Helper()
	if _, _, err := proof.Append(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	err := db.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		report, err := proof.Verify(t.Context(), tx)
		for _, result := range report.Failed() {
			t.Errorf("%s: %+v", result.Name, result.Offenders)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goesOn uses the next operator's database: with both keyrings, chèques printed
// before are taken, and those already used are refused.
func goesOn(t *testing.T, w *world, db *postgres.DB, taken continuity.Taken) {
	t.Helper()
	keys, err := code.ParseKeyring(code.GenerateKey("n1") + "," + taken.CodeKeys)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := redemption.NewService(db, keys).Redeem(t.Context(), w.Mediateur, redemption.Request{
		Key: "suite", Codes: w.codes[2:5], Entries: []int{3}, Mode: redemption.Individuel,
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, amount := receipt.Taken(); n != 2 || amount != 2000 || receipt.Results[0].Status == redemption.Redeemed {
		t.Errorf("%d chèques for %s: %+v", n, amount, receipt.Results)
	}
	later := db.WithClock(func() time.Time { return w.Now().AddDate(0, 0, 20) })
	id, err := settlement.NewService(later, settlement.Debtor{Name: "Successeur", IBAN: "FR7630006000011234567890189"}, print.Issuer{Name: "Successeur"}).
		Prepare(t.Context(), w.Finance, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	if err != nil || id == uuid.Nil {
		t.Errorf("preparing a payment: %v", err)
	}
}

// guarded compares what protects both databases.
func guarded(t *testing.T, was, is *pgtest.Database) {
	t.Helper()
	for _, sql := range []string{
		`SELECT conrelid::regclass::text || conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1`,
		`SELECT tgrelid::regclass::text || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1`,
		`SELECT relname || relrowsecurity || relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`,
	} {
		var lists [2][]string
		for i, db := range []*pgtest.Database{was, is} {
			rows, err := db.Owner().Query(t.Context(), sql)
			if err != nil {
				t.Fatal(err)
			}
			if lists[i], err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
				t.Fatal(err)
			}
		}
		if len(lists[0]) < 3 || !slices.Equal(lists[0], lists[1]) {
			t.Errorf("guards differ: %d and %d for %s", len(lists[0]), len(lists[1]), sql)
		}
	}
}

func TestAnImportRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	successor, err := age.GenerateX25519Identity()
	must(t, err)
	archive := w.export(t, successor.Recipient().String())
	next := pgtest.New(t)
	target := continuity.Target{OwnerURL: next.OwnerURL(), App: next.DB()}
	other, err := kit.Signer(make([]byte, 32))
	must(t, err)
	stranger, err := age.GenerateX25519Identity()
	must(t, err)
	right := continuity.Terms{Key: kit.Public(w.signer)}
	for name, c := range map[string]struct {
		archive []byte
		terms   continuity.Terms
		want    error
	}{
		"a wrong key":            {archive, continuity.Terms{Key: kit.Public(other)}, continuity.ErrNotTrue},
		"somebody else's sealed": {archive, continuity.Terms{Key: kit.Public(w.signer), Identities: []age.Identity{stranger}}, continuity.ErrNotYours},
		"nothing sealed":         {w.export(t, ""), continuity.Terms{Key: kit.Public(w.signer), Identities: []age.Identity{successor}}, continuity.ErrNotYours},
		"keys of other chèques":  {w.withKeys(t, code.GenerateKey("k1"), successor), continuity.Terms{Key: kit.Public(w.signer), Identities: []age.Identity{successor}}, continuity.ErrKeys},
		"keys of another name":   {w.withKeys(t, code.GenerateKey("k9"), successor), continuity.Terms{Key: kit.Public(w.signer), Identities: []age.Identity{successor}}, continuity.ErrKeys},
		"sums that differ":       {w.signedAgain(t, archive, kit.CreditorsName, func(s string) string { return strings.ReplaceAll(s, "30,00", "29,00") }), right, continuity.ErrNotTrue},
	} {
		_, err := target.Import(t.Context(), open(t, c.archive), c.terms)
		refused(t, name, err, c.want)
	}
	if n := count(t, next, `SELECT (SELECT count(*) FROM organisations) + (SELECT count(*) FROM journal)`); n != 0 {
		t.Errorf("a refused import left %d rows", n)
	}
	guarded(t, w.Base, next)
	_, err = next.Owner().Exec(t.Context(), `UPDATE schema_migrations SET version = version - 1`)
	must(t, err)
	_, err = target.Import(t.Context(), open(t, archive), right)
	if refusal, ok := fault.As(err); !ok || !strings.Contains(refusal.Sentence, "version") {
		t.Errorf("another schema: %v", err)
	}
}

// withKeys is a kit sealed with a keyring that is not the world's.
func (w *world) withKeys(t *testing.T, list string, successor *age.X25519Identity) []byte {
	t.Helper()
	source := w.source()
	source.CodeKeys = list
	var out bytes.Buffer
	_, err := source.Export(t.Context(), &out, successor.Recipient().String(), nil)
	must(t, err)
	return out.Bytes()
}

// TestWithoutKeysEverythingIsStillThere is what a liquidator imports.
func TestWithoutKeysEverythingIsStillThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE accounts SET password_hash = 'x'`)
	next := pgtest.New(t)
	taken, err := continuity.Target{OwnerURL: next.OwnerURL(), App: next.DB()}.Import(t.Context(), open(t, w.export(t, "")), continuity.Terms{Key: kit.Public(w.signer)})
	must(t, err)
	if taken.CodeKeys != "" || taken.Accounts != 0 || count(t, next, `SELECT count(*) FROM accounts WHERE password_hash <> ''`) != 0 {
		t.Error("a password or a key went out without a successor")
	}
	if was, is := w.Count(`SELECT count(*) FROM cheques`), count(t, next, `SELECT count(*) FROM cheques`); was != int64(is) || is == 0 {
		t.Errorf("%d chèques of %d", is, was)
	}
}
