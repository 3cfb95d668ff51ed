package treasury

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
)

// propose lists what the unit may be without a doubt: one of our references or
// numbers is there, and the amount is exact to the cent. A proposal that only
// the amount prevents comes alone, refused, with the two amounts.
func (e *expectations) propose(u unit) []proposal {
	var found []proposal
	switch {
	case !u.line.Credit:
		found = e.debits(u)
	case u.line.returned():
		found = e.returns(u)
	default:
		found = e.incoming(u)
	}
	found = distinct(found)
	exact := slices.DeleteFunc(slices.Clone(found), func(p proposal) bool { return p.total != u.detail.Amount && p.refused == "" })
	if len(exact) > 0 || len(found) == 0 {
		return exact
	}
	near := found[0]
	near.refused = fmt.Sprintf("%s\u00a0: %s attendus, la banque annonce %s.", near.label, near.total, u.detail.Amount)
	return []proposal{near}
}

// distinct drops what two references name alike.
func distinct(found []proposal) []proposal {
	seen := map[string]bool{}
	return slices.DeleteFunc(found, func(p proposal) bool {
		key := strings.Join(p.contested(), "\n")
		if seen[key] {
			return true
		}
		seen[key] = true
		return false
	})
}

func (e *expectations) debits(u unit) []proposal {
	var found []proposal
	for _, reference := range u.references() {
		if transfers := e.payments[reference]; len(transfers) > 0 {
			found = append(found, e.service.payout(u, reference, transfers))
		}
		if r, ok := e.refunds[reference]; ok {
			found = append(found, e.service.refund(u, r))
		}
	}
	return found
}

// payout is a batch, a file of it or one of its lines, debited.
func (s *Service) payout(u unit, reference string, transfers []transfer) proposal {
	p := proposal{kind: Payout, target: reference, label: "Contre-paiement " + transfers[0].Number, rule: "référence du paiement et montant exact"}
	for _, t := range transfers {
		p.claims = append(p.claims, claim{Payout, t.ID.String(), t.Cents})
		p.total += t.Cents
		p.moved = p.moved || t.State == "approuvee"
	}
	if len(transfers) == 1 {
		p.label += ", " + transfers[0].Structure
	}
	switch {
	case p.moved && s.Debit == nil:
		p.refused = ErrUnavailable.Sentence
	case p.moved:
		p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
			return s.Debit(ctx, tx, actor, settlement.Debit{Reference: reference, Amount: u.detail.Amount, On: u.line.BookedOn, Key: u.key()})
		}
	}
	return p
}

func (s *Service) refund(u unit, r refund) proposal {
	p := proposal{
		kind: Refund, target: r.EndToEndID, label: "Remboursement " + r.Number, rule: "référence du remboursement et montant exact", total: r.Cents,
		claims: []claim{{Refund, r.ID.String(), r.Cents}}, moved: r.State == "approuve", commanditaire: &r.CommanditaireID, order: &r.OrderID,
	}
	switch {
	case p.moved && s.Refund == nil:
		p.refused = ErrUnavailable.Sentence
	case p.moved:
		p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
			return s.Refund(ctx, tx, actor, r.EndToEndID, u.detail.Amount, u.line.BookedOn)
		}
	}
	return p
}

// returns are transfers that came back: the payment has to be known as executed
// first, or another file is missing.
func (e *expectations) returns(u unit) []proposal {
	var found []proposal
	for _, t := range e.payments[u.detail.EndToEndID] {
		found = append(found, e.service.back(u, t))
	}
	if r, ok := e.refunds[u.detail.EndToEndID]; ok && len(found) == 0 {
		found = append(found, e.service.refundBack(u, r))
	}
	return found
}

func (s *Service) refundBack(u unit, r refund) proposal {
	p := proposal{
		kind: RefundBack, target: r.EndToEndID, label: "Remboursement " + r.Number + ", revenu", rule: "référence du remboursement et montant exact", total: r.Cents,
		claims: []claim{{RefundBack, r.ID.String(), r.Cents}}, moved: r.State != "revenu", commanditaire: &r.CommanditaireID, order: &r.OrderID,
	}
	switch {
	case r.State == "approuve":
		p.refused = fmt.Sprintf("Le remboursement %s revient, mais son débit n’est sur aucun relevé importé\u00a0: importez d’abord les relevés précédents.", r.Number)
	case p.moved && s.RefundBack == nil:
		p.refused = ErrUnavailable.Sentence
	case p.moved:
		p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
			_, _, err := s.RefundBack(ctx, tx, actor, settlement.Return{EndToEndID: r.EndToEndID, Amount: u.detail.Amount,
				Code: u.detail.ReturnCode, Text: u.detail.ReturnText, On: u.line.BookedOn, Key: "relevé bancaire"})
			return err
		}
	}
	return p
}

func (s *Service) back(u unit, t transfer) proposal {
	p := proposal{
		kind: Back, target: u.detail.EndToEndID, label: "Retour du virement à " + t.Structure + " (" + t.Number + ")", rule: "référence de bout en bout et montant exact",
		total: t.Cents, claims: []claim{{Back, t.ID.String(), t.Cents}}, moved: t.State != "retournee",
	}
	switch {
	case t.State == "approuvee":
		p.refused = fmt.Sprintf("Le virement à %s revient, mais son débit n’est sur aucun relevé importé\u00a0: importez d’abord les relevés précédents.", t.Structure)
	case p.moved && s.Return == nil:
		p.refused = ErrUnavailable.Sentence
	case p.moved:
		p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, _ *proposal) error {
			return s.Return(ctx, tx, actor, settlement.Return{EndToEndID: u.detail.EndToEndID, OriginalMessageID: u.detail.MessageID, Amount: u.detail.Amount,
				Code: u.detail.ReturnCode, Text: u.detail.ReturnText, On: u.line.BookedOn, Key: u.key()})
		}
	}
	return p
}

// incoming looks for a mandat first: it names one payment, where an order or an
// invoice may name several.
func (e *expectations) incoming(u unit) []proposal {
	var byMandat, found []proposal
	words := u.words()
	for _, r := range e.receipts {
		if r.citedIn(words) == "" {
			continue
		}
		found = append(found, r.proposal())
		if r.Left == u.detail.Amount && mentions(words, r.Mandat) {
			byMandat = append(byMandat, r.proposal())
		}
	}
	if len(byMandat) > 0 {
		return byMandat
	}
	for _, a := range e.awaited {
		if a.citedIn(words) != "" {
			found = append(found, e.service.funding(u, a, a.whole(u)))
		}
	}
	return found
}

// citedIn says which of the receipt's numbers the words hold.
func (r receipt) citedIn(words string) string {
	switch {
	case mentions(words, r.Mandat):
		return "le mandat " + r.Mandat
	case mentions(words, r.Number):
		return "la commande " + r.Number
	}
	for _, number := range r.invoices {
		if mentions(words, number) {
			return "la facture " + number
		}
	}
	return ""
}

func (r receipt) proposal() proposal {
	return proposal{
		kind: Receipt, target: r.ID.String(), label: "Mandat " + r.Mandat + ", commande " + r.Number + ", " + r.Payer, rule: "mandat, commande ou facture cités et montant exact",
		total: r.Left, claims: []claim{{Receipt, r.ID.String(), r.Total}}, commanditaire: &r.CommanditaireID, order: &r.OrderID,
	}
}

func (a awaited) citedIn(words string) string {
	if mentions(words, a.Number) {
		return "la commande " + a.Number
	}
	for _, invoice := range a.invoices {
		if mentions(words, invoice.Number) {
			return "la facture " + invoice.Number
		}
	}
	return ""
}

// whole is the funding that brings everything awaited, or what a cited invoice
// asks for, under the mandat's number when the words hold it, else under the
// bank's reference.
func (a awaited) whole(u unit) order.Funding {
	for _, i := range a.invoices {
		if i.Total == u.detail.Amount && u.detail.Amount < a.Total() && mentions(u.words(), i.Number) {
			return order.Funding{Mandat: mandatOf(u), Face: i.Face, Fees: i.Fees, VAT: i.VAT, ReceivedOn: u.line.BookedOn, PayerID: a.PayerID, Partial: true}
		}
	}
	return order.Funding{Mandat: mandatOf(u), Face: a.Face, Fees: a.Fees, VAT: a.VAT, ReceivedOn: u.line.BookedOn, PayerID: a.PayerID}
}

func (s *Service) funding(u unit, a awaited, f order.Funding) proposal {
	p := proposal{
		kind: Funding, target: a.target(), label: "Commande " + a.Number + ", " + a.Payer, rule: "commande ou facture citée et montant exact",
		total: f.Face + f.Fees + f.VAT, moved: true, commanditaire: &a.CommanditaireID, order: &a.OrderID,
	}
	p.act = func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p *proposal) error {
		receipt, err := s.Attest(ctx, tx, actor, a.OrderID, f)
		p.target = receipt.String()
		p.claims = []claim{{Receipt, p.target, f.Face + f.Fees + f.VAT}}
		return err
	}
	return p
}

var mandatWord = regexp.MustCompile(`(?i)\b(?:MANDAT|MANDATS|MDT|MAND)\b[\s.:N°O-]{0,6}?(?:N[°O]?\s*)?([0-9][0-9A-Z/-]{0,30})`)

// mandatOf is the mandat's number in the words, as public accountants write it.
func mandatOf(u unit) string {
	if found := mandatWord.FindStringSubmatch(u.words()); found != nil {
		return strings.TrimRight(found[1], "-/")
	}
	if u.detail.EndToEndID != "" {
		return cut(u.detail.EndToEndID, 60)
	}
	return cut("VIREMENT "+u.line.BookedOn.Format("2006-01-02")+" "+u.line.BankReference, 60)
}

func cut(text string, longest int) string {
	if runes := []rune(strings.TrimSpace(text)); len(runes) > longest {
		return string(runes[:longest])
	}
	return strings.TrimSpace(text)
}

// split says how a sum is shared between what is awaited: face value first,
// which is what has to be covered, then fees, then VAT.
func split(sum money.Cents, a awaited) (face, fees, vat money.Cents) {
	face = min(sum, a.Face)
	fees = min(sum-face, a.Fees)
	return face, fees, min(sum-face-fees, a.VAT)
}
