package qualification

import (
	"context"
	"slices"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// OfferForm is what the structure offers, in short; the services themselves are
// those of its places. Comments give the names of the fields.
type OfferForm struct {
	Presentation string   // presentation
	Modes        []string // modes
	Audiences    []string // publics
	Prices       string   // tarifs
	Left         string   // reste: « rien », « parfois » or « souvent »
}

// Audience is a group of people that a structure welcomes.
type Audience struct{ Code, Label string }

// Audiences lists them in the order screens offer them.
var Audiences = []Audience{
	{"tous", "Tout le monde"}, {"seniors", "Seniors"}, {"jeunes", "Jeunes"}, {"familles", "Familles et enfants"}, {"femmes", "Femmes"},
	{"handicap", "Personnes en situation de handicap"}, {"etrangers", "Personnes qui apprennent le français"}, {"emploi", "Personnes en recherche d’emploi"},
}

// LeftToPay lists what may remain to pay with a chèque.
var LeftToPay = []Audience{
	{"rien", "Rien"}, {"parfois", "Un complément, pour certains services"}, {"souvent", "Un complément, le plus souvent"},
}

func audienceLabels(s string) string {
	var labels []string
	for _, a := range Audiences {
		if contains(s, a.Code) {
			labels = append(labels, a.Label)
		}
	}
	return strings.Join(labels, ", ")
}

func leftLabel(s string) string {
	for _, l := range LeftToPay {
		if l.Code == s {
			return l.Label
		}
	}
	return ""
}

// SaveOffer keeps what the structure says of its services.
// structure.ErrClosed, or refused fields.
func (s *Service) SaveOffer(ctx context.Context, actor identity.Actor, form OfferForm) (Saved, error) {
	read := func(context.Context, *postgres.Tx, stepState) (answers, error) { return form.read() }
	mirror := func(ctx context.Context, tx *postgres.Tx, a answers) error {
		_, err := postgres.Do(ctx, tx, `UPDATE structures SET presentation = @text WHERE organisation_id = @id`,
			postgres.Args{"text": a["presentation"], "id": actor.OrganisationID})
		return fault.Wrap(err, "save presentation")
	}
	return s.save(ctx, actor, StepOffer, read, mirror)
}

func (f OfferForm) read() (answers, error) {
	var c fault.Collector
	text, prices := strings.TrimSpace(f.Presentation), strings.TrimSpace(f.Prices)
	var modes, audiences []string
	for _, m := range structure.Modes {
		if slices.Contains(f.Modes, m.Code) {
			modes = append(modes, m.Code)
		}
	}
	for _, a := range Audiences {
		if slices.Contains(f.Audiences, a.Code) {
			audiences = append(audiences, a.Code)
		}
	}
	c.Check(text != "", "presentation", "Présentez votre structure en quelques phrases\u00a0: qui accompagne, et qui vous accueillez.")
	c.Check(len([]rune(text)) <= 2000, "presentation", "Raccourcissez ce texte\u00a0: 2\u202f000 caractères au plus.")
	c.Check(len(modes) > 0, "modes", "Choisissez au moins une façon d’accompagner.")
	c.Check(len(audiences) > 0, "publics", "Choisissez qui vous accueillez.")
	c.Check(prices != "", "tarifs", "Résumez vos prix, comme «\u00a010\u00a0€ l’heure en individuel, 5\u00a0€ l’atelier\u00a0».")
	c.Check(len([]rune(prices)) <= 500, "tarifs", "Raccourcissez ce texte\u00a0: 500 caractères au plus.")
	c.Check(leftLabel(f.Left) != "", "reste", "Dites ce qui reste à payer avec un chèque.")
	return answers{"presentation": text, "modes": strings.Join(modes, ","), "publics": strings.Join(audiences, ","), "tarifs": prices, "reste": f.Left}, c.Err()
}
