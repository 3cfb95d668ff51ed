package invoicing_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

func TestAnAvoirGivesFaceValueBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	f := s.issue(t, order)
	s.receive(order, nil, "M-1", 200_000, 8_000, 1_600)
	cause := postgres.NewID()
	d, err := s.avoir(order, 45_000, cause)
	if err != nil {
		t.Fatal(err)
	}
	if d.Number != "AV2026-000001" || d.Face != 45_000 || d.Fees != 0 || d.VAT != 0 || d.Cheques != 45 || d.OriginalID == nil || *d.OriginalID != f.ID {
		t.Errorf("%+v", d)
	}
	again, err := s.avoir(order, 45_000, cause)
	if err != nil || again.ID != d.ID {
		t.Errorf("the same cause gave another: %v %v", again.Number, err)
	}
	row := s.row(t, f.ID)
	if row.State != invoicing.Paid || row.Credited != 45_000 || row.Due != 0 || len(row.Related) != 1 {
		t.Errorf("%+v", row.Row)
	}
	if _, err := s.avoir(order, 155_001, postgres.NewID()); !errors.Is(err, invoicing.ErrTooMuch) {
		t.Errorf("above what was billed: %v", err)
	}
	if _, err := s.avoir(order, 155_000, postgres.NewID()); err != nil {
		t.Errorf("to the last cent: %v", err)
	}
}

func TestAnAvoirIsSharedBetweenPayers(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	s.Exec(`INSERT INTO order_cofunders (commanditaire_id, order_id, organisation_id, share_cents, direct) VALUES ($1, $2, $3, 66667, true)`, s.Departement, order.ID, s.Region)
	var issued []invoicing.Document
	err := s.platform(func(ctx context.Context, tx *postgres.Tx) (err error) {
		issued, err = s.IssueAvoirsInTx(ctx, tx, s.Finance, invoicing.Avoir{CommanditaireID: s.Departement, OrderID: order.ID, Face: 10_000, Reason: "Fin de validité", CauseID: order.ID})
		return err
	})
	if err != nil || len(issued) != 2 {
		t.Fatalf("%d avoirs: %v", len(issued), err)
	}
	var sum money.Cents
	for _, d := range issued {
		sum += d.Total
	}
	if sum != 10_000 || s.Count(`SELECT count(*) FROM invoices WHERE kind = 'facture'`) != 2 {
		t.Errorf("%s credited", sum)
	}
}

func TestCancelAndRedoIsOneAct(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order := s.signed()
	f := s.issue(t, order)
	s.receive(order, nil, "M-1", 200_000, 8_000, 1_600)
	if _, err := s.avoir(order, 50_000, postgres.NewID()); err != nil {
		t.Fatal(err)
	}
	right := invoicing.References{Engagement: "EJ-9"}
	if _, err := s.Redo(t.Context(), s.Finance, f.ID, " ", right); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	next, err := s.Redo(t.Context(), s.Finance, f.ID, "Numéro d’engagement erroné", right)
	if err != nil {
		t.Fatal(err)
	}
	if next.Number != "F2026-000002" || next.Total != 159_600 || next.ReplacesID == nil || *next.ReplacesID != f.ID {
		t.Errorf("%+v", next)
	}
	old, now := s.row(t, f.ID), s.row(t, next.ID)
	if old.State != invoicing.Cancelled || old.Credited != f.Total || now.State != invoicing.Paid || now.References.Engagement != "EJ-9" {
		t.Errorf("old %s, new %s, engagement %s", old.State, now.State, now.References.Engagement)
	}
	if _, err := s.Cancel(t.Context(), s.Finance, f.ID, "encore"); !errors.Is(err, invoicing.ErrCancelled) {
		t.Errorf("cancelled twice: %v", err)
	}
	if _, err := s.Redo(t.Context(), s.Finance, old.Related[0].ID, "avoir", right); !errors.Is(err, invoicing.ErrNotInvoice) {
		t.Errorf("an avoir is corrected: %v", err)
	}
}

func TestADownstreamFeeIsBilledOnceAndPaid(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	line := postgres.NewID()
	issue := func(fee, vat money.Cents) (d invoicing.Document, err error) {
		err = s.platform(func(ctx context.Context, tx *postgres.Tx) (err error) {
			list, err := s.IssueDownstreamInTx(ctx, tx, s.Finance, []invoicing.DownstreamFee{{StructureID: s.Mediatheque, SettlementLineID: line, Fee: fee, VAT: vat, Label: "Frais aval, CP-2026-011"}})
			if err == nil {
				d = list[0]
			}
			return err
		})
		return d, err
	}
	d, err := issue(1_234, 247)
	if err != nil || d.Number != "FS2026-000001" || d.Total != 1_481 || !d.Settled {
		t.Fatalf("%+v %v", d, err)
	}
	if again, err := issue(1_234, 247); err != nil || again.ID != d.ID {
		t.Errorf("billed twice: %v %v", again.Number, err)
	}
	if row := s.row(t, d.ID); row.State != invoicing.Paid {
		t.Errorf("state %s", row.State)
	}
	page, _, err := s.Mine(t.Context(), s.Mediateur, invoicing.Filter{Side: invoicing.Structures})
	if err != nil || len(page) != 1 {
		t.Errorf("the structure reads %d: %v", len(page), err)
	}
	if d, err := issue(0, 0); err != nil || d.ID != uuid.Nil {
		t.Errorf("nothing is billed: %v %v", d, err)
	}
}
