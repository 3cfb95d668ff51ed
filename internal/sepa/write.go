package sepa

import (
	"encoding/xml"
	"fmt"
	"io"
)

const namespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

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
	d := document{Namespace: namespace}
	d.Header = groupHeader{
		MsgID: f.MessageID, CreDtTm: f.CreatedAt.Format("2006-01-02T15:04:05-07:00"),
		NbOfTxs: count, CtrlSum: total, InitgPty: newInitiator(f.InitiatingParty),
	}
	d.Batch = paymentBatch{
		PmtInfID: f.MessageID, PmtMtd: "TRF", BtchBookg: f.BatchBooking,
		NbOfTxs: count, CtrlSum: total, SvcLvl: "SEPA", ReqdExctnDt: day(f.ExecutionDate),
		Dbtr: name(f.Debtor.Name), DbtrIBAN: f.Debtor.IBAN, DbtrAgt: debtorAgent(f.Debtor.BIC), ChrgBr: "SLEV",
		Transfers: make([]transfer, count),
	}
	for i, p := range f.Payments {
		d.Batch.Transfers[i] = newTransfer(p)
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
func debtorAgent(bic string) agent {
	if bic == "" {
		return agent{Othr: &otherID{ID: "NOTPROVIDED"}}
	}
	return agent{BICFI: bic}
}

func newTransfer(p Payment) transfer {
	t := transfer{
		InstrID: p.InstructionID, EndToEndID: p.EndToEndID,
		Amount: amount{Ccy: "EUR", Value: p.Amount.Decimal()},
		Cdtr:   name(p.CreditorName), CdtrIBAN: p.CreditorIBAN, Ustrd: Latin(p.Remittance),
	}
	if p.CreditorBIC != "" {
		t.CdtrAgt = &agent{BICFI: p.CreditorBIC}
	}
	return t
}
