package facturx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
	"unicode"

	"passnum/internal/money"
)

// The schemes that name identifiers (ISO 6523 and French routing).
const (
	schemeSIREN    = "0002"
	schemeSIRET    = "0009"
	schemeService  = "0224"
	schemeEndpoint = "0225"
)

// unit is « piece »: vouchers, services and fees are counted.
const unit = "C62"

// XML writes the document as a CII message. The same document gives the same
// bytes. It checks nothing: Check does.
func (d Document) XML() ([]byte, error) {
	m := message{
		RSM:     "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
		QDT:     "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
		RAM:     "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
		UDT:     "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
		Context: context{Process: parameter{d.Process}, Guideline: parameter{string(d.Profile)}},
		Document: exchanged{ID: text(d.Number), TypeCode: string(d.Type), Issued: day(d.IssuedOn),
			Notes: d.notes()},
		Transaction: transaction{Lines: d.lines(), Agreement: d.agreement(), Delivery: d.delivery(), Settlement: d.settlement()},
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return nil, fmt.Errorf("write invoice message: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func (d Document) notes() []note {
	var list []note
	for _, n := range d.Notes {
		list = append(list, note{Content: text(n.Text), Subject: n.Subject})
	}
	return list
}

func (d Document) lines() []tradeLine {
	var list []tradeLine
	for i, l := range d.Lines {
		list = append(list, tradeLine{
			Document:  lineDocument{i + 1},
			Product:   tradeProduct{Name: text(l.Name), Description: text(l.Description)},
			Agreement: lineAgreement{netPrice{l.Price.String()}},
			Delivery:  lineDelivery{quantity{unit, l.Quantity.String()}},
			Settlement: lineSettlement{
				Tax: tradeTax{Type: "VAT", Reason: text(l.Reason), Category: string(l.Category), ReasonCode: l.ReasonCode, Rate: percent(l.Category, l.Rate)},
				Sum: lineTotal{l.Amount.Decimal()},
			},
		})
	}
	return list
}

// percent leaves out the rate of what is outside VAT, where it is forbidden.
func percent(c Category, rate money.BasisPoints) string {
	if c == Outside {
		return ""
	}
	return Decimal{Digits: int64(rate), Places: 2}.String()
}

func (d Document) agreement() agreement {
	a := agreement{BuyerReference: text(d.BuyerReference), Seller: d.Seller.trade(), Buyer: d.Buyer.trade()}
	if d.Seller.VATNumber != "" {
		a.Seller.VAT = []taxRegistration{{identifier{"VA", d.Seller.VATNumber}}}
	}
	if d.OrderReference != "" {
		a.Order = &reference{Number: text(d.OrderReference)}
	}
	if d.Contract != "" {
		a.Contract = &reference{Number: text(d.Contract)}
	}
	return a
}

func (p Party) trade() tradeParty {
	country := p.Country
	if country == "" {
		country = "FR"
	}
	t := tradeParty{Name: text(p.Name), Address: address{
		PostalCode: text(p.PostalCode), Street: text(p.Street), Complement: text(p.Complement), Town: text(p.Town), Country: country,
	}}
	if p.SIRET != "" {
		t.GlobalIDs = append(t.GlobalIDs, identifier{schemeSIRET, p.SIRET})
		t.Legal = &legal{identifier{schemeSIREN, p.SIREN()}}
	}
	if p.ServiceCode != "" {
		t.GlobalIDs = append(t.GlobalIDs, identifier{schemeService, text(p.ServiceCode)})
	}
	if endpoint := p.Endpoint(); endpoint != "" {
		t.URI = &uri{identifier{schemeEndpoint, endpoint}}
	}
	return t
}

func (d Document) delivery() delivery {
	if d.DeliveredOn.IsZero() {
		return delivery{}
	}
	return delivery{&event{day(d.DeliveredOn)}}
}

func (d Document) settlement() settlement {
	s := settlement{
		PaymentReference: text(d.Number), Currency: "EUR",
		Sum: summation{
			Lines: d.Totals.Lines.Decimal(), Base: d.Totals.Base.Decimal(), Tax: currency{"EUR", d.Totals.Tax.Decimal()},
			Grand: d.Totals.Grand.Decimal(), Due: d.Totals.Due.Decimal(),
		},
	}
	if d.Totals.Paid != 0 {
		s.Sum.Paid = d.Totals.Paid.Decimal()
	}
	if d.IBAN != "" {
		s.Means = &paymentMeans{Type: "30", Account: &account{d.IBAN}}
		if d.BIC != "" {
			s.Means.Bank = &institution{d.BIC}
		}
	}
	for _, t := range d.Taxes {
		s.Taxes = append(s.Taxes, d.tax(t))
	}
	if d.PaymentTerms != "" || !d.DueOn.IsZero() {
		s.Terms = &terms{Description: text(d.PaymentTerms)}
		if !d.DueOn.IsZero() {
			due := day(d.DueOn)
			s.Terms.Due = &due
		}
	}
	for _, o := range d.Originals {
		s.Originals = append(s.Originals, reference{Number: text(o.Number), Type: string(o.Type), Issued: &formattedDate{compact(o.IssuedOn)}})
	}
	return s
}

// paidCode says that VAT is due on the day of payment (BT-8, UNTDID 2475).
const paidCode = "72"

func (d Document) tax(t Tax) tradeTax {
	tax := tradeTax{
		Amount: t.Amount.Decimal(), Type: "VAT", Reason: text(t.Reason), Base: t.Base.Decimal(),
		Category: string(t.Category), ReasonCode: t.ReasonCode, Rate: percent(t.Category, t.Rate),
	}
	if d.VATOnPayment && t.Category == Taxed {
		tax.DueCode = paidCode
	}
	return tax
}

func day(t time.Time) dateTime { return dateTime{compact(t)} }

func compact(t time.Time) dateString { return dateString{"102", t.Format("20060102")} }

// text drops what XML forbids, which would make the message unreadable, and
// keeps lines.
func text(s string) string {
	clean := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) && r != 0xFFFE && r != 0xFFFF {
			clean = append(clean, r)
		}
	}
	return string(clean)
}
