package testworld

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// OrderOptions shapes an order of the Departement; zero values give 5 × 10 €,
// everywhere, every entry, all structures, valid to 31 December 2026.
type OrderOptions struct {
	Carnets, PerCarnet int
	FaceValue          money.Cents
	Until              time.Time
	PerimeterCodes     []string
	Entries            []int16 // nil: all
	OnlyAgreed         bool
	State              string // default active; money is posted only for active
	Funders            []uuid.UUID
}

// Order is an order of the world with its carnets minted.
type Order struct {
	ID      uuid.UUID
	Number  string
	Carnets int
	world   *World
}

func (o *OrderOptions) defaults() {
	if o.Carnets == 0 {
		o.Carnets = 2
	}
	if o.PerCarnet == 0 {
		o.PerCarnet = 5
	}
	if o.FaceValue == 0 {
		o.FaceValue = 1000
	}
	if o.Until.IsZero() {
		o.Until = time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	if o.State == "" {
		o.State = "active"
	}
	if o.PerimeterCodes == nil {
		o.PerimeterCodes = []string{}
	}
	if o.Funders == nil {
		o.Funders = []uuid.UUID{}
	}
}

// ActiveOrder writes an order, mints its carnets and, when its state is active,
// posts its funding and activation. The carnets are in the stock of Point.
func (w *World) ActiveOrder(options OrderOptions) Order {
	w.T.Helper()
	options.defaults()
	order := Order{ID: postgres.NewID(), Carnets: options.Carnets, world: w}
	order.Number = fmt.Sprintf("2026-%03d", w.Count(`SELECT count(*) + 1 FROM orders`))
	w.insertOrder(order, options)
	w.mint(order, options)
	w.Exec(`UPDATE carnets SET state = 'stock', aiguilleur_id = $1, point_id = $2 WHERE order_id = $3`, w.Mairie, w.Point, order.ID)
	w.moved(order, "fabrication", 2, 1, options.Carnets)
	w.moved(order, "reception", 1, 1, options.Carnets)
	if options.State == "active" {
		w.fund(order, options)
	}
	return order
}

// moved writes in the custody of an order's carnets what the world did to them,
// some days ago.
func (w *World) moved(order Order, kind string, daysAgo, from, to int) {
	w.Exec(`INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at)
		VALUES ($1, gen_random_uuid(), $2, CASE WHEN $5 <> 'fabrication' THEN $3::uuid END, CASE WHEN $5 <> 'fabrication' THEN $4::uuid END, $5, $6, $7, $8)`,
		w.Departement, order.ID, w.Mairie, w.Point, kind, from, to, w.Now().AddDate(0, 0, -daysAgo))
}

func (w *World) insertOrder(order Order, o OrderOptions) {
	accepted := "toutes"
	if o.OnlyAgreed {
		accepted = "agreees"
	}
	w.Exec(`INSERT INTO orders (commanditaire_id, id, number, title, cheques_per_carnet, face_value_cents, carnets, validity, valid_until,
			perimeter_codes, entries, accepted_structures, funder_ids, created_at, created_by, updated_at)
		VALUES ($1, $2, $3, 'Seniors et minima sociaux', $4, $5, $6, 'date', $7, $8, $9, $10, $11, $12, $13, $12)`,
		w.Departement, order.ID, order.Number, o.PerCarnet, int64(o.FaceValue), o.Carnets, o.Until, o.PerimeterCodes, o.Entries,
		accepted, o.Funders, w.Now(), w.Commanditaire.AccountID)
	w.Exec(`INSERT INTO order_numbers (number, commanditaire_id, order_id) VALUES ($1, $2, $3)`, order.Number, w.Departement, order.ID)
	if o.State != "active" {
		w.Exec(`UPDATE orders SET state = $1 WHERE id = $2`, o.State, order.ID)
	}
}

func (w *World) mint(order Order, o OrderOptions) {
	w.T.Helper()
	lot := carnet.Lot{
		CommanditaireID: w.Departement, OrderID: order.ID, OrderNumber: order.Number,
		Carnets: o.Carnets, PerCarnet: o.PerCarnet, FaceValue: o.FaceValue, FunderIDs: o.Funders,
	}
	if err := carnet.Mint(context.Background(), w.DB, w.Keys, lot, func(int) error { return nil }); err != nil {
		w.T.Fatalf("world: mint: %v", err)
	}
}

func (w *World) fund(order Order, o OrderOptions) {
	w.T.Helper()
	face := money.Cents(o.Carnets*o.PerCarnet) * o.FaceValue
	err := w.DB.InPlatform(context.Background(), postgres.System{}, "monde de test", func(tx *postgres.Tx) error {
		t := ledger.Transaction{CommanditaireID: w.Departement, OrderID: order.ID, Kind: ledger.Funding, CauseID: order.ID,
			Movements: []ledger.Movement{{Debit: ledger.Bank, Credit: ledger.Funds, Amount: face}}}
		if err := ledger.Post(context.Background(), tx, t); err != nil {
			return err
		}
		t.Kind, t.Movements = ledger.Activation, []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: face}}
		return ledger.Post(context.Background(), tx, t)
	})
	if err != nil {
		w.T.Fatalf("world: fund: %v", err)
	}
	w.Exec(`INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by, recorded_by_name)
		VALUES ($1, $2, $2, 'M-1', $3, 0, 0, $4::timestamptz::date, $4, $5, 'Dominique Petit')`, w.Departement, order.ID, int64(face), w.Now(), w.Finance.AccountID)
	w.Exec(`UPDATE orders SET attested_cents = $1, active_cents = $1, state = 'active' WHERE id = $2`, int64(face), order.ID)
}

// HandedOver hands over the first n carnets of the order, but for those that are
// no longer in stock, to nobody in particular, and returns the codes of the
// chèques of the first n, by carnet then rank.
func (o Order) HandedOver(n int) []code.Code {
	w := o.world
	w.T.Helper()
	w.Exec(`UPDATE carnets k SET state = 'remis', handed_over_at = $1, usable_until = o.valid_until, accepted_until = (o.valid_until + interval '1 month')::date
		FROM orders o WHERE o.id = k.order_id AND k.order_id = $2 AND k.number <= $3 AND k.state = 'stock'`, w.Now(), o.ID, n)
	w.Exec(`UPDATE cheques c SET state = 'actif', accepted_until = k.accepted_until FROM carnets k WHERE k.id = c.carnet_id AND k.order_id = $1 AND k.number <= $2 AND k.state = 'remis' AND c.state = 'inactif'`, o.ID, n)
	w.Exec(`INSERT INTO custody_moves (commanditaire_id, id, order_id, aiguilleur_id, point_id, kind, number_from, number_to, at)
		SELECT commanditaire_id, gen_random_uuid(), order_id, aiguilleur_id, point_id, 'remise', number, number, $1 FROM carnets k
		WHERE order_id = $2 AND number <= $3 AND state = 'remis' AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.carnet_id = k.id AND h.undone_at IS NULL)`,
		w.Now(), o.ID, n)
	w.Exec(`INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, account_id, idempotency_key)
		SELECT commanditaire_id, id, order_id, id, aiguilleur_id, point_id, serial, $1, $2, id::text FROM carnets k
		WHERE order_id = $3 AND number <= $4 AND state = 'remis' AND NOT EXISTS (SELECT 1 FROM handovers h WHERE h.carnet_id = k.id AND h.undone_at IS NULL)`,
		w.Now(), w.Agent.AccountID, o.ID, n)
	w.Exec(`INSERT INTO handover_cheques (commanditaire_id, carnet_id, rank, handover_id, aiguilleur_id)
		SELECT h.commanditaire_id, h.carnet_id, c.rank, h.id, h.aiguilleur_id
		FROM handovers h JOIN cheques c ON c.commanditaire_id = h.commanditaire_id AND c.carnet_id = h.carnet_id
		WHERE h.order_id = $1 AND h.undone_at IS NULL AND h.ranks IS NULL
		ON CONFLICT DO NOTHING`, o.ID)
	return o.Codes(1, n)
}

// Codes derives the codes of the carnets numbered from to to.
func (o Order) Codes(from, to int) []code.Code {
	w := o.world
	w.T.Helper()
	run := carnet.NewPrintRun(w.DB, w.Keys, w.Departement, o.ID, from, to)
	var codes []code.Code
	for {
		printable, ok, err := run.Next(context.Background())
		if err != nil {
			w.T.Fatalf("world: print run: %v", err)
		}
		if !ok {
			return codes
		}
		for _, cheque := range printable.Cheques {
			codes = append(codes, cheque.Code)
		}
	}
}

// Serial is the public number of one of the order's carnets.
func (o Order) Serial(number int) string { return carnet.Serial(o.Number, number) }
