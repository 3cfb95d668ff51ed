package training

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const attestationColumns = `id, account_id, course, edition, person_name, organisation_name, point_ids, issued_at`

func progressOf(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Course) (Progress, error) {
	args := postgres.Args{"organisation": actor.OrganisationID, "account": actor.AccountID, "course": c.Key, "edition": c.Edition}
	rows, err := postgres.All[struct {
		Lesson   string
		PassedAt time.Time
	}](ctx, tx, `
		SELECT lesson, passed_at FROM training_lessons
		WHERE organisation_id = @organisation AND account_id = @account AND course = @course AND edition = @edition`, args)
	if err != nil {
		return Progress{}, err
	}
	progress := Progress{Course: c, Passed: map[string]time.Time{}}
	for _, r := range rows {
		progress.Passed[r.Lesson] = r.PassedAt
	}
	given, err := postgres.One[Attestation](ctx, tx, `SELECT `+attestationColumns+` FROM training_attestations
		WHERE organisation_id = @organisation AND account_id = @account AND course = @course AND edition = @edition`, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return progress, nil
	}
	progress.Attestation = &given
	return progress, err
}

func recordLesson(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Course, l Lesson) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO training_lessons (organisation_id, account_id, course, edition, lesson, passed_at)
		VALUES (@organisation, @account, @course, @edition, @lesson, @now) ON CONFLICT DO NOTHING`,
		postgres.Args{"organisation": actor.OrganisationID, "account": actor.AccountID, "course": c.Key, "edition": c.Edition, "lesson": l.Key, "now": tx.Now()})
	return err
}

func attest(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Course, points []uuid.UUID) (Attestation, error) {
	if points == nil {
		points = []uuid.UUID{}
	}
	return postgres.One[Attestation](ctx, tx, `
		INSERT INTO training_attestations (organisation_id, id, account_id, course, edition, person_name, organisation_name, point_ids, issued_at)
		VALUES (@organisation, @id, @account, @course, @edition, @name, @of, @points, @now)
		ON CONFLICT ON CONSTRAINT training_attested_once DO UPDATE SET point_ids = excluded.point_ids
		RETURNING `+attestationColumns,
		postgres.Args{"organisation": actor.OrganisationID, "id": postgres.NewID(), "account": actor.AccountID, "course": c.Key, "edition": c.Edition,
			"name": actor.Name, "of": actor.OrganisationName, "points": points, "now": tx.Now()})
}

func attestations(ctx context.Context, tx *postgres.Tx, actor identity.Actor) ([]Attestation, error) {
	all := actor.Can(identity.TeamWrite) || actor.Can(identity.PointWrite)
	return postgres.All[Attestation](ctx, tx, `SELECT `+attestationColumns+` FROM training_attestations
		WHERE organisation_id = @organisation AND (@all OR account_id = @account) ORDER BY person_name, issued_at DESC, id LIMIT 500`,
		postgres.Args{"organisation": actor.OrganisationID, "account": actor.AccountID, "all": all})
}
