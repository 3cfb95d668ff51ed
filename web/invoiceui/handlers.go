// Package invoiceui shows factures and avoirs: to the operator who issues and
// sends them, to who orders or co-funds, and to structures. It refuses to change
// a document: a correction is another document.
package invoiceui

import (
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// AdminHandlers is the operator's factures.
type AdminHandlers struct {
	Invoices *invoicing.Service
}

// Routes mounts the screens under /admin.
func (h *AdminHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
		get("/factures", h.list)
		get("/factures.csv", h.sheet)
		get("/factures/annee/{file}", h.year)
		get("/factures/a-emettre", h.bills)
		get("/factures/a-emettre/{order}/{payer}/{cause}", h.bill)
		post("/factures/a-emettre/{order}/{payer}/{cause}", h.issue)
		get("/factures/{id}", h.show)
		get("/factures/{id}/{file}", h.file)
		get("/factures/{id}/corriger", h.correction)
		post("/factures/{id}/corriger", h.correct)
		post("/factures/{id}/envoi", h.send)
		for name, act := range acts {
			post("/factures/{id}/"+name, h.post(act))
		}
	})
}

func (h *AdminHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, f := httpx.Actor(r), filterOf(r)
	var key invoicing.Key
	if httpx.Cursor(r, &key) {
		f.After = &key
	}
	page, more, err := h.Invoices.List(r.Context(), actor, f)
	if err != nil {
		return err
	}
	sum, err := h.Invoices.Summary(r.Context(), actor, f.Side)
	if err != nil {
		return err
	}
	buyers, years, err := h.Invoices.Buyers(r.Context(), actor)
	if err != nil {
		return err
	}
	waiting, err := h.Invoices.ToBill(r.Context(), actor)
	if err != nil {
		return err
	}
	v := newListView(f, page, sum, buyers, years, h.Invoices.Today())
	v.tabs(len(waiting))
	v.CSV = urls.AdminInvoicesCSV() + queryOf(r)
	v.Pager = pagerOf(r, page, more)
	return httpx.Render(w, r, http.StatusOK, listPage(adminPage(r, "Factures"), v))
}

// filterOf reads a list's filters from its address.
func filterOf(r *http.Request) invoicing.Filter {
	q := httpx.Query(r)
	f := invoicing.Filter{Number: strings.ToUpper(q.Get("q"))}
	if q.Get("vue") == viewStructures {
		f.Side = invoicing.Structures
	}
	if state := invoicing.State(q.Get("etat")); state.Known() {
		f.State = state
	}
	f.Year, _ = q.Int("annee")
	f.BuyerID, _ = q.UUID("acheteur")
	f.OrderID, _ = q.UUID("commande")
	return f
}

func queryOf(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return "?" + r.URL.RawQuery
}

func pagerOf(r *http.Request, page []invoicing.Row, more bool) ui.Pagination {
	var last invoicing.Key
	if n := len(page); n > 0 {
		last = invoicing.Key{On: page[n-1].IssuedOn, ID: page[n-1].ID}
	}
	return httpx.Pager(r, more, last)
}

func adminPage(r *http.Request, title string, crumbs ...ui.Crumb) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = append([]ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}}, crumbs...)
	if len(crumbs) == 0 {
		page.Crumbs = append(page.Crumbs, ui.Crumb{Label: "Factures"})
	}
	return page
}

var factures = ui.Crumb{Label: "Factures", Href: urls.AdminInvoices()}

func (h *AdminHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	return httpx.CSV(w, "factures.csv", func(w http.ResponseWriter) error {
		return h.Invoices.Sheet(r.Context(), httpx.Actor(r), filterOf(r), w)
	})
}

// year streams every paper of a year.
func (h *AdminHandlers) year(w http.ResponseWriter, r *http.Request) error {
	year, err := strconv.Atoi(strings.TrimSuffix(chi.URLParam(r, "file"), ".zip"))
	if err != nil || year < 2000 || year > 2099 {
		return invoicing.ErrNotFound
	}
	started := &later{begin: func() io.Writer {
		httpx.Attach(w, "factures-"+strconv.Itoa(year)+".zip", "application/zip")
		return w
	}}
	return h.Invoices.Year(r.Context(), httpx.Actor(r), year, started)
}

// later answers only once there is something to say, so that a refusal still
// has its own page.
type later struct {
	begin func() io.Writer
	to    io.Writer
}

func (l *later) Write(content []byte) (int, error) {
	if l.to == nil {
		l.to = l.begin()
	}
	return l.to.Write(content)
}

func (h *AdminHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, httpx.NewValues(nil), nil)
}

func (h *AdminHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	d, err := h.Invoices.Dossier(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := adminPage(r, title(d.Document), factures, ui.Crumb{Label: d.Number})
	page.Errors = ui.ErrorsFrom(refusal)
	v := newShowView(d, page.Errors, typed)
	v.May = httpx.Actor(r).Can(identity.PlatformFunds)
	v.link = func(file ...string) string { return urls.AdminInvoice(id, file...) }
	v.related = func(other uuid.UUID) string { return urls.AdminInvoice(other) }
	if d.OrderID != nil {
		v.Order = urls.AdminOrder(*d.OrderID)
	}
	v.fill(h.Invoices.Today())
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, showPage(page, v))
}

func (h *AdminHandlers) file(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	read := h.Invoices.PDFForOperator
	switch chi.URLParam(r, "file") {
	case filePDF:
	case fileXML:
		read = h.Invoices.XMLForOperator
	default:
		return invoicing.ErrNotFound
	}
	f, err := read(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.File(w, f.Name, f.MediaType, f.Content)
}

// The files of a document.
const (
	filePDF = "facture.pdf"
	fileXML = "factur-x.xml"
)
