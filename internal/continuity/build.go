package continuity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/chunk"
	"passnum/internal/continuity/kit"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// BuildArgs asks for a kit to be made.
type BuildArgs struct {
	KitID uuid.UUID `json:"kit_id"`
	RunID uuid.UUID `json:"run_id"`
}

// Kind names the job.
func (BuildArgs) Kind() string { return "continuity_kit" }

// InsertOpts retries a little: a kit is made anew from its first byte.
func (BuildArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 3} }

// Sweep is the hourly job that deletes kits nobody took in time.
type Sweep struct{}

// Kind names the job.
func (Sweep) Kind() string { return "continuity_sweep" }

// AddWorkers registers the jobs of continuity.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(s.workBuild))
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[Sweep]) error { return s.Expire(ctx) }))
}

// Periodic says when kits are looked at.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return Sweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

// errEnded stops the making of a kit that somebody stopped.
var errEnded = errors.New("the kit was ended meanwhile")

func (s *Service) workBuild(ctx context.Context, job *river.Job[BuildArgs]) error {
	err := s.Build(ctx, job.Args)
	if err != nil && job.JobRow != nil && job.Attempt >= job.MaxAttempts {
		return errors.Join(err, s.abandon(context.WithoutCancel(ctx), job.Args))
	}
	return err
}

// Build makes a kit, telling its progress; nil when it was stopped.
func (s *Service) Build(ctx context.Context, args BuildArgs) error {
	k, err := s.restart(ctx, args.KitID)
	if err == nil {
		err = s.fill(ctx, k, args.RunID)
	}
	if errors.Is(err, errEnded) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("build kit: %w", err)
	}
	return jobs.Finish(ctx, s.db, args.RunID, jobs.Done, "Le kit est prêt à télécharger.")
}

// restart deletes what an interrupted attempt left.
func (s *Service) restart(ctx context.Context, id uuid.UUID) (k Kit, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		if k, err = lock(ctx, tx, id); errors.Is(err, ErrNoKit) || err == nil && k.State != Preparing {
			return errEnded
		}
		if err != nil {
			return err
		}
		return empty(ctx, tx, id)
	})
	return k, err
}

func (s *Service) fill(ctx context.Context, k Kit, run uuid.UUID) error {
	if s.Signer == nil {
		return ErrNoKey
	}
	v := s.vault(ctx, k)
	sealed, err := Seal(v, k.LiquidatorKey, k.SuccessorKey)
	if err != nil {
		return err
	}
	m, err := s.Export(ctx, sealed, k.SuccessorKey, s.progress(ctx, run))
	if err == nil {
		err = sealed.Close()
	}
	if err == nil {
		err = v.Flush()
	}
	if err != nil {
		return err
	}
	return s.ready(ctx, k, v, m)
}

// Seal encrypts what is written to the keys that are not empty.
func Seal(w io.Writer, keys ...string) (io.WriteCloser, error) {
	var to []age.Recipient
	for _, key := range keys {
		if key == "" {
			continue
		}
		r, err := recipient(key)
		if err != nil {
			return nil, err
		}
		to = append(to, r)
	}
	return age.Encrypt(w, to...)
}

func (s *Service) ready(ctx context.Context, k Kit, v *chunk.Writer, m kit.Manifest) error {
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		sum := sha256.Sum256(m.Text())
		n, err := postgres.Do(ctx, tx, `
			UPDATE continuity_kits SET state = 'pret', taken_at = @taken, files = @files, rows = @rows, manifest_hash = @hash, size_bytes = @size, chunks = @chunks, expires_at = @until
			WHERE id = @id AND state = 'preparation'`,
			postgres.Args{"id": k.ID, "taken": m.At, "files": len(m.Files), "rows": rowsIn(m), "hash": sum[:], "size": v.Bytes, "chunks": v.Chunks, "until": tx.Now().Add(Kept)})
		if err != nil {
			return err
		}
		if n == 0 {
			return errEnded
		}
		return record(ctx, tx, identity.Actor{}, k.ID, "kit de continuité prêt", map[string]any{"empreinte": fmt.Sprintf("%x", sum), "lignes": rowsIn(m)})
	})
}

// rowsIn counts the rows of the tables, the summaries apart.
func rowsIn(m kit.Manifest) (rows int64) {
	for _, f := range m.Files {
		if f.Rows > 0 && len(f.Path) > 7 && f.Path[:7] == "tables/" {
			rows += f.Rows
		}
	}
	return rows
}

// abandon ends a kit that cannot be made, and says so where it is followed.
func (s *Service) abandon(ctx context.Context, args BuildArgs) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		k, err := lock(ctx, tx, args.KitID)
		if err != nil || !k.Live() {
			return err
		}
		return end(ctx, tx, k.ID, Stopped)
	})
	const sentence = "La préparation s’est arrêtée sur une erreur, et rien n’en est gardé. Demandez un autre kit."
	return errors.Join(err, jobs.Finish(ctx, s.db, args.RunID, jobs.Failed, sentence))
}

// progress tells how far the making is, twice a second at most, and hears that
// somebody stopped it.
func (s *Service) progress(ctx context.Context, run uuid.UUID) Progress {
	var last time.Time
	return func(done, total int) error {
		if done < total && time.Since(last) < 500*time.Millisecond {
			return nil
		}
		last = time.Now()
		stopped, err := jobs.IsCancelled(ctx, s.db, run)
		if err == nil && stopped {
			err = errEnded
		}
		if err != nil {
			return err
		}
		return jobs.Report(ctx, s.db, run, int64(done), int64(total), "")
	}
}

// Expire deletes the content of kits that waited too long, and of those whose
// download was cut.
func (s *Service) Expire(ctx context.Context) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		late, err := postgres.All[Kit](ctx, tx, selectKit+` WHERE state = 'pret' AND expires_at <= @now FOR UPDATE SKIP LOCKED`, postgres.Args{"now": tx.Now()})
		if err != nil {
			return err
		}
		for _, k := range late {
			if err := end(ctx, tx, k.ID, Expired); err != nil {
				return err
			}
			if err := record(ctx, tx, identity.Actor{}, k.ID, "kit de continuité effacé sans avoir été téléchargé", nil); err != nil {
				return err
			}
		}
		_, err = postgres.Do(ctx, tx, `DELETE FROM continuity_kit_chunks USING continuity_kits k WHERE k.id = kit_id AND k.ended_at < @cut`,
			postgres.Args{"cut": tx.Now().Add(-slowest)})
		return err
	})
	if err != nil {
		return fmt.Errorf("expire kits: %w", err)
	}
	return nil
}
