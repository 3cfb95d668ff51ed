package facturx_test

import (
	"time"

	"passnum/internal/facturx"
	"passnum/internal/money"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// invoice is face value outside VAT beside fees at 20 %, to a département.
func invoice() facturx.Document {
	d := facturx.Document{
		Profile: facturx.Extended, Process: facturx.ToPay, Type: facturx.Invoice, Number: "F2026-000123",
		IssuedOn: date(2026, 11, 21), DueOn: date(2026, 12, 21), DeliveredOn: date(2026, 11, 15),
		Notes: []facturx.Note{
			{Subject: facturx.NoteRecovery, Text: "Indemnité forfaitaire pour frais de recouvrement : 40 euros."},
			{Subject: facturx.NoteLate, Text: "Taux BCE majoré de 8 points."},
			{Subject: facturx.NoteDiscount, Text: "Pas d’escompte pour paiement anticipé."},
			{Subject: facturx.NoteScope, Text: facturx.B2B},
		},
		Seller: facturx.Party{Name: "Opérateur SCIC", SIRET: "99999999800019", Street: "1 rue de test", PostalCode: "33000", Town: "Bordeaux", VATNumber: "FR11999999998"},
		Buyer: facturx.Party{Name: "Département de la Gironde", SIRET: "22330001300016", ServiceCode: "SERVICE_NUM", Street: "1 esplanade",
			PostalCode: "33000", Town: "Bordeaux", Address: "223300013_22330001300016"},
		BuyerReference: "SERVICE_NUM", OrderReference: "EJ2026-4567", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP",
		PaymentTerms: "30 jours", Public: true, VATOnPayment: true,
		Lines: []facturx.Line{
			{Name: "Chèques Pass numérique & « valeur faciale »", Quantity: facturx.Whole(1000), Price: facturx.Euros(1000), Category: facturx.Outside,
				Reason: "Bon à usages multiples, hors champ de la TVA", ReasonCode: facturx.OutsideCode},
			{Name: "Frais de gestion, 4 %", Quantity: facturx.Whole(1), Price: facturx.Euros(40000), Category: facturx.Taxed, Rate: money.VATStandard},
		},
	}
	d.AddUp()
	return d
}

func creditNote() facturx.Document {
	d := invoice()
	d.Type, d.Number = facturx.CreditNote, "AV2026-000007"
	d.Originals = []facturx.Reference{{Number: "F2026-000123", Type: facturx.Invoice, IssuedOn: date(2026, 11, 21)}}
	return d
}
