package treasury

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/treasury/camt"
)

// Imported is what a file brought.
type Imported struct {
	Statements int // taken in now
	Already    int // taken in before: nothing changed
	Lines      int // of those taken in now
	Matched    int // lines recognised by a rule, of any file
	Last       uuid.UUID
}

// lock makes two imports, or an import and a person, wait for one another.
const lock = 7262041

// Import reads a bank file and takes in its statements, all or none, then
// matches what can be without a doubt. A statement known before changes nothing;
// the same statement with another content is refused.
func (s *Service) Import(ctx context.Context, actor identity.Actor, name string, file io.Reader) (Imported, error) {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return Imported{}, err
	}
	reports, err := camt.Read(file)
	if err != nil {
		return Imported{}, fmt.Errorf("read bank file: %w", err)
	}
	var done Imported
	err = s.DB.InPlatform(ctx, actor, "import d’un relevé bancaire", func(tx *postgres.Tx) (err error) {
		done, err = s.takeIn(ctx, tx, actor, name, reports)
		return err
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import bank file: %w", err)
	}
	s.cover.forget()
	return done, nil
}

func (s *Service) takeIn(ctx context.Context, tx *postgres.Tx, actor identity.Actor, name string, reports []camt.Report) (done Imported, err error) {
	if err := hold(ctx, tx); err != nil {
		return done, err
	}
	for _, r := range reports {
		if err := s.accept(r, tx.Today()); err != nil {
			return done, err
		}
		id, known, err := insertReport(ctx, tx, actor, name, r)
		if err != nil {
			return done, err
		}
		done.Last = id
		if known {
			done.Already++
			continue
		}
		done.Statements, done.Lines = done.Statements+1, done.Lines+len(r.Entries)
		if err := recordImport(ctx, tx, actor, id, r); err != nil {
			return done, err
		}
	}
	if done.Statements > 0 {
		done.Matched, err = s.matchAll(ctx, tx, actor)
	}
	return done, err
}

func hold(ctx context.Context, tx *postgres.Tx) error {
	if _, err := postgres.Do(ctx, tx, `SELECT pg_advisory_xact_lock(@lock)`, postgres.Args{"lock": lock}); err != nil {
		return fmt.Errorf("wait for another import: %w", err)
	}
	return nil
}

// accept refuses what is not a statement of the dedicated account, complete and
// exact.
func (s *Service) accept(r camt.Report, today time.Time) error {
	switch {
	case s.IBAN == "":
		return ErrNoAccount
	case r.IBAN != s.IBAN:
		return ErrOtherAccount
	}
	if r.Kind == camt.Statement && r.ClosedOn.After(today) {
		return fault.New(fault.KindInvalid, fmt.Sprintf("Le relevé %s porte une date à venir. Rien n’a été importé.", r.Reference))
	}
	return r.Check()
}

func insertReport(ctx context.Context, tx *postgres.Tx, actor identity.Actor, name string, r camt.Report) (id uuid.UUID, known bool, err error) {
	id = postgres.NewID()
	credits, debits := r.Totals()
	args := postgres.Args{
		"id": id, "iban": r.IBAN, "kind": string(r.Kind), "reference": r.Reference, "sequence": r.Sequence, "message": r.MessageID,
		"opened": nil, "opening": nil, "closed": nil, "closing": nil, "credits": int64(credits), "debits": int64(debits),
		"lines": len(r.Entries), "hash": r.Hash(), "file": name, "now": tx.Now(), "by": actor.Account(), "name": actor.Name,
	}
	if r.Kind == camt.Statement {
		args["opened"], args["opening"], args["closed"], args["closing"] = r.OpenedOn, int64(r.Opening), r.ClosedOn, int64(r.Closing)
	}
	n, err := postgres.Do(ctx, tx, `
		INSERT INTO bank_statements (id, iban, kind, reference, sequence, message_id, opened_on, opening_cents, closed_on, closing_cents,
			credit_cents, debit_cents, lines, content_hash, file_name, imported_at, imported_by, imported_by_name)
		VALUES (@id, @iban, @kind, @reference, @sequence, @message, @opened, @opening, @closed, @closing,
			@credits, @debits, @lines, @hash, @file, @now, @by, @name)
		ON CONFLICT ON CONSTRAINT bank_statements_once DO NOTHING`, args)
	if err != nil {
		return id, false, fmt.Errorf("insert statement: %w", err)
	}
	if n == 0 {
		id, err = sameReport(ctx, tx, r)
		return id, true, err
	}
	return id, false, insertLines(ctx, tx, id, r)
}

type knownReport struct {
	ID         uuid.UUID
	Hash       []byte
	ImportedAt time.Time
}

// sameReport refuses a statement that says something else than when it was first
// taken in.
func sameReport(ctx context.Context, tx *postgres.Tx, r camt.Report) (uuid.UUID, error) {
	known, err := postgres.One[knownReport](ctx, tx, `
		SELECT id, content_hash AS hash, imported_at FROM bank_statements WHERE iban = @iban AND kind = @kind AND reference = @reference`,
		postgres.Args{"iban": r.IBAN, "kind": string(r.Kind), "reference": r.Reference})
	if err != nil {
		return uuid.Nil, fmt.Errorf("read known statement: %w", err)
	}
	if !bytes.Equal(known.Hash, r.Hash()) {
		return uuid.Nil, fault.New(fault.KindConflict, fmt.Sprintf("Le relevé %s a déjà été importé le %s avec un autre contenu. Rien n’a été importé\u00a0: demandez à la banque lequel est le bon.",
			r.Reference, known.ImportedAt.In(postgres.Paris).Format("02/01/2006")))
	}
	return known.ID, nil
}

// lineRow is a line as it is sent to the database, many at once.
type lineRow struct {
	ID         uuid.UUID     `json:"id"`
	Key        string        `json:"line_key"`
	Rank       int           `json:"rank"`
	Credit     bool          `json:"is_credit"`
	Amount     int64         `json:"amount_cents"`
	Booked     string        `json:"booked_on"`
	Valued     *string       `json:"valued_on"`
	Reference  string        `json:"bank_reference"`
	Code       string        `json:"bank_code"`
	Reversal   bool          `json:"is_reversal"`
	Party      string        `json:"party"`
	Remittance string        `json:"remittance"`
	Details    []camt.Detail `json:"details"`
}

func newLineRow(rank int, e camt.Entry) lineRow {
	row := lineRow{
		ID: postgres.NewID(), Key: e.Key, Rank: rank, Credit: e.Credit, Amount: int64(e.Amount), Booked: e.BookedOn.Format(time.DateOnly),
		Reference: e.BankReference, Code: e.Code, Reversal: e.Reversal, Party: e.Whole().Party, Remittance: e.Whole().Remittance, Details: e.Details,
	}
	if e.ValuedOn != nil {
		valued := e.ValuedOn.Format(time.DateOnly)
		row.Valued = &valued
	}
	return row
}

const linesAtOnce = 1000

func insertLines(ctx context.Context, tx *postgres.Tx, report uuid.UUID, r camt.Report) error {
	var touched int64
	for from := 0; from < len(r.Entries); from += linesAtOnce {
		var rows []lineRow
		for i, e := range r.Entries[from:min(from+linesAtOnce, len(r.Entries))] {
			rows = append(rows, newLineRow(from+i+1, e))
		}
		written, err := json.Marshal(rows)
		if err != nil {
			return fmt.Errorf("write lines: %w", err)
		}
		n, err := postgres.Do(ctx, tx, insertLine[r.Kind], postgres.Args{"rows": string(written), "iban": r.IBAN, "report": report})
		if err != nil {
			return fmt.Errorf("insert lines: %w", err)
		}
		touched += n
	}
	if touched != int64(len(r.Entries)) {
		return fault.New(fault.KindConflict, fmt.Sprintf("Le relevé %s reprend des opérations d’un relevé déjà importé sous un autre numéro. Rien n’a été importé.", r.Reference))
	}
	return nil
}

const rowsOfLines = `
	SELECT x.id, @iban, x.line_key, %s x.rank, x.is_credit, x.amount_cents, x.booked_on, x.valued_on, x.bank_reference, x.bank_code, x.is_reversal, x.party, x.remittance, x.details
	FROM jsonb_to_recordset(@rows) AS x (id uuid, line_key text, rank int, is_credit boolean, amount_cents bigint, booked_on date, valued_on date,
		bank_reference text, bank_code text, is_reversal boolean, party text, remittance text, details jsonb)`

const lineColumns = `rank, is_credit, amount_cents, booked_on, valued_on, bank_reference, bank_code, is_reversal, party, remittance, details`

// insertLine adds lines, or joins what a statement and a notice say of the same
// one: the more detailed of the two is kept, unless something was matched on it.
var insertLine = map[camt.Kind]string{
	camt.Statement: `INSERT INTO bank_lines AS l (id, iban, line_key, statement_id, ` + lineColumns + `) ` + fmt.Sprintf(rowsOfLines, "@report,") + `
		ON CONFLICT ON CONSTRAINT bank_lines_once DO UPDATE SET statement_id = EXCLUDED.statement_id, rank = EXCLUDED.rank,
			details = CASE WHEN octet_length(EXCLUDED.details::text) >= octet_length(l.details::text) THEN EXCLUDED.details ELSE l.details END,
			party = CASE WHEN EXCLUDED.party <> '' THEN EXCLUDED.party ELSE l.party END,
			remittance = CASE WHEN EXCLUDED.remittance <> '' THEN EXCLUDED.remittance ELSE l.remittance END
		WHERE l.statement_id IS NULL`,
	camt.Notice: `INSERT INTO bank_lines AS l (id, iban, line_key, notice_id, ` + lineColumns + `) ` + fmt.Sprintf(rowsOfLines, "@report,") + `
		ON CONFLICT ON CONSTRAINT bank_lines_once DO UPDATE SET notice_id = EXCLUDED.notice_id,
			details = CASE WHEN l.matched_cents = 0 AND octet_length(EXCLUDED.details::text) > octet_length(l.details::text) THEN EXCLUDED.details ELSE l.details END,
			party = CASE WHEN l.party <> '' THEN l.party ELSE EXCLUDED.party END,
			remittance = CASE WHEN l.remittance <> '' THEN l.remittance ELSE EXCLUDED.remittance END
		WHERE l.notice_id IS NULL`,
}

func recordImport(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, r camt.Report) error {
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: "import d’un relevé bancaire", SubjectKind: "relevé bancaire", SubjectID: id,
		Detail: map[string]any{"releve": r.Reference, "lignes": len(r.Entries), "solde": r.Closing.Decimal()},
	})
}

func orNotFound(err error) error {
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNotFound
	}
	return err
}
