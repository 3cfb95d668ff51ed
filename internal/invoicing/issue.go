package invoicing

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
)

// draft is a document before it has a number.
type draft struct {
	kind       Kind
	series     string
	buyer      buyer
	order      *order.Order // nil for a structure
	references References
	lines      []Line
	cause      uuid.UUID
	original   *Document
	replaces   *uuid.UUID
	reason     string
	cheques    int
	paid       money.Cents // received before the document was issued
	settled    bool
	delivered  time.Time
}

// facts is everything a document's paper is drawn from, kept with it.
type facts struct {
	Invoice     facturx.Document
	Title       string // of the order
	OrderNumber string
	Serials     string // the carnets it is about
	Proof       string // the approved proof's fingerprint
	Reason      string
	Settled     bool
}

// issue numbers a document, checks it against every rule and writes it, in the
// caller's transaction. It refuses, in one sentence per rule, what could not be
// sent. A cause that already has its document gives that one again.
func (s *Service) issue(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d draft) (Document, error) {
	year := tx.Today().Year()
	// The counter's row makes two issuers wait for one another: whoever goes on
	// sees what the other wrote.
	sequence, err := postgres.Next(ctx, tx, "facturation "+d.series, year)
	if err != nil {
		return Document{}, fmt.Errorf("take a number: %w", err)
	}
	on, err := dayOf(ctx, tx, d.series, year)
	if err != nil {
		return Document{}, err
	}
	number := fmt.Sprintf("%s%d-%06d", d.series, year, sequence)
	f := s.facts(d, number, on)
	if broken := f.Invoice.Check(d.buyer.needs); broken != nil {
		return Document{}, refusal(d, broken)
	}
	content, err := f.Invoice.XML()
	if err != nil {
		return Document{}, err
	}
	document := s.document(tx, actor, d, f.Invoice)
	if err := insert(ctx, tx, document, sequence, f, content, d.lines); err != nil {
		return Document{}, err
	}
	// Downstream fees are billed by the thousand: one job draws them all.
	if !d.settled {
		if err := s.Queue.Enqueue(ctx, tx, PaperArgs{ID: document.ID}); err != nil {
			return Document{}, err
		}
	}
	return document, record(ctx, tx, actor, actOf(d.kind), document, nil)
}

func actOf(kind Kind) string {
	if kind == Credit {
		return "émission d’un avoir"
	}
	return "émission d’une facture"
}

// dayOf is today, or the day of the last document of the series when a
// transaction begun before midnight gets its number after one begun later.
func dayOf(ctx context.Context, tx *postgres.Tx, series string, year int) (time.Time, error) {
	last, err := postgres.Value[time.Time](ctx, tx, `SELECT issued_on FROM invoices WHERE series = @series AND year = @year ORDER BY sequence DESC LIMIT 1`,
		postgres.Args{"series": series, "year": year})
	switch {
	case errors.Is(err, postgres.ErrNoRow):
		return tx.Today(), nil
	case err != nil:
		return time.Time{}, fmt.Errorf("read last day: %w", err)
	case last.After(tx.Today()):
		return last, nil
	default:
		return tx.Today(), nil
	}
}

// refusal says what a document lacks; what the buyer's accounting wants is a
// field that a form can ask for.
func refusal(d draft, broken []facturx.Broken) error {
	var c fault.Collector
	var rest []string
	for _, b := range broken {
		switch b.Rule {
		case "BR-FR-CPRO-11", "BR-FR-24", "BR-FR-26":
			c.Add("code_service", b.Sentence)
		case "BR-FR-CPRO-12", "BR-FR-CPRO-15":
			c.Add("engagement", b.Sentence)
		case "BR-FR-CPRO-14":
			c.Add("marche", b.Sentence)
		default:
			rest = append(rest, b.String())
		}
	}
	if len(rest) > 0 {
		return fault.New(fault.KindConflict, "La facture de «\u00a0"+d.buyer.party.Name+"\u00a0» ne peut pas être émise. "+strings.Join(rest, " "))
	}
	return c.Err()
}

func (s *Service) facts(d draft, number string, on time.Time) facts {
	invoice := facturx.Document{
		Profile: facturx.Extended, Process: facturx.ToPay, Type: facturx.Invoice, Number: number, IssuedOn: on, DueOn: on.Add(Terms), DeliveredOn: d.delivered,
		Seller: s.Seller, Buyer: d.buyer.party, IBAN: s.IBAN, BIC: s.BIC, Public: d.buyer.public, VATOnPayment: true, PaymentTerms: "Paiement à 30 jours.",
		OrderReference: d.references.Engagement, Contract: d.references.Contract, BuyerReference: d.references.Service,
	}
	invoice.Buyer.ServiceCode = d.references.Service
	invoice.Notes = []facturx.Note{
		{Subject: facturx.NoteRecovery, Text: s.Mentions.Recovery}, {Subject: facturx.NoteLate, Text: s.Mentions.Late},
		{Subject: facturx.NoteDiscount, Text: s.Mentions.Discount}, {Subject: facturx.NoteScope, Text: facturx.B2B},
	}
	for _, l := range d.lines {
		invoice.Lines = append(invoice.Lines, xmlLine(l))
	}
	invoice.Totals.Paid = d.paid
	invoice.AddUp()
	f := facts{Reason: d.reason, Settled: d.settled}
	switch {
	case d.kind == Credit:
		invoice.Type, invoice.PaymentTerms = facturx.CreditNote, "Somme rendue, ou déduite d’un prochain paiement."
		invoice.Originals = []facturx.Reference{{Number: d.original.Number, Type: facturx.Invoice, IssuedOn: d.original.IssuedOn}}
	case invoice.Totals.Due == 0:
		invoice.Process, invoice.DueOn, invoice.PaymentTerms = facturx.AlreadyPaid, on, "Facture déjà payée."
	}
	if d.settled {
		invoice.PaymentTerms = "Somme retenue sur le paiement de vos chèques."
	}
	if d.order != nil {
		f.Title, f.OrderNumber = d.order.Name(), d.order.Number
		f.Serials, f.Proof = serials(*d.order), fingerprint(d.order.ProofHash)
	}
	f.Invoice = invoice
	return f
}

func xmlLine(l Line) facturx.Line {
	line := facturx.Line{
		Name: l.Label, Quantity: facturx.Whole(int64(l.Quantity)), Price: facturx.Euros(l.Unit),
		Category: facturx.Category(l.Tax.Category), Rate: l.Tax.Rate, Reason: l.Tax.Reason,
	}
	if line.Category == facturx.Outside {
		line.ReasonCode = facturx.OutsideCode
	}
	return line
}

func (s *Service) document(tx *postgres.Tx, actor identity.Actor, d draft, invoice facturx.Document) Document {
	document := Document{
		BuyerID: d.buyer.id, ID: postgres.NewID(), Kind: d.kind, Series: d.series, Number: invoice.Number, IssuedOn: invoice.IssuedOn, IssuedAt: tx.Now(),
		IssuedByName: actor.Name, DueOn: invoice.DueOn, VAT: invoice.Totals.Tax, Total: invoice.Totals.Grand, Cheques: d.cheques,
		ReplacesID: d.replaces, CauseID: d.cause, Reason: d.reason, Settled: d.settled, BuyerName: d.buyer.party.Name,
	}
	for _, l := range d.lines {
		if l.Key == keyFace {
			document.Face += l.Amount
		} else {
			document.Fees += l.Amount
		}
	}
	if d.order != nil {
		document.CommanditaireID, document.OrderID = &d.order.CommanditaireID, &d.order.ID
	}
	if d.original != nil {
		document.OriginalID = &d.original.ID
		document.CommanditaireID, document.OrderID = d.original.CommanditaireID, d.original.OrderID
	}
	return document
}

func insert(ctx context.Context, tx *postgres.Tx, d Document, sequence int64, f facts, content []byte, lines []Line) error {
	kept, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	hash := sha256.Sum256(content)
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO invoices (buyer_id, id, commanditaire_id, order_id, kind, series, year, sequence, number, issued_on, issued_at, issued_by_name, due_on,
			face_cents, fees_cents, vat_cents, total_cents, cheques, original_id, replaces_id, cause_id, reason, settled, buyer_name, facts, xml, xml_sha256)
		VALUES (@buyer, @id, @commanditaire, @order, @kind, @series, @year, @sequence, @number, @on, @at, @by, @due,
			@face, @fees, @vat, @total, @cheques, @original, @replaces, @cause, @reason, @settled, @name, @facts, @xml, @hash)`,
		postgres.Args{
			"buyer": d.BuyerID, "id": d.ID, "commanditaire": d.CommanditaireID, "order": d.OrderID, "kind": string(d.Kind), "series": d.Series,
			"year": d.IssuedOn.Year(), "sequence": sequence, "number": d.Number, "on": d.IssuedOn, "at": d.IssuedAt, "by": d.IssuedByName, "due": d.DueOn,
			"face": int64(d.Face), "fees": int64(d.Fees), "vat": int64(d.VAT), "total": int64(d.Total), "cheques": d.Cheques, "original": d.OriginalID,
			"replaces": d.ReplacesID, "cause": d.CauseID, "reason": d.Reason, "settled": d.Settled, "name": d.BuyerName, "facts": string(kept), "xml": content, "hash": hash[:],
		})
	if err != nil {
		return fmt.Errorf("insert %s: %w", d.Kind, err)
	}
	for i, l := range lines {
		if err := insertLine(ctx, tx, d, i+1, l); err != nil {
			return fmt.Errorf("insert line: %w", err)
		}
	}
	return nil
}

func insertLine(ctx context.Context, tx *postgres.Tx, d Document, rank int, l Line) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO invoice_lines (buyer_id, commanditaire_id, invoice_id, line, key, label, quantity, unit_cents, amount_cents, tax, vat_basis_points, vat_reason)
		VALUES (@buyer, @commanditaire, @invoice, @line, @key, @label, @quantity, @unit, @amount, @tax, @rate, @reason)`,
		postgres.Args{
			"buyer": d.BuyerID, "commanditaire": d.CommanditaireID, "invoice": d.ID, "line": rank, "key": l.Key, "label": l.Label, "quantity": l.Quantity,
			"unit": int64(l.Unit), "amount": int64(l.Amount), "tax": string(l.Tax.Category), "rate": int64(l.Tax.Rate), "reason": l.Tax.Reason,
		})
	return err
}

// byCause is the document that a cause already gave a buyer.
func byCause(ctx context.Context, tx *postgres.Tx, buyer, cause uuid.UUID, kind Kind) (Document, bool, error) {
	d, err := postgres.One[Document](ctx, tx, `SELECT `+documentColumns+` FROM invoices i WHERE i.buyer_id = @buyer AND i.cause_id = @cause AND i.kind = @kind`,
		postgres.Args{"buyer": buyer, "cause": cause, "kind": string(kind)})
	if errors.Is(err, postgres.ErrNoRow) {
		return d, false, nil
	}
	return d, err == nil, err
}

const documentColumns = `i.buyer_id, i.id, i.commanditaire_id, i.order_id, i.kind, i.series, i.number, i.issued_on, i.issued_at, i.issued_by_name, i.due_on,
	i.face_cents AS face, i.fees_cents AS fees, i.vat_cents AS vat, i.total_cents AS total, i.cheques, i.original_id, i.replaces_id, i.cause_id, i.reason, i.settled, i.buyer_name`
