package opendata

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fold"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Edition is the file of the day in a format.
type Edition struct {
	Edition   uuid.UUID
	Places    int
	SizeBytes int64
	Sha256    string
	Chunks    int
	WrittenAt time.Time
}

// Tag names the content, for readers that ask whether it changed.
func (e Edition) Tag() string { return `"` + e.Sha256[:min(32, len(e.Sha256))] + `"` }

// FileName is the name the standard asks for: the day, the producer, the territory.
func (s *Service) FileName(f Format, on time.Time, where territory.Departement) string {
	area := "france"
	if where.Code != "" {
		area = slug(where.Name)
	}
	return postgres.Day(on).Format(time.DateOnly) + "_" + s.siret + "_lieux-de-mediation-numerique_" + area + "." + f.Extension
}

func slug(name string) string {
	text := []rune(fold.Text(name))
	for i, r := range text {
		if r == ' ' {
			text[i] = '-'
		}
	}
	return string(text)
}

// Latest is the last file written in a format; false before the first.
func (s *Service) Latest(ctx context.Context, f Format) (e Edition, found bool, err error) {
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) error {
		e, err = postgres.One[Edition](ctx, tx, `SELECT edition, places, size_bytes, sha256, chunks, written_at FROM open_data_files WHERE name = @name`,
			postgres.Args{"name": f.Extension})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("read open data file: %w", err)
	}
	return e, true, nil
}

// Send writes a file, part by part.
func (s *Service) Send(ctx context.Context, w io.Writer, e Edition) error {
	for number := 1; number <= e.Chunks; number++ {
		var chunk []byte
		err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
			chunk, err = postgres.Value[[]byte](ctx, tx, `SELECT content FROM open_data_chunks WHERE edition = @edition AND number = @number`,
				postgres.Args{"edition": e.Edition, "number": number})
			return err
		})
		if err == nil {
			_, err = w.Write(chunk)
		}
		if err != nil {
			return fmt.Errorf("send open data, part %d of %d: %w", number, e.Chunks, err)
		}
	}
	return nil
}

// Publish writes the files of the day.
func (s *Service) Publish(ctx context.Context) error {
	for _, f := range Formats {
		err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error { return s.publish(ctx, tx, f) })
		if err != nil {
			return fmt.Errorf("publish places as %s: %w", f.Extension, err)
		}
	}
	return nil
}

func (s *Service) publish(ctx context.Context, tx *postgres.Tx, f Format) error {
	v := &vault{ctx: ctx, tx: tx, edition: postgres.NewID(), hash: sha256.New()}
	places, err := s.Write(ctx, v, f, "")
	if err == nil {
		err = v.flush()
	}
	if err != nil {
		return err
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO open_data_files AS f (name, edition, places, size_bytes, sha256, chunks, written_at) VALUES (@name, @edition, @places, @size, @hash, @chunks, @now)
		ON CONFLICT (name) DO UPDATE SET edition = excluded.edition, places = excluded.places, size_bytes = excluded.size_bytes, chunks = excluded.chunks,
			written_at = CASE WHEN f.sha256 = excluded.sha256 THEN f.written_at ELSE excluded.written_at END, sha256 = excluded.sha256`,
		postgres.Args{"name": f.Extension, "edition": v.edition, "places": places, "size": v.size, "hash": hex.EncodeToString(v.hash.Sum(nil)), "chunks": v.chunks, "now": tx.Now()})
	if err != nil {
		return err
	}
	// Who began to read the file before ends it: it goes away an hour later.
	_, err = postgres.Do(ctx, tx, `DELETE FROM open_data_chunks WHERE edition NOT IN (SELECT edition FROM open_data_files) AND edition < @old`,
		postgres.Args{"old": before(tx.Now().Add(-time.Hour))})
	return err
}

// before is the smallest identifier of that time: editions are in time's order.
func before(t time.Time) uuid.UUID {
	var id uuid.UUID
	ms := t.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id
}

// chunk is how much one row of a file holds.
const chunk = 1 << 20

// vault keeps what is written to it, in parts.
type vault struct {
	ctx     context.Context
	tx      *postgres.Tx
	edition uuid.UUID
	buffer  []byte
	hash    hash.Hash
	size    int64
	chunks  int
}

func (v *vault) Write(p []byte) (int, error) {
	v.buffer = append(v.buffer, p...)
	if len(v.buffer) < chunk {
		return len(p), nil
	}
	return len(p), v.flush()
}

func (v *vault) flush() error {
	if len(v.buffer) == 0 {
		return nil
	}
	v.chunks, v.size = v.chunks+1, v.size+int64(len(v.buffer))
	v.hash.Write(v.buffer)
	err := postgres.Must(v.ctx, v.tx, `INSERT INTO open_data_chunks (edition, number, content) VALUES (@edition, @number, @content)`,
		postgres.Args{"edition": v.edition, "number": v.chunks, "content": v.buffer})
	v.buffer = v.buffer[:0]
	return err
}

// PublishArgs asks for the files of the day.
type PublishArgs struct{}

// Kind names the job.
func (PublishArgs) Kind() string { return "open_data_publish" }

// AddWorkers registers the job.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[PublishArgs]) error { return s.Publish(ctx) }))
}

// Periodic asks for the files at start and every day.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(24*time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return PublishArgs{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}
