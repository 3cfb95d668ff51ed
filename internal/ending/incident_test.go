package ending_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/facturx"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/ledger"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/reporting/accounting"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// takenScene is an order that four fund unevenly, three chèques of which were
// paid, and one of them taken back.
type takenScene struct {
	*scene
	incidents *incident.Service
	orders    *order.Service
	accounts  *accounting.Service
	order     testworld.Order
	paid      []uuid.UUID
}

func newTakenScene(t *testing.T) *takenScene {
	t.Helper()
	s := &takenScene{scene: newScene(t)}
	issuer := print.Issuer{Name: "Passnum", SIRET: "12345678200010"}
	s.incidents = incident.NewService(s.World.DB).Notify(&jobs.Inline{}, "https://exemple.fr")
	s.orders, s.accounts = order.NewService(order.Deps{DB: s.World.DB, Queue: &jobs.Inline{}}), accounting.NewService(s.World.DB, issuer)
	s.order = s.ActiveOrder(testworld.OrderOptions{Carnets: 2, PerCarnet: 5, FaceValue: 1000, Funders: []uuid.UUID{s.Region, s.Stranger, s.Mairie}})
	for i, funder := range []uuid.UUID{s.Region, s.Stranger, s.Mairie} {
		s.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents, direct) VALUES ($1, $2, $3, $4, $5)`,
			s.Departement, s.order.ID, funder, []int{3333, 3333, 333}[i], i == 0)
	}
	s.on("2026-10-20", 9, 0)
	s.redeem(t, s.codes(s.order, 1)[:3]...)
	pay := settlement.NewService(s.World.DB, settlement.Debtor{Name: "Passnum", SIRET: issuer.SIRET, IBAN: "FR7630001007941234567890185", BIC: "BDFEFRPPCCT"}, issuer)
	s.on("2026-11-03", 9, 0)
	id, err := pay.Prepare(t.Context(), s.Operator, time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC))
	if err == nil {
		err = pay.Approve(t.Context(), s.Finance, id)
	}
	if err == nil {
		err = pay.Execute(t.Context(), s.Finance, id, postgres.Day(s.Now()))
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.Owner.Query(t.Context(), `SELECT id FROM redemptions WHERE order_id = $1 ORDER BY rank`, s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var redemption uuid.UUID
		if err := rows.Scan(&redemption); err != nil {
			t.Fatal(err)
		}
		s.paid = append(s.paid, redemption)
	}
	return s
}

// takeBack decides an incident of two people about a chèque that was paid.
func (s *takenScene) takeBack(t *testing.T, redemption uuid.UUID, amount money.Cents) uuid.UUID {
	t.Helper()
	id, err := s.incidents.Propose(t.Context(), s.Operator, incident.Proposal{Kind: incident.Fraud, RedemptionID: redemption, Amount: amount, Reason: "Atelier qui n’a pas eu lieu"})
	if err == nil {
		err = s.incidents.Accept(t.Context(), s.Finance, id, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *takenScene) close(t *testing.T) ending.Closing {
	t.Helper()
	s.on("2027-02-08", 3, 0)
	s.run(t)
	err := s.sign(t, s.Commanditaire, ending.ForCommanditaire, s.order.ID)
	if err == nil {
		err = s.sign(t, s.Finance, ending.ForOperator, s.order.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return *s.detail(t).Closing
}

func (s *takenScene) detail(t *testing.T) ending.Detail {
	t.Helper()
	d, err := s.Of(t.Context(), s.Commanditaire, ending.ForCommanditaire, s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s *takenScene) refund(t *testing.T, amount money.Cents) {
	t.Helper()
	req := toAccount
	req.Amount = amount
	id, err := s.PrepareRefund(t.Context(), s.Finance, s.order.ID, req)
	if err == nil {
		err = s.ApproveRefund(t.Context(), s.Operator, s.order.ID, id)
	}
	if err == nil {
		err = s.ExecuteRefund(t.Context(), s.Finance, s.order.ID, id, date("2027-02-08"))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// An incident before the closing, another after it: the statement, the order's
// page, the accounts and the avoirs tell the same cents, which are the ledger's.
func TestTakenBackIsToldEverywhere(t *testing.T) {
	t.Parallel()
	s := newTakenScene(t)
	s.invoiced()
	s.takeBack(t, s.paid[0], 1000)
	c := s.close(t)
	f, b := c.Figures, s.balances(t, s.order.ID)
	if f.TakenBack != 1000 || f.Remaining != 7000 || f.Payable != -1000 || f.Paid != 3000 || b.Payable+b.InTransit != f.Payable || b.Paid != f.Paid || b.Credit != f.Remaining+f.TakenBack {
		t.Errorf("%+v\nthe ledger: %+v", f, b)
	}
	s.sameAsPage(t, c)
	s.takeBack(t, s.paid[1], 501)
	if d := s.detail(t); d.TakenBack != 1501 || d.OwedCents != 8501 {
		t.Errorf("%s taken back, %s owed", d.TakenBack, d.OwedCents)
	}
	s.refund(t, 7500)
	s.refund(t, 1001)
	s.wantAvoirs(t, 7000, 500, 1001)
	s.sameAsAccounts(t)
}

// sameAsPage compares the statement's shares with the order's positions.
func (s *takenScene) sameAsPage(t *testing.T, c ending.Closing) {
	t.Helper()
	page, err := s.orders.PositionsForOperator(t.Context(), s.Operator, s.order.ID)
	if err != nil || len(page) != 4 || len(c.Figures.Shares) != 4 {
		t.Fatalf("%d on the page, %d on the statement, %v", len(page), len(c.Figures.Shares), err)
	}
	for i, p := range page {
		if sh := c.Figures.Shares[i]; sh.OrganisationID != p.OrganisationID || sh.Funded != p.Promised || sh.Used != p.Used || sh.Returned != p.Returned || sh.TakenBack != p.TakenBack {
			t.Errorf("the statement tells %+v, the page %+v", sh, p)
		}
	}
}

// wantAvoirs checks the avoirs' sums, and that each funder's parts are the page's.
func (s *takenScene) wantAvoirs(t *testing.T, faces ...money.Cents) {
	t.Helper()
	if len(s.avoirs) != len(faces) {
		t.Fatalf("%+v", s.avoirs)
	}
	parts := map[uuid.UUID]money.Cents{}
	for i, a := range s.avoirs {
		var sum money.Cents
		for _, p := range a.Parts {
			parts[p.FunderID] += p.Amount
			sum += p.Amount
		}
		if a.Face != faces[i] || sum != a.Face {
			t.Errorf("avoir %d is %s, its parts %s, want %s", i, a.Face, sum, faces[i])
		}
	}
	page, err := s.orders.PositionsForOperator(t.Context(), s.Operator, s.order.ID)
	if err != nil {
		t.Fatal(err)
	}
	direct := s.Count(`SELECT sum(face_cents)::bigint FROM invoices WHERE kind = 'avoir' AND buyer_id = $1`, s.Region)
	for _, p := range page {
		if p.OrganisationID == s.Region && int64(p.Returned) != direct {
			t.Errorf("the Région's own avoirs are %d, the page tells %s", direct, p.Returned)
		}
		if parts[p.OrganisationID] != p.Returned {
			t.Errorf("%s: avoirs of %s, %s on the page", p.Name, parts[p.OrganisationID], p.Returned)
		}
	}
}

// sameAsAccounts compares what two years' accounts tell a co-funder with its
// share on its own page.
func (s *takenScene) sameAsAccounts(t *testing.T) {
	t.Helper()
	shares, _, err := s.orders.Shares(t.Context(), s.Cofunder, order.Filter{})
	if err != nil || len(shares) != 1 {
		t.Fatalf("%+v, %v", shares, err)
	}
	var used, rejected, returned money.Cents
	for _, year := range []int{2026, 2027} {
		a, err := s.accounts.Annual(t.Context(), s.Cofunder, year, nil)
		if err != nil || len(a.Orders) != 1 || a.Orders[0].Share == nil {
			t.Fatalf("%d: %+v, %v", year, a, err)
		}
		m := a.Orders[0].Share.Movement
		used, rejected, returned = used+m.Paid.Amount-m.Rejected.Amount, rejected+m.Rejected.Amount, returned+m.Returned.Amount
		if year == 2027 && m.Closing.Amount != 0 {
			t.Errorf("%s still owed", m.Closing.Amount)
		}
	}
	if p := shares[0].Position; used != p.Used || rejected != p.TakenBack || returned != p.Returned {
		t.Errorf("the accounts tell %s used, %s rejected, %s returned; the page %+v", used, rejected, returned, p)
	}
	if b := s.balances(t, s.order.ID); b.Credit != 0 || b.Payable != -1501 || b.Paid != 3000 {
		t.Errorf("%+v", b)
	}
}

// What an avoir gave back is not taken again: an incident that was credited can
// no longer be cancelled, even when the bank returns the refund.
func TestAnAvoirEndsTheCancelling(t *testing.T) {
	t.Parallel()
	s := newTakenScene(t)
	s.invoiced()
	id := s.takeBack(t, s.paid[0], 1000)
	s.close(t)
	s.refund(t, 8000)
	reasons := ""
	if err := s.Owner.QueryRow(t.Context(), `SELECT string_agg(reason, ' | ') FROM invoices WHERE kind = 'avoir' AND order_id = $1`, s.order.ID).Scan(&reasons); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"état contradictoire", "acceptés à tort", "rendue au commanditaire", "remet à chaque financeur sa part", "Région"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("no %q in %s", want, reasons)
		}
	}
	if n := s.Count(`SELECT sum(face_cents)::bigint FROM invoices WHERE kind = 'avoir' AND order_id = $1`, s.order.ID); n != 8000 {
		t.Errorf("%d credited", n)
	}
	var refund uuid.UUID
	if err := s.Owner.QueryRow(t.Context(), `SELECT id FROM refunds WHERE order_id = $1`, s.order.ID).Scan(&refund); err != nil {
		t.Fatal(err)
	}
	err := s.World.DB.InPlatform(t.Context(), s.Finance, "essai", func(tx *postgres.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Transaction{CommanditaireID: s.Departement, OrderID: s.order.ID, Kind: ledger.RefundReturned, CauseID: refund,
			Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Credit, Amount: 8000}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	cancel, err := s.incidents.Cancel(t.Context(), s.Finance, id, "Erreur")
	if err == nil {
		err = s.incidents.Accept(t.Context(), s.Operator, cancel, "")
	}
	if !errors.Is(err, incident.ErrCreditGone) {
		t.Errorf("cancelled: %v", err)
	}
}

// invoiced makes the avoirs those of the invoicing itself.
func (s *takenScene) invoiced() {
	invoices := invoicing.NewService(invoicing.Deps{
		DB: s.World.DB, Queue: &jobs.Inline{}, IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", BaseURL: "https://pass.test",
		Seller: facturx.Party{Name: "Opérateur SCIC", SIRET: "99999999800019", Street: "1 rue de test", PostalCode: "33000", Town: "Bordeaux", VATNumber: "FR11999999998"},
		Post:   func(context.Context, *postgres.Tx, mail.Message) error { return nil },
	})
	s.IssueAvoir = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a ending.Avoir) (uuid.UUID, string, error) {
		s.avoirs = append(s.avoirs, a)
		asked := invoicing.Avoir{CommanditaireID: a.CommanditaireID, OrderID: a.OrderID, Face: a.Face, Cheques: a.Cheques, Reason: a.Reason, CauseID: a.CauseID}
		for _, p := range a.Parts {
			asked.Parts = append(asked.Parts, invoicing.Part(p))
		}
		d, err := invoices.IssueAvoirInTx(ctx, tx, actor, asked)
		return d.ID, d.Number, err
	}
}
