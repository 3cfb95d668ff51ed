package redemption

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/redemption/dispute"
)

// Seance is one service as its receipt tells it: what was given, the chèques
// taken, and those that were refused.
type Seance struct {
	ID              uuid.UUID
	At              time.Time
	GivenAt         time.Time
	Place           string
	Mode            Mode
	Entries         []int
	DurationMinutes int          // 0 when not told
	Price           *money.Cents // nil when not told
	FirstVisit      *bool
	Taken           []Taking
	Refused         []Result
	// Disputes says where the disputes of Refused stand now.
	Disputes map[uuid.UUID]dispute.State
}

// Taking is one redeemed chèque.
type Taking struct {
	ID              uuid.UUID
	SeanceID        uuid.UUID
	At              time.Time
	GivenAt         time.Time
	Serial          string
	Rank            int
	Amount          money.Cents
	Commanditaire   string
	PlaceID         uuid.UUID
	Place           string
	Mode            Mode
	Entries         []int
	DurationMinutes int
	Price           *money.Cents
	FirstVisit      *bool
	UndoneAt        *time.Time
	UndoneReason    string
	Payment         Payment
	PaidOn          *time.Time
	// UndoUntil is the end of the day on which it can be undone; zero when it no
	// longer can.
	UndoUntil time.Time
}

// Payment is where a chèque's payment stands.
type Payment string

// The states of a chèque's payment.
const (
	PaymentUndone  Payment = "annule"
	PaymentDue     Payment = "a_payer"
	PaymentOrdered Payment = "en_paiement"
	PaymentDone    Payment = "paye"
)

// Live reports whether the chèque is taken still.
func (t Taking) Live() bool { return t.UndoneAt == nil }

// Amount is the face value of the chèques of the séance that are taken still.
func (s Seance) Amount() money.Cents {
	var sum money.Cents
	for _, t := range s.Taken {
		if t.Live() {
			sum += t.Amount
		}
	}
	return sum
}

// Live counts the chèques of the séance that are taken still.
func (s Seance) Live() int {
	n := 0
	for _, t := range s.Taken {
		if t.Live() {
			n++
		}
	}
	return n
}

const takingColumns = `
	r.id, r.seance_id, r.at, r.serial, r.rank, r.amount_cents, r.day, r.undone_at, r.undone_reason,
	s.given_at, s.mode, s.entries, s.duration_minutes, s.price_cents, s.first_visit,
	r.place_id, coalesce(p.name, '') AS place, g.name AS commanditaire, l.state AS line_state, l.executed_on`

const takingJoins = `
	FROM redemptions r
	JOIN seances s ON s.commanditaire_id = r.commanditaire_id AND s.id = r.seance_id
	JOIN organisations g ON g.id = r.commanditaire_id
	LEFT JOIN places p ON p.id = r.place_id
	LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id`

type takingRow struct {
	ID              uuid.UUID
	SeanceID        uuid.UUID
	At              time.Time
	Serial          string
	Rank            int
	AmountCents     int64
	Day             time.Time
	UndoneAt        *time.Time
	UndoneReason    string
	GivenAt         time.Time
	Mode            string
	Entries         []int16
	DurationMinutes *int
	PriceCents      *int64
	FirstVisit      *bool
	PlaceID         uuid.UUID
	Place           string
	Commanditaire   string
	LineState       *string
	ExecutedOn      *time.Time
}

func (r takingRow) taking(today time.Time) Taking {
	t := Taking{
		ID: r.ID, SeanceID: r.SeanceID, At: r.At, GivenAt: r.GivenAt, Serial: r.Serial, Rank: r.Rank,
		Amount: money.Cents(r.AmountCents), Commanditaire: r.Commanditaire, PlaceID: r.PlaceID, Place: r.Place,
		Mode: Mode(r.Mode), Entries: make([]int, len(r.Entries)), Price: (*money.Cents)(r.PriceCents), FirstVisit: r.FirstVisit,
		UndoneAt: r.UndoneAt, UndoneReason: r.UndoneReason, Payment: r.payment(), PaidOn: r.ExecutedOn,
	}
	for i, n := range r.Entries {
		t.Entries[i] = int(n)
	}
	if r.DurationMinutes != nil {
		t.DurationMinutes = *r.DurationMinutes
	}
	if r.UndoneAt == nil && r.LineState == nil && r.Day.Equal(today) {
		t.UndoUntil = time.Date(today.Year(), today.Month(), today.Day()+1, 0, 0, 0, 0, postgres.Paris)
	}
	return t
}

func (r takingRow) payment() Payment {
	switch {
	case r.UndoneAt != nil:
		return PaymentUndone
	case r.LineState == nil:
		return PaymentDue
	case *r.LineState == "executee":
		return PaymentDone
	default:
		return PaymentOrdered
	}
}

func takings(rows []takingRow, today time.Time) []Taking {
	list := make([]Taking, len(rows))
	for i, r := range rows {
		list[i] = r.taking(today)
	}
	return list
}

// Receipt reads a séance again. It answers identity.ErrForbidden, and
// ErrNotFound for another structure's.
func (s *Service) Receipt(ctx context.Context, actor identity.Actor, id uuid.UUID) (Seance, error) {
	if err := mayRead(actor); err != nil {
		return Seance{}, err
	}
	var seance Seance
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		a, err := answerByID(ctx, tx, actor.OrganisationID, id)
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		taken, err := takenAt(ctx, tx, actor.OrganisationID, a)
		if err != nil {
			return err
		}
		place, err := placeName(ctx, tx, actor.OrganisationID, a.PlaceID)
		if err != nil {
			return err
		}
		seance = newSeance(a, place, taken)
		seance.Disputes, err = disputesOf(ctx, tx, a.Refused)
		return err
	})
	if err != nil {
		return Seance{}, fmt.Errorf("read receipt: %w", err)
	}
	return seance, nil
}

func disputesOf(ctx context.Context, tx *postgres.Tx, refused []Result) (map[uuid.UUID]dispute.State, error) {
	var ids []uuid.UUID
	for _, r := range refused {
		if r.Status == Disputed {
			ids = append(ids, r.Dispute)
		}
	}
	if ids == nil {
		return nil, nil
	}
	return dispute.StatesOf(ctx, tx, ids)
}

// mayRead lets those who redeem and those who follow payments read what was taken.
func mayRead(actor identity.Actor) error {
	if actor.Can(identity.PaymentRead) {
		return nil
	}
	return actor.May(identity.Redeem)
}

// takenAt finds the redemptions of an answer by their instant, which an index
// orders and which the answer shares.
func takenAt(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, a answer) ([]Taking, error) {
	rows, err := postgres.All[takingRow](ctx, tx, `SELECT `+takingColumns+takingJoins+`
		WHERE r.structure_id = @structure AND r.at = @at AND r.seance_id = @id ORDER BY r.serial, r.rank`,
		postgres.Args{"structure": structure, "at": a.At, "id": a.ID})
	if err != nil {
		return nil, fmt.Errorf("read redemptions: %w", err)
	}
	return takings(rows, tx.Today()), nil
}

func placeName(ctx context.Context, tx *postgres.Tx, structure, place uuid.UUID) (string, error) {
	name, err := postgres.Value[string](ctx, tx, `SELECT name FROM places WHERE structure_id = @structure AND id = @place`,
		postgres.Args{"structure": structure, "place": place})
	if err != nil && !errors.Is(err, postgres.ErrNoRow) {
		return "", fmt.Errorf("read place: %w", err)
	}
	return name, nil
}

func newSeance(a answer, place string, taken []Taking) Seance {
	seance := Seance{ID: a.ID, At: a.At, GivenAt: a.At, Place: place, Taken: taken, Refused: a.Refused}
	if len(taken) > 0 {
		first := taken[0]
		seance.GivenAt, seance.Mode, seance.Entries = first.GivenAt, first.Mode, first.Entries
		seance.DurationMinutes, seance.Price, seance.FirstVisit = first.DurationMinutes, first.Price, first.FirstVisit
	}
	return seance
}
