package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// Problem is a refusal as RFC 9457 writes it, in French. It never holds what was
// sent.
type Problem struct {
	Type      string         `json:"type" doc:"Toujours « about:blank » : le titre et le statut suffisent."`
	Title     string         `json:"title" doc:"Ce qui ne va pas, en deux mots."`
	Status    int            `json:"status"`
	Detail    string         `json:"detail,omitempty" doc:"Pourquoi, et que faire."`
	Errors    []ProblemField `json:"errors,omitempty" doc:"Les champs à corriger."`
	RequestID string         `json:"request_id,omitempty" doc:"À donner à l’assistance."`
}

// ProblemField is one field to correct.
type ProblemField struct {
	Location string `json:"location" example:"body.entries"`
	Message  string `json:"message"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType announces a problem document.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: title(status), Status: status, Detail: detail}
}

func title(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "Demande illisible"
	case http.StatusUnauthorized:
		return "Jeton manquant ou refusé"
	case http.StatusForbidden:
		return "Droit manquant"
	case http.StatusNotFound:
		return "Introuvable"
	case http.StatusMethodNotAllowed:
		return "Méthode refusée"
	case http.StatusConflict:
		return "Conflit"
	case http.StatusRequestEntityTooLarge:
		return "Demande trop lourde"
	case http.StatusUnsupportedMediaType:
		return "Format refusé"
	case http.StatusUnprocessableEntity:
		return "Demande à corriger"
	case http.StatusTooManyRequests:
		return "Trop d’essais"
	default:
		return "Erreur"
	}
}

// sentence explains the refusals that the framework makes by itself.
func sentence(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "Le corps de la demande manque ou n’est pas du JSON lisible."
	case http.StatusRequestEntityTooLarge:
		return "Le corps de la demande dépasse 128 Ko."
	case http.StatusRequestTimeout:
		return "Le corps de la demande n’est pas arrivé à temps."
	case http.StatusUnsupportedMediaType:
		return "Envoyez du JSON : Content-Type: application/json."
	case http.StatusUnprocessableEntity:
		return "Certains champs sont à corriger."
	default:
		return "La demande n’a pas pu être traitée."
	}
}

func writeProblem(w http.ResponseWriter, p *Problem) {
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a caller who left is not a failure
}

// speakFrench replaces the framework's words and drops the values it would echo:
// one of them may be a code.
var speakFrench = sync.OnceFunc(func() {
	translateValidation()
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		p := newProblem(status, sentence(status))
		for _, err := range errs {
			detailed, ok := err.(huma.ErrorDetailer)
			if !ok {
				continue
			}
			detail := detailed.ErrorDetail()
			p.Errors = append(p.Errors, ProblemField{Location: detail.Location, Message: french(detail)})
		}
		return p
	}
})

// french words what the framework does not let us translate at its source.
func french(d *huma.ErrorDetail) string {
	switch {
	case d.Location == "header.Idempotency-Key" && strings.Contains(d.Message, "missing"):
		return "L’en-tête Idempotency-Key est obligatoire pour une écriture."
	case strings.HasPrefix(d.Location, "path."):
		return "L’identifiant de l’adresse n’est pas un UUID."
	case d.Location == "body" && !translated(d.Message):
		return "Le corps n’est pas du JSON lisible, ou un champ n’a pas le bon type."
	default:
		return d.Message
	}
}

// translated tells our words from a decoder's.
func translated(message string) bool {
	for _, start := range []string{"Attendu", "Le champ", "Ce champ"} {
		if strings.HasPrefix(message, start) {
			return true
		}
	}
	return false
}

func translateValidation() {
	validation.MsgUnexpectedProperty = "Ce champ n’existe pas."
	validation.MsgExpectedRFC3339DateTime = "Attendu : une date et une heure, comme 2026-11-04T14:30:00+01:00."
	validation.MsgExpectedRFC4122UUID = "Attendu : un UUID. %v"
	validation.MsgExpectedBoolean = "Attendu : true ou false."
	validation.MsgExpectedNumber = "Attendu : un nombre."
	validation.MsgExpectedInteger = "Attendu : un nombre entier."
	validation.MsgExpectedString = "Attendu : un texte."
	validation.MsgExpectedArray = "Attendu : une liste."
	validation.MsgExpectedObject = "Attendu : un objet JSON."
	validation.MsgExpectedOneOf = "Attendu : une valeur parmi « %s »."
	validation.MsgExpectedMinimumNumber = "Attendu : %v au moins."
	validation.MsgExpectedMaximumNumber = "Attendu : %v au plus."
	validation.MsgExpectedMinLength = "Attendu : %d signe au moins."
	validation.MsgExpectedMaxLength = "Attendu : %d signes au plus."
	validation.MsgExpectedMinItems = "Attendu : %d élément au moins."
	validation.MsgExpectedMaxItems = "Attendu : %d éléments au plus."
	validation.MsgExpectedRequiredProperty = "Le champ %s est obligatoire."
}
