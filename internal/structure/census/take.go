package census

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mednum"
	"passnum/internal/postgres"
)

const (
	readRun  = "lecture_lieux"
	applyRun = "import_lieux"
)

// Take keeps a file and asks for its reading: nothing is changed yet. The
// operator's file is the national one; a structure's is about its own places.
func (s *Service) Take(ctx context.Context, actor identity.Actor, name string, content []byte) (uuid.UUID, error) {
	structure, err := may(actor)
	if err != nil {
		return uuid.Nil, err
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return uuid.Nil, errNoFile
	}
	if len(content) > mednum.Largest {
		return uuid.Nil, fault.Field("fichier", "Ce fichier est trop lourd\u00a0: 48\u00a0Mo au plus. Coupez-le en plusieurs.")
	}
	i := Import{ID: postgres.NewID(), StructureID: structure, FileName: fileName(name)}
	err = s.acting(ctx, actor, "import de lieux", func(tx *postgres.Tx) error {
		if err := forget(ctx, tx, structure); err != nil {
			return err
		}
		err := postgres.Must(ctx, tx, `
			INSERT INTO census_imports (id, structure_id, file_name, content, state, asked_at, asked_by, asked_by_name)
			VALUES (@id, @structure, @name, @content, 'lecture', @now, @account, @by)`,
			postgres.Args{"id": i.ID, "structure": structure, "name": i.FileName, "content": content, "now": tx.Now(), "account": actor.Account(), "by": actor.Name})
		if err != nil {
			return err
		}
		return s.begin(ctx, tx, i, readRun, int64(bytes.Count(content, []byte("\n"))))
	})
	return i.ID, fault.Wrap(err, "take file of places")
}

// fileName keeps of a name what a list can show.
func fileName(name string) string {
	name = strings.Join(strings.Fields(filepath.Base(strings.ReplaceAll(name, `\`, "/"))), " ")
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:120])
	}
	return name
}

// may says whose places the actor acts for: its structure's, or, for the
// operator's staff, those of nobody.
func may(actor identity.Actor) (structure *uuid.UUID, err error) {
	if actor.OrganisationID == uuid.Nil {
		return nil, actor.May(identity.PlatformDecide)
	}
	id := actor.OrganisationID
	return &id, actor.May(identity.PlaceWrite)
}

func (s *Service) acting(ctx context.Context, actor identity.Actor, reason string, fn func(*postgres.Tx) error) error {
	if actor.OrganisationID != uuid.Nil {
		return s.db.InOrganisation(ctx, actor, fn)
	}
	return s.db.InPlatform(ctx, actor, reason, fn)
}

// forget drops the content of files that were left waiting for a month.
func forget(ctx context.Context, tx *postgres.Tx, structure *uuid.UUID) error {
	_, err := postgres.Do(ctx, tx, `UPDATE census_imports SET state = 'abandonnee', content = NULL
		WHERE state = 'prete' AND structure_id IS NOT DISTINCT FROM @structure AND asked_at < @before`,
		postgres.Args{"structure": structure, "before": tx.Now().AddDate(0, -1, 0)})
	return err
}

func (s *Service) begin(ctx context.Context, tx *postgres.Tx, i Import, kind string, total int64) error {
	owner := uuid.Nil
	if i.StructureID != nil {
		owner = *i.StructureID
	}
	run, err := jobs.Start(ctx, tx, jobs.Run{OrganisationID: owner, Kind: kind, SubjectID: i.ID, Total: total})
	if err != nil {
		return err
	}
	return s.queue.Enqueue(ctx, tx, WorkArgs{ImportID: i.ID, StructureID: i.StructureID, RunID: run, Apply: kind == applyRun})
}

// Apply asks that a file that was read be carried out, whole. Lines that still
// wait for a choice are left out. ErrMoved.
func (s *Service) Apply(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	err = s.acting(ctx, actor, "application d’un import de lieux", func(tx *postgres.Tx) error {
		i, err := readImport(ctx, tx, structure, id, " FOR UPDATE")
		if err != nil {
			return err
		}
		if i.State != Ready {
			return ErrMoved
		}
		err = postgres.Must(ctx, tx, `UPDATE census_imports SET state = 'application', applied_by = @account, applied_by_name = @by WHERE id = @id`,
			postgres.Args{"id": id, "account": actor.Account(), "by": actor.Name})
		if err != nil {
			return err
		}
		lines, err := postgres.Value[int64](ctx, tx, `SELECT count(*) FROM census_lines WHERE import_id = @id`, postgres.Args{"id": id})
		if err != nil {
			return err
		}
		if err := s.begin(ctx, tx, i, applyRun, lines); err != nil {
			return err
		}
		return record(ctx, tx, actor, i, "import de lieux demandé")
	})
	return fault.Wrap(err, "apply file of places")
}

// Drop gives a file up: nothing of it is kept but what was said of its lines. ErrMoved.
func (s *Service) Drop(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	err = s.acting(ctx, actor, "abandon d’un import de lieux", func(tx *postgres.Tx) error {
		i, err := readImport(ctx, tx, structure, id, " FOR UPDATE")
		if err != nil {
			return err
		}
		if i.State != Ready && i.State != Reading {
			return ErrMoved
		}
		for _, kind := range []string{readRun, applyRun} {
			if run, began, err := jobs.Latest(ctx, tx, kind, id); err != nil {
				return err
			} else if began {
				if err := jobs.Cancel(ctx, tx, run.ID); err != nil {
					return err
				}
			}
		}
		return postgres.Must(ctx, tx, `UPDATE census_imports SET state = 'abandonnee', content = NULL WHERE id = @id`, postgres.Args{"id": id})
	})
	return fault.Wrap(err, "drop file of places")
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, i Import, act string) error {
	parties := []uuid.UUID{}
	if i.StructureID != nil {
		parties = append(parties, *i.StructureID)
	}
	err := audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "import de lieux", SubjectID: i.ID, Parties: parties, Detail: map[string]any{"fichier": i.FileName}})
	if err != nil {
		return fmt.Errorf("journal import: %w", err)
	}
	return nil
}
