package camt

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"passnum/internal/bankxml"
	"passnum/internal/fault"
	"passnum/internal/money"
)

// The refusals of a report.
var (
	ErrNothing     = fault.New(fault.KindInvalid, "Ce fichier ne contient aucun relevé.")
	ErrNoReference = fault.New(fault.KindInvalid, "Un relevé de ce fichier n’a pas d’identifiant\u00a0: il ne pourrait pas être reconnu s’il était chargé deux fois.")
	ErrNoIBAN      = fault.New(fault.KindInvalid, "Un relevé de ce fichier ne dit pas de quel compte il parle (IBAN absent).")
	ErrDirection   = fault.New(fault.KindInvalid, "Une opération de ce fichier ne dit pas si elle est au crédit ou au débit.")
	ErrUndated     = fault.New(fault.KindInvalid, "Une opération comptabilisée de ce fichier n’a pas de date.")
	ErrNameless    = fault.New(fault.KindInvalid, "Une opération de cet avis n’a pas de référence de la banque\u00a0: elle ne pourrait pas être retrouvée sur le relevé. Importez le relevé (camt.053).")
)

// Read reads every report of a file. Entries are read one by one.
func Read(r io.Reader) ([]Report, error) {
	d, err := bankxml.Open(r, "camt.053", "camt.054")
	if err != nil {
		return nil, err
	}
	f := file{document: d, kind: Statement}
	if d.Family == "camt.054" {
		f.kind = Notice
	}
	if err := d.Children(f.message); err != nil {
		return nil, err
	}
	if err := d.Finish(); err != nil {
		return nil, err
	}
	if len(f.reports) == 0 {
		return nil, ErrNothing
	}
	return f.reports, nil
}

// file is a file being read.
type file struct {
	document  *bankxml.Document
	kind      Kind
	messageID string
	reports   []Report
}

func (f *file) message(start xml.StartElement) error {
	switch start.Name.Local {
	case "BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn":
		return f.document.Children(f.part)
	default:
		return f.document.Skip()
	}
}

func (f *file) part(start xml.StartElement) error {
	switch start.Name.Local {
	case "GrpHdr":
		var header struct {
			ID string `xml:"MsgId"`
		}
		err := f.document.Decode(&header, start)
		f.messageID = clean(header.ID, 70)
		return err
	case "Stmt", "Ntfctn":
		b := building{file: f, report: Report{Kind: f.kind, MessageID: f.messageID}}
		if err := f.document.Children(b.element); err != nil {
			return err
		}
		return b.finish()
	default:
		return f.document.Skip()
	}
}

// building is a report being read.
type building struct {
	file   *file
	report Report
	found  bool // an opening balance
	opened bool // the opening balance proper, which no other replaces
	closed bool
}

func (b *building) element(start xml.StartElement) error {
	d := b.file.document
	switch start.Name.Local {
	case "Id":
		return b.text(start, func(s string) { b.report.Reference = clean(s, 70) })
	case "ElctrncSeqNb":
		return b.text(start, func(s string) {
			if n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64); err == nil {
				b.report.Sequence = &n
			}
		})
	case "Acct":
		var account accountXML
		err := d.Decode(&account, start)
		b.report.IBAN = strings.ToUpper(strings.ReplaceAll(first(account.IBAN, account.Other), " ", ""))
		return err
	case "Bal":
		var balance balanceXML
		if err := d.Decode(&balance, start); err != nil {
			return err
		}
		return b.balance(balance)
	case "Ntry":
		var entry entryXML
		if err := d.Decode(&entry, start); err != nil {
			return err
		}
		return b.entry(entry)
	default:
		return d.Skip()
	}
}

func (b *building) text(start xml.StartElement, use func(string)) error {
	var text string
	err := b.file.document.Decode(&text, start)
	use(text)
	return err
}

// balance keeps the booked balances at both ends; some banks give the previous
// closing balance for the opening one.
func (b *building) balance(x balanceXML) error {
	code := strings.TrimSpace(x.Code)
	opens := code == "OPBD" || code == "PRCD" && !b.opened
	if !opens && code != "CLBD" {
		return nil
	}
	amount, err := signed(x)
	if err != nil {
		return err
	}
	day, dated, err := x.Date.On()
	if err != nil || !dated {
		return bankxml.ErrDate
	}
	if code == "CLBD" {
		b.closed, b.report.Closing, b.report.ClosedOn = true, amount, day
		return nil
	}
	b.opened = code == "OPBD"
	b.found = true
	b.report.Opening, b.report.OpenedOn = amount, day
	return nil
}

func signed(x balanceXML) (money.Cents, error) {
	amount, err := x.Amount.Cents()
	if err != nil {
		return 0, err
	}
	credit, err := isCredit(x.Direction)
	if !credit {
		amount = -amount
	}
	return amount, err
}

func isCredit(direction string) (bool, error) {
	switch strings.TrimSpace(direction) {
	case "CRDT":
		return true, nil
	case "DBIT":
		return false, nil
	default:
		return false, ErrDirection
	}
}

func (b *building) finish() error {
	switch r := &b.report; {
	case r.Reference == "":
		return ErrNoReference
	case r.IBAN == "":
		return ErrNoIBAN
	case r.Kind == Statement && (!b.found || !b.closed):
		return fault.New(fault.KindInvalid, fmt.Sprintf("Le relevé %s ne donne pas ses soldes comptables d’ouverture et de clôture (OPBD, CLBD)\u00a0: il ne peut pas être vérifié.", r.Reference))
	}
	b.report.settle()
	b.file.reports = append(b.file.reports, b.report)
	return nil
}
