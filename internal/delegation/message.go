package delegation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/mail"
	"passnum/internal/organisation"
	"passnum/internal/outbox"
	"passnum/internal/postgres"
)

// Audience is whom a hub writes to.
type Audience string

// The audiences of a message.
const (
	AllPoints       Audience = "points"
	SilentPoints    Audience = "points_inactifs"
	AgreedStructure Audience = "structures"
)

// Audiences lists them in the order a form shows them.
var Audiences = []Audience{AllPoints, SilentPoints, AgreedStructure}

// silentAfter is how long a point that holds carnets may give none before it is
// called silent.
const silentAfter = 30 * 24 * time.Hour

// Label is the audience in French.
func (a Audience) Label() string {
	return map[Audience]string{AllPoints: "Tous les points de la commande", SilentPoints: "Les points qui n’ont rien remis depuis 30 jours",
		AgreedStructure: "Les structures agréées, ou qui ont pris des chèques"}[a]
}

// Message is what a hub wrote.
type Message struct {
	Audience   Audience
	Subject    string
	Body       string
	Recipients int
	SentAt     time.Time
	SentByName string
}

// MessageForm is a message as typed; comments give the names of the fields.
type MessageForm struct {
	Audience Audience // a
	Subject  string   // objet
	Body     string   // texte
}

const perDay = 10

func (f *MessageForm) check() error {
	f.Subject, f.Body = strings.Join(strings.Fields(f.Subject), " "), strings.TrimSpace(f.Body)
	var c fault.Collector
	c.Check(slices.Contains(Audiences, f.Audience), "a", "Choisissez à qui vous écrivez.")
	c.Check(f.Subject != "" && len([]rune(f.Subject)) <= 140, "objet", "Donnez un objet, en 140 caractères au plus.")
	c.Check(f.Body != "" && len([]rune(f.Body)) <= 4000, "texte", "Écrivez votre message, en 4\u202f000 caractères au plus.")
	return c.Err()
}

// Recipients counts whom an audience stands for: addresses of points, or
// structures, which are written to at their own contacts and not named here.
func (f Followed) Recipients(a Audience, now time.Time) int {
	if a == AgreedStructure {
		return len(f.agreed())
	}
	return len(f.addresses(a, now))
}

// addresses are those of the points of an audience, each once.
func (f Followed) addresses(a Audience, now time.Time) []string {
	var list []string
	for _, p := range f.Points {
		silent := p.InStock > 0 && (p.LastHandover == nil || now.Sub(*p.LastHandover) > silentAfter)
		if p.Email != "" && !p.Closed && (a == AllPoints || a == SilentPoints && silent) {
			list = append(list, p.Email)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// agreed are the structures that were agreed to, or took chèques.
func (f Followed) agreed() []uuid.UUID {
	var list []uuid.UUID
	for _, s := range f.Structures {
		if s.AgreedAt != nil || s.ChequesUsed > 0 {
			list = append(list, s.StructureID)
		}
	}
	return list
}

// Write mails an audience in the hub's name, once each, and keeps the message
// for the commanditaire; it answers how many were written to. ErrNotFound,
// ErrOver, ErrTooMany.
func (s *Service) Write(ctx context.Context, actor identity.Actor, id uuid.UUID, form MessageForm) (sent int, err error) {
	if err := actor.May(identity.HubWrite); err != nil {
		return 0, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		var f Followed
		if f.Delegation, err = received(ctx, tx, actor, id); err != nil {
			return err
		}
		if f.State(tx.Today()) != Live {
			return ErrOver
		}
		if err := form.check(); err != nil {
			return err
		}
		if err := f.read(ctx, tx); err != nil {
			return err
		}
		if sent = f.Recipients(form.Audience, tx.Now()); sent == 0 {
			return fault.Field("a", "Personne à qui écrire ici\u00a0: aucun point n’a donné d’adresse, ou aucune structure n’est encore concernée.")
		}
		if err := s.keep(ctx, tx, actor, f, form, sent); err != nil {
			return err
		}
		return s.send(ctx, tx, actor, f, form)
	})
	return sent, fault.Wrap(err, "write to the network")
}

// keep writes the message down for the commanditaire; ErrTooMany.
func (s *Service) keep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, f Followed, form MessageForm, sent int) error {
	n, err := postgres.Value[int](ctx, tx, `SELECT count(*)::int FROM delegation_messages WHERE commanditaire_id = @commanditaire AND delegation_id = @id AND sent_at > @since`,
		postgres.Args{"commanditaire": f.CommanditaireID, "id": f.ID, "since": tx.Now().Add(-24 * time.Hour)})
	if err != nil {
		return err
	}
	if n >= perDay {
		return ErrTooMany
	}
	if _, err := postgres.Do(ctx, tx, `
		INSERT INTO delegation_messages (commanditaire_id, id, delegation_id, hub_id, audience, subject, body, recipients, sent_at, sent_by, sent_by_name)
		VALUES (@commanditaire, @id, @delegation, @hub, @audience, @subject, @body, @recipients, @now, @account, @name)`,
		postgres.Args{"commanditaire": f.CommanditaireID, "id": postgres.NewID(), "delegation": f.ID, "hub": f.HubID, "audience": string(form.Audience), "subject": form.Subject,
			"body": form.Body, "recipients": sent, "now": tx.Now(), "account": actor.AccountID, "name": actor.Name}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Act{Name: "message au réseau", SubjectKind: "commande", SubjectID: f.OrderID, Parties: []uuid.UUID{f.CommanditaireID},
		Detail: map[string]any{"objet": form.Subject, "destinataires": sent}})
}

func (s *Service) send(ctx context.Context, tx *postgres.Tx, actor identity.Actor, f Followed, form MessageForm) error {
	body := append(paragraphs(form.Body), f.Hub+" suit une commande pour "+f.Commanditaire+". Répondez à "+actor.Email+".")
	if form.Audience == AgreedStructure {
		for _, id := range f.agreed() {
			l := organisation.Letter{To: id, Subject: form.Subject, Body: body, Label: "Ouvrir Passnum", Path: "/structure"}
			if err := organisation.Tell(ctx, tx, s.Queue, l); err != nil {
				return err
			}
		}
		return nil
	}
	for _, address := range f.addresses(form.Audience, tx.Now()) {
		m := mail.Render(form.Subject, "Bonjour,", body, &mail.Action{Label: "Ouvrir Passnum", URL: s.BaseURL + "/"}, f.Hub)
		m.To = address
		if err := outbox.Post(ctx, tx, s.Queue, m); err != nil {
			return err
		}
	}
	return nil
}

func paragraphs(body string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(body, "\r", ""), func(r rune) bool { return r == '\n' })
}

// messagesOf lists what was written under a delegation, the latest first.
func messagesOf(ctx context.Context, tx *postgres.Tx, d Delegation) ([]Message, error) {
	return postgres.All[Message](ctx, tx, `SELECT audience, subject, body, recipients, sent_at, sent_by_name FROM delegation_messages
		WHERE commanditaire_id = @commanditaire AND delegation_id = @id ORDER BY sent_at DESC, id DESC LIMIT 50`,
		postgres.Args{"commanditaire": d.CommanditaireID, "id": d.ID})
}
