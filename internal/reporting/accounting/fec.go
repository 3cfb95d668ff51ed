package accounting

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// FECColumns are the 18 columns of article A47 A-1 LPF, in order.
var FECColumns = []string{"JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
	"PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"}

// FECSummary counts what a FEC holds.
type FECSummary struct {
	Entries, Lines int64
	Debit, Credit  money.Cents
}

// FEC is a year's general ledger, ready to be written.
type FEC struct {
	Name  string
	Write func(io.Writer) (FECSummary, error)
}

// FECName is the name that the law gives the file: the SIREN, then the day that
// the year, or what is known of it, ends.
func (s *Service) FECName(to time.Time) string {
	return s.issuer.SIRET[:min(9, len(s.issuer.SIRET))] + "FEC" + to.Format("20060102") + ".txt"
}

// FEC exports a year's general ledger. Write streams it from one connection,
// whatever its size: openings first, then every entry in the order in which it
// was recorded. ErrNoYear.
func (s *Service) FEC(ctx context.Context, actor identity.Actor, year int) (FEC, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return FEC{}, err
	}
	p, err := yearOf(year, s.Today())
	if err != nil {
		return FEC{}, err
	}
	return FEC{Name: s.FECName(p.To), Write: func(w io.Writer) (sum FECSummary, err error) {
		err = s.asOperator(ctx, actor, "export du grand livre (FEC)", func(tx *postgres.Tx) error {
			sum, err = writeFEC(ctx, tx, w, year, p)
			return err
		})
		if err != nil {
			return sum, fmt.Errorf("export ledger: %w", err)
		}
		return sum, nil
	}}, nil
}

// CheckFEC writes a year's FEC to nowhere but its validator.
func (s *Service) CheckFEC(ctx context.Context, actor identity.Actor, year int) (FECReport, error) {
	f, err := s.FEC(ctx, actor, year)
	if err != nil {
		return FECReport{}, err
	}
	in, out := io.Pipe()
	go func() {
		_, err := f.Write(out)
		out.CloseWithError(err)
	}()
	defer in.Close()
	return ValidateFEC(in, f.Name)
}

func writeFEC(ctx context.Context, tx *postgres.Tx, w io.Writer, year int, p period) (FECSummary, error) {
	n, err := readNames(ctx, tx)
	if err != nil {
		return FECSummary{}, err
	}
	balance, err := readBalance(ctx, tx, year, true)
	if err != nil {
		return FECSummary{}, err
	}
	out := &fecWriter{w: bufio.NewWriterSize(w, 64<<10), names: n.latin()}
	out.header()
	out.openings(balance)
	if err := out.stream(ctx, tx, p); err != nil {
		return out.sum, err
	}
	return out.sum, out.w.Flush()
}

// Entries come in the order of their recording, which is that of their numbers.
const listEntries = `
	SELECT t.id, t.kind, t.cause_id, t.commanditaire_id, t.order_id, t.day, coalesce(m.structure_id, '00000000-0000-0000-0000-000000000000'),
		m.debit::text, m.credit::text, m.amount_cents
	FROM ledger_transactions t
	JOIN ledger_movements m ON m.commanditaire_id = t.commanditaire_id AND m.transaction_id = t.id
	WHERE t.day BETWEEN @from AND @to
	ORDER BY t.day, t.at, t.id, m.line`

// entry is one transaction while its lines are gathered.
type entry struct {
	id, cause, commanditaire, order uuid.UUID
	kind                            string
	day                             time.Time
	lines                           []entryLine
}

// entryLine is one side of one account.
type entryLine struct {
	account ChartAccount
	aux     auxiliary
	credit  bool
	amount  money.Cents
}

func (e *entry) add(account ChartAccount, aux auxiliary, credit bool, amount money.Cents) {
	for i := range e.lines {
		if l := &e.lines[i]; l.account.Number == account.Number && l.aux.number == aux.number && l.credit == credit {
			l.amount += amount
			return
		}
	}
	e.lines = append(e.lines, entryLine{account, aux, credit, amount})
}

func (f *fecWriter) stream(ctx context.Context, tx *postgres.Tx, p period) error {
	rows, err := tx.Query(ctx, listEntries, postgres.Args{"from": p.From, "to": p.To})
	if err != nil {
		return fmt.Errorf("list entries: %w", err)
	}
	defer rows.Close()
	var current entry
	for rows.Next() {
		var next entry
		var structure uuid.UUID
		var debit, credit string
		var amount int64
		if err := rows.Scan(&next.id, &next.kind, &next.cause, &next.commanditaire, &next.order, &next.day, &structure, &debit, &credit, &amount); err != nil {
			return fmt.Errorf("read entry: %w", err)
		}
		if next.id != current.id || next.commanditaire != current.commanditaire {
			if err := f.write(current); err != nil {
				return err
			}
			next.lines = current.lines[:0]
			current = next
		}
		kind := ledger.Kind(current.kind)
		for _, side := range [2]struct {
			account ledger.Account
			credit  bool
		}{{ledger.Account(debit), false}, {ledger.Account(credit), true}} {
			account := AccountOf(side.account, kind)
			current.add(account, f.names.auxiliary(account, current.commanditaire, structure), side.credit, money.Cents(amount))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("list entries: %w", err)
	}
	return f.write(current)
}

// fecWriter writes entries one after the other; its texts are in the file's
// charset already.
type fecWriter struct {
	w     *bufio.Writer
	names names
	sum   FECSummary
	line  []byte
}

func (f *fecWriter) header() {
	for i, column := range FECColumns {
		if i > 0 {
			f.w.WriteByte('\t')
		}
		f.w.WriteString(column)
	}
	f.w.WriteString("\r\n")
}

// openings is the first entry of the year: what each account of the balance
// sheet held, and the result of the years before.
func (f *fecWriter) openings(b Balance) {
	opening := fecEntry{journal: JournalOpening, day: b.From, piece: "AN " + strconv.Itoa(b.Year), label: latin("À-nouveaux " + strconv.Itoa(b.Year))}
	for _, l := range b.Lines {
		if l.Opening == 0 {
			continue
		}
		opening.lines = append(opening.lines, entryLine{l.ChartAccount, auxiliary{l.AuxNumber, latin(l.AuxLabel)}, l.Opening < 0, max(l.Opening, -l.Opening)})
	}
	f.put(opening)
}

func (f *fecWriter) write(e entry) error {
	if len(e.lines) == 0 {
		return nil
	}
	kind := ledger.Kind(e.kind)
	f.put(fecEntry{
		journal: JournalOf(kind), day: e.day, piece: f.names.piece(kind, e.cause, e.order),
		label: latinLabel(kind) + " " + f.names.orders[e.order], lines: e.lines,
	})
	return nil
}

// fecEntry is an entry as the file writes it.
type fecEntry struct {
	journal Journal
	day     time.Time
	piece   string
	label   string
	lines   []entryLine
}

func (f *fecWriter) put(e fecEntry) {
	if len(e.lines) == 0 {
		return
	}
	f.sum.Entries++
	for _, l := range e.lines {
		f.sum.Lines++
		debit, credit := l.amount, money.Cents(0)
		if l.credit {
			debit, credit = 0, l.amount
		}
		f.sum.Debit += debit
		f.sum.Credit += credit
		f.line = appendLine(f.line[:0], f.sum.Entries, e, l, debit, credit)
		f.w.Write(f.line) // an error stays until Flush
	}
}

func appendLine(b []byte, number int64, e fecEntry, l entryLine, debit, credit money.Cents) []byte {
	text := func(s string) { b = append(append(b, s...), '\t') }
	text(e.journal.Code)
	text(latinWord(e.journal.Label))
	b = append(strconv.AppendInt(b, number, 10), '\t')
	b = append(e.day.AppendFormat(b, fecDay), '\t')
	text(l.account.Number)
	text(latinWord(l.account.Label))
	text(l.aux.number)
	text(l.aux.label)
	text(e.piece)
	b = append(e.day.AppendFormat(b, fecDay), '\t')
	text(e.label)
	b = append(appendAmount(b, debit), '\t')
	b = append(appendAmount(b, credit), '\t', '\t', '\t')
	b = append(e.day.AppendFormat(b, fecDay), '\t', '\t')
	return append(b, '\r', '\n')
}

const fecDay = "20060102"

// appendAmount writes an amount that is not negative: « 1234,56 ».
func appendAmount(b []byte, c money.Cents) []byte {
	b = append(strconv.AppendInt(b, int64(c/100), 10), ',')
	return append(b, byte('0'+c%100/10), byte('0'+c%10))
}
