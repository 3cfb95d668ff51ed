// Package programme is a funder's call: an envelope, a rate, caps, a window, who
// may ask. An order is attached to it before it is signed, reserves its share,
// and the funder answers. It refuses to promise more than the envelope.
package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/organisation"
)

// The bounds of a programme.
const (
	MostEnvelope = money.Cents(100_000_000_000)
	LongestName  = 120
	LongestText  = 2000
)

// Terms is what a funder offers, to whom and until when. Caps and thresholds of
// zero bound nothing; no kind lets every organisation ask.
type Terms struct {
	FunderID         uuid.UUID
	Name             string
	Description      string
	Envelope         money.Cents
	Rate             money.BasisPoints // of the face value
	OrderCap         money.Cents
	CommanditaireCap money.Cents
	LeastFace        money.Cents
	OpensOn          time.Time
	ClosesOn         time.Time
	Kinds            []string
	Direct           bool   // the funder pays into the dedicated account itself
	TargetPublic     string // « personnes éloignées de l’emploi »
	Target           money.BasisPoints
}

// Programme is a call and what it has committed.
type Programme struct {
	ID uuid.UUID
	Terms
	Funder        string
	Committed     money.Cents
	CreatedAt     time.Time
	CreatedByName string
	ClosedAt      *time.Time
	ClosedByName  string
	ClosedReason  string
}

// Left is what the envelope can still promise.
func (p Programme) Left() money.Cents { return p.Envelope - p.Committed }

// Open reports whether orders may be attached on a day.
func (p Programme) Open(today time.Time) bool {
	return p.ClosedAt == nil && !today.Before(p.OpensOn) && !today.After(p.ClosesOn)
}

// KindLabels are the kinds of organisation that may ask, in French.
func (t Terms) KindLabels() []string {
	var labels []string
	for _, kind := range t.Kinds {
		labels = append(labels, organisation.Kind(kind).Label())
	}
	return labels
}

// check refuses a call that cannot be kept.
func (t Terms) check() error {
	var c fault.Collector
	c.Check(t.FunderID != uuid.Nil, "financeur", "Choisissez le financeur\u00a0: une organisation déjà inscrite, qui commande ou qui observe.")
	c.Check(t.Name != "" && len([]rune(t.Name)) <= LongestName, "nom", "Donnez un nom au programme, 120 caractères au plus.")
	c.Check(len([]rune(t.Description)) <= LongestText, "description", "Raccourcissez le texte\u00a0: 2\u202f000 caractères au plus.")
	c.Check(t.Envelope > 0 && t.Envelope <= MostEnvelope, "enveloppe", "Indiquez l’enveloppe en euros.")
	c.Check(t.Rate > 0 && t.Rate <= 10_000, "taux", "Indiquez un taux au-dessus de 0 et jusqu’à 100\u00a0%.")
	c.Check(t.OrderCap >= 0, "plafond_commande", "Indiquez un montant en euros, ou laissez vide.")
	c.Check(t.CommanditaireCap >= 0, "plafond_commanditaire", "Indiquez un montant en euros, ou laissez vide.")
	c.Check(t.LeastFace >= 0, "minimum", "Indiquez un montant en euros, ou laissez vide.")
	c.Check(!t.OpensOn.IsZero(), "ouverture", "Indiquez le premier jour, par exemple 01/01/2026.")
	c.Check(!t.ClosesOn.IsZero(), "cloture", "Indiquez le dernier jour, par exemple 31/12/2026.")
	c.Check(t.ClosesOn.IsZero() || !t.ClosesOn.Before(t.OpensOn), "cloture", "Le dernier jour vient après le premier.")
	for _, kind := range t.Kinds {
		c.Check(organisation.Kind(kind).Known(), "types", "Choisissez des types d’organisation de la liste.")
	}
	c.Check(t.Target >= 0 && t.Target <= 10_000, "cible", "Indiquez une part de 0 à 100\u00a0%.")
	c.Check((t.TargetPublic == "") == (t.Target == 0), "cible", "Nommez le public visé et la part attendue, ou aucun des deux.")
	return c.Err()
}

// trimmed is the call without stray spaces.
func (t Terms) trimmed() Terms {
	t.Name, t.Description, t.TargetPublic = strings.TrimSpace(t.Name), strings.TrimSpace(t.Description), strings.TrimSpace(t.TargetPublic)
	if t.Kinds == nil {
		t.Kinds = []string{}
	}
	return t
}

// Candidate is an order that asks, as the rules see it.
type Candidate struct {
	State    order.State
	Kind     string      // of the organisation that orders
	Face     money.Cents // ordered
	Own      money.Cents // what its commanditaire pays of it before this programme
	Promised money.Cents // to the same commanditaire, by this programme, already
}

// Share is what the programme would bring to an order: the rate of its face
// value, within the caps, the envelope and what the commanditaire still pays
// itself. A refusal says which rule is not met.
func (p Programme) Share(c Candidate, today time.Time) (money.Cents, error) {
	if err := p.refuses(c, today); err != nil {
		return 0, err
	}
	share := min(p.Rate.Of(c.Face), c.Own)
	if p.OrderCap > 0 {
		share = min(share, p.OrderCap)
	}
	if p.CommanditaireCap > 0 {
		if share = min(share, p.CommanditaireCap-c.Promised); share <= 0 {
			return 0, refusal("Votre organisation a déjà obtenu de ce programme tout ce qu’il accorde à un commanditaire, %s.", p.CommanditaireCap)
		}
	}
	return min(share, p.Left()), nil
}

func (p Programme) refuses(c Candidate, today time.Time) error {
	switch {
	case p.ClosedAt != nil:
		return refusal("Ce programme est clos\u00a0: il ne finance plus de nouvelle commande.")
	case today.Before(p.OpensOn):
		return refusal("Ce programme ouvre le %s\u00a0: revenez à cette date.", french.Date(p.OpensOn))
	case today.After(p.ClosesOn):
		return refusal("Ce programme n’accepte plus de demande depuis le %s.", french.Date(p.ClosesOn))
	case len(p.Kinds) > 0 && !slices.Contains(p.Kinds, c.Kind):
		return refusal("Ce programme est réservé à ces organisations\u00a0: %s.", french.List(p.KindLabels()))
	case c.State != order.Draft && c.State != order.Quoted:
		return refusal("Une commande se rattache à un programme avant la signature du devis\u00a0: celle-ci est «\u00a0%s\u00a0».", c.State.Label())
	case c.Face < p.LeastFace:
		return refusal("Ce programme finance les commandes d’au moins %s de chèques\u00a0: celle-ci en compte %s.", p.LeastFace, c.Face)
	case c.Own <= 0:
		return refusal("Les autres cofinanceurs paient déjà toute la valeur des chèques.")
	case p.Left() <= 0:
		return refusal("L’enveloppe de ce programme est entièrement engagée.")
	}
	return nil
}

func refusal(sentence string, args ...any) error {
	return fault.New(fault.KindConflict, fmt.Sprintf(sentence, args...))
}
