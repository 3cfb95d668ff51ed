package workshop

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Event is what a Notice is about.
type Event string

// What counters that booked a seat must learn.
const (
	EventCancelled Event = "annule"
	EventMoved     Event = "deplace"
	EventPromoted  Event = "place_libre"
	EventWithdrawn Event = "retire"
)

// Notice is a job that tells the counters that booked seats what became of
// them. It runs as the operator, who alone knows everyone's address.
type Notice struct {
	Event       Event     `json:"event"`
	StructureID uuid.UUID `json:"structure_id"`
	WorkshopID  uuid.UUID `json:"workshop_id"`
	// Bookings narrows the notice to some of them; empty for all that live.
	Bookings []uuid.UUID `json:"bookings,omitempty"`
	Before   string      `json:"before,omitempty"` // when it was to take place
}

// Kind names the job.
func (Notice) Kind() string { return "workshop_notice" }

type noticeWorker struct {
	river.WorkerDefaults[Notice]
	service *Service
}

// Work tells, once.
func (w *noticeWorker) Work(ctx context.Context, job *river.Job[Notice]) error {
	return w.service.Tell(ctx, job.Args)
}

// AddWorkers registers this package's jobs.
func (s *Service) AddWorkers(workers *river.Workers) {
	river.AddWorker(workers, &noticeWorker{service: s})
}

func (s *Service) tell(ctx context.Context, tx *postgres.Tx, n Notice) error {
	return fault.Wrap(s.Queue.Enqueue(ctx, tx, n), "announce notice")
}

func (s *Service) tellPromoted(ctx context.Context, tx *postgres.Tx, structure, workshop uuid.UUID, lucky []uuid.UUID) error {
	if len(lucky) == 0 {
		return nil
	}
	return s.tell(ctx, tx, Notice{Event: EventPromoted, StructureID: structure, WorkshopID: workshop, Bookings: lucky})
}

// concerned is a counter and the carnets it booked for.
type concerned struct {
	BookerID uuid.UUID
	Email    string // the counter's own address; empty for none
	Serials  []string
}

// Tell does what a Notice asks: one mail to each counter concerned.
func (s *Service) Tell(ctx context.Context, n Notice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "avis aux guichets qui ont réservé", func(tx *postgres.Tx) error {
		w, err := postgres.One[Workshop](ctx, tx, workshopSelect+`WHERE w.structure_id = @structure AND w.id = @id`,
			postgres.Args{"structure": n.StructureID, "id": n.WorkshopID})
		if err != nil {
			return err
		}
		counters, err := postgres.All[concerned](ctx, tx, `
			SELECT b.booker_id, coalesce(p.referent_email, '') AS email, array_agg(b.serial ORDER BY b.serial) AS serials
			FROM workshop_bookings b LEFT JOIN points p ON p.aiguilleur_id = b.booker_id AND p.id = b.point_id
			WHERE b.structure_id = @structure AND b.workshop_id = @workshop AND b.booker_id IS NOT NULL
				AND CASE WHEN cardinality(@bookings::uuid[]) > 0 THEN b.id = ANY (@bookings) ELSE b.state <> 'annule' END
			GROUP BY 1, 2 ORDER BY 1, 2`,
			postgres.Args{"structure": n.StructureID, "workshop": n.WorkshopID, "bookings": append([]uuid.UUID{}, n.Bookings...)})
		if err != nil {
			return err
		}
		for _, c := range counters {
			if err := s.post(ctx, tx, w, n, c); err != nil {
				return err
			}
		}
		return nil
	})
	return fault.Wrap(err, "tell "+string(n.Event))
}

func (s *Service) post(ctx context.Context, tx *postgres.Tx, w Workshop, n Notice, c concerned) error {
	to := []string{c.Email}
	if c.Email == "" {
		var err error
		if to, err = organisation.Contacts(ctx, tx, c.BookerID); err != nil {
			return err
		}
	}
	subject, body := noticeWords(w, n)
	carnets := "Réservation faite pour le carnet " + c.Serials[0] + "."
	if len(c.Serials) > 1 {
		carnets = "Réservations faites pour les carnets " + french.List(c.Serials) + "."
	}
	for _, address := range to {
		m := mail.Render(subject, "Bonjour,", []string{body, carnets}, &mail.Action{Label: "Voir l’atelier", URL: s.Link(w)}, "")
		m.To = address
		if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
			return err
		}
	}
	return nil
}

func noticeWords(w Workshop, n Notice) (subject, body string) {
	what := "«\u00a0" + w.Title + "\u00a0», " + When(w.Starts()) + ", à " + w.Place + " (" + w.Town + ")"
	switch n.Event {
	case EventCancelled:
		return "Atelier annulé\u00a0: " + w.Title,
			"L’atelier " + what + " est annulé. Motif\u00a0: " + w.CancelReason + " Prévenez la personne si vous le pouvez, et proposez-lui une autre date."
	case EventMoved:
		return "Atelier déplacé\u00a0: " + w.Title,
			"Un atelier où vous avez réservé change de date ou de lieu. Il était prévu " + n.Before + ". C’est maintenant " + what + ". La réservation est gardée."
	case EventPromoted:
		return "Une place s’est libérée\u00a0: " + w.Title,
			"Le carnet était sur liste d’attente. Il a maintenant une place à l’atelier " + what + "."
	default:
		return "Réservation retirée\u00a0: " + w.Title,
			"La structure a retiré une réservation à l’atelier " + what + ". Appelez-la pour en savoir plus."
	}
}
