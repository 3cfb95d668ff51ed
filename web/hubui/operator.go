package hubui

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/proposal"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// OperatorHandlers shows the operator every proposal: what waits, and where.
type OperatorHandlers struct {
	Proposals *proposal.Service
}

// Routes mounts the screens under /admin.
func (h *OperatorHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/structures/propositions", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/structures/propositions.csv", httpx.Handler(h.csv))
	})
}

func (h *OperatorHandlers) list(w http.ResponseWriter, r *http.Request) error {
	wanted := wantedOf(r)
	list, err := h.Proposals.All(r.Context(), httpx.Actor(r), wanted)
	if err != nil {
		return err
	}
	side := Side{base: urls.AdminProposals(), tabs: networkui.OperatorTabs(urls.AdminProposals()), title: "Structures proposées",
		lead: "Ce que les guichets et les hubs proposent aux commanditaires, et ce que deviennent ces structures."}
	v := listView{Side: side, Stage: string(wanted.Stage), CSV: urls.With(urls.AdminProposals()+".csv", "etape", string(wanted.Stage))}
	list, v.Pager = paged(list, side.base, wanted)
	v.Table = ui.TableArgs{Caption: "Structures proposées", HideCaption: true, Columns: ui.Columns("Structure", "Proposée par", "À", "Le", "Où elle en est"),
		Empty: ui.EmptyArgs{Title: "Aucune structure proposée", Body: "Les propositions des guichets paraissent ici."}}
	for _, p := range list {
		stage := stageTag(p)
		if p.Reason != "" {
			stage = ui.TwoLines(stage, p.Reason)
		}
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.TwoLines(ui.Text(p.Name), p.Town), ui.TwoLines(ui.Text(p.Proposer), adviser(p)), ui.Text(p.Commanditaire),
			ui.Text(format.Date(p.ProposedAt)), stage))
	}
	return httpx.Render(w, r, http.StatusOK, proposalsPage(httpx.Page(r, side.title), v))
}

func (h *OperatorHandlers) csv(w http.ResponseWriter, r *http.Request) error {
	return proposalsCSV(w, r, h.Proposals.All)
}
