// Package census takes in files of places: the national ones, by the operator,
// and a structure's own, by itself. A file is first read for nothing, line by
// line; it is then applied whole or not at all. It refuses to overwrite what a
// structure wrote, and to decide alone that two places are one when they may
// not be.
package census

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/mednum"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// State is where a file stands.
type State string

// The states of a file.
const (
	Reading  State = "lecture"
	Ready    State = "prete"
	Applying State = "application"
	Applied  State = "appliquee"
	Refused  State = "refusee"
	Dropped  State = "abandonnee"
)

// Live reports whether a file is being worked on.
func (s State) Live() bool { return s == Reading || s == Applying }

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{Reading: "en lecture", Ready: "à relire", Applying: "en cours", Applied: "appliqué", Refused: "illisible", Dropped: "abandonné"}[s]
}

// Outcome is what a line becomes.
type Outcome string

// What a line can become.
const (
	Created   Outcome = "creation"
	Updated   Outcome = "mise a jour"
	Unchanged Outcome = "inchangee"
	Merged    Outcome = "fusion"
	Undecided Outcome = "a choisir"
	SetAside  Outcome = "ecartee"
	Rejected  Outcome = "rejetee"
)

// Outcomes lists them in the order screens show them.
var Outcomes = []Outcome{Created, Updated, Merged, Unchanged, Undecided, SetAside, Rejected}

// Label is the outcome in French, for several lines.
func (o Outcome) Label() string {
	return map[Outcome]string{Created: "Lieux créés", Updated: "Mis à jour", Merged: "Fusionnés", Unchanged: "Inchangés",
		Undecided: "À choisir", SetAside: "Écartés", Rejected: "Rejetés"}[o]
}

// Word is the outcome in French, for one line.
func (o Outcome) Word() string {
	return map[Outcome]string{Created: "créé", Updated: "mis à jour", Merged: "fusionné", Unchanged: "inchangé",
		Undecided: "à choisir", SetAside: "écarté", Rejected: "rejeté"}[o]
}

// Import is a file taken in.
type Import struct {
	ID             uuid.UUID
	StructureID    *uuid.UUID // whose own file; nil for the operator's
	FileName       string
	State          State
	Version        string
	Encoding       string
	Separator      string
	UnknownColumns []string
	Refusal        string
	AskedAt        time.Time
	AskedByName    string
	AppliedAt      *time.Time
	AppliedByName  string
}

// Line is what a line of a file becomes.
type Line struct {
	Line       int       `json:"line"`
	Outcome    Outcome   `json:"outcome"`
	Key        string    `json:"key"` // its own identifier
	Name       string    `json:"name"`
	Town       string    `json:"town"`
	Target     string    `json:"target"` // the place it is, or may be
	TargetName string    `json:"target_name"`
	Changes    []string  `json:"changes"` // columns
	Problems   []Problem `json:"problems"`
	Accepts    bool      `json:"accepts"` // says it took the Pass numérique

	Choice *uuid.UUID `json:"-"` // the choice remembered for its identifier
}

// Problem is a value that was mended, left out or refused.
type Problem struct {
	Column string `json:"column"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Service is the use cases of files of places.
type Service struct {
	db    *postgres.DB
	index *territory.Index
	queue jobs.Queue
}

// NewService makes the use cases.
func NewService(db *postgres.DB, index *territory.Index, queue jobs.Queue) *Service {
	return &Service{db: db, index: index, queue: queue}
}

// What census refuses.
var (
	// ErrNoImport hides files that do not exist and those of others.
	ErrNoImport = fault.New(fault.KindNotFound, "Cet import n’existe pas.")
	// ErrMoved refuses to act on a file that is no longer waiting for it.
	ErrMoved = fault.New(fault.KindConflict, "Cet import a changé d’état depuis que vous avez ouvert la page. Relisez-la.")
	// ErrNoChoice refuses a choice about a line that does not wait for one.
	ErrNoChoice = fault.New(fault.KindConflict, "Cette ligne n’attend pas de choix.")
	// ErrForgotten refuses to forget twice.
	ErrForgotten = fault.New(fault.KindNotFound, "Ce choix n’est pas retenu, ou ne l’est plus.")
	errNoFile    = fault.Field("fichier", "Choisissez un fichier CSV.")
)

// scope is whose places a file is about.
type scope struct{ structure *uuid.UUID }

func (s scope) ScopeOrganisation() uuid.UUID { return *s.structure }
func (s scope) ScopeAccount() uuid.UUID      { return uuid.Nil }

// within runs fn as the structure for its own file, else as the operator.
func (s *Service) within(ctx context.Context, structure *uuid.UUID, fn func(*postgres.Tx) error) error {
	if structure != nil {
		return s.db.InOrganisation(ctx, scope{structure}, fn)
	}
	return s.db.InPlatform(ctx, postgres.System{}, "", fn)
}

func problemsOf(list []mednum.Problem) []Problem {
	out := make([]Problem, len(list))
	for i, p := range list {
		out[i] = Problem{Column: p.Column, Value: p.Value, Reason: p.Reason}
	}
	return out
}
