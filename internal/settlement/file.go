package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// freeze is the fingerprint of everything the bank will be told.
func freeze(b Batch, lines []Line) []byte {
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			_ = binary.Write(h, binary.BigEndian, uint32(len(p)))
			h.Write([]byte(p))
		}
	}
	write(b.MessageID, b.DebtorName, b.DebtorIBAN, b.DebtorBIC, b.TotalCents.Decimal())
	for _, l := range lines {
		write(l.EndToEndID, l.AccountHolder, l.IBAN, l.BIC, l.AmountCents.Decimal(), remittance(l))
	}
	return h.Sum(nil)
}

// BankFile writes the pain.001.001.09 of an approved batch. It is the same file,
// byte for byte, each time; ErrChanged when the rows no longer match what was
// approved, ErrNotApproved before approval.
func (s *Service) BankFile(ctx context.Context, actor identity.Actor, id uuid.UUID) (name string, content []byte, err error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return "", nil, err
	}
	var batch Batch
	var lines []Line
	err = s.db.InPlatform(ctx, actor, "fichier bancaire", func(tx *postgres.Tx) (err error) {
		if batch, err = lockBatch(ctx, tx, id); err != nil {
			return err
		}
		if batch.State == Prepared {
			return ErrNotApproved
		}
		if lines, err = linesOf(ctx, tx, id); err != nil {
			return err
		}
		if !bytes.Equal(freeze(batch, lines), batch.FrozenHash) {
			return ErrChanged
		}
		return record(ctx, tx, actor, ActSent, batch)
	})
	if err != nil {
		return "", nil, fmt.Errorf("bank file: %w", err)
	}
	var out bytes.Buffer
	if err := sepa.Write(&out, s.sepaFile(batch, lines)); err != nil {
		return "", nil, fmt.Errorf("bank file: %w", err)
	}
	return batch.Number + "-pain.001.xml", out.Bytes(), nil
}

func (s *Service) sepaFile(b Batch, lines []Line) sepa.File {
	approved := b.ApprovedAt.In(postgres.Paris)
	file := sepa.File{
		MessageID: b.MessageID, CreatedAt: approved, ExecutionDate: sepa.NextWorkingDay(approved), BatchBooking: true,
		InitiatingParty: sepa.Party{Name: b.DebtorName, SIRET: s.debtor.SIRET},
		Debtor:          sepa.Debtor{Name: b.DebtorName, IBAN: b.DebtorIBAN, BIC: b.DebtorBIC},
	}
	for _, l := range lines {
		file.Payments = append(file.Payments, sepa.Payment{
			EndToEndID: l.EndToEndID, InstructionID: l.EndToEndID, Amount: l.AmountCents,
			CreditorName: l.AccountHolder, CreditorIBAN: l.IBAN, CreditorBIC: l.BIC,
			Remittance: remittance(l),
		})
	}
	return file
}

// remittance is what the structure reads on its bank statement.
func remittance(l Line) string {
	return fmt.Sprintf("Pass numerique %s, cheques acceptes : %d", l.SettlementNumber, l.Cheques)
}
