package treasury

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// expectations are everything that a line may be.
type expectations struct {
	service  *Service
	payments map[string][]transfer // by each reference that names them
	refunds  map[string]refund
	receipts []receipt
	awaited  []awaited
}

// transfer is a line of a contre-paiement, as the bank was told.
type transfer struct {
	Reference string
	ID        uuid.UUID
	Number    string // the batch's
	Structure string
	Cents     money.Cents
	State     string
}

type refund struct {
	Reference       string
	ID              uuid.UUID
	Number          string
	OrderID         uuid.UUID
	CommanditaireID uuid.UUID
	Cents           money.Cents
	State           string
	EndToEndID      string
}

// receipt is money attested for an order of which no line was recognised yet.
type receipt struct {
	ID              uuid.UUID
	Mandat          string
	OrderID         uuid.UUID
	CommanditaireID uuid.UUID
	Number          string
	Commanditaire   string
	Payer           string
	SIRET           string
	ReceivedOn      time.Time
	Total           money.Cents
	Left            money.Cents
	invoices        []string
}

// awaited is money that an order waits for, with the invoices that ask for it.
type awaited struct {
	order.Awaited
	invoices []invoicing.UnpaidFacture
}

func (a awaited) target() string {
	if a.PayerID == nil {
		return a.OrderID.String()
	}
	return a.OrderID.String() + "/" + a.PayerID.String()
}

// expect reads what the units may be: what their references name, and for money
// that comes in, every receipt and every order that waits.
func (s *Service) expect(ctx context.Context, tx *postgres.Tx, units []unit) (*expectations, error) {
	e := &expectations{service: s}
	var references []string
	incoming := false
	for _, u := range units {
		references = append(references, u.references()...)
		incoming = incoming || u.line.Credit && !u.line.returned()
	}
	if err := e.findReferences(ctx, tx, references); err != nil {
		return nil, err
	}
	if incoming {
		return e, e.findIncoming(ctx, tx)
	}
	return e, nil
}

func (e *expectations) findReferences(ctx context.Context, tx *postgres.Tx, references []string) error {
	e.payments, e.refunds = map[string][]transfer{}, map[string]refund{}
	if len(references) == 0 {
		return nil
	}
	args := postgres.Args{"references": references}
	transfers, err := postgres.All[transfer](ctx, tx, `
		SELECT DISTINCT x.reference, l.id, l.settlement_number AS number, l.structure_name AS structure, l.amount_cents AS cents, l.state
		FROM settlement_lines l JOIN settlements b ON b.id = l.settlement_id
		LEFT JOIN settlement_files f ON f.settlement_id = l.settlement_id AND f.part = l.part
		CROSS JOIN LATERAL (VALUES (l.end_to_end_id), (f.message_id),
			(CASE WHEN NOT EXISTS (SELECT 1 FROM settlement_files o WHERE o.message_id = b.message_id) THEN b.message_id END)) AS x (reference)
		WHERE l.state NOT IN ('preparee', 'rejetee') AND x.reference = ANY(@references)
			AND (l.end_to_end_id = ANY(@references) OR f.message_id = ANY(@references) OR b.message_id = ANY(@references))
		ORDER BY x.reference, l.id`, args)
	if err != nil {
		return fmt.Errorf("find payments: %w", err)
	}
	for _, t := range transfers {
		e.payments[t.Reference] = append(e.payments[t.Reference], t)
	}
	refunds, err := postgres.All[refund](ctx, tx, `
		SELECT DISTINCT x.reference, r.id, r.number, r.order_id, r.commanditaire_id, r.amount_cents AS cents, r.state, r.end_to_end_id
		FROM refunds r CROSS JOIN LATERAL (VALUES (r.end_to_end_id), (r.message_id)) AS x (reference)
		WHERE r.kind = 'remboursement' AND r.state IN ('approuve', 'execute', 'revenu') AND x.reference <> '' AND x.reference = ANY(@references)`, args)
	if err != nil {
		return fmt.Errorf("find refunds: %w", err)
	}
	for _, r := range refunds {
		e.refunds[r.Reference] = r
	}
	return nil
}

func (e *expectations) findIncoming(ctx context.Context, tx *postgres.Tx) error {
	invoices, err := e.unpaid(ctx, tx)
	if err != nil {
		return err
	}
	if e.receipts, err = receiptsLeft(ctx, tx); err != nil {
		return err
	}
	for i, r := range e.receipts {
		for _, invoice := range invoices[r.OrderID] {
			e.receipts[i].invoices = append(e.receipts[i].invoices, invoice.Number)
		}
	}
	if e.service.Awaiting == nil || e.service.Attest == nil {
		return nil
	}
	list, err := e.service.Awaiting(ctx, tx)
	if err != nil {
		return err
	}
	for _, a := range list {
		asked := slices.DeleteFunc(slices.Clone(invoices[a.OrderID]), func(i invoicing.UnpaidFacture) bool { return !same(i.PayerID, a.PayerID) })
		e.awaited = append(e.awaited, awaited{a, asked})
	}
	return nil
}

func same(a, b *uuid.UUID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

func (e *expectations) unpaid(ctx context.Context, tx *postgres.Tx) (map[uuid.UUID][]invoicing.UnpaidFacture, error) {
	byOrder := map[uuid.UUID][]invoicing.UnpaidFacture{}
	if e.service.Unpaid == nil {
		return byOrder, nil
	}
	list, err := e.service.Unpaid(ctx, tx)
	for _, invoice := range list {
		byOrder[invoice.OrderID] = append(byOrder[invoice.OrderID], invoice)
	}
	return byOrder, err
}

// receiptsLeft lists what was attested and not seen on a statement in full. What
// an avoir brought never crosses the bank.
func receiptsLeft(ctx context.Context, tx *postgres.Tx) ([]receipt, error) {
	list, err := postgres.All[receipt](ctx, tx, `
		SELECT f.id, f.mandat_number AS mandat, f.order_id, f.commanditaire_id, o.number, g.name AS commanditaire, p.name AS payer, p.siret, f.received_on,
			f.face_cents + f.fees_cents + f.vat_cents AS total, f.face_cents + f.fees_cents + f.vat_cents - coalesce(t.matched_cents, 0) AS left
		FROM order_funds f
		JOIN orders o ON o.commanditaire_id = f.commanditaire_id AND o.id = f.order_id
		JOIN organisations g ON g.id = f.commanditaire_id
		JOIN organisations p ON p.id = coalesce(f.payer_id, f.commanditaire_id)
		LEFT JOIN bank_targets t ON t.kind = 'recu' AND t.target = f.id::text
		WHERE f.face_cents + f.fees_cents + f.vat_cents > coalesce(t.matched_cents, 0)
			AND NOT EXISTS (SELECT 1 FROM ledger_transactions c WHERE c.commanditaire_id = f.commanditaire_id AND c.kind = 'carried_in' AND c.cause_id = f.id)
		ORDER BY f.received_on, f.id`, nil)
	if err != nil {
		return nil, fmt.Errorf("list receipts: %w", err)
	}
	return list, nil
}

// mentions reports whether the text holds the token as a word of its own, so
// that « 2026-014 » is not found in « F-2026-0142 ».
func mentions(text, token string) bool {
	if len(token) < 4 || !strings.ContainsAny(token, "0123456789") {
		return false
	}
	text, token = strings.ToUpper(text), strings.ToUpper(token)
	for from := 0; ; {
		at := strings.Index(text[from:], token)
		if at < 0 {
			return false
		}
		at += from
		if !joined(text[:at], true) && !joined(text[at+len(token):], false) {
			return true
		}
		from = at + 1
	}
}

// joined reports whether what touches a token makes it part of a longer one.
func joined(rest string, before bool) bool {
	if rest == "" {
		return false
	}
	near, next := rest[0], byte(' ')
	if before {
		near = rest[len(rest)-1]
	}
	if len(rest) > 1 {
		next = rest[1]
		if before {
			next = rest[len(rest)-2]
		}
	}
	return wordByte(near) || (near == '-' || near == '/' || near == '.') && wordByte(next)
}

func wordByte(b byte) bool { return b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 0x80 }
