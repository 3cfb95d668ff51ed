package camt

import (
	"slices"
	"strings"

	"passnum/internal/bankxml"
	"passnum/internal/money"
)

// entry keeps a booked movement; what is pending or only announced is told again
// when it is booked.
func (b *building) entry(x entryXML) error {
	if !x.Status.booked() {
		return nil
	}
	e, err := newEntry(x)
	if err != nil || e.Amount == 0 {
		return err
	}
	if b.report.Kind == Notice && e.BankReference == "" {
		return ErrNameless
	}
	b.report.Entries = append(b.report.Entries, e)
	return nil
}

func newEntry(x entryXML) (e Entry, err error) {
	if e.Amount, err = x.Amount.Cents(); err != nil {
		return e, err
	}
	if e.Credit, err = isCredit(x.Direction); err != nil {
		return e, err
	}
	if err := e.date(x); err != nil {
		return e, err
	}
	e.BankReference = reference(x.Reference)
	e.Code = code(x)
	reversal := strings.TrimSpace(x.Reversal)
	e.Reversal = reversal == "true" || reversal == "1"
	e.Details, err = details(x, e)
	return e, err
}

func (e *Entry) date(x entryXML) error {
	booked, dated, err := x.Booked.On()
	if err != nil {
		return err
	}
	valued, has, err := x.Valued.On()
	if err != nil {
		return err
	}
	if has {
		e.ValuedOn = &valued
	}
	switch {
	case dated:
		e.BookedOn = booked
	case has:
		e.BookedOn = valued
	default:
		return ErrUndated
	}
	return nil
}

func code(x entryXML) string {
	if x.Domain == "" {
		return clean(x.Own, 35)
	}
	return clean(x.Domain+"/"+x.Family+"/"+x.SubFamily, 35)
}

// details begins with the whole. Parts are kept when they split the amount
// exactly; otherwise they only say something about the whole.
func details(x entryXML, e Entry) ([]Detail, error) {
	whole := Detail{Amount: e.Amount}
	var parts []Detail
	exact := true
	for _, group := range x.Groups {
		whole.MessageID = first(whole.MessageID, reference(group.Batch.MessageID))
		whole.PaymentID = first(whole.PaymentID, reference(group.Batch.PaymentID))
		for _, t := range group.Transactions {
			part, told, err := newDetail(t, e)
			if err != nil {
				return nil, err
			}
			exact = exact && told
			parts = append(parts, part)
		}
	}
	if len(parts) == 1 {
		return []Detail{merged(whole, parts[0], x.Note)}, nil
	}
	slices.SortFunc(parts, compare)
	whole.Remittance = clean(x.Note, 500)
	if len(parts) > 0 && exact && total(parts) == e.Amount {
		return append([]Detail{whole}, parts...), nil
	}
	for _, part := range parts {
		whole.Remittance = clean(whole.Remittance+" "+part.EndToEndID+" "+part.Remittance, 500)
	}
	return []Detail{whole}, nil
}

// merged is the only part of an entry, which is the entry itself.
func merged(whole, part Detail, note string) Detail {
	part.Amount = whole.Amount
	part.MessageID, part.PaymentID = first(part.MessageID, whole.MessageID), first(part.PaymentID, whole.PaymentID)
	part.Remittance = first(part.Remittance, clean(note, 500))
	return part
}

func total(parts []Detail) (sum money.Cents) {
	for _, p := range parts {
		sum += p.Amount
	}
	return sum
}

// newDetail reads a part; told is false when it does not say its amount, or goes
// the other way.
func newDetail(t transactionXML, e Entry) (d Detail, told bool, err error) {
	d = Detail{
		MessageID: reference(t.MessageID), PaymentID: reference(t.PaymentID), EndToEndID: reference(t.EndToEndID),
		Remittance: clean(strings.Join(slices.Concat(t.Free, t.Documents, t.Reference, t.More, []string{t.Note}), " "), 500),
		ReturnCode: clean(first(t.Return.Code, t.Return.Own), 35), ReturnText: clean(strings.Join(t.Return.Text, " "), 210),
	}
	d.Party = t.Creditor.name()
	if e.Credit {
		d.Party = t.Debtor.name()
	}
	if e.Credit && d.ReturnCode != "" { // money that comes back names the payment's own parties
		d.Party = first(t.Creditor.name(), d.Party)
	}
	for _, amount := range []*bankxml.Amount{t.Amount, t.Told, t.Instructed} {
		if amount == nil {
			continue
		}
		if d.Amount, err = amount.Cents(); err != nil {
			return d, false, err
		}
		told = true
		break
	}
	if t.Direction != "" {
		credit, bad := isCredit(t.Direction)
		if bad != nil {
			return d, false, bad
		}
		told = told && credit == e.Credit
	}
	return d, told && d.Amount > 0, err
}

func compare(a, b Detail) int {
	for _, pair := range [][2]string{{a.EndToEndID, b.EndToEndID}, {a.Remittance, b.Remittance}, {a.Party, b.Party}, {a.PaymentID, b.PaymentID}, {a.MessageID, b.MessageID}, {a.ReturnCode, b.ReturnCode}, {a.ReturnText, b.ReturnText}} {
		if c := strings.Compare(pair[0], pair[1]); c != 0 {
			return c
		}
	}
	return int(a.Amount - b.Amount)
}
