package qualification

import (
	"context"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// SavePresentation changes what the structure says of itself. structure.ErrClosed.
func (s *Service) SavePresentation(ctx context.Context, actor identity.Actor, text string) error {
	text = strings.TrimSpace(text)
	var c fault.Collector
	c.Check(text != "", "presentation", "Présentez votre structure en quelques phrases\u00a0: qui accompagne, et qui vous accueillez.")
	c.Check(len([]rune(text)) <= 2000, "presentation", "Raccourcissez ce texte\u00a0: 2\u202f000 caractères au plus.")
	if err := c.Err(); err != nil {
		return err
	}
	return s.change(ctx, actor, "présentation de la structure", `
		UPDATE structures SET presentation = @text, state = 'brouillon'
		WHERE organisation_id = @id AND state IN ('brouillon', 'refusee')`, postgres.Args{"text": text}, nil)
}

// AcceptCharter accepts the text in force; version is the one that was read.
// structure.ErrClosed.
func (s *Service) AcceptCharter(ctx context.Context, actor identity.Actor, version string, accepted bool) error {
	if !accepted {
		return fault.Field("accepte", "Cochez la case pour accepter la charte.")
	}
	if version != structure.CurrentCharter.Version {
		return fault.Field("accepte", "Le texte de la charte vient de changer\u00a0: relisez-le, puis acceptez-le.")
	}
	return s.change(ctx, actor, "charte acceptée", `
		UPDATE structures SET charter_accepted_at = @now, charter_version = @version, state = 'brouillon'
		WHERE organisation_id = @id AND state IN ('brouillon', 'refusee')`,
		postgres.Args{"now": s.db.Now(), "version": version}, map[string]any{"version": version})
}
