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

// The states of a transfer.
const (
	OnTheWay  = "en_route"
	Received  = "recu"
	CalledOff = "annule"
)

// Transfer is carnets of one commanditaire on their way from one holder to
// another, or arrived.
type Transfer struct {
	CommanditaireID  uuid.UUID
	Commanditaire    string
	ID               uuid.UUID
	Number           string
	Purpose          string
	FromHolder       string
	FromAiguilleurID *uuid.UUID
	FromPointID      *uuid.UUID
	FromLabel        string
	ToHolder         string
	ToAiguilleurID   *uuid.UUID
	ToPointID        *uuid.UUID
	ToLabel          string
	Carnets          int
	State            string
	Tracking         string
	Note             string
	RequestID        *uuid.UUID
	SentAt           time.Time
	SentByName       string
	ReceivedAt       *time.Time
	ReceivedByName   string
	ReceivedCarnets  *int
	ReceivedNote     string
	CancelledAt      *time.Time
	CaseID           *uuid.UUID
	CaseNumber       string
	Ranges           []Range `db:"-"`
}

// Range is a declared part of a transfer.
type Range struct {
	TransferID  uuid.UUID
	OrderID     uuid.UUID
	OrderNumber string
	NumberFrom  int
	NumberTo    int
}

// Span is the range by its numbers.
func (r Range) Span() Span { return Span{r.OrderNumber, r.NumberFrom, r.NumberTo} }

// Spans are the carnets declared by the sender.
func (t Transfer) Spans() []Span {
	spans := make([]Span, len(t.Ranges))
	for i, r := range t.Ranges {
		spans[i] = r.Span()
	}
	return spans
}

// onlyOrder is the number of the transfer's order, "" when it has several.
func (t Transfer) onlyOrder() string {
	order := ""
	for _, r := range t.Ranges {
		if order != "" && order != r.OrderNumber {
			return ""
		}
		order = r.OrderNumber
	}
	return order
}

// From is where the carnets left.
func (t Transfer) From() carnet.Seat {
	return carnet.Seat{Place: carnet.Place(t.FromHolder), AiguilleurID: t.FromAiguilleurID, PointID: t.FromPointID, Label: t.FromLabel}
}

// To is where they go.
func (t Transfer) To() carnet.Seat {
	return carnet.Seat{Place: carnet.Place(t.ToHolder), AiguilleurID: t.ToAiguilleurID, PointID: t.ToPointID, Label: t.ToLabel}
}

// Receivable reports whether this desk is the one that must confirm.
func (t Transfer) Receivable(actor identity.Actor, desk Desk) bool {
	return t.State == OnTheWay && desk.holds(t.ToHolder, t.ToAiguilleurID, actor)
}

// Cancellable reports whether this desk may call the transfer off.
func (t Transfer) Cancellable(actor identity.Actor, desk Desk) bool {
	return t.State == OnTheWay && t.Purpose != carnet.Delivery && desk.holds(t.FromHolder, t.FromAiguilleurID, actor)
}

func (t Transfer) way(actor identity.Actor) carnet.Way {
	return carnet.Way{CommanditaireID: t.CommanditaireID, TransferID: t.ID, By: by(actor)}
}

// rangeOf gives a span of the transfer its order.
func (t Transfer) rangeOf(s Span) carnet.Range {
	r := carnet.Range{CommanditaireID: t.CommanditaireID, From: s.From, To: s.To}
	for _, known := range t.Ranges {
		if known.OrderNumber == s.OrderNumber {
			r.OrderID = known.OrderID
		}
	}
	return r
}

const transferSelect = `
	SELECT x.commanditaire_id, g.name AS commanditaire, x.id, x.number, x.purpose, x.from_holder, x.from_aiguilleur_id, x.from_point_id, x.from_label,
		x.to_holder, x.to_aiguilleur_id, x.to_point_id, x.to_label, x.carnets, x.state, x.tracking, x.note, x.request_id, x.sent_at, x.sent_by_name,
		x.received_at, x.received_by_name, x.received_carnets, x.received_note, x.cancelled_at, c.id AS case_id, coalesce(c.number, '') AS case_number
	FROM transfers x JOIN organisations g ON g.id = x.commanditaire_id
	LEFT JOIN custody_cases c ON c.commanditaire_id = x.commanditaire_id AND c.transfer_id = x.id
	WHERE ` + sees

// Filter narrows a list of transfers; zero values do not.
type Filter struct {
	State    string
	Purpose  string
	Incoming bool // only those that come to the actor's desk
	Outgoing bool
	After    *Cursor
	Limit    int
}

// Cursor is where a list continues.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

// Transfers lists the transfers a desk is a party to, those on their way first,
// newest first, and whether there are more.
func (s *Service) Transfers(ctx context.Context, actor identity.Actor, desk Desk, f Filter) ([]Transfer, bool, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	var after *time.Time
	var afterID *uuid.UUID
	if f.After != nil {
		after, afterID = &f.After.At, &f.After.ID
	}
	var list []Transfer
	err := s.in(ctx, actor, desk, false, "liste des transferts de carnets", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Transfer](ctx, tx, transferSelect+`
			AND (@state = '' OR x.state = @state) AND (@purpose = '' OR x.purpose = @purpose)
			AND (NOT @incoming OR x.to_aiguilleur_id = @me OR @desk <> 'aiguilleur' AND x.to_holder = @desk)
			AND (NOT @outgoing OR x.from_aiguilleur_id = @me OR @desk <> 'aiguilleur' AND x.from_holder = @desk)
			AND (@after::timestamptz IS NULL OR (x.sent_at, x.id) < (@after, @after_id::uuid))
			ORDER BY x.sent_at DESC, x.id DESC LIMIT @limit`,
			desk.args(actor, postgres.Args{"state": f.State, "purpose": f.Purpose, "incoming": f.Incoming, "outgoing": f.Outgoing,
				"after": after, "after_id": afterID, "limit": f.Limit + 1}))
		if err != nil {
			return err
		}
		return loadRanges(ctx, tx, list)
	})
	if len(list) > f.Limit {
		return list[:f.Limit], true, err
	}
	return list, false, err
}

// Transfer finds one transfer that a desk is a party to; ErrTransferNotFound.
func (s *Service) Transfer(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID) (Transfer, error) {
	var t Transfer
	err := s.in(ctx, actor, desk, false, "lecture d’un transfert de carnets", func(tx *postgres.Tx) (err error) {
		t, err = findTransfer(ctx, tx, actor, desk, id, "")
		return err
	})
	return t, err
}

func findTransfer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, id uuid.UUID, lock string) (Transfer, error) {
	t, err := postgres.One[Transfer](ctx, tx, transferSelect+` AND x.id = @id`+lock, desk.args(actor, postgres.Args{"id": id}))
	if errors.Is(err, postgres.ErrNoRow) {
		return t, ErrTransferNotFound
	}
	if err != nil {
		return t, fmt.Errorf("find transfer: %w", err)
	}
	one := []Transfer{t}
	err = loadRanges(ctx, tx, one)
	return one[0], err
}

func loadRanges(ctx context.Context, tx *postgres.Tx, list []Transfer) error {
	ids := make([]uuid.UUID, len(list))
	for i, t := range list {
		ids[i] = t.ID
	}
	ranges, err := postgres.All[Range](ctx, tx, `
		SELECT transfer_id, order_id, order_number, number_from, number_to FROM transfer_ranges
		WHERE transfer_id = ANY (@ids) ORDER BY order_number, number_from`, postgres.Args{"ids": ids})
	if err != nil {
		return fmt.Errorf("read ranges: %w", err)
	}
	for _, r := range ranges {
		for i := range list {
			if list[i].ID == r.TransferID {
				list[i].Ranges = append(list[i].Ranges, r)
			}
		}
	}
	return nil
}
