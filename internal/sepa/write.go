package sepa

import (
	"encoding/xml"
	"fmt"
	"io"
)

const namespace = "urn:iso:std:iso:20022:tech:xsd:"

// Write writes the file, the same bytes for the same File. It answers the
// errors of Validate before it writes anything.
func Write(w io.Writer, f File) error {
	if err := f.Validate(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("writing the SEPA file: %w", err)
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(newDocument(f)); err != nil {
		return fmt.Errorf("writing the SEPA file: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("writing the SEPA file: %w", err)
	}
	return nil
}

func newDocument(f File) document {
	count, total := len(f.Payments), f.Total().Decimal()
	v := f.version()
	d := document{Namespace: namespace + v.String()}
	d.Header = groupHeader{
		MsgID: f.MessageID, CreDtTm: f.CreatedAt.Format("2006-01-02T15:04:05-07:00"),
		NbOfTxs: count, CtrlSum: total, InitgPty: newInitiator(f.InitiatingParty),
	}
	d.Batch = paymentBatch{
		PmtInfID: f.MessageID, PmtMtd: "TRF", BtchBookg: f.BatchBooking,
		NbOfTxs: count, CtrlSum: total, SvcLvl: "SEPA", ReqdExctnDt: v.on(day(f.ExecutionDate)),
		Dbtr: name(f.Debtor.Name), DbtrIBAN: f.Debtor.IBAN, DbtrAgt: v.debtorAgent(f.Debtor.BIC), ChrgBr: "SLEV",
		Transfers: make([]transfer, count),
	}
	for i, p := range f.Payments {
		d.Batch.Transfers[i] = v.newTransfer(p)
	}
	return d
}

func newInitiator(p Party) initiator {
	i := initiator{Nm: name(p.Name)}
	if p.SIRET != "" {
		i.ID = &organisationID{ID: p.SIRET, Scheme: "SIRET"}
	}
	return i
}

// debtorAgent fills the one agent that the format demands.
func (v Version) debtorAgent(bic string) agent {
	if bic == "" {
		return agent{Othr: &otherID{ID: "NOTPROVIDED"}}
	}
	return v.agent(bic)
}

func (v Version) agent(bic string) agent {
	if v == V03 {
		return agent{BIC: bic}
	}
	return agent{BICFI: bic}
}

func (v Version) on(day string) requested {
	if v == V03 {
		return requested{Bare: day}
	}
	return requested{Dt: day}
}

func (v Version) newTransfer(p Payment) transfer {
	t := transfer{
		InstrID: p.InstructionID, EndToEndID: p.EndToEndID,
		Amount: amount{Ccy: "EUR", Value: p.Amount.Decimal()},
		Cdtr:   creditor{Nm: name(p.CreditorName), PstlAdr: p.CreditorAddress.xml()}, CdtrIBAN: p.CreditorIBAN, Ustrd: Latin(p.Remittance),
	}
	if p.CreditorBIC != "" {
		agent := v.agent(p.CreditorBIC)
		t.CdtrAgt = &agent
	}
	return t
}
