package workshop

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// Planned is what one form planned.
type Planned struct {
	First    uuid.UUID
	Sessions int
	Skipped  []Holiday // of the series
}

// Plan announces an atelier, or a series of them, in one of the structure's
// places; they are shown as the place is. ErrTwice.
func (s *Service) Plan(ctx context.Context, actor identity.Actor, form Form) (Planned, error) {
	if err := actor.May(identity.WorkshopWrite); err != nil {
		return Planned{}, err
	}
	var done Planned
	err := s.inOrganisation(ctx, actor, "plan atelier", func(tx *postgres.Tx) error {
		w, err := form.read(tx.Now())
		if err != nil {
			return err
		}
		insee, err := checkPlace(ctx, tx, actor.OrganisationID, w)
		if err != nil {
			return err
		}
		moments, skipped, err := form.occurrences(w.StartsAt, tx.Now(), insee)
		if err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(moments))
		for i := range ids {
			ids[i] = postgres.NewID()
		}
		w.StructureID, w.SeriesID = actor.OrganisationID, ids[0]
		if err := insert(ctx, tx, w, ids, moments); err != nil {
			return err
		}
		done = Planned{First: ids[0], Sessions: len(moments), Skipped: skipped}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "annonce d’un atelier", SubjectKind: "atelier", SubjectID: ids[0],
			Detail: map[string]any{"titre": w.Title, "séances": len(moments)}})
	})
	return done, err
}

// checkPlace refuses a place of somebody else, and services it does not give; it
// tells the place's commune.
func checkPlace(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, w Workshop) (insee string, err error) {
	place, err := postgres.One[struct {
		Entries []int16
		Insee   string
	}](ctx, tx, `SELECT entries, insee FROM places WHERE structure_id = @structure AND id = @place`,
		postgres.Args{"structure": structure, "place": w.PlaceID})
	if errors.Is(err, postgres.ErrNoRow) {
		return "", fault.Field("lieu", "Choisissez un de vos lieux.")
	}
	for _, e := range w.Entries {
		if err == nil && !slices.Contains(place.Entries, e) {
			return "", fault.Field("services", "Ce lieu ne propose pas «\u00a0"+referentiel.Load().Label(int(e))+"\u00a0». Ajoutez d’abord ce service au lieu, ou choisissez-en un autre.")
		}
	}
	return place.Insee, err
}

func insert(ctx context.Context, tx *postgres.Tx, w Workshop, ids []uuid.UUID, moments []time.Time) error {
	args := w.args(tx)
	args["ids"], args["moments"], args["series"] = ids, moments, w.SeriesID
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO workshops (structure_id, id, series_id, place_id, title, note, entries, starts_at, minutes, mode, seats, cheques, language, level,
			published, created_at, updated_at)
		SELECT p.structure_id, o.id, @series, p.id, @title, @note, @entries, o.starts_at, @minutes, @mode, @seats, @cheques, @language, @level, p.published, @now, @now
		FROM places p, unnest(@ids::uuid[], @moments::timestamptz[]) AS o(id, starts_at)
		WHERE p.structure_id = @structure AND p.id = @place`, args)
	return known(err)
}

// known turns what the constraints refuse into sentences.
func known(err error) error {
	switch postgres.Constraint(err) {
	case "workshops_once":
		return ErrTwice
	case "workshops_seats_enough":
		return ErrTaken
	}
	return err
}

func (w Workshop) args(tx *postgres.Tx) postgres.Args {
	return postgres.Args{"structure": w.StructureID, "place": w.PlaceID, "title": w.Title, "note": w.Note, "entries": w.Entries, "minutes": w.Minutes,
		"mode": w.Mode, "seats": w.Seats, "cheques": w.Cheques, "language": w.Language, "level": w.Level, "now": tx.Now()}
}

// Edit changes an atelier, or it and those that follow in its series, which keep
// their distance in days. Counters that booked are told of another time or
// place; seats added go to who waits. ErrNotFound, ErrOver, ErrTwice, ErrTaken.
func (s *Service) Edit(ctx context.Context, actor identity.Actor, id uuid.UUID, form Form, following bool) (int, error) {
	if err := actor.May(identity.WorkshopWrite); err != nil {
		return 0, err
	}
	changed := 0
	err := s.inOrganisation(ctx, actor, "edit atelier", func(tx *postgres.Tx) error {
		before, err := ownOpen(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		wanted, err := form.read(tx.Now())
		if err != nil {
			return err
		}
		if _, err := checkPlace(ctx, tx, actor.OrganisationID, wanted); err != nil {
			return err
		}
		sessions, err := sessionsFrom(ctx, tx, before, following)
		if err != nil {
			return err
		}
		// So that no session meets the next one on its way.
		if wanted.StartsAt.After(before.StartsAt) {
			slices.Reverse(sessions)
		}
		for _, session := range sessions {
			if err := s.move(ctx, tx, session, wanted, before); err != nil {
				return err
			}
		}
		changed = len(sessions)
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification d’un atelier", SubjectKind: "atelier", SubjectID: id,
			Detail: map[string]any{"titre": wanted.Title, "séances": changed}})
	})
	return changed, err
}

// move rewrites one session as wanted, at its own day.
func (s *Service) move(ctx context.Context, tx *postgres.Tx, session, wanted, before Workshop) error {
	start := at(session.Starts().AddDate(0, 0, daysBetween(before.Starts(), wanted.Starts())), wanted.Starts())
	args := wanted.args(tx)
	args["structure"], args["id"], args["start"] = session.StructureID, session.ID, start
	err := postgres.Must(ctx, tx, `
		UPDATE workshops w SET place_id = @place, title = @title, note = @note, entries = @entries, starts_at = @start, minutes = @minutes, mode = @mode,
			seats = @seats, cheques = @cheques, language = @language, level = @level, revision = revision + 1, updated_at = @now,
			published = (SELECT p.published FROM places p WHERE p.structure_id = @structure AND p.id = @place)
		WHERE w.structure_id = @structure AND w.id = @id`, args)
	if err != nil {
		return known(err)
	}
	elsewhere := !start.Equal(session.StartsAt) || session.PlaceID != wanted.PlaceID
	if elsewhere && session.Taken+session.Waiting > 0 {
		if err := s.tell(ctx, tx, Notice{Event: EventMoved, StructureID: session.StructureID, WorkshopID: session.ID, Before: When(session.Starts())}); err != nil {
			return err
		}
	}
	return s.fill(ctx, tx, session)
}

// fill gives free seats to those who wait, and tells the counters that booked.
func (s *Service) fill(ctx context.Context, tx *postgres.Tx, w Workshop) error {
	lucky, err := postgres.Values[uuid.UUID](ctx, tx, `SELECT fill_workshop(@structure, @id)`, postgres.Args{"structure": w.StructureID, "id": w.ID})
	if err != nil {
		return err
	}
	return s.tellPromoted(ctx, tx, w.StructureID, w.ID, lucky)
}

func daysBetween(from, to time.Time) int {
	return int(postgres.Day(to).Sub(postgres.Day(from)).Hours() / 24)
}

// own reads one of the structure's ateliers; ErrNotFound.
func own(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Workshop, error) {
	w, err := postgres.One[Workshop](ctx, tx, workshopSelect+`WHERE w.structure_id = @structure AND w.id = @id`,
		postgres.Args{"structure": actor.OrganisationID, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return w, ErrNotFound
	}
	return w, err
}

// ownOpen is own for what may still change.
func ownOpen(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Workshop, error) {
	w, err := own(ctx, tx, actor, id)
	if err == nil && !w.Open(tx.Now()) {
		return w, ErrOver
	}
	return w, err
}

// sessionsFrom is an atelier, with those that follow it in its series when asked.
func sessionsFrom(ctx context.Context, tx *postgres.Tx, w Workshop, following bool) ([]Workshop, error) {
	if !following {
		return []Workshop{w}, nil
	}
	return postgres.All[Workshop](ctx, tx, workshopSelect+`
		WHERE w.structure_id = @structure AND w.series_id = @series AND w.starts_at >= @from AND w.cancelled_at IS NULL ORDER BY w.starts_at, w.id`,
		postgres.Args{"structure": w.StructureID, "series": w.SeriesID, "from": w.StartsAt})
}
