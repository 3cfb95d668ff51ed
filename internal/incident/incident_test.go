package incident_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

func TestOverpaymentIsOnTheNextStatement(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	id := s.propose(t, incident.Overpayment, s.cheques[0], 1000)
	s.wantMoney(t, 0, 0)
	want(t, s.Accept(ctx, s.Finance, id, ""), incident.ErrSameHand)
	want(t, s.Accept(ctx, s.Mediateur, id, ""), identity.ErrForbidden)
	if err := s.Accept(ctx, s.Operator, id, "Vu avec la structure"); err != nil {
		t.Fatal(err)
	}
	want(t, s.Accept(ctx, s.Operator, id, ""), incident.ErrSettled)
	want(t, s.Refuse(ctx, s.Operator, id, "Trop tard"), incident.ErrSettled)
	s.wantMoney(t, -1000, 1000)
	s.sound(t)
	if n := s.Count(`SELECT count(*) FROM mail_outbox WHERE recipient IN ($1, $2)`, s.Mediateur.Email, s.Commanditaire.Email); n != 2 {
		t.Errorf("%d mails", n)
	}
	// What was paid is not edited; the next statement carries the correction.
	s.accept(t, 2)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	next := s.settle(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	if len(next) != 1 || next[0].GrossCents != 2000 || next[0].AdjustCents != -1000 || next[0].AmountCents != 1000 {
		t.Errorf("%+v", next)
	}
	s.wantMoney(t, 0, 1000)
	i, err := s.One(ctx, s.Operator, id)
	if err != nil || i.LineNumber != next[0].SettlementNumber || i.OriginNumber != s.line.SettlementNumber || i.Standing() != "paiement "+next[0].SettlementNumber {
		t.Errorf("%+v, %v", i, err)
	}
	s.sound(t)
	// Even then it can be cancelled, by another event on the statement after.
	cancel, err := s.Cancel(ctx, s.Finance, id, "La séance a bien eu lieu")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cancel(ctx, s.Finance, id, "Encore"); !errors.Is(err, incident.ErrNotCancelled) {
		t.Errorf("cancelled twice: %v", err)
	}
	want(t, s.Accept(ctx, s.Finance, cancel, ""), incident.ErrSameHand)
	if err := s.Accept(ctx, s.Operator, cancel, ""); err != nil {
		t.Fatal(err)
	}
	s.wantMoney(t, 1000, 0)
	if _, err := s.Cancel(ctx, s.Finance, cancel, "Encore"); !errors.Is(err, incident.ErrNotCancelled) {
		t.Errorf("a cancellation is cancelled: %v", err)
	}
	s.sound(t)
	// The chèque may be taken back again.
	s.decided(t, incident.Fraud, s.cheques[0], 1000)
	s.sound(t)
}

// An incident, its cancellation and a new incident on the same chèque wait for
// the same payment: it carries all three.
func TestTakenBackTwiceInOneMonth(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	first := s.decided(t, incident.Overpayment, s.cheques[0], 700)
	cancel, err := s.Cancel(t.Context(), s.Finance, first, "La séance a bien eu lieu")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(t.Context(), s.Operator, cancel, ""); err != nil {
		t.Fatal(err)
	}
	s.decided(t, incident.Fraud, s.cheques[0], 1000)
	s.accept(t, 2)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	next := s.settle(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	if len(next) != 1 || next[0].GrossCents != 2000 || next[0].AdjustCents != -1000 || next[0].AmountCents != 1000 {
		t.Errorf("%+v", next)
	}
	s.sound(t)
}

func TestNeverMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	s.propose(t, incident.Overpayment, s.cheques[0], 600)
	for _, amount := range []money.Cents{401, 1000} {
		if _, err := s.Propose(ctx, s.Operator, incident.Proposal{Kind: incident.Fraud, Amount: amount, Reason: "x", RedemptionID: s.cheques[0]}); !errors.Is(err, incident.ErrTooMuch) {
			t.Errorf("%d more: %v", amount, err)
		}
	}
	refused := s.propose(t, incident.Fraud, s.cheques[0], 400)
	if err := s.Refuse(ctx, s.Operator, refused, "Rien ne le montre"); err != nil {
		t.Fatal(err)
	}
	// Eight people at once, for what remains.
	var answers [8]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			_, answers[i] = s.Propose(ctx, s.Finance, incident.Proposal{Kind: incident.Overpayment, Amount: 400, Reason: "x", RedemptionID: s.cheques[0]})
		})
	}
	group.Wait()
	won := 0
	for _, err := range answers {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, incident.ErrTooMuch):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of 8", won)
	}
	// The database itself refuses the rest.
	_, err := s.Owner.Exec(ctx, `INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, redemption_id, amount_cents, reason, proposed_at, proposed_by, proposed_by_name)
		SELECT commanditaire_id, gen_random_uuid(), order_id, structure_id, 'X', 'fraude', id, -1, 'x', now(), $1, 'x' FROM redemptions WHERE id = $2`, s.Finance.AccountID, s.cheques[0])
	if postgres.Constraint(err) != "incidents_within_redemption" {
		t.Errorf("one cent too many: %v", err)
	}
	for why, statement := range map[string]string{
		"amount":    `UPDATE incidents SET amount_cents = -1`,
		"four eyes": `UPDATE incidents SET state = 'valide', decided_by = proposed_by, decided_at = now() WHERE state = 'propose'`,
	} {
		if _, err := s.Owner.Exec(ctx, statement); err == nil {
			t.Errorf("the database lets %s through", why)
		}
	}
	s.sound(t)
}

func TestRefusalsOfAProposal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	for why, p := range map[string]incident.Proposal{
		"kind":    {Amount: 1, Reason: "x", RedemptionID: s.cheques[0]},
		"amount":  {Kind: incident.Fraud, Reason: "x", RedemptionID: s.cheques[0]},
		"reason":  {Kind: incident.Fraud, Amount: 1, RedemptionID: s.cheques[0]},
		"cheque":  {Kind: incident.Fraud, Amount: 1, Reason: "x"},
		"nothing": {Kind: incident.Cancellation, Amount: 1, Reason: "x", RedemptionID: s.cheques[0]},
	} {
		if _, err := s.Propose(ctx, s.Finance, p); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := s.Propose(ctx, s.Finance, incident.Proposal{Kind: incident.Fraud, Amount: 1, Reason: "x", RedemptionID: uuid.New()}); !errors.Is(err, incident.ErrNoCheque) {
		t.Errorf("unknown: %v", err)
	}
	s.accept(t, 1)
	if _, err := s.Propose(ctx, s.Finance, incident.Proposal{Kind: incident.Fraud, Amount: 1, Reason: "x", RedemptionID: s.cheques[3]}); !errors.Is(err, incident.ErrTooEarly) {
		t.Errorf("today's: %v", err)
	}
	if _, err := s.Propose(ctx, s.Mediateur, incident.Proposal{Kind: incident.Fraud, Amount: 1, Reason: "x", RedemptionID: s.cheques[0]}); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a structure: %v", err)
	}
}

func TestGestureComesFromTheFees(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	s.Exec(`UPDATE orders SET downstream_fee_basis_points = 500`)
	s.accept(t, 2)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	s.line = s.settle(t, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))[0]
	cheques, orders, err := s.ChequesOfLine(ctx, s.Finance, s.line.ID)
	if err != nil || len(cheques) != 2 || len(orders) != 1 {
		t.Fatalf("%+v, %+v, %v", cheques, orders, err)
	}
	fees := orders[0].FeesCents
	if fees <= 0 {
		t.Fatalf("no fees: %+v", orders[0])
	}
	gesture := func(amount money.Cents) (uuid.UUID, error) {
		return s.Propose(ctx, s.Finance, incident.Proposal{Kind: incident.Gesture, Amount: amount, Reason: "Retard de paiement", LineID: s.line.ID, OrderID: orders[0].OrderID})
	}
	if _, err := gesture(fees + 1); !errors.Is(err, incident.ErrFeesShort) {
		t.Errorf("more than the fees: %v", err)
	}
	first, err := gesture(fees)
	if err != nil {
		t.Fatal(err)
	}
	second, err := gesture(fees)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(ctx, s.Operator, first, ""); err != nil {
		t.Fatal(err)
	}
	want(t, s.Accept(ctx, s.Operator, second, ""), incident.ErrFeesShort)
	s.wantMoney(t, fees, 0)
	s.sound(t, "frais retenus facturés") // nobody issues factures here
	cancel, err := s.Cancel(ctx, s.Operator, first, "Double geste")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Accept(ctx, s.Finance, cancel, ""); err != nil {
		t.Fatal(err)
	}
	s.wantMoney(t, 0, 0)
	s.sound(t, "frais retenus facturés") // nobody issues factures here
}

func TestNegativeBalanceIsCarriedAndPaidBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	for _, c := range s.cheques {
		s.decided(t, incident.Fraud, c, 1000)
	}
	s.accept(t, 1)
	s.At(time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC))
	if _, err := s.pay.Prepare(ctx, s.Operator, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)); !errors.Is(err, settlement.ErrNothingDue) {
		t.Errorf("a negative balance is paid: %v", err)
	}
	list, b, _, err := s.Own(ctx, s.Mediateur, incident.Key{})
	if err != nil || len(list) != 3 || b.PayableCents != -2000 || b.OpenCents != -3000 || b.ChequesCents != 1000 {
		t.Errorf("%+v, %+v, %v", list, b, err)
	}
	recover := func(amount money.Cents, key string) error {
		return s.DB.InPlatform(ctx, s.Finance, "essai", func(tx *postgres.Tx) error {
			return s.ApplyRecovery(ctx, tx, s.Finance, incident.Paid{StructureID: s.Mediatheque, Amount: amount, On: postgres.Day(s.Now()), Key: key, Reference: "VIR MEDIATHEQUE"})
		})
	}
	if err := recover(2001, "k0"); !fault.Is(err, fault.KindConflict) {
		t.Errorf("more than is owed: %v", err)
	}
	var answers [5]error
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = recover(1500, "k1") })
	}
	group.Wait()
	if err := errors.Join(answers[:]...); err != nil {
		t.Error(err)
	}
	s.wantMoney(t, -500, 3000)
	s.sound(t)
	if err := recover(500, "k2"); err != nil {
		t.Error(err)
	}
	want(t, recover(1, "k3"), incident.ErrNothingOwed)
	s.sound(t)
	// Square: the next chèques are paid whole.
	s.accept(t, 1)
	s.At(time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC))
	lines := s.settle(t, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
	if len(lines) != 1 || lines[0].AmountCents != 1000 || lines[0].GrossCents != 2000 || lines[0].AdjustCents != -1000 {
		t.Errorf("%+v", lines)
	}
	s.wantMoney(t, 0, 3000)
	s.sound(t)
}

func TestCancellingAfterTheCreditLeft(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.decided(t, incident.Overpayment, s.cheques[0], 1000)
	cancel, err := s.Cancel(t.Context(), s.Finance, id, "Erreur")
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.InPlatform(t.Context(), s.Finance, "essai", func(tx *postgres.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Transaction{CommanditaireID: s.Departement, OrderID: s.order.ID, Kind: ledger.Refund, CauseID: uuid.New(),
			Movements: []ledger.Movement{{Debit: ledger.Credit, Credit: ledger.Bank, Amount: 1000}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, s.Accept(t.Context(), s.Operator, cancel, ""), incident.ErrCreditGone)
}

func TestEveryoneSeesTheirs(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	proposed := s.propose(t, incident.Fraud, s.cheques[0], 500)
	s.decided(t, incident.Overpayment, s.cheques[1], 1000)
	if list, _, _, err := s.Own(ctx, s.Mediateur, incident.Key{}); err != nil || len(list) != 1 || list[0].Rank == 0 {
		t.Errorf("structure: %+v, %v", list, err)
	}
	if list, _, _, err := s.Own(ctx, s.Other, incident.Key{}); err != nil || len(list) != 0 {
		t.Errorf("stranger: %+v, %v", list, err)
	}
	if list, totals, _, err := s.OfOrders(ctx, s.Commanditaire, uuid.Nil, incident.Key{}); err != nil || len(list) != 1 || totals.TakenCents != 1000 || list[0].OrderNumber == "" {
		t.Errorf("commanditaire: %+v, %+v, %v", list, totals, err)
	}
	if list, _, _, err := s.OfOrders(ctx, s.Other, uuid.Nil, incident.Key{}); err != nil || len(list) != 0 {
		t.Errorf("another commanditaire: %+v, %v", list, err)
	}
	list, totals, _, err := s.All(ctx, s.Operator, incident.Filter{State: incident.Proposed, Search: "Médiathèque"}, incident.Key{})
	if err != nil || len(list) != 1 || list[0].ID != proposed || totals.Proposed != 1 {
		t.Errorf("operator: %+v, %+v, %v", list, totals, err)
	}
	found, err := s.FindCheques(ctx, s.Operator, " "+list[0].Serial+" ", list[0].Rank)
	if err != nil || len(found) != 1 || found[0].TakenCents != 500 || found[0].LeftCents() != 500 {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := s.FindCheques(ctx, s.Operator, "C99-999-999999", 0); !errors.Is(err, incident.ErrNoCheque) {
		t.Errorf("unknown serial: %v", err)
	}
	n := 0
	if err := s.Export(ctx, s.Operator, incident.Filter{}, func(incident.Incident) error { n++; return nil }); err != nil || n != 2 {
		t.Errorf("%d exported, %v", n, err)
	}
	if _, err := s.One(ctx, s.Mediateur, proposed); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("a structure reads a proposal: %v", err)
	}
}

// What a refund on its way will take is no longer there to cancel an incident
// with: both would leave the same credit.
func TestCancellingWhileTheCreditLeaves(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	id := s.decided(t, incident.Overpayment, s.cheques[0], 1000)
	cancel, err := s.Cancel(t.Context(), s.Finance, id, "Erreur")
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(`INSERT INTO refunds (commanditaire_id, id, order_id, number, kind, amount_cents, account_holder, iban, end_to_end_id, prepared_at, prepared_by, prepared_by_name)
		VALUES ($1, gen_random_uuid(), $2, 'RA-1', 'remboursement', 400, 'Paierie', 'FR7630006000011234567890189', 'RA-1-1', now(), $3, 'Finance')`, s.Departement, s.order.ID, s.Finance.AccountID)
	want(t, s.Accept(t.Context(), s.Operator, cancel, ""), incident.ErrCreditGone)
	s.Exec(`UPDATE refunds SET state = 'refuse', refusal = 'non', decided_at = now(), decided_by = $1, decided_by_name = 'Opérateur'`, s.Operator.AccountID)
	if err := s.Accept(t.Context(), s.Operator, cancel, ""); err != nil {
		t.Error(err)
	}
}
