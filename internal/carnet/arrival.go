package carnet

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// The kinds of custody move that a transfer makes, beside moveShipped and
// moveReceived.
const (
	moveLeft      = "depart"
	moveGivenBack = "retour"
	moveCalledOff = "annulation_envoi"
	moveDisputed  = "ecart"
	moveFound     = "retrouve"
	moveRestored  = "restitution"
	moveLost      = "perte"
)

// Way is the transfer that carnets are on.
type Way struct {
	CommanditaireID uuid.UUID
	TransferID      uuid.UUID
	By              By
}

// home is where a carnet lies once it is at a seat, in SQL. A blocked carnet
// stays blocked, and a returned one returned, wherever they are.
func (s Seat) home() string {
	state := `CASE WHEN state IN ('bloque', 'perime', 'retourne') THEN state ELSE 'emis' END`
	if s.Place == AtPoint {
		state = `CASE WHEN state IN ('bloque', 'perime') THEN state ELSE 'stock' END`
	}
	return `state = ` + state + `, aiguilleur_id = @aiguilleur, point_id = @point, reserve = @reserve, transfer_id = NULL, case_id = NULL, sender_id = NULL`
}

func (s Seat) args(r Range) postgres.Args {
	return postgres.Args{"aiguilleur": s.AiguilleurID, "point": s.PointID, "reserve": s.Place == AtCommanditaire,
		"commanditaire": r.CommanditaireID, "order": r.OrderID, "from": r.From, "to": r.To}
}

// Arrive puts a range of a transfer at its destination; ErrRange unless every
// carnet of it was on that way.
func Arrive(ctx context.Context, tx *postgres.Tx, way Way, r Range, at Seat) error {
	return way.end(ctx, tx, r, at, moveReceived)
}

// CallOff puts a range of a transfer that nobody received back where it left.
func CallOff(ctx context.Context, tx *postgres.Tx, way Way, r Range, from Seat) error {
	return way.end(ctx, tx, r, from, moveCalledOff)
}

func (w Way) end(ctx context.Context, tx *postgres.Tx, r Range, at Seat, kind string) error {
	args := at.args(r)
	args["transfer"] = w.TransferID
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET `+at.home()+`
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to AND transfer_id = @transfer`, args)
	if err != nil {
		return fmt.Errorf("end transfer of carnets: %w", err)
	}
	if int(n) != r.Count() {
		return ErrRange
	}
	return record(ctx, tx, event{kind: kind, r: r, where: at, holder: string(at.Place), transfer: &w.TransferID, by: w.By})
}

// Dispute takes a range of a transfer out of it and into a case: it is at
// nobody's until the case says where. ErrRange unless all of it was on that way.
func Dispute(ctx context.Context, tx *postgres.Tx, way Way, dispute uuid.UUID, r Range, at Seat) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET transfer_id = NULL, case_id = @case
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to AND transfer_id = @transfer`,
		postgres.Args{"case": dispute, "commanditaire": r.CommanditaireID, "order": r.OrderID, "from": r.From, "to": r.To, "transfer": way.TransferID})
	if err != nil {
		return fmt.Errorf("dispute carnets: %w", err)
	}
	if int(n) != r.Count() {
		return ErrRange
	}
	return way.disputed(ctx, tx, dispute, r, at)
}

func (w Way) disputed(ctx context.Context, tx *postgres.Tx, dispute uuid.UUID, r Range, at Seat) error {
	return record(ctx, tx, event{kind: moveDisputed, r: r, where: at, holder: "ecart", transfer: &w.TransferID, dispute: &dispute, by: w.By})
}

// Found is a carnet that a case took, by its number.
type Found struct {
	ID      uuid.UUID
	OrderID uuid.UUID
	Number  int
	Serial  string
}

// Claim puts into a case carnets that came along undeclared, and returns those
// that the transfer's sender really had; the others are left untouched.
func Claim(ctx context.Context, tx *postgres.Tx, way Way, dispute uuid.UUID, serials []string, at Seat) ([]Found, error) {
	found, err := postgres.All[Found](ctx, tx, `SELECT id, order_id, number, serial FROM claim_carnets(@commanditaire, @case, @serials)`,
		postgres.Args{"commanditaire": way.CommanditaireID, "case": dispute, "serials": serials})
	if err != nil {
		return nil, fmt.Errorf("claim carnets: %w", err)
	}
	for _, f := range found {
		one := Range{CommanditaireID: way.CommanditaireID, OrderID: f.OrderID, From: f.Number, To: f.Number}
		if err := way.disputed(ctx, tx, dispute, one, at); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// Settle takes a range out of a case, to a holder: the receiver that has it after
// all, or the sender that had kept it. ErrRange unless all of it was disputed.
func Settle(ctx context.Context, tx *postgres.Tx, way Way, dispute uuid.UUID, r Range, at Seat, restored bool) error {
	kind, set := moveFound, at.home()
	if restored {
		kind = moveRestored
	}
	args := at.args(r)
	args["case"] = dispute
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET `+set+`
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to AND case_id = @case`, args)
	if err != nil {
		return fmt.Errorf("settle disputed carnets: %w", err)
	}
	if int(n) != r.Count() {
		return ErrRange
	}
	return record(ctx, tx, event{kind: kind, r: r, where: at, holder: string(at.Place), transfer: &way.TransferID, dispute: &dispute, by: way.By})
}

// Lose records that a disputed range is declared lost: it stays at nobody's until
// it is blocked, or found.
func Lose(ctx context.Context, tx *postgres.Tx, way Way, dispute uuid.UUID, r Range) error {
	return record(ctx, tx, event{kind: moveLost, r: r, holder: "ecart", transfer: &way.TransferID, dispute: &dispute, by: way.By})
}

// PrintedAt says that a range was printed by its commanditaire, and so never was
// in the operator's hands. ErrRange unless all of it was still to be printed.
func PrintedAt(ctx context.Context, tx *postgres.Tx, r Range, at Seat, by By) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET `+at.home()+`
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to
			AND state = 'emis' AND NOT reserve AND transfer_id IS NULL AND case_id IS NULL AND point_id IS NULL`, at.args(r))
	if err != nil {
		return fmt.Errorf("record printing: %w", err)
	}
	if int(n) != r.Count() {
		return ErrRange
	}
	return record(ctx, tx, event{kind: moveReceived, r: r, where: at, holder: string(at.Place), by: by, note: "imprimés sur place"})
}
