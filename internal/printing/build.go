package printing

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/chunk"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/printing/bundle"
)

// BuildArgs asks for a pack to be made.
type BuildArgs struct {
	OrderID uuid.UUID `json:"order_id"`
	PackID  uuid.UUID `json:"pack_id"`
	RunID   uuid.UUID `json:"run_id"`
}

// Kind names the job.
func (BuildArgs) Kind() string { return "print_pack" }

// InsertOpts retries a few times: a pack is made anew from its first byte.
func (BuildArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 4} }

func (s *Service) workBuild(ctx context.Context, job *river.Job[BuildArgs]) error {
	err := s.Build(ctx, job.Args)
	if err != nil && job.JobRow != nil && job.Attempt >= job.MaxAttempts {
		const sentence = "La préparation s’est arrêtée sur une erreur, et rien n’en est gardé. Demandez un autre paquet."
		return errors.Join(err, s.abandon(context.WithoutCancel(ctx), job.Args, sentence))
	}
	return err
}

// Build makes a pack, telling its progress. It returns nil when the pack was
// stopped, or when its order may no longer be printed, which its run then says.
func (s *Service) Build(ctx context.Context, args BuildArgs) error {
	press, err := s.Orders.Press(ctx, args.OrderID)
	if refusal, ok := fault.As(err); ok {
		return s.abandon(ctx, args, refusal.Sentence)
	}
	if err != nil {
		return fmt.Errorf("build print pack: %w", err)
	}
	p, err := s.restart(ctx, args)
	if err == nil {
		err = s.fill(ctx, press, p, args.RunID)
	}
	if errors.Is(err, errEnded) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("build print pack: %w", err)
	}
	return jobs.Finish(ctx, s.db, args.RunID, jobs.Done, "Le paquet est prêt à télécharger.")
}

// restart finds the pack to make and deletes what an interrupted attempt left;
// errEnded when it is not to be made any more.
func (s *Service) restart(ctx context.Context, args BuildArgs) (p Pack, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		if p, err = lockPack(ctx, tx, args.OrderID, Preparing); errors.Is(err, postgres.ErrNoRow) || err == nil && p.ID != args.PackID {
			return errEnded
		}
		if err != nil {
			return err
		}
		return empty(ctx, tx, p)
	})
	return p, err
}

// abandon ends a pack that cannot be made, and says why where it is followed.
func (s *Service) abandon(ctx context.Context, args BuildArgs, sentence string) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		p, err := lockPack(ctx, tx, args.OrderID, Preparing)
		if errors.Is(err, postgres.ErrNoRow) || err == nil && p.ID != args.PackID {
			return nil
		}
		if err != nil {
			return err
		}
		return end(ctx, tx, p, Stopped, "")
	})
	return errors.Join(err, jobs.Finish(ctx, s.db, args.RunID, jobs.Failed, sentence))
}

// fill writes the pack's content, then says it is ready.
func (s *Service) fill(ctx context.Context, press order.Press, p Pack, run uuid.UUID) error {
	key, err := recipient(p.PublicKey)
	if err != nil {
		return err
	}
	v := s.vault(ctx, p)
	w, err := bundle.NewWriter(v, key, bundle.Manifest{
		Order: press.Number, Commanditaire: press.Commanditaire, CreatedAt: s.db.Now(), Recipient: p.PublicKey,
		Carnets: press.Carnets, ChequesPerCarnet: press.ChequesPerCarnet, Cheques: press.Cheques(), FaceValueCents: int64(press.FaceValue),
	})
	if err != nil {
		return err
	}
	b := &builder{ctx: ctx, press: press, out: w, progress: s.progress(ctx, run, press.Carnets)}
	if err := b.files(); err != nil {
		return err
	}
	manifest, err := w.Close()
	if err == nil {
		err = v.Flush()
	}
	if err != nil {
		return err
	}
	return s.seal(ctx, p, v, manifest)
}

// seal makes the pack ready, unless it was ended meanwhile.
func (s *Service) seal(ctx context.Context, p Pack, v *chunk.Writer, manifest []byte) error {
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		sum := sha256.Sum256(manifest)
		args := p.key()
		args["manifest"], args["hash"], args["size"], args["chunks"] = manifest, sum[:], v.Bytes, v.Chunks
		args["now"], args["until"] = tx.Now(), tx.Now().Add(Kept)
		n, err := postgres.Do(ctx, tx, `
			UPDATE print_packs SET state = 'pret', manifest = @manifest, manifest_hash = @hash, size_bytes = @size, chunks = @chunks,
				ready_at = @now, expires_at = @until
			WHERE commanditaire_id = @commanditaire AND id = @pack AND state = 'preparation'`, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return errEnded
		}
		p.ManifestHash = sum[:]
		return record(ctx, tx, identity.Actor{}, p, "paquet d’impression prêt", map[string]any{"empreinte": p.Fingerprint()})
	})
}

// progress tells how far the making is, twice a second at most.
func (s *Service) progress(ctx context.Context, run uuid.UUID, total int) func(done int) error {
	var last time.Time
	return func(done int) error {
		if done < total && time.Since(last) < 500*time.Millisecond {
			return nil
		}
		last = time.Now()
		return jobs.Report(ctx, s.db, run, int64(done), int64(total), "")
	}
}

// pageFile is one PDF of the pack.
func (b *builder) pageFile(part, from, to int) error {
	f := bundle.File{Name: fmt.Sprintf("carnets-%s-%03d.pdf", b.press.Number, part), Kind: bundle.Pages, From: from, To: to}
	return b.out.Add(f, func(out io.Writer, f *bundle.File) error {
		next, done := b.press.Supply(b.ctx, from, to), from-1
		err := print.WriteCarnets(out, b.press.Facts, func() (print.Carnet, bool, error) {
			carnet, ok, err := next()
			if err != nil || !ok {
				return carnet, false, err
			}
			done++
			f.Pages += 1 + len(carnet.Cheques)
			b.printed.add(carnet)
			return carnet, true, b.progress(done)
		})
		if err == nil && done != to {
			return fmt.Errorf("carnet %d of %d is missing", done+1, to)
		}
		return err
	})
}
