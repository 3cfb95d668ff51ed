package ending

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Phase is where an order stands in its end.
type Phase string

// The phases, in the order in which they follow one another.
const (
	Running   Phase = "en_cours"     // its alert is still to come
	Ending    Phase = "fin_proche"   // from the alert to the last day printed
	Tolerated Phase = "tolerance"    // between the last day printed and the last accepted
	Past      Phase = "perimee"      // nothing is accepted; the statement is to come
	Signing   Phase = "a_signer"     // the statement waits for its signatures
	Closed    Phase = "close"        // its avoir is written
	ToReturn  Phase = "avoir_ouvert" // closed, and money is still owed back
)

// Phases lists them in the order a filter offers them.
var Phases = []Phase{Running, Ending, Tolerated, Past, Signing, ToReturn, Closed}

// Label is the phase in French.
func (p Phase) Label() string {
	return map[Phase]string{Running: "en cours", Ending: "fin proche", Tolerated: "tolérance", Past: "périmée", Signing: "à signer", ToReturn: "avoir à rendre", Closed: "close"}[p]
}

// Filter narrows a list of endings. Zero values filter nothing.
type Filter struct {
	Phase Phase
	Query string // in the number, the title or the commanditaire's name
	From  time.Time
	To    time.Time // of the last day printed
	Limit int       // 25 when zero
	Page  int       // from zero
}

// Summary is one order's end as a list shows it.
type Summary struct {
	ID                uuid.UUID
	CommanditaireID   uuid.UUID
	Commanditaire     string
	Number            string
	Title             string
	State             string
	Validity          string
	ValidUntil        time.Time
	PrintedUntil      *time.Time
	HandoverBlockedAt *time.Time
	ClosingAt         *time.Time
	AttestedCents     money.Cents
	AvoirCents        money.Cents
	OwedCents         money.Cents
	ClientSigned      bool
	OperatorSigned    bool
	Contested         bool
	Answers           []string // acts of the commanditaire already done
	Disputes          int      // open
	Today             time.Time
}

// Days is the calendar of the order.
func (s Summary) Days() []Dated { return Calendar(s.ValidUntil) }

// Answered reports whether the commanditaire has done its part of a step.
func (s Summary) Answered(step Step) bool {
	for _, a := range s.Answers {
		if a == string(step) {
			return true
		}
	}
	return false
}

// Phase says where the order stands.
func (s Summary) Phase() Phase {
	switch {
	case s.State == "close" && s.OwedCents > 0:
		return ToReturn
	case s.State == "close":
		return Closed
	case s.ClosingAt != nil:
		return Signing
	case s.Today.After(DayOf(s.ValidUntil, LastDay)):
		return Past
	case s.Today.After(s.ValidUntil):
		return Tolerated
	case !s.Today.Before(DayOf(s.ValidUntil, Alert)):
		return Ending
	default:
		return Running
	}
}

// Next is the first step to come; false once the statement is due.
func (s Summary) Next() (Dated, bool) {
	for _, d := range s.Days() {
		if d.Day.After(s.Today) {
			return d, true
		}
	}
	return Dated{}, false
}

// Awaits names what the commanditaire must do now: Block, Acknowledge, Statement
// or nothing.
func (s Summary) Awaits() Step {
	switch {
	case s.State == "close":
		return ""
	case s.ClosingAt != nil && !s.ClientSigned && !s.Contested:
		return Statement
	case s.ClosingAt != nil || s.Today.After(s.ValidUntil):
		return ""
	case !s.Today.Before(DayOf(s.ValidUntil, Acknowledge)) && !s.Answered(EndAgreed) && s.Answered(BlockAgreed):
		return Acknowledge
	case !s.Today.Before(DayOf(s.ValidUntil, Block)) && !s.Answered(BlockAgreed):
		return Block
	case !s.Today.Before(DayOf(s.ValidUntil, Acknowledge)) && !s.Answered(EndAgreed):
		return Acknowledge
	default:
		return ""
	}
}

const selectSummary = `
	SELECT o.id, o.commanditaire_id, g.name AS commanditaire, o.number, o.title, o.state, o.validity, o.valid_until, o.printed_until, o.handover_blocked_at, o.closing_at,
		o.attested_cents, coalesce(c.expired_cents + c.funds_cents, 0)::bigint AS avoir_cents,
		CASE WHEN o.state = 'close' THEN coalesce((SELECT sum(CASE WHEN m.credit = 'credit' THEN m.amount_cents WHEN m.debit = 'credit' THEN -m.amount_cents ELSE 0 END)
			FROM ledger_movements m WHERE m.commanditaire_id = o.commanditaire_id AND m.order_id = o.id), 0) ELSE 0 END::bigint AS owed_cents,
		c.client_signed_at IS NOT NULL AS client_signed, c.operator_signed_at IS NOT NULL AS operator_signed, c.contested_at IS NOT NULL AS contested,
		ARRAY(SELECT e.step FROM ending_steps e WHERE e.commanditaire_id = o.commanditaire_id AND e.order_id = o.id AND e.ends_on = o.valid_until
			AND e.step IN ('blocage_valide', 'accuse_valide')) AS answers,
		(SELECT count(*)::int FROM disputes d WHERE d.commanditaire_id = o.commanditaire_id AND d.order_id = o.id AND d.state = 'ouvert') AS disputes,
		@today::date AS today
	FROM orders o JOIN organisations g ON g.id = o.commanditaire_id
	LEFT JOIN closings c ON c.commanditaire_id = o.commanditaire_id AND c.order_id = o.id AND c.withdrawn_at IS NULL
	WHERE o.state IN ('active', 'close')`

// List gives the endings of a side, the nearest first, then what is closed. It
// says how many there are in all.
func (s *Service) List(ctx context.Context, actor identity.Actor, side Side, f Filter) (list []Summary, total int, err error) {
	if f.Limit <= 0 {
		f.Limit = 25
	}
	err = s.read(ctx, actor, side, func(tx *postgres.Tx) error {
		all, err := postgres.All[Summary](ctx, tx, selectSummary+`
			AND (@q = '' OR strpos(lower(o.number || ' ' || o.title || ' ' || g.name), lower(@q)) > 0)
			AND (@from::date IS NULL OR o.valid_until >= @from) AND (@to::date IS NULL OR o.valid_until <= @to)
			ORDER BY o.state = 'close', CASE WHEN o.state = 'close' THEN NULL ELSE o.valid_until END, o.valid_until DESC, o.number LIMIT 5000`,
			postgres.Args{"q": f.Query, "from": day(f.From), "to": day(f.To), "today": tx.Today()})
		if err != nil {
			return err
		}
		list = keep(all, f.Phase)
		return nil
	})
	total = len(list)
	from := min(f.Page*f.Limit, total)
	return list[from:min(from+f.Limit, total)], total, fault.Wrap(err, "list endings")
}

func keep(all []Summary, p Phase) []Summary {
	if p == "" {
		return all
	}
	var kept []Summary
	for _, s := range all {
		if s.Phase() == p {
			kept = append(kept, s)
		}
	}
	return kept
}

func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Detail is everything the page of one order's end shows.
type Detail struct {
	Summary
	Counters Counters
	Done     map[Step]Done
	Lapsed   Lapsed
	Late     int // days for which a scan without network is believed
	Closing  *Closing
	Former   []Former
	Refunds  []Refund
	Owed     money.Cents // less what is on its way
	// TakenBack is what incidents took back from structures so far; nothing to
	// who may not read the order's ledger.
	TakenBack money.Cents
	ToFund    []Carriable
	Holders   []Left
}

// Former is a statement that was withdrawn.
type Former struct {
	Number          string
	DrawnAt         time.Time
	WithdrawnAt     time.Time
	WithdrawnReason string
}

// Brief is what a list shows of one order's end. ErrNotFound.
func (s *Service) Brief(ctx context.Context, actor identity.Actor, side Side, id uuid.UUID) (Summary, error) {
	var found Summary
	err := s.read(ctx, actor, side, func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[Summary](ctx, tx, selectSummary+` AND o.id = @id`, postgres.Args{"id": id, "today": tx.Today()})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNotFound
		}
		return err
	})
	return found, fault.Wrap(err, "read ending in short")
}

// Of is the end of one order. ErrNotFound.
func (s *Service) Of(ctx context.Context, actor identity.Actor, side Side, id uuid.UUID) (Detail, error) {
	var d Detail
	err := s.read(ctx, actor, side, func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		d.Summary, err = postgres.One[Summary](ctx, tx, selectSummary+` AND o.id = @id`, postgres.Args{"id": id, "today": tx.Today()})
		if err != nil {
			return fmt.Errorf("read summary: %w", err)
		}
		return d.fill(ctx, tx, o)
	})
	return d, fault.Wrap(err, "read ending")
}

func (d *Detail) fill(ctx context.Context, tx *postgres.Tx, o purchase) (err error) {
	d.Late = o.LateDays
	if d.Counters, err = count(ctx, tx, o); err != nil {
		return err
	}
	if d.Done, err = doneSteps(ctx, tx, o); err != nil {
		return err
	}
	if d.Lapsed, err = expired(ctx, tx, o); err != nil {
		return err
	}
	switch c, err := live(ctx, tx, o); {
	case err == nil:
		d.Closing = &c
	case err != ErrNoStatement:
		return err
	}
	d.Former, err = postgres.All[Former](ctx, tx, `SELECT number, drawn_at, withdrawn_at, withdrawn_reason FROM closings
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND withdrawn_at IS NOT NULL ORDER BY version`, o.args())
	if err != nil {
		return fmt.Errorf("list former statements: %w", err)
	}
	var f Figures
	if err := addPlaces(ctx, tx, o, &f); err != nil {
		return err
	}
	d.Holders = f.Places
	if o.State != "close" {
		return nil
	}
	d.Refunds, err = postgres.All[Refund](ctx, tx, selectRefund+` WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order ORDER BY r.prepared_at`, o.args())
	if err != nil {
		return fmt.Errorf("list refunds: %w", err)
	}
	if d.Owed, err = owed(ctx, tx, o); err != nil {
		return err
	}
	incidents, err := incidentsOf(ctx, tx, o)
	if err != nil {
		return err
	}
	d.TakenBack = money.Cents(incidents.TakenBack)
	d.ToFund, err = carriables(ctx, tx, o)
	return err
}
