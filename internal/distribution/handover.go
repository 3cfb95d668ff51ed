package distribution

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/referentiel"
)

// UndoWindow is how long a counter may take a hand-over back.
const UndoWindow = 15 * time.Minute

// MaxHousehold is how many carnets one confirmation may give to a household.
const MaxHousehold = 10

// Channel is how the chèques reach the person.
type Channel string

// The channels of a hand-over.
const (
	AtCounter Channel = "guichet"
	ByPost    Channel = "courrier"
)

// HandOver is the act that gave a carnet, or some of its chèques, to a person.
type HandOver struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	CarnetID        uuid.UUID
	PointID         uuid.UUID
	PointName       string
	Serial          string
	Ranks           []int // nil for the whole carnet
	At              time.Time
	PublicCategory  string
	Entries         []int // what an orientation proposed, if the person agreed
	PathwayID       *uuid.UUID
	Channel         Channel
	GroupID         *uuid.UUID // of the carnets given to one household
	Together        int        // live hand-overs of that group; zero without one
	ActorName       string     // the agent; empty when a program did it
	UndoneAt        *time.Time
	UsableUntil     time.Time
}

// Undoable reports whether the counter may still take it back.
func (h HandOver) Undoable(now time.Time) bool { return h.UndoneAt == nil && h.Left(now) > 0 }

// Left is how much time remains to take it back; zero when over.
func (h HandOver) Left(now time.Time) time.Duration {
	return min(UndoWindow, max(0, h.At.Add(UndoWindow).Sub(now)))
}

// Whole reports whether the carnet was given whole.
func (h HandOver) Whole() bool { return h.Ranks == nil }

// Cheques is how many chèques were given, of a carnet of the order's terms.
func (h HandOver) Cheques(t Terms) int {
	if h.Whole() {
		return t.Cheques
	}
	return len(h.Ranks)
}

// Request asks to hand a carnet over. PointID is the counter's point; when it is
// nil, the token's point, else wherever the carnet is in stock.
type Request struct {
	Key            string   // idempotency key: a retry hears the first answer
	Serial         string   // as typed or scanned
	Household      []string // further whole carnets, for the same household
	Ranks          []int    // some chèques only; nil for the whole carnet
	PointID        *uuid.UUID
	PublicCategory string
	Channel        Channel // AtCounter when empty
	Entries        []int
	PathwayID      *uuid.UUID
}

// The refusals of a hand-over and of its undoing; what is wrong with the carnet
// itself is CarnetCard.Refusal.
var (
	ErrKeyMissing       = fault.Field("cle", "La demande n’a pas de clé\u00a0: rechargez la page.")
	ErrKeyReused        = fault.New(fault.KindConflict, "Cette demande a déjà servi pour un autre carnet. Rechargez la page.")
	ErrCategory         = fault.Field("public", "Choisissez une réponse de la liste, ou aucune.")
	ErrEntries          = fault.Field("service", "Un de ces services n’est pas dans le référentiel. Rechargez la page.")
	ErrPathway          = fault.New(fault.KindConflict, "Ce parcours n’est plus proposé à votre guichet. Refaites le point avec la personne, ou remettez le carnet sans parcours.")
	ErrChannel          = fault.Field("canal", "Une remise se fait au guichet ou par courrier.")
	ErrPartOfSeveral    = fault.Field("ranks", "Quelques chèques se remettent d’un seul carnet. Remettez les autres carnets à part.")
	ErrTooManyCarnets   = fault.Field("carnet", "Dix carnets au plus par remise. Remettez ceux-ci, puis les suivants.")
	ErrHandOverNotFound = fault.New(fault.KindNotFound, "Cette remise n’existe pas, ou elle n’est pas la vôtre.")
	ErrTooLate          = fault.New(fault.KindConflict, "Une remise s’annule pendant 15\u00a0minutes, et ce délai est passé. Si le carnet vous a été rendu, prévenez le commanditaire pour qu’il le bloque.")
	ErrChequeUsed       = fault.New(fault.KindConflict, "Un chèque de cette remise a déjà été utilisé\u00a0: elle ne peut plus être annulée.")
	ErrOtherPoint       = fault.New(fault.KindConflict, "Cette remise a été faite à un autre point\u00a0: annulez-la de là-bas.")
)

// wanted is a Request that was read.
type wanted struct {
	Request
	serials []string // each once; the first is Request.Serial
}

// read checks what needs no database; a serial that cannot be read is refused
// with its card's sentence.
func (r Request) read() (wanted, error) {
	w := wanted{Request: r}
	for _, typed := range append([]string{r.Serial}, r.Household...) {
		serial, card := readTyped(typed)
		if serial == "" {
			return w, card.Refusal()
		}
		if !slices.Contains(w.serials, serial) {
			w.serials = append(w.serials, serial)
		}
	}
	if w.Channel == "" {
		w.Channel = AtCounter
	}
	if r.Ranks != nil {
		w.Ranks = slices.Clone(r.Ranks)
		slices.Sort(w.Ranks)
		w.Ranks = slices.Compact(w.Ranks)
	}
	switch {
	case strings.TrimSpace(r.Key) == "" || len(r.Key) > 200:
		return w, ErrKeyMissing
	case !knownCategory(r.PublicCategory):
		return w, ErrCategory
	case w.Channel != AtCounter && w.Channel != ByPost:
		return w, ErrChannel
	case len(r.Entries) > 0 && referentiel.ValidateEntries(r.Entries) != nil:
		return w, ErrEntries
	case len(w.serials) > MaxHousehold:
		return w, ErrTooManyCarnets
	case len(w.serials) > 1 && r.Ranks != nil:
		return w, ErrPartOfSeveral
	}
	return w, nil
}
