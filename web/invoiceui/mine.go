package invoiceui

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// MineHandlers is the factures of an organisation: of the orders it pays, or of
// the fees kept from its payments.
type MineHandlers struct {
	Invoices   *invoicing.Service
	Structures bool // for /structure, else for /commanditaire
}

// Routes mounts the screens under the audience's prefix.
func (h *MineHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		if h.Structures {
			r.Use(httpx.Need(identity.PaymentRead))
		} else {
			r.Use(httpx.Need(identity.OrderRead, identity.FundedRead))
		}
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		get("/factures", h.list)
		get("/factures.csv", h.sheet)
		if !h.Structures {
			get("/factures/besoins", h.needs)
			r.Method(http.MethodPost, "/factures/besoins", httpx.Handler(h.saveNeeds))
		}
		get("/factures/{id}", h.show)
		get("/factures/{id}/{file}", h.file)
	})
}

func (h *MineHandlers) filter(r *http.Request) invoicing.Filter {
	f := filterOf(r)
	f.Side, f.BuyerID = invoicing.Orders, uuid.Nil
	if h.Structures {
		f.Side = invoicing.Structures
	}
	return f
}

func (h *MineHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, f := httpx.Actor(r), h.filter(r)
	var key invoicing.Key
	if httpx.Cursor(r, &key) {
		f.After = &key
	}
	page, more, err := h.Invoices.Mine(r.Context(), actor, f)
	if err != nil {
		return err
	}
	sum, err := h.Invoices.MySummary(r.Context(), actor, f.Side)
	if err != nil {
		return err
	}
	v := newListView(f, page, sum, nil, nil, h.Invoices.Today())
	v.Mine, v.OfStructure, v.CSV = true, h.Structures, urls.InvoicesCSV()+queryOf(r)
	v.MayNeeds = !h.Structures && actor.Can(identity.OrderRead)
	if h.Structures {
		v.CSV = urls.StructureInvoicesCSV() + queryOf(r)
	}
	v.Table = v.table(page, h.link, !h.Structures)
	v.Pager = pagerOf(r, page, more)
	return httpx.Render(w, r, http.StatusOK, minePage(h.page(r, "Factures"), v))
}

func (h *MineHandlers) link(id uuid.UUID, file ...string) string {
	if h.Structures {
		return urls.StructureInvoice(id, file...)
	}
	return urls.Invoice(id, file...)
}

func (h *MineHandlers) page(r *http.Request, title string, crumbs ...ui.Crumb) ui.Page {
	page := httpx.Page(r, title)
	home := ui.Crumb{Label: "Finances", Href: urls.Finances()}
	if h.Structures {
		home = ui.Crumb{Label: "Paiements", Href: urls.StructurePayments()}
	}
	page.Crumbs = []ui.Crumb{home, {Label: "Factures"}}
	if len(crumbs) > 0 {
		list := urls.Invoices()
		if h.Structures {
			list = urls.StructureInvoices()
		}
		page.Crumbs = append([]ui.Crumb{home, {Label: "Factures", Href: list}}, crumbs...)
	}
	return page
}

func (h *MineHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	return httpx.CSV(w, "factures.csv", func(w http.ResponseWriter) error {
		return h.Invoices.MySheet(r.Context(), httpx.Actor(r), h.filter(r), w)
	})
}

func (h *MineHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	d, err := h.Invoices.MyDossier(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := h.page(r, title(d.Document), ui.Crumb{Label: d.Number})
	v := newShowView(d, ui.Errors{}, httpx.NewValues(nil))
	v.Mine = true
	v.link = func(file ...string) string { return h.link(id, file...) }
	v.related = func(other uuid.UUID) string { return h.link(other) }
	if d.OrderID != nil {
		v.Order = urls.Order(*d.OrderID)
	}
	v.fill(h.Invoices.Today())
	return httpx.Render(w, r, http.StatusOK, showPage(page, v))
}

func (h *MineHandlers) file(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	read := h.Invoices.PDF
	switch chi.URLParam(r, "file") {
	case filePDF:
	case fileXML:
		read = h.Invoices.XML
	default:
		return invoicing.ErrNotFound
	}
	f, err := read(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.File(w, f.Name, f.MediaType, f.Content)
}

func (h *MineHandlers) needs(w http.ResponseWriter, r *http.Request) error {
	a, err := h.Invoices.MyAccounting(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return h.showNeeds(w, r, newNeedsView(a), nil)
}

func (h *MineHandlers) showNeeds(w http.ResponseWriter, r *http.Request, v needsView, refusal *fault.Error) error {
	page := h.page(r, "Ce que vos factures doivent porter", ui.Crumb{Label: "Vos exigences"})
	page.Errors = ui.ErrorsFrom(refusal)
	v.Errors, v.May = page.Errors, httpx.Actor(r).Can(identity.OrganisationEdit)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, needsPage(page, v))
}

func (h *MineHandlers) saveNeeds(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := needsView{ServiceRequired: form.Bool("service_exige"), EngagementRequired: form.Bool("engagement_exige"), Usual: form.Get("service_habituel"), Services: form.Get("services")}
	services, err := invoicing.ParseServices(v.Services)
	if err == nil {
		err = h.Invoices.SaveAccounting(r.Context(), httpx.Actor(r), invoicing.Accounting{
			ServiceRequired: v.ServiceRequired, EngagementRequired: v.EngagementRequired, Usual: v.Usual, Services: services})
	}
	if f, refused := fault.ForForm(err); refused {
		return h.showNeeds(w, r, v, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est noté\u00a0: nous vous le demanderons à chaque commande.")
	return httpx.SeeOther(w, r, urls.InvoiceNeeds())
}
