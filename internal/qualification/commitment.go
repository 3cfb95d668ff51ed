package qualification

import (
	"context"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// CommitmentForm is the acceptance of the charter and of the terms, each in the
// version that was read; comments give the names of the fields.
type CommitmentForm struct {
	Charter      string // version
	Accepted     bool   // accepte
	Terms        string // version_cgu
	AcceptsTerms bool   // accepte_cgu
}

// Commit accepts the charter and the terms in force. structure.ErrClosed, or
// refused fields.
func (s *Service) Commit(ctx context.Context, actor identity.Actor, form CommitmentForm) error {
	read := func(context.Context, *postgres.Tx, stepState) (answers, error) {
		var c fault.Collector
		c.Check(form.Accepted, "accepte", "Cochez la case pour accepter la charte.")
		c.Check(form.AcceptsTerms, "accepte_cgu", "Cochez la case pour accepter les conditions d’utilisation.")
		c.Check(form.Charter == structure.CurrentCharter.Version, "accepte", "Le texte de la charte vient de changer\u00a0: relisez-le, puis acceptez-le.")
		c.Check(form.Terms == structure.CurrentTerms.Version, "accepte_cgu", "Le texte des conditions vient de changer\u00a0: relisez-le, puis acceptez-le.")
		return answers{"charte": form.Charter, "cgu": form.Terms}, c.Err()
	}
	mirror := func(ctx context.Context, tx *postgres.Tx, a answers) error {
		_, err := postgres.Do(ctx, tx, `
			UPDATE structures SET charter_accepted_at = @now, charter_version = @charter, terms_accepted_at = @now, terms_version = @terms
			WHERE organisation_id = @id`,
			postgres.Args{"now": tx.Now(), "charter": a["charte"], "terms": a["cgu"], "id": actor.OrganisationID})
		return fault.Wrap(err, "accept charter")
	}
	_, err := s.save(ctx, actor, StepCharter, read, mirror)
	return err
}
