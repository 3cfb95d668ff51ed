package reporting

import (
	"context"
	"fmt"
	"time"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// QueueKind names something that waits for the operator.
type QueueKind string

// What waits for the operator.
const (
	QueueRequests   QueueKind = "demandes"
	QueueStructures QueueKind = "structures"
	QueueSigned     QueueKind = "signee"
	QueueFraming    QueueKind = "cadrage"
	QueueApproved   QueueKind = "bat_valide"
	QueueMaking     QueueKind = "fabrication"
	QueueFunded     QueueKind = "fonds_attestes"
	QueuePrepare    QueueKind = "a_preparer"
	QueueApprove    QueueKind = "a_approuver"
	QueueExecute    QueueKind = "a_executer"
	QueueAccounts   QueueKind = "comptes"
	QueueReturns    QueueKind = "retours"
	QueueIncidents  QueueKind = "incidents"
	QueueDisputes   QueueKind = "litiges"
	QueueCases      QueueKind = "ecarts"
	QueueMail       QueueKind = "courriels"
	QueueProof      QueueKind = "preuve"
	QueueBank       QueueKind = "banque"
)

// Queue is how much of something waits, and since when.
type Queue struct {
	Kind   QueueKind
	Count  int
	Oldest *time.Time
	Amount money.Cents
}

// Desk is what the operator sees first: what waits, the money, the activity.
type Desk struct {
	Queues     []Queue // only those that are not empty
	Money      ledger.Balances
	Orders     []StateCount
	Structures []StateCount
	Places     int
	People     int // accounts that may sign in
	Today      Tally
	Now        time.Time
}

// StateCount is how many objects are at a state.
type StateCount struct {
	State string
	Count int
}

// Desk reads the operator's first page.
func (s *Service) Desk(ctx context.Context, actor identity.Actor) (Desk, error) {
	var d Desk
	err := s.asOperator(ctx, actor, "tableau de bord", func(tx *postgres.Tx) (err error) {
		d.Now = tx.Now()
		if d.Queues, err = readQueues(ctx, tx); err != nil {
			return err
		}
		if d.Money, err = ledger.OfEverything(ctx, tx); err != nil {
			return err
		}
		return d.readActivity(ctx, tx)
	})
	if err != nil {
		return Desk{}, fmt.Errorf("read desk: %w", err)
	}
	return d, nil
}

// Waiting reads only what waits for the operator.
func (s *Service) Waiting(ctx context.Context, actor identity.Actor) (queues []Queue, err error) {
	err = s.asOperator(ctx, actor, "ce qui attend", func(tx *postgres.Tx) (err error) {
		queues, err = readQueues(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	return queues, nil
}

func readQueues(ctx context.Context, tx *postgres.Tx) ([]Queue, error) {
	queues, err := postgres.All[Queue](ctx, tx, `
		SELECT kind, count, oldest, amount FROM (
			SELECT 0 AS place, 'preuve' AS kind, count(*)::int AS count, min(at) AS oldest, 0::bigint AS amount
				FROM (SELECT ok, at FROM proofs ORDER BY at DESC LIMIT 1) AS last WHERE NOT ok
			UNION ALL SELECT 1, 'demandes', count(*)::int, min(requested_at), 0 FROM capacity_requests WHERE state = 'demandee'
			UNION ALL SELECT 2, 'structures', count(*)::int, min(submitted_at), 0 FROM structures WHERE state = 'soumise'
			UNION ALL SELECT array_position(@states, state) + 2, state, count(*)::int, min(updated_at), sum(carnets::bigint * cheques_per_carnet * face_value_cents)::bigint
				FROM orders WHERE state = ANY (@states) GROUP BY state
			UNION ALL SELECT 16, 'banque', count(*)::int, min(booked_on)::timestamptz, coalesce(sum(amount_cents - matched_cents), 0)::bigint
				FROM bank_lines WHERE matched_cents < amount_cents AND statement_id IS NOT NULL
			UNION ALL SELECT 20, 'a_preparer', count(DISTINCT structure_id)::int, min(at), coalesce(sum(amount_cents), 0)::bigint
				FROM redemptions WHERE undone_at IS NULL AND settlement_line_id IS NULL AND day < @month
			UNION ALL SELECT 21, 'a_approuver', count(*)::int, min(prepared_at), coalesce(sum(total_cents), 0)::bigint FROM settlements WHERE state = 'preparee'
			UNION ALL SELECT 22, 'a_executer', count(*)::int, min(approved_at), coalesce(sum(total_cents), 0)::bigint FROM settlements WHERE state = 'approuvee'
			UNION ALL SELECT 23, 'comptes', count(*)::int, min(declared_at), 0 FROM structure_bank_accounts WHERE state = 'attente' AND kind = 'changement' AND confirmed_by IS NULL
			UNION ALL SELECT 24, 'retours', count(*)::int, min(b.loaded_at), coalesce(sum(q.amount_cents), 0)::bigint
				FROM status_report_lines q JOIN status_reports b ON b.id = q.report_id WHERE q.outcome = 'attente'
			UNION ALL SELECT 25, 'incidents', count(*)::int, min(proposed_at), coalesce(sum(abs(amount_cents)), 0)::bigint FROM incidents WHERE state = 'propose'
			UNION ALL SELECT 26, 'litiges', count(*)::int, min(received_at), coalesce(sum(amount_cents), 0)::bigint FROM disputes WHERE state = 'ouvert'
			UNION ALL SELECT 29, 'ecarts', count(*)::int, min(opened_at), 0 FROM custody_cases WHERE closed_at IS NULL
			UNION ALL SELECT 30, 'courriels', count(*)::int, min(created_at), 0 FROM mail_outbox WHERE sent_at IS NULL AND attempts >= 3
		) AS waiting WHERE count > 0 ORDER BY place`,
		postgres.Args{"month": firstOfMonth(tx.Today()), "states": []string{string(QueueSigned), string(QueueFraming), string(QueueApproved), string(QueueMaking), string(QueueFunded)}})
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	return queues, nil
}

func (d *Desk) readActivity(ctx context.Context, tx *postgres.Tx) (err error) {
	if d.Orders, err = postgres.All[StateCount](ctx, tx, `SELECT state, count(*)::int AS count FROM orders WHERE state <> 'brouillon' GROUP BY state`, nil); err != nil {
		return fmt.Errorf("count orders: %w", err)
	}
	if d.Structures, err = postgres.All[StateCount](ctx, tx, `SELECT state, count(*)::int AS count FROM structures GROUP BY state`, nil); err != nil {
		return fmt.Errorf("count structures: %w", err)
	}
	type activity struct {
		Places, People           int
		Cheques, Seances, Amount int64
	}
	a, err := postgres.One[activity](ctx, tx, `
		SELECT (SELECT count(*) FROM places WHERE published AND structure_id IS NOT NULL)::int AS places, (SELECT count(*) FROM accounts WHERE disabled_at IS NULL)::int AS people,
			count(*) AS cheques, count(DISTINCT r.seance_id) AS seances, coalesce(sum(r.amount_cents), 0)::bigint AS amount
		FROM orders o JOIN redemptions r ON r.commanditaire_id = o.commanditaire_id AND r.order_id = o.id AND r.day = @today AND r.undone_at IS NULL
		WHERE o.state = 'active'`, postgres.Args{"today": tx.Today()})
	if err != nil {
		return fmt.Errorf("read activity: %w", err)
	}
	d.Places, d.People = a.Places, a.People
	d.Today = Tally{Cheques: a.Cheques, Seances: a.Seances, Amount: money.Cents(a.Amount)}
	return nil
}
