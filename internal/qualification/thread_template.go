package qualification

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Template is a message that the operator wrote once, to start others from.
type Template struct {
	ID        uuid.UUID
	Title     string
	Body      string
	UpdatedAt time.Time
}

// ErrNoTemplate hides templates that do not exist.
var ErrNoTemplate = fault.New(fault.KindNotFound, "Ce modèle n’existe pas, ou a été supprimé.")

// Templates lists the operator's templates by title.
func (s *Service) Templates(ctx context.Context, actor identity.Actor) (list []Template, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "modèles de messages", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Template](ctx, tx, `SELECT id, title, body, updated_at FROM review_templates ORDER BY title LIMIT 200`, nil)
		return err
	})
	return list, fault.Wrap(err, "list templates")
}

// SaveTemplate adds a template, or changes the one whose id is given;
// ErrNoTemplate.
func (s *Service) SaveTemplate(ctx context.Context, actor identity.Actor, id uuid.UUID, title, body string) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "modèle de message", func(tx *postgres.Tx) error {
		id, err := knownTemplate(ctx, tx, id)
		if err != nil {
			return err
		}
		t, err := checkTemplate(Template{ID: id, Title: title, Body: body})
		if err != nil {
			return err
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO review_templates (id, title, body, updated_at) VALUES (@id, @title, @body, @now)
			ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, updated_at = excluded.updated_at`,
			postgres.Args{"id": t.ID, "title": t.Title, "body": t.Body, "now": tx.Now()})
		if postgres.Constraint(err) == "review_templates_title" {
			return fault.Field("titre", "Un autre modèle porte déjà ce titre.")
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modèle de message enregistré", SubjectKind: "modèle", SubjectID: t.ID, Detail: map[string]any{"titre": t.Title}})
	})
	return fault.Wrap(err, "save template")
}

// knownTemplate is id when it is a template's, a new one for uuid.Nil.
func knownTemplate(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (uuid.UUID, error) {
	if id == uuid.Nil {
		return postgres.NewID(), nil
	}
	found, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM review_templates WHERE id = @id FOR UPDATE`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return id, ErrNoTemplate
	}
	return found, err
}

func checkTemplate(t Template) (Template, error) {
	var c fault.Collector
	t.Title, t.Body = strings.TrimSpace(t.Title), strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	c.Check(t.Title != "", "titre", "Donnez un titre à ce modèle\u00a0: c’est lui qu’on choisit.")
	c.Check(len([]rune(t.Title)) <= 80, "titre", "Raccourcissez ce titre\u00a0: 80 caractères au plus.")
	c.Check(t.Body != "", "texte", "Écrivez le texte du modèle.")
	c.Check(len([]rune(t.Body)) <= 4000, "texte", "Raccourcissez ce texte\u00a0: 4\u202f000 caractères au plus.")
	return t, c.Err()
}

// RemoveTemplate deletes a template; what was sent from it stays. ErrNoTemplate.
func (s *Service) RemoveTemplate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformDecide); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "modèle de message", func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `DELETE FROM review_templates WHERE id = @id`, postgres.Args{"id": id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoTemplate
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modèle de message supprimé", SubjectKind: "modèle", SubjectID: id})
	})
	return fault.Wrap(err, "remove template")
}
