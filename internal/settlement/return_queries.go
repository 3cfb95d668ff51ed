package settlement

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// ReturnStep is where a transfer that came back stands.
type ReturnStep string

// The steps of a transfer that came back.
const (
	ToCorrect ReturnStep = "a_corriger"    // the structure's account is in question
	ToRepay   ReturnStep = "a_payer"       // it is paid again in the next batch
	Repaying  ReturnStep = "en_cours"      // it is in a batch again
	Repaid    ReturnStep = "paye"          // the bank paid it at last
	Bounced   ReturnStep = "revenu_encore" // it came back once more: see that one
)

// ReturnSteps lists the steps in the order a filter shows them.
var ReturnSteps = []ReturnStep{ToCorrect, ToRepay, Repaying, Repaid, Bounced}

// ReturnedLine is a transfer that the bank refused or sent back.
type ReturnedLine struct {
	Line
	RecordedAt        time.Time
	RecordedByName    string
	RepresentedAt     *time.Time
	RepresentedByName string
	RepresentedReason string
	NextLineID        *uuid.UUID
	NextSettlementID  *uuid.UUID
	NextState         State
	Mended            bool // the account is another, or was confirmed since, or is not in question
}

// Step says where it stands.
func (r ReturnedLine) Step() ReturnStep {
	switch {
	case r.NextLineID == nil && (r.Mended || r.RepresentedAt != nil):
		return ToRepay
	case r.NextLineID == nil:
		return ToCorrect
	case r.NextState == Executed:
		return Repaid
	case r.NextState == Rejected || r.NextState == Returned:
		return Bounced
	default:
		return Repaying
	}
}

// mendedSQL is facts.mended, for lists: s is the structure, a its account in force.
const mendedSQL = `(s.iban <> l.iban OR s.account_holder <> l.account_holder OR l.return_code IN ('AM04', 'TM01', 'ED05')
	OR coalesce((a.confirmed_at AT TIME ZONE 'Europe/Paris')::date >= l.returned_on, false))`

const stepSQL = `CASE
	WHEN n.id IS NULL AND (` + mendedSQL + ` OR r.represented_at IS NOT NULL) THEN 'a_payer'
	WHEN n.id IS NULL THEN 'a_corriger' WHEN n.state = 'executee' THEN 'paye' WHEN n.state IN ('rejetee', 'retournee') THEN 'revenu_encore' ELSE 'en_cours' END`

const returnedTables = ` FROM settlement_returns r JOIN (` + selectLine + `) l ON l.id = r.settlement_line_id
	JOIN structures s ON s.organisation_id = l.structure_id
	LEFT JOIN structure_bank_accounts a ON a.structure_id = l.structure_id AND a.state = 'active'
	LEFT JOIN settlement_lines n ON n.repays_line_id = l.id `

const returnedColumns = `l.*, r.recorded_at, r.recorded_by_name, r.represented_at, r.represented_by_name, r.represented_reason,
	n.id AS next_line_id, n.settlement_id AS next_settlement_id, coalesce(n.state, '') AS next_state, ` + mendedSQL + ` AS mended`

// ReturnKey is where a list of returns continues.
type ReturnKey struct {
	At time.Time
	ID uuid.UUID
}

// ReturnFilter chooses returns; its zero value chooses all.
type ReturnFilter struct {
	Step   ReturnStep
	Search string // a structure's name, or an EndToEndId
}

// ReturnTotals is how much stands at the steps that matter.
type ReturnTotals struct {
	ToCorrect, ToRepay, Repaying             int
	ToCorrectCents, ToRepayCents, RepayCents money.Cents
	Queued                                   int // lines of reports that wait
}

// Returns lists the transfers that came back, the newest first, and their totals.
func (s *Service) Returns(ctx context.Context, actor identity.Actor, f ReturnFilter, after ReturnKey) (list []ReturnedLine, totals ReturnTotals, more bool, err error) {
	err = s.asOperator(ctx, actor, "virements revenus", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[ReturnedLine](ctx, tx, `SELECT `+returnedColumns+returnedTables+`
			WHERE (@step = '' OR `+stepSQL+` = @step) AND (@search = '' OR l.structure_name ILIKE '%' || @search || '%' OR l.end_to_end_id = upper(@search))
				AND (@after::timestamptz IS NULL OR (r.recorded_at, l.id) < (@after, @id))
			ORDER BY r.recorded_at DESC, l.id DESC LIMIT @limit`,
			postgres.Args{"step": string(f.Step), "search": f.Search, "after": neverNil(after.At), "id": after.ID, "limit": pageSize + 1})
		if err != nil {
			return err
		}
		totals, err = postgres.One[ReturnTotals](ctx, tx, `
			SELECT count(*) FILTER (WHERE step = 'a_corriger')::int AS to_correct, count(*) FILTER (WHERE step = 'a_payer')::int AS to_repay,
				count(*) FILTER (WHERE step = 'en_cours')::int AS repaying, coalesce(sum(cents) FILTER (WHERE step = 'a_corriger'), 0)::bigint AS to_correct_cents,
				coalesce(sum(cents) FILTER (WHERE step = 'a_payer'), 0)::bigint AS to_repay_cents, coalesce(sum(cents) FILTER (WHERE step = 'en_cours'), 0)::bigint AS repay_cents,
				(SELECT count(*)::int FROM status_report_lines WHERE outcome = 'attente') AS queued
			FROM (SELECT `+stepSQL+` AS step, l.amount_cents AS cents`+returnedTables+`) AS x`, nil)
		return err
	})
	list, more = page(list)
	return list, totals, more, fault.Wrap(err, "list returns")
}

func neverNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// OwnReturns lists what came back to the bank of the actor's structure and is
// not paid yet, the newest first.
func (s *Service) OwnReturns(ctx context.Context, actor identity.Actor) ([]ReturnedLine, error) {
	var list []ReturnedLine
	err := s.asStructure(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[ReturnedLine](ctx, tx, `SELECT `+returnedColumns+returnedTables+`
			WHERE l.structure_id = @structure AND (n.id IS NULL OR n.state IN ('preparee', 'approuvee')) ORDER BY r.recorded_at DESC, l.id DESC LIMIT 20`,
			postgres.Args{"structure": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list own returns")
}

// ReturnOf reads the return of one line; ErrNotFound when it did not come back.
func (s *Service) ReturnOf(ctx context.Context, actor identity.Actor, line uuid.UUID) (ReturnedLine, error) {
	var r ReturnedLine
	err := s.asOperator(ctx, actor, "virement revenu", func(tx *postgres.Tx) (err error) {
		r, err = postgres.One[ReturnedLine](ctx, tx, `SELECT `+returnedColumns+returnedTables+`WHERE l.id = @id`, postgres.Args{"id": line})
		return orNotFound(err)
	})
	return r, fault.Wrap(err, "read return")
}

const selectReport = `SELECT p.id, p.file_name, p.version, p.message_id, p.original_message_id, p.group_status, p.group_code, p.loaded_at, p.loaded_by_name,
	count(*) FILTER (WHERE q.outcome = 'applique')::int AS applied, count(*) FILTER (WHERE q.outcome = 'deja')::int AS known,
	count(*) FILTER (WHERE q.outcome = 'rien')::int AS nothing, count(*) FILTER (WHERE q.outcome = 'attente')::int AS queued,
	count(*) FILTER (WHERE q.outcome = 'classe')::int AS set_aside
	FROM status_reports p LEFT JOIN status_report_lines q ON q.report_id = p.id `

// Reports lists the bank's answers that were loaded, the last first.
func (s *Service) Reports(ctx context.Context, actor identity.Actor, limit int) ([]Report, error) {
	var list []Report
	err := s.asOperator(ctx, actor, "comptes rendus de virements", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Report](ctx, tx, selectReport+`GROUP BY p.id ORDER BY p.loaded_at DESC, p.id DESC LIMIT @limit`, postgres.Args{"limit": limit})
		return err
	})
	return list, fault.Wrap(err, "list status reports")
}

// Report reads one report and a page of its lines, those that wait first, after
// a position. ErrNotFound.
func (s *Service) Report(ctx context.Context, actor identity.Actor, id uuid.UUID, after int) (r Report, lines []ReportLine, more bool, err error) {
	err = s.asOperator(ctx, actor, "compte rendu de virements", func(tx *postgres.Tx) (err error) {
		if r, err = postgres.One[Report](ctx, tx, selectReport+`WHERE p.id = @id GROUP BY p.id`, postgres.Args{"id": id}); err != nil {
			return orNotFound(err)
		}
		lines, err = postgres.All[ReportLine](ctx, tx, `
			SELECT q.report_id, q.position, q.end_to_end_id, q.status, q.code, q.explanation, q.amount_cents, q.settlement_line_id, l.settlement_id,
				coalesce(l.structure_name, '') AS structure_name, q.outcome, q.sentence, q.settled_at, q.settled_by_name, q.note
			FROM status_report_lines q LEFT JOIN settlement_lines l ON l.id = q.settlement_line_id
			WHERE q.report_id = @id AND q.position > @after ORDER BY q.position LIMIT @limit`,
			postgres.Args{"id": id, "after": after, "limit": pageSize + 1})
		return err
	})
	lines, more = page(lines)
	return r, lines, more, fault.Wrap(err, "read status report")
}
