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

// Receipt is money received in the dedicated account for an order.
type Receipt struct {
	ID         uuid.UUID
	Mandat     string
	Face       money.Cents
	Fees       money.Cents
	VAT        money.Cents
	ReceivedOn time.Time
	RecordedAt time.Time
	RecordedBy string
}

// Total is the whole sum received.
func (r Receipt) Total() money.Cents { return r.Face + r.Fees + r.VAT }

// Missing is what the quote asks for and no receipt has brought yet.
func (o Order) Missing() Receipt {
	q := o.Quote()
	m := Receipt{Face: q.Face, Fees: q.Work(), VAT: q.VAT}
	for _, r := range o.Funds {
		m.Face, m.Fees, m.VAT = m.Face-r.Face, m.Fees-r.Fees, m.VAT-r.VAT
	}
	return m
}

// FullyFunded reports whether everything the quote asks for was received.
func (o Order) FullyFunded() bool { m := o.Missing(); return m.Face == 0 && m.Fees == 0 && m.VAT == 0 }

// The refusals of funding and activation.
var (
	// ErrMandatKnown refuses a mandat number already recorded for the order.
	ErrMandatKnown = fault.Field("mandat", "Ce numéro de mandat est déjà enregistré pour cette commande. Rien n’a été ajouté.")
	// ErrNotCovered is the database's own refusal to let unfunded chèques circulate.
	ErrNotCovered = fault.New(fault.KindConflict, "Activation refusée\u00a0: la valeur des chèques dépasse les fonds attestés. Enregistrez d’abord le mandat qui manque.")
)

// Funding is what the operator attests: a mandat, its day, its amounts. Partial
// says that another payment will follow.
type Funding struct {
	Mandat     string
	Face       money.Cents
	Fees       money.Cents
	VAT        money.Cents
	ReceivedOn time.Time
	Partial    bool
}

// AttestFunds records money received. It must bring exactly what the quote
// still asks for, or be said to be partial; it never exceeds it. When the
// order is delivered and fully funded it moves on. Returns ErrMandatKnown.
func (s *Service) AttestFunds(ctx context.Context, actor identity.Actor, id uuid.UUID, f Funding) error {
	err := s.asOperator(ctx, actor, identity.PlatformFunds, "attestation de fonds", id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		if !o.State.AcceptsFunds() {
			return errMoved(o.State)
		}
		f.Mandat = strings.TrimSpace(f.Mandat)
		if err := f.check(o.Missing(), tx.Today()); err != nil {
			return err
		}
		if err := recordFunding(ctx, tx, actor, o, f); err != nil {
			return err
		}
		return s.moveWhenFunded(ctx, tx, actor, o, identity.PlatformFunds)
	})
	if err != nil {
		return fmt.Errorf("attest funds: %w", err)
	}
	return nil
}

func (f Funding) check(missing Receipt, today time.Time) error {
	var c fault.Collector
	c.Check(f.Mandat != "" && short(f.Mandat, 60), "mandat", "Indiquez le numéro du mandat, tel qu’il figure sur l’avis.")
	c.Check(!f.ReceivedOn.IsZero() && !f.ReceivedOn.After(today), "recu_le", "Indiquez le jour de réception, aujourd’hui au plus tard.")
	c.Check(f.Face+f.Fees+f.VAT > 0, "valeur_faciale", "Indiquez la somme reçue.")
	for _, part := range []struct {
		field, name   string
		given, wanted money.Cents
	}{
		{"valeur_faciale", "de valeur faciale", f.Face, missing.Face},
		{"frais", "de frais et services hors taxes", f.Fees, missing.Fees},
		{"tva", "de TVA", f.VAT, missing.VAT},
	} {
		switch {
		case part.given < 0 || part.given > part.wanted:
			c.Add(part.field, fmt.Sprintf("Le devis n’attend plus que %s %s.", part.wanted, part.name))
		case part.given < part.wanted && !f.Partial:
			c.Add(part.field, fmt.Sprintf("Il manque %s %s. Si un autre versement doit suivre, cochez «\u00a0Versement partiel\u00a0».", part.wanted-part.given, part.name))
		}
	}
	return c.Err()
}

func recordFunding(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, f Funding) error {
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by, recorded_by_name)
		VALUES (@commanditaire, @id, @order, @mandat, @face, @fees, @vat, @received, @now, @by, @name)`,
		postgres.Args{
			"commanditaire": o.CommanditaireID, "id": id, "order": o.ID, "mandat": f.Mandat, "face": int64(f.Face), "fees": int64(f.Fees),
			"vat": int64(f.VAT), "received": f.ReceivedOn, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name,
		})
	if postgres.Constraint(err) == "order_funds_mandat_once" {
		return ErrMandatKnown
	}
	if err != nil {
		return fmt.Errorf("insert receipt: %w", err)
	}
	err = postgres.Must(ctx, tx, `UPDATE orders SET attested_cents = attested_cents + @face, updated_at = @now
		WHERE commanditaire_id = @commanditaire AND id = @order`,
		postgres.Args{"face": int64(f.Face), "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
	if err != nil {
		return fmt.Errorf("raise attested funds: %w", err)
	}
	o.Attested += f.Face
	o.Funds = append(o.Funds, Receipt{ID: id, Mandat: f.Mandat, Face: f.Face, Fees: f.Fees, VAT: f.VAT})
	err = ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Funding, CauseID: id, AccountID: actor.Account(),
		Movements: []ledger.Movement{
			{Debit: ledger.Bank, Credit: ledger.Funds, Amount: f.Face},
			{Debit: ledger.Bank, Credit: ledger.Fees, Amount: f.Fees},
			{Debit: ledger.Bank, Credit: ledger.VAT, Amount: f.VAT},
		},
	})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: "attestation de fonds", SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(),
		Detail: map[string]any{"mandat": f.Mandat, "montant": (f.Face + f.Fees + f.VAT).Decimal()},
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

// Activate puts the chèques in circulation: each becomes usable once its carnet
// is handed over. Returns ErrNotCovered when the database refuses.
func (s *Service) Activate(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOperator(ctx, actor, identity.PlatformFunds, "activation d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if !Moves(o.State, Active, identity.PlatformFunds) {
			return errMoved(o.State)
		}
		if err := circulate(ctx, tx, o); err != nil {
			return err
		}
		if err := s.advance(ctx, tx, actor, o, Active, identity.PlatformFunds, o.Active.String()+" en circulation"); err != nil {
			return err
		}
		return ledger.Post(ctx, tx, ledger.Transaction{
			CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Activation, CauseID: o.ID, AccountID: actor.Account(),
			Movements: []ledger.Movement{{Debit: ledger.Funds, Credit: ledger.Circulation, Amount: o.Active}},
		})
	})
	if err != nil {
		return fmt.Errorf("activate order: %w", err)
	}
	return nil
}

// ErrAllBlocked refuses to activate an order whose carnets are all opposed.
var ErrAllBlocked = fault.New(fault.KindConflict, "Activation refusée\u00a0: tous les carnets de cette commande sont en opposition. Remplacez-les ou levez l’opposition d’abord.")

// circulate sets the active face value before the state, because the database
// refuses an active order without any. What is opposed does not circulate.
func circulate(ctx context.Context, tx *postgres.Tx, o *Order) error {
	blocked, err := blockedValue(ctx, tx, o)
	if err != nil {
		return err
	}
	if blocked >= o.FaceTotal() {
		return ErrAllBlocked
	}
	live := o.FaceTotal() - blocked
	n, err := postgres.Do(ctx, tx, `UPDATE orders SET active_cents = @face, opposed_cents = @blocked
		WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'fonds_attestes' AND active_cents = 0`,
		postgres.Args{"face": int64(live), "blocked": int64(blocked), "commanditaire": o.CommanditaireID, "order": o.ID})
	switch {
	case postgres.Constraint(err) == "orders_active_within_attested":
		return ErrNotCovered
	case err != nil:
		return fmt.Errorf("raise active face value: %w", err)
	case n == 0:
		return movedSince(ctx, tx, o)
	}
	o.Active = live
	return nil
}

// blockedValue is the face value of the order's opposed carnets that no new
// carnet replaces. It takes the order's row, so that none is blocked meanwhile.
func blockedValue(ctx context.Context, tx *postgres.Tx, o *Order) (money.Cents, error) {
	replaced, err := postgres.Value[int](ctx, tx, `SELECT replacement_carnets FROM orders
		WHERE commanditaire_id = @commanditaire AND id = @order FOR NO KEY UPDATE`, key(o))
	if err != nil {
		return 0, fmt.Errorf("lock order: %w", err)
	}
	blocked, err := postgres.Value[int64](ctx, tx, `
		SELECT coalesce(sum(c.face_value_cents), 0)::bigint FROM carnets k
		JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.state = 'bloque' AND c.state = 'bloque'`, key(o))
	if err != nil {
		return 0, fmt.Errorf("read opposed value: %w", err)
	}
	return money.Cents(blocked) - o.Lot().Worth()*money.Cents(replaced), nil
}
