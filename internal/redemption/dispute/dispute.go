// Package dispute settles the chèques of late claims that were refused for a
// reason nobody could foresee at the counter. It refuses to pay a chèque twice,
// and to pay one whose value left circulation: an accepted dispute redeems its
// chèque by the same rules as any other, but for the one in dispute.
package dispute

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Reasons that only a late claim can be refused for.
const (
	LateCap       carnet.Reason = "late_cap"
	LateTooOld    carnet.Reason = "late_too_old"
	DeviceRevoked carnet.Reason = "device_revoked"
)

// Sentence words a refusal that only a late claim meets; empty for the others.
func Sentence(r carnet.Reason) string {
	switch r {
	case LateCap:
		return "Cet appareil a déjà encaissé, sans réseau et pour ce jour, tous les chèques que permet la commande."
	case LateTooOld:
		return "Ce chèque a été scanné il y a trop longtemps, et n’est plus valable aujourd’hui."
	case DeviceRevoked:
		return "Ce téléphone a été retiré\u00a0: ce qu’il a scanné sans réseau est à vérifier."
	default:
		return ""
	}
}

// Disputable reports whether a refusal could not be foreseen when the chèque was
// scanned: a text that names no chèque never pays, whoever decides.
func Disputable(r carnet.Reason) bool {
	switch r {
	case carnet.Usable, carnet.Unknown, carnet.Malformed, carnet.TooManyAttempts:
		return false
	default:
		return true
	}
}

// State is where a dispute stands.
type State string

// The states of a dispute.
const (
	Open      State = "ouvert"
	Accepted  State = "accepte"
	Rejected  State = "rejete"
	Withdrawn State = "retire"
)

// States lists the states in the order a filter shows them.
var States = []State{Open, Accepted, Rejected, Withdrawn}

// What settling answers.
var (
	ErrNotFound = fault.New(fault.KindNotFound, "Ce litige n’existe pas, ou n’est pas le vôtre.")
	ErrSettled  = fault.New(fault.KindConflict, "Ce litige est déjà réglé.")
)

// Dispute is one chèque of a late claim that waits for a decision, or had one.
type Dispute struct {
	ID              uuid.UUID
	CommanditaireID uuid.UUID
	Commanditaire   string
	StructureID     uuid.UUID
	Structure       string
	RequestID       uuid.UUID // the receipt of its claim
	OrderID         uuid.UUID
	OrderNumber     string
	Serial          string
	Rank            int
	Amount          money.Cents
	Reason          carnet.Reason
	Message         string // what was said at the time
	JudgedOn        time.Time
	ScannedAt       time.Time
	ReceivedAt      time.Time
	ClockOff        time.Duration // by how much the device's clock was corrected; zero when it was right
	DeviceID        uuid.UUID
	Place           string
	By              string // who sent the claim
	Mode            string
	Entries         []int
	DurationMinutes int
	Price           *money.Cents
	FirstVisit      *bool
	Explanation     string
	ExplainedAt     *time.Time
	ExplainedBy     string
	State           State
	DecidedAt       *time.Time
	DecidedBy       string
	Decision        string
	// SeanceID is the receipt of the redemption that the acceptance made.
	SeanceID *uuid.UUID
	// Obstacle is why an open dispute cannot be accepted; empty when it can.
	Obstacle carnet.Reason
	Siblings int // other open disputes of the same claim, refused for the same reason
}

// Acceptable reports whether accepting would redeem the chèque, as things stand.
func (d Dispute) Acceptable() bool { return d.State == Open && d.Obstacle == carnet.Usable }

// ObstacleSentence says why the dispute cannot be accepted.
func (d Dispute) ObstacleSentence() string {
	switch d.Obstacle {
	case carnet.Usable:
		return ""
	case carnet.AlreadyRedeemed:
		return "Ce chèque a déjà été payé\u00a0: il ne peut pas l’être deux fois."
	case carnet.Expired:
		return "Ce chèque était périmé le jour du scan, ou sa valeur a été rendue au commanditaire\u00a0: il ne peut plus être payé."
	case carnet.Blocked:
		return "Ce chèque est bloqué ou rendu\u00a0: sa valeur n’est plus en circulation, il ne peut pas être payé."
	case carnet.NotActivated:
		return "La commande n’est pas active\u00a0: le chèque pourra être payé quand ses fonds seront reçus."
	case carnet.NotHandedOver:
		return "Le carnet n’a toujours pas été remis\u00a0: le guichet doit d’abord enregistrer la remise."
	case carnet.StructureNotAccepted:
		return "La structure n’est pas qualifiée, ou pas agréée par le commanditaire\u00a0: réglez cela d’abord."
	case carnet.OwnHandover:
		return "La structure a remis ce carnet elle-même, et la commande ne veut pas qu’elle l’encaisse\u00a0: réglez cela d’abord."
	case carnet.OutOfTerritory:
		return "Le lieu est hors du territoire de la commande."
	default:
		return "Le service rendu n’est pas couvert par la commande."
	}
}

// Age is how long an open dispute has waited.
func (d Dispute) Age(now time.Time) time.Duration { return now.Sub(d.ReceivedAt) }

// Service is the use cases of disputes.
type Service struct {
	db *postgres.DB
	// queue and baseURL serve the mails; see Notify.
	queue   jobs.Queue
	baseURL string
}

// NewService settles the disputes of db.
func NewService(db *postgres.DB) *Service { return &Service{db: db} }

// Notify has structures told by mail of what was decided. Without it nobody is.
func (s *Service) Notify(queue jobs.Queue, baseURL string) *Service {
	s.queue, s.baseURL = queue, baseURL
	return s
}
