package model_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"passnum/internal/money"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

// bank keeps the account as a bank would: it knows what it credited and debited,
// reads pain.001 files, writes camt.053 ones, and nothing else.
type bank struct {
	coming   []camt.Entry // booked on their day
	balance  money.Cents
	closedOn time.Time
	serial   int64
	// What crossed the account, by nature.
	deposited, paid, cameBack, refunded, swept money.Cents
}

func newBank(day time.Time) *bank { return &bank{closedOn: day.AddDate(0, 0, -1)} }

func (b *bank) book(e camt.Entry) {
	b.serial++
	e.BankReference = fmt.Sprintf("REF%07d", b.serial)
	for i := range e.Details {
		e.Details[i].Amount = e.Amount
	}
	b.coming = append(b.coming, e)
}

func (b *bank) deposit(on time.Time, amount money.Cents, words string) {
	b.deposited += amount
	b.book(camt.Entry{Credit: true, Amount: amount, BookedOn: on, Code: "PMNT/RCDT/ESCT", Details: []camt.Detail{{Remittance: words, Party: "PAIERIE DEPARTEMENTALE DE LA CREUSE"}}})
}

func (b *bank) sweep(on time.Time, amount money.Cents) {
	b.swept += amount
	b.book(camt.Entry{Amount: amount, BookedOn: on, Code: "PMNT/ICDT/ESCT", Details: []camt.Detail{{Remittance: "FRAIS DE GESTION", Party: "COOPERATIVE PASS"}}})
}

// painFile is what a bank reads of a pain.001.
type painFile struct {
	MessageID string `xml:"CstmrCdtTrfInitn>GrpHdr>MsgId"`
	Sum       string `xml:"CstmrCdtTrfInitn>GrpHdr>CtrlSum"`
	Debtor    string `xml:"CstmrCdtTrfInitn>PmtInf>DbtrAcct>Id>IBAN"`
	PaymentID string `xml:"CstmrCdtTrfInitn>PmtInf>PmtInfId"`
	Transfers []struct {
		EndToEndID string `xml:"PmtId>EndToEndId"`
		Amount     string `xml:"Amt>InstdAmt"`
		IBAN       string `xml:"CdtrAcct>Id>IBAN"`
	} `xml:"CstmrCdtTrfInitn>PmtInf>CdtTrfTxInf"`
}

// read parses a pain.001 and refuses one that does not add up.
func (b *bank) read(file []byte) (p painFile, amounts []money.Cents, err error) {
	if err := xml.Unmarshal(file, &p); err != nil {
		return p, nil, err
	}
	var sum money.Cents
	for _, t := range p.Transfers {
		amount, err := money.Parse(t.Amount)
		if err != nil {
			return p, nil, err
		}
		amounts = append(amounts, amount)
		sum += amount
	}
	if sum.Decimal() != p.Sum || p.Debtor != dedicated {
		return p, nil, fmt.Errorf("file %s: transfers of %s, a control sum of %s, on account %s", p.MessageID, sum.Decimal(), p.Sum, p.Debtor)
	}
	return p, amounts, nil
}

func (b *bank) debit(on time.Time, p painFile, amount money.Cents) {
	b.book(camt.Entry{Amount: amount, BookedOn: on, Code: "PMNT/ICDT/ESCT", Details: []camt.Detail{{PaymentID: p.PaymentID, MessageID: p.MessageID}}})
}

func (b *bank) giveBack(on time.Time, amount money.Cents, endToEnd, code string) {
	b.cameBack += amount
	b.book(camt.Entry{Credit: true, Amount: amount, BookedOn: on, Code: "PMNT/ICDT/RRTN", Details: []camt.Detail{{EndToEndID: endToEnd, ReturnCode: code, ReturnText: "Virement revenu"}}})
}

// statement books what is due up to a day, and writes it.
func (b *bank) statement(day time.Time) camt.Report {
	b.serial++
	number := b.serial
	r := camt.Report{Kind: camt.Statement, Reference: fmt.Sprintf("R%06d", number), Sequence: &number, IBAN: dedicated, OpenedOn: b.closedOn, Opening: b.balance, ClosedOn: day}
	b.coming = slices.DeleteFunc(b.coming, func(e camt.Entry) bool {
		due := !e.BookedOn.After(day)
		if due {
			r.Entries = append(r.Entries, e)
		}
		return due
	})
	credits, debits := r.Totals()
	b.balance += credits - debits
	b.closedOn, r.Closing = day, b.balance
	return r
}

// executePayment is the bank's part of a batch: it reads the file, may refuse a
// transfer at once, debits the rest the next day, and sends some back later.
func (y *year) executePayment(file []byte) {
	p, amounts, err := y.bank.read(file)
	y.must(err)
	var sum money.Cents
	refuse := -1
	if len(amounts) > 1 && y.batches%4 == 3 && !y.finishing() {
		refuse = y.dice.IntN(len(amounts))
		y.reject(p, refuse)
	}
	on := nextWorking(y.day)
	for i, amount := range amounts {
		if i == refuse {
			continue
		}
		sum += amount
		if y.dice.IntN(10+len(y.structures)) == 0 && !y.finishing() {
			y.returned++
			y.bank.giveBack(nextWorking(on.AddDate(0, 0, y.dice.IntN(4))), amount, p.Transfers[i].EndToEndID, []string{"AC04", "MD07", "AM04"}[y.dice.IntN(3)])
		}
	}
	y.transfers += len(amounts)
	y.bank.paid += sum
	y.bank.debit(on, p, sum)
}

// finishing is when the bank makes no more fuss, so that the year can end.
func (y *year) finishing() bool { return y.day.After(time.Date(2028, 2, 15, 0, 0, 0, 0, time.UTC)) }

// reject has the bank refuse one transfer before any debit, in a pain.002.
func (y *year) reject(p painFile, i int) {
	y.rejected++
	report := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>RJ-%[1]s</MsgId><CreDtTm>%[2]s</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>%[1]s</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>%[3]s</OrgnlPmtInfId>
<TxInfAndSts><OrgnlEndToEndId>%[4]s</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf>
<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">%[5]s</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>`, p.MessageID, y.Now().UTC().Format("2006-01-02T15:04:05"), p.PaymentID, p.Transfers[i].EndToEndID, p.Transfers[i].Amount)
	_, err := y.settle.LoadReport(y.ctx, y.Finance, "pain002.xml", []byte(report))
	y.must(err)
	if y.Count(`SELECT count(*) FROM settlement_lines WHERE end_to_end_id = $1 AND state = 'rejetee'`, p.Transfers[i].EndToEndID) != 1 {
		y.t.Fatalf("%s: the transfer that the bank refused is not rejected", y.day.Format(time.DateOnly))
	}
}

// receiveStatement takes in what the bank wrote that evening: the rules know
// every line but the operator's own fees, which a person names.
func (y *year) receiveStatement() {
	if !working(y.day) {
		return
	}
	y.sweepFees()
	r := y.bank.statement(y.day)
	version := []camtfile.Version{camtfile.Statement02, camtfile.Statement08}[y.statements%2]
	file := camtfile.Write(version, y.Now(), r)
	for again := range 2 {
		done, err := y.treasury.Import(y.ctx, y.Finance, "releve.xml", bytes.NewReader(file))
		y.must(err)
		if again == 0 && (done.Statements != 1 || done.Lines != len(r.Entries)) || again == 1 && (done.Already != 1 || done.Matched != 0) {
			y.t.Fatalf("%s: statement %s: %+v of %d lines", y.day.Format(time.DateOnly), r.Reference, done, len(r.Entries))
		}
		if y.statements%7 != 0 {
			break // now and then, the same file is loaded twice
		}
	}
	y.statements++
	y.nameFees()
	y.represent()
}

// sweepFees moves a third of the fees left to the operator's own account, each
// month.
func (y *year) sweepFees() {
	if y.day.Day() < 20 || y.sweptIn == y.day.Month() {
		return
	}
	y.sweptIn = y.day.Month()
	var fees money.Cents
	for _, o := range y.purchases {
		if o.active {
			fees += o.fees
		}
	}
	if part := (fees - y.bank.swept) / 3; part > 0 {
		y.sweeps++
		y.bank.sweep(y.day, part)
	}
}

// nameFees says what the waiting lines are: there must be nothing but fees.
func (y *year) nameFees() {
	lines, _, err := y.treasury.Lines(y.ctx, y.Finance, treasury.Filter{State: "attente"}, nil, treasury.Page)
	y.must(err)
	for _, l := range lines {
		if !strings.Contains(l.Remittance, "FRAIS DE GESTION") {
			y.t.Fatalf("%s: the rules do not know %s of %s « %s » (%s)", y.day.Format(time.DateOnly), l.BankReference, l.AmountCents, l.Remittance, l.Waiting)
		}
		y.must(y.treasury.Decide(y.ctx, y.Finance, l.ID, treasury.Choice{Kind: treasury.Sweep, Amount: l.AmountCents}))
	}
}
