package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"passnum/internal/postgres/pgtest"
)

// TestEveryTableIsProtected asks the catalog, so that a table added tomorrow
// fails until it is protected.
func TestEveryTableIsProtected(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for name, query := range map[string]string{
		"table without forced row-level security": `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
			AND relkind IN ('r', 'p') AND relname <> 'schema_migrations' AND NOT (relrowsecurity AND relforcerowsecurity)`,
		"table without policy": `SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
			AND relname <> 'schema_migrations' AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname)`,
		"view that runs with its owner's rights": `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
			AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)`,
		"definer function without a fixed search_path or owned by the schema's owner": `SELECT proname FROM pg_proc
			WHERE pronamespace IN ('public'::regnamespace, 'passnum'::regnamespace) AND prosecdef
			AND (NOT coalesce(proconfig::text LIKE '%search_path%', false) OR proowner::regrole::text <> 'passnum_redeemer')`,
		"guard before which a temporary table can stand": `SELECT proname FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'passnum'::regnamespace)
			AND (prosecdef OR prorettype = 'trigger'::regtype) AND NOT coalesce(proconfig::text ~ 'search_path=.*pg_temp', false)`,
		"application role that bypasses row-level security": `SELECT rolname FROM pg_roles WHERE rolname LIKE 'passnum%' AND (rolbypassrls OR rolsuper)`,
		"business table the login role can touch outside a scope": `SELECT DISTINCT table_name::text FROM information_schema.role_table_grants
			WHERE grantee = 'passnum_app' AND table_schema = 'public' AND table_name NOT IN ('sessions', 'schema_migrations')`,
		"policy with a subquery": `SELECT tablename::text FROM pg_policies WHERE qual LIKE '%SELECT%' OR with_check LIKE '%SELECT%'`,
		"money table whose key does not begin with the commanditaire": `SELECT c.conrelid::regclass::text FROM pg_constraint c
			JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
			WHERE c.contype = 'p' AND c.conrelid::regclass::text IN ('orders', 'carnets', 'cheques', 'handovers', 'handover_cheques', 'custody_moves', 'seances', 'redemptions', 'ledger_transactions', 'ledger_movements', 'order_funds')
			AND a.attname <> 'commanditaire_id'`,
		"history the application may edit": `SELECT table_name || ' ' || privilege_type FROM information_schema.role_table_grants
			WHERE table_name IN ('ledger_transactions', 'ledger_movements', 'journal', 'order_steps', 'order_funds', 'custody_moves', 'documents')
			AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE') AND grantee LIKE 'passnum%'`,
	} {
		rows, err := db.Owner().Query(context.Background(), query)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, f := range found {
			t.Errorf("%s: %s", name, f)
		}
	}
}
