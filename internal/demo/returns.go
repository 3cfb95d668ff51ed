package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
	"passnum/internal/structure"
)

// comeBack leaves what finance has to look at: a transfer that came back from a
// closed account, whose structure has just declared another one; what the bank
// answered about holders; an incident decided, and one to decide.
func (w *world) comeBack(ctx context.Context) error {
	now := w.clock.now
	defer func() { w.clock.now = now }()
	for _, step := range []func(context.Context) error{w.overpay, w.sendBack, w.moveAccount, w.askNames, w.suspect} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("corrections: %w", err)
		}
	}
	return nil
}

// sendBack has the last transfer to the Point Net returned by its bank.
func (w *world) sendBack(ctx context.Context) error {
	w.clock.now = w.at(-6, 9, 40)
	line, err := w.find(ctx, `SELECT id FROM settlement_lines WHERE structure_id = @structure AND state = 'executee' ORDER BY executed_on DESC, id LIMIT 1`, "bourganeuf")
	if err != nil {
		return err
	}
	return w.settlements.RecordReturn(ctx, w.actors["finance"], line, settlement.ReturnForm{Code: "AC04", Text: "COMPTE CLOTURE", On: postgres.Day(w.clock.now)})
}

// moveAccount has it declare its new account, which waits for a second person.
// Another structure asked for a change by mistake, and took it back.
func (w *world) moveAccount(ctx context.Context) error {
	accounts := structure.NewService(w.db, w.index, structure.Options{Queue: w.queue, Reauthenticate: func(context.Context, identity.Actor, string) error { return nil }})
	mistaken := w.actors["villeneuve"]
	w.clock.now = w.at(-9, 10, 5)
	if err := accounts.SaveBank(ctx, mistaken, structure.BankForm{Holder: "REGIE MEDIATHEQUE", IBAN: iban(919), BIC: "AGRIFRPP", Password: Password}); err != nil {
		return err
	}
	asked, err := w.find(ctx, `SELECT id FROM structure_bank_accounts WHERE structure_id = @structure AND state = 'attente'`, "villeneuve")
	if err != nil {
		return err
	}
	w.clock.now = w.at(-9, 10, 30)
	if err := accounts.RefuseAccount(ctx, mistaken, asked, "C’est le RIB de l’ancienne régie."); err != nil {
		return err
	}
	w.queue.Waiting = w.queue.Waiting[:0]
	w.clock.now = w.at(-1, 16, 20)
	if err := accounts.SaveBank(ctx, w.actors["bourganeuf"], structure.BankForm{Holder: "LE POINT NET", IBAN: iban(915), BIC: "AGRIFRPP", Password: Password}); err != nil {
		return err
	}
	for _, job := range w.queue.Waiting {
		if notice, ok := job.(structure.AccountNotice); ok {
			if err := accounts.TellAccount(ctx, notice); err != nil {
				return err
			}
		}
	}
	w.queue.Waiting = w.queue.Waiting[:0]
	return nil
}

// askNames keeps what the bank answered about three holders.
func (w *world) askNames(ctx context.Context) error {
	w.clock.now = w.at(-4, 11, 5)
	accounts := structure.NewService(w.db, w.index, structure.Options{Queue: w.queue})
	for _, answer := range []struct {
		key   string
		found structure.Match
	}{{"mediatheque", structure.MatchYes}, {"quincaillerie", structure.MatchYes}, {"mirail", structure.MatchUnavailable}} {
		account, err := w.find(ctx, `SELECT id FROM structure_bank_accounts WHERE structure_id = @structure AND state = 'active'`, answer.key)
		if err != nil {
			return err
		}
		if err := accounts.RecordMatch(ctx, w.actors["finance"], w.orgs[answer.key], account, structure.Verification{Result: answer.found}); err != nil {
			return err
		}
	}
	return nil
}

// overpay takes back a chèque paid for a workshop that did not take place.
func (w *world) overpay(ctx context.Context) error {
	incidents := incident.NewService(w.db)
	w.clock.now = w.at(-12, 10, 15)
	id, err := w.propose(ctx, incidents, w.actors["finance"], "tapisserie", incident.Overpayment, "L’atelier du matin a été annulé après l’encaissement. La structure l’a signalé elle-même.")
	if err != nil {
		return err
	}
	w.clock.now = w.at(-11, 9, 30)
	return incidents.Accept(ctx, w.actors["admin"], id, "Vu avec la structure au téléphone.")
}

// suspect proposes an incident that nobody has decided yet.
func (w *world) suspect(ctx context.Context) error {
	w.clock.now = w.at(-2, 15, 50)
	_, err := w.propose(ctx, incident.NewService(w.db), w.actors["finance"], "muret", incident.Fraud, "Chèque encaissé un jour de fermeture, sans personne accueillie d’après le registre.")
	return err
}

func (w *world) propose(ctx context.Context, incidents *incident.Service, who identity.Actor, key string, kind incident.Kind, reason string) (uuid.UUID, error) {
	redemption, err := w.find(ctx, `
		SELECT r.id FROM redemptions r JOIN settlement_lines l ON l.id = r.settlement_line_id JOIN orders o ON o.commanditaire_id = r.commanditaire_id AND o.id = r.order_id
		WHERE r.structure_id = @structure AND l.state = 'executee' AND o.state = 'active' AND r.amount_cents >= 500 ORDER BY r.at DESC, r.id LIMIT 1`, key)
	if err != nil {
		return uuid.Nil, err
	}
	t, err := incidents.Cheque(ctx, who, redemption)
	if err != nil {
		return uuid.Nil, err
	}
	return incidents.Propose(ctx, who, incident.Proposal{Kind: kind, Amount: max(money.Cents(100), t.LeftCents()), Reason: reason, RedemptionID: redemption})
}

func (w *world) find(ctx context.Context, sql, key string) (id uuid.UUID, err error) {
	err = w.db.InPlatform(ctx, postgres.System{}, "démonstration", func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[uuid.UUID](ctx, tx, sql, postgres.Args{"structure": w.orgs[key]})
		return err
	})
	if err != nil {
		err = fmt.Errorf("find for %s: %w", key, err)
	}
	return id, err
}
