package public

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"passnum/internal/distribution"
	"passnum/internal/hours"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/placeui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// WhereHandlers tells where a carnet is asked for.
type WhereHandlers struct {
	Network  *distribution.Service
	Communes *territory.Index
}

// Routes mounts the screen.
func (h *WhereHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.WhereToAsk(), httpx.Handler(h.where))
}

type whereView struct {
	Commune, Code string
	Error         string
	Searched      bool
	Near          string // « de Guéret »
	Choices       []ui.NumberedItem
	Title         string
	Points        []askingView
}

type askingView struct {
	Name, Organisation, Address, Distance string
	Hours, Phone, Note                    string
	Orders                                []askingOrderView
}

type askingOrderView struct {
	Commanditaire, Public string
	Documents             []string
}

// title tells orders of one commanditaire apart by whom they serve.
func (o askingOrderView) title() string {
	const readable = 80
	if title := "Pour\u00a0: " + o.Public; o.Public != "" && len(title) < readable {
		return title
	}
	return "Carnets offerts par\u00a0: " + o.Commanditaire
}

// same reports whether another order of the same commanditaire asks for the same.
func (o askingOrderView) same(other askingOrderView) bool {
	return o.Commanditaire == other.Commanditaire && o.Public == other.Public && slices.Equal(o.Documents, other.Documents)
}

func (h *WhereHandlers) where(w http.ResponseWriter, r *http.Request) error {
	if moved, err := withoutCode(w, r, urls.PublicPlaces()); moved || err != nil {
		return err
	}
	q := httpx.Query(r)
	p := page(r, "Où demander un carnet\u00a0?", "Les guichets qui remettent des carnets de Pass numérique près de chez vous, à qui, et avec quels documents.")
	v := whereView{Commune: q.Get("commune"), Code: q.Get("commune_code")}
	if v.Commune == "" && v.Code == "" {
		return httpx.Render(w, r, http.StatusOK, wherePage(p, v))
	}
	where := meantBy(h.Communes, v.Commune, v.Code)
	if where.refusal != nil {
		p.Errors = ui.ErrorsFrom(where.refusal)
		v.Error = p.Errors.For("commune")
		return httpx.Render(w, r, http.StatusUnprocessableEntity, wherePage(p, v))
	}
	if where.commune == nil {
		v.Choices = communeChoices(h.Communes, where.several, func(c territory.Commune) string {
			return urls.With(urls.WhereToAsk(), "commune", c.Label(), "commune_code", c.Code)
		})
		return httpx.Render(w, r, http.StatusOK, wherePage(p, v))
	}
	commune := *where.commune
	list, err := h.Network.WhereToAsk(r.Context(), commune)
	if err != nil {
		return err
	}
	v.Commune, v.Code, v.Searched = commune.Label(), commune.Code, true
	v.Near = format.Of(commune.Name)
	v.Title = format.Count(len(list), "guichet", "guichets") + " près " + format.Of(commune.Name)
	for _, point := range list {
		v.Points = append(v.Points, askingOf(point))
	}
	return httpx.Render(w, r, http.StatusOK, wherePage(p, v))
}

func askingOf(p distribution.AskingPoint) askingView {
	v := askingView{Name: p.Name, Organisation: p.Organisation, Address: p.Address(), Hours: placeui.Unbroken(hours.Say(p.OpeningHours)), Phone: p.Phone, Note: p.Note}
	if p.Metres > 0 {
		v.Distance = "à " + format.Distance(p.Metres)
	}
	for _, o := range p.Orders {
		order := askingOrderView{Commanditaire: o.Commanditaire, Public: o.Public}
		for line := range strings.SplitSeq(o.Documents, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				order.Documents = append(order.Documents, line)
			}
		}
		if !slices.ContainsFunc(v.Orders, order.same) {
			v.Orders = append(v.Orders, order)
		}
	}
	return v
}
