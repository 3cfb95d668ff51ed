package qualification

import (
	"context"
	"maps"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// answers is what one step of a file says, by field.
type answers map[string]string

// version is one save of a step.
type version struct {
	ID          uuid.UUID
	Step        string
	Content     answers
	Before      answers
	Waiting     bool
	SavedAt     time.Time
	SavedByName string
}

const versionColumns = `v.id, v.step, v.content, v.before, v.waiting, v.saved_at, v.saved_by_name`

// inForce reads what each step of a file says now.
func inForce(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (map[string]version, error) {
	list, err := postgres.All[version](ctx, tx, `
		SELECT DISTINCT ON (v.step) `+versionColumns+` FROM file_versions v
		WHERE v.structure_id = @id AND NOT v.waiting ORDER BY v.step, v.saved_at DESC, v.id DESC`, postgres.Args{"id": structure})
	if err != nil {
		return nil, fault.Wrap(err, "read steps")
	}
	steps := make(map[string]version, len(list))
	for _, v := range list {
		steps[v.Step] = v
	}
	return steps, nil
}

// Delegated tells a file that is filled in by someone else than the legal
// representative, who then sends a paper more.
func Delegated(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (bool, error) {
	saved, err := inForce(ctx, tx, structure)
	return saved[StepRole].Content["qualite"] == RoleOther, err
}

// unanswered keeps the newest change of each step that waits for an answer.
const unanswered = `v.waiting AND NOT EXISTS (SELECT FROM file_answers a WHERE a.structure_id = v.structure_id AND a.version_id = v.id)
	AND NOT EXISTS (SELECT FROM file_versions w WHERE w.structure_id = v.structure_id AND w.step = v.step AND w.waiting AND (w.saved_at, w.id) > (v.saved_at, v.id))`

func waitingVersions(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]version, error) {
	list, err := postgres.All[version](ctx, tx, `
		SELECT `+versionColumns+` FROM file_versions v WHERE v.structure_id = @id AND `+unanswered+` ORDER BY v.saved_at, v.id`,
		postgres.Args{"id": structure})
	return list, fault.Wrap(err, "read waiting changes")
}

func insertVersion(ctx context.Context, tx *postgres.Tx, actor identity.Actor, structure uuid.UUID, v version) error {
	err := postgres.Must(ctx, tx, `
		INSERT INTO file_versions (structure_id, id, step, content, before, waiting, saved_at, saved_by, saved_by_name)
		VALUES (@structure, @id, @step, @content, @before, @waiting, @now, @by, @name)`,
		postgres.Args{"structure": structure, "id": v.ID, "step": v.Step, "content": v.Content, "before": v.Before, "waiting": v.Waiting,
			"now": tx.Now(), "by": actor.Account(), "name": actor.Name})
	return fault.Wrap(err, "keep step")
}

// over lays b over a: b's keys win.
func over(a, b answers) answers {
	merged := answers{}
	maps.Copy(merged, a)
	maps.Copy(merged, b)
	return merged
}

// asked is what a save changes in its step.
func (v version) asked() answers {
	return v.Content.keptIf(func(key string) bool { return v.Content[key] != v.Before[key] })
}

// keptIf copies the answers whose key satisfies keep.
func (a answers) keptIf(keep func(key string) bool) answers {
	kept := answers{}
	for key, value := range a {
		if keep(key) {
			kept[key] = value
		}
	}
	return kept
}

// differs reports whether b says something else than a; a field that neither
// fills is the same in both.
func (a answers) differs(b answers) bool {
	for key, value := range a {
		if b[key] != value {
			return true
		}
	}
	for key, value := range b {
		if a[key] != value {
			return true
		}
	}
	return false
}
