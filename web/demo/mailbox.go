// Package demo serves what only a demonstration has: a mailbox where every mail
// can be read. It refuses to be mounted on a real installation.
package demo

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/outbox"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Handlers serves the development mailbox.
type Handlers struct {
	Outbox *outbox.Service
}

// Routes mounts the mailbox at the root of the site.
func (h *Handlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.Mailbox(), httpx.Handler(h.list))
	r.Method(http.MethodGet, urls.Mailbox()+"/{id}", httpx.Handler(h.message))
}

// shown is how many mails the mailbox lists.
const shown = 100

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	messages, err := h.Outbox.Latest(r.Context(), shown)
	if err != nil {
		return err
	}
	rows := make([]ui.Row, len(messages))
	for i, m := range messages {
		rows[i] = ui.NewRow(ui.Link(m.Subject, urls.MailboxMessage(m.ID)), ui.Text(m.Recipient), ui.Text(format.DateTime(m.CreatedAt)))
	}
	page := httpx.Page(r, "Boîte de développement")
	page.NoIndex = true
	return httpx.Render(w, r, http.StatusOK, mailboxPage(page, rows))
}

func (h *Handlers) message(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	m, err := h.Outbox.Message(r.Context(), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, m.Subject)
	page.NoIndex = true
	page.Crumbs = []ui.Crumb{{Label: "Boîte de développement", Href: urls.Mailbox()}, {Label: m.Subject}}
	return httpx.Render(w, r, http.StatusOK, messagePage(page, viewMessage(m)))
}

type messageView struct {
	Subject, To, When string
	Parts             []part
}

func viewMessage(m outbox.Message) messageView {
	return messageView{Subject: m.Subject, To: m.Recipient, When: format.DateTime(m.CreatedAt), Parts: parts(m.BodyText)}
}
