package custody

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/carnet"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
)

// Event is what a Notice is about.
type Event string

// The events that somebody elsewhere must learn.
const (
	EventSent       Event = "envoi"
	EventReceived   Event = "reception"
	EventCalledOff  Event = "annulation"
	EventCaseClosed Event = "ecart_clos"
	EventAsked      Event = "demande"
	EventAnswered   Event = "reponse"
)

// Notice is a job that tells the other parties what happened. It runs as the
// operator, who alone knows everyone's address.
type Notice struct {
	Event           Event     `json:"event"`
	CommanditaireID uuid.UUID `json:"commanditaire_id"`
	SubjectID       uuid.UUID `json:"subject_id"`
}

// Kind names the job.
func (Notice) Kind() string { return "custody_notice" }

func (s *Service) notify(ctx context.Context, tx *postgres.Tx, n Notice) error {
	return s.Queue.Enqueue(ctx, tx, n)
}

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
	river.AddWorker(workers, &watcher{service: s})
}

// Tell does what a Notice asks: mails the other parties and, for a parcel of an
// order, lets the order know.
func (s *Service) Tell(ctx context.Context, n Notice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "avis aux parties", func(tx *postgres.Tx) error {
		switch n.Event {
		case EventAsked, EventAnswered:
			return s.tellRequest(ctx, tx, n)
		case EventCaseClosed:
			return s.tellCase(ctx, tx, n)
		default:
			return s.tellTransfer(ctx, tx, n)
		}
	})
	if err != nil {
		return fmt.Errorf("tell %s: %w", n.Event, err)
	}
	return nil
}

// platform reads everything in the operator's scope.
func platform(more postgres.Args) postgres.Args {
	args := postgres.Args{"desk": string(OperatorDesk), "me": uuid.Nil}
	for name, value := range more {
		args[name] = value
	}
	return args
}

func (s *Service) tellTransfer(ctx context.Context, tx *postgres.Tx, n Notice) error {
	t, err := postgres.One[Transfer](ctx, tx, transferSelect+` AND x.id = @id`, platform(postgres.Args{"id": n.SubjectID}))
	if err != nil {
		return err
	}
	one := []Transfer{t}
	if err := loadRanges(ctx, tx, one); err != nil {
		return err
	}
	t = one[0]
	if n.Event == EventReceived && t.Purpose == carnet.Delivery && s.OrderDelivered != nil {
		if err := s.OrderDelivered(ctx, tx, t.CommanditaireID, t.Ranges[0].OrderID); err != nil {
			return fmt.Errorf("tell order: %w", err)
		}
	}
	subject, words := transferWords(n.Event, t)
	for _, reader := range t.readers(n.Event) {
		to, err := s.addresses(ctx, tx, reader, t.CommanditaireID)
		if err != nil {
			return err
		}
		if err := s.mail(ctx, tx, to, subject, words, &mail.Action{Label: "Voir le transfert", URL: s.BaseURL + pathOf(reader.Place, t)}); err != nil {
			return err
		}
	}
	return nil
}

// readers are the ends to tell: the destination of what leaves, the origin of what
// arrives, and the commanditaire when something is not as declared.
func (t Transfer) readers(event Event) []carnet.Seat {
	client := carnet.Seat{Place: carnet.AtCommanditaire}
	other := t.From()
	if event != EventReceived {
		other = t.To()
	}
	list := []carnet.Seat{other}
	delivered := event == EventReceived && t.Purpose == carnet.Delivery
	if delivered && t.CaseID == nil {
		return []carnet.Seat{client}
	}
	if (delivered || t.CaseID != nil) && other.Place != carnet.AtCommanditaire {
		list = append(list, client)
	}
	return list
}

func pathOf(place carnet.Place, t Transfer) string {
	switch {
	case place == carnet.AtOperator:
		return "/admin/carnets/transferts/" + t.ID.String()
	case place == carnet.AtCommanditaire:
		return "/commanditaire/carnets/transferts/" + t.ID.String()
	case t.State == OnTheWay:
		return "/aiguilleur/reception/" + t.ID.String()
	default:
		return "/aiguilleur/transferts/" + t.ID.String()
	}
}

func transferWords(event Event, t Transfer) (subject string, words []string) {
	route := "de «\u00a0" + t.FromLabel + "\u00a0» à «\u00a0" + t.ToLabel + "\u00a0»"
	numbers := "Numéros\u00a0: " + clip(Say(t.Spans())) + "."
	switch event {
	case EventSent:
		return "Des carnets arrivent à «\u00a0" + t.ToLabel + "\u00a0»",
			[]string{fmt.Sprintf("%s partent %s (transfert %s).", carnets(t.Carnets), route, t.Number), numbers, "À leur arrivée, comptez-les et confirmez la réception."}
	case EventCalledOff:
		return "Envoi de carnets annulé", []string{fmt.Sprintf("Le transfert %s, %s %s, est annulé par l’expéditeur.", t.Number, carnets(t.Carnets), route)}
	}
	first := fmt.Sprintf("«\u00a0%s\u00a0» a reçu %s sur %d déclarés (transfert %s).", t.ToLabel, carnets(*t.ReceivedCarnets), t.Carnets, t.Number)
	if t.CaseID == nil {
		return "Carnets reçus à «\u00a0" + t.ToLabel + "\u00a0»", []string{first}
	}
	return "Écart à la réception, à «\u00a0" + t.ToLabel + "\u00a0»",
		[]string{first, "Remarque\u00a0: " + clip(t.ReceivedNote), "L’écart " + t.CaseNumber + " reste ouvert tant que chaque carnet n’a pas de réponse."}
}

func (s *Service) tellCase(ctx context.Context, tx *postgres.Tx, n Notice) error {
	c, err := postgres.One[Case](ctx, tx, caseSelect+` AND x.id = @id`, platform(postgres.Args{"id": n.SubjectID}))
	if err != nil {
		return err
	}
	words := []string{fmt.Sprintf("L’écart %s, entre «\u00a0%s\u00a0» et «\u00a0%s\u00a0», est réglé par %s.", c.Number, c.FromLabel, c.ToLabel, c.ClosedByName)}
	parties := map[uuid.UUID]string{c.CommanditaireID: "/commanditaire/carnets/ecarts/"}
	for _, aiguilleur := range []*uuid.UUID{c.FromAiguilleurID, c.ToAiguilleurID} {
		if aiguilleur != nil && *aiguilleur != c.CommanditaireID {
			parties[*aiguilleur] = "/aiguilleur/transferts/ecarts/"
		}
	}
	for party, path := range parties {
		to, err := organisation.Contacts(ctx, tx, party)
		if err != nil {
			return err
		}
		if err := s.mail(ctx, tx, to, "Écart "+c.Number+" réglé", words, &mail.Action{Label: "Voir l’écart", URL: s.BaseURL + path + c.ID.String()}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellRequest(ctx context.Context, tx *postgres.Tx, n Notice) error {
	r, err := postgres.One[Request](ctx, tx, requestSelect+` AND r.id = @id`, platform(postgres.Args{"id": n.SubjectID}))
	if err != nil {
		return err
	}
	reader, path, label := r.CommanditaireID, "/commanditaire/carnets/demandes", "Répondre"
	subject := "«\u00a0" + r.PointLabel + "\u00a0» demande " + carnets(r.Carnets)
	words := []string{fmt.Sprintf("«\u00a0%s\u00a0» (%s) demande %s. Il lui en reste %d.", r.PointLabel, r.Aiguilleur, carnets(r.Carnets), r.InStock)}
	if r.Note != "" {
		words = append(words, "Remarque\u00a0: "+r.Note)
	}
	if n.Event == EventAnswered {
		reader, path, label = r.AiguilleurID, "/aiguilleur/demandes", "Voir la demande"
		subject = "Votre demande de carnets est refusée"
		words = []string{fmt.Sprintf("%s ne donne pas suite à la demande de %s de «\u00a0%s\u00a0».", r.Commanditaire, carnets(r.Carnets), r.PointLabel), "Motif\u00a0: " + r.Reason}
	}
	to, err := organisation.Contacts(ctx, tx, reader)
	if err != nil {
		return err
	}
	return s.mail(ctx, tx, to, subject, words, &mail.Action{Label: label, URL: s.BaseURL + path})
}

// addresses is where an end of a transfer reads.
func (s *Service) addresses(ctx context.Context, tx *postgres.Tx, seat carnet.Seat, commanditaire uuid.UUID) ([]string, error) {
	switch seat.Place {
	case carnet.AtOperator:
		return []string{s.Email}, nil
	case carnet.AtCommanditaire:
		return organisation.Contacts(ctx, tx, commanditaire)
	}
	referent, err := postgres.Value[string](ctx, tx, `SELECT referent_email FROM points WHERE id = @id`, postgres.Args{"id": *seat.PointID})
	if err != nil || referent != "" {
		return []string{referent}, err
	}
	return organisation.Contacts(ctx, tx, *seat.AiguilleurID)
}

func (s *Service) mail(ctx context.Context, tx *postgres.Tx, to []string, subject string, words []string, action *mail.Action) error {
	for _, address := range to {
		if address == "" {
			continue
		}
		m := mail.Render(subject, "Bonjour,", words, action, s.Issuer.Name)
		m.To = address
		if err := s.Post(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}
