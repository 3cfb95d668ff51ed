package hubui

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/delegation"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/proposal"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Handlers serves /hub: what was delegated to an organisation.
type Handlers struct {
	Delegations *delegation.Service
	Proposals   *proposal.Service
}

// Routes mounts the screens, without their prefix.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HubRead))
		r.Method(http.MethodGet, "/", httpx.Handler(h.home))
		r.Method(http.MethodGet, "/suivi/{id}", httpx.Handler(h.follow))
		r.Method(http.MethodGet, "/suivi/{id}/points.csv", httpx.Handler(h.pointsCSV))
		r.Method(http.MethodGet, "/suivi/{id}/structures.csv", httpx.Handler(h.structuresCSV))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HubWrite))
		r.Method(http.MethodPost, "/suivi/{id}/message", httpx.Handler(h.write))
		r.Method(http.MethodPost, "/suivi/{id}/demandes/{demande}/accepter", httpx.Handler(h.accept))
		r.Method(http.MethodPost, "/suivi/{id}/demandes/{demande}/refuser", httpx.Handler(h.refuse))
	})
	(&ProposalHandlers{Proposals: h.Proposals, Side: ForHub()}).Routes(r)
}

type homeView struct {
	Live, Past ui.TableArgs
}

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	list, err := h.Delegations.Received(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	columns := ui.Columns("Commande", "Commanditaire", "Jusqu’au", "Vous pouvez", "État")
	v := homeView{
		Live: ui.TableArgs{Caption: "Commandes suivies", HideCaption: true, Columns: columns, Empty: ui.EmptyArgs{Title: "Aucune commande à suivre",
			Body: "Un commanditaire vous en délègue une depuis ses structures. Elle paraîtra ici."}},
		Past: ui.TableArgs{Caption: "Délégations terminées", HideCaption: true, Columns: columns},
	}
	for _, d := range list {
		table := &v.Past
		if state := d.State(h.Delegations.Today()); state == delegation.Live || state == delegation.Coming {
			table = &v.Live
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Link(d.Name(), urls.Followed(d.ID)), ui.Text(d.Commanditaire), ui.Text(format.Date(d.EndsOn)), ui.Text(rights(d)), h.tag(d)))
	}
	return httpx.Render(w, r, http.StatusOK, hubHomePage(httpx.Page(r, "Réseaux suivis"), v))
}

func (h *Handlers) tag(d delegation.Delegation) templ.Component {
	return stateTag(d.State(h.Delegations.Today()))
}

func stateTag(s delegation.State) templ.Component {
	tone := map[delegation.State]ui.Tone{delegation.Coming: ui.Info, delegation.Live: ui.Good, delegation.Over: ui.Neutral, delegation.Withdrawn: ui.Neutral}[s]
	return ui.Tag(tone, s.Label())
}

func rights(d delegation.Delegation) string {
	words := []string{"suivre", "écrire", "proposer"}
	if d.MayInvite {
		words = append(words, "inviter")
	}
	if d.MayDecide {
		words = append(words, "agréer")
	}
	return format.List(words)
}

// The views of what is followed.
const (
	viewPoints     = "points"
	viewStructures = "structures"
	viewRequests   = "demandes"
	viewMessages   = "messages"
)

type followView struct {
	delegation.Followed
	View       string
	Tabs       []ui.Tab
	Tag        templ.Component
	Figures    []ui.Figure
	Points     ui.TableArgs
	Structures ui.TableArgs
	More       int // structures that the table leaves to the file
	Asked      []delegation.Request
	Sent       []ui.JournalEntry
	Writes     bool
	Audiences  []ui.Option
	Form       delegation.MessageForm
	Refused    uuid.UUID // the request whose refusal is typed again
	Reason     string
	Errors     ui.Errors
	Lead       string
}

func (h *Handlers) follow(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, httpx.Query(r).Get("vue"), followView{}, nil)
}

func (h *Handlers) read(r *http.Request) (delegation.Followed, error) {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return delegation.Followed{}, err
	}
	return h.Delegations.Follow(r.Context(), httpx.Actor(r), id)
}

// show draws a view of what is followed; v holds what was typed.
func (h *Handlers) show(w http.ResponseWriter, r *http.Request, view string, v followView, refusal *fault.Error) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	page, status := formPage(r, ui.Crumb{Label: "Réseaux suivis", Href: urls.Hub()}, f.Name(), refusal)
	if !slices.Contains([]string{viewPoints, viewStructures, viewRequests, viewMessages}, view) {
		view = viewPoints
	}
	v.Followed, v.View, v.Errors, v.Tag = f, view, page.Errors, h.tag(f.Delegation)
	v.Writes = f.Live && httpx.Actor(r).Can(identity.HubWrite)
	v.Lead = f.Commanditaire + " vous confie cette commande jusqu’au " + format.Date(f.EndsOn) + ". Vous pouvez " + rights(f.Delegation) + "."
	v.fill(h)
	return httpx.Render(w, r, status, followPage(page, v))
}

func (v *followView) fill(h *Handlers) {
	o := v.Followed.Order
	v.Tabs = []ui.Tab{v.tab("Points", viewPoints, len(v.Followed.Points)), v.tab("Structures", viewStructures, len(v.Followed.Structures))}
	if v.MayDecide {
		v.Tabs = append(v.Tabs, v.tab("Demandes", viewRequests, len(v.Requests)))
	}
	v.Tabs = append(v.Tabs, v.tab("Messages", viewMessages, len(v.Messages)))
	v.Figures = []ui.Figure{{Label: "Carnets", Value: format.Number(o.Carnets), Note: order.State(o.State).Label()}, {Label: "En stock", Value: format.Number(o.InStock), Note: "dans les points"},
		{Label: "Remis", Value: format.Number(o.HandedOver), Note: "à des personnes"}, {Label: "Entamés", Value: format.Number(o.Started), Note: format.Count(o.ChequesUsed, "chèque utilisé", "chèques utilisés")}}
	v.Points, v.Asked = pointsTable(v.Followed.Points), v.Requests
	structures := v.Followed.Structures
	v.Structures, v.More = structuresTable(structures[:min(len(structures), structuresShown)]), max(0, len(structures)-structuresShown)
	for _, m := range v.Messages {
		v.Sent = append(v.Sent, ui.JournalEntry{When: format.DateTime(m.SentAt), Who: m.SentByName, What: m.Subject,
			Detail: m.Audience.Label() + "\u00a0: " + format.Count(m.Recipients, "destinataire", "destinataires")})
	}
	for _, a := range delegation.Audiences {
		n := v.Recipients(a, h.Delegations.Now())
		hint := format.Count(n, "adresse", "adresses")
		if a == delegation.AgreedStructure {
			hint = format.Count(n, "structure", "structures")
		}
		v.Audiences = append(v.Audiences, ui.Option{Value: string(a), Label: a.Label(), Hint: hint})
	}
	v.Audiences = ui.Selected(v.Audiences, string(v.Form.Audience))
}

func (v *followView) tab(label, view string, count int) ui.Tab {
	return ui.Tab{Label: label, Href: urls.With(urls.Followed(v.ID), "vue", view), Current: v.View == view, Count: format.Number(count)}
}

func pointsTable(list []delegation.Point) ui.TableArgs {
	t := ui.TableArgs{Caption: "Points de distribution", HideCaption: true, Columns: ui.Columns("Point", "Référent", "#En route", "#En stock", "#Remis", "#Entamés", "Dernière remise"),
		Empty: ui.EmptyArgs{Title: "Aucun point", Body: "Les carnets de cette commande ne sont encore livrés nulle part."}}
	for _, p := range list {
		last := "aucune"
		if p.LastHandover != nil {
			last = format.Date(*p.LastHandover)
		}
		name := ui.TwoLines(ui.Text(p.Name), p.Aiguilleur+", "+p.Town)
		if p.Closed {
			name = ui.TwoLines(ui.Text(p.Name), p.Aiguilleur+", fermé")
		}
		t.Rows = append(t.Rows, ui.NewRow(name, ui.TwoLines(ui.Text(p.Referent), orNone(p.Phone, p.Email)), ui.Number(p.Expected), ui.Number(p.InStock), ui.Number(p.HandedOver), ui.Number(p.Started), ui.Text(last)))
	}
	return t
}

// structuresShown keeps a page short: those that took chèques come first.
const structuresShown = 20

func structuresTable(list []delegation.Structure) ui.TableArgs {
	t := ui.TableArgs{Caption: "Structures", HideCaption: true, Columns: ui.Columns("Structure", "#Lieux", "#Chèques pris", "Dernier", "Agrément"),
		Empty: ui.EmptyArgs{Title: "Aucune structure", Body: "Aucune structure n’est encore agréée, et aucune n’a pris de chèque. Proposez-en\u00a0!"}}
	for _, s := range list {
		last, agreed := "", "tout le réseau"
		if s.LastUsed != nil {
			last = format.Date(*s.LastUsed)
		}
		if s.AgreedAt != nil {
			agreed = "depuis le " + format.Date(*s.AgreedAt)
		}
		if s.LeavesOn != nil {
			agreed = "jusqu’au " + format.Date(*s.LeavesOn)
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(s.Name), s.Town), ui.Number(s.Places), ui.Number(s.ChequesUsed), ui.Text(last), ui.Text(agreed)))
	}
	return t
}

func (h *Handlers) write(w http.ResponseWriter, r *http.Request) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	form := delegation.MessageForm{Audience: delegation.Audience(v.Get("a")), Subject: v.Get("objet"), Body: v.Get("texte")}
	n, err := h.Delegations.Write(r.Context(), httpx.Actor(r), f.ID, form)
	return answered(err, func(refusal *fault.Error) error { return h.show(w, r, viewMessages, followView{Form: form}, refusal) }, func() error {
		httpx.Flash(r, ui.Good, fmt.Sprintf("Votre message part à %s. Le commanditaire peut le lire.", format.Count(n, "destinataire", "destinataires")))
		return httpx.SeeOther(w, r, urls.With(urls.Followed(f.ID), "vue", viewMessages))
	})
}

func (h *Handlers) accept(w http.ResponseWriter, r *http.Request) error { return h.answer(w, r, true) }

func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request) error { return h.answer(w, r, false) }

func (h *Handlers) answer(w http.ResponseWriter, r *http.Request, accept bool) error {
	f, err := h.read(r)
	if err != nil {
		return err
	}
	request, err := httpx.PathUUID(r, "demande")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	reason := v.Get("motif")
	err = h.Delegations.Answer(r.Context(), httpx.Actor(r), f.ID, request, accept, reason)
	return answered(err, func(refusal *fault.Error) error {
		return h.show(w, r, viewRequests, followView{Refused: request, Reason: reason}, refusal)
	}, func() error {
		httpx.Flash(r, ui.Good, "C’est répondu. La structure et le commanditaire le savent.")
		return httpx.SeeOther(w, r, urls.With(urls.Followed(f.ID), "vue", viewRequests))
	})
}
