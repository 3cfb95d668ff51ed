package registry

import (
	"strings"
	"unicode"
)

// longestText is the longest name that a form accepts.
const longestText = 140

// answer is the part of the register's answer that we read.
type answer struct {
	Results []unit `json:"results"`
}

type unit struct {
	Name       string          `json:"nom_complet"`
	LegalName  string          `json:"nom_raison_sociale"`
	LegalForm  string          `json:"nature_juridique"`
	Shown      string          `json:"statut_diffusion"`
	Seat       establishment   `json:"siege"`
	Matching   []establishment `json:"matching_etablissements"`
	Complement struct {
		RNA        string `json:"identifiant_association"`
		Individual bool   `json:"est_entrepreneur_individuel"`
	} `json:"complements"`
}

type establishment struct {
	SIRET      string `json:"siret"`
	Address    string `json:"adresse"`
	Number     string `json:"numero_voie"`
	Repetition string `json:"indice_repetition"`
	Way        string `json:"type_voie"`
	Street     string `json:"libelle_voie"`
	PostalCode string `json:"code_postal"`
	Insee      string `json:"commune"`
	Town       string `json:"libelle_commune"`
	State      string `json:"etat_administratif"`
	Shown      string `json:"statut_diffusion_etablissement"`
}

// hiddenMark is written in place of what a body asked not to show.
const hiddenMark = "NON-DIFFUSIBLE"

func (u unit) hidden() bool {
	return u.Shown == "P" || u.Shown == "N" || strings.Contains(u.Name+u.LegalName, hiddenMark)
}

func (e establishment) hidden() bool {
	return e.Shown == "P" || e.Shown == "N" || strings.Contains(e.Address+e.Street, hiddenMark)
}

func (u unit) body(e establishment) Body {
	name := u.LegalName
	if name == "" {
		name = u.Name
	}
	return Body{SIRET: e.SIRET, Name: said(name), Kind: u.kind(), RNA: said(u.Complement.RNA), Street: said(e.line()),
		PostalCode: said(e.PostalCode), Town: said(e.Town), Insee: said(e.Insee), Closed: e.State == "F"}
}

// said keeps of what the register says what a form could hold: one line, of 140
// characters at most. It is another's, and may be anything.
func said(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)), " ")
	if runes := []rune(text); len(runes) > longestText {
		text = string(runes[:longestText])
	}
	return text
}

// line is the number and the street; from the whole address when the register
// does not tell them apart.
func (e establishment) line() string {
	if e.Street != "" {
		return strings.Join(strings.Fields(strings.Join([]string{e.Number, e.Repetition, e.Way, e.Street}, " ")), " ")
	}
	before, _, _ := strings.Cut(e.Address, " "+e.PostalCode+" ")
	if e.PostalCode == "" || before == e.Address {
		return ""
	}
	return before
}

// forms are our kinds by the beginning of the legal form's code (Insee,
// catégories juridiques); the longest that fits wins.
var forms = map[string]string{
	"1": "independant", "5": "entreprise", "6": "entreprise", "92": "association", "93": "fondation",
	"5458": "cooperative", "5459": "cooperative", "546": "cooperative", "5558": "cooperative", "5559": "cooperative", "556": "cooperative",
	"5658": "cooperative", "5659": "cooperative", "566": "cooperative", "51": "cooperative", "5443": "cooperative",
	"7": "public", "7210": "commune", "7220": "departement", "7230": "region", "734": "epci", "735": "epci", "7361": "ccas",
}

func (u unit) kind() string {
	for n := len(u.LegalForm); n > 0; n-- {
		if kind, known := forms[u.LegalForm[:n]]; known {
			return kind
		}
	}
	if u.Complement.Individual {
		return "independant"
	}
	return ""
}
