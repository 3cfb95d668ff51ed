package settlement

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/sepa"
)

// Due is what a structure would be paid, or why it is held.
type Due struct {
	StructureID   uuid.UUID
	StructureName string
	SIRET         string
	AccountHolder string
	IBAN          string
	BIC           string
	Address       sepa.Address
	// Cheques that can be paid at this cut-off, and how they become AmountCents.
	Cheques     int
	GrossCents  money.Cents
	AdjustCents money.Cents // incidents not on a line yet
	FeeCents    money.Cents
	FeeVATCents money.Cents
	AmountCents money.Cents // the new line; zero when there is only something to pay again
	From        time.Time
	To          time.Time
	// Young are the chèques that their order keeps waiting a few days more.
	Young Total
	// Repays are the transfers that came back, each paid again by its own line.
	Repays []Repay
	// Hold says why nothing is paid, empty when all is well; Reason names it.
	Hold   string
	Reason Reason
	// PreviousCents is what the last batch paid, AccountChanged whether it did on
	// another account.
	PreviousCents  money.Cents
	AccountChanged bool

	shares []Share
}

// Repay is a transfer that came back.
type Repay struct {
	LineID, RootID uuid.UUID
	Number         string
	AmountCents    money.Cents
	Code, Text     string
	ReturnedOn     time.Time
	From, To       time.Time
}

// RepayCents is what is paid again.
func (d Due) RepayCents() money.Cents {
	var sum money.Cents
	for _, r := range d.Repays {
		sum += r.AmountCents
	}
	return sum
}

// TotalCents is everything the structure would receive.
func (d Due) TotalCents() money.Cents { return d.AmountCents + d.RepayCents() }

// hasLine reports whether there is something new to pay or to take back.
func (d Due) hasLine() bool { return d.Cheques > 0 || d.AdjustCents != 0 || len(d.shares) > 0 }

// Reason names why a structure is held.
type Reason string

// The reasons, in the order they are looked at.
const (
	NoAccount     Reason = "compte_absent"
	BadAccount    Reason = "compte_invalide"
	Suspended     Reason = "suspendue"
	AccountWaits  Reason = "changement_de_compte"
	DoubtfulPayee Reason = "beneficiaire"
	CameBack      Reason = "retour"
	Negative      Reason = "solde_negatif"
	TooLarge      Reason = "plafond"
	BelowMinimum  Reason = "minimum"
	NoAddress     Reason = "adresse_absente"
)

// facts is what is known of a structure when it is about to be paid.
type facts struct {
	StructureID                        uuid.UUID
	Name, SIRET                        string
	Street, PostalCode, Town           string
	AccountHolder, IBAN, BIC           string
	Suspended, Gone, Changing, Refused bool
	ConfirmedOn                        *time.Time
	PreviousCents                      int64
	PreviousIBAN                       string
}

// blocked says why nothing may be sent to a structure, whatever it is owed.
func (f facts) blocked(returned []Line) (Reason, string) {
	switch {
	case f.IBAN == "" || f.AccountHolder == "":
		return NoAccount, "Coordonnées bancaires absentes\u00a0: la structure doit les renseigner."
	case !sepa.ValidIBAN(f.IBAN) || !sepa.Nameable(f.AccountHolder):
		return BadAccount, "Coordonnées bancaires invalides\u00a0: la structure doit les corriger."
	case f.Suspended:
		return Suspended, "Structure suspendue\u00a0: à examiner avant de payer."
	case f.Changing:
		return AccountWaits, "Changement de compte en attente\u00a0: il doit être confirmé par une seconde personne."
	case f.Refused:
		return DoubtfulPayee, "La banque ne reconnaît pas le titulaire du compte\u00a0: à vérifier avec la structure, puis à accepter."
	}
	for _, l := range returned {
		if !f.mended(l) {
			return CameBack, "Un virement est revenu de la banque\u00a0: le compte doit être corrigé ou confirmé."
		}
	}
	return "", ""
}

// Returns that say nothing against the account: the same one may be paid again.
var notTheAccount = map[string]bool{"AM04": true, "TM01": true, "ED05": true}

// mended reports whether what came back may be paid again: the account is
// another one, was confirmed since, or was never in question.
func (f facts) mended(l Line) bool {
	if f.IBAN != l.IBAN || f.AccountHolder != l.AccountHolder || notTheAccount[l.ReturnCode] {
		return true
	}
	return f.ConfirmedOn != nil && l.ReturnedOn != nil && !f.ConfirmedOn.Before(*l.ReturnedOn)
}

// owed is everything a structure's due is made from.
type owed struct {
	facts    facts
	cheques  int
	from, to *time.Time
	young    Total
	portions []portion
	returned []Line
	doubtful []Line // of those, the ones that finance did not ask to send again
}

// due turns what is owed into what would be paid at a cut-off.
func (o owed) due(rules Rules, cutoff time.Time) Due {
	f := o.facts
	d := Due{
		StructureID: f.StructureID, StructureName: f.Name, SIRET: f.SIRET, AccountHolder: f.AccountHolder, IBAN: f.IBAN,
		Cheques: o.cheques, From: cutoff, To: cutoff, Young: o.young, shares: charge(o.portions),
		PreviousCents: money.Cents(f.PreviousCents), AccountChanged: f.PreviousIBAN != "" && f.PreviousIBAN != f.IBAN,
	}
	if rules.WithBIC {
		d.BIC = f.BIC
	}
	if rules.WithAddresses {
		d.Address = sepa.SplitAddress(f.Street, f.PostalCode, f.Town)
	}
	if o.from != nil {
		d.From, d.To = *o.from, *o.to
	}
	for _, l := range o.returned {
		d.Repays = append(d.Repays, Repay{LineID: l.ID, RootID: l.Root(), Number: l.SettlementNumber, AmountCents: l.AmountCents,
			Code: l.ReturnCode, Text: l.ReturnText, ReturnedOn: *l.ReturnedOn, From: l.PeriodFrom, To: l.PeriodTo})
	}
	d.GrossCents, d.AdjustCents, d.FeeCents, d.FeeVATCents, d.AmountCents = sums(d.shares)
	if d.Reason, d.Hold = f.blocked(o.doubtful); d.Hold == "" {
		d.Reason, d.Hold = d.refused(rules, cutoff, f)
	}
	return d
}

// refused says why the amount itself cannot be paid.
func (d Due) refused(rules Rules, cutoff time.Time, f facts) (Reason, string) {
	switch {
	case d.hasLine() && d.AmountCents <= 0:
		return Negative, "Solde nul ou négatif\u00a0: les incidents seront retenus sur les prochains chèques."
	case rules.MostCents > 0 && d.largest() > rules.MostCents:
		return TooLarge, "Le montant dépasse ce qu’un fichier bancaire peut contenir (" + rules.MostCents.String() + ")."
	case len(d.Repays) == 0 && d.hasLine() && d.AmountCents < rules.MinimumCents && !f.Gone && d.From.After(cutoff.AddDate(0, -rules.CarryMonths, 0)):
		return BelowMinimum, "Moins de " + rules.MinimumCents.Short() + "\u00a0: reporté au prochain paiement."
	case d.FeeCents > 0 && (f.PostalCode == "" || f.Town == ""):
		return NoAddress, "Adresse incomplète\u00a0: la facture des frais ne pourrait pas être émise. La structure doit la compléter."
	default:
		return "", ""
	}
}

// largest is the biggest single transfer.
func (d Due) largest() money.Cents {
	most := d.AmountCents
	for _, r := range d.Repays {
		most = max(most, r.AmountCents)
	}
	return most
}
