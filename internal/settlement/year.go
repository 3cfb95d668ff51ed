package settlement

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/sheet"
)

// LongestDelay is how many days after the end of the month of acceptance the
// operator promises to have paid; an order's own hold comes on top. It is the
// scheme's own rule, the same for all: the chèques of a month are paid in one go
// before the end of the next. No article fixes the number: R.1617-7 CGCT, by
// which régies may cash chèques, is why public structures ask that one be
// attested.
const LongestDelay = 30

// ErrNothingPaid refuses the papers of a year in which no transfer was made.
var ErrNothingPaid = fault.New(fault.KindNotFound, "Aucun virement n’a été exécuté cette année-là.")

// Year is what one structure was paid in a calendar year, by the bank's days.
// A transfer that came back later is taken off on the day it came back: a past
// year never changes.
type Year struct {
	Year           int
	Upto           time.Time // last day counted
	Transfers      []Transfer
	Months         []Sums // January first, up to the last one begun
	Commanditaires []Subtotal
	Total          Sums
	Longest        int // days between the end of the month of acceptance and the transfer, at most
	terms          []string
}

// Sums goes from the chèques' value to what was paid.
type Sums struct {
	Cheques int
	Gross   money.Cents
	Adjust  money.Cents
	Fees    money.Cents // VAT included
	Net     money.Cents
}

// Transfer is one transfer of the year; one that came back, with its amounts
// negative.
type Transfer struct {
	LineID   uuid.UUID
	Number   string
	On       time.Time
	PeriodTo time.Time
	Back     bool
	Sums
	Parts []Subtotal // by commanditaire
}

func (s *Sums) add(o Sums) {
	s.Cheques += o.Cheques
	s.Gross += o.Gross
	s.Adjust += o.Adjust
	s.Fees += o.Fees
	s.Net += o.Net
}

// OwnYears lists the calendar years in which the structure was paid, newest first.
func (s *Service) OwnYears(ctx context.Context, actor identity.Actor) ([]int, error) {
	var years []int
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		years, err = postgres.Values[int](ctx, tx, `
			SELECT DISTINCT extract(year FROM executed_on)::int AS year FROM settlement_lines
			WHERE structure_id = @structure AND executed_on IS NOT NULL ORDER BY year DESC`, postgres.Args{"structure": actor.OrganisationID})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list years: %w", err)
	}
	return years, nil
}

// OwnYear sums up what the structure was paid in a year. ErrNothingPaid.
func (s *Service) OwnYear(ctx context.Context, actor identity.Actor, year int) (Year, error) {
	var y Year
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		y, err = readYear(ctx, tx, actor.OrganisationID, year)
		return err
	})
	if err != nil {
		return Year{}, fmt.Errorf("sum year: %w", err)
	}
	return y, nil
}

// OwnRecap prints the year's recap. ErrNothingPaid.
func (s *Service) OwnRecap(ctx context.Context, actor identity.Actor, year int) (name string, pdf []byte, err error) {
	facts, _, _, err := s.yearFacts(ctx, actor, year)
	if err != nil {
		return "", nil, fmt.Errorf("own recap: %w", err)
	}
	pdf, err = print.PaymentRecap(facts)
	return "recapitulatif-" + strconv.Itoa(year) + "-" + facts.Structure.SIRET + ".pdf", pdf, err
}

// OwnAttestation prints what the operator attests of a year: how chèques are
// paid and what was. ErrNothingPaid.
func (s *Service) OwnAttestation(ctx context.Context, actor identity.Actor, year int) (name string, pdf []byte, err error) {
	facts, y, public, err := s.yearFacts(ctx, actor, year)
	if err != nil {
		return "", nil, fmt.Errorf("own attestation: %w", err)
	}
	pdf, err = print.AttestPayments(print.PaymentAttestation{PaymentYear: facts, Public: public, DelayDays: LongestDelay, Longest: y.Longest, Conditions: append(y.terms, conditions...)})
	return "attestation-" + strconv.Itoa(year) + "-" + facts.Structure.SIRET + ".pdf", pdf, err
}

var conditions = []string{
	"Les chèques acceptés un mois sont payés ensemble au début du mois suivant, par un virement SEPA, ou chaque semaine si la structure l’a demandé.",
	"Chaque chèque est payé à sa valeur faciale. Des frais de gestion n’en sont retenus que si la commande du commanditaire le prévoit\u00a0; le relevé de paiement les montre à part, avec leur TVA.",
	"Les fonds sont reçus des commanditaires avant la mise en circulation des chèques et gardés sur un compte dédié, qui n’est débité que pour payer les structures ou rembourser les commanditaires.",
	"Un paiement ne se corrige pas après coup\u00a0: une erreur ou une fraude constatée ensuite est portée, avec son numéro et son motif, sur le relevé suivant.",
	"Une commande peut prévoir un délai de retenue avant paiement\u00a0; il s’ajoute alors au délai maximal et la structure le voit dans son espace.",
}

// publics are the kinds of organisation that cash through a régie.
var publics = map[string]bool{"commune": true, "epci": true, "departement": true, "region": true, "ccas": true, "public": true}

func (s *Service) yearFacts(ctx context.Context, actor identity.Actor, year int) (f print.PaymentYear, y Year, public bool, err error) {
	err = s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		if y, err = readYear(ctx, tx, actor.OrganisationID, year); err != nil {
			return err
		}
		last, err := findLine(ctx, tx, y.Transfers[len(y.Transfers)-1].LineID)
		if err != nil {
			return err
		}
		f = print.PaymentYear{
			Issuer: s.issuer, AccountHolder: last.AccountHolder, IBAN: last.IBAN, Year: year, Upto: y.Upto, CreatedAt: tx.Now().In(postgres.Paris),
			Commanditaires: printedSubtotals(y.Commanditaires), Total: print.PaymentSums(y.Total),
		}
		if f.Structure, err = partyOf(ctx, tx, actor.OrganisationID); err != nil {
			return err
		}
		kind, err := postgres.Value[string](ctx, tx, `SELECT kind FROM organisations WHERE id = @id`, postgres.Args{"id": actor.OrganisationID})
		if err != nil {
			return fmt.Errorf("read kind: %w", err)
		}
		public = publics[kind]
		rules, err := rulesInForce(ctx, tx)
		if rules.MinimumCents > 0 {
			y.terms = []string{fmt.Sprintf("Une somme inférieure à %s attend le paiement suivant, %d\u00a0mois au plus.", rules.MinimumCents.Plain(), rules.CarryMonths)}
		}
		return err
	})
	for i, m := range y.Months {
		f.Months = append(f.Months, print.MonthOfYear{Month: time.Month(i + 1), PaymentSums: print.PaymentSums(m)})
	}
	for _, t := range y.Transfers {
		f.Payments = append(f.Payments, print.PaymentOfYear{Number: t.label(), ExecutedOn: t.On, PaymentSums: print.PaymentSums(t.Sums)})
	}
	return f, y, public, err
}

func (t Transfer) label() string {
	if t.Back {
		return t.Number + ", revenu"
	}
	return t.Number
}

// OwnRecapSheet is OwnRecap as a table: a row for each commanditaire of each
// transfer, then one for what was added or withheld. ErrNothingPaid.
func (s *Service) OwnRecapSheet(ctx context.Context, actor identity.Actor, year int) (name string, write func(io.Writer) error, err error) {
	y, err := s.OwnYear(ctx, actor, year)
	if err != nil {
		return "", nil, err
	}
	return "recapitulatif-" + strconv.Itoa(year) + ".csv", func(w io.Writer) error { return writeYear(w, y) }, nil
}

func writeYear(w io.Writer, y Year) error {
	out := sheet.NewWriter(w)
	if err := out.Header("Mois", "Paiement", "Virement du", "Nature", "Commanditaire", "Chèques", "Montant en euros"); err != nil {
		return err
	}
	for _, t := range y.Transfers {
		row := func(nature, who string, cheques sheet.Cell, amount money.Cents) error {
			return out.Row(sheet.Text(t.On.Format("01/2006")), sheet.Text(t.label()), sheet.Date(t.On), sheet.Text(nature), sheet.Text(who), cheques, sheet.Money(amount))
		}
		for _, part := range t.Parts {
			if err := row("Chèques", part.Commanditaire, sheet.Int(part.Cheques), part.AmountCents); err != nil {
				return err
			}
		}
		if t.Adjust != 0 {
			if err := row("Corrections", "", sheet.Cell{}, t.Adjust); err != nil {
				return err
			}
		}
		if t.Fees != 0 {
			if err := row("Frais, TVA comprise", "", sheet.Cell{}, -t.Fees); err != nil {
				return err
			}
		}
	}
	return out.Flush()
}
