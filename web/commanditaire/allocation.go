package commanditaire

import (
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/allocation"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// AllocationHandlers lets a commanditaire share carnets out among points.
type AllocationHandlers struct {
	Plans *allocation.Service
}

// Routes mounts the screens under /commanditaire.
func (h *AllocationHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/carnets/repartition", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/carnets/repartition/{id}", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/carnets/repartition/{id}/csv", httpx.Handler(h.export))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderWrite))
		r.Method(http.MethodGet, "/carnets/repartition/nouvelle", httpx.Handler(h.form))
		r.Method(http.MethodPost, "/carnets/repartition/nouvelle", httpx.Handler(h.propose))
		r.Method(http.MethodPost, "/carnets/repartition/{id}", httpx.Handler(h.adjust))
		r.Method(http.MethodPost, "/carnets/repartition/{id}/appliquer", httpx.Handler(h.apply))
	})
}

func (h *AllocationHandlers) list(w http.ResponseWriter, r *http.Request) error {
	plans, err := h.Plans.Plans(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, allocationsPage(httpx.Page(r, "Répartition"), carnetTabs(urls.CarnetAllocation()), allocationsTable(plans), httpx.Actor(r).Can(identity.OrderWrite)))
}

func (h *AllocationHandlers) form(w http.ResponseWriter, r *http.Request) error {
	order, _ := httpx.Query(r).UUID("commande")
	return h.showForm(w, r, allocationTyped{order: order, fixed: "0", basis: string(allocation.ByPopulation)}, nil)
}

// allocationTyped is a request as somebody typed it.
type allocationTyped struct {
	order        uuid.UUID
	total, fixed string
	basis        string
	points       []uuid.UUID // nil: none typed yet, all are proposed
}

func (h *AllocationHandlers) showForm(w http.ResponseWriter, r *http.Request, t allocationTyped, refusal *fault.Error) error {
	orders, points, err := h.Plans.Choices(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Nouvelle répartition")
	p.Crumbs = []ui.Crumb{{Label: "Répartition", Href: urls.CarnetAllocation()}, {Label: "Nouvelle"}}
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, allocationFormPage(p, newAllocationForm(t, orders, points)))
}

func (h *AllocationHandlers) propose(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t := allocationTyped{total: form.Get("total"), fixed: form.Get("fixe"), basis: form.Get("base"), points: form.UUIDs("points")}
	t.order, _ = form.UUID("commande")
	if t.points == nil {
		t.points = []uuid.UUID{}
	}
	request := allocation.Request{OrderID: t.order, Basis: allocation.Basis(t.basis), PointIDs: t.points}
	request.Total, _ = form.Int("total")
	if fixed, ok := form.Int("fixe"); ok || t.fixed == "" {
		request.Fixed = fixed
	} else {
		request.Fixed = -1
	}
	if upload, given, err := form.File("fichier"); err != nil {
		return err
	} else if given {
		request.FileName, request.File = upload.Name, upload.Content
	}
	id, err := h.Plans.Propose(r.Context(), httpx.Actor(r), request)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showForm(w, r, t, refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.CarnetAllocationPlan(id))
}

func (h *AllocationHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.showPlan(w, r, nil, nil)
}

// showPlan shows a plan with the numbers typed, when they were refused.
func (h *AllocationHandlers) showPlan(w http.ResponseWriter, r *http.Request, typed map[uuid.UUID]string, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	plan, err := h.Plans.Plan(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Répartition")
	p.Crumbs = []ui.Crumb{{Label: "Répartition", Href: urls.CarnetAllocation()}, {Label: plan.OrderNumber}}
	p.Scripts = append(p.Scripts, "allocation.js")
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, allocationPage(p, newAllocationView(plan, typed, p.Errors, httpx.Actor(r).Can(identity.OrderWrite))))
}

// readShares reads the table; a number that cannot be read is kept as typed, and
// refused as negative is.
func readShares(form httpx.Values, plan allocation.Plan) (carnets map[uuid.UUID]int, typed map[uuid.UUID]string) {
	carnets, typed = map[uuid.UUID]int{}, map[uuid.UUID]string{}
	for _, s := range plan.Shares {
		name := allocation.FieldOf(s.PointID)
		if !form.Has(name) {
			continue
		}
		typed[s.PointID] = form.Get(name)
		n, ok := form.Int(name)
		if !ok && typed[s.PointID] != "" {
			n = -1
		}
		carnets[s.PointID] = n
	}
	return carnets, typed
}

func (h *AllocationHandlers) adjust(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, false, "La répartition est enregistrée. Elle n’est pas encore appliquée.")
}

func (h *AllocationHandlers) apply(w http.ResponseWriter, r *http.Request) error {
	return h.change(w, r, true, "La répartition est appliquée.")
}

func (h *AllocationHandlers) change(w http.ResponseWriter, r *http.Request, apply bool, sentence string) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	plan, err := h.Plans.Plan(r.Context(), actor, id)
	if err != nil {
		return err
	}
	carnets, typed := readShares(form, plan)
	do := h.Plans.Adjust
	if apply {
		do = h.Plans.Apply
	}
	err = do(r.Context(), actor, id, carnets)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showPlan(w, r, typed, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, urls.CarnetAllocationPlan(id))
}

func (h *AllocationHandlers) export(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	plan, err := h.Plans.Plan(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "repartition-"+plan.OrderNumber+".csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Code INSEE", "Commune", "Point", "Aiguilleur", "Poids de la commune", "Proposé", "Carnets", "Numéros")
		for _, s := range plan.Shares {
			if err == nil {
				err = out.Row(sheet.Text(s.CommuneCode), sheet.Text(s.Commune), sheet.Text(s.Point), sheet.Text(s.Aiguilleur),
					sheet.Text(weightWord(s.Weight)), sheet.Int(s.Proposed), sheet.Int(s.Carnets), sheet.Text(s.Serials))
			}
		}
		if err != nil {
			return err
		}
		return out.Flush()
	})
}

// weightWord writes a weight in thousandths as people do.
func weightWord(thousandths int64) string {
	text := strconv.FormatFloat(float64(thousandths)/1000, 'f', -1, 64)
	for i, r := range text {
		if r == '.' {
			return text[:i] + "," + text[i+1:]
		}
	}
	return text
}
