package aiguilleur

import (
	"net/http"

	"passnum/internal/distribution"
	"passnum/web/conventionui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

func (h *Handlers) conventionScreens() *conventionui.Screens {
	return &conventionui.Screens{Network: h.Network, Links: conventionui.Links{List: urls.CounterConventions(), Of: urls.CounterConvention}}
}

func (h *Handlers) conventions(w http.ResponseWriter, r *http.Request) error {
	me := httpx.Actor(r).OrganisationID
	table, err := h.conventionScreens().Mine(r, func(c distribution.Convention) bool { return c.AiguilleurID == me },
		ui.EmptyArgs{Title: "Aucune convention", Body: "Un commanditaire qui veut vous confier des carnets vous en propose une. Vous la signez ici."})
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, conventionui.ListPage(httpx.Page(r, "Conventions"), "Elles vous donnent mandat de remettre les carnets d’un commanditaire.", nil, table))
}
