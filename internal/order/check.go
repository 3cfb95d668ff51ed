package order

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

// The bounds of an order.
const (
	MostCheques   = 20
	MostCarnets   = 200_000
	LeastFace     = money.Cents(100)
	MostFace      = money.Cents(5000)
	MostMonths    = 36
	LongestTitle  = 120
	LongestPrint  = 160
	LongestFree   = 2000
	MostCofunders = 10
)

// Blank is the specification a new form starts from: ten chèques of 10 €, until
// the end of next year, everywhere, for every service.
func Blank(today time.Time) Specification {
	return Specification{
		ChequesPerCarnet: 10, FaceValue: 1000, Carnets: 100,
		Validity:   Validity{Kind: UntilDate, Until: time.Date(today.Year()+1, time.December, 31, 0, 0, 0, 0, time.UTC)},
		Perimeter:  territory.Everywhere(),
		Coverage:   referentiel.Everything(),
		Structures: StructuresAll,
	}
}

var hexColour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// Storable refuses what cannot even be kept as a draft.
func (s Specification) Storable() error {
	var c fault.Collector
	s.settleShares()
	c.Check(s.ChequesPerCarnet >= 1 && s.ChequesPerCarnet <= MostCheques, "cheques_par_carnet", "Indiquez un nombre de chèques par carnet, de 1 à 20.")
	c.Check(s.FaceValue >= LeastFace && s.FaceValue <= MostFace, "valeur", "Indiquez une valeur par chèque, de 1 à 50\u00a0€.")
	c.Check(s.Carnets >= 1 && s.Carnets <= MostCarnets, "carnets", "Indiquez un nombre de carnets, de 1 à 200\u202f000.")
	c.Check(!s.Validity.Until.IsZero(), "valable_jusquau", "Indiquez une date de fin, par exemple 31/12/2027.")
	c.Check(s.Validity.Kind != FromHandOver || s.Validity.Months >= 1 && s.Validity.Months <= MostMonths, "mois", "Indiquez un nombre de mois, de 1 à 36.")
	c.Check(s.Validity.Kind == FromHandOver || s.Validity.Kind == UntilDate, "validite", "Choisissez comment compter la validité.")
	c.Check(s.Structures == StructuresAll || s.Structures == StructuresAgreed, "structures", "Choisissez les structures qui acceptent les chèques.")
	c.Check(s.PrintMode == "" || s.PrintMode == PrintShop || s.PrintMode == PrintDesk, "impression", "Choisissez qui imprime les carnets.")
	c.Check(s.Colour == "" || hexColour.MatchString(s.Colour), "couleur", "Écrivez la couleur sur six chiffres, par exemple #0B5A56.")
	c.Check(short(s.Title, LongestTitle), "titre", "Raccourcissez le titre\u00a0: 120 caractères au plus.")
	c.Check(short(s.Message, LongestPrint), "message", "Raccourcissez le message\u00a0: 160 caractères au plus tiennent sur un chèque.")
	c.Check(short(s.PublicCible, LongestFree) && short(s.Notes, LongestFree), "notes", "Raccourcissez le texte\u00a0: 2\u202f000 caractères au plus.")
	s.Trust().check(&c)
	s.HandOvers.check(&c)
	s.storableParts(&c)
	return c.Err()
}

func (s Specification) storableParts(c *fault.Collector) {
	c.Check(len(s.Cofunders) <= MostCofunders, "cofinanceurs", "Une commande a dix cofinanceurs au plus.")
	seen := map[string]bool{}
	for i, f := range s.Cofunders {
		c.Check(f.Rate >= 0 && f.Rate <= 10_000 && f.Share > 0, fmt.Sprintf("part_%d", i), "Indiquez la part de "+f.Name+" en euros, ou en pour cent de la valeur des chèques.")
		c.Check(!seen[f.OrganisationID.String()], fmt.Sprintf("cofinanceur_%d", i), f.Name+" est déjà dans la liste.")
		seen[f.OrganisationID.String()] = true
	}
	for _, line := range s.Services {
		c.Check(line.Amount > 0, "service_"+string(line.Kind), "Indiquez le montant hors taxes de ce service.")
	}
	for _, d := range s.Deliveries {
		c.Check(d.Carnets > 0, "livraison_"+d.PointID.String(), "Indiquez un nombre de carnets.")
	}
}

// Problems tells what must be settled before a quote, field by field; nil when
// the order is complete.
func (s Specification) Problems(today time.Time) error {
	var c fault.Collector
	c.Check(strings.TrimSpace(s.Title) != "", "titre", "Donnez un titre à la commande.")
	c.Check(s.Validity.Until.After(today), "valable_jusquau", "La date de fin doit être dans l’avenir.")
	c.Check(s.Validity.Until.Before(today.AddDate(6, 0, 0)), "valable_jusquau", "La date de fin est dans plus de six ans\u00a0: vérifiez l’année.")
	if err := s.Perimeter.Validate(); err != nil {
		c.Refuse("perimetre", err)
	}
	c.Check(len(s.Coverage.Entries()) > 0, "couverture", "Choisissez au moins un service que les chèques peuvent payer.")
	c.Check(s.OwnShare() >= 0, "cofinanceurs", fmt.Sprintf("Les parts des cofinanceurs dépassent la valeur des chèques de %s. Diminuez-les.", -s.OwnShare()))
	s.deliveryProblem(&c)
	if err := s.Storable(); err != nil {
		f, _ := fault.As(err)
		for _, field := range f.Fields {
			c.Add(field.Field, field.Sentence)
		}
	}
	return c.Err()
}

func (s Specification) deliveryProblem(c *fault.Collector) {
	total := 0
	for _, d := range s.Deliveries {
		total += d.Carnets
	}
	switch missing := s.Carnets - total; {
	case len(s.Deliveries) == 0:
		c.Add("livraisons", "Choisissez où livrer les carnets. Un point n’est proposé que lorsque sa convention de mandat est signée des deux côtés.")
	case missing > 0:
		c.Add("livraisons", fmt.Sprintf("Il reste %s à répartir entre les points\u00a0: %s sur %s sont affectés.", count(missing, "carnet"), money.Count(int64(total)), money.Count(int64(s.Carnets))))
	case missing < 0:
		c.Add("livraisons", fmt.Sprintf("Vous avez affecté %s de trop\u00a0: la commande en compte %s.", count(-missing, "carnet"), money.Count(int64(s.Carnets))))
	}
}

func short(text string, most int) bool { return utf8.RuneCountInString(text) <= most }
