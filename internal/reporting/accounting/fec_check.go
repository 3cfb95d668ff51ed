package accounting

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"passnum/internal/money"
)

// mostProblems is how many the validator tells before it stops.
const mostProblems = 50

// FECReport is what the validator found: no problem means that the file has the
// form that the law asks and that its books balance.
type FECReport struct {
	FECSummary
	Name     string
	Problems []string
	Accounts map[string]money.Cents // debit-positive movements by account
	First    time.Time
	Last     time.Time
}

// Valid reports whether nothing was found.
func (r FECReport) Valid() bool { return len(r.Problems) == 0 }

var (
	fecFile    = regexp.MustCompile(`^([0-9]{9})FEC([0-9]{8})\.txt$`)
	fecAccount = regexp.MustCompile(`^[1-8][0-9]{2}[0-9A-Z]*$`)
	fecAmount  = regexp.MustCompile(`^[0-9]+,[0-9]{2}$`)
	fecJournal = regexp.MustCompile(`^[A-Z0-9]{1,10}$`)
)

// fecCheck reads a file line by line and keeps one entry in memory.
type fecCheck struct {
	FECReport
	line    int64
	number  int64
	day     time.Time
	closing time.Time
	journal string
	piece   string
	balance money.Cents
	lines   int
	opened  bool // an entry that is not an opening was seen
}

// ValidateFEC reads a FEC against article A47 A-1 LPF: name, charset, columns,
// dates, amounts, accounts, continuous numbers, chronology, openings first,
// balance of each entry and of the whole.
func ValidateFEC(r io.Reader, name string) (FECReport, error) {
	c := &fecCheck{FECReport: FECReport{Name: name, Accounts: map[string]money.Cents{}}}
	c.checkName(name)
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	lines.Split(splitCRLF)
	if !lines.Scan() {
		if err := lines.Err(); err != nil {
			return c.FECReport, err
		}
		c.tell("le fichier est vide")
		return c.FECReport, nil
	}
	c.line = 1
	if got := lines.Text(); got != strings.Join(FECColumns, "\t") {
		c.tell("les 18 colonnes ne sont pas celles de l’article A47 A-1, dans leur ordre")
	}
	for lines.Scan() && len(c.Problems) < mostProblems {
		c.line++
		c.row(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		return c.FECReport, fmt.Errorf("read ledger export: %w", err)
	}
	c.endEntry()
	if c.Debit != c.Credit {
		c.tell("le total des débits (" + c.Debit.String() + ") n’est pas celui des crédits (" + c.Credit.String() + ")")
	}
	return c.FECReport, nil
}

func splitCRLF(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.Index(data, []byte("\r\n")); i >= 0 {
		return i + 2, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

func (c *fecCheck) tell(problem string) {
	c.Problems = append(c.Problems, "ligne "+strconv.FormatInt(c.line, 10)+"\u00a0: "+problem)
}

func (c *fecCheck) checkName(name string) {
	m := fecFile.FindStringSubmatch(name)
	if m == nil {
		c.tell("le nom du fichier n’est pas SIRENFECAAAAMMJJ.txt")
		return
	}
	closing, err := time.Parse(fecDay, m[2])
	if err != nil {
		c.tell("la date de clôture du nom du fichier n’existe pas")
	}
	c.closing = closing
}

// row checks one line by itself, then in its entry.
func (c *fecCheck) row(raw []byte) {
	c.Lines++
	for _, b := range raw {
		if b < 0x20 && b != '\t' || b >= 0x7f && b < 0xa0 {
			c.tell("un caractère n’est pas d’" + FECCharset)
			break
		}
	}
	fields := strings.Split(string(raw), "\t")
	if len(fields) != len(FECColumns) {
		c.tell(strconv.Itoa(len(fields)) + " zones au lieu de 18")
		return
	}
	for i, column := range FECColumns {
		if fields[i] == "" && mandatory[column] {
			c.tell(column + " est vide")
		}
	}
	c.account(fields)
	day := c.date(fields[3], "EcritureDate")
	for i, column := range map[int]string{9: "PieceDate", 15: "ValidDate"} {
		c.date(fields[i], column)
	}
	if (fields[16] == "") != (fields[17] == "") {
		c.tell("Montantdevise et Idevise vont ensemble")
	}
	if (fields[13] == "") != (fields[14] == "") {
		c.tell("EcritureLet et DateLet vont ensemble")
	}
	c.enter(fields, day)
	debit, credit := c.amount(fields[11], "Debit"), c.amount(fields[12], "Credit")
	if (debit == 0) == (credit == 0) {
		c.tell("une ligne a un débit ou un crédit, et un seul")
	}
	c.balance += debit - credit
	c.Debit += debit
	c.Credit += credit
	c.Accounts[fields[4]] += debit - credit
}

var mandatory = map[string]bool{"JournalCode": true, "JournalLib": true, "EcritureNum": true, "EcritureDate": true, "CompteNum": true, "CompteLib": true,
	"PieceRef": true, "PieceDate": true, "EcritureLib": true, "Debit": true, "Credit": true, "ValidDate": true}

func (c *fecCheck) account(fields []string) {
	if !fecJournal.MatchString(fields[0]) {
		c.tell("JournalCode « " + fields[0] + " » n’est pas un code de journal")
	}
	if !fecAccount.MatchString(fields[4]) {
		c.tell("CompteNum « " + fields[4] + " » n’est pas un compte du plan comptable")
	}
	if (fields[6] == "") != (fields[7] == "") {
		c.tell("CompAuxNum et CompAuxLib vont ensemble")
	}
}

func (c *fecCheck) date(text, column string) time.Time {
	day, err := time.Parse(fecDay, text)
	if err != nil {
		c.tell(column + " « " + text + " » n’est pas une date AAAAMMJJ")
	}
	return day
}

func (c *fecCheck) amount(text, column string) money.Cents {
	if !fecAmount.MatchString(text) {
		c.tell(column + " « " + text + " » n’est pas un montant à deux décimales")
		return 0
	}
	cents, err := strconv.ParseInt(strings.Replace(text, ",", "", 1), 10, 64)
	if err != nil {
		c.tell(column + " est trop grand")
	}
	return money.Cents(cents)
}

// enter finds the entry that a line belongs to, and ends the one before.
func (c *fecCheck) enter(fields []string, day time.Time) {
	number, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		c.tell("EcritureNum « " + fields[2] + " » n’est pas un numéro")
		return
	}
	if number == c.number {
		if fields[0] != c.journal || !day.Equal(c.day) || fields[8] != c.piece {
			c.tell("les lignes de l’écriture n’ont pas le même journal, la même date ou la même pièce")
		}
		c.lines++
		return
	}
	c.endEntry()
	if number != c.number+1 {
		c.tell(fmt.Sprintf("l’écriture %d suit la %d\u00a0: la numérotation n’est pas continue", number, c.number))
	}
	if day.Before(c.day) {
		c.tell("l’écriture est antérieure à la précédente")
	}
	if c.First.IsZero() {
		c.First = day
	}
	if day.After(c.closing) || day.Year() != c.closing.Year() {
		c.tell("la date n’est pas dans l’exercice")
	}
	if opening := fields[0] == JournalOpening.Code; opening && c.opened {
		c.tell("un à-nouveau vient après les écritures de l’exercice")
	} else if !opening {
		c.opened = true
	}
	c.Entries++
	c.number, c.day, c.Last, c.journal, c.piece, c.balance, c.lines = number, day, day, fields[0], fields[8], 0, 1
}

func (c *fecCheck) endEntry() {
	if c.Entries == 0 {
		return
	}
	if c.balance != 0 {
		c.tell(fmt.Sprintf("l’écriture %d n’est pas équilibrée\u00a0: %s d’écart", c.number, c.balance))
	}
	if c.lines < 2 {
		c.tell(fmt.Sprintf("l’écriture %d n’a qu’une ligne", c.number))
	}
}
