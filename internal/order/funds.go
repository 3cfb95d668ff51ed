package order

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// The refusals of funding and activation.
var (
	// ErrMandatKnown refuses a mandat number already recorded for the order.
	ErrMandatKnown = fault.Field("mandat", "Ce numéro de mandat est déjà enregistré pour cette commande. Rien n’a été ajouté.")
	// ErrNotCovered is the database's own refusal to let unfunded chèques circulate.
	ErrNotCovered = fault.New(fault.KindConflict, "Activation refusée\u00a0: la valeur des chèques dépasse les fonds attestés. Enregistrez d’abord le mandat qui manque.")
)

// Funding is what the operator attests: a mandat, its day, its amounts, and who
// paid when it is not the commanditaire. Partial says that another payment of
// the same payer will follow.
type Funding struct {
	Mandat     string
	Face       money.Cents
	Fees       money.Cents
	VAT        money.Cents
	ReceivedOn time.Time
	PayerID    *uuid.UUID
	Partial    bool
}

// AttestFunds is AttestInTx by the operator, from the order's page.
func (s *Service) AttestFunds(ctx context.Context, actor identity.Actor, id uuid.UUID, f Funding) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return fmt.Errorf("attest funds: %w", err)
	}
	return s.db.InPlatform(ctx, actor, "attestation de fonds", func(tx *postgres.Tx) error {
		_, err := s.AttestInTx(ctx, tx, actor, id, f)
		return err
	})
}

// AttestInTx records money received, in the caller's platform transaction; the
// caller has checked that the actor may. It must bring exactly what is awaited
// from its payer, or be said to be partial; it never exceeds it. When the order
// is delivered and fully funded it moves on. Returns ErrMandatKnown.
func (s *Service) AttestInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, f Funding) (receipt uuid.UUID, err error) {
	receipt, err = s.fund(ctx, tx, actor, id, f, ledger.Funding)
	if err != nil {
		return uuid.Nil, fmt.Errorf("attest funds: %w", err)
	}
	return receipt, nil
}

// CarryInTx funds an order with an avoir of another one, of the same
// commanditaire, in the caller's platform transaction: the caller posts what
// leaves the other order. An avoir is carried once into an order, and no more
// than its commanditaire still owes of the face value.
func (s *Service) CarryInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, amount money.Cents, avoir string) error {
	f := Funding{Mandat: avoir, Face: amount, ReceivedOn: tx.Today(), Partial: true}
	if _, err := s.fund(ctx, tx, actor, id, f, ledger.CarriedIn); err != nil {
		return fmt.Errorf("carry an avoir: %w", err)
	}
	return nil
}

func (s *Service) fund(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, f Funding, kind ledger.Kind) (uuid.UUID, error) {
	o := &Order{ID: id}
	found, err := find(ctx, tx, id)
	if err != nil {
		return uuid.Nil, err
	}
	*o = found
	if err := relock(ctx, tx, o); err != nil {
		return uuid.Nil, err
	}
	if !o.State.AcceptsFunds() {
		return uuid.Nil, errMoved(o.State)
	}
	f.Mandat = strings.TrimSpace(f.Mandat)
	if f.PayerID != nil && *f.PayerID == o.CommanditaireID {
		f.PayerID = nil
	}
	wanted, err := o.wanted(f.PayerID)
	if err != nil {
		return uuid.Nil, err
	}
	if err := f.check(wanted, tx.Today()); err != nil {
		return uuid.Nil, err
	}
	receipt, err := recordFunding(ctx, tx, actor, o, f, kind)
	if err != nil {
		return uuid.Nil, err
	}
	return receipt, s.moveWhenFunded(ctx, tx, actor, o, identity.PlatformFunds)
}

func (f Funding) check(wanted Receipt, today time.Time) error {
	var c fault.Collector
	c.Check(f.Mandat != "" && short(f.Mandat, 60), "mandat", "Indiquez le numéro du mandat, tel qu’il figure sur l’avis.")
	c.Check(!f.ReceivedOn.IsZero() && !f.ReceivedOn.After(today), "recu_le", "Indiquez le jour de réception, aujourd’hui au plus tard.")
	c.Check(f.Face+f.Fees+f.VAT > 0, "valeur_faciale", "Indiquez la somme reçue.")
	for _, part := range []struct {
		field, name   string
		given, wanted money.Cents
	}{
		{"valeur_faciale", "de valeur faciale", f.Face, wanted.Face},
		{"frais", "de frais et services hors taxes", f.Fees, wanted.Fees},
		{"tva", "de TVA", f.VAT, wanted.VAT},
	} {
		switch {
		case part.given < 0 || part.given > part.wanted:
			c.Add(part.field, fmt.Sprintf("Le devis n’attend plus que %s %s%s.", part.wanted, part.name, wanted.from()))
		case part.given < part.wanted && !f.Partial:
			c.Add(part.field, fmt.Sprintf("Il manque %s %s. Si un autre versement doit suivre, cochez «\u00a0Versement partiel\u00a0».", part.wanted-part.given, part.name))
		}
	}
	return c.Err()
}

func recordFunding(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, f Funding, kind ledger.Kind) (uuid.UUID, error) {
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by, recorded_by_name, payer_id)
		VALUES (@commanditaire, @id, @order, @mandat, @face, @fees, @vat, @received, @now, @by, @name, @payer)`,
		postgres.Args{
			"commanditaire": o.CommanditaireID, "id": id, "order": o.ID, "mandat": f.Mandat, "face": int64(f.Face), "fees": int64(f.Fees),
			"vat": int64(f.VAT), "received": f.ReceivedOn, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "payer": f.PayerID,
		})
	if postgres.Constraint(err) == "order_funds_mandat_once" {
		return uuid.Nil, ErrMandatKnown
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("insert receipt: %w", err)
	}
	err = postgres.Must(ctx, tx, `UPDATE orders SET attested_cents = attested_cents + @face, updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order`,
		postgres.Args{"face": int64(f.Face), "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
	if err != nil {
		return uuid.Nil, fmt.Errorf("raise attested funds: %w", err)
	}
	o.Attested += f.Face
	o.Funds = append(o.Funds, Receipt{ID: id, Mandat: f.Mandat, Face: f.Face, Fees: f.Fees, VAT: f.VAT, PayerID: f.PayerID})
	return id, postFunding(ctx, tx, actor, o, id, f, kind)
}

func postFunding(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, id uuid.UUID, f Funding, kind ledger.Kind) error {
	err := ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: kind, CauseID: id, AccountID: actor.Account(),
		Movements: []ledger.Movement{
			{Debit: ledger.Bank, Credit: ledger.Funds, Amount: f.Face},
			{Debit: ledger.Bank, Credit: ledger.Fees, Amount: f.Fees},
			{Debit: ledger.Bank, Credit: ledger.VAT, Amount: f.VAT},
		},
	})
	if err != nil {
		return err
	}
	name := "attestation de fonds"
	if kind == ledger.CarriedIn {
		name = "report d’un avoir"
	}
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: name, SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
		Detail: map[string]any{"mandat": f.Mandat, "montant": (f.Face + f.Fees + f.VAT).Decimal(), "payeur": o.payer(f.PayerID)},
	})
}

// moveWhenFunded passes the funds gate once delivery and funds are both there.
func (s *Service) moveWhenFunded(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, by identity.Permission) error {
	if o.State != Delivered || !o.FullyFunded() {
		return nil
	}
	return s.advance(ctx, tx, actor, o, Funded, by, o.mandats())
}

// mandats lists the mandats received, for the step's note.
func (o Order) mandats() string {
	var numbers []string
	var total money.Cents
	for _, r := range o.Funds {
		numbers = append(numbers, r.Mandat)
		total += r.Total()
	}
	word := "Mandat "
	if len(numbers) > 1 {
		word = "Mandats "
	}
	return word + strings.Join(numbers, ", ") + " · " + total.String()
}
