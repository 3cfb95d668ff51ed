package structure

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const reportSelect = `SELECT r.id, r.structure_id, CASE WHEN p.structure_id IS NULL THEN p.parent_structure ELSE p.structure_name END AS structure_name,
	r.place_id, p.name AS place_name, p.town, r.kind, r.message, r.reported_at,
	r.state, r.answer, r.answered_at, r.answered_by_name, r.escalated_at FROM place_reports r JOIN places p ON p.id = r.place_id`

// Whose reports a query reads.
const (
	ownReports  = `r.structure_id = @structure`
	lateReports = `(r.structure_id IS NULL OR r.escalated_at IS NOT NULL)`
)

// ReportSearch narrows a list of reports, the oldest open ones first.
type ReportSearch struct {
	Open  bool // only those that wait
	After uuid.UUID
	Limit int
}

// Reports lists what visitors signalled on the actor's places, the latest first;
// more when others follow.
func (s *Service) Reports(ctx context.Context, actor identity.Actor, q ReportSearch) (list []Report, more bool, err error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return nil, false, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, more, err = reports(ctx, tx, ownReports, postgres.Args{"structure": actor.OrganisationID}, q)
		return err
	})
	return list, more, fault.Wrap(err, "list reports")
}

// LateReports lists what the operator answers: reports on the places of nobody,
// and those their structure left for a week.
func (s *Service) LateReports(ctx context.Context, actor identity.Actor, q ReportSearch) (list []Report, more bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, false, err
	}
	err = s.db.InPlatform(ctx, actor, "signalements sur les lieux", func(tx *postgres.Tx) (err error) {
		list, more, err = reports(ctx, tx, lateReports, postgres.Args{}, q)
		return err
	})
	return list, more, fault.Wrap(err, "list late reports")
}

// Identifiers grow with time: they order the list and tell where it continues.
func reports(ctx context.Context, tx *postgres.Tx, whose string, args postgres.Args, q ReportSearch) ([]Report, bool, error) {
	args["open"], args["first"], args["after"], args["limit"] = q.Open, q.After == uuid.Nil, q.After, q.Limit+1
	list, err := postgres.All[Report](ctx, tx, reportSelect+`
		WHERE `+whose+` AND (NOT @open OR r.state = 'ouvert') AND (@first OR r.id < @after)
		ORDER BY r.id DESC LIMIT @limit`, args)
	if err != nil || len(list) <= q.Limit {
		return list, false, err
	}
	return list[:q.Limit], true, nil
}

// AnswerForm says what became of a report; comments give the names of the fields.
type AnswerForm struct {
	State  string // suite: « corrige » or « sans_suite »
	Answer string // reponse
}

func (f AnswerForm) read() (ReportState, string, error) {
	var c fault.Collector
	state, answer := ReportState(f.State), strings.TrimSpace(f.Answer)
	c.Check(state == ReportCorrected || state == ReportDismissed, "suite", "Dites ce que vous avez fait.")
	c.Check(state != ReportDismissed || answer != "", "reponse", "Dites en quelques mots pourquoi rien n’est à corriger.")
	c.Check(len([]rune(answer)) <= 1000, "reponse", "Raccourcissez ce texte\u00a0: 1\u202f000 caractères au plus.")
	return state, answer, c.Err()
}

// OwnReport finds a report on one of the actor's places; ErrNoReport.
func (s *Service) OwnReport(ctx context.Context, actor identity.Actor, id uuid.UUID) (Report, error) {
	if err := actor.May(identity.PlaceWrite); err != nil {
		return Report{}, err
	}
	var r Report
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		r, err = oneReport(ctx, tx, ownReports, postgres.Args{"structure": actor.OrganisationID, "id": id})
		return err
	})
	return r, fault.Wrap(err, "read report")
}

// LateReport finds a report that the operator answers; ErrNoReport.
func (s *Service) LateReport(ctx context.Context, actor identity.Actor, id uuid.UUID) (Report, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Report{}, err
	}
	var r Report
	err := s.db.InPlatform(ctx, actor, "signalement sur un lieu", func(tx *postgres.Tx) (err error) {
		r, err = oneReport(ctx, tx, lateReports, postgres.Args{"id": id})
		return err
	})
	return r, fault.Wrap(err, "read late report")
}

func oneReport(ctx context.Context, tx *postgres.Tx, whose string, args postgres.Args) (Report, error) {
	r, err := postgres.One[Report](ctx, tx, reportSelect+` WHERE `+whose+` AND r.id = @id`, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return r, ErrNoReport
	}
	return r, err
}

// AnswerReport says what the structure did of a report. It returns ErrNoReport,
// or refused fields.
func (s *Service) AnswerReport(ctx context.Context, actor identity.Actor, id uuid.UUID, form AnswerForm) error {
	if _, err := s.OwnReport(ctx, actor, id); err != nil {
		return err
	}
	state, answer, err := form.read()
	if err != nil {
		return err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return answerReport(ctx, tx, actor, id, state, answer) })
	return fault.Wrap(err, "answer report")
}

// AnswerLateReport does the same for the operator.
func (s *Service) AnswerLateReport(ctx context.Context, actor identity.Actor, id uuid.UUID, form AnswerForm) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	if _, err := s.LateReport(ctx, actor, id); err != nil {
		return err
	}
	state, answer, err := form.read()
	if err != nil {
		return err
	}
	err = s.db.InPlatform(ctx, actor, "réponse à un signalement", func(tx *postgres.Tx) error { return answerReport(ctx, tx, actor, id, state, answer) })
	return fault.Wrap(err, "answer late report")
}

// answerReport answers once: what was answered meanwhile stands.
func answerReport(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, state ReportState, answer string) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE place_reports SET state = @state, answer = @answer, answered_at = @now, answered_by = @by, answered_by_name = @name WHERE id = @id AND state = 'ouvert'`,
		postgres.Args{"state": state, "answer": answer, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "id": id})
	if err != nil || n == 0 {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: "réponse à un signalement", SubjectKind: "signalement", SubjectID: id, Detail: map[string]any{"suite": state}})
}

// OpenReports counts the reports that wait for the actor's structure.
func (s *Service) OpenReports(ctx context.Context, actor identity.Actor) (n int64, err error) {
	if err := mayRead(actor); err != nil {
		return 0, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int64](ctx, tx, `SELECT count(*) FROM place_reports WHERE structure_id = @id AND state = 'ouvert'`, postgres.Args{"id": actor.OrganisationID})
		return err
	})
	return n, fault.Wrap(err, "count reports")
}
