// Package camtfile writes what a bank would say, for the demonstration and for
// tests. It refuses nothing: a wrong statement is written as asked.
package camtfile

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"

	"passnum/internal/money"
	"passnum/internal/treasury/camt"
)

// Version is the message and version to write.
type Version string

// The versions that banks send.
const (
	Statement02 Version = "camt.053.001.02"
	Statement08 Version = "camt.053.001.08"
	Notice02    Version = "camt.054.001.02"
	Notice08    Version = "camt.054.001.08"
)

func (v Version) statement() bool { return v == Statement02 || v == Statement08 }
func (v Version) recent() bool    { return v == Statement08 || v == Notice08 }

// Write writes the reports in one file, entries in the order given.
func Write(v Version, at time.Time, reports ...camt.Report) []byte {
	w := &writer{version: v}
	root, element := "BkToCstmrStmt", "Stmt"
	if !v.statement() {
		root, element = "BkToCstmrDbtCdtNtfctn", "Ntfctn"
	}
	w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:` + string(v) + `">`)
	w.in(root, func() {
		w.in("GrpHdr", func() {
			w.text("MsgId", "MSG-"+reports[0].Reference)
			w.text("CreDtTm", at.UTC().Format("2006-01-02T15:04:05Z"))
		})
		for _, r := range reports {
			w.in(element, func() { w.report(r, at) })
		}
	})
	w.raw("</Document>\n")
	return w.out.Bytes()
}

type writer struct {
	version Version
	out     bytes.Buffer
}

func (w *writer) raw(s string) { w.out.WriteString(s) }

func (w *writer) in(name string, content func()) {
	w.raw("<" + name + ">")
	content()
	w.raw("</" + name + ">")
}

func (w *writer) text(name, value string) {
	if value == "" {
		return
	}
	w.in(name, func() { _ = xml.EscapeText(&w.out, []byte(value)) })
}

func (w *writer) amount(c money.Cents) {
	if c < 0 {
		c = -c
	}
	w.raw(`<Amt Ccy="EUR">` + c.Decimal() + `</Amt>`)
}

func (w *writer) direction(credit bool) {
	if credit {
		w.text("CdtDbtInd", "CRDT")
	} else {
		w.text("CdtDbtInd", "DBIT")
	}
}

func (w *writer) day(name string, t time.Time) {
	w.in(name, func() { w.text("Dt", t.Format(time.DateOnly)) })
}

func (w *writer) report(r camt.Report, at time.Time) {
	w.text("Id", r.Reference)
	if r.Sequence != nil {
		w.text("ElctrncSeqNb", fmt.Sprint(*r.Sequence))
	}
	w.text("CreDtTm", at.UTC().Format("2006-01-02T15:04:05Z"))
	w.in("Acct", func() {
		w.in("Id", func() { w.text("IBAN", r.IBAN) })
		w.text("Ccy", "EUR")
	})
	if w.version.statement() {
		w.balance("OPBD", r.Opening, r.OpenedOn)
		w.balance("CLBD", r.Closing, r.ClosedOn)
	}
	for _, e := range r.Entries {
		w.in("Ntry", func() { w.entry(e) })
	}
}

func (w *writer) balance(code string, amount money.Cents, on time.Time) {
	w.in("Bal", func() {
		w.in("Tp", func() { w.in("CdOrPrtry", func() { w.text("Cd", code) }) })
		w.amount(amount)
		w.direction(amount >= 0)
		w.day("Dt", on)
	})
}

func (w *writer) entry(e camt.Entry) {
	w.amount(e.Amount)
	w.direction(e.Credit)
	if e.Reversal {
		w.text("RvslInd", "true")
	}
	if w.version.recent() {
		w.in("Sts", func() { w.text("Cd", "BOOK") })
	} else {
		w.text("Sts", "BOOK")
	}
	w.day("BookgDt", e.BookedOn)
	if e.ValuedOn != nil {
		w.day("ValDt", *e.ValuedOn)
	}
	w.text("AcctSvcrRef", e.BankReference)
	w.in("BkTxCd", func() { w.code(e.Code) })
	if len(e.Details) > 0 {
		w.in("NtryDtls", func() { w.details(e) })
	}
}

// code writes « PMNT/RCDT/ESCT », or the bank's own.
func (w *writer) code(code string) {
	var domain, family, sub string
	if n, _ := fmt.Sscanf(code, "%4s/%4s/%4s", &domain, &family, &sub); n != 3 {
		w.in("Prtry", func() { w.text("Cd", "DIVERS") })
		return
	}
	w.in("Domn", func() {
		w.text("Cd", domain)
		w.in("Fmly", func() {
			w.text("Cd", family)
			w.text("SubFmlyCd", sub)
		})
	})
}

// details writes the batch when the entry is one, then its parts; an entry of
// one part writes the whole.
func (w *writer) details(e camt.Entry) {
	parts := e.Details[1:]
	if whole := e.Details[0]; len(parts) == 0 && whole.EndToEndID == "" && whole.PaymentID != "" {
		w.in("Btch", func() {
			w.text("MsgId", whole.MessageID)
			w.text("PmtInfId", whole.PaymentID)
		})
		return
	}
	if len(parts) == 0 {
		parts = e.Details[:1]
	}
	for _, d := range parts {
		w.in("TxDtls", func() { w.detail(e, d) })
	}
}

func (w *writer) detail(e camt.Entry, d camt.Detail) {
	w.in("Refs", func() {
		w.text("MsgId", d.MessageID)
		w.text("PmtInfId", d.PaymentID)
		w.text("EndToEndId", d.EndToEndID)
	})
	if w.version.recent() {
		w.amount(d.Amount)
		w.direction(e.Credit)
	} else {
		w.in("AmtDtls", func() { w.in("TxAmt", func() { w.amount(d.Amount) }) })
	}
	if d.Party != "" {
		w.in("RltdPties", func() { w.party(e.Credit && d.ReturnCode == "", d.Party) })
	}
	if d.Remittance != "" {
		w.in("RmtInf", func() { w.text("Ustrd", d.Remittance) })
	}
	if d.ReturnCode != "" {
		w.in("RtrInf", func() {
			w.in("Rsn", func() { w.text("Cd", d.ReturnCode) })
			w.text("AddtlInf", d.ReturnText)
		})
	}
}

func (w *writer) party(debtor bool, name string) {
	role := "Cdtr"
	if debtor {
		role = "Dbtr"
	}
	w.in(role, func() {
		if w.version.recent() {
			w.in("Pty", func() { w.text("Nm", name) })
		} else {
			w.text("Nm", name)
		}
	})
}
