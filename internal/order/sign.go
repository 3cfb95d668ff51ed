package order

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// quotedAt is when the standing quote was asked for.
func (o Order) quotedAt() time.Time {
	at := o.UpdatedAt
	for _, step := range o.Steps {
		if step.State == Quoted {
			at = step.At
		}
	}
	return at
}

// QuoteDocument is the paper of the standing quote; false while it is printed.
func (o Order) QuoteDocument() (Document, bool) {
	d, ok := o.Latest(DocumentQuote)
	return d, ok && !d.CreatedAt.Before(o.quotedAt())
}

// Signature is what a person commits with.
type Signature struct {
	Name             string
	Title            string
	EngagementNumber string
	ServiceCode      string
	Agreed           bool
}

// Terms is what the commanditaire's accounting asks for on every invoice.
type Terms struct {
	EngagementRequired bool
	ServiceRequired    bool
	ServiceCode        string
}

// Terms reads the accounting needs of the actor's organisation.
func (s *Service) Terms(ctx context.Context, actor identity.Actor) (Terms, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return Terms{}, err
	}
	var t Terms
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		t, err = terms(ctx, tx, actor.OrganisationID)
		return err
	})
	return t, err
}

func terms(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) (Terms, error) {
	t, err := postgres.One[Terms](ctx, tx, `
		SELECT chorus_engagement_required AS engagement_required, chorus_service_required AS service_required, chorus_service_code AS service_code
		FROM organisation_settings WHERE organisation_id = @organisation`, postgres.Args{"organisation": organisation})
	if errors.Is(err, postgres.ErrNoRow) {
		return Terms{}, nil
	}
	if err != nil {
		return Terms{}, fmt.Errorf("read accounting needs: %w", err)
	}
	return t, nil
}

// ErrQuotePrinting asks to wait for the paper before committing to it.
var ErrQuotePrinting = fault.New(fault.KindConflict, "Le devis est en cours d’impression. Relisez-le dans un instant, puis signez.")

// Sign commits the commanditaire to the quote, by a named person allowed to.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, id uuid.UUID, sig Signature) error {
	err := s.asOwner(ctx, actor, identity.OrderSign, id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		if !Moves(o.State, Signed, identity.OrderSign) {
			return errMoved(o.State)
		}
		if c, waits := o.awaitsAnswer(); waits {
			return fault.New(fault.KindConflict, fmt.Sprintf("%s n’a pas encore accepté de financer cette commande (%s)\u00a0: attendez sa réponse, ou détachez la commande du programme.", c.Name, c.Share))
		}
		needs, err := terms(ctx, tx, o.CommanditaireID)
		if err != nil {
			return err
		}
		sig = sig.trimmed()
		if err := sig.check(needs); err != nil {
			return err
		}
		if _, printed := o.QuoteDocument(); !printed {
			return ErrQuotePrinting
		}
		if err := s.advance(ctx, tx, actor, o, Signed, identity.OrderSign, sig.Name+", "+sig.Title); err != nil {
			return err
		}
		if err := keepSignature(ctx, tx, actor, o, sig); err != nil {
			return err
		}
		if s.OnSigned != nil {
			if err := s.OnSigned(ctx, tx, o.ID); err != nil {
				return err
			}
		}
		return s.Queue.Enqueue(ctx, tx, PrintQuoteArgs{OrderID: o.ID})
	})
	if err != nil {
		return fmt.Errorf("sign quote: %w", err)
	}
	return nil
}

func (sig Signature) trimmed() Signature {
	sig.Name, sig.Title = strings.TrimSpace(sig.Name), strings.TrimSpace(sig.Title)
	sig.EngagementNumber, sig.ServiceCode = strings.TrimSpace(sig.EngagementNumber), strings.TrimSpace(sig.ServiceCode)
	return sig
}

func (sig Signature) check(needs Terms) error {
	var c fault.Collector
	c.Check(sig.Name != "" && short(sig.Name, LongestTitle), "nom", "Indiquez le nom de la personne qui signe.")
	c.Check(sig.Title != "" && short(sig.Title, LongestTitle), "qualite", "Indiquez sa qualité, par exemple «\u00a0présidente\u00a0».")
	c.Check(sig.EngagementNumber != "" || !needs.EngagementRequired, "engagement", "Votre organisation exige un numéro d’engagement sur ses commandes.")
	c.Check(sig.ServiceCode != "" || !needs.ServiceRequired, "code_service", "Votre organisation exige un code service Chorus\u00a0Pro.")
	c.Check(short(sig.EngagementNumber, 50) && short(sig.ServiceCode, 100), "engagement", "Ce numéro est trop long\u00a0: vérifiez-le.")
	c.Check(sig.Agreed, "accord", "Cochez la case pour confirmer votre accord.")
	return c.Err()
}

func keepSignature(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, sig Signature) error {
	args := key(o)
	for name, value := range map[string]any{
		"now": tx.Now(), "by": actor.AccountID, "name": sig.Name, "title": sig.Title, "engagement": sig.EngagementNumber, "service": sig.ServiceCode,
	} {
		args[name] = value
	}
	err := postgres.Must(ctx, tx, `
		UPDATE orders SET signed_at = @now, signed_by = @by, signatory = @name, signatory_title = @title, engagement_number = @engagement, service_code = @service
		WHERE commanditaire_id = @commanditaire AND id = @order`, args)
	if err != nil {
		return fmt.Errorf("keep signature: %w", err)
	}
	return nil
}

func nonEmpty(lines ...string) []string {
	var kept []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return kept
}
