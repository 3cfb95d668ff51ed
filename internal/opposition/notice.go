package opposition

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Event is what a Notice is about.
type Event string

// The events that others must learn.
const (
	EventDeclared         Event = "declaree"
	EventBlocked          Event = "bloquee"
	EventRefused          Event = "refusee"
	EventLiftAsked        Event = "levee_demandee"
	EventLifted           Event = "levee"
	EventReplacementAsked Event = "remplacement_demande"
	EventReplaced         Event = "remplacee"
)

// Notice is a job that writes to everyone an opposition concerns.
type Notice struct {
	Event        Event     `json:"event"`
	OppositionID uuid.UUID `json:"opposition_id"`
}

// Kind names the job.
func (Notice) Kind() string { return "opposition_notice" }

type noticeWorker struct {
	river.WorkerDefaults[Notice]
	service *Service
}

// Work tells, once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[Notice]) error {
	return w.service.Tell(ctx, job.Args)
}

type settleWorker struct {
	river.WorkerDefaults[SettleArgs]
	service *Service
}

// Work blocks what was reopened.
func (w *settleWorker) Work(ctx context.Context, _ *river.Job[SettleArgs]) error {
	_, err := w.service.SettleUndone(ctx)
	return err
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{service: s})
	river.AddWorker(workers, &settleWorker{service: s})
}

func (s *Service) notify(ctx context.Context, tx *postgres.Tx, event Event, o Opposition) error {
	return s.Queue.Enqueue(ctx, tx, Notice{Event: event, OppositionID: o.ID})
}

// Tell writes to the commanditaire, to the counters concerned and, when it has
// something to do, to the operator.
func (s *Service) Tell(ctx context.Context, n Notice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "avis d’opposition", func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, n.OppositionID)
		if err != nil {
			return err
		}
		subject, body := words(n.Event, o)
		if n.Event != EventReplacementAsked {
			if err := s.tellParties(ctx, tx, o, subject, body); err != nil {
				return err
			}
		}
		if s.Operator == "" || n.Event == EventRefused {
			return nil
		}
		return s.mail(ctx, tx, s.Operator, subject, body, "/admin/oppositions/"+o.ID.String())
	})
	return fault.Wrap(err, "tell "+string(n.Event))
}

func (s *Service) tellParties(ctx context.Context, tx *postgres.Tx, o Opposition, subject, body string) error {
	counters, err := postgres.Value[[]uuid.UUID](ctx, tx, `SELECT counter_ids FROM oppositions WHERE commanditaire_id = @commanditaire AND id = @id`, key(o))
	if err != nil {
		return fmt.Errorf("read counters: %w", err)
	}
	if err := s.tell(ctx, tx, o.CommanditaireID, subject, body, "/commanditaire/carnets/oppositions/"+o.ID.String()); err != nil {
		return err
	}
	for _, counter := range counters {
		if counter == o.CommanditaireID {
			continue
		}
		if err := s.tell(ctx, tx, counter, subject, body, "/aiguilleur/perdu/"+o.ID.String()); err != nil {
			return err
		}
	}
	return nil
}

func words(event Event, o Opposition) (subject, body string) {
	what := fmt.Sprintf("L’opposition %s (%s) porte sur %s de la commande %s, «\u00a0%s\u00a0». ", o.Number, o.Cause.Label(), carnets(o.Carnets), o.OrderNumber, o.OrderTitle)
	switch event {
	case EventDeclared:
		return "Opposition à confirmer\u00a0: " + carnets(o.Carnets), what + "Elle a été déclarée par " + o.DeclaredByName + ", " + o.DeclaredForName +
			". Rien n’est bloqué tant qu’une deuxième personne n’a pas confirmé."
	case EventBlocked:
		body = what + fmt.Sprintf("%s sans être utilisés sont bloqués, pour %s\u00a0: ils sont refusés partout.", cheques(o.LiveCheques), o.LiveCents)
		if o.SpentCheques > 0 {
			body += " " + cheques(o.SpentCheques) + " avaient déjà servi\u00a0: ils restent payés."
		}
		return carnets(o.Blocked) + " en opposition", body
	case EventRefused:
		return "Opposition non confirmée", what + "Elle n’a pas été confirmée\u00a0: rien n’a été bloqué."
	case EventLiftAsked:
		return "Levée d’opposition à confirmer", what + "Des carnets ont été retrouvés\u00a0: une deuxième personne doit confirmer avant qu’ils soient rendus à l’usage."
	case EventLifted:
		return "Opposition levée", what + fmt.Sprintf("%s retrouvés sont rendus à l’usage.", carnets(o.LiftedCount))
	case EventReplacementAsked:
		return "Remplacement demandé\u00a0: " + carnets(o.Blocked-o.Replaced), what + o.Commanditaire + " demande des carnets neufs à la place des carnets bloqués."
	default:
		return "Carnets remplacés", what + fmt.Sprintf("%s neufs les remplacent. Ils voyagent comme un colis ordinaire, à recevoir au point choisi.", carnets(o.Replaced))
	}
}

func carnets(n int) string { return plural(n, "carnet") }
func cheques(n int) string { return plural(n, "chèque") }

func plural(n int, word string) string {
	if n > 1 {
		word += "s"
	}
	return money.Count(int64(n)) + "\u00a0" + word
}

func (s *Service) tell(ctx context.Context, tx *postgres.Tx, recipient uuid.UUID, subject, body, path string) error {
	to, err := organisation.Contacts(ctx, tx, recipient)
	if err != nil {
		return fmt.Errorf("find contacts: %w", err)
	}
	for _, address := range to {
		if err := s.mail(ctx, tx, address, subject, body, path); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) mail(ctx context.Context, tx *postgres.Tx, to, subject, body, path string) error {
	m := mail.Render(subject, "Bonjour,", []string{body}, &mail.Action{Label: "Voir l’opposition", URL: s.BaseURL + path}, s.Signature)
	m.To = to
	return s.Post(ctx, tx, m)
}
