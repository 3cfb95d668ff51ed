package reporting_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/reporting"
	"passnum/internal/reporting/reportingtest"
	"passnum/internal/testworld"
)

// busy is a world with an order of which n chèques were used over three months,
// up to an hour before now.
func busy(t testing.TB, carnets, handed, cheques int) (*testworld.World, testworld.Order, *reporting.Service) {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: carnets, PerCarnet: 10, Funders: []uuid.UUID{w.Region}})
	w.At(testworld.Start.AddDate(0, -3, 0))
	handOver(w, order, handed)
	w.At(testworld.Start)
	err := reportingtest.Write(t.Context(), w.Owner, reportingtest.Usage{
		Commanditaire: w.Departement, Order: order.ID, Structure: w.Mediatheque, Place: w.Place,
		Cheques: cheques, From: testworld.Start.AddDate(0, -3, 0), To: testworld.Start.Add(-time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w, order, reporting.NewService(w.DB, w.Keys)
}

func handOver(w *testworld.World, order testworld.Order, n int) {
	w.Exec(`UPDATE carnets SET state = 'remis', handed_over_at = $1, usable_until = '2026-12-31', accepted_until = '2027-01-31' WHERE order_id = $2 AND number <= $3`, w.Now(), order.ID, n)
	w.Exec(`UPDATE cheques c SET state = 'actif', accepted_until = '2027-01-31' FROM carnets k WHERE k.id = c.carnet_id AND k.order_id = $1 AND k.number <= $2`, order.ID, n)
}

// TestFiguresAgreeWithCounting compares 20,000 redemptions, summed by the
// roll-up, with what plain counting gives.
func TestFiguresAgreeWithCounting(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 2100, 2050, 20000)
	before := read(t, service, w.Commanditaire, order.ID)
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	after := read(t, service, w.Commanditaire, order.ID)
	for name, f := range map[string]reporting.Figures{"before the roll-up": before, "after it": after} {
		agree(t, name, w, f)
	}
	if after.Median == nil || *after.Median != int(w.Count(`SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY d) FROM (
		SELECT min(r.day) - min(k.handed_over_at)::date AS d FROM redemptions r JOIN carnets k ON k.id = r.carnet_id WHERE r.undone_at IS NULL AND r.day < '2026-11-16' GROUP BY r.carnet_id) AS x`)) {
		t.Errorf("median %v", after.Median)
	}
	if !after.Live || !after.Through.Equal(time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("live %v through %v", after.Live, after.Through)
	}
}

func read(t *testing.T, s *reporting.Service, actor identity.Actor, order uuid.UUID) reporting.Figures {
	t.Helper()
	f, err := s.OrderFigures(t.Context(), actor, uuid.Nil, order)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func agree(t *testing.T, name string, w *testworld.World, f reporting.Figures) {
	t.Helper()
	live := `FROM redemptions r JOIN seances s ON s.id = r.seance_id WHERE r.undone_at IS NULL`
	same := func(what string, got, want int64) {
		if got != want {
			t.Errorf("%s: %s is %d, counting gives %d", name, what, got, want)
		}
	}
	same("issued", int64(f.Issued.Carnets), w.Count(`SELECT count(*) FROM carnets`))
	same("issued amount", int64(f.Issued.Amount), w.Count(`SELECT sum(face_value_cents)::bigint FROM cheques`))
	same("handed over", int64(f.HandedOver.Carnets), w.Count(`SELECT count(*) FROM carnets WHERE state = 'remis'`))
	same("in stock", int64(f.InStock.Carnets), w.Count(`SELECT count(*) FROM carnets WHERE state = 'stock'`))
	same("started", int64(f.Started.Carnets), w.Count(`SELECT count(DISTINCT carnet_id) `+live))
	same("used", f.Used.Cheques, w.Count(`SELECT count(*) `+live))
	same("used amount", int64(f.Used.Amount), w.Count(`SELECT sum(amount_cents)::bigint `+live))
	same("séances", f.Used.Seances, w.Count(`SELECT count(DISTINCT seance_id) `+live))
	same("first visits", f.Used.FirstVisits, w.Count(`SELECT count(DISTINCT seance_id) `+live+` AND s.first_visit`))
	same("answers", f.Used.Answers, w.Count(`SELECT count(DISTINCT seance_id) `+live+` AND s.first_visit IS NOT NULL`))
	for _, m := range f.Months {
		same("month "+m.Month.Format("2006-01"), m.Cheques, w.Count(`SELECT count(*) `+live+` AND date_trunc('month', r.day) = $1`, m.Month))
	}
	for _, e := range f.Entries {
		same("entry "+e.Label, e.Cheques, w.Count(`SELECT count(*) `+live+` AND $1 = ANY (s.entries)`, e.Entry))
		same("séances of "+e.Label, e.Seances, w.Count(`SELECT count(DISTINCT seance_id) `+live+` AND $1 = ANY (s.entries)`, e.Entry))
	}
	for _, c := range f.Communes {
		same("commune "+c.Name, c.Seances, w.Count(`SELECT count(DISTINCT seance_id) `+live+` AND s.insee = $1`, c.Code))
	}
	if len(f.Entries) != 8 || len(f.Communes) != 5 || len(f.Months) != 4 || len(f.Points) != 1 {
		t.Errorf("%s: %d entries, %d communes, %d months, %d points", name, len(f.Entries), len(f.Communes), len(f.Months), len(f.Points))
	}
	if p := f.Points[0]; p.Received != f.Issued.Carnets || p.HandedOver != f.HandedOver.Carnets || p.InStock != f.InStock.Carnets {
		t.Errorf("%s: point %+v", name, p)
	}
}

func TestWhoSeesTheFigures(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 40, 30, 200)
	redeemAt(w, order, 250, testworld.Start)
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	own, funded := read(t, service, w.Commanditaire, order.ID), read(t, service, w.Cofunder, order.ID)
	closed := w.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL AND day < '2026-11-16'`)
	if funded.Live || funded.Used.Cheques != closed || own.Used.Cheques <= closed {
		t.Errorf("co-funder sees %d of %d closed chèques (live %v), commanditaire %d", funded.Used.Cheques, closed, funded.Live, own.Used.Cheques)
	}
	if funded.Issued != own.Issued || funded.HandedOver != own.HandedOver || len(funded.Communes) == 0 || funded.Median == nil {
		t.Errorf("co-funder sees %+v, commanditaire %+v", funded.Counts, own.Counts)
	}
	if staff := read(t, service, w.Operator, order.ID); staff.Used != own.Used || !staff.Live {
		t.Errorf("operator sees %+v", staff.Used)
	}
	for name, actor := range map[string]identity.Actor{"another commanditaire": w.Other, "a structure": w.Mediateur, "a counter": w.Agent} {
		_, err := service.OrderFigures(t.Context(), actor, w.Departement, order.ID)
		if !errors.Is(err, reporting.ErrNotFound) && !errors.Is(err, identity.ErrForbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCofunderThatIsAlsoAStructure must not be shown its own redemptions of the
// day as if they were everybody's.
func TestCofunderThatIsAlsoAStructure(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 20, 10, 60)
	redeemAt(w, order, 80, testworld.Start)
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	before := read(t, service, w.Cofunder, order.ID)
	w.Exec(`UPDATE redemptions SET structure_id = $1 WHERE day = '2026-11-16'`, w.Region)
	w.Exec(`UPDATE seances SET structure_id = $1 WHERE id IN (SELECT seance_id FROM redemptions WHERE structure_id = $1)`, w.Region)
	if after := read(t, service, w.Cofunder, order.ID); after.Used != before.Used || after.Started != before.Started {
		t.Errorf("%+v became %+v", before.Counts, after.Counts)
	}
}

func TestBlockedAndExpired(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 20, 15, 50)
	w.Exec(`UPDATE carnets SET state = 'bloque' WHERE number = 12`)
	w.Exec(`UPDATE carnets SET accepted_until = '2026-11-10' WHERE number = 13`)
	w.Exec(`UPDATE cheques SET accepted_until = '2026-11-10' WHERE carnet_id IN (SELECT id FROM carnets WHERE number = 13)`)
	if err := service.RollUp(t.Context(), w.Now()); err != nil {
		t.Fatal(err)
	}
	want := func(f reporting.Figures) {
		t.Helper()
		if f.Blocked != (reporting.Lot{Carnets: 1, Cheques: 10, Amount: 10000}) || f.Expired.Cheques != 10 || f.Expired.Amount != money.Cents(10000) {
			t.Errorf("blocked %+v, expired %+v", f.Blocked, f.Expired)
		}
		if f.HandedOver.Carnets != 15 {
			t.Errorf("%d handed over: a blocked carnet was handed over all the same", f.HandedOver.Carnets)
		}
	}
	want(read(t, service, w.Commanditaire, order.ID))
	want(read(t, service, w.Cofunder, order.ID))
}

func TestProjection(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 100, 90, 300)
	f := read(t, service, w.Commanditaire, order.ID)
	p, ok := f.Projection()
	october := w.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL AND day BETWEEN '2026-10-01' AND '2026-10-31'`)
	if want := f.Used.Cheques + october*45/31; !ok || p.Cheques != want || p.Of != 900 || p.Month.Month() != time.October {
		t.Errorf("%+v, want %d", p, want)
	}
	f.Now = time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	if _, ok := f.Projection(); ok {
		t.Error("a projection after the end of validity")
	}
}

func TestExports(t *testing.T) {
	t.Parallel()
	w, order, service := busy(t, 12, 10, 40)
	f := read(t, service, w.Commanditaire, order.ID)
	for kind, want := range map[reporting.ExportKind]string{
		reporting.ExportMonths: "2026-10;", reporting.ExportEntries: "44;", reporting.ExportCommunes: "23096;Guéret (23000);", reporting.ExportPoints: "Accueil de la mairie;Mairie de Guéret;0;12;10;2;",
	} {
		var out bytes.Buffer
		if err := reporting.WriteUsage(&out, f, kind); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%s", kind, err, out.String())
		}
	}
	if err := reporting.WriteUsage(&bytes.Buffer{}, f, "rien"); !errors.Is(err, reporting.ErrNotFound) {
		t.Errorf("unknown export: %v", err)
	}
	var out bytes.Buffer
	if err := service.WriteCarnets(context.Background(), w.Commanditaire, f.One(), &out); err != nil || strings.Count(out.String(), "\r\n") != 13 {
		t.Errorf("carnets: %v\n%s", err, out.String())
	}
}

// BenchmarkOrderFigures measures an order's dashboard at 100,000 redemptions;
// the bench command does the same at 500,000.
func BenchmarkOrderFigures(b *testing.B) {
	w, order, service := busy(b, 12000, 11000, 100000)
	if err := service.RollUp(b.Context(), w.Now()); err != nil {
		b.Fatal(err)
	}
	w.Exec(`VACUUM ANALYZE`)
	for b.Loop() {
		if _, err := service.OrderFigures(b.Context(), w.Commanditaire, w.Departement, order.ID); err != nil {
			b.Fatal(err)
		}
	}
}
