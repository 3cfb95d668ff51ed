package aiguilleur

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type parcelsView struct {
	waiting, received ui.TableArgs
}

func (h *Handlers) parcels(w http.ResponseWriter, r *http.Request) error {
	parcels, err := h.Network.Parcels(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := parcelsView{
		waiting: ui.TableArgs{Caption: "Colis à recevoir", HideCaption: true, Columns: ui.Columns("Colis", "Point", "#Carnets", "Expédié", "Réception"),
			Empty: ui.EmptyArgs{Title: "Aucun colis en route", Body: "Les carnets que l’on vous expédie apparaissent ici."}},
		received: ui.TableArgs{Caption: "Colis reçus", HideCaption: true, Columns: ui.Columns("Colis", "Point", "#Attendus", "#Reçus", "Réception")},
	}
	for _, p := range parcels {
		name := ui.TwoLines(ui.Text(p.Commanditaire), p.First()+" à "+p.Last())
		if p.ReceivedAt == nil {
			v.waiting.Rows = append(v.waiting.Rows, ui.NewRow(name, ui.Text(p.PointName), ui.Number(p.Carnets), ui.Text(format.Date(p.ShippedAt)),
				ui.Link("Confirmer", urls.Parcel(p.ID))))
			continue
		}
		day := ui.Text(format.Date(*p.ReceivedAt))
		if p.ReceivedNote != "" {
			day = ui.TwoLines(day, p.ReceivedNote)
		}
		v.received.Rows = append(v.received.Rows, ui.NewRow(name, ui.Text(p.PointName), ui.Number(p.Carnets), ui.Number(*p.ReceivedCarnets), day))
	}
	return httpx.Render(w, r, http.StatusOK, parcelsPage(httpx.Page(r, "Réception des colis"), v))
}

type parcelView struct {
	action   string
	lead     string
	facts    []ui.SummaryRow
	mandated bool
	received string // when it was
	mayAct   bool
	complete string // the primary answer in words
	state    string
	missing  string
	note     string
}

func (h *Handlers) parcel(w http.ResponseWriter, r *http.Request) error {
	return h.showParcel(w, r, httpx.Values{}, nil)
}

func (h *Handlers) showParcel(w http.ResponseWriter, r *http.Request, form httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	parcel, err := h.Network.Parcel(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Recevoir un colis")
	p.Crumbs = []ui.Crumb{{Label: "Réception des colis", Href: urls.Parcels()}, {Label: "Colis pour " + parcel.PointName}}
	status := http.StatusOK
	v := newParcelView(parcel, httpx.Actor(r).Can(identity.HandOver))
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
		v.state, v.missing, v.note = form.Get("etat"), form.Get("manquants"), form.Get("note")
	}
	return httpx.Render(w, r, status, parcelPage(p, v))
}

func newParcelView(p distribution.Parcel, mayAct bool) parcelView {
	carnets := format.Count(p.Carnets, "carnet", "carnets")
	v := parcelView{
		action: urls.Parcel(p.ID), lead: carnets + " de " + p.Terms().Format() + ", pour «\u00a0" + p.PointName + "\u00a0»", mandated: p.Mandated, mayAct: mayAct,
		complete: "Oui, les " + carnets + " sont là",
		facts: []ui.SummaryRow{
			{Key: "Commanditaire", Value: p.Commanditaire},
			{Key: "Commande", Value: p.OrderNumber + ", «\u00a0" + p.Title + "\u00a0»"},
			{Key: "Premier carnet", Body: ui.Serial(p.First())},
			{Key: "Dernier carnet", Body: ui.Serial(p.Last())},
			{Key: "Expédié le", Value: format.Date(p.ShippedAt)},
		},
	}
	if p.Tracking != "" {
		v.facts = append(v.facts, ui.SummaryRow{Key: "Suivi", Value: p.Tracking})
	}
	if p.ReceivedAt != nil {
		v.received = "Reçu le " + format.DateTime(*p.ReceivedAt) + "\u00a0: " + format.Count(*p.ReceivedCarnets, "carnet", "carnets") + " sur " + format.Number(p.Carnets) + "."
		if p.ReceivedNote != "" {
			v.facts = append(v.facts, ui.SummaryRow{Key: "Remarque", Value: p.ReceivedNote})
		}
	}
	return v
}

func (v parcelView) options(p ui.Page) []ui.Option {
	return ui.Selected([]ui.Option{
		{Value: "complet", Label: v.complete},
		{Value: "manque", Label: "Non, il manque des carnets", Reveal: missingFields(p, v)},
	}, v.state)
}

func (h *Handlers) receive(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	declared := distribution.Reception{}
	switch form.Get("etat") {
	case "complet":
	case "manque":
		declared = distribution.Reception{Missing: form.Get("manquants"), Note: form.Get("note")}
		if declared.Missing == "" {
			return h.showParcel(w, r, form, fault.Field("manquants", "Indiquez quels carnets manquent."))
		}
	default:
		return h.showParcel(w, r, form, fault.Field("etat", "Dites si le colis est complet."))
	}
	parcel, err := h.Network.Receive(r.Context(), httpx.Actor(r), id, declared)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showParcel(w, r, form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, format.Count(*parcel.ReceivedCarnets, "carnet est entré", "carnets sont entrés")+" dans le stock de «\u00a0"+parcel.PointName+"\u00a0».")
	return httpx.SeeOther(w, r, urls.Stock())
}
