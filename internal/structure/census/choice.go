package census

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

// Choose says what lines that wait for a choice are: the same place, another
// one, or nothing to keep. It is remembered for the files to come. Without a
// line, all those that wait. ErrNoChoice, ErrMoved.
func (s *Service) Choose(ctx context.Context, actor identity.Actor, id uuid.UUID, line int, choice string) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	outcome, known := map[string]Outcome{Fuse: Merged, Separate: Created, Leave: SetAside}[choice]
	if !known || structure != nil {
		return fault.Field("choix", "Dites si c’est le même lieu, un autre, ou une ligne à écarter.")
	}
	err = s.acting(ctx, actor, "choix sur un import de lieux", func(tx *postgres.Tx) error {
		i, err := readImport(ctx, tx, structure, id, " FOR UPDATE")
		if err != nil {
			return err
		}
		if i.State != Ready {
			return ErrMoved
		}
		n, err := postgres.Do(ctx, tx, `
			WITH chosen AS (UPDATE census_lines SET outcome = @outcome WHERE import_id = @id AND outcome = 'a choisir' AND (@line::int = 0 OR line = @line)
				RETURNING key, target)
			INSERT INTO census_links (id, structure_id, key, choice, target, decided_at, decided_by)
			SELECT gen_random_uuid(), NULL, key, @choice, CASE WHEN @choice = 'fusionner' THEN target ELSE '' END, @now, @account FROM chosen
			ON CONFLICT (structure_id, key) DO UPDATE SET choice = excluded.choice, target = excluded.target, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
			postgres.Args{"id": id, "outcome": string(outcome), "line": line, "choice": choice, "now": tx.Now(), "account": actor.Account()})
		if err == nil && n == 0 {
			err = ErrNoChoice
		}
		return err
	})
	if errors.Is(err, ErrNoChoice) {
		return ErrNoChoice
	}
	return fault.Wrap(err, "choose about a line")
}

// Choice is what was decided about an identifier of files, and is remembered.
type Choice struct {
	ID         uuid.UUID
	Key        string
	Choice     string
	TargetName string // of the place it stands for, when it does
	Name, Town string // as the latest file says them
	DecidedAt  time.Time
	ByName     string // empty when the names and the position were enough
}

// ChoiceKey is where a list of choices continues.
type ChoiceKey struct {
	At time.Time
	ID uuid.UUID
}

// Choices lists what is remembered for the operator's files, the latest first,
// at most limit; more when others follow.
func (s *Service) Choices(ctx context.Context, actor identity.Actor, search string, after ChoiceKey, limit int) (list []Choice, more bool, err error) {
	err = s.reading(ctx, actor, func(tx *postgres.Tx, structure *uuid.UUID) (err error) {
		list, err = postgres.All[Choice](ctx, tx, `
			SELECT c.id, c.key, c.choice, c.decided_at, coalesce(a.name, '') AS by_name, coalesce(t.name, '') AS target_name, coalesce(l.name, '') AS name, coalesce(l.town, '') AS town
			FROM census_links c LEFT JOIN accounts a ON a.id = c.decided_by LEFT JOIN places t ON t.national_id = c.target AND c.target <> '' OR t.id::text = c.target
			LEFT JOIN LATERAL (SELECT name, town FROM census_lines WHERE key = c.key ORDER BY import_id DESC LIMIT 1) l ON true
			WHERE c.structure_id IS NOT DISTINCT FROM @structure AND (@first OR (c.decided_at, c.id) < (@at::timestamptz, @id::uuid))
				AND (@search = '' OR strpos(lower(c.key || ' ' || coalesce(l.name, '') || ' ' || coalesce(l.town, '')), @search) > 0)
			ORDER BY c.decided_at DESC, c.id DESC LIMIT @limit`,
			postgres.Args{"structure": structure, "first": after.ID == uuid.Nil, "at": after.At, "id": after.ID, "search": strings.ToLower(search), "limit": limit + 1})
		return err
	})
	if more = len(list) > limit; more {
		list = list[:limit]
	}
	return list, more, fault.Wrap(err, "list remembered choices")
}

// Forget drops a remembered choice: the next file asks again, and a file that
// waits to be applied is read again. ErrForgotten.
func (s *Service) Forget(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	err = s.acting(ctx, actor, "oubli d’un choix sur des lieux", func(tx *postgres.Tx) error {
		key, err := postgres.Value[string](ctx, tx, `DELETE FROM census_links WHERE id = @id AND structure_id IS NOT DISTINCT FROM @structure RETURNING key`,
			postgres.Args{"id": id, "structure": structure})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrForgotten
		}
		if err != nil {
			return err
		}
		if err := s.readAgain(ctx, tx, structure, key); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "choix sur un lieu oublié", SubjectKind: "import de lieux", SubjectID: id, Detail: map[string]any{"identifiant": key}})
	})
	return fault.Wrap(err, "forget a choice")
}

// readAgain starts over the reading of files that wait and hold an identifier.
func (s *Service) readAgain(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID, key string) error {
	list, err := postgres.All[Import](ctx, tx, `
		UPDATE census_imports i SET state = 'lecture'
		WHERE state = 'prete' AND structure_id IS NOT DISTINCT FROM @structure AND EXISTS (SELECT FROM census_lines WHERE import_id = i.id AND key = @key)
		RETURNING `+importColumns, postgres.Args{"structure": structure, "key": key})
	if err != nil {
		return err
	}
	for _, i := range list {
		lines, err := postgres.Value[int64](ctx, tx, `SELECT count(*) FROM census_lines WHERE import_id = @id`, postgres.Args{"id": i.ID})
		if err != nil {
			return err
		}
		if err := s.begin(ctx, tx, i, readRun, lines); err != nil {
			return err
		}
	}
	return nil
}
