package sepa

import "encoding/xml"

// The part of pain.001.001.09 that the house fills, in the order of the schema.

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
	ReqdExctnDt string     `xml:"ReqdExctnDt>Dt"`
	Dbtr        string     `xml:"Dbtr>Nm"`
	DbtrIBAN    string     `xml:"DbtrAcct>Id>IBAN"`
	DbtrAgt     agent      `xml:"DbtrAgt>FinInstnId"`
	ChrgBr      string     `xml:"ChrgBr"`
	Transfers   []transfer `xml:"CdtTrfTxInf"`
}

type agent struct {
	BICFI string   `xml:"BICFI,omitempty"`
	Othr  *otherID `xml:"Othr"`
}

type otherID struct {
	ID string `xml:"Id"`
}

type transfer struct {
	InstrID    string `xml:"PmtId>InstrId,omitempty"`
	EndToEndID string `xml:"PmtId>EndToEndId"`
	Amount     amount `xml:"Amt>InstdAmt"`
	CdtrAgt    *agent `xml:"CdtrAgt>FinInstnId"`
	Cdtr       string `xml:"Cdtr>Nm"`
	CdtrIBAN   string `xml:"CdtrAcct>Id>IBAN"`
	Ustrd      string `xml:"RmtInf>Ustrd"`
}

type amount struct {
	Ccy   string `xml:"Ccy,attr"`
	Value string `xml:",chardata"`
}
