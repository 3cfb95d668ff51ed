package admin

import (
	"net/http"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/redemption/dispute"
	"passnum/web/disputeui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DisputeHandlers shows the operator what was scanned without network and
// refused, and settles it.
type DisputeHandlers struct {
	Disputes *dispute.Service
	Now      func() time.Time
}

// Routes mounts the screens under /admin.
func (h *DisputeHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/litiges", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/litiges.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/litiges/{id}", httpx.Handler(h.show))
		r.Method(http.MethodPost, "/litiges/{id}/accepter", httpx.Handler(h.accept))
		r.Method(http.MethodPost, "/litiges/{id}/rejeter", httpx.Handler(h.reject))
	})
}

type disputesView struct {
	Figures []ui.Figure
	States  []ui.Option
	Table   ui.TableArgs
	Pager   ui.Pagination
	Export  string
	Reset   string
}

func (h *DisputeHandlers) list(w http.ResponseWriter, r *http.Request) error {
	query, after := httpx.Query(r), dispute.Cursor{}
	httpx.Cursor(r, &after)
	filter := disputeui.ReadFilter(query)
	found, err := h.Disputes.All(r.Context(), httpx.Actor(r), filter, after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litiges")
	page.Crumbs = []ui.Crumb{{Label: "À traiter", Href: urls.AdminHome()}, {Label: "Litiges"}}
	view := disputesView{
		Figures: disputeui.Figures(found), States: disputeui.StateOptions(query.Get("etat")), Table: h.table(found.Disputes),
		Pager: httpx.Pager(r, !found.Next.At.IsZero(), found.Next), Export: disputeui.CSVOf(urls.AdminDisputesCSV(), query),
	}
	if filter != (dispute.Filter{}) {
		view.Reset = urls.AdminDisputes()
		view.Table.Empty = ui.EmptyArgs{Title: "Aucun litige ne correspond", Body: "Affichez-les tous pour retrouver celui que vous cherchez.", Action: "Tout afficher", ActionHref: urls.AdminDisputes()}
	}
	return httpx.Render(w, r, http.StatusOK, disputesTemplate(page, view))
}

func (h *DisputeHandlers) table(disputes []dispute.Dispute) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Litiges", HideCaption: true, Columns: ui.Columns("Structure", "Chèque", "Scanné le", "Raison", "#Montant", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun litige", Body: "Un chèque scanné sans réseau, puis refusé pour une raison imprévisible, apparaît ici."},
	}
	for _, d := range disputes {
		t.Rows = append(t.Rows, ui.NewRow(
			structureCell(d), ui.TwoLines(ui.Serial(d.Serial), disputeui.Name(d)),
			ui.Text(format.DateTime(d.ScannedAt)), ui.TwoLines(ui.Text(disputeui.Word(d.Reason)), disputeui.Waited(d, h.Now())), ui.Amount(d.Amount),
			ui.Tag(disputeui.Tone(d.State), disputeui.StateWord(d.State)),
		))
	}
	return t
}

// structureCell names the structure, and its place when that says more.
func structureCell(d dispute.Dispute) templ.Component {
	link := ui.Link(d.Structure, urls.AdminDispute(d.ID))
	if d.Place == d.Structure {
		return link
	}
	return ui.TwoLines(link, d.Place)
}

func (h *DisputeHandlers) export(w http.ResponseWriter, r *http.Request) error {
	actor, filter := httpx.Actor(r), disputeui.ReadFilter(httpx.Query(r))
	return disputeui.WriteSheet(w, func(each func(dispute.Dispute) error) error {
		return h.Disputes.ExportAll(r.Context(), actor, filter, each)
	})
}

type disputeView struct {
	dispute.Dispute
	MayDecide bool
	Decision  string
	Together  bool
	Errors    ui.Errors
}

// together offers to settle at once the chèques of the séance refused for the
// same reason.
func (v disputeView) together() string {
	if v.Siblings == 1 {
		return "Décider aussi de l’autre chèque de cette séance refusé pour la même raison"
	}
	return "Décider aussi des " + format.Number(v.Siblings) + " autres chèques de cette séance refusés pour la même raison"
}

func (h *DisputeHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.render(w, r, id, httpx.Values{}, nil)
}

// render shows a dispute, with what was typed when it was refused.
func (h *DisputeHandlers) render(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	d, err := h.Disputes.Any(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Litige, "+d.Structure)
	page.Crumbs = []ui.Crumb{{Label: "À traiter", Href: urls.AdminHome()}, {Label: "Litiges", Href: urls.AdminDisputes()}, {Label: d.Structure}}
	status := http.StatusOK
	if refusal != nil {
		page.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, disputeTemplate(page, disputeView{
		Dispute: d, MayDecide: d.State == dispute.Open && actor.Can(identity.PlatformPayments),
		Decision: typed.Get("motif"), Together: typed.Bool("ensemble"), Errors: page.Errors,
	}))
}

func (h *DisputeHandlers) accept(w http.ResponseWriter, r *http.Request) error {
	return h.decide(w, r, func(id uuid.UUID, form httpx.Values) (string, error) {
		done, err := h.Disputes.Accept(r.Context(), httpx.Actor(r), id, form.Get("motif"), form.Bool("ensemble"))
		return "Litige accepté\u00a0: " + format.Count(done.Cheques, "chèque encaissé", "chèques encaissés") + " (" + done.Amount.String() + "). La structure est prévenue.", err
	})
}

func (h *DisputeHandlers) reject(w http.ResponseWriter, r *http.Request) error {
	return h.decide(w, r, func(id uuid.UUID, form httpx.Values) (string, error) {
		n, err := h.Disputes.Reject(r.Context(), httpx.Actor(r), id, form.Get("motif"), form.Bool("ensemble"))
		return "Litige rejeté\u00a0: " + format.Count(n, "chèque ne sera pas payé", "chèques ne seront pas payés") + ". La structure est prévenue.", err
	})
}

func (h *DisputeHandlers) decide(w http.ResponseWriter, r *http.Request, do func(uuid.UUID, httpx.Values) (string, error)) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	done, err := do(id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, id, form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.AdminDispute(id))
}
