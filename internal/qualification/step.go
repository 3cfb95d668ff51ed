package qualification

import (
	"strings"

	"passnum/internal/identifier"
	"passnum/internal/organisation"
	"passnum/internal/structure"
)

// The steps of a file, by their code: the last part of their address.
const (
	StepRole        = "role"
	StepBody        = "organisation"
	StepContact     = "coordonnees"
	StepEligibility = "eligibilite"
	StepOffer       = "offre"
	StepPlaces      = "lieux"
	StepCharter     = "charte"
	StepBank        = "banque"
	StepDocuments   = "documents"
)

// step is a step as it is told: its title and its fields, in order.
type step struct {
	code, title string
	fields      []field
}

type field struct {
	key, label string
	show       func(string) string
}

// steps are in the order of the task list.
var steps = []step{
	{StepRole, "Vous", []field{
		{"qualite", "Vous êtes", roleLabel}, {"fonction", "Votre fonction", same}, {"reconnu", "Reconnu par l’organisation", yes},
	}},
	{StepBody, "Organisation", []field{
		{"siret", "SIRET", func(s string) string { return identifier.SIRET(s).Grouped() }},
		{"type", "Type", kindLabel}, {"rna", "Numéro RNA", same},
		{"representant_nom", "Représentant légal", same}, {"representant_qualite", "Sa qualité", same}, {"representant_courriel", "Son courriel", same},
	}},
	{StepContact, "Coordonnées", []field{
		{"organisation", "Nom", same}, {"presence", "Adresse", same}, {"contact_nom", "Contact", same}, {"contact_email", "Courriel", same},
		{"telephone", "Téléphone", func(s string) string { return identifier.Phone(s).Grouped() }}, {"site", "Site", same},
		{"livraison", "Livraison", same}, {"facturation", "Facturation", same},
	}},
	{StepEligibility, "Éligibilité", nil}, // its fields are the questions
	{StepOffer, "Offre", []field{
		{"presentation", "Présentation", same}, {"modes", "Façons d’accompagner", modeLabels}, {"publics", "Personnes accueillies", audienceLabels},
		{"tarifs", "Tarifs", same}, {"reste", "Reste à payer avec un chèque", leftLabel},
	}},
	{StepPlaces, "Lieux et services", nil},
	{StepCharter, "Charte et conditions d’utilisation", []field{{"charte", "Charte acceptée", inVersion}, {"cgu", "Conditions acceptées", inVersion}}},
	{StepBank, "Compte bancaire", nil},
	{StepDocuments, "Pièces justificatives", nil},
}

// stepOf finds a step by its code.
func stepOf(code string) (step, bool) {
	for _, s := range steps {
		if s.code == code {
			if code == StepEligibility {
				s.fields = questionFields()
			}
			return s, true
		}
	}
	return step{}, false
}

// StepTitle names a step in French, or is its code.
func StepTitle(code string) string {
	if s, ok := stepOf(code); ok {
		return s.title
	}
	return code
}

// sensitive steps say who the body is and whether it is eligible: once decided
// upon, they change only with the operator's agreement.
func sensitive(code string) bool { return code == StepBody || code == StepEligibility }

func same(s string) string { return s }

func yes(s string) string {
	if s == "oui" {
		return "Oui"
	}
	return ""
}

func inVersion(s string) string {
	if s == "" {
		return ""
	}
	return "version " + s
}

func kindLabel(s string) string {
	if s == "" {
		return ""
	}
	return organisation.Kind(s).Label()
}

func modeLabels(s string) string {
	var labels []string
	for _, m := range structure.Modes {
		if contains(s, m.Code) {
			labels = append(labels, m.Label)
		}
	}
	return strings.Join(labels, ", ")
}

// contains reports whether a list kept as « a,b » holds a code.
func contains(list, code string) bool { return strings.Contains(","+list+",", ","+code+",") }
