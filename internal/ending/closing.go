package ending

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Closing is the final statement of an order, as it was drawn, and who signed it.
type Closing struct {
	ID               uuid.UUID
	Number           string
	Version          int
	DrawnAt          time.Time
	Figures          Figures
	ExpiredCents     money.Cents
	FundsCents       money.Cents
	Cheques          int
	DocumentID       uuid.UUID
	DocumentHash     []byte
	OperatorSignedAt *time.Time
	OperatorSignedBy *uuid.UUID
	OperatorSignatory,
	OperatorTitle string
	ClientSignedAt *time.Time
	ClientSignedBy *uuid.UUID
	ClientSignatory,
	ClientTitle string
	ContestedAt      *time.Time
	ContestedByName  string
	ContestedReason  string
	SettledAt        *time.Time
	SignedDocumentID *uuid.UUID
	AvoirID          *uuid.UUID
	AvoirNumber      string
	Wish             string
	WishOrderID      *uuid.UUID
	WishedByName     string
}

// Avoir is what comes back to the commanditaire, at face value.
func (c Closing) Avoir() money.Cents { return c.ExpiredCents + c.FundsCents }

// Signed reports whether both sides have signed.
func (c Closing) Signed() bool { return c.OperatorSignedAt != nil && c.ClientSignedAt != nil }

const selectClosing = `
	SELECT id, number, version, drawn_at, figures, expired_cents, funds_cents, cheques, document_id, document_hash,
		operator_signed_at, operator_signed_by, operator_signatory, operator_title, client_signed_at, client_signed_by, client_signatory, client_title,
		contested_at, contested_by_name, contested_reason, settled_at, signed_document_id, avoir_id, avoir_number, wish, wish_order_id, wished_by_name
	FROM closings WHERE commanditaire_id = @commanditaire AND order_id = @order AND withdrawn_at IS NULL`

// ErrNoStatement is an act on a statement that is not drawn, or no longer.
var ErrNoStatement = fault.New(fault.KindConflict, "Aucun état contradictoire n’est en cours pour cette commande. Rechargez la page.")

// live is the statement in force; ErrNoStatement when there is none.
func live(ctx context.Context, tx *postgres.Tx, o purchase) (Closing, error) {
	c, err := postgres.One[Closing](ctx, tx, selectClosing, o.args())
	if errors.Is(err, postgres.ErrNoRow) {
		return c, ErrNoStatement
	}
	if err != nil {
		return c, fmt.Errorf("read statement: %w", err)
	}
	return c, nil
}

// Draw draws the statement of an order whose day has come, by the operator's
// hand rather than the daily job's. ErrNoStatement's counterparts: a dispute that
// is open, a statement already drawn, a day that has not come.
func (s *Service) Draw(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.act(ctx, actor, ForOperator, identity.PlatformFunds, "état contradictoire", id, func(tx *postgres.Tx, o *purchase) error {
		if day := DayOf(o.ValidUntil, Statement); tx.Today().Before(day) {
			return fault.New(fault.KindConflict, "L’état contradictoire s’établit à partir du "+french.Date(day)+".")
		}
		if o.State == "active" && o.ClosingAt == nil {
			if err := expire(ctx, tx, *o); err != nil {
				return err
			}
		}
		return s.draw(ctx, tx, actor, *o)
	})
	return fault.Wrap(err, "draw statement")
}

func (s *Service) drawDue(ctx context.Context, id uuid.UUID) error {
	return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil || o.State != "active" || o.ClosingAt != nil {
			return err
		}
		return s.draw(ctx, tx, identity.Actor{}, o)
	})
}

// draw freezes an order: from here nothing of it moves but what is still owed to
// structures. Those who bring value back hold the row for sharing: they come
// before, and are counted, or after, and are refused.
func (s *Service) draw(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase) error {
	if o.State != "active" || o.ClosingAt != nil {
		return ErrClosed
	}
	if _, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR UPDATE`, o.args()); err != nil {
		return fmt.Errorf("lock order: %w", err)
	}
	open, err := postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM disputes WHERE commanditaire_id = @commanditaire AND order_id = @order AND state = 'ouvert'`, o.args())
	if err != nil {
		return fmt.Errorf("count disputes: %w", err)
	}
	if open > 0 {
		return fault.New(fault.KindConflict, french.Count(open, "litige est ouvert", "litiges sont ouverts")+" sur cette commande. L’état contradictoire attend que l’opérateur ait répondu.")
	}
	f, b, err := figuresOf(ctx, tx, o)
	if err != nil {
		return err
	}
	c := Closing{ID: postgres.NewID(), DrawnAt: tx.Now(), Figures: f, ExpiredCents: b.Expired, FundsCents: b.Funds, Cheques: f.Lapsed.Cheques + f.Held.Cheques + f.Opposed.Cheques}
	if err := number(ctx, tx, o, &c); err != nil {
		return err
	}
	if err := s.keepStatement(ctx, tx, actor, o, &c); err != nil {
		return err
	}
	if _, err := note(ctx, tx, o, Statement, DayOf(o.ValidUntil, Statement), actor, "", map[string]any{"numero": c.Number, "avoir": c.Avoir()}); err != nil {
		return err
	}
	if err := record(ctx, tx, actor, o, "état contradictoire établi", map[string]any{"numero": c.Number, "avoir": c.Avoir().Decimal()}); err != nil {
		return err
	}
	body := fmt.Sprintf("L’état contradictoire %s de la %s est établi\u00a0: %s reviennent au commanditaire. Il reste à le lire et à le signer, des deux côtés.", c.Number, o.name(), c.Avoir())
	if err := s.tellClient(ctx, tx, o, "État contradictoire à signer", body); err != nil {
		return err
	}
	return s.tellOperator(ctx, tx, o, "État contradictoire à signer", body)
}

// number gives a statement its number: that of the order, and its version when
// it is not the first.
func number(ctx context.Context, tx *postgres.Tx, o purchase, c *Closing) error {
	former, err := postgres.Value[int](ctx, tx, `SELECT coalesce(max(version), 0)::int FROM closings WHERE commanditaire_id = @commanditaire AND order_id = @order`, o.args())
	if err != nil {
		return fmt.Errorf("count versions: %w", err)
	}
	c.Version, c.Number = former+1, "EC-"+o.Number
	if c.Version > 1 {
		c.Number = fmt.Sprintf("EC-%s-%d", o.Number, c.Version)
	}
	return nil
}

func (s *Service) keepStatement(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, c *Closing) error {
	content, err := s.paper(ctx, tx, o, *c)
	if err != nil {
		return err
	}
	if c.DocumentID, c.DocumentHash, err = keepDocument(ctx, tx, o, c.Number+".pdf", content); err != nil {
		return err
	}
	figures, err := json.Marshal(c.Figures)
	if err != nil {
		return fmt.Errorf("encode figures: %w", err)
	}
	funders := append([]uuid.UUID{}, o.FunderIDs...)
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO closings (commanditaire_id, id, order_id, funder_ids, number, version, due_on, drawn_at, drawn_by, drawn_by_name, figures,
			expired_cents, funds_cents, cheques, document_id, document_hash)
		VALUES (@commanditaire, @id, @order, @funders, @number, @version, @due, @now, @by, @name, @figures, @expired, @funds, @cheques, @document, @hash)`,
		o.with(postgres.Args{"id": c.ID, "funders": funders, "number": c.Number, "version": c.Version, "due": DayOf(o.ValidUntil, Statement), "now": c.DrawnAt,
			"by": actor.Account(), "name": actor.Name, "figures": string(figures), "expired": int64(c.ExpiredCents), "funds": int64(c.FundsCents),
			"cheques": c.Cheques, "document": c.DocumentID, "hash": c.DocumentHash}))
	if err != nil {
		return fmt.Errorf("write statement: %w", err)
	}
	err = postgres.Must(ctx, tx, `UPDATE orders SET closing_at = @now, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order AND closing_at IS NULL`,
		o.with(postgres.Args{"now": tx.Now()}))
	if err != nil {
		return fmt.Errorf("freeze order: %w", err)
	}
	return nil
}

// paper prints the statement, with the signatures it has.
func (s *Service) paper(ctx context.Context, tx *postgres.Tx, o purchase, c Closing) ([]byte, error) {
	siret, err := postgres.Value[string](ctx, tx, `SELECT siret FROM organisations WHERE id = @id`, postgres.Args{"id": o.CommanditaireID})
	if err != nil {
		return nil, fmt.Errorf("read commanditaire: %w", err)
	}
	f := c.Figures
	facts := print.ClosingFacts{
		Issuer: s.Issuer, Number: c.Number, Order: o.Number, Title: o.Title, Commanditaire: print.Party{Name: o.Commanditaire, SIRET: siret},
		Until: f.Until, Last: f.Last, DrawnAt: c.DrawnAt.In(postgres.Paris),
		Issued: f.Counters.Issued, Injected: f.Counters.Injected, NotInjected: f.Counters.NotInjected, Started: f.Counters.Started, GivenAfter: f.GivenAfter,
		Ordered: print.ClosingSum(f.Ordered), Used: print.ClosingSum(f.Used), Rejected: print.ClosingSum(f.Rejected), Exchanged: print.ClosingSum(f.Exchanged),
		Lapsed: print.ClosingSum(f.Lapsed), Held: print.ClosingSum(f.Held), Opposed: print.ClosingSum(f.Opposed), Unused: f.Unused, Remaining: f.Remaining,
		TakenBack: f.TakenBack, Gestures: f.Gestures, Paid: f.Paid, Payable: f.Payable, SignedHash: c.DocumentHash,
	}
	for _, share := range f.Shares {
		facts.Shares = append(facts.Shares, print.ClosingShare{Name: share.Name, Funded: share.Funded, Used: share.Used, TakenBack: share.TakenBack, Avoir: share.Avoir(), Returned: share.Returned})
	}
	for _, l := range f.Places {
		facts.Places = append(facts.Places, print.ClosingPlace{Label: l.Label, Carnets: l.Carnets, Value: l.Cents, Numbers: l.Numbers})
	}
	facts.SignedByOperator = signature(c.OperatorSignatory, c.OperatorTitle, c.OperatorSignedAt)
	facts.SignedByCommanditaire = signature(c.ClientSignatory, c.ClientTitle, c.ClientSignedAt)
	content, err := print.Closing(facts)
	if err != nil {
		return nil, fmt.Errorf("print statement: %w", err)
	}
	return content, nil
}

func signature(name, title string, at *time.Time) *print.Signature {
	if at == nil {
		return nil
	}
	return &print.Signature{Name: name, Quality: title, At: at.In(postgres.Paris)}
}
