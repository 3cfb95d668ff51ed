package commanditaire

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/identity"
	"passnum/web/custodyui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// CarnetHandlers shows a commanditaire where every one of its carnets is, and
// lets it send, receive and answer.
type CarnetHandlers struct {
	Custody *custody.Service
}

func (h *CarnetHandlers) screens() *custodyui.Screens {
	return &custodyui.Screens{Custody: h.Custody, Desk: custody.CommanditaireDesk, Tabs: carnetTabs, Links: custodyui.Links{
		Transfers: urls.CarnetTransfers(), Transfer: urls.CarnetTransfer, NewTransfer: urls.NewCarnetTransfer(),
		Receive: func(id uuid.UUID) string { return urls.CarnetTransfer(id, "recevoir") },
		Cases:   urls.CarnetCases(), Case: urls.CarnetCase,
		Oppose: func(serials string) string {
			return urls.With(urls.CarnetOppositions()+"/nouvelle", "serials", serials)
		},
	}}
}

// Routes mounts the screens under /commanditaire.
func (h *CarnetHandlers) Routes(r chi.Router) {
	s := h.screens()
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/carnets", httpx.Handler(h.overview))
		r.Method(http.MethodGet, "/carnets/liste", s.CarnetList(urls.CarnetList(), urls.CarnetListCSV(), urls.CarnetOf))
		r.Method(http.MethodGet, "/carnets/liste.csv", httpx.Handler(s.CarnetSheet))
		r.Method(http.MethodGet, "/carnets/serie", httpx.Handler(h.find))
		r.Method(http.MethodGet, "/carnets/serie/{serial}", httpx.Handler(h.life))
		r.Method(http.MethodGet, "/carnets/transferts", httpx.Handler(s.List))
		r.Method(http.MethodGet, "/carnets/transferts/{id}", httpx.Handler(s.Show))
		r.Method(http.MethodGet, "/carnets/transferts/{id}/bordereau", httpx.Handler(s.Slip))
		r.Method(http.MethodGet, "/carnets/ecarts", httpx.Handler(s.CaseList))
		r.Method(http.MethodGet, "/carnets/ecarts/{id}", httpx.Handler(s.Case))
		r.Method(http.MethodGet, "/carnets/demandes", httpx.Handler(h.requests))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderWrite))
		r.Method(http.MethodGet, "/carnets/transferts/nouveau", s.SendForm(h.fromReserve))
		r.Method(http.MethodPost, "/carnets/transferts/nouveau", s.Send(h.fromReserve, false))
		r.Method(http.MethodPost, "/carnets/transferts/{id}/recevoir", httpx.Handler(s.Receive))
		r.Method(http.MethodPost, "/carnets/transferts/{id}/annuler", httpx.Handler(s.Cancel))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/note", httpx.Handler(s.Note))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/prendre", httpx.Handler(s.Take))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/regler", httpx.Handler(s.Settle))
		r.Method(http.MethodGet, "/carnets/demandes/{id}", httpx.Handler(h.request))
		r.Method(http.MethodPost, "/carnets/demandes/{id}/refuser", httpx.Handler(h.refuse))
	})
}

type carnetsView struct {
	figures []ui.Figure
	toDo    []ui.Task
	table   ui.TableArgs
	points  ui.TableArgs
}

// overview is where every carnet of the commanditaire is.
func (h *CarnetHandlers) overview(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Custody.Overview(r.Context(), httpx.Actor(r), custody.CommanditaireDesk)
	if err != nil {
		return err
	}
	v := carnetsView{toDo: carnetTasks(o), table: custodyui.WhereTable(o, urls.CarnetList(), false), points: stockTable(o)}
	v.figures = []ui.Figure{
		{Label: "Émis", Value: format.Number(o.In("")), Note: format.Plural(o.In(""), "carnet", "carnets")},
		{Label: "En stock", Value: format.Number(o.In(custody.InStock)), Note: "à vos points"},
		{Label: "En transit", Value: format.Number(o.In(custody.InTransit)), Note: "pas encore reçus"},
		{Label: "Remis", Value: format.Number(o.In(custody.WithPeople)), Note: "à des personnes"},
	}
	if n := o.In(custody.InCase); n > 0 {
		v.figures[2].Tag = ui.Tag(ui.Warn, format.Number(n)+" en écart")
	}
	return httpx.Render(w, r, http.StatusOK, carnetsPage(httpx.Page(r, "Carnets"), v))
}

func carnetTasks(o custody.Overview) []ui.Task {
	var tasks []ui.Task
	if n := len(o.Cases); n > 0 {
		tasks = append(tasks, ui.Task{Title: format.Count(n, "écart ouvert", "écarts ouverts"), Hint: "Dire où sont les carnets manquants, abîmés ou en trop", Href: urls.CarnetCases(), Status: ui.Tag(ui.Warn, "à régler")})
	}
	if o.Asked > 0 {
		tasks = append(tasks, ui.Task{Title: format.Count(o.Asked, "demande de carnets", "demandes de carnets"), Hint: "Préparer un envoi, ou refuser en disant pourquoi", Href: urls.CarnetRequests(), Status: ui.Tag(ui.Info, "à répondre")})
	}
	if o.OnWay > 0 {
		tasks = append(tasks, ui.Task{Title: format.Count(o.OnWay, "transfert en route", "transferts en route"), Hint: "Pas encore confirmés à l’arrivée", Href: urls.With(urls.CarnetTransfers(), "etat", custody.OnTheWay), Status: ui.Tag(ui.Info, "en route")})
	}
	return tasks
}

func stockTable(o custody.Overview) ui.TableArgs {
	t := ui.TableArgs{Caption: "En stock, par point", HideCaption: true, Columns: ui.Columns("Point", "Commande", "#En stock"), Empty: ui.EmptyArgs{Title: "Aucun carnet en stock"}}
	for _, c := range o.Counts {
		if c.Bucket == custody.InStock && c.PointID != nil {
			t.Rows = append(t.Rows, ui.NewRow(ui.Link(c.Point, custodyui.ListHref(urls.CarnetList(), custody.InStock, uuid.Nil, *c.PointID)),
				ui.TwoLines(ui.Text(c.Title), c.OrderNumber), ui.Number(c.Carnets)))
		}
	}
	return t
}

// find leads from what was typed to the carnet's page.
func (h *CarnetHandlers) find(w http.ResponseWriter, r *http.Request) error {
	typed := httpx.Query(r).Get("carnet")
	life, err := h.Custody.Life(r.Context(), httpx.Actor(r), typed)
	if err != nil {
		return h.notFound(w, r, typed, err)
	}
	return httpx.SeeOther(w, r, urls.CarnetOf(life.Serial))
}

// fromReserve completes the form of a departure from the commanditaire's hands.
func (h *CarnetHandlers) fromReserve(r *http.Request, v *custodyui.SendView) error {
	actor := httpx.Actor(r)
	v.Title, v.Lead, v.Button, v.Action = "Envoyer des carnets", "Ceux que vous avez en main, vers un point sous convention.", "Envoyer", urls.NewCarnetTransfer()
	v.Back = ui.Crumb{Label: "Transferts", Href: urls.CarnetTransfers()}
	spans, err := h.Custody.Held(r.Context(), actor, custody.CommanditaireDesk)
	if err != nil {
		return err
	}
	for _, span := range spans {
		v.Available = append(v.Available, span.String())
	}
	if len(spans) == 0 {
		v.Empty = "Vous n’avez aucun carnet en main. Ceux que l’opérateur vous livre, ou que les points vous rendent, partiront d’ici."
	}
	if err := (h.screens()).ForRequest(r, v); err != nil {
		return err
	}
	spots, err := h.Custody.Destinations(r.Context(), actor, custody.CommanditaireDesk, actor.OrganisationID)
	v.Destinations = append([]ui.Option{{Value: "", Label: "Choisissez un point"}}, custodyui.SpotOptions(spots)...)
	return err
}
