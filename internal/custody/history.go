package custody

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Life is one carnet from printing to person.
type Life struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	Number          int
	Serial          string
	OrderNumber     string
	Title           string
	Bucket          Bucket
	Point           string
	PublicCategory  string
	TransferID      *uuid.UUID
	CaseID          *uuid.UUID
	Moves           []Move `db:"-"`
}

// Move is one event of a carnet's life; it may concern others with it.
type Move struct {
	Kind           string
	At             time.Time
	Point          string
	Who            string
	Note           string
	NumberFrom     int
	NumberTo       int
	TransferID     *uuid.UUID
	TransferNumber string
	FromLabel      string
	ToLabel        string
	CaseID         *uuid.UUID
	CaseNumber     string
}

// ErrCarnetNotFound hides carnets that do not exist and those of others.
var ErrCarnetNotFound = carnet.ErrUnknown

// Life tells what happened to a carnet of the actor's own orders, by its serial;
// ErrCarnetNotFound, or carnet.ErrSerial for what is not a number.
func (s *Service) Life(ctx context.Context, actor identity.Actor, typed string) (Life, error) {
	serial, err := carnet.ParseSerial(typed)
	if err != nil {
		return Life{}, err
	}
	var l Life
	err = s.in(ctx, actor, CommanditaireDesk, false, "vie d’un carnet", func(tx *postgres.Tx) (err error) {
		l, err = postgres.One[Life](ctx, tx, `
			SELECT k.commanditaire_id, k.id, k.order_id, k.number, k.serial, o.number AS order_number, o.title, `+bucketOfCols+` AS bucket, coalesce(p.name, '') AS point,
				k.public_category, k.transfer_id, k.case_id
			FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id LEFT JOIN points p ON p.id = k.point_id
			WHERE k.commanditaire_id = @me AND k.serial = @serial`, postgres.Args{"me": actor.OrganisationID, "serial": serial})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrCarnetNotFound
		}
		if err != nil {
			return fmt.Errorf("find carnet: %w", err)
		}
		l.Moves, err = moves(ctx, tx, l)
		return err
	})
	return l, err
}

// moves names who acted from the journal where custody itself did not keep it.
func moves(ctx context.Context, tx *postgres.Tx, l Life) ([]Move, error) {
	list, err := postgres.All[Move](ctx, tx, `
		SELECT m.kind, m.at, coalesce(p.name, '') AS point, coalesce(nullif(m.actor_name, ''), j.actor_name, '') AS who, m.note, m.number_from, m.number_to,
			m.transfer_id, coalesce(t.number, '') AS transfer_number, coalesce(t.from_label, '') AS from_label, coalesce(t.to_label, '') AS to_label,
			m.case_id, coalesce(c.number, '') AS case_number
		FROM custody_moves m LEFT JOIN points p ON p.id = m.point_id
		LEFT JOIN transfers t ON t.commanditaire_id = m.commanditaire_id AND t.id = m.transfer_id
		LEFT JOIN custody_cases c ON c.commanditaire_id = m.commanditaire_id AND c.id = m.case_id
		LEFT JOIN LATERAL (SELECT actor_name FROM journal j WHERE j.subject_id = @carnet AND j.at = m.at LIMIT 1) j ON true
		WHERE m.commanditaire_id = @commanditaire AND m.order_id = @order AND @number BETWEEN m.number_from AND m.number_to
		ORDER BY m.at, m.id`,
		postgres.Args{"carnet": l.ID, "commanditaire": l.CommanditaireID, "order": l.OrderID, "number": l.Number})
	if err != nil {
		return nil, fmt.Errorf("read moves: %w", err)
	}
	return list, nil
}
