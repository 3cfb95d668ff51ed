package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement/pain002"
)

// Outcome is what became of one line of a bank's report.
type Outcome string

// The outcomes.
const (
	Applied  Outcome = "applique" // the line was rejected or returned
	Known    Outcome = "deja"     // it was already
	Nothing  Outcome = "rien"     // good news, or no news yet
	Queued   Outcome = "attente"  // it cannot be applied: somebody has to look
	SetAside Outcome = "classe"   // somebody looked
)

// Report is a bank's answer to a payment file, as it was loaded.
type Report struct {
	ID                uuid.UUID
	FileName          string
	Version           string
	MessageID         string
	OriginalMessageID string
	GroupStatus       string
	GroupCode         string
	LoadedAt          time.Time
	LoadedByName      string
	// How many of its lines had each outcome.
	Applied, Known, Nothing, Queued, SetAside int
}

// ReportLine is what a report says of one transfer, and what came of it.
type ReportLine struct {
	ReportID         uuid.UUID
	Position         int
	EndToEndID       string
	Status           string
	Code             string
	Explanation      string
	AmountCents      *money.Cents
	SettlementLineID *uuid.UUID
	SettlementID     *uuid.UUID
	StructureName    string
	Outcome          Outcome
	Sentence         string
	SettledAt        *time.Time
	SettledByName    string
	Note             string
}

// ErrReportRead tells that a file was read before; nothing is done again.
var ErrReportRead = fault.New(fault.KindConflict, "Ce fichier a déjà été lu\u00a0: rien n’a été changé.")

// LoadReport reads a bank's answer to a payment file (pain.002) and applies what
// it rejects. The same file twice, even at the same time, changes nothing: the
// first report is returned with ErrReportRead. What cannot be applied waits, with
// one sentence; a file that cannot be read is refused whole.
func (s *Service) LoadReport(ctx context.Context, actor identity.Actor, name string, content []byte) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return uuid.Nil, err
	}
	read, err := pain002.Parse(bytes.NewReader(content))
	if refusal, ok := fault.As(err); ok {
		return uuid.Nil, fault.Field("fichier", refusal.Sentence)
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("read status report: %w", err)
	}
	id, known := postgres.NewID(), false
	err = s.db.InPlatform(ctx, actor, "lecture d’un compte rendu de virements", func(tx *postgres.Tx) error {
		first, err := insertReport(ctx, tx, actor, id, name, content, read)
		if err != nil || first != id {
			id, known = first, first != id
			return err
		}
		lines, err := s.applyReport(ctx, tx, actor, read)
		if err != nil {
			return err
		}
		if err := insertReportLines(ctx, tx, id, lines); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "compte rendu de virements", SubjectKind: "compte rendu", SubjectID: id,
			Detail: map[string]any{"message": read.MessageID, "fichier": read.OriginalMessageID, "etat": string(read.Status), "lignes": len(lines)}})
	})
	if err == nil && known {
		err = ErrReportRead
	}
	return id, fault.Wrap(err, "load status report")
}

// insertReport keeps the file, or tells which report it was kept as.
func insertReport(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, name string, content []byte, r pain002.Report) (uuid.UUID, error) {
	fingerprint := sha256.Sum256(content)
	n, err := postgres.Do(ctx, tx, `
		INSERT INTO status_reports (id, fingerprint, file_name, version, message_id, original_message_id, group_status, group_code, content, loaded_at, loaded_by, loaded_by_name)
		VALUES (@id, @print, @name, @version, @message, @original, @status, @code, @content, @now, @by, @who)
		ON CONFLICT ON CONSTRAINT status_reports_once DO NOTHING`,
		postgres.Args{"id": id, "print": fingerprint[:], "name": clip(name, 200), "version": r.Version, "message": r.MessageID, "original": r.OriginalMessageID,
			"status": string(r.Status), "code": r.Reason.Code, "content": content, "now": tx.Now(), "by": actor.AccountID, "who": actor.Name})
	if err != nil || n == 1 {
		return id, err
	}
	// Another statement sees what was committed while this one waited.
	return postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM status_reports WHERE fingerprint = @print`, postgres.Args{"print": fingerprint[:]})
}

func clip(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// applyReport applies each rejection and says what it did of each transfer.
func (s *Service) applyReport(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r pain002.Report) ([]ReportLine, error) {
	transfers, err := unfold(ctx, tx, r)
	if err != nil {
		return nil, err
	}
	if err := lockBatches(ctx, tx, transfers); err != nil {
		return nil, err
	}
	lines := make([]ReportLine, len(transfers))
	for i, t := range transfers {
		lines[i] = ReportLine{Position: i + 1, EndToEndID: t.EndToEndID, Status: string(t.Status), Code: t.Reason.Code, Explanation: t.Reason.Text}
		if t.Amount != 0 {
			lines[i].AmountCents = &t.Amount
		}
		if err := s.applyTransfer(ctx, tx, actor, r, t, &lines[i]); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// lockBatches takes the batches that the transfers belong to, in one order, so
// that two reports cannot wait for each other.
func lockBatches(ctx context.Context, tx *postgres.Tx, transfers []pain002.Transaction) error {
	ids := make([]string, len(transfers))
	for i, t := range transfers {
		ids[i] = t.EndToEndID
	}
	_, err := postgres.Do(ctx, tx, `
		SELECT 1 FROM settlements WHERE id IN (SELECT settlement_id FROM settlement_lines WHERE end_to_end_id = ANY (@ids)) ORDER BY id FOR UPDATE`,
		postgres.Args{"ids": ids})
	return fault.Wrap(err, "lock batches")
}

func (s *Service) applyTransfer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r pain002.Report, t pain002.Transaction, line *ReportLine) error {
	if t.Status != pain002.Rejected && t.Status != pain002.Cancelled {
		line.Outcome, line.Sentence = Nothing, statusSentence(t.Status)
		return nil
	}
	back := Return{EndToEndID: t.EndToEndID, OriginalMessageID: r.OriginalMessageID, Amount: t.Amount, Code: t.Reason.Code, Text: t.Reason.Text, Key: "pain.002 " + r.MessageID}
	id, news, err := s.applyReturn(ctx, tx, actor, back)
	told := "la somme est de nouveau due, la structure est prévenue."
	if id != uuid.Nil {
		line.SettlementLineID = &id
	}
	if errors.Is(err, ErrUnknownReference) && s.refundBack != nil {
		var number string
		number, news, err = s.refundBack(ctx, tx, actor, back)
		told = "la restitution " + number + " est de nouveau due, le commanditaire est prévenu."
	}
	refusal, refused := fault.As(err)
	switch {
	case refused:
		line.Outcome, line.Sentence = Queued, refusal.Sentence
	case err != nil:
		return err
	case news:
		line.Outcome, line.Sentence = Applied, ReasonOf(t.Reason.Code).Label+"\u00a0: "+told
	default:
		line.Outcome, line.Sentence = Known, "Ce retour était déjà enregistré\u00a0: rien n’a été changé."
	}
	return nil
}

func statusSentence(status pain002.Status) string {
	switch status {
	case pain002.Settled:
		return "Exécuté. Le relevé bancaire le confirmera."
	case pain002.Pending, pain002.Received:
		return "La banque n’a pas encore répondu."
	case pain002.Accepted, pain002.Booked, pain002.Technical, pain002.Changed:
		return "Accepté par la banque."
	case pain002.Partial:
		return "Accepté en partie\u00a0: la banque ne dit pas ici quels virements elle refuse."
	default:
		return "État «\u00a0" + clip(string(status), 20) + "\u00a0»\u00a0: rien à enregistrer."
	}
}

// unfold lists the transfers of a report; a file or a lot rejected whole without
// naming its transfers rejects each of those that were sent in it.
func unfold(ctx context.Context, tx *postgres.Tx, r pain002.Report) ([]pain002.Transaction, error) {
	var all []pain002.Transaction
	named := false
	for _, lot := range r.Lots {
		if len(lot.Transactions) > 0 {
			all, named = append(all, lot.Transactions...), true
			continue
		}
		if lot.Status == "" {
			continue
		}
		whole, err := wholeOf(ctx, tx, lot.ID, r.OriginalMessageID, lot.Status, lot.Reason)
		if err != nil {
			return nil, err
		}
		all, named = append(all, whole...), true
	}
	if named || r.Status == "" {
		return all, nil
	}
	return wholeOf(ctx, tx, r.OriginalMessageID, "", r.Status, r.Reason)
}

// wholeOf gives every transfer of a file the answer that the file was given. A
// file that is not ours gives one line, without a transfer.
func wholeOf(ctx context.Context, tx *postgres.Tx, reference, orElse string, status pain002.Status, reason pain002.Reason) ([]pain002.Transaction, error) {
	if status != pain002.Rejected {
		return []pain002.Transaction{{Status: status, Reason: reason}}, nil
	}
	t, err := find(ctx, tx, reference)
	if errors.Is(err, ErrUnknownReference) && orElse != "" {
		t, err = find(ctx, tx, orElse)
	}
	if errors.Is(err, ErrUnknownReference) {
		return []pain002.Transaction{{EndToEndID: reference, Status: status, Reason: reason}}, nil
	}
	if err != nil {
		return nil, err
	}
	lines, err := t.lines(ctx, tx, Approved, Executed, Rejected, Returned)
	all := make([]pain002.Transaction, len(lines))
	for i, l := range lines {
		all[i] = pain002.Transaction{EndToEndID: l.EndToEndID, Status: status, Reason: reason}
	}
	return all, err
}

func insertReportLines(ctx context.Context, tx *postgres.Tx, report uuid.UUID, lines []ReportLine) error {
	for _, l := range lines {
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO status_report_lines (report_id, position, end_to_end_id, status, code, explanation, amount_cents, settlement_line_id, outcome, sentence)
			VALUES (@report, @position, @e2e, @status, @code, @text, @amount, @line, @outcome, @sentence)`,
			postgres.Args{"report": report, "position": l.Position, "e2e": clip(l.EndToEndID, 100), "status": l.Status, "code": l.Code, "text": l.Explanation,
				"amount": l.AmountCents, "line": l.SettlementLineID, "outcome": string(l.Outcome), "sentence": l.Sentence})
		if err != nil {
			return fmt.Errorf("keep the report's lines: %w", err)
		}
	}
	return nil
}

// SetReportLineAside ends the wait of a line that could not be applied, with a
// note on what was done. ErrNotFound, ErrReportRead when somebody did already.
func (s *Service) SetReportLineAside(ctx context.Context, actor identity.Actor, report uuid.UUID, position int, note string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if note = strings.TrimSpace(note); note == "" || len([]rune(note)) > 500 {
		return fault.Field("note", "Écrivez ce que vous avez vérifié (500 caractères au plus).")
	}
	err := s.db.InPlatform(ctx, actor, "compte rendu de virements", func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			UPDATE status_report_lines SET outcome = 'classe', settled_at = @now, settled_by = @by, settled_by_name = @name, note = @note
			WHERE report_id = @report AND position = @position AND outcome = 'attente'`,
			postgres.Args{"now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "note": note, "report": report, "position": position})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrLineSettled
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "ligne de compte rendu classée", SubjectKind: "compte rendu", SubjectID: report,
			Detail: map[string]any{"ligne": position, "note": note}})
	})
	return fault.Wrap(err, "set report line aside")
}

// ErrLineSettled refuses to settle a report's line twice.
var ErrLineSettled = fault.New(fault.KindConflict, "Cette ligne n’attend plus\u00a0: quelqu’un l’a déjà traitée.")
