package order

import (
	"cmp"
	"context"
	"fmt"
	"maps"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

func (o *Order) columns() postgres.Args {
	var months *int
	if o.Validity.Kind == FromHandOver {
		months = &o.Validity.Months
	}
	var entries []int16
	if o.Coverage.Kind() != referentiel.CoverageAll {
		entries = []int16{}
		for _, n := range o.Coverage.Entries() {
			entries = append(entries, int16(n))
		}
	}
	return postgres.Args{
		"commanditaire": o.CommanditaireID, "order": o.ID, "title": o.Title, "size": o.ChequesPerCarnet, "face": int64(o.FaceValue),
		"carnets": o.Carnets, "validity": o.Validity.Kind, "until": o.Validity.Until, "months": months, "perimeter": o.Perimeter,
		"codes": o.Perimeter.SQLCodes(), "coverage": o.Coverage, "entries": entries, "structures": o.Structures, "public": o.PublicCible,
		"message": o.Message, "colour": o.Colour, "logo": o.LogoID, "funders": o.funders(), "notes": o.Notes,
		"print": cmp.Or(o.PrintMode, PrintShop), "late_days": o.Trust().Days, "late_cap": o.Trust().Cap,
		"own": string(o.HandOvers.clean().Own), "documents": o.HandOvers.clean().Documents, "announced": !o.HandOvers.Unannounced,
	}
}

func insertDraft(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order) error {
	args := o.columns()
	maps.Copy(args, postgres.Args{"now": tx.Now(), "by": actor.AccountID})
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO orders (commanditaire_id, id, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until, validity_months,
			perimeter, perimeter_codes, coverage, entries, accepted_structures, public_cible, message, colour, logo_id, funder_ids, notes, print_mode, late_days, late_cap, own_handovers, documents_to_bring, announced,
			created_at, created_by, updated_at)
		VALUES (@commanditaire, @order, @title, @size, @face, @carnets, @validity, @until, @months,
			@perimeter, @codes, @coverage, @entries, @structures, @public, @message, @colour, @logo, @funders, @notes, @print, @late_days, @late_cap, @own, @documents, @announced,
			@now, @by, @now)`, args)
	if err != nil {
		return fmt.Errorf("insert draft: %w", err)
	}
	return nil
}

func updateDraft(ctx context.Context, tx *postgres.Tx, o *Order) error {
	args := o.columns()
	args["now"] = tx.Now()
	n, err := postgres.Do(ctx, tx, `
		UPDATE orders SET title = @title, cheques_per_carnet = @size, face_value_cents = @face, carnets = @carnets, validity = @validity,
			valid_until = @until, validity_months = @months, perimeter = @perimeter, perimeter_codes = @codes, coverage = @coverage,
			entries = @entries, accepted_structures = @structures, public_cible = @public, message = @message, colour = @colour,
			logo_id = @logo, funder_ids = @funders, notes = @notes, print_mode = @print, late_days = @late_days, late_cap = @late_cap, own_handovers = @own, documents_to_bring = @documents, announced = @announced, updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'brouillon'`, args)
	if err != nil {
		return fmt.Errorf("update draft: %w", err)
	}
	if n == 0 {
		return movedSince(ctx, tx, o)
	}
	return nil
}

// replaceParts rewrites the lists of a draft; they have no life of their own
// before the signature.
func replaceParts(ctx context.Context, tx *postgres.Tx, o *Order) error {
	for _, table := range []string{"order_cofunders", "order_services", "order_deliveries"} {
		if _, err := postgres.Do(ctx, tx, `DELETE FROM `+table+` WHERE commanditaire_id = @commanditaire AND order_id = @order`, key(o)); err != nil {
			return fmt.Errorf("clear %s: %w", table, err)
		}
	}
	if err := insertCofunders(ctx, tx, o); err != nil {
		return err
	}
	if err := insertServices(ctx, tx, o); err != nil {
		return err
	}
	return insertDeliveries(ctx, tx, o)
}

func insertDeliveries(ctx context.Context, tx *postgres.Tx, o *Order) error {
	for _, d := range o.Deliveries {
		args := key(o)
		maps.Copy(args, postgres.Args{"id": postgres.NewID(), "aiguilleur": d.AiguilleurID, "point": d.PointID, "carnets": d.Carnets})
		if _, err := postgres.Do(ctx, tx, `INSERT INTO order_deliveries (commanditaire_id, id, order_id, aiguilleur_id, point_id, carnets)
			VALUES (@commanditaire, @id, @order, @aiguilleur, @point, @carnets)`, args); err != nil {
			return fmt.Errorf("insert delivery: %w", err)
		}
	}
	return nil
}

// Point is where carnets may be delivered.
type Point struct {
	ID           uuid.UUID
	AiguilleurID uuid.UUID
	Aiguilleur   string
	Name         string
	Town         string
}

// deliverable lists the open points of the aiguilleurs bound to the
// commanditaire by a convention signed on both sides and in force.
func deliverable(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID) ([]Point, error) {
	points, err := postgres.All[Point](ctx, tx, `
		SELECT p.id, p.aiguilleur_id, g.name AS aiguilleur, p.name, p.town
		FROM conventions c JOIN points p ON p.aiguilleur_id = c.aiguilleur_id JOIN organisations g ON g.id = c.aiguilleur_id
		WHERE c.commanditaire_id = @commanditaire AND c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL
			AND c.ended_at IS NULL AND c.ends_on >= @today AND p.closed_at IS NULL
		ORDER BY g.name, p.name, p.id`, postgres.Args{"commanditaire": commanditaire, "today": tx.Today()})
	if err != nil {
		return nil, fmt.Errorf("read points: %w", err)
	}
	return points, nil
}

// Points lists where the actor's organisation may have carnets delivered.
func (s *Service) Points(ctx context.Context, actor identity.Actor) ([]Point, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var points []Point
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		points, err = deliverable(ctx, tx, actor.OrganisationID)
		return err
	})
	return points, err
}

// Partner is an organisation that could co-fund.
type Partner struct {
	ID    uuid.UUID
	Name  string
	SIRET string
	Town  string
}

// Partners finds organisations by name or SIRET, the actor's own apart.
func (s *Service) Partners(ctx context.Context, actor identity.Actor, query string) ([]Partner, error) {
	if err := actor.May(identity.OrderWrite); err != nil {
		return nil, err
	}
	var partners []Partner
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		partners, err = postgres.All[Partner](ctx, tx, `
			SELECT id, name, siret, town FROM organisations
			WHERE id <> @me AND suspended_at IS NULL AND (strpos(lower(name), lower(@q)) > 0 OR siret = replace(@q, ' ', ''))
			ORDER BY (lower(name) = lower(@q)) DESC, name, id LIMIT 8`,
			postgres.Args{"me": actor.OrganisationID, "q": query})
		return err
	})
	return partners, err
}
