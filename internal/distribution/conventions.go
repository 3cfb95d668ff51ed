package distribution

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Conventions lists the conventions the organisation is a party to, those still
// to sign first.
func (s *Service) Conventions(ctx context.Context, actor identity.Actor) ([]Convention, error) {
	if err := seesConventions(actor); err != nil {
		return nil, err
	}
	var list []Convention
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Convention](ctx, tx, `
			SELECT `+conventionColumns+conventionFrom+`
			WHERE c.commanditaire_id = @me OR c.aiguilleur_id = @me
			ORDER BY c.ended_at IS NOT NULL, (c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL), c.proposed_at DESC, c.id`,
			postgres.Args{"me": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list conventions")
}

// Convention finds one convention; ErrConventionNotFound otherwise.
func (s *Service) Convention(ctx context.Context, actor identity.Actor, id uuid.UUID) (Convention, error) {
	if err := seesConventions(actor); err != nil {
		return Convention{}, err
	}
	var c Convention
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		c, err = findConvention(ctx, tx, actor.OrganisationID, id)
		return err
	})
	return c, fault.Wrap(err, "read convention")
}

// SearchAiguilleurs lists at most ten aiguilleurs whose name or SIRET fits.
func (s *Service) SearchAiguilleurs(ctx context.Context, actor identity.Actor, typed string) ([]Directory, error) {
	if err := actor.May(identity.ConventionWrite); err != nil {
		return nil, err
	}
	var found []Directory
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		found, err = postgres.All[Directory](ctx, tx, `
			SELECT id, name, siret, town FROM organisations
			WHERE is_aiguilleur AND suspended_at IS NULL AND id <> @me
				AND (@digits <> '' AND siret LIKE @digits || '%'
					OR translate(lower(name), 'àâäéèêëîïôöùûüç’-''', 'aaaeeeeiioouuuc   ') LIKE '%' || @text || '%')
			ORDER BY name, id LIMIT 10`,
			postgres.Args{"me": actor.OrganisationID, "digits": onlyDigits(typed), "text": strings.Join(fold.Words(typed), " ")})
		return err
	})
	return found, fault.Wrap(err, "search aiguilleurs")
}

// Propose writes a convention to an aiguilleur, for both sides to sign.
// ErrConventionExists when one is already live between the two.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, p Proposal) (Convention, error) {
	if err := actor.May(identity.ConventionWrite); err != nil {
		return Convention{}, err
	}
	if err := p.check(); err != nil {
		return Convention{}, err
	}
	var c Convention
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		known, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM organisations WHERE id = @id AND is_aiguilleur AND suspended_at IS NULL AND id <> @me)`,
			postgres.Args{"id": p.AiguilleurID, "me": actor.OrganisationID})
		if err != nil {
			return err
		}
		if !known {
			return Proposal{StartsOn: p.StartsOn, EndsOn: p.EndsOn}.check()
		}
		c, err = s.insertConvention(ctx, tx, actor, p)
		return err
	})
	if postgres.Constraint(err) == "conventions_one_live" {
		return Convention{}, ErrConventionExists
	}
	return c, fault.Wrap(err, "propose convention")
}

func (s *Service) insertConvention(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p Proposal) (Convention, error) {
	year := tx.Today().Year()
	n, err := postgres.Next(ctx, tx, "convention", year)
	if err != nil {
		return Convention{}, fmt.Errorf("number convention: %w", err)
	}
	id := postgres.NewID()
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO conventions (commanditaire_id, id, aiguilleur_id, number, starts_on, ends_on, purpose, proposed_at, proposed_by)
		VALUES (@me, @id, @aiguilleur, @number, @start, @end, @purpose, @now, @account)`,
		postgres.Args{"me": actor.OrganisationID, "id": id, "aiguilleur": p.AiguilleurID, "number": fmt.Sprintf("CM-%d-%03d", year, n),
			"start": p.StartsOn, "end": p.EndsOn, "purpose": strings.TrimSpace(p.Purpose), "now": tx.Now(), "account": actor.AccountID})
	if err != nil {
		return Convention{}, err
	}
	c, err := findConvention(ctx, tx, actor.OrganisationID, id)
	if err != nil {
		return c, err
	}
	if err := s.record(ctx, tx, actor, "proposition de convention", c); err != nil {
		return c, err
	}
	return c, s.notify(ctx, tx, Notice{Event: EventConventionProposed, CommanditaireID: c.CommanditaireID, SubjectID: c.ID})
}

// Sign records the signature of the actor's side by a named person. Once both
// sides have signed, the signed convention is kept as a document for both.
// ErrAlreadySigned, ErrConventionClosed.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, id uuid.UUID, signing Signing) (Convention, error) {
	if err := actor.May(identity.ConventionSign); err != nil {
		return Convention{}, err
	}
	if err := signing.check(); err != nil {
		return Convention{}, err
	}
	var c Convention
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if c, err = lockConvention(ctx, tx, actor.OrganisationID, id); err != nil {
			return err
		}
		if err := writeSignature(ctx, tx, actor, c, signing); err != nil {
			return err
		}
		if err := attachPoints(ctx, tx, c.AiguilleurID); err != nil {
			return err
		}
		if c, err = findConvention(ctx, tx, actor.OrganisationID, id); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "signature de la convention", c); err != nil {
			return err
		}
		return s.notify(ctx, tx, Notice{Event: EventConventionSigned, CommanditaireID: c.CommanditaireID, SubjectID: c.ID, By: actor.OrganisationID})
	})
	if err != nil {
		return Convention{}, fault.Wrap(err, "sign convention")
	}
	if c.Signed() {
		_, err = s.ConventionPDF(ctx, actor, id)
	}
	return c, fault.Wrap(err, "keep signed convention")
}

func writeSignature(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Convention, signing Signing) error {
	if c.EndedAt != nil {
		return ErrConventionClosed
	}
	if c.BySide(actor.OrganisationID) != nil {
		return ErrAlreadySigned
	}
	args := postgres.Args{"commanditaire": c.CommanditaireID, "id": c.ID, "name": strings.TrimSpace(signing.Name), "title": strings.TrimSpace(signing.Title),
		"now": tx.Now(), "account": actor.AccountID}
	if actor.OrganisationID == c.CommanditaireID {
		return postgres.Must(ctx, tx, `
			UPDATE conventions SET commanditaire_signatory = @name, commanditaire_title = @title, commanditaire_signed_at = @now, commanditaire_signed_by = @account
			WHERE commanditaire_id = @commanditaire AND id = @id`, args)
	}
	return postgres.Must(ctx, tx, `
		UPDATE conventions SET aiguilleur_signatory = @name, aiguilleur_title = @title, aiguilleur_signed_at = @now, aiguilleur_signed_by = @account
		WHERE commanditaire_id = @commanditaire AND id = @id`, args)
}

// End closes a convention: no carnet enters the aiguilleur's stock any more.
func (s *Service) End(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.ConventionWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		c, err := lockConvention(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		if c.CommanditaireID != actor.OrganisationID {
			return ErrConventionNotFound
		}
		if c.EndedAt != nil {
			return ErrConventionClosed
		}
		if err := postgres.Must(ctx, tx, `UPDATE conventions SET ended_at = @now WHERE commanditaire_id = @me AND id = @id`,
			postgres.Args{"now": tx.Now(), "me": actor.OrganisationID, "id": id}); err != nil {
			return err
		}
		if err := attachPoints(ctx, tx, c.AiguilleurID); err != nil {
			return err
		}
		if err := s.record(ctx, tx, actor, "fin de la convention", c); err != nil {
			return err
		}
		return s.notify(ctx, tx, Notice{Event: EventConventionEnded, CommanditaireID: c.CommanditaireID, SubjectID: c.ID})
	})
	return fault.Wrap(err, "end convention")
}

func (s *Service) record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, c Convention) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "convention", SubjectID: c.ID,
		Parties: []uuid.UUID{c.CommanditaireID, c.AiguilleurID}, Detail: map[string]any{"numero": c.Number}})
}

const (
	conventionColumns = `c.commanditaire_id, k.name AS commanditaire, c.aiguilleur_id, a.name AS aiguilleur, c.id, c.number, c.starts_on, c.ends_on, c.purpose,
		c.proposed_at, c.ended_at,
		c.commanditaire_signatory AS by_commanditaire_name, c.commanditaire_title AS by_commanditaire_role, c.commanditaire_signed_at AS by_commanditaire_at,
		c.aiguilleur_signatory AS by_aiguilleur_name, c.aiguilleur_title AS by_aiguilleur_role, c.aiguilleur_signed_at AS by_aiguilleur_at`
	conventionFrom = `
		FROM conventions c JOIN organisations k ON k.id = c.commanditaire_id JOIN organisations a ON a.id = c.aiguilleur_id`
)

func findConvention(ctx context.Context, tx *postgres.Tx, me, id uuid.UUID) (Convention, error) {
	return oneConvention(ctx, tx, me, id, "")
}

func lockConvention(ctx context.Context, tx *postgres.Tx, me, id uuid.UUID) (Convention, error) {
	return oneConvention(ctx, tx, me, id, " FOR UPDATE OF c")
}

func oneConvention(ctx context.Context, tx *postgres.Tx, me, id uuid.UUID, lock string) (Convention, error) {
	c, err := postgres.One[Convention](ctx, tx, `SELECT `+conventionColumns+conventionFrom+`
		WHERE (c.commanditaire_id = @me OR c.aiguilleur_id = @me) AND c.id = @id`+lock, postgres.Args{"me": me, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return c, ErrConventionNotFound
	}
	return c, err
}

// Mandated refuses, with ErrConventionMissing, to trust an aiguilleur with a
// commanditaire's carnets without a convention signed by both.
func Mandated(ctx context.Context, tx *postgres.Tx, commanditaire, aiguilleur uuid.UUID) error {
	return mandated(ctx, tx, commanditaire, aiguilleur)
}

// mandated returns ErrConventionMissing unless a convention signed by both lets
// the aiguilleur take the commanditaire's carnets. Nobody needs a mandate from
// itself.
func mandated(ctx context.Context, tx *postgres.Tx, commanditaire, aiguilleur uuid.UUID) error {
	if commanditaire == aiguilleur {
		return nil
	}
	signed, err := postgres.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM conventions WHERE commanditaire_id = @commanditaire AND aiguilleur_id = @aiguilleur
			AND commanditaire_signed_at IS NOT NULL AND aiguilleur_signed_at IS NOT NULL AND ended_at IS NULL AND ends_on >= @today)`,
		postgres.Args{"commanditaire": commanditaire, "aiguilleur": aiguilleur, "today": tx.Today()})
	if err != nil {
		return fmt.Errorf("check convention: %w", err)
	}
	if !signed {
		return ErrConventionMissing
	}
	return nil
}

func seesConventions(actor identity.Actor) error {
	if actor.Can(identity.OrderRead) || actor.Can(identity.StockRead) {
		return nil
	}
	return identity.ErrForbidden
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
