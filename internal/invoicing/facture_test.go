package invoicing_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/internal/testworld"
)

func TestAFactureSaysWhatTheQuoteSays(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	d := s.issue(t, order)
	if d.Number != "F2026-000001" || d.Face != 200_000 || d.Fees != 8_000 || d.VAT != 1_600 || d.Total != 209_600 || d.Cheques != 200 {
		t.Errorf("%+v", d)
	}
	if d.DueOn.Sub(d.IssuedOn) != invoicing.Terms {
		t.Errorf("due on %s", d.DueOn)
	}
	dossier := s.row(t, d.ID)
	if dossier.State != invoicing.ToPay || dossier.Due != d.Total || dossier.References.Engagement != "EJ-1" || len(dossier.Lines) != 2 || dossier.XMLHash == "" {
		t.Errorf("%+v", dossier)
	}
	if len(*s.letters) != 1 || !strings.Contains((*s.letters)[0].Subject, d.Number) {
		t.Errorf("letters: %v", *s.letters)
	}
	if _, err := s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID); !errors.Is(err, invoicing.ErrNothingToBill) {
		t.Errorf("billed twice: %v", err)
	}
}

func TestAnOrderThatIsNotSignedIsNotBilled(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.ActiveOrder(testworld.OrderOptions{State: "devis"})
	if _, err := s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID); !errors.Is(err, invoicing.ErrNotBillable) {
		t.Errorf("billed: %v", err)
	}
	if _, err := s.Issue(t.Context(), s.Commanditaire, order.ID, s.Departement, order.ID); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("billed by its own buyer: %v", err)
	}
}

func TestEachPayerIsBilledItsPart(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	s.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents, direct) VALUES ($1, $2, $3, 66667, true)`, s.Departement, order.ID, s.Region)
	waiting, err := s.ToBill(t.Context(), s.Finance)
	if err != nil || len(waiting) != 2 {
		t.Fatalf("%d bills: %v", len(waiting), err)
	}
	region, err := s.Issue(t.Context(), s.Finance, order.ID, s.Region, order.ID)
	if err != nil {
		t.Fatal(err)
	}
	own := s.issue(t, order)
	if region.Total != 66_667 || own.Face != 133_333 || own.Fees != 8_000 || region.Face+own.Face != 200_000 || own.VAT != 1_600 {
		t.Errorf("region %+v, own %+v", region, own)
	}
	s.receive(order, &s.Region, "R-1", 66_667, 0, 0)
	if d := s.row(t, region.ID); d.State != invoicing.Paid || d.Due != 0 {
		t.Errorf("region: %s, %s due", d.State, d.Due)
	}
	if d := s.row(t, own.ID); d.State != invoicing.ToPay || d.Due != own.Total {
		t.Errorf("own: %s, %s due", d.State, d.Due)
	}
	unpaid := s.unpaid(t)
	if len(unpaid) != 1 || unpaid[0].Number != own.Number || unpaid[0].PayerID != nil || unpaid[0].Total != own.Total {
		t.Errorf("unpaid: %+v", unpaid)
	}
	if _, err := s.MyDossier(t.Context(), s.Cofunder, region.ID); err != nil {
		t.Errorf("the co-funder does not read its facture: %v", err)
	}
	if _, err := s.MyDossier(t.Context(), s.Cofunder, own.ID); !errors.Is(err, invoicing.ErrNotFound) {
		t.Errorf("the co-funder reads another's: %v", err)
	}
}

func TestReceiptsPayFacturesInTheirOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	d := s.issue(t, order)
	s.receive(order, nil, "M-1", 200_000, 0, 0)
	if row := s.row(t, d.ID); row.State != invoicing.Partly || row.Due != 9_600 || row.PaidSum() != 200_000 {
		t.Errorf("%s, %s due", row.State, row.Due)
	}
	if u := s.unpaid(t); len(u) != 1 || u[0].Face != 0 || u[0].Fees != 8_000 || u[0].VAT != 1_600 {
		t.Errorf("%+v", u)
	}
	s.receive(order, nil, "M-2", 0, 8_000, 1_600)
	if row := s.row(t, d.ID); row.State != invoicing.Paid || len(row.Receipts) != 2 {
		t.Errorf("%s, %d receipts", row.State, len(row.Receipts))
	}
}

func TestAFactureOfWhatIsPaidSaysSo(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	s.receive(order, nil, "M-1", 200_000, 8_000, 1_600)
	d := s.issue(t, order)
	file, err := s.XMLForOperator(t.Context(), s.Finance, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<ram:ID>S2</ram:ID>", "<ram:TotalPrepaidAmount>2096.00<", "<ram:DuePayableAmount>0.00<"} {
		if !strings.Contains(string(file.Content), want) {
			t.Errorf("%s is missing", want)
		}
	}
}

func TestWhatTheBuyerWantsIsAskedBefore(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	services, err := invoicing.ParseServices("CULTURE, Direction de la culture\nNUM")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveAccounting(t.Context(), s.Commanditaire, invoicing.Accounting{ServiceRequired: true, EngagementRequired: true, Services: services}); err != nil {
		t.Fatal(err)
	}
	_, err = s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID)
	refusal, ok := fault.As(err)
	if !ok || len(refusal.Fields) != 1 || refusal.Fields[0].Field != "code_service" {
		t.Fatalf("issued without a service: %v", err)
	}
	if n := s.Count(`SELECT count(*) FROM counters WHERE series LIKE 'facturation%'`); n != 0 {
		t.Error("a refusal took a number")
	}
	waiting, err := s.ToBillOf(t.Context(), s.Finance, order.ID)
	if err != nil || len(waiting) != 1 || len(waiting[0].Problems) != 1 {
		t.Errorf("waiting: %+v %v", waiting, err)
	}
	if err := s.SetReferences(t.Context(), s.Finance, order.ID, s.Departement, invoicing.References{Engagement: "EJ-2", Service: "NUM"}); err != nil {
		t.Fatal(err)
	}
	if d := s.row(t, s.issue(t, order).ID); d.References != (invoicing.References{Engagement: "EJ-2", Service: "NUM"}) {
		t.Errorf("%+v", d.References)
	}
}

func TestServicesAreRead(t *testing.T) {
	t.Parallel()
	list, err := invoicing.ParseServices("A1 , Culture, arts\n\nB-2\nA1, encore")
	if err != nil || !slices.Equal(list, []invoicing.ServiceCode{{Code: "A1", Label: "Culture, arts"}, {Code: "B-2"}}) {
		t.Errorf("%v %v", list, err)
	}
	if _, err := invoicing.ParseServices("Direction de la culture"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a label is taken for a code: %v", err)
	}
}

func TestMilestonesHaveTheirOwnFacture(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	s.Exec(`INSERT INTO order_services (commanditaire_id, order_id, kind, description, amount_cents) VALUES ($1, $2, 'formation', 'Deux demi-journées', 100001)`, s.Departement, order.ID)
	for rank, m := range []struct {
		rate int
		now  bool
	}{{3000, true}, {4000, false}, {3000, false}} {
		s.Exec(`INSERT INTO order_milestones (commanditaire_id, id, order_id, kind, rank, label, basis_points, at_order) VALUES ($1, gen_random_uuid(), $2, 'formation', $3, 'Rapport', $4, $5)`,
			s.Departement, order.ID, rank+1, m.rate, m.now)
	}
	first := s.issue(t, order)
	if left, _ := s.ToBillOf(t.Context(), s.Finance, order.ID); len(left) != 0 {
		t.Fatalf("a milestone not reached is to bill: %+v", left)
	}
	total := first.Fees
	for rank := 2; rank <= 3; rank++ {
		s.Exec(`UPDATE order_milestones SET reported_at = $1, reported_by = $2, report_note = 'x' WHERE order_id = $3 AND rank = $4`, s.Now(), s.Operator.AccountID, order.ID, rank)
		left, err := s.ToBillOf(t.Context(), s.Finance, order.ID)
		if err != nil || len(left) != 1 {
			t.Fatalf("%d bills: %v", len(left), err)
		}
		d, err := s.Issue(t.Context(), s.Finance, order.ID, left[0].PayerID, left[0].CauseID)
		if err != nil {
			t.Fatal(err)
		}
		total += d.Fees
	}
	if total != 8_000+100_001 {
		t.Errorf("%s billed", total)
	}
}

func (s scene) unpaid(t *testing.T) []invoicing.UnpaidFacture {
	t.Helper()
	var list []invoicing.UnpaidFacture
	if err := s.read(func(l []invoicing.UnpaidFacture) { list = l }); err != nil {
		t.Fatal(err)
	}
	return list
}
