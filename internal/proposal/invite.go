package proposal

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Invitation is what the form of who was invited begins with.
type Invitation struct {
	Commanditaire string
	Name          string
	SIRET         string
	ContactName   string
	Email         string
}

// errNoInvitation hides invitations that were used, replaced or never made.
var errNoInvitation = fault.New(fault.KindNotFound, "Cette invitation n’est plus valable.")

// mostInvitations bounds the mails that one proposal sends, each less than a day
// after the last; invite_proposal holds it too.
const mostInvitations = 5

// Invite mails a link that opens the registration with what is known; inviting
// again replaces the link. It is the commanditaire's act, or that of the hub that
// proposed under a delegation which allows it. ErrNotFound, ErrDone, ErrInvitedEnough.
func (s *Service) Invite(ctx context.Context, actor identity.Actor, id uuid.UUID, typed string) error {
	if actor.May(identity.AgreementWrite) != nil && actor.May(identity.HubWrite) != nil {
		return identity.ErrForbidden
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		p, err := one(ctx, tx, actor, id)
		switch {
		case err != nil:
			return err
		case p.Organisation != nil:
			return ErrDone
		case !p.MayInvite:
			return identity.ErrForbidden
		case p.Invitations >= mostInvitations && p.Stage == Invited && tx.Now().Sub(*p.DecidedAt) < 24*time.Hour:
			return ErrInvitedEnough
		}
		email, err := identifier.ParseEmail(typed)
		if err != nil {
			var c fault.Collector
			c.Refuse("courriel", err)
			return c.Err()
		}
		return s.invite(ctx, tx, actor, p, email.String())
	})
	return fault.Wrap(err, "invite structure")
}

func (s *Service) invite(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Proposal, email string) error {
	token := rand.Text()
	done, err := postgres.Value[bool](ctx, tx, `SELECT invite_proposal(@commanditaire, @id, @token, @email, @name, @now, @today)`,
		postgres.Args{"commanditaire": p.CommanditaireID, "id": p.ID, "token": hash(token), "email": email, "name": actor.Name, "now": tx.Now(), "today": tx.Today()})
	if err != nil {
		return err
	}
	if !done {
		return ErrDone
	}
	m := mail.Render(p.Commanditaire+" vous invite à rejoindre Passnum", "Bonjour,", []string{
		p.Commanditaire + " finance des chèques qui paient l’accompagnement au numérique, et aimerait que " + p.Name + " les accepte.",
		"Le lien ouvre une inscription déjà remplie avec ce que nous savons. Vous dites ensuite ce que vous proposez, et l’opérateur lit votre dossier. C’est gratuit, et rien ne vous engage avant la signature de la charte.",
		"Cette invitation vaut quatre-vingt-dix jours.",
	}, &mail.Action{Label: "S’inscrire", URL: s.BaseURL + "/rejoindre?invitation=" + token}, p.Commanditaire)
	m.To = email
	if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
		return err
	}
	return s.tellProposer(ctx, tx, actor, p, "structure invitée", "Merci\u00a0: "+p.Name+" est invitée",
		"La structure que vous avez proposée, "+p.Name+", a reçu une invitation de "+p.Commanditaire+". Vous pouvez suivre sa qualification.", "")
}

// Dismiss ends a proposal with a reason, which who proposed it reads. ErrNotFound, ErrDone.
func (s *Service) Dismiss(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	if err := actor.May(identity.AgreementWrite); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		p, err := one(ctx, tx, actor, id)
		if err == nil && p.CommanditaireID != actor.OrganisationID {
			err = ErrNotFound
		}
		if err != nil {
			return err
		}
		if reason == "" || len([]rune(reason)) > 600 {
			return fault.Field("motif", "Écrivez le motif, en 600 caractères au plus\u00a0: qui l’a proposée le lira tel quel.")
		}
		n, err := postgres.Do(ctx, tx, `UPDATE proposals SET state = 'ecartee', decided_at = @now, decided_by_name = @name, reason = @reason, token_hash = NULL, invited_email = ''
			WHERE commanditaire_id = @me AND id = @id AND organisation_id IS NULL AND state <> 'ecartee'`,
			postgres.Args{"me": actor.OrganisationID, "id": id, "now": tx.Now(), "name": actor.Name, "reason": reason})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrDone
		}
		return s.tellProposer(ctx, tx, actor, p, "proposition écartée", "Votre proposition n’est pas retenue\u00a0: "+p.Name,
			p.Commanditaire+" n’invitera pas "+p.Name+".", "Motif\u00a0: "+reason)
	})
	return fault.Wrap(err, "dismiss proposal")
}

func (s *Service) tellProposer(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Proposal, act, subject, sentence, more string) error {
	if err := audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "proposition", SubjectID: p.ID,
		Parties: []uuid.UUID{p.CommanditaireID, p.ProposerID}, Detail: map[string]any{"nom": p.Name}}); err != nil || p.ProposerID == actor.OrganisationID {
		return err
	}
	l := organisation.Letter{To: p.ProposerID, Subject: subject, Body: []string{sentence}, Label: "Voir vos propositions", Path: "/aiguilleur/propositions"}
	if p.DelegationID != nil {
		l.Path = "/hub/propositions"
	}
	if more != "" {
		l.Body = append(l.Body, more)
	}
	return organisation.Tell(ctx, tx, s.Queue, l)
}

// Invitation reads what an invitation link knows; a not-found refusal when it is
// no longer good. Whoever holds the link may.
func (s *Service) Invitation(ctx context.Context, token string) (Invitation, error) {
	var found Invitation
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.One[Invitation](ctx, tx, `SELECT * FROM proposal_invitation(@token, @now)`, postgres.Args{"token": hash(token), "now": tx.Now()})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return found, errNoInvitation
	}
	return found, fault.Wrap(err, "read invitation")
}

// Registered writes which organisation an invitation made; an invitation that is
// no longer good changes nothing.
func (s *Service) Registered(ctx context.Context, token string, made uuid.UUID) error {
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `SELECT proposal_registered(@token, @organisation, @now)`, postgres.Args{"token": hash(token), "organisation": made, "now": tx.Now()})
		return err
	})
	return fault.Wrap(err, "follow registration")
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
