package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"passnum/internal/testworld"
)

// TestTheApplicationCannotUndoAnApproval has the application's own role write what
// no screen does: it must not change, take away or pay again what was approved.
func TestTheApplicationCannotUndoAnApproval(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	seed(w)
	w.Exec(`UPDATE settlement_lines SET state = 'approuvee'`)
	w.Exec(`UPDATE settlements SET state = 'approuvee', number = 'CP-2026-999', approved_at = now(), approved_by = gen_random_uuid(), frozen_hash = '\x01', execution_on = current_date`)
	w.Exec(`UPDATE redemptions SET settlement_line_id = (SELECT id FROM settlement_lines LIMIT 1) WHERE undone_at IS NULL`)
	for _, act := range []string{
		`UPDATE settlements SET prepared_by = approved_by`,
		`UPDATE settlements SET total_cents = total_cents + 1`,
		`UPDATE settlements SET frozen_hash = '\x02'`,
		`UPDATE settlements SET state = 'preparee', approved_at = NULL, approved_by = NULL, frozen_hash = NULL`,
		`DELETE FROM settlement_shares`,
		`DELETE FROM settlement_lines`,
		`DELETE FROM settlements`,
		`UPDATE settlement_lines SET iban = 'FR7630006000011234567890189'`,
		`UPDATE settlement_lines SET state = 'preparee'`,
		`UPDATE redemptions SET settlement_line_id = NULL WHERE settlement_line_id IS NOT NULL`,
		`UPDATE redemptions SET amount_cents = amount_cents + 1`,
		`UPDATE redemptions SET structure_id = gen_random_uuid()`,
	} {
		if err := asPlatform(t, w, act); err == nil {
			t.Errorf("accepted: %s", act)
		} else if text := err.Error(); !strings.Contains(text, "permission denied") && !strings.Contains(text, "approved payment") && !strings.Contains(text, "append-only") {
			t.Errorf("%s: %v", act, err)
		}
	}
}

// TestNoTemporaryTableStandsBeforeAGuard lets the application's role answer, by a
// temporary table of the same name, what a guard asks of the real one.
func TestNoTemporaryTableStandsBeforeAGuard(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	err := asPlatform(t, w, `
		RESET ROLE;
		CREATE TEMPORARY TABLE structure_bank_accounts ON COMMIT DROP AS
			SELECT s.organisation_id AS structure_id, 'active' AS state, 'FR7630006000011234567890189' AS iban FROM (VALUES ('`+w.Mediatheque.String()+`'::uuid)) AS s(organisation_id);
		GRANT SELECT ON structure_bank_accounts TO passnum_platform;
		SET LOCAL ROLE passnum_platform;
		UPDATE structures SET iban = 'FR7630006000011234567890189', account_holder = 'Moi', bic = 'AGRIFRPP' WHERE organisation_id = '`+w.Mediatheque.String()+`'`)
	if err == nil || !strings.Contains(err.Error(), "no account in force") {
		t.Errorf("the guard believed a temporary table: %v", err)
	}
}

// asPlatform runs SQL as the application's login role in the operator's scope, and
// keeps nothing of it.
func asPlatform(t *testing.T, w *testworld.World, sql string) error {
	t.Helper()
	tx, err := w.Base.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), "SET LOCAL ROLE passnum_platform;"+sql, pgx.QueryExecModeSimpleProtocol)
	return err
}

// TestAccountsOfNobodyAreNotThoseOfAll reads accounts in an organisation's scope
// that names none: it must fail, as everywhere.
func TestAccountsOfNobodyAreNotThoseOfAll(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	seed(w)
	for _, read := range []string{`SELECT * FROM account_flows('2000-01-01', '2100-01-01', NULL, NULL)`, `SELECT * FROM account_cofunders()`} {
		if err := asPlatform(t, w, `SET LOCAL ROLE passnum_org; SET LOCAL app.organisation_id = ''; `+read); err == nil {
			t.Errorf("accepted: %s", read)
		}
		if err := asPlatform(t, w, read); err != nil {
			t.Errorf("the operator: %s: %v", read, err)
		}
	}
}
