package order

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Create keeps a new draft and returns its identifier.
func (s *Service) Create(ctx context.Context, actor identity.Actor, spec Specification) (uuid.UUID, error) {
	if err := actor.May(identity.OrderWrite); err != nil {
		return uuid.Nil, err
	}
	o := &Order{CommanditaireID: actor.OrganisationID, ID: postgres.NewID(), State: Draft, Pricing: Pricing{Fee: StandardFee}}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		o.Specification = spec.trimmed()
		if err := keepProgrammes(Specification{}, &o.Specification); err != nil {
			return err
		}
		if err := checkDraft(ctx, tx, o); err != nil {
			return err
		}
		if err := insertDraft(ctx, tx, actor, o); err != nil {
			return err
		}
		if err := replaceParts(ctx, tx, o); err != nil {
			return err
		}
		return addStep(ctx, tx, actor, o, "")
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("create order: %w", err)
	}
	return o.ID, nil
}

// Save replaces what a draft asks for. It may be incomplete, never unreadable.
func (s *Service) Save(ctx context.Context, actor identity.Actor, id uuid.UUID, spec Specification) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if !o.State.Editable() {
			return errMoved(o.State)
		}
		former := o.Specification
		o.Specification = spec.trimmed()
		keepTerms(former.Services, o.Services)
		if err := keepProgrammes(former, &o.Specification); err != nil {
			return err
		}
		if err := checkDraft(ctx, tx, o); err != nil {
			return err
		}
		if err := updateDraft(ctx, tx, o); err != nil {
			return err
		}
		return replaceParts(ctx, tx, o)
	})
	if err != nil {
		return fmt.Errorf("save order: %w", err)
	}
	return nil
}

func (s Specification) trimmed() Specification {
	s.Title, s.Message, s.PublicCible, s.Notes = strings.TrimSpace(s.Title), strings.Join(strings.Fields(s.Message), " "), strings.TrimSpace(s.PublicCible), strings.TrimSpace(s.Notes)
	if s.Validity.Kind != FromHandOver {
		s.Validity.Months = 0
	}
	if s.PrintMode = cmp.Or(s.PrintMode, PrintShop); hexColour.MatchString(s.Colour) {
		s.Colour, _ = print.Legible(s.Colour)
	}
	s.Services = slices.Clone(s.Services)
	s.settleShares()
	return s
}

// checkDraft refuses what cannot be stored and points without a signed
// convention: no stock before signature.
func checkDraft(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if err := o.Storable(); err != nil {
		return err
	}
	for _, c := range o.Cofunders {
		if c.OrganisationID == o.CommanditaireID {
			return fault.Field("cofinanceurs", "Votre part est le reste\u00a0: ne vous ajoutez pas comme cofinanceur.")
		}
	}
	return checkPoints(ctx, tx, o)
}

func checkPoints(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if len(o.Deliveries) == 0 {
		return nil
	}
	points, err := deliverable(ctx, tx, o.CommanditaireID)
	if err != nil {
		return err
	}
	known := map[uuid.UUID]uuid.UUID{}
	for _, p := range points {
		known[p.ID] = p.AiguilleurID
	}
	var c fault.Collector
	for i := range o.Deliveries {
		d := &o.Deliveries[i]
		aiguilleur, ok := known[d.PointID]
		c.Check(ok, "livraison_"+d.PointID.String(), "Ce point ne peut pas recevoir de carnets\u00a0: sa convention de mandat n’est pas signée des deux côtés, ou elle est terminée. Signez-la d’abord, ou choisissez un autre point.")
		d.AiguilleurID = aiguilleur
	}
	return c.Err()
}

// addDocument keeps a file with the order.
func addDocument(ctx context.Context, tx *postgres.Tx, o *Order, kind, name, mediaType string, content []byte) (uuid.UUID, error) {
	id, hash := postgres.NewID(), sha256.Sum256(content)
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO documents (id, organisation_id, reader_ids, kind, subject_id, name, media_type, content, sha256, created_at)
		VALUES (@id, @organisation, @readers, @kind, @subject, @name, @type, @content, @hash, @now)`,
		postgres.Args{
			"id": id, "organisation": o.CommanditaireID, "readers": o.funders(), "kind": kind, "subject": o.ID, "name": name,
			"type": mediaType, "content": content, "hash": hash[:], "now": tx.Now(),
		})
	if err != nil {
		return uuid.Nil, fmt.Errorf("keep document: %w", err)
	}
	return id, nil
}

// Cancel gives an order up, with its reason: the commanditaire before it signs,
// the operator after, nobody once making has begun or money has come.
func (s *Service) Cancel(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, s.cancel(ctx, actor, identity.OrderWrite, reason))
	if err != nil {
		return fmt.Errorf("cancel order: %w", err)
	}
	return nil
}

// CancelForOperator is Cancel by the operator.
func (s *Service) CancelForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "annulation d’une commande", id, s.cancel(ctx, actor, identity.PlatformOrders, reason))
	if err != nil {
		return fmt.Errorf("cancel order: %w", err)
	}
	return nil
}

func (s *Service) cancel(ctx context.Context, actor identity.Actor, by identity.Permission, reason string) func(*postgres.Tx, *Order) error {
	return func(tx *postgres.Tx, o *Order) error {
		if reason = strings.TrimSpace(reason); reason == "" || !short(reason, LongestFree) {
			return fault.Field("motif", "Dites en une phrase pourquoi la commande est annulée.")
		}
		if o.Minted > 0 {
			return fault.New(fault.KindConflict, "Des carnets de cette commande sont déjà fabriqués : elle ne peut plus être annulée.")
		}
		if o.Received() > 0 {
			return fault.New(fault.KindConflict, "Des fonds sont déjà reçus pour cette commande ("+o.Received().String()+")\u00a0: elle ne peut plus être annulée.")
		}
		return s.advance(ctx, tx, actor, o, Cancelled, by, reason)
	}
}

// Reopen turns a quote back into a draft, to change it; its number is kept.
func (s *Service) Reopen(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		return s.advance(ctx, tx, actor, o, Draft, identity.OrderWrite, "Devis repris pour être modifié")
	})
	if err != nil {
		return fmt.Errorf("reopen order: %w", err)
	}
	return nil
}

// Journal lists what was done to the actor's order, newest first.
func (s *Service) Journal(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]audit.Line, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var lines []audit.Line
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		lines, err = audit.Of(ctx, tx, id, 50)
		return err
	})
	return lines, err
}

// JournalForOperator is Journal for the operator.
func (s *Service) JournalForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]audit.Line, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	var lines []audit.Line
	err := s.db.InPlatform(ctx, actor, "journal d’une commande", func(tx *postgres.Tx) (err error) {
		lines, err = audit.Of(ctx, tx, id, 50)
		return err
	})
	return lines, err
}
