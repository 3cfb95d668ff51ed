package demo

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

// cushion is what the operator puts on the dedicated account for the bank's own
// charges, which may not be paid with public money.
const cushion money.Cents = 50000

// bankMovement is what the ledger says went through the bank.
type bankMovement struct {
	On        time.Time
	Credit    bool
	Amount    money.Cents
	Fees      money.Cents // the operator's part of it
	Reference string
	EndToEnd  string
	Words     string
	Party     string
	Code      string
}

// tellTheBank writes the statements that the bank would send for all that
// happened, and takes them in: the first ones every month, the last one this
// morning, with two lines left to look at.
func (w *world) tellTheBank(ctx context.Context) error {
	if w.bankIBAN == "" {
		return nil
	}
	now := w.clock.now
	defer func() { w.clock.now = now }()
	movements, err := w.bankMovements(ctx)
	if err != nil || len(movements) == 0 {
		return err
	}
	bank := treasury.NewService(treasury.Deps{DB: w.db, IBAN: w.bankIBAN, Attest: w.orders.AttestInTx, Awaiting: order.Awaiting, Unpaid: invoicing.Unpaid,
		Debit: w.settlements.ApplyDebit, Return: w.settlements.ApplyReturn})
	left, err := w.waitingMovements(ctx)
	if err != nil {
		return err
	}
	reports := w.statements(movements, left)
	for i, r := range reports {
		at := time.Date(r.ClosedOn.Year(), r.ClosedOn.Month(), r.ClosedOn.Day()+1, 8, 0, 0, 0, postgres.Paris)
		if i == len(reports)-1 || at.After(now) {
			at = now
		}
		w.clock.now = at.UTC()
		file := camtfile.Write(camtfile.Statement08, w.clock.now, r)
		if _, err := bank.Import(ctx, w.actors["finance"], "releve-"+r.Reference+".xml", bytes.NewReader(file)); err != nil {
			return err
		}
		if err := w.explain(ctx, bank); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) bankMovements(ctx context.Context) (list []bankMovement, err error) {
	err = w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		list, err = postgres.All[bankMovement](ctx, tx, `
			SELECT f.received_on AS on, true AS credit, f.face_cents + f.fees_cents + f.vat_cents AS amount, f.fees_cents + f.vat_cents AS fees, '' AS reference, '' AS end_to_end,
				'MANDAT ' || f.mandat_number || ' CDE ' || o.number AS words, upper(g.name) AS party, 'PMNT/RCDT/ESCT' AS code
			FROM order_funds f JOIN orders o ON o.commanditaire_id = f.commanditaire_id AND o.id = f.order_id
			JOIN organisations g ON g.id = coalesce(f.payer_id, f.commanditaire_id)
			WHERE EXISTS (SELECT 1 FROM ledger_transactions t WHERE t.kind = 'funding' AND t.cause_id = f.id)
			UNION ALL
			SELECT l.executed_on, false, sum(l.amount_cents)::bigint, 0, f.message_id, '', '', '', 'PMNT/ICDT/ESCT'
			FROM settlement_lines l JOIN settlement_files f ON f.settlement_id = l.settlement_id AND f.part = l.part
			WHERE l.executed_on IS NOT NULL GROUP BY l.executed_on, f.message_id
			UNION ALL
			SELECT l.returned_on, true, l.amount_cents, 0, '', l.end_to_end_id, coalesce(nullif(l.return_code, ''), 'AC04'), l.account_holder, 'PMNT/ICDT/RRTN'
			FROM settlement_lines l WHERE l.state = 'retournee'
			UNION ALL
			SELECT r.executed_on, false, r.amount_cents, 0, '', r.end_to_end_id, '', r.account_holder, 'PMNT/ICDT/ESCT'
			FROM refunds r WHERE r.kind = 'remboursement' AND r.executed_on IS NOT NULL
			ORDER BY 1, 3, 7, 6`, nil)
		return err
	})
	return list, err
}

// statements cuts the movements into monthly statements, and a last one that
// ends yesterday, or today when something moved today.
func (w *world) statements(movements, left []bankMovement) []camt.Report {
	first, last := movements[0].On, movements[len(movements)-1].On
	end := w.today.AddDate(0, 0, -1)
	if last.After(end) {
		end = last
	}
	movements = slices.Concat([]bankMovement{{On: first, Credit: true, Amount: cushion, Words: "APPORT POUR FRAIS DE BANQUE", Party: "OPERATEUR", Code: "PMNT/RCDT/ESCT"}}, movements)
	var reports []camt.Report
	var balance, fees money.Cents
	for opened := first; !opened.After(end); {
		closed := time.Date(opened.Year(), opened.Month()+1, 0, 0, 0, 0, 0, time.UTC)
		if closed.After(end) {
			closed = end
		}
		var within []bankMovement
		for _, m := range movements {
			if !m.On.Before(opened) && !m.On.After(closed) {
				within, fees = append(within, m), fees+m.Fees
			}
		}
		if closed.Equal(end) {
			for _, m := range left {
				m.On = end
				within = append(within, m)
			}
		} else if closed.Month()%3 == 0 && fees > 0 {
			within, fees = append(within, bankMovement{On: closed, Amount: fees, Words: "VIREMENT FRAIS OPERATEUR", Party: "OPERATEUR", Code: "PMNT/ICDT/ESCT"}), 0
		}
		report := w.statement(len(reports)+1, opened, closed, balance, within)
		reports, balance = append(reports, report), report.Closing
		opened = closed.AddDate(0, 0, 1)
	}
	return reports
}

// waitingMovements are for a person: charges, and a payment that is a cent short
// of what an order waits for, or that cites nothing when none waits.
func (w *world) waitingMovements(ctx context.Context) ([]bankMovement, error) {
	payment := bankMovement{Credit: true, Amount: 120000, Words: "PASS NUMERIQUE 2E VERSEMENT", Party: "PAIERIE DEPARTEMENTALE", Code: "PMNT/RCDT/ESCT"}
	err := w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) error {
		list, err := order.Awaiting(ctx, tx)
		if len(list) > 0 {
			a := list[0]
			payment.Amount, payment.Words, payment.Party = a.Total()-1, "MANDAT 4521 CDE "+a.Number, strings.ToUpper(a.Payer)
		}
		return err
	})
	return []bankMovement{payment, {Amount: 1450, Words: "FRAIS DE TENUE DE COMPTE", Code: "PMNT/MDOP/CHRG"}}, err
}

func (w *world) statement(number int, opened, closed time.Time, balance money.Cents, movements []bankMovement) camt.Report {
	sequence := int64(number)
	r := camt.Report{Kind: camt.Statement, Reference: fmt.Sprintf("%d-%03d", closed.Year(), number), Sequence: &sequence, IBAN: w.bankIBAN,
		OpenedOn: opened, Opening: balance, ClosedOn: closed}
	for i, m := range movements {
		d := camt.Detail{Amount: m.Amount, EndToEndID: m.EndToEnd, PaymentID: m.Reference, MessageID: m.Reference, Party: m.Party, Remittance: m.Words}
		if m.Code == "PMNT/ICDT/RRTN" {
			d.ReturnCode, d.Remittance = m.Words, ""
		}
		r.Entries = append(r.Entries, camt.Entry{Credit: m.Credit, Amount: m.Amount, BookedOn: m.On, ValuedOn: &m.On,
			BankReference: fmt.Sprintf("%s-%d", r.Reference, i+1), Code: m.Code, Details: []camt.Detail{d}})
	}
	credits, debits := r.Totals()
	r.Closing = balance + credits - debits
	return r
}

// explain is what finance does of the operator's own movements.
func (w *world) explain(ctx context.Context, bank *treasury.Service) error {
	lines, _, err := bank.Lines(ctx, w.actors["finance"], treasury.Filter{State: "attente", Words: "OPERATEUR"}, nil, 0)
	for _, line := range lines {
		if err != nil {
			return err
		}
		choice := treasury.Choice{Kind: treasury.Sweep, Amount: line.Open()}
		if line.Credit {
			choice = treasury.Choice{Kind: treasury.Aside, Target: "apport", Amount: line.Open(), Reason: "Couvre les frais de la banque"}
		}
		err = bank.Decide(ctx, w.actors["finance"], line.ID, choice)
	}
	return err
}
