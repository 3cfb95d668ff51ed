package reporting

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/postgres"
)

// RollUp closes the Paris days before until: it sums their usage and refreshes
// what is published. It reads again the last two closed days, which a redemption
// made at midnight may have reached late, so that running it twice, or at once
// from two workers, changes nothing.
func (s *Service) RollUp(ctx context.Context, until time.Time) error {
	return s.rollUp(ctx, until, false)
}

// Rebuild is RollUp from the first redemption ever, after a restore or a load of
// past days.
func (s *Service) Rebuild(ctx context.Context, until time.Time) error {
	return s.rollUp(ctx, until, true)
}

func (s *Service) rollUp(ctx context.Context, until time.Time, anew bool) error {
	last := postgres.Day(until).AddDate(0, 0, -1)
	var commanditaires []uuid.UUID
	err := s.db.InPlatform(ctx, postgres.System{}, "clôture des jours", func(tx *postgres.Tx) (err error) {
		commanditaires, err = postgres.Values[uuid.UUID](ctx, tx, `SELECT DISTINCT commanditaire_id FROM orders ORDER BY 1`, nil)
		return err
	})
	if err != nil {
		return fmt.Errorf("list commanditaires: %w", err)
	}
	for _, c := range commanditaires {
		err := s.db.InPlatform(ctx, postgres.System{}, "clôture des jours", func(tx *postgres.Tx) error {
			return closeDays(ctx, tx, c, last, anew)
		})
		if err != nil {
			return fmt.Errorf("close days of %s: %w", c, err)
		}
	}
	return s.publish(ctx)
}

// spansSQL gives, for each order, the days to read: from the eve of the last
// closed one, or from the beginning.
const spansSQL = `
	spans AS (
		SELECT o.commanditaire_id, o.id, o.funder_ids, o.face_value_cents,
			CASE WHEN @anew THEN date '2000-01-01' ELSE coalesce(u.through - 1, date '2000-01-01') END AS since
		FROM orders o LEFT JOIN usage_orders u ON u.commanditaire_id = o.commanditaire_id AND u.order_id = o.id
		WHERE o.commanditaire_id = @commanditaire
	)`

// closeDays sums one commanditaire's days up to last. The lock makes a second
// worker wait, then find nothing new.
func closeDays(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID, last time.Time, anew bool) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('usage ' || $1::text, 0))`, commanditaire); err != nil {
		return fmt.Errorf("wait for another roll-up: %w", err)
	}
	key := postgres.Args{"commanditaire": commanditaire, "anew": anew}
	spanned := postgres.Args{"commanditaire": commanditaire, "anew": anew, "last": last}
	steps := []struct {
		sql  string
		args postgres.Args
	}{
		{clearDaysSQL, key},
		{sumDaysSQL, spanned},
		{clearMonthsSQL, key},
		{sumMonthsSQL, key},
		{clearStartsSQL, postgres.Args{"commanditaire": commanditaire, "anew": anew}},
		{markStartsSQL, spanned},
		{closeOrdersSQL, postgres.Args{"commanditaire": commanditaire, "anew": anew, "last": last, "now": tx.Now()}},
	}
	for _, step := range steps {
		if _, err := postgres.Do(ctx, tx, step.sql, step.args); err != nil {
			return err
		}
	}
	return nil
}

const clearDaysSQL = `WITH ` + spansSQL + `
	DELETE FROM usage_days d USING spans s WHERE d.commanditaire_id = @commanditaire AND d.order_id = s.id AND d.day >= s.since`

const sumDaysSQL = `WITH ` + spansSQL + `, given AS (
		SELECT r.order_id, r.day, v.insee, v.id, v.entries, v.first_visit, s.funder_ids, count(*) AS cheques, sum(r.amount_cents)::bigint AS amount
		FROM spans s
		JOIN redemptions r ON r.commanditaire_id = @commanditaire AND r.order_id = s.id AND r.day BETWEEN s.since AND @last AND r.undone_at IS NULL
		JOIN seances v ON v.commanditaire_id = @commanditaire AND v.id = r.seance_id
		GROUP BY r.order_id, r.day, v.insee, v.id, v.entries, v.first_visit, s.funder_ids
	)
	INSERT INTO usage_days (commanditaire_id, order_id, day, insee, entry, funder_ids, cheques, seances, amount_cents, first_visits, answers)
	SELECT @commanditaire, order_id, day, insee, e.entry, funder_ids, sum(cheques), count(*), sum(amount),
		count(*) FILTER (WHERE first_visit), count(first_visit)
	FROM given CROSS JOIN LATERAL (SELECT 0::smallint AS entry UNION SELECT unnest(entries)) AS e
	GROUP BY order_id, day, insee, e.entry, funder_ids`

const clearMonthsSQL = `WITH ` + spansSQL + `
	DELETE FROM usage_months m USING spans s
	WHERE m.commanditaire_id = @commanditaire AND m.order_id = s.id AND m.month >= date_trunc('month', s.since)::date`

// Entries are summed over communes: nothing reads one entry in one commune, and
// 129 lines a commune would make a year's page slow.
const sumMonthsSQL = `WITH ` + spansSQL + `
	INSERT INTO usage_months (commanditaire_id, order_id, month, insee, entry, funder_ids, cheques, seances, amount_cents, first_visits, answers)
	SELECT @commanditaire, d.order_id, date_trunc('month', d.day)::date AS month, CASE WHEN d.entry = 0 THEN d.insee ELSE '' END AS place, d.entry, s.funder_ids,
		sum(d.cheques), sum(d.seances), sum(d.amount_cents), sum(d.first_visits), sum(d.answers)
	FROM spans s JOIN usage_days d ON d.commanditaire_id = @commanditaire AND d.order_id = s.id AND d.day >= date_trunc('month', s.since)::date
	GROUP BY d.order_id, month, place, d.entry, s.funder_ids`

// A closed day no longer changes, so that starts are only forgotten to be
// written anew.
const clearStartsSQL = `DELETE FROM usage_carnets WHERE commanditaire_id = @commanditaire AND @anew`

const markStartsSQL = `WITH ` + spansSQL + `
	INSERT INTO usage_carnets AS u (commanditaire_id, carnet_id, order_id, first_day, days)
	SELECT @commanditaire, r.carnet_id, r.order_id, min(r.day),
		greatest(0, min(r.day) - (k.handed_over_at AT TIME ZONE 'Europe/Paris')::date)
	FROM spans s
	JOIN redemptions r ON r.commanditaire_id = @commanditaire AND r.order_id = s.id AND r.day BETWEEN s.since AND @last AND r.undone_at IS NULL
	JOIN carnets k ON k.commanditaire_id = @commanditaire AND k.id = r.carnet_id
	GROUP BY r.carnet_id, r.order_id, k.handed_over_at
	ON CONFLICT (commanditaire_id, carnet_id) DO UPDATE SET first_day = excluded.first_day, days = excluded.days
	WHERE excluded.first_day < u.first_day`

// What needs a pass over an order's carnets is computed only when something
// moved: a start, or carnets that went out of date, in the days just read.
const closeOrdersSQL = `WITH ` + spansSQL + `, counted AS (
		SELECT s.id, s.funder_ids, starts.started, starts.median, outdated.cheques AS outdated, blocked.cheques AS blocked
		FROM spans s
		LEFT JOIN LATERAL (
			SELECT count(*)::int AS started, percentile_disc(0.5) WITHIN GROUP (ORDER BY days) AS median
			FROM usage_carnets u WHERE u.commanditaire_id = @commanditaire AND u.order_id = s.id
		) AS starts ON EXISTS (SELECT FROM usage_days d WHERE d.commanditaire_id = @commanditaire AND d.order_id = s.id AND d.day >= s.since)
		LEFT JOIN LATERAL (
			SELECT count(*)::int AS cheques FROM carnets k
			JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = s.id AND k.state IN ('remis', 'perime')
				AND k.accepted_until <= @last AND c.state IN ('actif', 'perime')
		) AS outdated ON EXISTS (SELECT FROM carnets k WHERE k.commanditaire_id = @commanditaire AND k.order_id = s.id
			AND k.state IN ('remis', 'perime') AND k.accepted_until BETWEEN s.since AND @last)
		LEFT JOIN LATERAL (
			SELECT count(*)::int AS cheques FROM carnets k
			JOIN cheques c ON c.commanditaire_id = k.commanditaire_id AND c.carnet_id = k.id
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = s.id AND k.state = 'bloque' AND c.state NOT IN ('utilise', 'perime', 'credite')
		) AS blocked ON true
	)
	INSERT INTO usage_orders AS u (commanditaire_id, order_id, funder_ids, through, started, median_days, expired_cheques, blocked_cheques, computed_at)
	SELECT @commanditaire, id, funder_ids, @last, coalesce(started, 0), median, coalesce(outdated, 0), blocked, @now FROM counted
	ON CONFLICT (commanditaire_id, order_id) DO UPDATE SET
		funder_ids = excluded.funder_ids, through = greatest(u.through, excluded.through), computed_at = excluded.computed_at,
		blocked_cheques = excluded.blocked_cheques,
		started = CASE WHEN excluded.started > 0 THEN excluded.started ELSE u.started END,
		median_days = CASE WHEN excluded.started > 0 THEN excluded.median_days ELSE u.median_days END,
		expired_cheques = CASE WHEN excluded.expired_cheques > 0 THEN excluded.expired_cheques ELSE u.expired_cheques END`

// RollUpArgs is the hourly job that closes days.
type RollUpArgs struct{}

// Kind names the job.
func (RollUpArgs) Kind() string { return "usage_roll_up" }

// InsertOpts keeps one waiting at a time.
func (RollUpArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: time.Minute}, MaxAttempts: 3}
}

// AddWorkers registers the job.
func (s *Service) AddWorkers(w *river.Workers) {
	river.AddWorker(w, river.WorkFunc(func(ctx context.Context, _ *river.Job[RollUpArgs]) error {
		return s.RollUp(ctx, s.db.Now())
	}))
}

// Periodic asks for a roll-up at start and every hour.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(time.Hour),
		func() (river.JobArgs, *river.InsertOpts) { return RollUpArgs{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}
