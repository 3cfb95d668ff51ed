package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

// readers says, for each table, which of the world's actors see the seeded row.
// A table missing here fails the walk: classify it.
var readers = map[string]string{
	"accounts":                "identity platform",
	"affiliation_requests":    "commanditaire structure platform",
	"agreements":              "commanditaire structure platform",
	"allocation_plans":        "commanditaire platform",
	"api_tokens":              "structure identity platform",
	"bank_lines":              "platform",
	"bank_matches":            "platform",
	"bank_statements":         "platform",
	"bank_targets":            "platform",
	"billing_services":        "commanditaire platform",
	"invoice_events":          "commanditaire platform",
	"invoice_lines":           "commanditaire platform",
	"invoice_papers":          "commanditaire platform",
	"invoice_references":      "commanditaire platform",
	"invoices":                "commanditaire platform",
	"capacity_requests":       "structure identity platform",
	"carnet_replacements":     "commanditaire agent platform",
	"carnets":                 "commanditaire cofunder agent platform",
	"census_imports":          "structure platform",
	"census_lines":            "structure platform",
	"census_links":            "structure platform",
	"cheque_codes":            "platform",
	"cheques":                 "commanditaire platform",
	"closings":                "commanditaire cofunder platform",
	"continuity_kits":         "platform",
	"continuity_kit_chunks":   "platform",
	"conventions":             "commanditaire agent platform",
	"counters":                "commanditaire cofunder agent structure stranger platform",
	"custody_moves":           "commanditaire agent platform",
	"custody_cases":           "commanditaire agent platform",
	"custody_case_lines":      "commanditaire agent platform",
	"custody_notes":           "commanditaire agent platform",
	"stock_requests":          "commanditaire agent platform",
	"stock_thresholds":        "commanditaire agent platform",
	"transfers":               "commanditaire agent platform",
	"transfer_ranges":         "commanditaire agent platform",
	"delegation_messages":     "commanditaire agent platform",
	"delegations":             "commanditaire agent platform",
	"desk_prints":             "commanditaire platform",
	"devices":                 "structure identity platform",
	"disputes":                "commanditaire structure platform",
	"file_answers":            "structure platform",
	"file_versions":           "structure platform",
	"documents":               "commanditaire cofunder platform",
	"dossier_documents":       "structure platform",
	"embed_origins":           "commanditaire public platform",
	"ending_reminders":        "commanditaire platform",
	"ending_steps":            "commanditaire cofunder platform",
	"expiries":                "commanditaire platform",
	"failed_tries":            "identity platform",
	"handover_cheques":        "commanditaire agent platform",
	"handovers":               "commanditaire agent platform",
	"installation":            "commanditaire cofunder agent structure stranger identity public platform",
	"invitations":             "structure identity platform",
	"job_runs":                "commanditaire platform",
	"journal":                 "commanditaire structure platform",
	"late_claim_days":         "commanditaire structure platform",
	"late_devices":            "structure platform",
	"incidents":               "commanditaire structure platform",
	"ledger_movements":        "commanditaire structure platform",
	"ledger_transactions":     "commanditaire structure platform",
	"mail_outbox":             "platform",
	"memberships":             "structure identity platform",
	"open_data_choices":       "structure public platform",
	"open_data_files":         "public platform",
	"open_data_chunks":        "public platform",
	"opposition_carnets":      "commanditaire agent platform",
	"opposition_liftings":     "commanditaire agent platform",
	"oppositions":             "commanditaire agent platform",
	"replacement_prints":      "commanditaire platform",
	"order_cofunders":         "commanditaire cofunder platform",
	"order_deliveries":        "commanditaire agent platform",
	"order_funds":             "commanditaire platform",
	"order_milestones":        "commanditaire platform",
	"order_numbers":           "commanditaire platform",
	"order_services":          "commanditaire platform",
	"order_steps":             "commanditaire cofunder platform",
	"orders":                  "commanditaire cofunder platform",
	"organisation_settings":   "structure platform",
	"organisations":           "commanditaire cofunder agent structure stranger identity public platform",
	"password_resets":         "identity platform",
	"pathways":                "commanditaire platform",
	"place_claims":            "structure platform",
	"place_offers":            "commanditaire cofunder agent structure stranger public platform",
	"place_reports":           "structure platform",
	"place_stops":             "commanditaire cofunder agent structure stranger public platform",
	"places":                  "commanditaire cofunder agent structure stranger public platform",
	"points":                  "commanditaire agent platform",
	"print_downloads":         "platform",
	"print_pack_chunks":       "platform",
	"print_packs":             "platform",
	"print_shops":             "platform",
	"programmes":              "commanditaire cofunder agent structure stranger platform",
	"programme_orders":        "commanditaire cofunder platform",
	"public_figures":          "commanditaire cofunder agent structure stranger public platform",
	"proof_balances":          "platform",
	"proofs":                  "platform",
	"proposals":               "commanditaire agent platform",
	"file_corrections":        "structure platform",
	"qualification_decisions": "structure platform",
	"qualification_renewals":  "structure platform",
	"review_messages":         "structure platform",
	"review_reads":            "structure platform",
	"review_templates":        "platform",
	"redemption_requests":     "structure platform",
	"redemptions":             "commanditaire structure platform",
	"refunds":                 "commanditaire platform",
	"seals":                   "public platform",
	"seances":                 "commanditaire structure platform",
	"sessions":                "",
	"payment_rules":           "commanditaire cofunder agent structure stranger platform",
	"settlement_files":        "platform",
	"settlement_lines":        "structure platform",
	"settlement_shares":       "commanditaire structure platform",
	"structure_rhythms":       "structure platform",
	"settlement_returns":      "structure platform",
	"settlements":             "platform",
	"status_report_lines":     "platform",
	"status_reports":          "platform",
	"structure_bank_accounts": "structure platform",
	"structures":              "structure platform",
	"training_attestations":   "structure platform",
	"training_lessons":        "structure platform",
	"usage_carnets":           "commanditaire platform",
	"workshop_bookings":       "agent structure platform",
	"workshops":               "commanditaire cofunder agent structure stranger public platform",
	"usage_days":              "commanditaire cofunder platform",
	"usage_months":            "commanditaire cofunder platform",
	"usage_orders":            "commanditaire cofunder platform",
}

// writable lists the seeded rows an actor of another organisation may change:
// none is, except shared counters, which are nobody's.
var writable = map[string]bool{"counters": true}

type reader struct {
	name string
	in   func(fn func(*postgres.Tx) error) error
}

func walkers(w *testworld.World) []reader {
	ctx := context.Background()
	as := func(a identity.Actor) func(fn func(*postgres.Tx) error) error {
		return func(fn func(*postgres.Tx) error) error { return w.DB.InOrganisation(ctx, a, fn) }
	}
	return []reader{
		{"commanditaire", as(w.Commanditaire)},
		{"cofunder", as(w.Cofunder)},
		{"agent", as(w.Agent)},
		{"structure", as(w.Mediateur)},
		{"stranger", as(w.Other)},
		{"identity", func(fn func(*postgres.Tx) error) error { return w.DB.InIdentity(ctx, fn) }},
		{"public", func(fn func(*postgres.Tx) error) error { return w.DB.InPublic(ctx, fn) }},
		{"platform", func(fn func(*postgres.Tx) error) error { return w.DB.InPlatform(ctx, postgres.System{}, "essai", fn) }},
	}
}

func TestEveryTableAndRole(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	marks := seed(w)
	for _, table := range tables(t, w) {
		expected, known := readers[table]
		if !known {
			t.Errorf("table %s is not classified: say who reads it", table)
			continue
		}
		for _, r := range walkers(w) {
			sees := strings.Contains(" "+expected+" ", " "+r.name+" ")
			if got := reads(t, r, table, marks[table]); got != sees {
				t.Errorf("%s reads the row of %s: %v, want %v", r.name, table, got, sees)
			}
			if r.name == "stranger" || r.name == "public" {
				refuseWrites(t, r, table, marks[table])
				refuseForgery(t, w, r, table, marks[table])
			}
		}
	}
}

// TestWithoutScopeNothingIsReadable proves that a forgotten scope fails rather
// than showing an empty page.
func TestWithoutScopeNothingIsReadable(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	for _, table := range tables(t, w) {
		if table == "sessions" {
			continue
		}
		var n int
		err := w.DB.Pool().QueryRow(context.Background(), "SELECT count(*) FROM "+table).Scan(&n)
		if err == nil {
			t.Errorf("%s is readable outside any scope", table)
		}
	}
	var n int
	err := pgx.BeginFunc(context.Background(), w.DB.Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(context.Background(), "SET LOCAL ROLE passnum_org"); err != nil {
			return err
		}
		return tx.QueryRow(context.Background(), "SELECT count(*) FROM orders").Scan(&n)
	})
	if err == nil {
		t.Error("the organisation's role without an organisation reads orders")
	}
}

func tables(t *testing.T, w *testworld.World) []string {
	t.Helper()
	rows, err := w.Owner.Query(context.Background(), `SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_migrations'`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	sort.Strings(names)
	return names
}

func reads(t *testing.T, r reader, table, mark string) bool {
	t.Helper()
	var n int
	err := r.in(func(tx *postgres.Tx) error {
		return tx.QueryRow(context.Background(), fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", table, mark)).Scan(&n)
	})
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42501" {
		return false
	}
	if err != nil {
		t.Errorf("%s on %s: %v", r.name, table, err)
	}
	return n > 0
}

func refuseWrites(t *testing.T, r reader, table, mark string) {
	t.Helper()
	if writable[table] {
		return
	}
	for _, verb := range []string{"DELETE FROM %s WHERE %s", "UPDATE %[1]s SET %[3]s = %[3]s WHERE %[2]s"} {
		statement := fmt.Sprintf(strings.ReplaceAll(verb, "DELETE FROM %s WHERE %s", "DELETE FROM %[1]s WHERE %[2]s"), table, mark, strings.Fields(strings.Trim(mark, "("))[0])
		rollback := errors.New("rollback")
		err := r.in(func(tx *postgres.Tx) error {
			tag, err := tx.Exec(context.Background(), statement)
			if err == nil && tag.RowsAffected() > 0 {
				t.Errorf("%s can run %s", r.name, statement)
			}
			return errors.Join(err, rollback)
		})
		var pg *pgconn.PgError
		if !errors.Is(err, rollback) || errors.As(err, &pg) && pg.Code != "42501" {
			t.Errorf("%s on %s: %v", r.name, table, err)
		}
	}
}

// refuseForgery tries to insert a row that names the same parties as the seeded
// one. The outbox alone takes anybody's letters.
func refuseForgery(t *testing.T, w *testworld.World, r reader, table, mark string) {
	t.Helper()
	if writable[table] || table == "mail_outbox" {
		return
	}
	var row string
	if err := w.Owner.QueryRow(context.Background(), fmt.Sprintf("SELECT to_jsonb(x)::text FROM %s x WHERE %s LIMIT 1", table, mark)).Scan(&row); err != nil {
		t.Fatal(err)
	}
	err := r.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(context.Background(), fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM jsonb_populate_record(NULL::%[1]s, $1::jsonb)", table), row)
		return err
	})
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "42501" {
		t.Errorf("%s forging a row of %s: %v, want a refusal of right", r.name, table, err)
	}
}

func id(column string, value uuid.UUID) string { return fmt.Sprintf("%s = '%s'", column, value) }
