package structure

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Notice is how an agreement ends, as typed; comments give the names of the
// fields. A zero day is at once.
type Notice struct {
	LastDay time.Time // jusquau
	Reason  string    // motif
}

// UsualNotice is how long a form proposes to go on for.
const UsualNotice = 30

// longestNotice bounds how far an end may be announced.
const longestNotice = 366 * 24 * time.Hour

func (n *Notice) check(today time.Time) error {
	n.Reason = strings.TrimSpace(n.Reason)
	var c fault.Collector
	c.Check(n.Reason != "" && len([]rune(n.Reason)) <= 600, "motif", "Écrivez le motif, en 600 caractères au plus\u00a0: l’autre partie le lira tel quel.")
	if !n.LastDay.IsZero() {
		n.LastDay = postgres.Day(n.LastDay)
		c.Check(!n.LastDay.Before(today), "jusquau", "Ce jour est passé. Choisissez aujourd’hui ou plus tard.")
		c.Check(n.LastDay.Sub(today) <= longestNotice, "jusquau", "Choisissez un jour dans l’année qui vient.")
	}
	return c.Err()
}

// Withdraw ends the agreement with a structure at once, or after a day it is
// told of; what was accepted stays due. ErrNoPartner when there is none.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, structure uuid.UUID, n Notice) error {
	if err := actor.May(identity.AgreementWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		args := postgres.Args{"me": actor.OrganisationID, "structure": structure}
		if err := liveAgreement(ctx, tx, `commanditaire_id = @me AND structure_id = @structure`, args); err != nil {
			return err
		}
		if err := n.check(tx.Today()); err != nil {
			return err
		}
		args["day"], args["reason"], args["when"] = n.lastDay(), n.Reason, n.ended(tx.Now())
		if err := postgres.Must(ctx, tx, `UPDATE agreements SET withdrawn_at = @when, ends_on = @day, ended_by = 'commanditaire', end_reason = @reason
			WHERE commanditaire_id = @me AND structure_id = @structure AND withdrawn_at IS NULL`, args); err != nil {
			return err
		}
		if err := recordAgreement(ctx, tx, actor, "agrément retiré", structure, map[string]any{"motif": n.Reason}, structure); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: structure, Subject: actor.OrganisationName + " met fin à votre affiliation",
			Body:  []string{"Vous ne pourrez plus prendre les chèques de ses commandes limitées aux structures agréées " + n.words() + ". Ce que vous avez déjà accepté vous est payé.", "Motif\u00a0: " + n.Reason},
			Label: "Voir vos affiliations", Path: "/structure/affiliations"})
	})
	return fault.Wrap(err, "withdraw agreement")
}

// Leave announces that the actor's structure leaves a commanditaire, today or
// after a day. ErrNoPartner when there is no agreement.
func (s *Service) Leave(ctx context.Context, actor identity.Actor, commanditaire uuid.UUID, n Notice) error {
	if err := actor.May(identity.AffiliationWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		args := postgres.Args{"me": actor.OrganisationID, "commanditaire": commanditaire}
		if err := liveAgreement(ctx, tx, `commanditaire_id = @commanditaire AND structure_id = @me`, args); err != nil {
			return err
		}
		if n.LastDay.IsZero() {
			n.LastDay = tx.Today()
		}
		if err := n.check(tx.Today()); err != nil {
			return err
		}
		done, err := postgres.Value[bool](ctx, tx, `SELECT leave_agreement(@commanditaire, @day, @reason)`,
			postgres.Args{"commanditaire": commanditaire, "day": n.LastDay, "reason": n.Reason})
		if err != nil {
			return err
		}
		if !done {
			return fault.New(fault.KindConflict, "Cette affiliation prend déjà fin plus tôt.")
		}
		if err := recordAgreement(ctx, tx, actor, "affiliation quittée", actor.OrganisationID, map[string]any{"motif": n.Reason}, commanditaire); err != nil {
			return err
		}
		return organisation.Tell(ctx, tx, s.Queue, organisation.Letter{To: commanditaire, Subject: actor.OrganisationName + " quitte votre réseau",
			Body:  []string{actor.OrganisationName + " ne prendra plus vos chèques " + n.words() + ".", "Motif\u00a0: " + n.Reason},
			Label: "Voir vos structures", Path: "/commanditaire/structures"})
	})
	return fault.Wrap(err, "leave agreement")
}

func (n Notice) lastDay() *time.Time {
	if n.LastDay.IsZero() {
		return nil
	}
	return &n.LastDay
}

func (n Notice) ended(now time.Time) *time.Time {
	if n.LastDay.IsZero() {
		return &now
	}
	return nil
}

func (n Notice) words() string {
	if n.LastDay.IsZero() {
		return "dès maintenant"
	}
	return "après le " + french.Date(n.LastDay)
}

// liveAgreement answers ErrNoPartner when there is no agreement to end.
func liveAgreement(ctx context.Context, tx *postgres.Tx, whose string, args postgres.Args) error {
	_, err := postgres.Value[time.Time](ctx, tx, `SELECT agreed_at FROM agreements WHERE `+whose+` AND withdrawn_at IS NULL`, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return ErrNoPartner
	}
	return err
}

// EndAgreements ends every agreement of a structure that may accept nothing any
// more, in the caller's transaction (the operator's scope), and calls off what
// it asked.
func EndAgreements(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, reason string) error {
	args := postgres.Args{"structure": structure, "now": tx.Now(), "reason": reason}
	if _, err := postgres.Do(ctx, tx, `UPDATE agreements SET withdrawn_at = @now, ended_by = 'operateur', end_reason = @reason
		WHERE structure_id = @structure AND withdrawn_at IS NULL`, args); err != nil {
		return fault.Wrap(err, "end agreements")
	}
	_, err := postgres.Do(ctx, tx, `UPDATE affiliation_requests SET state = 'retiree', decided_at = @now, reason = @reason
		WHERE structure_id = @structure AND state = 'demandee'`, args)
	return fault.Wrap(err, "call off affiliation requests")
}

// AgreementSweep is the job that ends the agreements whose last day is past. A
// notice promises at least that day: redeeming reads one column, written here.
type AgreementSweep struct{}

// Kind names the job.
func (AgreementSweep) Kind() string { return "structure_agreement_sweep" }

type agreementSweeper struct {
	river.WorkerDefaults[AgreementSweep]
	service *Service
}

// Work ends what is over.
func (w *agreementSweeper) Work(ctx context.Context, _ *river.Job[AgreementSweep]) error {
	return w.service.EndNoticed(ctx)
}

func agreementPeriodic() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return AgreementSweep{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})
}

// EndNoticed ends the agreements whose last day is past; running it again
// changes nothing.
func (s *Service) EndNoticed(ctx context.Context) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "fin des affiliations annoncées", func(tx *postgres.Tx) error {
		_, err := postgres.Do(ctx, tx, `UPDATE agreements SET withdrawn_at = @now WHERE ends_on < @today AND withdrawn_at IS NULL`,
			postgres.Args{"now": tx.Now(), "today": tx.Today()})
		return err
	})
	return fault.Wrap(err, "end agreements whose notice is over")
}

// Today is the Paris day of the service's clock, for forms that propose a day.
func (s *Service) Today() time.Time { return postgres.Day(s.db.Now()) }
