package accounting

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// mostCheques is how many chèques an entry's page lists.
const mostCheques = 200

// Entry is one entry of the ledger, down to its chèques.
type Entry struct {
	ID              uuid.UUID
	Kind            ledger.Kind
	At              time.Time
	Day             time.Time
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	CauseID         uuid.UUID
	Piece           string
	By              string
	Lines           []EntryLine
	// SettlementID and LineID are the transfer that the entry is about.
	SettlementID, LineID *uuid.UUID
	Cheques              []Cheque
	MoreCheques          bool
}

// EntryLine is one side of an entry.
type EntryLine struct {
	ChartAccount
	Party         string
	PartyID       uuid.UUID
	Debit, Credit money.Cents
}

// Cheque is one chèque that an entry moved.
type Cheque struct {
	Serial        string
	Rank          int
	At            time.Time
	Structure     string
	AmountCents   money.Cents
	Undone        bool
	LineID        *uuid.UUID
	SettlementID  *uuid.UUID
	PaymentNumber string
}

type entryRow struct {
	ID              uuid.UUID
	Kind            string
	At              time.Time
	Day             time.Time
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	CauseID         uuid.UUID
	By              string
	SettlementID    *uuid.UUID
	LineID          *uuid.UUID
}

type movementRow struct {
	Debit, Credit string
	StructureID   uuid.UUID
	Structure     string
	AmountCents   int64
}

// Entry reads one entry. ErrNotFound.
func (s *Service) Entry(ctx context.Context, actor identity.Actor, id uuid.UUID) (Entry, error) {
	var e Entry
	err := s.asOperator(ctx, actor, "écriture du grand livre", func(tx *postgres.Tx) (err error) {
		e, err = readEntry(ctx, tx, id)
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("read entry: %w", err)
	}
	return e, nil
}

func readEntry(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Entry, error) {
	r, err := postgres.One[entryRow](ctx, tx, `
		SELECT t.id, t.kind, t.at, t.day, t.commanditaire_id, c.name AS commanditaire, t.order_id, o.number AS order_number, t.cause_id,
			coalesce(a.name, '') AS by, l.settlement_id, l.id AS line_id
		FROM ledger_transactions t
		JOIN organisations c ON c.id = t.commanditaire_id
		JOIN orders o ON o.commanditaire_id = t.commanditaire_id AND o.id = t.order_id
		LEFT JOIN accounts a ON a.id = t.account_id
		LEFT JOIN settlement_lines l ON l.id = t.cause_id
		WHERE t.id = @id AND t.commanditaire_id IN (SELECT id FROM organisations WHERE is_commanditaire OR id IN (SELECT commanditaire_id FROM orders))`, postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return Entry{}, ErrNotFound
	}
	if err != nil {
		return Entry{}, err
	}
	e := Entry{ID: r.ID, Kind: ledger.Kind(r.Kind), At: r.At, Day: r.Day, CommanditaireID: r.CommanditaireID, Commanditaire: r.Commanditaire, OrderID: r.OrderID,
		OrderNumber: r.OrderNumber, CauseID: r.CauseID, By: r.By, SettlementID: r.SettlementID, LineID: r.LineID}
	pieces, err := piecesOf(ctx, tx, []uuid.UUID{r.CauseID})
	if err != nil {
		return Entry{}, err
	}
	e.Piece = pieces[r.CauseID]
	if err := e.readLines(ctx, tx); err != nil {
		return Entry{}, err
	}
	return e, e.readCheques(ctx, tx)
}

func (e *Entry) readLines(ctx context.Context, tx *postgres.Tx) error {
	rows, err := postgres.All[movementRow](ctx, tx, `
		SELECT m.debit::text, m.credit::text, coalesce(m.structure_id, '00000000-0000-0000-0000-000000000000') AS structure_id, coalesce(s.name, '') AS structure, m.amount_cents
		FROM ledger_movements m LEFT JOIN organisations s ON s.id = m.structure_id
		WHERE m.commanditaire_id = @commanditaire AND m.transaction_id = @id ORDER BY m.line`, postgres.Args{"commanditaire": e.CommanditaireID, "id": e.ID})
	if err != nil {
		return fmt.Errorf("list movements: %w", err)
	}
	for _, r := range rows {
		e.side(ledger.Account(r.Debit), r, money.Cents(r.AmountCents), 0)
		e.side(ledger.Account(r.Credit), r, 0, money.Cents(r.AmountCents))
	}
	return nil
}

func (e *Entry) side(account ledger.Account, r movementRow, debit, credit money.Cents) {
	line := EntryLine{ChartAccount: AccountOf(account, e.Kind), Debit: debit, Credit: credit}
	switch line.ChartAccount.Party {
	case OfCommanditaire:
		line.Party, line.PartyID = e.Commanditaire, e.CommanditaireID
	case OfStructure:
		line.Party, line.PartyID = r.Structure, r.StructureID
	}
	for i := range e.Lines {
		if l := &e.Lines[i]; l.Number == line.Number && l.PartyID == line.PartyID && (l.Debit == 0) == (debit == 0) {
			l.Debit += debit
			l.Credit += credit
			return
		}
	}
	e.Lines = append(e.Lines, line)
}

// chequesWhere finds the chèques of an entry by its kind; those of a transfer
// hang on the first line of its chain.
var chequesWhere = map[ledger.Kind]string{
	ledger.Redemption: `r.seance_id = @cause`,
	ledger.Undo:       `r.id = @cause OR r.seance_id = @cause AND r.undone_at IS NOT NULL`,
	ledger.Incident:   `r.id = (SELECT redemption_id FROM incidents WHERE id = @cause)`,
}

const chequesOfLine = `r.settlement_line_id = (SELECT coalesce(root_line_id, id) FROM settlement_lines WHERE id = @cause)`

func (e *Entry) readCheques(ctx context.Context, tx *postgres.Tx) (err error) {
	where, ok := chequesWhere[e.Kind]
	if e.LineID != nil {
		where, ok = chequesOfLine, true
	}
	if !ok {
		return nil
	}
	e.Cheques, err = postgres.All[Cheque](ctx, tx, selectCheques+`
		WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order AND (`+where+`) ORDER BY r.at, r.serial, r.rank LIMIT @limit`,
		postgres.Args{"commanditaire": e.CommanditaireID, "order": e.OrderID, "cause": e.CauseID, "limit": mostCheques + 1})
	if err != nil {
		return fmt.Errorf("list chèques: %w", err)
	}
	if e.MoreCheques = len(e.Cheques) > mostCheques; e.MoreCheques {
		e.Cheques = e.Cheques[:mostCheques]
	}
	return nil
}

const selectCheques = `
	SELECT r.serial, r.rank, r.at, s.name AS structure, r.amount_cents, r.undone_at IS NOT NULL AS undone, l.id AS line_id, l.settlement_id,
		coalesce(l.settlement_number, '') AS payment_number
	FROM redemptions r JOIN organisations s ON s.id = r.structure_id LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id`

// Found is an entry, or an order, that a search names.
type Found struct {
	EntryID       uuid.UUID // uuid.Nil for an order
	OrderID       uuid.UUID
	OrderNumber   string
	Kind          ledger.Kind
	Day           time.Time
	Commanditaire string
	AmountCents   money.Cents
}

// Find looks for what somebody holds: a mandat, an order's number, a carnet's
// serial, a payment's number or the reference of a transfer.
func (s *Service) Find(ctx context.Context, actor identity.Actor, what string) ([]Found, error) {
	what = strings.TrimSpace(what)
	if what == "" {
		return nil, nil
	}
	var found []Found
	err := s.asOperator(ctx, actor, "recherche dans les comptes", func(tx *postgres.Tx) (err error) {
		found, err = postgres.All[Found](ctx, tx, findEntries, postgres.Args{"what": what, "upper": strings.ToUpper(what), "limit": bookPage})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find entries: %w", err)
	}
	return found, nil
}

const findEntries = `
	WITH causes AS (
		SELECT id AS cause FROM order_funds WHERE lower(mandat_number) = lower(@what)
		UNION SELECT seance_id FROM redemptions WHERE serial = @upper
		UNION SELECT id FROM redemptions WHERE serial = @upper AND undone_at IS NOT NULL
		UNION SELECT coalesce(l.root_line_id, l.id) FROM redemptions r JOIN settlement_lines l ON l.id = r.settlement_line_id WHERE r.serial = @upper
		UNION SELECT id FROM settlement_lines WHERE end_to_end_id = @upper OR settlement_number = @upper
		UNION SELECT id FROM incidents WHERE number = @upper
		UNION SELECT id FROM refunds WHERE number = @upper)
	SELECT '00000000-0000-0000-0000-000000000000'::uuid AS entry_id, o.id AS order_id, o.number AS order_number, '' AS kind,
		(o.created_at AT TIME ZONE 'Europe/Paris')::date AS day, c.name AS commanditaire, (o.carnets * o.cheques_per_carnet * o.face_value_cents)::bigint AS amount_cents
	FROM orders o JOIN organisations c ON c.id = o.commanditaire_id WHERE upper(o.number) = @upper
	UNION ALL (
	SELECT t.id, t.order_id, o.number, t.kind, t.day, c.name,
		(SELECT sum(m.amount_cents) FROM ledger_movements m WHERE m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id)::bigint
	FROM ledger_transactions t
	JOIN orders o ON o.commanditaire_id = t.commanditaire_id AND o.id = t.order_id
	JOIN organisations c ON c.id = t.commanditaire_id
	WHERE t.cause_id IN (SELECT cause FROM causes)
	ORDER BY t.at, t.id LIMIT @limit)`
