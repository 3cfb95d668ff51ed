package programmeui

import (
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/organisation"
	"passnum/internal/programme"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// OperatorHandlers shows every call to the operator, which writes them.
type OperatorHandlers struct{ Programmes *programme.Service }

// Routes mounts the screens under /admin.
func (h *OperatorHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	get("/programmes", h.list)
	get("/programmes/nouveau", h.newForm)
	post("/programmes/nouveau", h.create)
	get("/programmes/{id}", h.show)
	get("/programmes/{id}/commandes.csv", h.sheet)
	post("/programmes/{id}/reponse", h.act(answer, "La réponse est enregistrée. Le commanditaire est prévenu."))
	post("/programmes/{id}/cloture", h.act(closeCall, "Le programme est clos."))
	post("/programmes/{id}/enveloppe", h.act(setEnvelope, "L’enveloppe est changée."))
}

func (h *OperatorHandlers) list(w http.ResponseWriter, r *http.Request) error {
	programmes, err := h.Programmes.ListForOperator(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Programmes")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Programmes"}}
	t := table(forOperator, h.Programmes.Today(), programmes, func(programme.Programme) bool { return false },
		ui.EmptyArgs{Title: "Aucun programme", Body: "Un programme est l’appel d’un financeur\u00a0: une enveloppe, un taux, des règles. Les commandes s’y rattachent avant leur signature."})
	return httpx.Render(w, r, http.StatusOK, listPage(page, t, httpx.Actor(r).Can(identity.PlatformFunds)))
}

// formView is a new call as typed.
type formView struct {
	Typed   httpx.Values
	Funders []ui.Option
	Kinds   []ui.Option
	Errors  ui.Errors
}

func (v formView) field(name, label, hint string, optional bool) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Optional: optional, Value: v.Typed.Get(name), Error: v.Errors.For(name)}
}

func (h *OperatorHandlers) newForm(w http.ResponseWriter, r *http.Request) error {
	return h.form(w, r, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *OperatorHandlers) form(w http.ResponseWriter, r *http.Request, status int, typed httpx.Values, refusal *fault.Error) error {
	funders, err := h.Programmes.Funders(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Nouveau programme")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Programmes", Href: urls.AdminProgrammes()}, {Label: "Nouveau programme"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := formView{Typed: typed, Errors: page.Errors, Funders: []ui.Option{{Label: "Choisir…"}}}
	for _, f := range funders {
		v.Funders = append(v.Funders, ui.Option{Value: f.ID.String(), Label: f.Name + ", " + f.Town})
	}
	v.Funders = ui.Selected(v.Funders, typed.Get("financeur"))
	for _, kind := range organisation.Kinds {
		v.Kinds = append(v.Kinds, ui.Option{Value: string(kind), Label: kind.Label()})
	}
	v.Kinds = ui.Selected(v.Kinds, typed.All("types")...)
	return httpx.Render(w, r, status, formPage(page, v))
}

func (h *OperatorHandlers) create(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	id, err := h.Programmes.Create(r.Context(), httpx.Actor(r), termsFrom(form))
	if f, ok := fault.ForForm(err); ok {
		return h.form(w, r, httpx.Status(f.Kind), form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le programme est créé. Les commanditaires peuvent y rattacher leurs commandes.")
	return httpx.SeeOther(w, r, urls.AdminProgramme(id))
}

// termsFrom reads the form; what cannot be read becomes what the domain refuses
// at its own field.
func termsFrom(f httpx.Values) programme.Terms {
	t := programme.Terms{
		Name: f.Get("nom"), Description: f.Get("description"), Envelope: cents(f, "enveloppe"), Rate: percent(f.Get("taux")),
		OrderCap: cents(f, "plafond_commande"), CommanditaireCap: cents(f, "plafond_commanditaire"), LeastFace: cents(f, "minimum"),
		Kinds: f.All("types"), Direct: f.Get("versement") != "commanditaire", TargetPublic: f.Get("public"), Target: percent(f.Get("cible")),
	}
	t.FunderID, _ = f.UUID("financeur")
	t.OpensOn, _ = format.ParseDay(f.Get("ouverture"))
	t.ClosesOn, _ = format.ParseDay(f.Get("cloture"))
	return t
}

// cents is an amount, nothing when empty, refused as negative when unreadable.
func cents(f httpx.Values, name string) money.Cents {
	if f.Get(name) == "" {
		return 0
	}
	c, ok := f.Cents(name)
	if !ok {
		return -1
	}
	return c
}

// percent reads « 35 » or « 35 % »; an unreadable one is refused as negative.
func percent(typed string) money.BasisPoints {
	typed = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(typed), "%"))
	if typed == "" {
		return 0
	}
	c, err := money.Parse(typed)
	if err != nil {
		return -1
	}
	return money.BasisPoints(c)
}

func (h *OperatorHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *OperatorHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, status int, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	p, err := h.Programmes.ShowForOperator(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, p.Name)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Programmes", Href: urls.AdminProgrammes()}, {Label: p.Name}}
	page.Errors = ui.ErrorsFrom(refusal)
	decides := actor.Can(identity.PlatformFunds)
	v := pageView{Page: p, audience: forOperator, MayAnswer: decides, MayClose: decides && p.ClosedAt == nil, MayEdit: decides && p.ClosedAt == nil,
		Opens: p.Open(h.Programmes.Today()), Typed: typed, Errors: page.Errors}
	return httpx.Render(w, r, status, showPage(page, v))
}

func (h *OperatorHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	page, err := h.Programmes.ShowForOperator(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return writeCSV(w, page)
}

func (h *OperatorHandlers) act(do act, done string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return submit(w, r, h.Programmes, do, done, forOperator, h.page)
	}
}
