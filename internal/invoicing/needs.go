package invoicing

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ServiceCode is a service of a public buyer, as its directory entry names it.
type ServiceCode struct {
	Code  string
	Label string
}

// MostServices is how many services a buyer may list.
const MostServices = 50

// Accounting is what a buyer's accounting wants on its factures.
type Accounting struct {
	ServiceRequired    bool
	EngagementRequired bool
	Usual              string // the service of most orders
	Services           []ServiceCode
}

var codePattern = regexp.MustCompile(`^[A-Za-z0-9+_/-]{1,100}$`)

// ParseServices reads services typed one a line: « CODE » or « CODE, libellé ».
func ParseServices(typed string) ([]ServiceCode, error) {
	var list []ServiceCode
	var c fault.Collector
	seen := map[string]bool{}
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		code, label, _ := strings.Cut(line, ",")
		code, label = strings.TrimSpace(code), strings.TrimSpace(label)
		c.Check(codePattern.MatchString(code), "services", "«\u00a0"+code+"\u00a0» n’est pas un code service\u00a0: lettres sans accent, chiffres et + - _ / seulement, 100 au plus.")
		c.Check(len([]rune(label)) <= 140, "services", "Raccourcissez le libellé de «\u00a0"+code+"\u00a0».")
		if !seen[code] {
			list = append(list, ServiceCode{code, label})
		}
		seen[code] = true
	}
	c.Check(len(list) <= MostServices, "services", fmt.Sprintf("Indiquez %d services au plus.", MostServices))
	return list, c.Err()
}

// MyAccounting is what the actor's own accounting wants.
func (s *Service) MyAccounting(ctx context.Context, actor identity.Actor) (a Accounting, err error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return a, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		a, err = accountingOf(ctx, tx, actor.OrganisationID)
		return err
	})
	return a, fault.Wrap(err, "read accounting needs")
}

func accountingOf(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) (Accounting, error) {
	b, err := buyerOf(ctx, tx, organisation)
	if err != nil {
		return Accounting{}, err
	}
	a := Accounting{ServiceRequired: b.needs.Service, EngagementRequired: b.needs.Engagement, Usual: b.usual}
	a.Services, err = servicesOf(ctx, tx, organisation)
	return a, err
}

func servicesOf(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) ([]ServiceCode, error) {
	list, err := postgres.All[ServiceCode](ctx, tx, `SELECT code, label FROM billing_services WHERE organisation_id = @id ORDER BY code`, postgres.Args{"id": organisation})
	if err != nil {
		return nil, fmt.Errorf("read services: %w", err)
	}
	return list, nil
}

// ServicesOf lists the services of a buyer, for the operator.
func (s *Service) ServicesOf(ctx context.Context, actor identity.Actor, organisation uuid.UUID) (list []ServiceCode, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "services d’un acheteur", func(tx *postgres.Tx) (err error) {
		list, err = servicesOf(ctx, tx, organisation)
		return err
	})
	return list, fault.Wrap(err, "read services")
}

// SaveAccounting changes what the actor's accounting wants. The usual service
// must be one of the list when there is one.
func (s *Service) SaveAccounting(ctx context.Context, actor identity.Actor, a Accounting) error {
	if err := actor.May(identity.OrganisationEdit); err != nil {
		return err
	}
	a.Usual = strings.TrimSpace(a.Usual)
	known := len(a.Services) == 0 || a.Usual == ""
	for _, service := range a.Services {
		known = known || service.Code == a.Usual
	}
	var c fault.Collector
	c.Check(a.Usual == "" || codePattern.MatchString(a.Usual), "service_habituel", "Ce code service contient des caractères interdits.")
	c.Check(known, "service_habituel", "Ce service n’est pas dans votre liste\u00a0: ajoutez-l’y, ou choisissez-en un autre.")
	if err := c.Err(); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		if err := saveAccounting(ctx, tx, actor.OrganisationID, a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification de ce que les factures doivent porter", SubjectKind: "organisation", SubjectID: actor.OrganisationID,
			Detail: map[string]any{"service": a.ServiceRequired, "engagement": a.EngagementRequired, "services": len(a.Services)}})
	})
	return fault.Wrap(err, "save accounting needs")
}

func saveAccounting(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, a Accounting) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO organisation_settings (organisation_id, chorus_service_required, chorus_service_code, chorus_engagement_required) VALUES (@id, @service, @usual, @engagement)
		ON CONFLICT (organisation_id) DO UPDATE SET chorus_service_required = @service, chorus_service_code = @usual, chorus_engagement_required = @engagement`,
		postgres.Args{"id": organisation, "service": a.ServiceRequired, "usual": a.Usual, "engagement": a.EngagementRequired})
	if err != nil {
		return fmt.Errorf("save accounting needs: %w", err)
	}
	if _, err := postgres.Do(ctx, tx, `DELETE FROM billing_services WHERE organisation_id = @id`, postgres.Args{"id": organisation}); err != nil {
		return fmt.Errorf("clear services: %w", err)
	}
	for _, service := range a.Services {
		_, err := postgres.Do(ctx, tx, `INSERT INTO billing_services (organisation_id, code, label) VALUES (@id, @code, @label)`,
			postgres.Args{"id": organisation, "code": service.Code, "label": service.Label})
		if err != nil {
			return fmt.Errorf("insert service: %w", err)
		}
	}
	return nil
}

// SetReferences keeps what a payer's accounting wants on the factures of an
// order, for the operator who was told.
func (s *Service) SetReferences(ctx context.Context, actor identity.Actor, orderID, payer uuid.UUID, r References) error {
	if err := actor.May(identity.PlatformFunds); err != nil {
		return err
	}
	r, err := r.checked()
	if err != nil {
		return err
	}
	err = s.db.InPlatform(ctx, actor, "références d’une facture", func(tx *postgres.Tx) error {
		if err := setReferences(ctx, tx, actor, orderID, payer, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "références de facturation", SubjectKind: "commande", SubjectID: orderID, Parties: []uuid.UUID{payer},
			Detail: map[string]any{"engagement": r.Engagement, "service": r.Service, "marche": r.Contract}})
	})
	return fault.Wrap(err, "set references")
}

func (r References) checked() (References, error) {
	r.Engagement, r.Service, r.Contract = strings.TrimSpace(r.Engagement), strings.TrimSpace(r.Service), strings.TrimSpace(r.Contract)
	var c fault.Collector
	c.Check(len([]rune(r.Engagement)) <= 50, "engagement", "Un numéro d’engagement compte 50 caractères au plus.")
	c.Check(r.Service == "" || codePattern.MatchString(r.Service), "code_service", "Ce code service contient des caractères interdits\u00a0: lettres sans accent, chiffres et + - _ / seulement.")
	c.Check(len([]rune(r.Contract)) <= 50, "marche", "Un numéro de marché compte 50 caractères au plus.")
	return r, c.Err()
}

func setReferences(ctx context.Context, tx *postgres.Tx, actor identity.Actor, orderID, payer uuid.UUID, r References) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO invoice_references (organisation_id, order_id, engagement_number, service_code, contract_number, set_at, set_by_name)
		VALUES (@payer, @order, @engagement, @service, @contract, @now, @name)
		ON CONFLICT (organisation_id, order_id) DO UPDATE SET engagement_number = @engagement, service_code = @service, contract_number = @contract, set_at = @now, set_by_name = @name`,
		postgres.Args{"payer": payer, "order": orderID, "engagement": r.Engagement, "service": r.Service, "contract": r.Contract, "now": tx.Now(), "name": actor.Name})
	if err != nil {
		return fmt.Errorf("set references: %w", err)
	}
	return nil
}

// CurrentReferences is what a payer's accounting gave for an order until now.
func (s *Service) CurrentReferences(ctx context.Context, actor identity.Actor, orderID, payer uuid.UUID) (r References, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return r, err
	}
	err = s.db.InPlatform(ctx, actor, "références d’une facture", func(tx *postgres.Tx) error {
		b, err := buyerOf(ctx, tx, payer)
		if err != nil {
			return err
		}
		r, err = referencesOf(ctx, tx, b, orderID)
		return err
	})
	return r, fault.Wrap(err, "read references")
}
