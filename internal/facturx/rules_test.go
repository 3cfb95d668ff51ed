package facturx_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"passnum/internal/facturx"
	"passnum/internal/money"
)

var everyNeed = facturx.Needs{Service: true, Engagement: true}

// breaks says, for each rule, what is enough to break it.
var breaks = map[string]func(*facturx.Document){
	"BR-02": func(d *facturx.Document) { d.Number = "" },
	"BR-03": func(d *facturx.Document) { d.IssuedOn = time.Time{} },
	"BR-06": func(d *facturx.Document) { d.Seller.Name = "" },
	"BR-07": func(d *facturx.Document) { d.Buyer.Name = "" },
	"BR-08": func(d *facturx.Document) { d.Seller.Town = "" },
	"BR-10": func(d *facturx.Document) { d.Buyer.PostalCode = "" },
	"BR-16": func(d *facturx.Document) { d.Lines = nil; d.AddUp() },
	"BR-25": func(d *facturx.Document) { d.Lines[0].Name = "" },
	"BR-27": func(d *facturx.Document) { d.Lines[1].Price.Digits = -1; d.AddUp() },

	"BR-CO-04": func(d *facturx.Document) { d.Lines[0].Category = ""; d.AddUp() },
	"BR-S-05":  func(d *facturx.Document) { d.Lines[1].Rate = 0; d.AddUp() },
	"BR-O-05":  func(d *facturx.Document) { d.Lines[0].Rate = 2000; d.AddUp() },
	"BR-O-10":  func(d *facturx.Document) { d.Taxes[0].ReasonCode = "" },
	"BR-E-05":  func(d *facturx.Document) { d.Lines[0].Category, d.Lines[0].Rate = facturx.Exempt, 2000; d.AddUp() },
	"BR-E-10":  func(d *facturx.Document) { d.Lines[0].Category, d.Lines[0].Reason = facturx.Exempt, ""; d.AddUp() },
	"BR-CO-10": func(d *facturx.Document) { d.Lines[0].Amount++ },
	"BR-CO-13": func(d *facturx.Document) { d.Totals.Base++ },
	"BR-CO-14": func(d *facturx.Document) { d.Totals.Tax++ },
	"BR-CO-15": func(d *facturx.Document) { d.Totals.Grand-- },
	"BR-CO-16": func(d *facturx.Document) { d.Totals.Due-- },
	"BR-CO-17": func(d *facturx.Document) { d.Taxes[1].Amount++ },
	"BR-CO-18": func(d *facturx.Document) { d.Taxes[1].Base++ },
	"BR-CO-25": func(d *facturx.Document) { d.DueOn, d.PaymentTerms = time.Time{}, "" },

	"BR-FR-01":     func(d *facturx.Document) { d.Number = strings.Repeat("F", 36) },
	"BR-FR-02":     func(d *facturx.Document) { d.Number = "F2026 n° 1" },
	"BR-FR-03":     func(d *facturx.Document) { d.DueOn = date(2126, 1, 1) },
	"BR-FR-04":     func(d *facturx.Document) { d.Type = "325" },
	"BR-FR-05":     func(d *facturx.Document) { d.Notes = d.Notes[1:] },
	"BR-FR-06":     func(d *facturx.Document) { d.Notes = append(d.Notes, d.Notes[2]) },
	"BR-FR-08":     func(d *facturx.Document) { d.Process = "A1" },
	"BR-FR-09":     func(d *facturx.Document) { d.Buyer.SIRET = "2233000130001X" },
	"BR-FR-10":     func(d *facturx.Document) { d.Seller.SIRET = "" },
	"BR-FR-11":     func(d *facturx.Document) { d.Buyer.SIRET = "X2330001300016" },
	"BR-FR-12":     func(d *facturx.Document) { d.Buyer.Address, d.Buyer.SIRET = "", "" },
	"BR-FR-13":     func(d *facturx.Document) { d.Seller.SIRET = "" },
	"BR-FR-15":     func(d *facturx.Document) { d.Lines[1].Category = "L"; d.AddUp() },
	"BR-FR-16":     func(d *facturx.Document) { d.Lines[1].Rate = 1234; d.AddUp() },
	"BR-FR-20":     func(d *facturx.Document) { d.Notes[3].Text = "B2G" },
	"BR-FR-21":     func(d *facturx.Document) { d.Buyer.Address = "999999999" },
	"BR-FR-23":     func(d *facturx.Document) { d.Buyer.Address = "223300013@gironde.fr" },
	"BR-FR-24":     func(d *facturx.Document) { d.Buyer.ServiceCode = "Service n° 1" },
	"BR-FR-25":     func(d *facturx.Document) { d.Buyer.Address = "223300013" + strings.Repeat("0", 120) },
	"BR-FR-26":     func(d *facturx.Document) { d.Buyer.ServiceCode = strings.Repeat("S", 101) },
	"BR-FR-CO-04":  func(d *facturx.Document) { d.Type = facturx.Corrective },
	"BR-FR-CO-05":  func(d *facturx.Document) { d.Type = facturx.CreditNote },
	"BR-FR-CO-07":  func(d *facturx.Document) { d.DueOn = d.IssuedOn.AddDate(0, 0, -1) },
	"BR-FR-CO-09":  func(d *facturx.Document) { d.Process = facturx.AlreadyPaid },
	"BR-FR-DEC-02": func(d *facturx.Document) { d.Lines[0].Quantity = facturx.Decimal{Digits: 1000 * 100_000, Places: 5} },
	"BR-FR-DEC-03": func(d *facturx.Document) { d.Lines[0].Price = facturx.Decimal{Digits: 10 * 10_000_000, Places: 7} },

	"BR-FR-CPRO-02": func(d *facturx.Document) { d.Number = strings.Repeat("F", 21) },
	"BR-FR-CPRO-03": func(d *facturx.Document) { d.Seller.SIRET = "" },
	"BR-FR-CPRO-09": func(d *facturx.Document) { d.Seller.SIRET = "999999998" },
	"BR-FR-CPRO-10": func(d *facturx.Document) { d.Buyer.SIRET = "" },
	"BR-FR-CPRO-11": func(d *facturx.Document) { d.Buyer.ServiceCode, d.BuyerReference = "", "" },
	"BR-FR-CPRO-12": func(d *facturx.Document) { d.OrderReference = "" },
	"BR-FR-CPRO-13": func(d *facturx.Document) { d.BuyerReference = "AUTRE" },
	"BR-FR-CPRO-14": func(d *facturx.Document) { d.Contract = strings.Repeat("M", 51) },
	"BR-FR-CPRO-15": func(d *facturx.Document) { d.OrderReference = strings.Repeat("E", 51) },
	"BR-FR-CPRO-20": func(d *facturx.Document) {
		d.Originals = slices.Repeat([]facturx.Reference{{Number: "F1", IssuedOn: d.IssuedOn}}, 2)
	},
	"BR-FR-CPRO-24": func(d *facturx.Document) { d.Process = "S5" },
	"BR-FR-CPRO-31": func(d *facturx.Document) { d.Lines[0].Description = strings.Repeat("x", 1025) },
	"BR-FR-CPRO-32": func(d *facturx.Document) { d.Seller.Street = strings.Repeat("x", 401) },
	"BR-FR-CPRO-33": func(d *facturx.Document) { d.Seller.Town = strings.Repeat("x", 401) },
	"BR-FR-CPRO-35": func(d *facturx.Document) { d.PaymentTerms = strings.Repeat("x", 1025) },
	"BR-FR-CPRO-39": func(d *facturx.Document) { d.IBAN = "FR" + strings.Repeat("0", 26) },
	"BR-FR-CPRO-42": func(d *facturx.Document) { d.Notes[0].Text = strings.Repeat("x", 1025) },
	"BR-FR-CPRO-43": func(d *facturx.Document) { d.Seller.Name = strings.Repeat("x", 100) },
	"BR-FR-CPRO-44": func(d *facturx.Document) { d.Buyer.Name = strings.Repeat("x", 100) },
}

func TestEachRuleCatchesWhatBreaksIt(t *testing.T) {
	t.Parallel()
	good := invoice()
	if broken := good.Check(everyNeed); broken != nil {
		t.Fatalf("a good invoice breaks %v", broken)
	}
	for _, name := range facturx.RuleNames() {
		change, known := breaks[name]
		if !known {
			t.Errorf("nothing breaks %s", name)
			continue
		}
		d := invoice()
		change(&d)
		broken := d.Check(everyNeed)
		if !slices.ContainsFunc(broken, func(b facturx.Broken) bool { return b.Rule == name }) {
			t.Errorf("%s is not caught: %v", name, broken)
		}
		for _, b := range broken {
			if b.Sentence == "" || !strings.HasSuffix(b.Sentence, ".") && !strings.HasSuffix(b.Sentence, ").") {
				t.Errorf("%s says « %s »", b.Rule, b.Sentence)
			}
		}
	}
}

func TestRulesOfPublicBuyersAreForThem(t *testing.T) {
	t.Parallel()
	d := invoice()
	d.Public, d.Buyer.ServiceCode, d.BuyerReference, d.OrderReference = false, "", "", ""
	if broken := d.Check(everyNeed); broken != nil {
		t.Errorf("an association's invoice breaks %v", broken)
	}
}

func TestAnInvoiceAlreadyPaid(t *testing.T) {
	t.Parallel()
	d := invoice()
	d.Process, d.Totals.Paid, d.DueOn = facturx.AlreadyPaid, d.Totals.Grand, d.IssuedOn
	d.AddUp()
	if broken := d.Check(everyNeed); broken != nil {
		t.Errorf("breaks %v", broken)
	}
	if d.Totals.Due != 0 {
		t.Errorf("%s to pay", d.Totals.Due)
	}
}

func TestVATIsRoundedOncePerRate(t *testing.T) {
	t.Parallel()
	d := facturx.Document{}
	for range 3 {
		d.Lines = append(d.Lines, facturx.Line{Quantity: facturx.Whole(1), Price: facturx.Euros(2), Category: facturx.Taxed, Rate: 2000})
	}
	// Three times 0.4 cent: 1.2 cent, and not three times nothing.
	if d.AddUp(); d.Totals.Tax != 1 || d.Totals.Grand != 7 {
		t.Errorf("VAT %d, total %d", d.Totals.Tax, d.Totals.Grand)
	}
}

func TestPricesAreExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		quantity, price facturx.Decimal
		want            money.Cents
		text            string
	}{
		{facturx.Whole(3), facturx.Decimal{Digits: 333333, Places: 6}, 100, "0.333333"},
		{facturx.Decimal{Digits: 25, Places: 1}, facturx.Euros(1), 3, "0.01"},
		{facturx.Whole(-1), facturx.Euros(150), -150, "1.50"},
	} {
		d := facturx.Document{Lines: []facturx.Line{{Quantity: c.quantity, Price: c.price}}}
		if d.AddUp(); d.Lines[0].Amount != c.want || c.price.String() != c.text {
			t.Errorf("%s × %s = %d", c.quantity, c.price, d.Lines[0].Amount)
		}
	}
}
