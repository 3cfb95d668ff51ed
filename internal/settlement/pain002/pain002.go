// Package pain002 reads the bank's answer to a payment file (pain.002, every
// version in use): what became of the file, of its lots and of its transfers. It
// refuses to decide anything: it only reads.
package pain002

import (
	"encoding/xml"
	"io"
	"strings"

	"passnum/internal/bankxml"
	"passnum/internal/fault"
	"passnum/internal/money"
)

// Status is what became of a file, a lot or a transfer.
type Status string

// The answers of banks.
const (
	Received  Status = "RCVD"
	Technical Status = "ACTC" // well formed
	Accepted  Status = "ACCP"
	Booked    Status = "ACSP" // accepted, on its way
	Settled   Status = "ACSC" // debited
	Changed   Status = "ACWC" // accepted, with a change
	Partial   Status = "PART"
	Pending   Status = "PDNG"
	Rejected  Status = "RJCT"
	Cancelled Status = "CANC"
)

// Reason says why.
type Reason struct {
	Code string // « AC01 », or the bank's own
	Text string
}

// Report is a whole answer.
type Report struct {
	Version           string
	MessageID         string
	OriginalMessageID string
	OriginalName      string // « pain.001.001.09 »
	Status            Status // empty when the bank only speaks of transfers
	Reason            Reason
	Lots              []Lot
}

// Lot is a group of transfers of the original file.
type Lot struct {
	ID           string
	Status       Status
	Reason       Reason
	Transactions []Transaction
}

// Transaction is one transfer.
type Transaction struct {
	EndToEndID string
	Status     Status
	Reason     Reason
	// Amount is zero when the bank does not repeat it.
	Amount money.Cents
}

// What a file that is one of ours never looks like.
var (
	ErrTooMany   = fault.New(fault.KindInvalid, "Ce compte rendu parle de plus de 200\u202f000 virements\u00a0: il est refusé.")
	ErrNoMessage = fault.New(fault.KindInvalid, "Ce compte rendu ne dit pas de quel fichier de virements il parle\u00a0: il est refusé.")
	ErrNoStatus  = fault.New(fault.KindInvalid, "Ce compte rendu contient un virement sans état\u00a0: il est refusé.")
)

const mostTransactions = 200_000

// Parse reads a report, whatever its version, in any order of its parts. Its
// refusals are French sentences.
func Parse(r io.Reader) (Report, error) {
	doc, err := bankxml.Open(r, "pain.002")
	if err != nil {
		return Report{}, err
	}
	p := &parser{doc: doc, Report: Report{Version: doc.Version}}
	err = doc.Children(func(start xml.StartElement) error {
		if !strings.HasPrefix(start.Name.Local, "CstmrPmtStsRpt") {
			return doc.Skip()
		}
		return doc.Children(p.part)
	})
	if err == nil {
		err = doc.Finish()
	}
	if err == nil {
		err = p.complete()
	}
	return p.Report, err
}

type parser struct {
	Report
	doc *bankxml.Document
	n   int
}

type header struct {
	MessageID string `xml:"MsgId"`
}

type group struct {
	MessageID string   `xml:"OrgnlMsgId"`
	Name      string   `xml:"OrgnlMsgNmId"`
	Status    string   `xml:"GrpSts"`
	Reasons   []reason `xml:"StsRsnInf"`
}

type reason struct {
	Code        string   `xml:"Rsn>Cd"`
	Proprietary string   `xml:"Rsn>Prtry"`
	Text        []string `xml:"AddtlInf"`
}

type transaction struct {
	EndToEndID string          `xml:"OrgnlEndToEndId"`
	Status     string          `xml:"TxSts"`
	Reasons    []reason        `xml:"StsRsnInf"`
	Amount     *bankxml.Amount `xml:"OrgnlTxRef>Amt>InstdAmt"`
}

func (p *parser) part(start xml.StartElement) error {
	switch start.Name.Local {
	case "GrpHdr":
		var h header
		err := p.doc.Decode(&h, start)
		p.MessageID = trim(h.MessageID)
		return err
	case "OrgnlGrpInfAndSts":
		var g group
		err := p.doc.Decode(&g, start)
		p.OriginalMessageID, p.OriginalName, p.Status, p.Reason = trim(g.MessageID), trim(g.Name), status(g.Status), first(g.Reasons)
		return err
	case "OrgnlPmtInfAndSts":
		lot := Lot{}
		err := p.doc.Children(func(start xml.StartElement) error { return p.lotPart(&lot, start) })
		p.Lots = append(p.Lots, lot)
		return err
	case "TxInfAndSts": // old files have no lot
		lot := Lot{}
		err := p.transaction(&lot, start)
		p.Lots = append(p.Lots, lot)
		return err
	default:
		return p.doc.Skip()
	}
}

func (p *parser) lotPart(lot *Lot, start xml.StartElement) error {
	switch start.Name.Local {
	case "OrgnlPmtInfId":
		return p.text(&lot.ID, start)
	case "PmtInfSts":
		var text string
		err := p.text(&text, start)
		lot.Status = status(text)
		return err
	case "StsRsnInf":
		var r reason
		err := p.doc.Decode(&r, start)
		if lot.Reason == (Reason{}) {
			lot.Reason = r.read()
		}
		return err
	case "TxInfAndSts":
		return p.transaction(lot, start)
	default:
		return p.doc.Skip()
	}
}

func (p *parser) text(into *string, start xml.StartElement) error {
	err := p.doc.Decode(into, start)
	*into = trim(*into)
	return err
}

func (p *parser) transaction(lot *Lot, start xml.StartElement) error {
	if p.n++; p.n > mostTransactions {
		return ErrTooMany
	}
	var t transaction
	if err := p.doc.Decode(&t, start); err != nil {
		return err
	}
	read := Transaction{EndToEndID: trim(t.EndToEndID), Status: status(t.Status), Reason: first(t.Reasons)}
	if t.Amount != nil {
		var err error
		if read.Amount, err = t.Amount.Cents(); err != nil {
			return err
		}
	}
	lot.Transactions = append(lot.Transactions, read)
	return nil
}

// complete checks that the report says of what it speaks, and lets a transfer
// without a state have its lot's, or its file's.
func (p *parser) complete() error {
	if p.OriginalMessageID == "" || p.MessageID == "" {
		return ErrNoMessage
	}
	said := p.Status != ""
	for i := range p.Lots {
		lot := &p.Lots[i]
		said = said || lot.Status != ""
		for j := range lot.Transactions {
			t := &lot.Transactions[j]
			if t.Status == "" {
				t.Status = either(lot.Status, p.Status)
			}
			if t.Reason == (Reason{}) && t.Status == Rejected {
				t.Reason = lot.Reason
			}
			if t.Status == "" || t.Status == Partial {
				return ErrNoStatus
			}
			said = true
		}
	}
	if !said {
		return ErrNoStatus
	}
	return nil
}

func either(a, b Status) Status {
	if a != "" && a != Partial {
		return a
	}
	return b
}

func status(s string) Status { return Status(strings.ToUpper(trim(s))) }

func first(reasons []reason) Reason {
	for _, r := range reasons {
		if read := r.read(); read != (Reason{}) {
			return read
		}
	}
	return Reason{}
}

func (r reason) read() Reason {
	code := trim(r.Code)
	if code == "" {
		code = trim(r.Proprietary)
	}
	return Reason{Code: code, Text: trim(strings.Join(r.Text, " "))}
}

// longest is what a text of these files may hold; banks cut at 140.
const longest = 500

func trim(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > longest {
		return string(runes[:longest])
	}
	return s
}
