package custody

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// levels is what each point holds of each order that the scope sees, its pace,
// and whether it is low: at its threshold, or one carnet in ten when it has none.
const levels = `
	WITH held AS (
		SELECT k.commanditaire_id, k.order_id, k.aiguilleur_id, k.point_id,
			count(*) FILTER (WHERE k.state = 'stock')::int AS in_stock,
			count(*) FILTER (WHERE k.state = 'emis' AND k.transfer_id IS NOT NULL)::int AS coming,
			count(*) FILTER (WHERE k.state <> 'emis')::int AS received,
			count(*) FILTER (WHERE k.handed_over_at >= @since)::int AS last_weeks
		FROM carnets k WHERE k.point_id IS NOT NULL
		GROUP BY k.commanditaire_id, k.order_id, k.aiguilleur_id, k.point_id
	), levels AS (
		SELECT h.*, t.carnets AS threshold, t.warned_at,
			h.received > 0 AND CASE WHEN t.carnets IS NULL THEN h.in_stock * 10 <= h.received ELSE h.in_stock <= t.carnets END AS low
		FROM held h LEFT JOIN stock_thresholds t ON t.commanditaire_id = h.commanditaire_id AND t.order_id = h.order_id AND t.point_id = h.point_id
	)`

// Threshold says from how many carnets of an order a point's stock is low; nil
// goes back to the usual one in ten.
type Threshold struct {
	CommanditaireID, OrderID, PointID uuid.UUID
	Carnets                           *int
}

// SetThreshold changes when a point of the actor is said to be low.
func (s *Service) SetThreshold(ctx context.Context, actor identity.Actor, t Threshold) error {
	if t.Carnets != nil && (*t.Carnets < 0 || *t.Carnets > 100_000) {
		return fault.Field("seuil", "Écrivez un nombre de carnets, ou rien.")
	}
	return s.in(ctx, actor, CounterDesk, true, "seuil de stock", func(tx *postgres.Tx) error {
		held, err := postgres.Value[bool](ctx, tx, `SELECT EXISTS (SELECT 1 FROM carnets WHERE commanditaire_id = @commanditaire AND order_id = @order AND aiguilleur_id = @me AND point_id = @point)`,
			postgres.Args{"commanditaire": t.CommanditaireID, "order": t.OrderID, "me": actor.OrganisationID, "point": t.PointID})
		if err != nil {
			return fmt.Errorf("find stock: %w", err)
		}
		if !held {
			return fault.New(fault.KindNotFound, "Ce point n’a pas de carnets de cette commande.")
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO stock_thresholds (commanditaire_id, order_id, aiguilleur_id, point_id, carnets) VALUES (@commanditaire, @order, @me, @point, @carnets)
			ON CONFLICT (commanditaire_id, order_id, point_id) DO UPDATE SET carnets = excluded.carnets, warned_at = NULL`,
			postgres.Args{"commanditaire": t.CommanditaireID, "order": t.OrderID, "me": actor.OrganisationID, "point": t.PointID, "carnets": t.Carnets})
		if err != nil {
			return fmt.Errorf("set threshold: %w", err)
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "seuil de stock", SubjectKind: "point", SubjectID: t.PointID, Detail: map[string]any{"carnets": t.Carnets}})
	})
}

// Watch is the job that looks at stocks.
type Watch struct{}

// Kind names the job.
func (Watch) Kind() string { return "custody_watch" }

// Periodic lists what this package does regularly.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(15*time.Minute), func() (river.JobArgs, *river.InsertOpts) { return Watch{}, nil }, nil)}
}

type watcher struct {
	river.WorkerDefaults[Watch]
	service *Service
}

// Work looks once.
func (w *watcher) Work(ctx context.Context, _ *river.Job[Watch]) error {
	return w.service.WarnLow(ctx)
}

type lowLevel struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	AiguilleurID    uuid.UUID
	PointID         uuid.UUID
	Point           string
	ReferentEmail   string
	InStock         int
	LastWeeks       int
	Low             bool
}

// WarnLow mails, once, each point whose stock of an active order has become low,
// and forgets it when the stock is up again.
func (s *Service) WarnLow(ctx context.Context) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "stocks bas", func(tx *postgres.Tx) error {
		changed, err := postgres.All[lowLevel](ctx, tx, levels+`
			SELECT l.commanditaire_id, g.name AS commanditaire, l.order_id, o.number AS order_number, l.aiguilleur_id, l.point_id, p.name AS point, p.referent_email,
				l.in_stock, l.last_weeks, l.low
			FROM levels l JOIN orders o ON o.commanditaire_id = l.commanditaire_id AND o.id = l.order_id AND o.state = 'active'
			JOIN points p ON p.id = l.point_id AND p.closed_at IS NULL JOIN organisations g ON g.id = l.commanditaire_id
			WHERE l.low <> (l.warned_at IS NOT NULL) ORDER BY l.point_id, l.order_id`,
			postgres.Args{"since": tx.Now().AddDate(0, 0, -7*weeks)})
		if err != nil {
			return err
		}
		for _, l := range changed {
			if err := s.mark(ctx, tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("warn of low stocks: %w", err)
	}
	return nil
}

func (s *Service) mark(ctx context.Context, tx *postgres.Tx, l lowLevel) error {
	var warned *time.Time
	if l.Low {
		now := tx.Now()
		warned = &now
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO stock_thresholds (commanditaire_id, order_id, aiguilleur_id, point_id, warned_at) VALUES (@commanditaire, @order, @aiguilleur, @point, @warned)
		ON CONFLICT (commanditaire_id, order_id, point_id) DO UPDATE SET warned_at = excluded.warned_at`,
		postgres.Args{"commanditaire": l.CommanditaireID, "order": l.OrderID, "aiguilleur": l.AiguilleurID, "point": l.PointID, "warned": warned})
	if err != nil || !l.Low {
		return err
	}
	words := []string{fmt.Sprintf("Il reste %s de la commande %s, de %s, à «\u00a0%s\u00a0».", carnets(l.InStock), l.OrderNumber, l.Commanditaire, l.Point)}
	if l.LastWeeks > 0 {
		words = append(words, fmt.Sprintf("Vous en avez remis %d ces quatre dernières semaines. À ce rythme, demandez-en %d.", l.LastWeeks, Propose(l.LastWeeks, l.InStock)))
	}
	to := []string{l.ReferentEmail}
	if l.ReferentEmail == "" {
		if to, err = organisation.Contacts(ctx, tx, l.AiguilleurID); err != nil {
			return err
		}
	}
	return s.mail(ctx, tx, to, "Stock bas à «\u00a0"+l.Point+"\u00a0»", words, &mail.Action{Label: "Demander des carnets", URL: s.BaseURL + "/aiguilleur/demandes"})
}
