package distribution

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ErrPointBusy refuses to close a point that still answers for carnets.
var ErrPointBusy = fault.New(fault.KindConflict, "Ce point a encore des carnets en stock ou un colis en route. Remettez-les, ou rendez-les, avant de le fermer.")

// Points lists the points of the actor's own organisation, open ones first.
func (s *Service) Points(ctx context.Context, actor identity.Actor) ([]Point, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var points []Point
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		points, err = pointsOf(ctx, tx, actor.OrganisationID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list points: %w", err)
	}
	return points, nil
}

// Point finds one of the organisation's own points; ErrPointNotFound otherwise.
func (s *Service) Point(ctx context.Context, actor identity.Actor, id uuid.UUID) (Point, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return Point{}, err
	}
	var point Point
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		point, err = ownPoint(ctx, tx, actor, id)
		return err
	})
	return point, fault.Wrap(err, "read point")
}

// Counter is the open point the actor works at: the wanted one, else the only
// one a token may act for, else the first by name. ErrNoPoint when there is none.
func (s *Service) Counter(ctx context.Context, actor identity.Actor, wanted uuid.UUID) (Point, []Point, error) {
	all, err := s.Points(ctx, actor)
	if err != nil {
		return Point{}, nil, err
	}
	open := all[:0:0]
	for _, p := range all {
		if p.Open() && (actor.PlaceID == uuid.Nil || actor.PlaceID == p.ID) {
			open = append(open, p)
		}
	}
	if len(open) == 0 {
		return Point{}, nil, ErrNoPoint
	}
	for _, p := range open {
		if p.ID == wanted {
			return p, open, nil
		}
	}
	return open[0], open, nil
}

// AddPoint opens a point of the actor's organisation.
func (s *Service) AddPoint(ctx context.Context, actor identity.Actor, form PointForm) (Point, error) {
	if err := actor.May(identity.PointWrite); err != nil {
		return Point{}, err
	}
	point, err := form.read(s.places)
	if err != nil {
		return Point{}, err
	}
	point.ID, point.AiguilleurID = postgres.NewID(), actor.OrganisationID
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := insertPoint(ctx, tx, point); err != nil {
			return err
		}
		if err := attachPoints(ctx, tx, actor.OrganisationID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "ouverture d’un point", SubjectKind: "point", SubjectID: point.ID, Detail: map[string]any{"nom": point.Name}})
	})
	return point, fault.Wrap(err, "add point")
}

// EditPoint changes a point of the actor's organisation.
func (s *Service) EditPoint(ctx context.Context, actor identity.Actor, id uuid.UUID, form PointForm) error {
	if err := actor.May(identity.PointWrite); err != nil {
		return err
	}
	point, err := form.read(s.places)
	if err != nil {
		return err
	}
	point.ID = id
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if _, err := ownPoint(ctx, tx, actor, id); err != nil {
			return err
		}
		if err := updatePoint(ctx, tx, point); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification d’un point", SubjectKind: "point", SubjectID: id, Detail: map[string]any{"nom": point.Name}})
	})
	return fault.Wrap(err, "edit point")
}

// ClosePoint ends a point that holds nothing and expects nothing; ErrPointBusy
// otherwise.
func (s *Service) ClosePoint(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PointWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if point, err := ownPoint(ctx, tx, actor, id); err != nil || !point.Open() {
			return err
		}
		n, err := postgres.Do(ctx, tx, `
			UPDATE points p SET closed_at = @now
			WHERE p.id = @id AND p.aiguilleur_id = @me AND p.closed_at IS NULL
				AND NOT EXISTS (SELECT 1 FROM carnets c WHERE c.aiguilleur_id = @me AND c.point_id = @id AND c.state IN ('emis', 'stock'))
				AND NOT EXISTS (SELECT 1 FROM order_deliveries d WHERE d.aiguilleur_id = @me AND d.point_id = @id AND d.received_at IS NULL)`,
			postgres.Args{"now": tx.Now(), "id": id, "me": actor.OrganisationID})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrPointBusy
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "fermeture d’un point", SubjectKind: "point", SubjectID: id})
	})
	return fault.Wrap(err, "close point")
}

const pointColumns = `p.id, p.aiguilleur_id, g.name AS aiguilleur_name, p.name, p.referent_name, p.referent_email, p.phone, p.street, p.complement,
	p.postal_code, p.town, p.insee, p.ancestors, p.latitude, p.longitude, p.opening_hours, p.is_public, p.public_note, p.closed_at`

func pointsOf(ctx context.Context, tx *postgres.Tx, aiguilleur uuid.UUID) ([]Point, error) {
	return postgres.All[Point](ctx, tx, `
		SELECT `+pointColumns+` FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
		WHERE p.aiguilleur_id = @aiguilleur ORDER BY p.closed_at IS NOT NULL, p.name, p.id`, postgres.Args{"aiguilleur": aiguilleur})
}

// attachedPoints lists the points of others that the commanditaire may read.
func attachedPoints(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID) ([]Point, error) {
	return postgres.All[Point](ctx, tx, `
		SELECT `+pointColumns+` FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
		WHERE @commanditaire = ANY (p.reader_ids) OR p.aiguilleur_id = @commanditaire
		ORDER BY p.closed_at IS NOT NULL, g.name, p.name, p.id`, postgres.Args{"commanditaire": commanditaire})
}

func ownPoint(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Point, error) {
	point, err := postgres.One[Point](ctx, tx, `
		SELECT `+pointColumns+` FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
		WHERE p.aiguilleur_id = @me AND p.id = @id`, postgres.Args{"me": actor.OrganisationID, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return point, ErrPointNotFound
	}
	return point, err
}

func insertPoint(ctx context.Context, tx *postgres.Tx, p Point) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO points (id, aiguilleur_id, name, referent_name, referent_email, phone, street, complement, postal_code, town, insee, ancestors, latitude, longitude, opening_hours, is_public, public_note, created_at)
		VALUES (@id, @aiguilleur, @name, @referent, @email, @phone, @street, @complement, @postal, @town, @insee, @ancestors, @latitude, @longitude, @hours, @public, @note, @now)`,
		postgres.Args{"id": p.ID, "aiguilleur": p.AiguilleurID, "name": p.Name, "referent": p.ReferentName, "email": p.ReferentEmail, "phone": p.Phone,
			"street": p.Street, "complement": p.Complement, "postal": p.PostalCode, "town": p.Town, "insee": p.Insee, "ancestors": p.Ancestors,
			"latitude": p.Latitude, "longitude": p.Longitude, "hours": p.OpeningHours, "public": p.IsPublic, "note": p.PublicNote, "now": tx.Now()})
	return err
}

func updatePoint(ctx context.Context, tx *postgres.Tx, p Point) error {
	return postgres.Must(ctx, tx, `
		UPDATE points SET name = @name, referent_name = @referent, referent_email = @email, phone = @phone, street = @street, complement = @complement,
			postal_code = @postal, town = @town, insee = @insee, ancestors = @ancestors, latitude = @latitude, longitude = @longitude, opening_hours = @hours,
			is_public = @public, public_note = @note
		WHERE id = @id`,
		postgres.Args{"id": p.ID, "name": p.Name, "referent": p.ReferentName, "email": p.ReferentEmail, "phone": p.Phone,
			"street": p.Street, "complement": p.Complement, "postal": p.PostalCode, "town": p.Town, "insee": p.Insee, "ancestors": p.Ancestors,
			"latitude": p.Latitude, "longitude": p.Longitude, "hours": p.OpeningHours, "public": p.IsPublic, "note": p.PublicNote})
}

// attachPoints keeps the readers of an aiguilleur's points in step with its
// conventions.
func attachPoints(ctx context.Context, tx *postgres.Tx, aiguilleur uuid.UUID) error {
	if _, err := postgres.Do(ctx, tx, `SELECT attach_points(@aiguilleur)`, postgres.Args{"aiguilleur": aiguilleur}); err != nil {
		return fmt.Errorf("attach points: %w", err)
	}
	return nil
}
