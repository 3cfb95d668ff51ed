package census

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ErrNoMissing refuses to hide places when none is missing.
var ErrNoMissing = fault.New(fault.KindConflict, "Plus aucun lieu montré ne manque à ce fichier.")

// covers notes that the file tells of the places of a source in a département:
// a file of one territory says nothing of the others.
func (pl *planner) covers(p *place) {
	if key := coverage(p); key != "" {
		pl.covered[key] = true
	}
}

func coverage(p *place) string {
	at := slices.IndexFunc(p.Ancestors, func(code string) bool { return strings.HasPrefix(code, "D-") })
	if p.Source == "" || at < 0 {
		return ""
	}
	return p.Ancestors[at] + " " + p.Source
}

func (pl *planner) meets(p *place) {
	if p != nil {
		pl.met[p] = true
	}
}

// showAgain brings back a place that was no longer listed, and is.
func (pl *planner) showAgain(l *Line, p *place) {
	if p.StructureID == nil && !p.Published {
		p.Published = true
		l.Changes = append(l.Changes, "de nouveau listé")
	}
}

// missing lists the places without a structure, still shown, that the file
// should tell of and does not.
func (pl *planner) missing() []uuid.UUID {
	list := []uuid.UUID{}
	for id, p := range pl.places.byID {
		if p.StructureID == nil && p.Published && pl.covered[coverage(p)] && !pl.met[p] && !pl.isNew[p] {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return list
}

// Absent is a known place that a file no longer lists.
type Absent struct {
	ID        uuid.UUID
	Key       string
	Name      string
	Town      string
	Source    string
	UpdatedAt time.Time
}

const stillMissing = ` FROM places p WHERE p.id = ANY ((SELECT missing FROM census_imports WHERE id = @id)::uuid[]) AND p.structure_id IS NULL AND p.published`

func countMissing(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (int, error) {
	return postgres.Value[int](ctx, tx, `SELECT count(*)::int`+stillMissing, postgres.Args{"id": id})
}

// Missing lists the places, still shown, that a file no longer lists, by town, at
// most limit. ErrNoImport.
func (s *Service) Missing(ctx context.Context, actor identity.Actor, id uuid.UUID, limit int) (list []Absent, err error) {
	err = s.reading(ctx, actor, func(tx *postgres.Tx, structure *uuid.UUID) error {
		if _, err := readImport(ctx, tx, structure, id, ""); err != nil {
			return err
		}
		list, err = postgres.All[Absent](ctx, tx, `SELECT p.id, p.national_id AS key, p.name, p.town, p.source, p.updated_at`+stillMissing+` ORDER BY p.town, p.name, p.id LIMIT @limit`,
			postgres.Args{"id": id, "limit": limit})
		return err
	})
	return list, fault.Wrap(err, "list missing places")
}

// HideMissing no longer shows the places that an applied file does not list; the
// next file that lists one shows it again. ErrNoImport, ErrMoved, ErrNoMissing.
func (s *Service) HideMissing(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	err = s.acting(ctx, actor, "lieux qui ne sont plus listés", func(tx *postgres.Tx) error {
		i, err := readImport(ctx, tx, structure, id, " FOR UPDATE")
		if err != nil {
			return err
		}
		if i.State != Applied || structure != nil {
			return ErrMoved
		}
		n, err := postgres.Do(ctx, tx, `UPDATE places SET published = false WHERE id IN (SELECT p.id`+stillMissing+`)`, postgres.Args{"id": id})
		if err == nil && n == 0 {
			err = ErrNoMissing
		}
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "lieux qui ne sont plus listés masqués", SubjectKind: "import de lieux", SubjectID: id, Detail: map[string]any{"lieux": n}})
	})
	return fault.Wrap(err, "hide missing places")
}
