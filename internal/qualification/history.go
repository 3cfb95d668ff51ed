package qualification

import (
	"context"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"

	"github.com/google/uuid"
)

// Change is one save of a step, or what it asked.
type Change struct {
	ID     uuid.UUID
	Step   string
	Title  string
	Fields []Field // what changed only
	By     string
	At     time.Time
	// Waits, Accepted, Refused and Withdrawn tell of what had to be agreed to.
	Outcome ChangeOutcome
	Reason  string
}

// ChangeOutcome is where a change stands.
type ChangeOutcome string

// The outcomes of a change; the first took effect at once.
const (
	AtOnce    ChangeOutcome = ""
	Waits     ChangeOutcome = "attente"
	Agreed    ChangeOutcome = "acceptee"
	Declined  ChangeOutcome = "refusee"
	TakenBack ChangeOutcome = "retiree"
	Replaced  ChangeOutcome = "remplacee"
)

// Label is the outcome in French.
func (o ChangeOutcome) Label() string {
	return map[ChangeOutcome]string{AtOnce: "en vigueur", Waits: "attend l’opérateur", Agreed: "accepté", Declined: "refusé", TakenBack: "retiré", Replaced: "remplacé"}[o]
}

// HistoryPage is how many changes a page of the history holds.
const HistoryPage = 30

// History lists what was saved in the actor's own file, the newest first, from
// after on (uuid.Nil for the start); more tells that there is a next page.
func (s *Service) History(ctx context.Context, actor identity.Actor, after uuid.UUID) (list []Change, more bool, err error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return nil, false, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = historyOf(ctx, tx, actor.OrganisationID, after)
		return err
	})
	if len(list) > HistoryPage {
		list, more = list[:HistoryPage], true
	}
	return list, more, fault.Wrap(err, "read history of file")
}

// historyOf reads one change more than a page holds.
func historyOf(ctx context.Context, tx *postgres.Tx, structure, after uuid.UUID) ([]Change, error) {
	type row struct {
		version
		Outcome string
		Reason  string
	}
	rows, err := postgres.All[row](ctx, tx, `
		SELECT `+versionColumns+`, coalesce(a.outcome, CASE WHEN NOT v.waiting THEN '' WHEN `+unanswered+` THEN 'attente' ELSE 'remplacee' END) AS outcome,
			coalesce(a.reason, '') AS reason
		FROM file_versions v LEFT JOIN file_answers a ON a.structure_id = v.structure_id AND a.version_id = v.id
		WHERE v.structure_id = @structure AND (@after::uuid IS NULL OR v.id < @after) ORDER BY v.id DESC LIMIT @most`,
		postgres.Args{"structure": structure, "after": orNil(after), "most": HistoryPage + 1})
	if err != nil {
		return nil, fault.Wrap(err, "read versions")
	}
	list := make([]Change, 0, len(rows))
	for _, r := range rows {
		st, _ := stepOf(r.Step)
		list = append(list, Change{ID: r.ID, Step: r.Step, Title: st.title, Fields: changed(st, r.Before, r.Content), By: r.SavedByName, At: r.SavedAt,
			Outcome: ChangeOutcome(r.Outcome), Reason: r.Reason})
	}
	return list, nil
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
