package accounting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Reddition is the account given to one commanditaire of a year: what came in,
// what it became, who was paid, what is left.
type Reddition struct {
	Year     int
	From, To time.Time
	Closed   bool
	Deadline time.Time
	Group
	Receipts   []OrderReceipt
	Structures []PaidStructure
	Use        []UseLine // from what was held on the first day to what is on the last
	Aside      Aside
}

// OrderReceipt is a receipt and its order.
type OrderReceipt struct {
	Receipt
	OrderID     uuid.UUID
	OrderNumber string
}

// PaidStructure is a structure paid in the year, less what came back.
type PaidStructure struct {
	ID         uuid.UUID
	Name       string
	SIRET      string
	Town       string
	Cheques    int64
	GrossCents money.Cents
	Adjust     money.Cents
	Fees       money.Cents // VAT included
	NetCents   money.Cents
}

// UseLine is one line of the use of funds; Sum marks a balance.
type UseLine struct {
	Label  string
	Amount money.Cents
	Sum    bool
}

// Reddition gives one commanditaire account of a year. ErrNotFound when it had
// no order then, or is not the reader's; ErrNoYear.
func (s *Service) Reddition(ctx context.Context, actor identity.Actor, year int, commanditaire uuid.UUID) (Reddition, error) {
	var r Reddition
	err := s.in(ctx, actor, "reddition des comptes", func(tx *postgres.Tx, own *uuid.UUID) error {
		if own != nil && *own != commanditaire {
			return ErrNotFound
		}
		p, err := yearOf(year, tx.Today())
		if err != nil {
			return err
		}
		r = Reddition{Year: year, From: p.From, To: p.To, Closed: p.Closed, Deadline: Deadline(year)}
		return r.read(ctx, tx, p, commanditaire)
	})
	if err != nil {
		return Reddition{}, fmt.Errorf("give account: %w", err)
	}
	return r, nil
}

func (r *Reddition) read(ctx context.Context, tx *postgres.Tx, p period, commanditaire uuid.UUID) error {
	who, err := postgres.One[struct{ Name, SIRET string }](ctx, tx, `SELECT name, siret FROM organisations WHERE id = @id`, postgres.Args{"id": commanditaire})
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("read commanditaire: %w", err)
	}
	narrow := scope{Commanditaire: &commanditaire}
	orders, err := readOrders(ctx, tx, p, narrow)
	if err != nil {
		return err
	}
	var a Annual
	a.add(orders)
	r.Group = Group{CommanditaireID: commanditaire, Name: who.Name, SIRET: who.SIRET, Orders: a.Orders, Total: a.Total, Before: a.Before, After: a.After}
	r.Use = useOf(a.Before, a.After)
	r.Receipts, err = postgres.All[OrderReceipt](ctx, tx, `SELECT x.*, o.id AS order_id, o.number AS order_number FROM (`+listReceipts+`) AS x
		JOIN order_funds f ON f.commanditaire_id = @commanditaire AND f.id = x.id
		JOIN orders o ON o.commanditaire_id = f.commanditaire_id AND o.id = f.order_id
		WHERE (f.recorded_at AT TIME ZONE 'Europe/Paris')::date BETWEEN @from AND @to ORDER BY x.received_on, o.number, x.id`,
		postgres.Args{"commanditaire": commanditaire, "from": p.From, "to": p.To})
	if err != nil {
		return fmt.Errorf("list receipts: %w", err)
	}
	if r.Structures, err = readPaid(ctx, tx, p, narrow, r.Orders); err != nil {
		return err
	}
	r.Aside, err = readAside(ctx, tx, p, &commanditaire)
	return err
}

// readPaid lists the structures paid in the period, by name.
func readPaid(ctx context.Context, tx *postgres.Tx, p period, s scope, orders []OrderAccount) ([]PaidStructure, error) {
	transfers, err := readTransfers(ctx, tx, p, s)
	if err != nil {
		return nil, err
	}
	faces := map[uuid.UUID]money.Cents{}
	for _, o := range orders {
		faces[o.OrderID] = o.FaceValue
	}
	paid := map[uuid.UUID]*PaidStructure{}
	var ids []uuid.UUID
	for _, t := range transfers {
		if t.GrossCents == 0 && t.NetCents == 0 && t.AdjustCents == 0 {
			continue
		}
		if paid[t.StructureID] == nil {
			paid[t.StructureID] = &PaidStructure{}
			ids = append(ids, t.StructureID)
		}
		sum := paid[t.StructureID]
		if face := faces[t.OrderID]; face > 0 {
			sum.Cheques += int64(t.GrossCents / face)
		}
		sum.GrossCents += t.GrossCents
		sum.Adjust += t.AdjustCents
		sum.Fees += t.FeeCents + t.VATCents
		sum.NetCents += t.NetCents
	}
	names, err := postgres.All[struct {
		ID                uuid.UUID
		Name, SIRET, Town string
	}](ctx, tx, `SELECT id, name, siret, town FROM organisations WHERE id = ANY (@ids) ORDER BY name, id`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("name structures: %w", err)
	}
	list := make([]PaidStructure, len(names))
	for i, n := range names {
		list[i] = *paid[n.ID]
		list[i].ID, list[i].Name, list[i].SIRET, list[i].Town = n.ID, n.Name, n.SIRET, n.Town
	}
	return list, nil
}

// useOf goes from what the dedicated account held to what it holds. The lines
// add up because the ledger does.
func useOf(before, after Standing) []UseLine {
	during := after.minus(before)
	lines := []UseLine{{"Fonds détenus au premier jour", before.Held(), true}}
	for _, l := range []UseLine{
		{"Valeur faciale reçue", during.Received, false},
		{"Avoirs reçus d’une autre commande", during.CarriedIn, false},
		{"Gestes commerciaux de l’opérateur aux structures", during.Gestures, false},
		{"Virements aux structures, moins ceux qui sont revenus", -during.NetPaid, false},
		{"Frais retenus aux structures, hors taxes", -during.DownFees, false},
		{"TVA sur ces frais", -during.DownVAT, false},
		{"Avoirs remboursés", -during.Refunded, false},
		{"Avoirs reportés sur une autre commande", -during.CarriedOut, false},
	} {
		if l.Amount != 0 {
			lines = append(lines, l)
		}
	}
	lines = append(lines, UseLine{"Fonds détenus au dernier jour", after.Held(), true})
	for _, l := range []UseLine{
		{"dont reçus, à mettre en circulation", after.Funds, false},
		{"dont chèques en circulation", after.Circulation, false},
		{"dont dus aux structures", after.Payable, false},
		{"dont virements ordonnés", after.InTransit, false},
		{"dont chèques périmés, sans avoir encore", after.Expired, false},
		{"dont avoirs à rendre", after.Credit, false},
	} {
		if l.Amount != 0 {
			lines = append(lines, l)
		}
	}
	return lines
}
