package settlement

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/sepa"
)

// The rules of the monthly cut-off.
const (
	EndOfMonth = "fin_de_mois"
	DayOfMonth = "jour"
)

// Rules are how this installation pays structures. They are never edited: the
// last ones decided are in force.
type Rules struct {
	ID            uuid.UUID
	DecidedAt     time.Time
	DecidedBy     uuid.UUID
	DecidedByName string
	// CutoffRule is EndOfMonth, or DayOfMonth with CutoffDay from 1 to 28.
	CutoffRule string
	CutoffDay  int
	// MinimumCents is the least a structure is sent; below, it waits CarryMonths
	// at most.
	MinimumCents money.Cents
	CarryMonths  int
	// DelayDays is how many bank days pass between approval and debit.
	DelayDays int
	// The bank's profile: the version of its files, the most that one of them
	// holds (no limit when MostCents is zero), one debit for all or one each.
	BankVersion   sepa.Version
	MostTransfers int
	MostCents     money.Cents
	BatchBooking  bool
	WithAddresses bool
	WithBIC       bool
}

// DefaultRules are in force until someone decides.
var DefaultRules = Rules{
	CutoffRule: EndOfMonth, CutoffDay: 1, CarryMonths: 6, DelayDays: 1,
	BankVersion: sepa.V09, MostTransfers: 10_000, BatchBooking: true, WithBIC: true,
}

// LastCutoff is the last day before today on which the monthly batch cuts.
func (r Rules) LastCutoff(today time.Time) time.Time {
	day := r.cutoffOf(today.Year(), today.Month())
	if !day.Before(today) {
		day = r.cutoffOf(today.Year(), today.Month()-1)
	}
	return day
}

// NextCutoff is the day with which a chèque taken today is paid.
func (r Rules) NextCutoff(today time.Time) time.Time {
	day := r.cutoffOf(today.Year(), today.Month())
	if day.Before(today) {
		day = r.cutoffOf(today.Year(), today.Month()+1)
	}
	return day
}

func (r Rules) cutoffOf(year int, month time.Month) time.Time {
	if r.CutoffRule == DayOfMonth {
		return time.Date(year, month, r.CutoffDay, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
}

// LastSunday is the last Sunday before today, where weeks are cut.
func LastSunday(today time.Time) time.Time {
	back := int(today.Weekday())
	if back == 0 {
		back = 7
	}
	return today.AddDate(0, 0, -back)
}

// NextSunday is the day with which a chèque taken today is paid, every week.
func NextSunday(today time.Time) time.Time {
	return today.AddDate(0, 0, (7-int(today.Weekday()))%7)
}

// check refuses rules that no batch could follow.
func (r Rules) check() error {
	var c fault.Collector
	c.Check(r.CutoffRule == EndOfMonth || r.CutoffRule == DayOfMonth, "arret", "Choisissez la fin du mois ou un jour du mois.")
	c.Check(r.CutoffRule != DayOfMonth || r.CutoffDay >= 1 && r.CutoffDay <= 28, "jour", "Indiquez un jour entre 1 et 28, que tous les mois connaissent.")
	c.Check(r.MinimumCents >= 0 && r.MinimumCents <= 100_000, "minimum", "Indiquez un montant entre 0 et 1\u202f000\u00a0€.")
	c.Check(r.CarryMonths >= 1 && r.CarryMonths <= 12, "report", "Indiquez un nombre de mois entre 1 et 12.")
	c.Check(r.DelayDays >= 1 && r.DelayDays <= 10, "delai", "Indiquez un nombre de jours entre 1 et 10.")
	c.Check(r.BankVersion.Known(), "version", "Choisissez un format que votre banque accepte.")
	c.Check(r.MostTransfers >= 1 && r.MostTransfers <= 100_000, "virements", "Indiquez un nombre entre 1 et 100\u202f000.")
	c.Check(r.MostCents >= 0, "plafond", "Indiquez un montant, ou laissez vide s’il n’y a pas de plafond.")
	c.Check(r.MostCents == 0 || r.MostCents >= r.MinimumCents, "plafond", "Le plafond d’un fichier est sous le montant minimal d’un virement\u00a0: rien ne pourrait partir.")
	return c.Err()
}

// RulesInForce reads the rules that the next batch will follow.
func (s *Service) RulesInForce(ctx context.Context, actor identity.Actor) (Rules, error) {
	var r Rules
	err := s.asOperator(ctx, actor, "règles de paiement", func(tx *postgres.Tx) (err error) {
		r, err = rulesInForce(ctx, tx)
		return err
	})
	return r, fault.Wrap(err, "read payment rules")
}

// RulesHistory lists what was decided, the newest first.
func (s *Service) RulesHistory(ctx context.Context, actor identity.Actor) ([]Rules, error) {
	var history []Rules
	err := s.asOperator(ctx, actor, "règles de paiement", func(tx *postgres.Tx) (err error) {
		history, err = postgres.All[Rules](ctx, tx, selectRules+` LIMIT @limit`, postgres.Args{"limit": pageSize})
		return err
	})
	return history, fault.Wrap(err, "list payment rules")
}

// Decide puts new rules in force, for the batches prepared from now on. An
// invalid Error names each field that cannot be.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, r Rules) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	if r.CutoffRule == EndOfMonth {
		r.CutoffDay = 1
	}
	r.ID = postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "règles de paiement", func(tx *postgres.Tx) error {
		if err := insertRules(ctx, tx, actor, r); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "règles de paiement", SubjectKind: "règles", SubjectID: r.ID, Detail: map[string]any{
			"arret": r.CutoffRule, "jour": r.CutoffDay, "minimum_centimes": r.MinimumCents, "report_mois": r.CarryMonths, "delai_jours": r.DelayDays,
			"format": string(r.BankVersion), "virements_par_fichier": r.MostTransfers, "centimes_par_fichier": r.MostCents,
		}})
	})
	return fault.Wrap(err, "decide payment rules")
}

func insertRules(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r Rules) error {
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO payment_rules (id, decided_at, decided_by, decided_by_name, cutoff_rule, cutoff_day, minimum_cents, carry_months, delay_days,
			bank_version, most_transfers, most_cents, batch_booking, with_addresses, with_bic)
		VALUES (@id, @now, @by, @name, @rule, @day, @minimum, @carry, @delay, @version, @transfers, @cents, @booking, @addresses, @bic)`,
		postgres.Args{
			"id": r.ID, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "rule": r.CutoffRule, "day": r.CutoffDay,
			"minimum": int64(r.MinimumCents), "carry": r.CarryMonths, "delay": r.DelayDays, "version": string(r.BankVersion),
			"transfers": r.MostTransfers, "cents": int64(r.MostCents), "booking": r.BatchBooking, "addresses": r.WithAddresses, "bic": r.WithBIC,
		})
	return err
}

const selectRules = `SELECT id, decided_at, decided_by, decided_by_name, cutoff_rule, cutoff_day, minimum_cents, carry_months, delay_days,
	bank_version, most_transfers, most_cents, batch_booking, with_addresses, with_bic FROM payment_rules ORDER BY decided_at DESC, id DESC`

// rulesInForce works in any scope: whoever is paid may know how.
func rulesInForce(ctx context.Context, tx *postgres.Tx) (Rules, error) {
	r, err := postgres.One[Rules](ctx, tx, selectRules+` LIMIT 1`, nil)
	if errors.Is(err, postgres.ErrNoRow) {
		return DefaultRules, nil
	}
	if err != nil {
		return Rules{}, fmt.Errorf("read rules: %w", err)
	}
	return r, nil
}
