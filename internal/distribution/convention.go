package distribution

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Signature is who signed a convention for one side, and when.
type Signature struct {
	Name  string
	Title string
	At    time.Time
}

// Convention is the mandate by which a commanditaire entrusts an aiguilleur with
// handing its carnets over (article L.1611-7 CGCT).
type Convention struct {
	CommanditaireID     uuid.UUID
	Commanditaire       string
	AiguilleurID        uuid.UUID
	Aiguilleur          string
	ID                  uuid.UUID
	Number              string
	StartsOn            time.Time
	EndsOn              time.Time
	Purpose             string
	ProposedAt          time.Time
	EndedAt             *time.Time
	ByCommanditaireName string
	ByCommanditaireRole string
	ByCommanditaireAt   *time.Time
	ByAiguilleurName    string
	ByAiguilleurRole    string
	ByAiguilleurAt      *time.Time
}

// BySide is a side's signature; nil while it has not signed.
func (c Convention) BySide(organisation uuid.UUID) *Signature {
	if organisation == c.CommanditaireID {
		return signature(c.ByCommanditaireName, c.ByCommanditaireRole, c.ByCommanditaireAt)
	}
	return signature(c.ByAiguilleurName, c.ByAiguilleurRole, c.ByAiguilleurAt)
}

func signature(name, title string, at *time.Time) *Signature {
	if at == nil {
		return nil
	}
	return &Signature{Name: name, Title: title, At: at.In(postgres.Paris)}
}

// Signed reports whether both sides have signed.
func (c Convention) Signed() bool { return c.ByCommanditaireAt != nil && c.ByAiguilleurAt != nil }

// State says where the convention stands on a day.
func (c Convention) State(today time.Time) ConventionState {
	switch {
	case c.EndedAt != nil:
		return ConventionEnded
	case !c.Signed():
		return ConventionProposed
	case today.After(c.EndsOn):
		return ConventionOver
	case today.Before(c.StartsOn):
		return ConventionSigned
	default:
		return ConventionRunning
	}
}

// ConventionState is where a convention stands.
type ConventionState string

// The states of a convention.
const (
	ConventionProposed ConventionState = "proposee"
	ConventionSigned   ConventionState = "signee" // not begun yet
	ConventionRunning  ConventionState = "en_cours"
	ConventionOver     ConventionState = "expiree"
	ConventionEnded    ConventionState = "terminee"
)

// Label is the state in French.
func (s ConventionState) Label() string {
	return map[ConventionState]string{
		ConventionProposed: "à signer", ConventionSigned: "signée", ConventionRunning: "en cours",
		ConventionOver: "expirée", ConventionEnded: "terminée",
	}[s]
}

// The refusals about conventions.
var (
	// ErrConventionNotFound hides conventions that are not the actor's.
	ErrConventionNotFound = fault.New(fault.KindNotFound, "Cette convention n’existe pas, ou elle n’est pas la vôtre.")
	// ErrAlreadySigned refuses a second signature of one side.
	ErrAlreadySigned = fault.New(fault.KindConflict, "Votre organisation a déjà signé cette convention.")
	// ErrConventionClosed refuses to sign or end what is ended.
	ErrConventionClosed = fault.New(fault.KindConflict, "Cette convention est terminée.")
	// ErrConventionExists refuses a second live convention between two bodies.
	ErrConventionExists = fault.Field("aiguilleur", "Une convention existe déjà avec cet aiguilleur. Terminez-la avant d’en proposer une autre.")
	// ErrConventionMissing refuses carnets to a counter that has no mandate.
	ErrConventionMissing = fault.New(fault.KindConflict, "La convention de mandat n’est pas signée par les deux parties\u00a0: aucun carnet ne peut entrer en stock. Signez-la d’abord, ou demandez au commanditaire de le faire.")
)

// Proposal is a convention as a commanditaire types it.
type Proposal struct {
	AiguilleurID uuid.UUID // aiguilleur
	StartsOn     time.Time // debut; zero when missing or unreadable
	EndsOn       time.Time // fin
	Purpose      string    // objet
}

func (p Proposal) check() error {
	var c fault.Collector
	c.Check(p.AiguilleurID != uuid.Nil, "aiguilleur", "Choisissez un aiguilleur dans la liste.")
	c.Check(!p.StartsOn.IsZero(), "debut", "Indiquez le premier jour, par exemple 01/01/2027.")
	c.Check(!p.EndsOn.IsZero(), "fin", "Indiquez le dernier jour, par exemple 31/12/2028.")
	c.Check(p.EndsOn.IsZero() || p.EndsOn.After(p.StartsOn), "fin", "Le dernier jour doit suivre le premier.")
	c.Check(len([]rune(p.Purpose)) <= 500, "objet", "Raccourcissez le texte\u00a0: 500 caractères au plus.")
	return c.Err()
}

// Signing is a named person's signature as typed.
type Signing struct {
	Name  string // nom
	Title string // qualite
	Agree bool   // accord
}

func (g Signing) check() error {
	var c fault.Collector
	c.Check(strings.TrimSpace(g.Name) != "", "nom", "Indiquez le nom de la personne qui signe.")
	c.Check(strings.TrimSpace(g.Title) != "", "qualite", "Indiquez sa qualité, par exemple «\u00a0maire\u00a0» ou «\u00a0directrice du CCAS\u00a0».")
	c.Check(g.Agree, "accord", "Cochez la case pour signer.")
	return c.Err()
}

// Directory is an aiguilleur that a convention may be proposed to.
type Directory struct {
	ID    uuid.UUID
	Name  string
	Siret string
	Town  string
}
