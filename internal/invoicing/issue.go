package invoicing

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
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

// issued is a document about to be written, with all that is kept of it.
type issued struct {
	Document
	sequence int64
	facts    facts
	xml      []byte
	lines    []Line
}

// issue is issueAll of one draft.
func (s *Service) issue(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d draft) (Document, error) {
	documents, err := s.issueAll(ctx, tx, actor, []draft{d})
	if err != nil {
		return Document{}, err
	}
	return documents[0], nil
}

// issueAll numbers documents of one series, in their order, checks them against
// every rule and writes them, in the caller's transaction: all of them or none.
// It refuses, in one sentence per rule, what could not be sent, the first that is.
func (s *Service) issueAll(ctx context.Context, tx *postgres.Tx, actor identity.Actor, drafts []draft) ([]Document, error) {
	if len(drafts) == 0 {
		return nil, nil
	}
	first, on, err := takeNumbers(ctx, tx, drafts[0].series, len(drafts))
	if err != nil {
		return nil, err
	}
	list, documents := make([]issued, len(drafts)), make([]Document, len(drafts))
	for i, d := range drafts {
		if list[i], err = s.draw(tx, actor, d, first+int64(i), on); err != nil {
			return nil, err
		}
		documents[i] = list[i].Document
	}
	if err := insert(ctx, tx, list); err != nil {
		return nil, err
	}
	for _, d := range documents {
		// Downstream fees are billed by the thousand: one job draws them all.
		if d.Settled {
			continue
		}
		if err := s.Queue.Enqueue(ctx, tx, PaperArgs{ID: d.ID}); err != nil {
			return nil, err
		}
	}
	acts := make([]audit.Act, len(documents))
	for i, d := range documents {
		acts[i] = d.act(actOf(d.Kind), nil)
	}
	return documents, audit.RecordAll(ctx, tx, actor, acts)
}

// draw makes a draft the document of that number and day, or says what it lacks.
func (s *Service) draw(tx *postgres.Tx, actor identity.Actor, d draft, sequence int64, on time.Time) (issued, error) {
	f := s.facts(d, fmt.Sprintf("%s%d-%06d", d.series, on.Year(), sequence), on)
	if broken := f.Invoice.Check(d.buyer.needs); broken != nil {
		return issued{}, refusal(d, broken)
	}
	content, err := f.Invoice.XML()
	return issued{Document: s.document(tx, actor, d, f.Invoice), sequence: sequence, facts: f, xml: content, lines: d.lines}, err
}

func actOf(kind Kind) string {
	if kind == Credit {
		return "émission d’un avoir"
	}
	return "émission d’une facture"
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

const documentColumns = `i.buyer_id, i.id, i.commanditaire_id, i.order_id, i.kind, i.series, i.number, i.issued_on, i.issued_at, i.issued_by_name, i.due_on,
	i.face_cents AS face, i.fees_cents AS fees, i.vat_cents AS vat, i.total_cents AS total, i.cheques, i.original_id, i.replaces_id, i.cause_id, i.reason, i.settled, i.buyer_name`
