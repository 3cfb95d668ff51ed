package structure

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mednum"
	"passnum/internal/postgres"
)

// Welcome is who a place is for, and how it receives people.
type Welcome struct {
	Summary          string   // in a sentence
	Audiences        []string // whom it is especially for; empty for everybody
	SpecialCares     []string
	Languages        []string // ISO 639-1
	Accessibility    []string // codes of Accessibilities
	AccessibilityURL string   // its page on acceslibre
	AppointmentURL   string
	AccessWays       []string
	Programmes       []string // national programmes it belongs to
	Labels           []string
}

// Word is a code and what people read.
type Word struct{ Code, Label string }

const frenchLanguage = "fr"

// Languages are those that screens offer, the commonest first.
var Languages = []Word{{frenchLanguage, "français"}, {"en", "anglais"}, {"ar", "arabe"}, {"es", "espagnol"}, {"pt", "portugais"}, {"tr", "turc"}, {"uk", "ukrainien"},
	{"ru", "russe"}, {"fa", "persan, dari"}, {"ps", "pachto"}, {"zh", "chinois"}, {"ro", "roumain"}, {"it", "italien"}, {"de", "allemand"}, {"br", "breton"}, {"oc", "occitan"}}

// Accessibilities are what helps people with a disability to come.
var Accessibilities = []Word{{"fauteuil", "Accessible en fauteuil roulant"}, {"boucle", "Boucle magnétique pour l’audition"}, {"lsf", "Accueil en langue des signes (LSF)"},
	{"calme", "Coin calme, sans bruit"}, {"animaux", "Chiens guides et d’assistance bienvenus"}}

// WelcomeForm is the welcome of a place as typed; comments give the names of the
// fields.
type WelcomeForm struct {
	Summary          string   // resume
	Audiences        []string // publics
	SpecialCares     []string // prises_en_charge
	Languages        []string // langues
	Accessibility    []string // accessibilite
	AccessibilityURL string   // acceslibre
	AppointmentURL   string   // rendez_vous
	AccessWays       []string // modalites_acces
	Programmes       []string // programmes
	Labels           []string // labels
}

// WelcomeFormOf is the form filled with a place.
func WelcomeFormOf(p Place) WelcomeForm { return WelcomeForm(p.Welcome) }

func (f WelcomeForm) read() (Welcome, error) {
	var c fault.Collector
	w := Welcome{Summary: strings.Join(strings.Fields(f.Summary), " "), AccessibilityURL: webAddress(f.AccessibilityURL), AppointmentURL: webAddress(f.AppointmentURL),
		Audiences: among(mednum.Audiences, f.Audiences), SpecialCares: among(mednum.SpecialCare, f.SpecialCares), Languages: among(codes(Languages), f.Languages),
		Accessibility: among(codes(Accessibilities), f.Accessibility), AccessWays: among(mednum.AccessWays, f.AccessWays),
		Programmes: among(mednum.Programmes, f.Programmes), Labels: among(mednum.Labels, f.Labels)}
	c.Check(len([]rune(w.Summary)) <= 280, "resume", "Raccourcissez ce résumé\u00a0: 280 caractères au plus.")
	c.Check(len(w.Languages) > 0, "langues", "Cochez au moins une langue.")
	c.Check(w.AppointmentURL == "" || isWebsite(w.AppointmentURL), "rendez_vous", "Cette adresse n’est pas complète. Elle ressemble à www.rdv.exemple.fr.")
	c.Check(w.AccessibilityURL == "" || isWebsite(w.AccessibilityURL), "acceslibre", "Cette adresse n’est pas complète. Elle ressemble à acceslibre.beta.gouv.fr/app/…")
	return w, c.Err()
}

// webAddress adds what people leave out.
func webAddress(typed string) string {
	typed = strings.TrimSpace(typed)
	if typed != "" && !strings.Contains(typed, "://") {
		return "https://" + typed
	}
	return typed
}

// among keeps what was chosen of a list, in the list's order.
func among(all, chosen []string) []string {
	kept := []string{}
	for _, word := range all {
		if slices.Contains(chosen, word) {
			kept = append(kept, word)
		}
	}
	return kept
}

func codes(words []Word) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.Code
	}
	return list
}

// SaveWelcome says who a place is for and how it receives people; the public
// sees it at once. ErrNoPlace.
func (s *Service) SaveWelcome(ctx context.Context, actor identity.Actor, id uuid.UUID, form WelcomeForm) (Place, error) {
	if _, err := s.Place(ctx, actor, id); err != nil {
		return Place{}, err
	}
	w, err := form.read()
	if err != nil {
		return Place{}, err
	}
	return s.change(ctx, actor, id, "accueil d’un lieu", func(_ *postgres.Tx, p *Place) error {
		// What a file of the country says in words of its own is kept.
		w.Programmes, w.Labels = keepForeign(p.Programmes, w.Programmes, mednum.Programmes), keepForeign(p.Labels, w.Labels, mednum.Labels)
		w.Languages = keepForeign(p.Languages, w.Languages, codes(Languages))
		p.Welcome = w
		return nil
	})
}

// keepForeign adds to what was chosen the words held before that the list does
// not know.
func keepForeign(before, chosen, all []string) []string {
	for _, word := range before {
		if !slices.Contains(all, word) {
			chosen = append(chosen, word)
		}
	}
	return chosen
}
