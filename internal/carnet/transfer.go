package carnet

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// Place is a sort of holder.
type Place string

// Who may hold carnets that nobody was given.
const (
	AtOperator      Place = "operateur"
	AtCommanditaire Place = "commanditaire"
	AtPoint         Place = "point"
)

// Seat is one end of a transfer: who holds the carnets there. The two ids are
// set for a point only; Label is its name as both parties read it.
type Seat struct {
	Place        Place
	AiguilleurID *uuid.UUID
	PointID      *uuid.UUID
	Label        string
}

// PointSeat is a point of distribution as an end of a transfer.
func PointSeat(aiguilleur, point uuid.UUID, label string) Seat {
	return Seat{Place: AtPoint, AiguilleurID: &aiguilleur, PointID: &point, Label: label}
}

// OperatorSeat is the operator as an end of a transfer.
func OperatorSeat() Seat { return Seat{Place: AtOperator, Label: "Opérateur"} }

// The purposes of a transfer.
const (
	Delivery = "livraison" // an order's parcel
	Transfer = "transfert"
	Giveback = "retour"
)

// By is who acts, as custody writes it.
type By struct {
	Account *uuid.UUID
	Name    string
}

// Dispatch is carnets of one commanditaire leaving one holder for another.
type Dispatch struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	Purpose         string
	From, To        Seat
	Ranges          []Range  // of the commanditaire
	OrderNumbers    []string // of each range's order
	Tracking, Note  string
	RequestID       *uuid.UUID
	Key             string // idempotency
	By              By
}

// Count is how many carnets leave.
func (d Dispatch) Count() int {
	n := 0
	for _, r := range d.Ranges {
		n += r.Count()
	}
	return n
}

// Send makes the carnets leave: they belong to the transfer until it arrives.
// ErrRange unless every one of them is at the sender's; of two transfers that
// want the same carnet, the second to come is refused.
func Send(ctx context.Context, tx *postgres.Tx, d Dispatch) (number string, err error) {
	series, err := postgres.Next(ctx, tx, "transferts", tx.Today().Year())
	if err != nil {
		return "", fmt.Errorf("number transfer: %w", err)
	}
	number = fmt.Sprintf("T%02d-%05d", tx.Today().Year()%100, series)
	if err := insertTransfer(ctx, tx, d, number); err != nil {
		return "", err
	}
	for i, r := range d.Ranges {
		if err := leave(ctx, tx, d, r); err != nil {
			return "", err
		}
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO transfer_ranges (commanditaire_id, transfer_id, from_aiguilleur_id, to_aiguilleur_id, order_id, order_number, number_from, number_to)
			VALUES (@commanditaire, @id, @from_aiguilleur, @to_aiguilleur, @order, @order_number, @from, @to)`,
			postgres.Args{"commanditaire": d.CommanditaireID, "id": d.ID, "from_aiguilleur": d.From.AiguilleurID, "to_aiguilleur": d.To.AiguilleurID,
				"order": r.OrderID, "order_number": d.OrderNumbers[i], "from": r.From, "to": r.To})
		if err != nil {
			return "", fmt.Errorf("declare range: %w", err)
		}
	}
	return number, nil
}

func insertTransfer(ctx context.Context, tx *postgres.Tx, d Dispatch, number string) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO transfers (commanditaire_id, id, number, purpose, from_holder, from_aiguilleur_id, from_point_id, from_label,
			to_holder, to_aiguilleur_id, to_point_id, to_label, carnets, tracking, note, request_id, sent_at, sent_by, sent_by_name, idempotency_key)
		VALUES (@commanditaire, @id, @number, @purpose, @from_place, @from_aiguilleur, @from_point, @from_label,
			@to_place, @to_aiguilleur, @to_point, @to_label, @carnets, @tracking, @note, @request, @now, @account, @name, @key)`,
		postgres.Args{"commanditaire": d.CommanditaireID, "id": d.ID, "number": number, "purpose": d.Purpose,
			"from_place": string(d.From.Place), "from_aiguilleur": d.From.AiguilleurID, "from_point": d.From.PointID, "from_label": d.From.Label,
			"to_place": string(d.To.Place), "to_aiguilleur": d.To.AiguilleurID, "to_point": d.To.PointID, "to_label": d.To.Label,
			"carnets": d.Count(), "tracking": strings.TrimSpace(d.Tracking), "note": strings.TrimSpace(d.Note), "request": d.RequestID,
			"now": tx.Now(), "account": d.By.Account, "name": d.By.Name, "key": d.Key})
	if err != nil {
		return fmt.Errorf("open transfer: %w", err)
	}
	return nil
}

// at is where a carnet must be to leave a holder, in SQL.
func (s Seat) at(giveback bool) string {
	const free = ` AND transfer_id IS NULL AND case_id IS NULL AND handed_over_at IS NULL`
	switch {
	case s.Place == AtPoint && giveback:
		return `state IN ('stock', 'bloque', 'perime') AND aiguilleur_id = @from_aiguilleur::uuid AND point_id = @from_point::uuid` + free
	case s.Place == AtPoint:
		return `state = 'stock' AND aiguilleur_id = @from_aiguilleur::uuid AND point_id = @from_point::uuid` + free
	case s.Place == AtCommanditaire:
		return `state IN ('emis', 'retourne') AND reserve AND coalesce(@from_aiguilleur::uuid, @from_point::uuid) IS NULL` + free
	default:
		return `state IN ('emis', 'retourne') AND NOT reserve AND aiguilleur_id IS NULL AND coalesce(@from_aiguilleur::uuid, @from_point::uuid) IS NULL` + free
	}
}

// leave moves one range out. What is given back stays on its point's account
// until it arrives; anything else is on the account of where it goes.
func leave(ctx context.Context, tx *postgres.Tx, d Dispatch, r Range) error {
	holder, kind := d.To, moveShipped
	if d.From.Place == AtPoint {
		kind = moveLeft
	}
	state := `CASE WHEN state IN ('bloque', 'perime') THEN state ELSE 'emis' END`
	if d.Purpose == Giveback {
		holder, kind = d.From, moveGivenBack
		state = `CASE WHEN state IN ('bloque', 'perime') THEN state ELSE 'retourne' END`
	}
	n, err := postgres.Do(ctx, tx, `
		UPDATE carnets SET state = `+state+`, transfer_id = @id, sender_id = @from_aiguilleur::uuid, aiguilleur_id = @aiguilleur, point_id = @point, reserve = false
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to AND `+d.From.at(d.Purpose == Giveback),
		postgres.Args{"id": d.ID, "from_aiguilleur": d.From.AiguilleurID, "from_point": d.From.PointID, "aiguilleur": holder.AiguilleurID, "point": holder.PointID,
			"commanditaire": d.CommanditaireID, "order": r.OrderID, "from": r.From, "to": r.To})
	if err != nil {
		return fmt.Errorf("make carnets leave: %w", err)
	}
	if int(n) != r.Count() {
		return ErrRange
	}
	// A point may only write of itself; others name where they send.
	where := d.From
	if d.From.Place != AtPoint {
		where = d.To
	}
	return record(ctx, tx, event{kind: kind, r: r, where: where, holder: "transit", transfer: &d.ID, by: d.By, note: d.Tracking})
}

// event is a line of the custody journal.
type event struct {
	kind     string
	r        Range
	where    Seat
	holder   string
	transfer *uuid.UUID
	dispute  *uuid.UUID
	by       By
	note     string
}

func record(ctx context.Context, tx *postgres.Tx, e event) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at, account_id, actor_name, note, transfer_id, case_id, holder)
		VALUES (@commanditaire, @id, @order, @aiguilleur, @point, @kind, @from, @to, @now, @account, @name, @note, @transfer, @case, @holder)`,
		postgres.Args{"commanditaire": e.r.CommanditaireID, "id": postgres.NewID(), "order": e.r.OrderID, "aiguilleur": e.where.AiguilleurID,
			"point": e.where.PointID, "kind": e.kind, "from": e.r.From, "to": e.r.To, "now": tx.Now(), "account": e.by.Account, "name": e.by.Name, "note": e.note,
			"transfer": e.transfer, "case": e.dispute, "holder": e.holder})
	if err != nil {
		return fmt.Errorf("record custody: %w", err)
	}
	return nil
}

// Elsewhere lists the first carnets of a dispatch that are not at its sender's,
// with the numbers that do not exist left out.
func Elsewhere(ctx context.Context, tx *postgres.Tx, d Dispatch, limit int) ([]string, error) {
	var missing []string
	for _, r := range d.Ranges {
		more, err := postgres.Values[string](ctx, tx, `
			SELECT serial FROM carnets WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to
				AND (`+d.From.at(d.Purpose == Giveback)+`) IS NOT TRUE AND transfer_id IS DISTINCT FROM @id::uuid
			ORDER BY number LIMIT @limit`,
			postgres.Args{"commanditaire": d.CommanditaireID, "order": r.OrderID, "from": r.From, "to": r.To, "limit": limit, "id": d.ID,
				"from_aiguilleur": d.From.AiguilleurID, "from_point": d.From.PointID})
		if err != nil {
			return nil, fmt.Errorf("find carnets elsewhere: %w", err)
		}
		if missing = append(missing, more...); len(missing) >= limit {
			return missing[:limit], nil
		}
	}
	return missing, nil
}
