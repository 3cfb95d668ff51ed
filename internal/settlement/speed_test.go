package settlement_test

import (
	"os"
	"testing"
	"time"

	"passnum/internal/testworld"
)

// many writes structures that each accepted chèques of every order, as rows, and
// tells how long the bare rows took: a busy machine is slow at everything.
func (s *scene) many(t *testing.T, structures, cheques, orders int) time.Duration {
	t.Helper()
	for range orders - 1 {
		s.ActiveOrder(testworld.OrderOptions{Carnets: 1})
	}
	s.Exec(`UPDATE orders SET downstream_fee_basis_points = 400`)
	begun := time.Now()
	tx, err := s.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// A replica checks no foreign key: chèques and séances are not needed here.
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`SET LOCAL session_replication_role = replica`, nil},
		{`INSERT INTO organisations (id, name, siret, kind, is_structure, slug, created_at, street, postal_code, town)
			SELECT md5('s' || n)::uuid, 'Structure ' || lpad(n::text, 5, '0'), '7' || lpad(n::text, 13, '0'), 'association', true, 'st-' || n, now(), '1 rue Haute', '23000', 'Guéret' FROM generate_series(1, $1::int) AS n`, []any{structures}},
		{`INSERT INTO structures (organisation_id, state, charter_accepted_at, account_holder, iban, qualified_at)
			SELECT id, 'qualifiee', now(), name, 'FR1420041010050500013M02606', now() FROM organisations WHERE slug LIKE 'st-%'`, nil},
		{`INSERT INTO redemptions (commanditaire_id, id, cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day)
			SELECT $1, gen_random_uuid(), gen_random_uuid(), $1, o.id, $1, md5('s' || (1 + n % $2))::uuid, $1, 'x', 1, 1000, timestamptz '2026-10-01' + (n % 28) * interval '1 day', date '2026-10-01' + n % 28
			FROM generate_series(1, $3::int) AS n JOIN (SELECT id, row_number() OVER () AS k, count(*) OVER () AS of FROM orders) AS o ON o.k = 1 + (n / $2) % o.of`,
			[]any{s.Departement, structures, cheques}},
	} {
		if _, err := tx.Exec(t.Context(), q.sql, q.args...); err != nil {
			t.Fatalf("%v\n%s", err, q.sql)
		}
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	bare := time.Since(begun)
	s.Exec(`ANALYZE`)
	return bare
}

// A month of 1,000 structures and 100,000 chèques is prepared and approved in
// less than ten seconds; a tenth of it in the usual run.
func TestABigMonth(t *testing.T) {
	structures, cheques := 100, 10_000
	if os.Getenv("PASSNUM_FULL") == "1" {
		structures, cheques = 1000, 100_000
	} else {
		t.Parallel()
	}
	s := newScene(t)
	bare := s.many(t, structures, cheques, 20)
	s.november()
	begun := time.Now()
	id := s.prepare(t, october)
	prepared := time.Since(begun)
	s.approve(t, id)
	took := time.Since(begun)
	d := s.dossier(t, id)
	if d.Batch.Lines != structures || d.Cheques != cheques || d.GrossCents != euros(10*cheques) {
		t.Errorf("%d lines, %d chèques, %s", d.Batch.Lines, d.Cheques, d.GrossCents)
	}
	begun = time.Now()
	if _, _, err := s.pay.BankFile(t.Context(), s.Finance, id); err != nil {
		t.Fatal(err)
	}
	generated := time.Since(begun)
	begun = time.Now()
	s.execute(t, id)
	t.Logf("%d structures, %d chèques (%s for the bare rows): prepared in %s, approved in %s, file in %s, executed in %s", structures, cheques, bare, prepared, took-prepared, generated, time.Since(begun))
	if took > max(10*time.Second, 5*bare) {
		t.Errorf("prepared and approved in %s, the bare rows in %s", took, bare)
	}
}
