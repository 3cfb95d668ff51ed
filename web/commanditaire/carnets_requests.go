package commanditaire

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// requests lists what points ask for.
func (h *CarnetHandlers) requests(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	list, err := h.Custody.Requests(r.Context(), actor, custody.CommanditaireDesk)
	if err != nil {
		return err
	}
	t := ui.TableArgs{Caption: "Demandes", HideCaption: true, Columns: ui.Columns("Point", "Demandé", "#Carnets", "#En stock", "Réponse"),
		Empty: ui.EmptyArgs{Title: "Aucune demande", Body: "Quand un point manque de carnets, sa demande apparaît ici, avec le nombre proposé d’après son rythme."}}
	for _, x := range list {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(x.PointLabel), x.Aiguilleur), ui.TwoLines(ui.Text(format.Date(x.RequestedAt)), x.RequestedByName),
			ui.Number(x.Carnets), ui.Number(x.InStock), requestAnswer(x, actor.Can(identity.OrderWrite))))
	}
	return httpx.Render(w, r, http.StatusOK, requestListPage(httpx.Page(r, "Demandes"), t))
}

func requestAnswer(x custody.Request, may bool) templ.Component {
	switch x.State {
	case custody.RequestSent:
		if may {
			return ui.Link("Répondre", urls.CarnetRequest(x.ID))
		}
		return ui.Tag(ui.Info, "en attente")
	case custody.RequestRefused:
		return ui.TwoLines(ui.Tag(ui.Bad, "refusée"), x.Reason)
	case custody.RequestWithdrawn:
		return ui.Tag(ui.Neutral, "retirée")
	}
	tag := ui.Tag(ui.Info, "carnets en route")
	if x.State == custody.RequestServed {
		tag = ui.Tag(ui.Good, "carnets reçus")
	}
	if x.TransferID == nil {
		return tag
	}
	return ui.Link("Voir l’envoi", urls.CarnetTransfer(*x.TransferID))
}

type requestView struct {
	facts   []ui.SummaryRow
	title   string
	open    bool
	prepare string
	refuse  string
	reason  string
}

// request is one request to answer.
func (h *CarnetHandlers) request(w http.ResponseWriter, r *http.Request) error {
	return h.showRequest(w, r, "", nil)
}

func (h *CarnetHandlers) showRequest(w http.ResponseWriter, r *http.Request, reason string, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	x, err := h.Custody.Request(r.Context(), httpx.Actor(r), custody.CommanditaireDesk, id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Demande de "+x.PointLabel)
	p.Crumbs = []ui.Crumb{{Label: "Demandes", Href: urls.CarnetRequests()}, {Label: x.PointLabel}}
	v := requestView{title: p.Title, open: x.State == custody.RequestSent, reason: reason, refuse: urls.CarnetRequest(id, "refuser"),
		prepare: urls.With(urls.NewCarnetTransfer(), "demande", id.String()),
		facts: []ui.SummaryRow{
			{Key: "Point", Value: x.PointLabel + ", " + x.Aiguilleur}, {Key: "Demandé", Value: format.Count(x.Carnets, "carnet", "carnets")},
			{Key: "Proposé d’après son rythme", Value: format.Count(x.Proposed, "carnet", "carnets")}, {Key: "En stock", Value: format.Count(x.InStock, "carnet", "carnets")},
			{Key: "Le", Value: format.DateTime(x.RequestedAt) + ", par " + x.RequestedByName},
		}}
	if x.Note != "" {
		v.facts = append(v.facts, ui.SummaryRow{Key: "Remarque", Value: x.Note})
	}
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, requestPage(p, v))
}

func (h *CarnetHandlers) refuse(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Custody.Refuse(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.showRequest(w, r, form.Get("motif"), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La demande est refusée. Le guichet est prévenu.")
	return httpx.SeeOther(w, r, urls.CarnetRequests())
}
