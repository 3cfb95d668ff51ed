package census

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mednum"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// WorkArgs asks for the reading of a file, or for its application.
type WorkArgs struct {
	ImportID    uuid.UUID  `json:"import_id"`
	StructureID *uuid.UUID `json:"structure_id,omitempty"`
	RunID       uuid.UUID  `json:"run_id"`
	Apply       bool       `json:"apply"`
}

// Kind names the job.
func (WorkArgs) Kind() string { return "census_work" }

// InsertOpts retries: a file is read, or applied, from its first line.
func (WorkArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 3} }

// AddWorkers registers the jobs of census.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, job *river.Job[WorkArgs]) error {
		err := s.Work(ctx, job.Args)
		if err != nil && job.JobRow != nil && job.Attempt >= job.MaxAttempts {
			return errors.Join(err, s.abandon(context.WithoutCancel(ctx), job.Args))
		}
		return err
	}))
}

var errStopped = errors.New("the file was dropped")

// Work reads a file or applies it, telling its progress. It returns nil for a
// file that was dropped meanwhile, or that cannot be read, which it then says.
func (s *Service) Work(ctx context.Context, args WorkArgs) error {
	f, err := s.read(ctx, args)
	if refusal, ok := fault.As(err); ok {
		return s.refuse(ctx, args, refusal)
	}
	if err == nil {
		err = s.within(ctx, args.StructureID, func(tx *postgres.Tx) error { return s.carry(ctx, tx, args, f) })
	}
	if err != nil && !errors.Is(err, errStopped) && !errors.Is(err, ErrNoImport) {
		return fmt.Errorf("work on file of places: %w", err)
	}
	return jobs.Finish(ctx, s.db, args.RunID, jobs.Done, "")
}

// read takes the file apart, outside the transaction that uses it.
func (s *Service) read(ctx context.Context, args WorkArgs) (f mednum.File, err error) {
	var content []byte
	err = s.within(ctx, args.StructureID, func(tx *postgres.Tx) (err error) {
		content, err = readContent(ctx, tx, args.ImportID)
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) || err == nil && content == nil {
		return f, errStopped
	}
	if err != nil {
		return f, err
	}
	return mednum.Read(bytes.NewReader(content), mednum.Options{Today: postgres.Day(s.db.Now()), Own: args.StructureID != nil})
}

// carry plans the file and, when it is to be applied, writes the places, all or
// none of them.
func (s *Service) carry(ctx context.Context, tx *postgres.Tx, args WorkArgs, f mednum.File) error {
	i, err := readImport(ctx, tx, args.StructureID, args.ImportID, " FOR UPDATE")
	if err != nil {
		return err
	}
	if i.State != Reading && !args.Apply || i.State != Applying && args.Apply {
		return errStopped
	}
	if args.Apply {
		if err := lockPlaces(ctx, tx, args.StructureID); err != nil {
			return err
		}
	}
	pl, err := s.planner(ctx, tx, args.StructureID)
	if err != nil {
		return err
	}
	total := f.Rows()
	if err := pl.plan(f, s.progress(ctx, args.RunID, total, total/2*btoi(args.Apply))); err != nil {
		return err
	}
	if args.Apply {
		if err := s.write(ctx, tx, args, pl, total); err != nil {
			return err
		}
	}
	if err := writeLines(ctx, tx, i, pl.lines); err != nil {
		return err
	}
	return s.settle(ctx, tx, i, f, pl.missing(), args.Apply)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *Service) planner(ctx context.Context, tx *postgres.Tx, of *uuid.UUID) (*planner, error) {
	list, err := readPlaces(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	links, err := readLinks(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	pl := &planner{now: tx.Now(), structure: of, places: newPlaces(list), links: links, locator: newLocator(s.index)}
	if of != nil {
		pl.owner, err = postgres.One[owner](ctx, tx, `SELECT id, name, siret FROM organisations WHERE id = @id`, postgres.Args{"id": *of})
		if err == nil {
			pl.qualified, err = postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT FROM structures WHERE organisation_id = @id AND state = @state)`,
				postgres.Args{"id": *of, "state": string(structure.Qualified)})
		}
	}
	return pl, err
}

// write puts what was planned into the places.
func (s *Service) write(ctx context.Context, tx *postgres.Tx, args WorkArgs, pl *planner, total int) error {
	tell := s.progress(ctx, args.RunID, total, 0)
	before := total - total/2
	if err := inBatches(ctx, tx, pl.fresh, insertPlaces, postgres.Args{}, func(done int) error { return tell(min(total, before+done/2)) }); err != nil {
		return err
	}
	changed := slices.SortedFunc(maps.Keys(pl.dirty), func(a, b *place) int { return slices.Compare(a.ID[:], b.ID[:]) })
	if err := inBatches(ctx, tx, changed, updatePlaces, postgres.Args{}, silent); err != nil {
		return err
	}
	return remember(ctx, tx, args.StructureID, pl.merged)
}

// settle says where the file stands, and forgets its content once applied.
func (s *Service) settle(ctx context.Context, tx *postgres.Tx, i Import, f mednum.File, missing []uuid.UUID, applied bool) error {
	if !applied {
		return postgres.Must(ctx, tx, `UPDATE census_imports SET state = 'prete', version = @version, encoding = @encoding, separator = @separator, unknown_columns = @unknown, missing = @missing WHERE id = @id`,
			postgres.Args{"id": i.ID, "version": string(f.Version), "encoding": f.Encoding, "separator": f.Separator, "unknown": list(f.Unknown), "missing": missing})
	}
	err := postgres.Must(ctx, tx, `UPDATE census_imports SET state = 'appliquee', applied_at = @now, content = NULL, missing = @missing WHERE id = @id`,
		postgres.Args{"missing": missing, "id": i.ID, "now": tx.Now()})
	if err != nil {
		return err
	}
	who := identity.Actor{Name: i.AppliedByName}
	if i.StructureID != nil {
		who.OrganisationID = *i.StructureID
	}
	return record(ctx, tx, who, i, "import de lieux appliqué")
}

// progress tells how far the work is, twice a second at most, and stops it when
// somebody dropped the file. of the lines, some are kept for what comes after.
func (s *Service) progress(ctx context.Context, run uuid.UUID, total, after int) func(done int) error {
	var last time.Time
	return func(done int) error {
		if time.Since(last) < 500*time.Millisecond {
			return nil
		}
		last = time.Now()
		if stop, err := jobs.IsCancelled(ctx, s.db, run); err != nil || stop {
			return errors.Join(err, errStopped)
		}
		if total > 0 {
			done = done * (total - after) / total
		}
		return jobs.Report(ctx, s.db, run, int64(done), int64(total), "")
	}
}

// refuse says why a file cannot be read.
func (s *Service) refuse(ctx context.Context, args WorkArgs, refusal *fault.Error) error {
	sentence := refusal.Sentence
	if len(refusal.Fields) > 0 {
		sentence = refusal.Fields[0].Sentence
	}
	return s.stop(ctx, args, Refused, sentence)
}

// abandon gives back a file whose work failed for another reason than itself.
func (s *Service) abandon(ctx context.Context, args WorkArgs) error {
	const sentence = "Le travail s’est arrêté sur une erreur, et rien n’a changé. Recommencez."
	if args.Apply {
		err := s.within(ctx, args.StructureID, func(tx *postgres.Tx) error {
			_, err := postgres.Do(ctx, tx, `UPDATE census_imports SET state = 'prete' WHERE id = @id AND state = 'application'`, postgres.Args{"id": args.ImportID})
			return err
		})
		return errors.Join(err, jobs.Finish(ctx, s.db, args.RunID, jobs.Failed, sentence))
	}
	return s.stop(ctx, args, Refused, sentence)
}

func (s *Service) stop(ctx context.Context, args WorkArgs, state State, sentence string) error {
	err := s.within(ctx, args.StructureID, func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `UPDATE census_imports SET state = @state, refusal = @sentence, content = NULL WHERE id = @id AND state = 'lecture'`,
			postgres.Args{"id": args.ImportID, "state": string(state), "sentence": sentence})
		return err
	})
	return errors.Join(err, jobs.Finish(ctx, s.db, args.RunID, jobs.Failed, sentence))
}
