package sepa

import "encoding/xml"

// The part of pain.001.001 that the house fills, in the order of the schema; a
// version leaves out the fields that another one names.

type document struct {
	XMLName   xml.Name     `xml:"Document"`
	Namespace string       `xml:"xmlns,attr"`
	Header    groupHeader  `xml:"CstmrCdtTrfInitn>GrpHdr"`
	Batch     paymentBatch `xml:"CstmrCdtTrfInitn>PmtInf"`
}

type groupHeader struct {
	MsgID    string    `xml:"MsgId"`
	CreDtTm  string    `xml:"CreDtTm"`
	NbOfTxs  int       `xml:"NbOfTxs"`
	CtrlSum  string    `xml:"CtrlSum"`
	InitgPty initiator `xml:"InitgPty"`
}

type initiator struct {
	Nm string          `xml:"Nm"`
	ID *organisationID `xml:"Id>OrgId>Othr"`
}

type organisationID struct {
	ID     string `xml:"Id"`
	Scheme string `xml:"SchmeNm>Prtry"`
}

type paymentBatch struct {
	PmtInfID    string     `xml:"PmtInfId"`
	PmtMtd      string     `xml:"PmtMtd"`
	BtchBookg   bool       `xml:"BtchBookg"`
	NbOfTxs     int        `xml:"NbOfTxs"`
	CtrlSum     string     `xml:"CtrlSum"`
	SvcLvl      string     `xml:"PmtTpInf>SvcLvl>Cd"`
	ReqdExctnDt requested  `xml:"ReqdExctnDt"`
	Dbtr        string     `xml:"Dbtr>Nm"`
	DbtrIBAN    string     `xml:"DbtrAcct>Id>IBAN"`
	DbtrAgt     agent      `xml:"DbtrAgt>FinInstnId"`
	ChrgBr      string     `xml:"ChrgBr"`
	Transfers   []transfer `xml:"CdtTrfTxInf"`
}

// requested is a bare date up to version 03, an element of its own since.
type requested struct {
	Bare string `xml:",chardata"`
	Dt   string `xml:"Dt,omitempty"`
}

type agent struct {
	BIC   string   `xml:"BIC,omitempty"` // up to version 03
	BICFI string   `xml:"BICFI,omitempty"`
	Othr  *otherID `xml:"Othr"`
}

type otherID struct {
	ID string `xml:"Id"`
}

type transfer struct {
	InstrID    string   `xml:"PmtId>InstrId,omitempty"`
	EndToEndID string   `xml:"PmtId>EndToEndId"`
	Amount     amount   `xml:"Amt>InstdAmt"`
	CdtrAgt    *agent   `xml:"CdtrAgt>FinInstnId"`
	Cdtr       creditor `xml:"Cdtr"`
	CdtrIBAN   string   `xml:"CdtrAcct>Id>IBAN"`
	Ustrd      string   `xml:"RmtInf>Ustrd"`
}

type creditor struct {
	Nm      string         `xml:"Nm"`
	PstlAdr *postalAddress `xml:"PstlAdr"`
}

type postalAddress struct {
	StrtNm string `xml:"StrtNm"`
	BldgNb string `xml:"BldgNb,omitempty"`
	PstCd  string `xml:"PstCd"`
	TwnNm  string `xml:"TwnNm"`
	Ctry   string `xml:"Ctry"`
}

type amount struct {
	Ccy   string `xml:"Ccy,attr"`
	Value string `xml:",chardata"`
}
