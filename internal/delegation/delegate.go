package delegation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Form is a delegation as typed; comments give the names of the fields.
type Form struct {
	HubID     uuid.UUID // hub
	StartsOn  time.Time // debut
	EndsOn    time.Time // fin
	MayInvite bool      // inviter
	MayDecide bool      // decider
	Purpose   string    // mission
}

const longest = 3 * 366 * 24 * time.Hour

func (f *Form) check(today time.Time) error {
	f.Purpose = strings.TrimSpace(f.Purpose)
	var c fault.Collector
	c.Check(f.HubID != uuid.Nil, "hub", "Choisissez l’organisation à qui vous déléguez.")
	c.Check(!f.StartsOn.IsZero(), "debut", "Indiquez le premier jour, par exemple 01/12/2026.")
	c.Check(!f.EndsOn.IsZero(), "fin", "Indiquez le dernier jour, par exemple 31/12/2027.")
	if !f.StartsOn.IsZero() && !f.EndsOn.IsZero() {
		f.StartsOn, f.EndsOn = postgres.Day(f.StartsOn), postgres.Day(f.EndsOn)
		switch {
		case f.EndsOn.Before(today):
			c.Add("fin", "Ce jour est passé\u00a0: pour arrêter une délégation, retirez-la.")
		case f.EndsOn.Before(f.StartsOn):
			c.Add("fin", "Le dernier jour vient avant le premier.")
		case f.EndsOn.Sub(f.StartsOn) > longest:
			c.Add("fin", "Une délégation dure trois ans au plus. Vous pourrez la prolonger.")
		}
	}
	c.Check(len([]rune(f.Purpose)) <= 600, "mission", "Raccourcissez la mission\u00a0: 600 caractères au plus.")
	return c.Err()
}

// Hubs lists the organisations that may be entrusted with an order, by name.
func (s *Service) Hubs(ctx context.Context, actor identity.Actor) ([]Hub, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Hub
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Hub](ctx, tx, `SELECT id, name, town FROM organisations
			WHERE is_hub AND suspended_at IS NULL AND id <> @me ORDER BY name, id`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list hubs")
}

const ownColumns = `d.commanditaire_id, g.name AS commanditaire, d.id, d.order_id, o.number AS order_number, o.title AS order_title, d.hub_id, h.name AS hub,
	d.starts_on, d.ends_on, d.may_invite, d.may_decide, d.purpose, d.created_at, d.created_by_name, d.withdrawn_at, d.withdrawn_by_name, d.withdrawn_reason`

const ownFrom = ` FROM delegations d JOIN orders o ON o.commanditaire_id = d.commanditaire_id AND o.id = d.order_id
	JOIN organisations g ON g.id = d.commanditaire_id JOIN organisations h ON h.id = d.hub_id `

// Given lists what the actor's organisation delegated, the latest first.
func (s *Service) Given(ctx context.Context, actor identity.Actor) ([]Delegation, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return nil, err
	}
	var list []Delegation
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Delegation](ctx, tx, `SELECT `+ownColumns+ownFrom+`
			WHERE d.commanditaire_id = @me ORDER BY d.withdrawn_at IS NOT NULL, d.ends_on DESC, d.id`, postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list delegations")
}

// Own reads one delegation of the actor's organisation, and what the hub wrote
// under it; ErrNotFound.
func (s *Service) Own(ctx context.Context, actor identity.Actor, id uuid.UUID) (Delegation, []Message, error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return Delegation{}, nil, err
	}
	var d Delegation
	var list []Message
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if d, err = own(ctx, tx, actor, id); err != nil {
			return err
		}
		list, err = messagesOf(ctx, tx, d)
		return err
	})
	return d, list, fault.Wrap(err, "read delegation")
}

func own(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (Delegation, error) {
	d, err := postgres.One[Delegation](ctx, tx, `SELECT `+ownColumns+ownFrom+` WHERE d.commanditaire_id = @me AND d.id = @id`,
		postgres.Args{"me": actor.OrganisationID, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return d, ErrNotFound
	}
	return d, err
}

// Delegate entrusts an order to a hub, and tells it. ErrNoOrder, ErrAlready.
func (s *Service) Delegate(ctx context.Context, actor identity.Actor, order uuid.UUID, form Form) (id uuid.UUID, err error) {
	if err := actor.May(identity.DelegationWrite); err != nil {
		return id, err
	}
	id = postgres.NewID()
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		title, err := postgres.Value[string](ctx, tx, `SELECT title FROM orders WHERE commanditaire_id = @me AND id = @order`,
			postgres.Args{"me": actor.OrganisationID, "order": order})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoOrder
		}
		if err != nil {
			return err
		}
		if err := form.check(tx.Today()); err != nil {
			return err
		}
		if err := insert(ctx, tx, actor, id, order, form); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "commande déléguée", order, form.HubID, map[string]any{"jusqu’au": form.EndsOn.Format(time.DateOnly)}); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: form.HubID, Subject: actor.OrganisationName + " vous délègue le suivi d’une commande",
			Body: slices.DeleteFunc([]string{actor.OrganisationName + " vous confie le suivi de la commande «\u00a0" + title + "\u00a0», jusqu’au " + french.Date(form.EndsOn) +
				"\u00a0: ses points de distribution, ses structures, et l’usage de ses carnets.", form.Purpose}, func(s string) bool { return s == "" }),
			Label: "Ouvrir la commande", Path: "/hub/suivi/" + id.String()})
	})
	return id, fault.Wrap(err, "delegate order")
}

// insert ends first what was delegated to the same hub and is past.
func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id, order uuid.UUID, form Form) error {
	if _, err := postgres.Do(ctx, tx, `UPDATE delegations SET withdrawn_at = @now, withdrawn_by_name = @name, withdrawn_reason = 'Remplacée par une nouvelle délégation'
		WHERE commanditaire_id = @me AND order_id = @order AND hub_id = @hub AND withdrawn_at IS NULL AND ends_on < @today`,
		postgres.Args{"me": actor.OrganisationID, "order": order, "hub": form.HubID, "now": tx.Now(), "today": tx.Today(), "name": actor.Name}); err != nil {
		return err
	}
	n, err := postgres.Do(ctx, tx, `
		INSERT INTO delegations (commanditaire_id, id, order_id, hub_id, starts_on, ends_on, may_invite, may_decide, purpose, created_at, created_by, created_by_name)
		SELECT @me, @id, @order, o.id, @starts, @ends, @invite, @decide, @purpose, @now, @account, @name
		FROM organisations o WHERE o.id = @hub AND o.is_hub AND o.suspended_at IS NULL AND o.id <> @me`,
		postgres.Args{"me": actor.OrganisationID, "id": id, "order": order, "hub": form.HubID, "starts": form.StartsOn, "ends": form.EndsOn, "invite": form.MayInvite,
			"decide": form.MayDecide, "purpose": form.Purpose, "now": tx.Now(), "account": actor.AccountID, "name": actor.Name})
	switch {
	case postgres.Constraint(err) == "delegations_one_live":
		return ErrAlready
	case err == nil && n == 0:
		return fault.Field("hub", "Cette organisation n’anime pas de réseau sur Passnum. Choisissez-en une de la liste.")
	}
	return err
}

// Change prolongs a delegation, shortens it, or changes what it allows, and tells
// its hub, which stays. ErrNotFound, ErrOver once it is withdrawn.
func (s *Service) Change(ctx context.Context, actor identity.Actor, id uuid.UUID, form Form) error {
	if err := actor.May(identity.DelegationWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := own(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		form.HubID = d.HubID
		if err := form.check(tx.Today()); err != nil {
			return err
		}
		n, err := postgres.Do(ctx, tx, `UPDATE delegations SET starts_on = @starts, ends_on = @ends, may_invite = @invite, may_decide = @decide, purpose = @purpose
			WHERE commanditaire_id = @me AND id = @id AND withdrawn_at IS NULL`,
			postgres.Args{"me": actor.OrganisationID, "id": id, "starts": form.StartsOn, "ends": form.EndsOn, "invite": form.MayInvite, "decide": form.MayDecide, "purpose": form.Purpose})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrOver
		}
		if err := s.record(ctx, tx, actor, "délégation modifiée", d.OrderID, d.HubID, map[string]any{"jusqu’au": form.EndsOn.Format(time.DateOnly)}); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: d.HubID, Subject: "La délégation de " + d.Commanditaire + " change",
			Body: []string{d.Commanditaire + " a changé la délégation de «\u00a0" + d.Name() + "\u00a0». Elle va désormais du " + french.Date(form.StartsOn) + " au " + french.Date(form.EndsOn) +
				". La page de la commande dit ce qu’elle vous permet."},
			Label: "Ouvrir la commande", Path: "/hub/suivi/" + id.String()})
	})
	return fault.Wrap(err, "change delegation")
}

// Withdraw ends a delegation at once, with a reason that the hub reads. ErrNotFound, ErrOver.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if err := actor.May(identity.DelegationWrite); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := own(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if reason == "" || len([]rune(reason)) > 600 {
			return fault.Field("motif", "Écrivez le motif, en 600 caractères au plus\u00a0: l’organisation le recevra tel quel.")
		}
		n, err := postgres.Do(ctx, tx, `UPDATE delegations SET withdrawn_at = @now, withdrawn_by_name = @name, withdrawn_reason = @reason
			WHERE commanditaire_id = @me AND id = @id AND withdrawn_at IS NULL`,
			postgres.Args{"me": actor.OrganisationID, "id": id, "now": tx.Now(), "name": actor.Name, "reason": reason})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrOver
		}
		if err := s.record(ctx, tx, actor, "délégation retirée", d.OrderID, d.HubID, map[string]any{"motif": reason}); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: d.HubID, Subject: "La délégation de " + d.Commanditaire + " prend fin",
			Body:  []string{d.Commanditaire + " met fin dès maintenant à la délégation de «\u00a0" + d.Name() + "\u00a0».", "Motif\u00a0: " + reason},
			Label: "Voir vos délégations", Path: "/hub"})
	})
	return fault.Wrap(err, "withdraw delegation")
}

func (s *Service) record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, name string, order, party uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: name, SubjectKind: "commande", SubjectID: order, Parties: []uuid.UUID{party}, Detail: detail})
}
