package commanditaire

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
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
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.AgreementWrite))
		r.Method(http.MethodPost, "/structures/{id}/agreer", h.change((*structure.Service).Agree, "La structure est agréée. Elle peut accepter les chèques de vos commandes limitées aux structures agréées."))
		r.Method(http.MethodPost, "/structures/{id}/retirer", h.change((*structure.Service).Withdraw, "L’agrément est retiré. Ce que la structure a déjà accepté reste payé."))
	})
}

// partnersShown is how many answers a search shows.
const partnersShown = 30

type agreementsView struct {
	Query    string
	Searched bool
	Found    []partner
	Agreed   []partner
	Writes   bool
	More     bool
}

type partner struct {
	ID             uuid.UUID
	Name, Town     string
	Places, Agreed string
}

func (h *AgreementHandlers) list(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	agreed, err := h.Structures.Agreed(r.Context(), actor)
	if err != nil {
		return err
	}
	q := httpx.Query(r)
	view := agreementsView{Query: q.Get("q"), Searched: q.Has("q"), Agreed: partners(agreed), Writes: actor.Can(identity.AgreementWrite)}
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

func partners(list []structure.Partner) []partner {
	rows := make([]partner, len(list))
	for i, p := range list {
		rows[i] = partner{ID: p.ID, Name: p.Name, Town: p.Town, Places: format.Count(p.Places, "lieu affiché", "lieux affichés")}
		if p.AgreedAt != nil {
			rows[i].Agreed = format.Date(*p.AgreedAt)
		}
	}
	return rows
}

func (h *AgreementHandlers) change(do func(*structure.Service, context.Context, identity.Actor, uuid.UUID) error, sentence string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		if err := do(h.Structures, r.Context(), httpx.Actor(r), id); err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, sentence)
		return httpx.SeeOther(w, r, urls.Agreements())
	}
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
		rows[i] = ui.NewRow(ui.TwoLines(ui.Text(p.Name), p.Town), ui.Text(p.Places), ui.Text(p.Agreed))
		if v.Writes {
			rows[i].Cells = append(rows[i].Cells, agreementButton(p))
		}
	}
	return rows
}

func agreementButton(p partner) templ.Component {
	if p.Agreed != "" {
		return ui.PostButton(urls.Agreement(p.ID, "retirer"), ui.ButtonArgs{Label: "Retirer", Hidden: "l’agrément de " + p.Name, Kind: ui.Quiet})
	}
	return ui.PostButton(urls.Agreement(p.ID, "agreer"), ui.ButtonArgs{Label: "Agréer", Hidden: p.Name, Kind: ui.Secondary})
}
