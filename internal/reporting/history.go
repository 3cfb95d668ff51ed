package reporting

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

// CarnetHistory is everything known of a carnet, for the operator.
type CarnetHistory struct {
	CommanditaireID uuid.UUID
	ID              uuid.UUID
	OrderID         uuid.UUID
	Number          int
	Serial          string
	State           string
	Commanditaire   string
	OrderNumber     string
	OrderTitle      string
	OrderState      string
	Point           string
	Aiguilleur      string
	HandedOverAt    *time.Time
	PublicCategory  string
	UsableUntil     *time.Time
	AcceptedUntil   *time.Time
	Moves           []Move   `db:"-"`
	Cheques         []Cheque `db:"-"`
}

// Move is one event of a carnet's custody.
type Move struct {
	Kind                 string
	At                   time.Time
	Point, Aiguilleur    string
	Who, Note            string
	NumberFrom, NumberTo int
}

// Cheque is a chèque of a carnet, without its code, which nobody can read back.
type Cheque struct {
	ID            uuid.UUID
	Rank          int
	State         string
	FaceValue     money.Cents
	AcceptedUntil *time.Time
	Uses          []Use `db:"-"`
}

// Use is a redemption of a chèque, undone or not.
type Use struct {
	ChequeID     uuid.UUID
	At           time.Time
	Structure    string
	Place        string
	Mode         string
	Entries      []int16
	Amount       money.Cents
	Who          string
	UndoneAt     *time.Time
	UndoneReason string
	Settlement   *string
	PaidOn       *time.Time
}

const carnetHistorySQL = `
	SELECT k.commanditaire_id, k.id, k.order_id, k.number, k.serial, k.state, g.name AS commanditaire, o.number AS order_number, o.title AS order_title,
		o.state AS order_state, coalesce(p.name, '') AS point, coalesce(a.name, '') AS aiguilleur, k.handed_over_at, k.public_category, k.usable_until, k.accepted_until
	FROM carnets k JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id
	JOIN organisations g ON g.id = k.commanditaire_id
	LEFT JOIN points p ON p.id = k.point_id LEFT JOIN organisations a ON a.id = k.aiguilleur_id `

// Carnet tells the whole life of a carnet by its serial; ErrNotFound when none
// bears it.
func (s *Service) Carnet(ctx context.Context, actor identity.Actor, serial string) (CarnetHistory, error) {
	return s.history(ctx, actor, `WHERE k.serial = @serial`, postgres.Args{"serial": serial})
}

// CarnetOfCheque is Carnet for the carnet that holds a chèque. Chèques are kept
// by commanditaire, so each of them is asked.
func (s *Service) CarnetOfCheque(ctx context.Context, actor identity.Actor, cheque uuid.UUID) (CarnetHistory, error) {
	return s.history(ctx, actor, `WHERE (k.commanditaire_id, k.id) = (
		SELECT c.commanditaire_id, c.carnet_id FROM organisations o
		CROSS JOIN LATERAL (SELECT commanditaire_id, carnet_id FROM cheques WHERE commanditaire_id = o.id AND id = @cheque) AS c
		WHERE o.is_commanditaire)`, postgres.Args{"cheque": cheque})
}

func (s *Service) history(ctx context.Context, actor identity.Actor, where string, args postgres.Args) (CarnetHistory, error) {
	var h CarnetHistory
	err := s.asOperator(ctx, actor, "vie d’un carnet", func(tx *postgres.Tx) (err error) {
		h, err = postgres.One[CarnetHistory](ctx, tx, carnetHistorySQL+where, args)
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNotFound
		}
		if err != nil {
			return err
		}
		if h.Moves, err = readMoves(ctx, tx, h); err != nil {
			return err
		}
		return h.readCheques(ctx, tx)
	})
	if err != nil {
		return CarnetHistory{}, fmt.Errorf("history of carnet: %w", err)
	}
	return h, nil
}

func readMoves(ctx context.Context, tx *postgres.Tx, h CarnetHistory) ([]Move, error) {
	return postgres.All[Move](ctx, tx, `
		SELECT m.kind, m.at, coalesce(p.name, '') AS point, coalesce(g.name, '') AS aiguilleur, coalesce(a.name, '') AS who, m.note, m.number_from, m.number_to
		FROM custody_moves m LEFT JOIN points p ON p.id = m.point_id LEFT JOIN organisations g ON g.id = m.aiguilleur_id
		LEFT JOIN accounts a ON a.id = m.account_id
		WHERE m.commanditaire_id = @commanditaire AND m.order_id = @order AND @number BETWEEN m.number_from AND m.number_to
		ORDER BY m.at, m.id`,
		postgres.Args{"commanditaire": h.CommanditaireID, "order": h.OrderID, "number": h.Number})
}

func (h *CarnetHistory) readCheques(ctx context.Context, tx *postgres.Tx) (err error) {
	h.Cheques, err = postgres.All[Cheque](ctx, tx, `
		SELECT id, rank, state, face_value_cents AS face_value, accepted_until FROM cheques
		WHERE commanditaire_id = @commanditaire AND carnet_id = @carnet ORDER BY rank`,
		postgres.Args{"commanditaire": h.CommanditaireID, "carnet": h.ID})
	if err != nil {
		return fmt.Errorf("read chèques: %w", err)
	}
	uses, err := postgres.All[Use](ctx, tx, `
		SELECT r.cheque_id, r.at, g.name AS structure, coalesce(p.name, '') AS place, v.mode, v.entries, r.amount_cents AS amount, coalesce(a.name, '') AS who,
			r.undone_at, r.undone_reason, l.settlement_number AS settlement, l.executed_on AS paid_on
		FROM redemptions r JOIN seances v ON v.commanditaire_id = r.commanditaire_id AND v.id = r.seance_id
		JOIN organisations g ON g.id = r.structure_id LEFT JOIN places p ON p.id = r.place_id LEFT JOIN accounts a ON a.id = r.account_id
		LEFT JOIN settlement_lines l ON l.id = r.settlement_line_id
		WHERE r.commanditaire_id = @commanditaire AND r.order_id = @order AND r.carnet_id = @carnet ORDER BY r.at`,
		postgres.Args{"commanditaire": h.CommanditaireID, "order": h.OrderID, "carnet": h.ID})
	if err != nil {
		return fmt.Errorf("read uses: %w", err)
	}
	for _, use := range uses {
		for i := range h.Cheques {
			if h.Cheques[i].ID == use.ChequeID {
				h.Cheques[i].Uses = append(h.Cheques[i].Uses, use)
			}
		}
	}
	return nil
}
