package camt

import (
	"strings"

	"passnum/internal/bankxml"
)

// The elements that are read, as both versions in use write them. Names carry no
// namespace: every version fits.

type accountXML struct {
	IBAN  string `xml:"Id>IBAN"`
	Other string `xml:"Id>Othr>Id"`
}

type balanceXML struct {
	Code      string         `xml:"Tp>CdOrPrtry>Cd"`
	Amount    bankxml.Amount `xml:"Amt"`
	Direction string         `xml:"CdtDbtInd"`
	Date      bankxml.Date   `xml:"Dt"`
}

type entryXML struct {
	Amount    bankxml.Amount `xml:"Amt"`
	Direction string         `xml:"CdtDbtInd"`
	Reversal  string         `xml:"RvslInd"`
	Status    statusXML      `xml:"Sts"`
	Booked    bankxml.Date   `xml:"BookgDt"`
	Valued    bankxml.Date   `xml:"ValDt"`
	Reference string         `xml:"AcctSvcrRef"`
	Domain    string         `xml:"BkTxCd>Domn>Cd"`
	Family    string         `xml:"BkTxCd>Domn>Fmly>Cd"`
	SubFamily string         `xml:"BkTxCd>Domn>Fmly>SubFmlyCd"`
	Own       string         `xml:"BkTxCd>Prtry>Cd"`
	Note      string         `xml:"AddtlNtryInf"`
	Groups    []groupXML     `xml:"NtryDtls"`
}

// statusXML is a text in version 02, a code inside an element since.
type statusXML struct {
	Code string `xml:"Cd"`
	Text string `xml:",chardata"`
}

func (s statusXML) booked() bool {
	code := strings.TrimSpace(s.Code)
	if code == "" {
		code = strings.TrimSpace(s.Text)
	}
	return code == "BOOK"
}

type groupXML struct {
	Batch struct {
		MessageID string `xml:"MsgId"`
		PaymentID string `xml:"PmtInfId"`
	} `xml:"Btch"`
	Transactions []transactionXML `xml:"TxDtls"`
}

type transactionXML struct {
	MessageID  string          `xml:"Refs>MsgId"`
	PaymentID  string          `xml:"Refs>PmtInfId"`
	EndToEndID string          `xml:"Refs>EndToEndId"`
	Amount     *bankxml.Amount `xml:"Amt"`
	Told       *bankxml.Amount `xml:"AmtDtls>TxAmt>Amt"`
	Instructed *bankxml.Amount `xml:"AmtDtls>InstdAmt>Amt"`
	Direction  string          `xml:"CdtDbtInd"`
	Debtor     partyXML        `xml:"RltdPties>Dbtr"`
	Creditor   partyXML        `xml:"RltdPties>Cdtr"`
	Free       []string        `xml:"RmtInf>Ustrd"`
	Documents  []string        `xml:"RmtInf>Strd>RfrdDocInf>Nb"`
	Reference  []string        `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	More       []string        `xml:"RmtInf>Strd>AddtlRmtInf"`
	Note       string          `xml:"AddtlTxInf"`
	Return     struct {
		Code string   `xml:"Rsn>Cd"`
		Own  string   `xml:"Rsn>Prtry"`
		Text []string `xml:"AddtlInf"`
	} `xml:"RtrInf"`
}

// partyXML is a name in version 02, one more level down since.
type partyXML struct {
	Name  string `xml:"Nm"`
	Party string `xml:"Pty>Nm"`
}

func (p partyXML) name() string { return clean(first(p.Name, p.Party), 140) }

func first(texts ...string) string {
	for _, t := range texts {
		if t = strings.TrimSpace(t); t != "" {
			return t
		}
	}
	return ""
}

// clean makes one line of a text, no longer than what is of use.
func clean(text string, longest int) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > longest {
		text = string(runes[:longest])
	}
	return text
}

// reference drops what banks write when they have none.
func reference(text string) string {
	text = clean(text, 70)
	switch strings.ToUpper(text) {
	case "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE":
		return ""
	}
	return text
}
