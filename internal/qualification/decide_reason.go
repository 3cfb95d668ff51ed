package qualification

import (
	"slices"
	"strings"

	"passnum/internal/fault"
)

// Grounds is why something was decided: reasons from the list, and a sentence.
type Grounds struct {
	Reasons  []string // codes of ReasonsFor
	Sentence string
}

// Reason is one reason of the list.
type Reason struct{ Code, Label string }

var reasons = map[Decision][]Reason{
	Refused: {
		{"identite", "L’identité de la structure n’est pas établie"},
		{"activite", "L’activité n’est pas de la médiation numérique"},
		{"encadrement", "Les personnes qui accompagnent ne sont pas encadrées ou formées"},
		{"prix", "Le prix ou le reste à payer n’est pas conforme à la charte"},
		{"lieu", "Aucun lieu n’accueille réellement le public"},
		{"banque", "Le compte bancaire n’est pas celui de la structure"},
		{"pieces", "Les pièces demandées ne sont pas venues"},
		{"autre", "Autre motif, dit ci-dessous"},
	},
	Suspended: {
		{"signalements", "Des signalements sont en cours d’examen"},
		{"charte", "La charte n’est pas tenue"},
		{"encaissements", "Des encaissements sont à expliquer"},
		{"renouvellement", "La qualification n’a pas été renouvelée"},
		{"fermeture", "La structure est fermée pour un temps"},
		{"autre", "Autre motif, dit ci-dessous"},
	},
	Dequalified: {
		{"demande", "La structure l’a demandé"},
		{"cessation", "La structure a cessé son activité"},
		{"charte", "La charte n’a pas été tenue, malgré nos échanges"},
		{"fraude", "Des encaissements ne correspondaient à aucun service"},
		{"renouvellement", "La qualification n’a pas été renouvelée"},
		{"autre", "Autre motif, dit ci-dessous"},
	},
}

// ReasonsFor lists the reasons of a decision; empty when it needs none.
func ReasonsFor(d Decision) []Reason { return reasons[d] }

// DurationsInMonths are how long a qualification may hold; the first is offered.
var DurationsInMonths = []int{24, 12, 36}

// weigh completes a decision with its grounds, and refuses one that lacks them.
func (g Grounds) weigh(v decided) (decided, error) {
	var c fault.Collector
	list := ReasonsFor(v.decision)
	for _, r := range list {
		if slices.Contains(g.Reasons, r.Code) && r.Code != "autre" {
			v.reasons = append(v.reasons, r.Label)
		}
	}
	v.sentence = strings.TrimSpace(g.Sentence)
	c.Check(len(list) == 0 || len(v.reasons) > 0 || slices.Contains(g.Reasons, "autre"), "motifs", "Choisissez au moins un motif.")
	c.Check(len(list) == 0 || len(v.reasons) > 0 || v.sentence != "", "motif", "Écrivez le motif\u00a0: la structure le recevra tel quel.")
	c.Check(len([]rune(v.sentence)) <= 2000, "motif", "Raccourcissez ce motif\u00a0: 2\u202f000 caractères au plus.")
	c.Check(v.decision != Qualified || slices.Contains(DurationsInMonths, v.months), "duree", "Choisissez la durée de la qualification.")
	return v, c.Err()
}

// said is the reasons as the structure reads them.
func (v decided) said() string {
	parts := slices.Clone(v.reasons)
	if v.sentence != "" {
		parts = append(parts, v.sentence)
	}
	for i, p := range parts {
		if !strings.ContainsAny(p[len(p)-1:], ".!?") {
			parts[i] = p + "."
		}
	}
	return strings.Join(parts, " ")
}
