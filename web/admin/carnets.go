package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/identity"
	"passnum/web/custodyui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// CarnetHandlers shows the operator where every carnet is, and what waits.
type CarnetHandlers struct {
	Custody *custody.Service
}

func adminCarnetTabs(current string) []ui.Tab {
	tabs := []ui.Tab{
		{Label: "Vue d’ensemble", Href: urls.AdminCarnets()},
		{Label: "Écarts", Href: urls.AdminCarnetCases()},
		{Label: "Transferts", Href: urls.AdminCarnetTransfers()},
		{Label: "Oppositions", Href: "/admin/oppositions"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
}

func (h *CarnetHandlers) screens() *custodyui.Screens {
	return &custodyui.Screens{Custody: h.Custody, Desk: custody.OperatorDesk, Tabs: adminCarnetTabs, Links: custodyui.Links{
		Transfers: urls.AdminCarnetTransfers(), Transfer: urls.AdminCarnetTransfer, NewTransfer: urls.NewAdminCarnetTransfer(),
		Receive: func(id uuid.UUID) string { return urls.AdminCarnetTransfer(id, "recevoir") },
		Cases:   urls.AdminCarnetCases(), Case: urls.AdminCarnetCase,
		Oppose: func(serials string) string { return urls.With("/admin/oppositions/nouvelle", "serials", serials) },
	}}
}

// Routes mounts the screens under /admin.
func (h *CarnetHandlers) Routes(r chi.Router) {
	s := h.screens()
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/carnets", httpx.Handler(h.overview))
		r.Method(http.MethodGet, "/carnets/liste", s.CarnetList(urls.AdminCarnetList(), urls.AdminCarnetListCSV(), func(serial string) string { return urls.Path(urls.AdminCarnets(), serial) }))
		r.Method(http.MethodGet, "/carnets/liste.csv", httpx.Handler(s.CarnetSheet))
		r.Method(http.MethodGet, "/carnets/transferts", httpx.Handler(s.List))
		r.Method(http.MethodGet, "/carnets/transferts/{id}", httpx.Handler(s.Show))
		r.Method(http.MethodGet, "/carnets/transferts/{id}/bordereau", httpx.Handler(s.Slip))
		r.Method(http.MethodGet, "/carnets/ecarts", httpx.Handler(s.CaseList))
		r.Method(http.MethodGet, "/carnets/ecarts/{id}", httpx.Handler(s.Case))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformOrders))
		r.Method(http.MethodGet, "/carnets/transferts/nouveau", s.SendForm(h.fromOperator))
		r.Method(http.MethodPost, "/carnets/transferts/nouveau", s.Send(h.fromOperator, false))
		r.Method(http.MethodPost, "/carnets/transferts/{id}/recevoir", httpx.Handler(s.Receive))
		r.Method(http.MethodPost, "/carnets/transferts/{id}/annuler", httpx.Handler(s.Cancel))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/note", httpx.Handler(s.Note))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/prendre", httpx.Handler(s.Take))
		r.Method(http.MethodPost, "/carnets/ecarts/{id}/regler", httpx.Handler(s.Settle))
	})
}

type carnetsView struct {
	figures []ui.Figure
	cases   ui.TableArgs
	table   ui.TableArgs
}

// overview is where every commanditaire's carnets are, and the cases that wait.
func (h *CarnetHandlers) overview(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Custody.Overview(r.Context(), httpx.Actor(r), custody.OperatorDesk)
	if err != nil {
		return err
	}
	v := carnetsView{table: custodyui.WhereTable(o, urls.AdminCarnetList(), true), cases: h.screens().CaseTable(o.Cases), figures: []ui.Figure{
		{Label: "Émis", Value: format.Number(o.In("")), Note: format.Plural(o.In(""), "carnet", "carnets")},
		{Label: "En transit", Value: format.Number(o.In(custody.InTransit)), Note: format.Count(o.OnWay, "transfert en route", "transferts en route")},
		{Label: "En écart", Value: format.Number(o.In(custody.InCase)), Note: format.Count(len(o.Cases), "écart ouvert", "écarts ouverts")},
		{Label: "Remis", Value: format.Number(o.In(custody.WithPeople)), Note: "à des personnes"},
	}}
	return httpx.Render(w, r, http.StatusOK, carnetsPage(httpx.Page(r, "Carnets"), v))
}

// fromOperator completes the form of a departure from the operator's hands.
func (h *CarnetHandlers) fromOperator(r *http.Request, v *custodyui.SendView) error {
	actor := httpx.Actor(r)
	v.Title, v.Lead, v.Button, v.Action = "Envoyer des carnets", "Ceux que vous avez en main, vers leur commanditaire ou vers un point sous convention avec lui.", "Envoyer", urls.NewAdminCarnetTransfer()
	v.Back = ui.Crumb{Label: "Transferts", Href: urls.AdminCarnetTransfers()}
	spans, err := h.Custody.Held(r.Context(), actor, custody.OperatorDesk)
	if err != nil {
		return err
	}
	for _, span := range spans {
		v.Available = append(v.Available, span.String())
	}
	if len(spans) == 0 {
		v.Empty = "Vous n’avez aucun carnet en main. Les colis d’une commande s’expédient depuis sa page."
	}
	v.Destinations = []ui.Option{{Value: string(carnet.AtCommanditaire), Label: "Au commanditaire des carnets"}}
	spots, err := h.Custody.AllDestinations(r.Context(), actor)
	v.Destinations = append(v.Destinations, custodyui.SpotOptions(spots)...)
	return err
}
