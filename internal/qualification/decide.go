package qualification

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// Decision is what was decided of a file.
type Decision string

// The decisions. Renewed is the structure's own confirmation, once complete.
const (
	Qualified        Decision = "qualifiee"
	AskedCorrections Decision = "corrections"
	Refused          Decision = "refusee"
	Suspended        Decision = "suspendue"
	Reinstated       Decision = "retablie"
	Dequalified      Decision = "dequalifiee"
	Reopened         Decision = "rouverte"
	Renewed          Decision = "renouvelee"
)

// Label is the decision in French.
func (d Decision) Label() string {
	return map[Decision]string{Qualified: "qualifiée", AskedCorrections: "corrections demandées", Refused: "refusée", Suspended: "suspendue",
		Reinstated: "rétablie", Dequalified: "déqualifiée", Reopened: "dossier rouvert", Renewed: "qualification renouvelée"}[d]
}

// rule is from which states a decision may be taken, to which, and under which
// name it is journaled.
type rule struct {
	from []structure.State
	to   structure.State
	act  string
}

var rules = map[Decision]rule{
	Qualified:   {[]structure.State{structure.Submitted}, structure.Qualified, "structure qualifiée"},
	Refused:     {[]structure.State{structure.Submitted, structure.Corrections}, structure.Refused, "dossier refusé"},
	Suspended:   {[]structure.State{structure.Qualified}, structure.Suspended, "structure suspendue"},
	Reinstated:  {[]structure.State{structure.Suspended}, structure.Qualified, "structure rétablie"},
	Dequalified: {[]structure.State{structure.Qualified, structure.Suspended}, structure.Dequalified, "structure déqualifiée"},
	Reopened:    {[]structure.State{structure.Dequalified}, structure.Draft, "dossier rouvert"},
}

// Possible lists the decisions that may be taken of a file in this state, the
// mildest first.
func Possible(state structure.State) []Decision {
	var list []Decision
	for _, d := range []Decision{Qualified, Reinstated, Reopened, Refused, Suspended, Dequalified} {
		for _, from := range rules[d].from {
			if from == state {
				list = append(list, d)
			}
		}
	}
	return list
}

// decided is a decision about to be written.
type decided struct {
	decision Decision
	reasons  []string
	sentence string
	months   int
	until    *time.Time
	seen     *time.Time // when the file that was read had been sent
}

// Qualify accepts the file that was sent at seen for a number of months, shows
// its places and puts its bank account in force. It returns structure.ErrMoved
// when the file changed meanwhile, structure.ErrSameHand when the account was
// declared by actor.
func (s *Service) Qualify(ctx context.Context, actor identity.Actor, id uuid.UUID, seen time.Time, months int) error {
	return s.decide(ctx, actor, id, decided{decision: Qualified, seen: &seen, months: months}, Grounds{})
}

// Reinstate ends a suspension; structure.ErrMoved when there is none.
func (s *Service) Reinstate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.decide(ctx, actor, id, decided{decision: Reinstated}, Grounds{})
}

// Reopen lets a dequalified structure apply again, from the file it had;
// structure.ErrMoved.
func (s *Service) Reopen(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.decide(ctx, actor, id, decided{decision: Reopened}, Grounds{})
}

// Refuse sends a file back with its reasons; the structure may send it again.
// structure.ErrMoved.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id uuid.UUID, why Grounds) error {
	return s.decide(ctx, actor, id, decided{decision: Refused}, why)
}

// Suspend stops a structure from accepting chèques and hides its places for a
// while; what it accepted stays due. structure.ErrMoved.
func (s *Service) Suspend(ctx context.Context, actor identity.Actor, id uuid.UUID, why Grounds) error {
	return s.decide(ctx, actor, id, decided{decision: Suspended}, why)
}

// Dequalify ends a qualification for good: places are hidden, agreements end,
// ateliers are cancelled; what was accepted stays due and is paid.
// structure.ErrMoved.
func (s *Service) Dequalify(ctx context.Context, actor identity.Actor, id uuid.UUID, why Grounds) error {
	return s.decide(ctx, actor, id, decided{decision: Dequalified}, why)
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, id uuid.UUID, v decided, why Grounds) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	act := rules[v.decision].act
	err := s.db.InPlatform(ctx, actor, act, func(tx *postgres.Tx) error {
		if _, err := structure.HoldState(ctx, tx, id); err != nil {
			return err
		}
		before, err := structure.ReadDossier(ctx, tx, id)
		if err != nil {
			return err
		}
		if v, err = why.weigh(v); err != nil {
			return err
		}
		if v.decision == Qualified && before.State == structure.Submitted {
			if err := structure.QualifyAccount(ctx, tx, actor, id); err != nil {
				return err
			}
		}
		if v, err = moveState(ctx, tx, actor, id, v); err != nil {
			return err
		}
		if err := s.follow(ctx, tx, id, v); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, before, v)
	})
	return fault.Wrap(err, act)
}

// moveState writes the file's new state and what goes with it.
func moveState(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, v decided) (decided, error) {
	r := rules[v.decision]
	if v.months > 0 {
		until := tx.Today().AddDate(0, v.months, 0)
		v.until = &until
	}
	from := make([]string, len(r.from))
	for i, state := range r.from {
		from[i] = string(state)
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE structures SET state = @to, decided_by = @account, decided_at = @now, reason = @reason,
			qualified_at = CASE WHEN @qualifies THEN @now WHEN @to = 'qualifiee' THEN coalesce(qualified_at, @now) ELSE qualified_at END, valid_until = CASE WHEN @ends THEN NULL ELSE coalesce(@until, valid_until) END
		WHERE organisation_id = @id AND state = ANY (@from) AND (@seen::timestamptz IS NULL OR submitted_at = @seen)`,
		postgres.Args{"to": string(r.to), "account": actor.AccountID, "reason": v.said(), "qualifies": v.decision == Qualified,
			"ends": v.decision == Dequalified, "now": tx.Now(), "until": v.until, "id": id, "from": from, "seen": v.seen})
	if err == nil && n == 0 {
		err = structure.ErrMoved
	}
	return v, err
}

// follow does what a decision entails: places, corrections, and for good what
// other domains hold.
func (s *Service) follow(ctx context.Context, tx *postgres.Tx, id uuid.UUID, v decided) error {
	if err := structure.ShowPlaces(ctx, tx, id, rules[v.decision].to == structure.Qualified); err != nil {
		return err
	}
	if v.decision == Qualified || v.decision == Refused {
		if err := answerCorrections(ctx, tx, id, ""); err != nil {
			return err
		}
	}
	if v.decision != Dequalified || s.OnStopped == nil {
		return nil
	}
	return s.OnStopped(ctx, tx, id, v.said())
}

// record keeps a decision in the history and the journal, and tells it.
func (s *Service) record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, before structure.Dossier, v decided) error {
	id := before.OrganisationID
	if err := addDecision(ctx, tx, actor, id, v); err != nil {
		return err
	}
	l := decisionLetter(before, v)
	if err := addMessage(ctx, tx, actor, id, FromOperator, "decision", strings.Join(l.body, "\n")); err != nil {
		return err
	}
	line := audit.Act{Name: rules[v.decision].act, SubjectKind: "structure", SubjectID: id, Parties: []uuid.UUID{id},
		Detail: map[string]any{"avant": before.State, "motif": v.said()}}
	if err := audit.Record(ctx, tx, actor, line); err != nil {
		return err
	}
	return s.tellResponsables(ctx, tx, id, l)
}

func addDecision(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, v decided) error {
	if v.reasons == nil {
		v.reasons = []string{}
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO qualification_decisions (structure_id, id, decision, reasons, sentence, months, valid_until, at, by_account, by_name)
		VALUES (@structure, @id, @decision, @reasons, @sentence, @months, @until, @now, @by, @name)`,
		postgres.Args{"structure": id, "id": postgres.NewID(), "decision": string(v.decision), "reasons": v.reasons, "sentence": v.sentence,
			"months": v.months, "until": v.until, "now": tx.Now(), "by": actor.Account(), "name": actor.Name})
	return fault.Wrap(err, "keep decision")
}
