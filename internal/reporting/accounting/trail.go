package accounting

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
	"passnum/internal/sheet"
)

// Trail is every cent of an order: from the receipts that funded it to the
// structures' bank transfers, and back.
type Trail struct {
	OrderAccount
	State      string
	Receipts   []Receipt
	Structures []Accepted
	Transfers  []TrailTransfer
	Events     []Event
}

// Receipt is money received for the order.
type Receipt struct {
	ID         uuid.UUID
	Mandat     string
	Payer      string
	FaceCents  money.Cents
	FeesCents  money.Cents
	VATCents   money.Cents
	ReceivedOn time.Time
	EntryID    *uuid.UUID
}

// Total is the whole sum received.
func (r Receipt) Total() money.Cents { return r.FaceCents + r.FeesCents + r.VATCents }

// Accepted is what one structure accepted of the order's chèques.
type Accepted struct {
	StructureID uuid.UUID
	Name        string
	SIRET       string
	Cheques     int64
	AmountCents money.Cents
	PaidCents   money.Cents
}

// TrailTransfer is the order's part of one transfer to a structure.
type TrailTransfer struct {
	LineID       uuid.UUID
	SettlementID uuid.UUID
	Number       string
	EndToEndID   string
	Structure    string
	State        string
	ExecutedOn   *time.Time
	ReturnedOn   *time.Time
	ReturnCode   string
	Repays       string // the payment that it pays again
	GrossCents   money.Cents
	AdjustCents  money.Cents
	FeeCents     money.Cents
	VATCents     money.Cents
	NetCents     money.Cents
	WholeCents   money.Cents // of the transfer, all orders
}

// Event is an entry that neither accepts chèques nor pays a structure.
type Event struct {
	EntryID     uuid.UUID
	Kind        ledger.Kind
	Day         time.Time
	CauseID     uuid.UUID
	Piece       string
	AmountCents money.Cents
}

// Trail reads an order's trail up to today. ErrNotFound.
func (s *Service) Trail(ctx context.Context, actor identity.Actor, order uuid.UUID) (Trail, error) {
	var t Trail
	err := s.asOperator(ctx, actor, "piste d’audit d’une commande", func(tx *postgres.Tx) (err error) {
		t, err = readTrail(ctx, tx, order)
		return err
	})
	if err != nil {
		return Trail{}, fmt.Errorf("read trail: %w", err)
	}
	return t, nil
}

func readTrail(ctx context.Context, tx *postgres.Tx, order uuid.UUID) (t Trail, err error) {
	p, err := yearOf(tx.Today().Year(), tx.Today())
	if err != nil {
		return t, err
	}
	orders, err := readOrders(ctx, tx, p, scope{Order: &order})
	if err != nil {
		return t, err
	}
	if len(orders) != 1 {
		return t, ErrNotFound
	}
	t.OrderAccount = orders[0]
	args := postgres.Args{"commanditaire": t.CommanditaireID, "order": order}
	if t.State, err = postgres.Value[string](ctx, tx, `SELECT state FROM orders WHERE commanditaire_id = @commanditaire AND id = @order`, args); err != nil {
		return t, fmt.Errorf("read state: %w", err)
	}
	if t.Receipts, err = postgres.All[Receipt](ctx, tx, listReceipts+` AND f.order_id = @order ORDER BY f.received_on, f.id`, args); err != nil {
		return t, fmt.Errorf("list receipts: %w", err)
	}
	if t.Structures, err = readAccepted(ctx, tx, p, t, args); err != nil {
		return t, err
	}
	if t.Transfers, err = postgres.All[TrailTransfer](ctx, tx, listTrailTransfers, args); err != nil {
		return t, fmt.Errorf("list transfers: %w", err)
	}
	t.Events, err = readEvents(ctx, tx, args)
	return t, err
}

const listReceipts = `
	SELECT f.id, f.mandat_number AS mandat, coalesce(p.name, c.name) AS payer, f.face_cents, f.fees_cents, f.vat_cents, f.received_on,
		(SELECT t.id FROM ledger_transactions t WHERE t.commanditaire_id = f.commanditaire_id AND t.kind = 'funding' AND t.cause_id = f.id LIMIT 1) AS entry_id
	FROM order_funds f JOIN organisations c ON c.id = f.commanditaire_id LEFT JOIN organisations p ON p.id = f.payer_id
	WHERE f.commanditaire_id = @commanditaire`

const listTrailTransfers = `
	SELECT l.id AS line_id, l.settlement_id, l.settlement_number AS number, l.end_to_end_id, l.structure_name AS structure, l.state, l.executed_on, l.returned_on, l.return_code,
		coalesce(b.settlement_number, '') AS repays, s.gross_cents, s.adjust_cents, s.fee_cents, s.vat_cents, s.net_cents, l.amount_cents AS whole_cents
	FROM settlement_shares s
	JOIN settlement_lines l ON coalesce(l.root_line_id, l.id) = s.line_id
	LEFT JOIN settlement_lines b ON b.id = l.repays_line_id
	WHERE s.commanditaire_id = @commanditaire AND s.order_id = @order AND l.state <> 'preparee'
	ORDER BY l.settlement_number, l.structure_name, l.id`

func readAccepted(ctx context.Context, tx *postgres.Tx, p period, t Trail, args postgres.Args) ([]Accepted, error) {
	list, err := postgres.All[Accepted](ctx, tx, `
		SELECT r.structure_id, s.name, s.siret, count(*) AS cheques, sum(r.amount_cents)::bigint AS amount_cents, 0::bigint AS paid_cents
		FROM redemptions r JOIN organisations s ON s.id = r.structure_id
		WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order AND r.undone_at IS NULL
		GROUP BY r.structure_id, s.name, s.siret ORDER BY s.name, r.structure_id`, args)
	if err != nil {
		return nil, fmt.Errorf("list structures: %w", err)
	}
	transfers, err := readTransfers(ctx, tx, p, scope{Commanditaire: &t.CommanditaireID, Order: &t.OrderID})
	if err != nil {
		return nil, err
	}
	for i := range list {
		for _, transfer := range transfers {
			if transfer.StructureID == list[i].StructureID {
				list[i].PaidCents = transfer.BeforeCents + transfer.GrossCents
			}
		}
	}
	return list, nil
}

func readEvents(ctx context.Context, tx *postgres.Tx, args postgres.Args) ([]Event, error) {
	events, err := postgres.All[Event](ctx, tx, `
		SELECT t.id AS entry_id, t.kind, t.day, t.cause_id, '' AS piece, sum(m.amount_cents)::bigint AS amount_cents
		FROM ledger_transactions t JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
		WHERE m.commanditaire_id = @commanditaire AND m.order_id = @order
			AND t.kind NOT IN ('funding', 'redemption', 'undo', 'payout', 'payout_executed', 'payout_cancelled', 'payout_rejected', 'payout_returned')
		GROUP BY t.id, t.kind, t.day, t.at, t.cause_id ORDER BY t.at, t.id`, args)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	causes := make([]uuid.UUID, len(events))
	for i, e := range events {
		causes[i] = e.CauseID
	}
	pieces, err := piecesOf(ctx, tx, causes)
	if err != nil {
		return nil, err
	}
	for i := range events {
		events[i].Piece = pieces[events[i].CauseID]
	}
	return events, nil
}

// TrailSheet writes an order's trail chèque by chèque: who accepted it, the
// transfer that paid it, its reference and its date. ErrNotFound.
func (s *Service) TrailSheet(ctx context.Context, actor identity.Actor, order uuid.UUID) (name string, write func(io.Writer) error, err error) {
	t, err := s.Trail(ctx, actor, order)
	if err != nil {
		return "", nil, err
	}
	return "piste-" + t.Number + ".csv", func(w io.Writer) error {
		// The act was journaled with the order.
		return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error { return writeTrail(ctx, tx, w, t) })
	}, nil
}

const listTrailCheques = `
	SELECT r.serial, r.rank, r.at, s.name, s.siret, r.amount_cents, r.undone_at, coalesce(l.settlement_number, ''), coalesce(l.end_to_end_id, ''),
		coalesce(l.state, ''), l.executed_on, l.returned_on
	FROM redemptions r JOIN organisations s ON s.id = r.structure_id
	LEFT JOIN LATERAL (SELECT * FROM settlement_lines l WHERE l.id = r.settlement_line_id OR l.root_line_id = r.settlement_line_id ORDER BY l.id DESC LIMIT 1) AS l ON true
	WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order
	ORDER BY r.at, r.serial, r.rank`

func writeTrail(ctx context.Context, tx *postgres.Tx, w io.Writer, t Trail) error {
	out := sheet.NewWriter(w)
	err := out.Header("Commande", "Carnet", "N° du chèque", "Accepté le", "Structure", "SIRET", "Montant en euros", "Acceptation annulée le", "Paiement", "Référence du virement", "État", "Virement du", "Revenu le")
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, listTrailCheques, postgres.Args{"commanditaire": t.CommanditaireID, "order": t.OrderID})
	if err != nil {
		return fmt.Errorf("list chèques: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var serial, structure, siret, number, reference, state string
		var rank int
		var at time.Time
		var amount money.Cents
		var undone, executed, returned *time.Time
		if err := rows.Scan(&serial, &rank, &at, &structure, &siret, &amount, &undone, &number, &reference, &state, &executed, &returned); err != nil {
			return fmt.Errorf("read chèque: %w", err)
		}
		err := out.Row(sheet.Text(t.Number), sheet.Text(serial), sheet.Int(rank), sheet.Time(at), sheet.Text(structure), sheet.Text(siret), sheet.Money(amount),
			sheet.Time(orZero(undone)), sheet.Text(number), sheet.Text(reference), sheet.Text(StateLabel(state)), sheet.Date(orZero(executed)), sheet.Date(orZero(returned)))
		if err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list chèques: %w", err)
	}
	return out.Flush()
}

// StateLabel is a transfer's state in French; empty before any batch.
func StateLabel(state string) string {
	switch settlement.State(state) {
	case settlement.Prepared:
		return "en préparation"
	case settlement.Approved:
		return "virement ordonné"
	case settlement.Executed:
		return "payé"
	case settlement.Rejected:
		return "refusé par la banque"
	case settlement.Returned:
		return "revenu"
	default:
		return ""
	}
}

func orZero(at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return *at
}
