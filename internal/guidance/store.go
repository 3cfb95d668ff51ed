package guidance

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const columns = `w.id, w.root_id, w.version, w.commanditaire_id, w.title, w.summary, w.entries, w.words, w.created_at, w.superseded_at, w.archived_at`

const ownedBy = ` FROM pathways w WHERE w.commanditaire_id IS NOT DISTINCT FROM @owner`

func pathwaysOf(ctx context.Context, tx *postgres.Tx, owner *uuid.UUID) ([]Pathway, error) {
	return postgres.All[Pathway](ctx, tx, `SELECT `+columns+ownedBy+` AND w.superseded_at IS NULL ORDER BY w.archived_at IS NOT NULL, w.title, w.id`,
		postgres.Args{"owner": owner})
}

func models(ctx context.Context, tx *postgres.Tx) ([]Pathway, error) {
	return postgres.All[Pathway](ctx, tx, `SELECT `+columns+` FROM pathways w
		WHERE w.commanditaire_id IS NULL AND w.superseded_at IS NULL AND w.archived_at IS NULL ORDER BY w.title, w.id`, nil)
}

func versionsOf(ctx context.Context, tx *postgres.Tx, owner *uuid.UUID, root uuid.UUID) ([]Pathway, error) {
	return postgres.All[Pathway](ctx, tx, `SELECT `+columns+ownedBy+` AND w.root_id = @root ORDER BY w.version DESC`,
		postgres.Args{"owner": owner, "root": root})
}

func current(ctx context.Context, tx *postgres.Tx, owner *uuid.UUID, root uuid.UUID) (Pathway, error) {
	return one(ctx, tx, `SELECT `+columns+ownedBy+` AND w.root_id = @root AND w.superseded_at IS NULL`, postgres.Args{"owner": owner, "root": root})
}

// readable is the last version of one of the owner's parcours, or of the
// operator's.
func readable(ctx context.Context, tx *postgres.Tx, owner *uuid.UUID, root uuid.UUID) (Pathway, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM pathways w
		WHERE (w.commanditaire_id IS NULL OR w.commanditaire_id = @owner) AND w.root_id = @root AND w.superseded_at IS NULL`,
		postgres.Args{"owner": owner, "root": root})
}

func one(ctx context.Context, tx *postgres.Tx, sql string, args postgres.Args) (Pathway, error) {
	p, err := postgres.One[Pathway](ctx, tx, sql, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrPathwayNotFound
	}
	return p, err
}

// Named is the version of a parcours that a counter's hand-over names, whatever
// became of it since. ErrPathwayNotFound.
func Named(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Pathway, error) {
	return one(ctx, tx, `SELECT `+columns+` FROM counter_pathways(@id) w`, postgres.Args{"id": id})
}

// proposable lists what the counter acted for may propose.
func proposable(ctx context.Context, tx *postgres.Tx) ([]Pathway, error) {
	return postgres.All[Pathway](ctx, tx, `SELECT `+columns+` FROM counter_pathways(NULL) w`, nil)
}

func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Pathway) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO pathways (id, root_id, version, commanditaire_id, title, summary, entries, words, created_at, created_by, archived_at)
		VALUES (@id, @root, @version, @owner, @title, @summary, @entries, @words, @now, @by, @archived)`,
		postgres.Args{"id": p.ID, "root": p.RootID, "version": p.Version, "owner": p.CommanditaireID, "title": p.Title, "summary": p.Summary,
			"entries": p.Entries, "words": p.Words, "now": tx.Now(), "by": actor.Account(), "archived": p.ArchivedAt})
	return err
}

func supersede(ctx context.Context, tx *postgres.Tx, id uuid.UUID) error {
	return postgres.Must(ctx, tx, `UPDATE pathways SET superseded_at = @now WHERE id = @id AND superseded_at IS NULL`,
		postgres.Args{"now": tx.Now(), "id": id})
}

func archive(ctx context.Context, tx *postgres.Tx, id uuid.UUID, archived bool) error {
	now := tx.Now()
	at := &now
	if !archived {
		at = nil
	}
	return postgres.Must(ctx, tx, `UPDATE pathways SET archived_at = @at WHERE id = @id AND superseded_at IS NULL`, postgres.Args{"at": at, "id": id})
}
