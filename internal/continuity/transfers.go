package continuity

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"passnum/internal/continuity/kit"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// ready lists a transfer for each creditor whose account is known, for all that
// it is owed now. What is in transit is left out: the bank may have paid it.
func ready() string {
	return `
	WITH booked AS (SELECT structure_id, ` + flow("payable", anything) + ` AS due FROM ledger_movements WHERE structure_id IS NOT NULL GROUP BY 1)
	SELECT b.structure_id, g.siret, ` + one("g.name") + ` AS structure, ` + one("s.account_holder") + ` AS titulaire, s.iban, s.bic,
		` + euros("b.due") + ` AS montant, 'KIT-' || g.siret AS reference, 'Pass numerique, solde du a ' || g.siret AS libelle, b.due AS centimes
	FROM booked b
	JOIN organisations g ON g.id = b.structure_id
	JOIN structures s ON s.organisation_id = b.structure_id AND s.iban <> ''
	WHERE b.due > 0
	ORDER BY g.siret`
}

type transfer struct {
	Titulaire, IBAN, BIC string
	Reference, Libelle   string
	Centimes             int64
}

// transfers writes what pays every creditor: a sheet to check, and the same as
// an order to the bank, for whoever holds the dedicated account.
func (x *export) transfers(ctx context.Context, tx *postgres.Tx) error {
	err := x.add(kit.TransfersName, func(out io.Writer) (int64, error) { return writeSheet(ctx, tx, out, ready(), allTexts(ready())) })
	if err != nil {
		return err
	}
	list, err := postgres.All[transfer](ctx, tx, `SELECT titulaire, iban, bic, reference, libelle, centimes::bigint AS centimes FROM (`+ready()+`) AS t`, nil)
	if err != nil {
		return fmt.Errorf("read transfers: %w", err)
	}
	file := x.order(list)
	if len(file.Payments) == 0 {
		return nil
	}
	var text bytes.Buffer
	if err := sepa.Write(&text, file); err != nil {
		return fmt.Errorf("write transfers: %w", err)
	}
	return x.out.AddBytes(kit.SEPAName, text.Bytes())
}

// order keeps the transfers that a bank would take: one account number wrong must
// not hold back the others.
func (x *export) order(list []transfer) sepa.File {
	at := x.at.In(postgres.Paris).Truncate(time.Second)
	whole := sepa.File{
		MessageID: "KIT-" + at.Format("20060102-150405"), CreatedAt: at, ExecutionDate: sepa.NextWorkingDay(at),
		InitiatingParty: sepa.Party{Name: x.Debtor.Name, SIRET: x.Debtor.SIRET},
		Debtor:          sepa.Debtor{Name: x.Debtor.Name, IBAN: x.Debtor.IBAN, BIC: x.Debtor.BIC},
	}
	for _, t := range list {
		alone := whole
		alone.Payments = []sepa.Payment{{
			EndToEndID: t.Reference, Amount: money.Cents(t.Centimes), CreditorName: t.Titulaire, CreditorIBAN: t.IBAN, CreditorBIC: t.BIC, Remittance: t.Libelle,
		}}
		if alone.Validate() == nil {
			whole.Payments = append(whole.Payments, alone.Payments[0])
		}
	}
	return whole
}
