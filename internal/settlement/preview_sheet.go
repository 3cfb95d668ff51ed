package settlement

import (
	"io"
	"time"

	"passnum/internal/sheet"
)

// Name is what the preview is downloaded as.
func (p Preview) Name() string {
	name := "apercu-contre-paiement-" + p.Cutoff.Format(time.DateOnly)
	if p.Rhythm == Weekly {
		name += "-hebdomadaire"
	}
	return name + ".csv"
}

// WriteSheet writes the preview for a spreadsheet, held structures included.
func (p Preview) WriteSheet(w io.Writer) error {
	out := sheet.NewWriter(w)
	err := out.Header("Structure", "SIRET", "Titulaire du compte", "Du", "Au", "Chèques", "Valeur des chèques", "Incidents", "Frais HT", "TVA sur les frais",
		"À payer", "Virements à refaire", "Total", "Chèques en délai d’attente", "Valeur en délai d’attente", "Lot précédent", "Compte changé", "Retenu parce que")
	if err != nil {
		return err
	}
	for _, d := range p.Dues {
		changed := ""
		if d.AccountChanged {
			changed = "oui"
		}
		err := out.Row(sheet.Text(d.StructureName), sheet.Text(d.SIRET), sheet.Text(d.AccountHolder), sheet.Date(d.From), sheet.Date(d.To), sheet.Int(d.Cheques),
			sheet.Money(d.GrossCents), sheet.Money(d.AdjustCents), sheet.Money(d.FeeCents), sheet.Money(d.FeeVATCents), sheet.Money(d.AmountCents),
			sheet.Money(d.RepayCents()), sheet.Money(d.TotalCents()), sheet.Int(d.Young.Cheques), sheet.Money(d.Young.AmountCents),
			sheet.Money(d.PreviousCents), sheet.Text(changed), sheet.Text(d.Hold))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
