// Package facturx writes invoices that machines and people both read: a CII
// message in the profile EXTENDED, checked against the French and public-sector
// rules, carried by a PDF/A-3. It knows no domain and decides no amount: it
// writes what it is given, and says in French what is wrong with it.
package facturx

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"passnum/internal/money"
)

// Profile names the specification a message follows (BT-24).
type Profile string

// The profiles that allow face value outside VAT beside taxed fees.
const (
	// Extended is the profile of a message inside a Factur-X PDF.
	Extended Profile = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
	// ExtendedCTC is the profile of a message sent alone.
	ExtendedCTC Profile = "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
)

// Type says what a document is (BT-3, UNTDID 1001).
type Type string

// The documents an operator issues.
const (
	Quote      Type = "310" // an offer: never an invoice, and never sent as one
	Invoice    Type = "380"
	CreditNote Type = "381"
	Corrective Type = "384"
)

// What kind of operation an invoice is about (BT-23).
const (
	ToPay       = "S1" // services, to be paid
	AlreadyPaid = "S2" // services, already paid
)

// The subjects of notes (BT-21).
const (
	NoteRecovery = "PMT" // the lump sum for recovery costs
	NoteLate     = "PMD" // late-payment penalties
	NoteDiscount = "AAB" // early payment
	NoteScope    = "BAR" // who the invoice is for
	NoteGeneral  = "AAI"
)

// B2B is what the note BAR says of an invoice between taxable persons or to a
// public body.
const B2B = "B2B"

// Note is a free text with its subject.
type Note struct{ Subject, Text string }

// Party is the seller or the buyer.
type Party struct {
	Name        string
	SIRET       string // 14 digits
	ServiceCode string // of a public buyer
	Street      string
	Complement  string
	PostalCode  string
	Town        string
	Country     string // FR when empty
	VATNumber   string
	Address     string // electronic address; the SIREN when empty
	Email       string
}

// SIREN is the nine digits of the legal body.
func (p Party) SIREN() string {
	if len(p.SIRET) < 9 {
		return ""
	}
	return p.SIRET[:9]
}

// Endpoint is the electronic address (BT-34, BT-49).
func (p Party) Endpoint() string {
	if p.Address != "" {
		return p.Address
	}
	return p.SIREN()
}

// Category is how VAT treats a line (BT-151).
type Category string

// The categories an operator uses.
const (
	Taxed   Category = "S"
	Exempt  Category = "E" // exempt, for a reason
	Outside Category = "O" // outside the scope of VAT
)

// OutsideCode is the code of the reason that goes with Outside.
const OutsideCode = "VATEX-EU-O"

// Line is what is sold. Amount is Quantity × Price, rounded to the cent.
type Line struct {
	Name        string
	Description string
	Quantity    Decimal
	Price       Decimal // before tax
	Amount      money.Cents
	Category    Category
	Rate        money.BasisPoints
	Reason      string // why VAT does not apply
	ReasonCode  string
}

// Tax is the lines of one category and rate added up (BG-23).
type Tax struct {
	Category   Category
	Rate       money.BasisPoints
	Base       money.Cents
	Amount     money.Cents
	Reason     string
	ReasonCode string
}

// Totals are the sums of a document (BG-22).
type Totals struct {
	Lines money.Cents // BT-106
	Base  money.Cents // BT-109
	Tax   money.Cents // BT-110
	Grand money.Cents // BT-112
	Paid  money.Cents // BT-113
	Due   money.Cents // BT-115
}

// Reference is another document of the seller (BT-25 and BT-26).
type Reference struct {
	Number   string
	Type     Type
	IssuedOn time.Time
}

// Document is one quote, invoice or credit note.
type Document struct {
	Profile        Profile
	Process        string // BT-23
	Type           Type
	Number         string
	IssuedOn       time.Time
	DueOn          time.Time
	DeliveredOn    time.Time // the day of the service, if known
	Notes          []Note
	Seller, Buyer  Party
	BuyerReference string // BT-10
	OrderReference string // BT-13
	Contract       string // BT-12
	Lines          []Line
	Taxes          []Tax
	Totals         Totals
	Originals      []Reference
	IBAN, BIC      string
	PaymentTerms   string // BT-20
	// Public says that the buyer is a public body: the rules of Chorus Pro apply.
	Public bool
	// VATOnPayment says that VAT is due when the invoice is paid (BT-8).
	VATOnPayment bool
}

// Decimal is an exact number: Digits ÷ 10^Places.
type Decimal struct {
	Digits int64
	Places int
}

// Whole is a number without decimals.
func Whole(n int64) Decimal { return Decimal{Digits: n} }

// Euros is an amount as a price.
func Euros(c money.Cents) Decimal { return Decimal{Digits: int64(c), Places: 2} }

// String writes the number with a point and all its places.
func (d Decimal) String() string {
	digits, sign := strconv.FormatInt(d.Digits, 10), ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if d.Places <= 0 {
		return sign + digits
	}
	for len(digits) <= d.Places {
		digits = "0" + digits
	}
	return sign + digits[:len(digits)-d.Places] + "." + digits[len(digits)-d.Places:]
}

// product is the quantity times the price in cents, half a cent away from zero.
func product(quantity, price Decimal) money.Cents {
	n := new(big.Int).Mul(big.NewInt(quantity.Digits), big.NewInt(price.Digits))
	n.Mul(n, big.NewInt(100))
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(0, quantity.Places)+max(0, price.Places))), nil)
	half := new(big.Int).Rsh(ten, 1)
	if n.Sign() < 0 {
		n.Sub(n, half)
	} else {
		n.Add(n, half)
	}
	return money.Cents(n.Quo(n, ten).Int64())
}

// AddUp computes each line's amount, the taxes by category, rate and reason in the order
// the lines bring them, and the totals. VAT is rounded once by rate, never line
// by line.
func (d *Document) AddUp() {
	d.Taxes, d.Totals = nil, Totals{Paid: d.Totals.Paid}
	for i := range d.Lines {
		line := &d.Lines[i]
		line.Amount = product(line.Quantity, line.Price)
		d.Totals.Lines += line.Amount
		tax := d.taxOf(*line)
		tax.Base += line.Amount
	}
	for i := range d.Taxes {
		d.Taxes[i].Amount = d.Taxes[i].Rate.Of(d.Taxes[i].Base)
		d.Totals.Tax += d.Taxes[i].Amount
	}
	d.Totals.Base = d.Totals.Lines
	d.Totals.Grand = d.Totals.Base + d.Totals.Tax
	d.Totals.Due = d.Totals.Grand - d.Totals.Paid
}

func (d *Document) taxOf(line Line) *Tax {
	for i := range d.Taxes {
		if d.Taxes[i].Category == line.Category && d.Taxes[i].Rate == line.Rate && d.Taxes[i].Reason == line.Reason {
			return &d.Taxes[i]
		}
	}
	d.Taxes = append(d.Taxes, Tax{Category: line.Category, Rate: line.Rate, Reason: line.Reason, ReasonCode: line.ReasonCode})
	return &d.Taxes[len(d.Taxes)-1]
}
