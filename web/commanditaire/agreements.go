package commanditaire

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/sheet"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// AgreementHandlers lets a commanditaire agree to structures one by one.
type AgreementHandlers struct {
	Structures *structure.Service
}

// Routes mounts the screens under /commanditaire.
func (h *AgreementHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.OrderRead))
		r.Method(http.MethodGet, "/structures", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/structures.csv", httpx.Handler(h.csv))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.AgreementWrite))
		r.Method(http.MethodPost, "/structures/{id}/agreer", httpx.Handler(h.agree))
		r.Method(http.MethodGet, "/structures/{id}/retirer", httpx.Handler(h.endForm))
		r.Method(http.MethodPost, "/structures/{id}/retirer", httpx.Handler(h.end))
		r.Method(http.MethodGet, "/structures/demandes/{id}", httpx.Handler(h.request))
		r.Method(http.MethodPost, "/structures/demandes/{id}/refuser", httpx.Handler(h.refuse))
	})
}

// partnersShown is how many answers a search shows.
const partnersShown = 30

type agreementsView struct {
	Query    string
	Searched bool
	Found    []partner
	Agreed   []partner
	Requests []ui.Row
	Writes   bool
	More     bool
}

type partner struct {
	ID             uuid.UUID
	Name, Town     string
	Places, Agreed string
	Ends           string
}

func (h *AgreementHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	agreed, err := h.Structures.Agreed(r.Context(), actor)
	if err != nil {
		return err
	}
	requests, err := h.Structures.AffiliationRequests(r.Context(), actor)
	if err != nil {
		return err
	}
	q := httpx.Query(r)
	view := agreementsView{Query: q.Get("q"), Searched: q.Has("q"), Agreed: partners(agreed), Writes: actor.Can(identity.AgreementWrite)}
	view.Requests = requestRows(requests, view.Writes)
	if view.Searched {
		found, err := h.Structures.Partners(r.Context(), actor, view.Query, partnersShown+1)
		if err != nil {
			return err
		}
		view.More = len(found) > partnersShown
		view.Found = partners(found[:min(len(found), partnersShown)])
	}
	return httpx.Render(w, r, http.StatusOK, agreementsPage(httpx.Page(r, "Structures agréées"), view))
}

func (h *AgreementHandlers) csv(w http.ResponseWriter, r *http.Request) error {
	agreed, err := h.Structures.Agreed(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.CSV(w, "structures-agreees.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Structure", "SIRET", "Commune", "Lieux affichés", "Agréée le", "Prend fin le"); err != nil {
			return err
		}
		for _, p := range agreed {
			last := sheet.Text("")
			if p.EndsOn != nil {
				last = sheet.Date(*p.EndsOn)
			}
			if err := out.Row(sheet.Text(p.Name), sheet.Text(p.SIRET), sheet.Text(p.Town), sheet.Int(p.Places), sheet.Date(p.AgreedAt.In(format.Paris)), last); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

func partners(list []structure.Partner) []partner {
	rows := make([]partner, len(list))
	for i, p := range list {
		rows[i] = partner{ID: p.ID, Name: p.Name, Town: p.Town, Places: format.Count(p.Places, "lieu affiché", "lieux affichés")}
		if p.AgreedAt != nil {
			rows[i].Agreed = format.Date(*p.AgreedAt)
		}
		if p.EndsOn != nil {
			rows[i].Ends = "prend fin le " + format.Date(*p.EndsOn)
			if p.EndedBy == "structure" {
				rows[i].Ends += ", à sa demande"
			}
		}
	}
	return rows
}

func requestRows(list []structure.Affiliation, writes bool) []ui.Row {
	rows := make([]ui.Row, len(list))
	for i, a := range list {
		name := ui.Text(a.Structure)
		if writes {
			name = ui.Link(a.Structure, urls.AgreementRequest(*a.RequestID))
		}
		rows[i] = ui.NewRow(ui.TwoLines(name, a.Town), ui.Text(format.Count(a.Places, "lieu affiché", "lieux affichés")), ui.Text(format.Date(*a.AskedAt)))
	}
	return rows
}

func (h *AgreementHandlers) agree(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Structures.Agree(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La structure est agréée. Elle peut accepter les chèques de vos commandes limitées aux structures agréées.")
	return httpx.SeeOther(w, r, urls.Agreements())
}

func (v agreementsView) columns() []ui.Column {
	columns := ui.Columns("Structure", "Lieux", "Agréée le")
	if v.Writes {
		columns = append(columns, ui.Column{Label: "Action", HideLabel: true})
	}
	return columns
}

func (v agreementsView) rows(list []partner) []ui.Row {
	rows := make([]ui.Row, len(list))
	for i, p := range list {
		since := ui.Text(p.Agreed)
		if p.Ends != "" {
			since = ui.TwoLines(ui.Text(p.Agreed), p.Ends)
		}
		rows[i] = ui.NewRow(ui.TwoLines(ui.Text(p.Name), p.Town), ui.Text(p.Places), since)
		if v.Writes {
			rows[i].Cells = append(rows[i].Cells, agreementButton(p))
		}
	}
	return rows
}

func agreementButton(p partner) templ.Component {
	switch {
	case p.Ends != "":
		return ui.PostButton(urls.Agreement(p.ID, "agreer"), ui.ButtonArgs{Label: "Agréer de nouveau", Hidden: p.Name, Kind: ui.Quiet})
	case p.Agreed != "":
		return ui.Button(ui.ButtonArgs{Label: "Mettre fin", Hidden: "à l’agrément de " + p.Name, Kind: ui.Quiet, Href: urls.Agreement(p.ID, "retirer")})
	default:
		return ui.PostButton(urls.Agreement(p.ID, "agreer"), ui.ButtonArgs{Label: "Agréer", Hidden: p.Name, Kind: ui.Secondary})
	}
}

// answered reads the form of an act, and shows it again when it is refused.
func answered(err error, again func(*fault.Error) error, done func() error) error {
	if refusal, ok := fault.ForForm(err); ok && refusal.Kind == fault.KindInvalid {
		return again(refusal)
	}
	if err != nil {
		return err
	}
	return done()
}
