package proposal

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Form is a proposal as typed; comments give the names of the fields.
type Form struct {
	CommanditaireID uuid.UUID // commanditaire; the only one when nil
	DelegationID    *uuid.UUID
	Name            string // nom
	SIRET           string // siret, when known
	Commune         string // commune, as typed
	CommuneCode     string // commune_code, INSEE
	ContactName     string // contact
	ContactEmail    string // courriel
	ContactPhone    string // telephone
	Why             string // pourquoi
	ByAdviser       bool   // conseiller
}

// mostPerDay bounds what one organisation proposes in a day.
const mostPerDay = 40

// proposed is a form that was read.
type proposed struct {
	Form
	insee, town string
}

func (s *Service) read(f Form, targets []Target) (proposed, error) {
	var c fault.Collector
	r := proposed{Form: f}
	r.Name, r.ContactName, r.Why = oneLine(f.Name), oneLine(f.ContactName), strings.TrimSpace(f.Why)
	if r.CommanditaireID == uuid.Nil && len(targets) == 1 {
		r.CommanditaireID = targets[0].ID
	}
	c.Check(known(targets, r.CommanditaireID), "commanditaire", "Choisissez le commanditaire à qui vous proposez cette structure.")
	c.Check(r.Name != "" && len([]rune(r.Name)) <= 140, "nom", "Indiquez le nom de la structure, en 140 caractères au plus.")
	c.Check(r.Why != "" && len([]rune(r.Why)) <= 1000, "pourquoi", "Dites en quelques mots ce qu’elle fait et pour qui, en 1\u202f000 caractères au plus.")
	c.Check(len([]rune(r.ContactName)) <= 120, "contact", "Raccourcissez ce nom\u00a0: 120 caractères au plus.")
	if strings.TrimSpace(f.SIRET) != "" {
		siret, err := identifier.ParseSIRET(f.SIRET)
		if err != nil {
			c.Refuse("siret", err)
		}
		r.SIRET = siret.String()
	}
	if strings.TrimSpace(f.ContactEmail) != "" {
		email, err := identifier.ParseEmail(f.ContactEmail)
		if err != nil {
			c.Refuse("courriel", err)
		}
		r.ContactEmail = email.String()
	}
	if strings.TrimSpace(f.ContactPhone) != "" {
		phone, err := identifier.ParsePhone(f.ContactPhone)
		if err != nil {
			c.Refuse("telephone", err)
		}
		r.ContactPhone = phone.String()
	}
	commune, err := s.territory.Resolve(f.CommuneCode, f.Commune)
	if err != nil {
		c.Refuse("commune", err)
	}
	r.insee, r.town = commune.Code, commune.Name
	return r, c.Err()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func known(targets []Target, id uuid.UUID) bool {
	for _, t := range targets {
		if t.ID == id {
			return true
		}
	}
	return false
}

// Targets lists the commanditaires the actor's organisation may propose to: those
// whose carnets it hands over, those that delegated to it, and itself.
func (s *Service) Targets(ctx context.Context, actor identity.Actor) ([]Target, error) {
	if err := actor.May(identity.Propose); err != nil {
		return nil, err
	}
	var list []Target
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = targets(ctx, tx, actor)
		return err
	})
	return list, fault.Wrap(err, "list commanditaires")
}

func targets(ctx context.Context, tx *postgres.Tx, actor identity.Actor) ([]Target, error) {
	return postgres.All[Target](ctx, tx, `
		SELECT o.id, o.name FROM organisations o WHERE o.is_commanditaire AND o.suspended_at IS NULL AND (o.id = @me
			OR o.id IN (SELECT c.commanditaire_id FROM conventions c WHERE c.aiguilleur_id = @me AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= @today)
			OR o.id IN (SELECT d.commanditaire_id FROM delegations d WHERE d.hub_id = @me AND d.withdrawn_at IS NULL AND @today BETWEEN d.starts_on AND d.ends_on))
		ORDER BY o.name, o.id`, postgres.Args{"me": actor.OrganisationID, "today": tx.Today()})
}

// Propose names a structure to a commanditaire, which is told by mail.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, form Form) (id uuid.UUID, err error) {
	if err := actor.May(identity.Propose); err != nil {
		return id, err
	}
	id = postgres.NewID()
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		list, err := targets(ctx, tx, actor)
		if err != nil {
			return err
		}
		r, err := s.read(form, list)
		if err != nil {
			return err
		}
		if err := refuseKnown(ctx, tx, actor, r); err != nil {
			return err
		}
		if err := insert(ctx, tx, actor, id, r); err != nil {
			return err
		}
		return s.tellProposed(ctx, tx, actor, id, r)
	})
	return id, fault.Wrap(err, "propose structure")
}

// refuseKnown spares everybody the proposal of who is already qualified.
func refuseKnown(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r proposed) error {
	facts, err := postgres.One[struct {
		Qualified bool
		Today     int
	}](ctx, tx, `SELECT EXISTS (SELECT 1 FROM organisations o JOIN places p ON p.structure_id = o.id AND p.published WHERE o.siret = @siret) AS qualified,
		(SELECT count(*) FROM proposals WHERE proposer_id = @me AND proposed_at > @since)::int AS today`,
		postgres.Args{"siret": r.SIRET, "me": actor.OrganisationID, "since": tx.Now().Add(-24 * time.Hour)})
	switch {
	case err != nil:
		return err
	case facts.Qualified:
		return fault.Field("siret", "Cette structure est déjà qualifiée\u00a0: elle peut accepter des chèques.")
	case facts.Today >= mostPerDay:
		return ErrTooMany
	}
	return nil
}

// insert keeps the delegation only when it is the proposer's own and live: the
// foreign key refuses any other.
func insert(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, r proposed) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO proposals (commanditaire_id, id, proposer_id, delegation_id, name, siret, insee, town, contact_name, contact_email, contact_phone, why, by_adviser,
			proposed_at, proposed_by, proposed_by_name)
		VALUES (@commanditaire, @id, @me, coalesce(@delegation::uuid, (SELECT d.id FROM delegations d WHERE d.commanditaire_id = @commanditaire AND d.hub_id = @me
				AND d.withdrawn_at IS NULL AND @today BETWEEN d.starts_on AND d.ends_on ORDER BY d.may_invite DESC, d.ends_on DESC LIMIT 1)),
			@name, @siret, @insee, @town, @contact, @email, @phone, @why, @adviser, @now, @account, @by)`,
		postgres.Args{"commanditaire": r.CommanditaireID, "id": id, "me": actor.OrganisationID, "delegation": r.DelegationID, "name": r.Name, "siret": r.SIRET, "insee": r.insee,
			"town": r.town, "contact": r.ContactName, "email": r.ContactEmail, "phone": r.ContactPhone, "why": r.Why, "adviser": r.ByAdviser,
			"now": tx.Now(), "today": tx.Today(), "account": actor.AccountID, "by": actor.Name})
	if postgres.Constraint(err) == "proposals_one_open" {
		return fault.Field("siret", "Cette structure a déjà été proposée à ce commanditaire. Merci\u00a0: elle est suivie.")
	}
	return err
}

func (s *Service) tellProposed(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, r proposed) error {
	act := audit.Act{Name: "structure proposée", SubjectKind: "proposition", SubjectID: id, Parties: []uuid.UUID{r.CommanditaireID}, Detail: map[string]any{"nom": r.Name}}
	if err := audit.Record(ctx, tx, actor, act); err != nil || r.CommanditaireID == actor.OrganisationID {
		return err
	}
	return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: r.CommanditaireID, Subject: "Une structure vous est proposée\u00a0: " + r.Name,
		Body:  []string{fmt.Sprintf("%s (%s) vous propose d’inviter %s, à %s, à devenir structure qualifiée.", actor.Name, actor.OrganisationName, r.Name, r.town), "Pourquoi\u00a0: " + r.Why},
		Label: "Lire la proposition", Path: "/commanditaire/structures/propositions/" + id.String()})
}
