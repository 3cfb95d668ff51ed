package invoicing

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// Avoir asks to give face value back on what an order's payers were billed.
type Avoir struct {
	CommanditaireID uuid.UUID
	OrderID         uuid.UUID
	// BuyerID is the payer whose facture it is on; Nil shares it out between the
	// payers, each for the parts of those that pay through it.
	BuyerID uuid.UUID
	Face    money.Cents
	// Parts is what comes back to each funder; empty, the next cents of each.
	Parts   []Part
	Cheques int // the chèques it is for, as the paper tells
	Reason  string
	// CauseID makes it once: the same cause gives the same documents again.
	CauseID uuid.UUID
}

// Part is what of an avoir comes back to one funder of the order.
type Part struct {
	FunderID uuid.UUID
	Amount   money.Cents
}

// IssueAvoirInTx issues the avoir of an order's face value and returns the
// commanditaire's own document, or the first one when it was billed nothing.
// What the order should have been billed is billed first: an avoir always names
// a facture. Returns ErrTooMuch above what was billed and not credited.
func (s *Service) IssueAvoirInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Avoir) (Document, error) {
	all, err := s.IssueAvoirsInTx(ctx, tx, actor, a)
	if err != nil {
		return Document{}, err
	}
	for _, d := range all {
		if d.BuyerID == a.CommanditaireID {
			return d, nil
		}
	}
	return all[0], nil
}

// IssueAvoirsInTx is IssueAvoirInTx, and returns the document of every payer.
func (s *Service) IssueAvoirsInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Avoir) ([]Document, error) {
	if a.Face <= 0 || strings.TrimSpace(a.Reason) == "" {
		return nil, errNoReason
	}
	o, err := lockOrder(ctx, tx, a.OrderID)
	if err != nil {
		return nil, err
	}
	known, err := creditsOf(ctx, tx, o, a.CauseID)
	if err != nil || len(known) > 0 {
		return known, err
	}
	if err := s.billFace(ctx, tx, actor, o); err != nil {
		return nil, err
	}
	open, err := openFace(ctx, tx, o, a.BuyerID)
	if err != nil {
		return nil, err
	}
	if a.Face > most(open) {
		return nil, ErrTooMuch
	}
	if a.BuyerID == uuid.Nil && len(a.Parts) == 0 {
		a.Parts = nextParts(o, most(open), a.Face)
	}
	a.Reason = strings.TrimSpace(a.Reason) + refundedTo(o, a.Parts)
	var issued []Document
	for i, share := range onFactures(o, a, open) {
		if share == 0 {
			continue
		}
		d, err := s.creditFace(ctx, tx, actor, o, a, open[i], share)
		if err != nil {
			return nil, err
		}
		issued = append(issued, d)
	}
	return issued, nil
}

// billFace issues what is due at the order and was not billed yet.
func (s *Service) billFace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o order.Order) error {
	left, err := unbilled(ctx, tx, bills(o))
	if err != nil {
		return err
	}
	for _, b := range left {
		if b.CauseID != o.ID || b.Face == 0 {
			continue
		}
		if _, err := s.bill(ctx, tx, actor, o, b); err != nil {
			return err
		}
	}
	return nil
}

// faceLeft is a facture and what of its face value no avoir has credited.
type faceLeft struct {
	Document
	Left money.Cents
}

// openFace is the order's factures that still hold face value, the oldest first.
func openFace(ctx context.Context, tx *postgres.Tx, o order.Order, buyer uuid.UUID) ([]faceLeft, error) {
	list, err := postgres.All[faceLeft](ctx, tx, `
		SELECT `+documentColumns+`, i.face_cents - coalesce(c.face, 0)::bigint AS left
		FROM invoices i
		LEFT JOIN (SELECT original_id, sum(face_cents) AS face FROM invoices WHERE kind = 'avoir' GROUP BY 1) AS c ON c.original_id = i.id
		WHERE i.commanditaire_id = @commanditaire AND i.order_id = @order AND i.kind = 'facture' AND i.face_cents > coalesce(c.face, 0)
			AND (@any OR i.buyer_id = @buyer)
		ORDER BY i.issued_at, i.id`,
		postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID, "any": buyer == uuid.Nil, "buyer": buyer})
	if err != nil {
		return nil, fmt.Errorf("read open factures: %w", err)
	}
	return list, nil
}

func creditsOf(ctx context.Context, tx *postgres.Tx, o order.Order, cause uuid.UUID) ([]Document, error) {
	list, err := postgres.All[Document](ctx, tx, `SELECT `+documentColumns+` FROM invoices i
		WHERE i.commanditaire_id = @commanditaire AND i.order_id = @order AND i.cause_id = @cause AND i.kind = 'avoir' ORDER BY i.issued_at, i.id`,
		postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID, "cause": cause})
	if err != nil {
		return nil, fmt.Errorf("read avoirs: %w", err)
	}
	return list, nil
}

func (s *Service) creditFace(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o order.Order, a Avoir, from faceLeft, share money.Cents) (Document, error) {
	line := faceLine(o, share)
	line.Label += ", non utilisée"
	if line.Unit != o.FaceValue && a.Cheques > 0 {
		line.Label += ", de " + french.Count(a.Cheques, "chèque", "chèques") + " en tout"
	}
	return s.credit(ctx, tx, actor, &o, from.Document, []Line{line}, a.CauseID, a.Reason)
}

// credit issues the avoir of some lines of a facture, with its references.
func (s *Service) credit(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *order.Order, original Document, lines []Line, cause uuid.UUID, reason string) (Document, error) {
	to, err := buyerOf(ctx, tx, original.BuyerID)
	if err != nil {
		return Document{}, err
	}
	f, err := factsOf(ctx, tx, original.BuyerID, original.ID)
	if err != nil {
		return Document{}, err
	}
	// An avoir is found by the buyer's accounting where its facture was.
	references := References{Engagement: f.Invoice.OrderReference, Service: f.Invoice.BuyerReference, Contract: f.Invoice.Contract}
	to.needs.Service, to.needs.Engagement = to.needs.Service && references.Service != "", to.needs.Engagement && references.Engagement != ""
	d, err := s.issue(ctx, tx, actor, draft{
		kind: Credit, series: SeriesCredit, buyer: to, order: o, references: references, lines: lines, cause: cause, original: &original,
		reason: strings.TrimSpace(reason), cheques: chequesIn(o, lines),
	})
	if err != nil {
		return Document{}, err
	}
	return d, s.tell(ctx, tx, d)
}

func chequesIn(o *order.Order, lines []Line) int {
	if o == nil {
		return 0
	}
	return chequesOf(lines, o.FaceValue)
}
