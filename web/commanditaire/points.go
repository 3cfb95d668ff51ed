package commanditaire

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type networkView struct {
	figures []ui.Figure
	table   ui.TableArgs
}

// points lists the attached points and what each holds of one's carnets.
func (h *NetworkHandlers) points(w http.ResponseWriter, r *http.Request) error {
	stocks, err := h.Network.Network(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := networkView{table: ui.TableArgs{
		Caption: "Points de distribution", HideCaption: true, Columns: ui.Columns("Point", "Référent", "#En stock", "#En route", "#Remis", "Formation", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun point de distribution", Body: "Les points d’un aiguilleur apparaissent ici quand il a signé votre convention.", Action: "Voir les conventions", ActionHref: urls.Conventions()},
	}}
	trained, err := h.trained(r, stocks)
	if err != nil {
		return err
	}
	inStock, coming, given, low := 0, 0, 0, 0
	for _, s := range stocks {
		inStock, coming, given = inStock+s.InStock(), coming+s.Coming(), given+s.HandedOver()
		if s.Low() && s.Point.Open() {
			low++
		}
		v.table.Rows = append(v.table.Rows, ui.NewRow(
			ui.TwoLines(ui.Text(s.Point.Name), s.Point.AiguilleurName+", "+s.Point.Town),
			ui.TwoLines(ui.Text(s.Point.ReferentName), s.Point.Phone),
			ui.Number(s.InStock()), ui.Number(s.Coming()), ui.Number(s.HandedOver()), ui.TrainedTag(trained[s.Point.ID]), stockTag(s)))
	}
	if len(stocks) > 0 {
		v.figures = networkFigures(len(stocks), inStock, coming, given, low)
	}
	return httpx.Render(w, r, http.StatusOK, networkPage(httpx.Page(r, "Points de distribution"), v))
}

// trained counts the people of each point who followed the counter's lessons.
func (h *NetworkHandlers) trained(r *http.Request, stocks []distribution.Stock) (map[uuid.UUID]int, error) {
	points := make([]uuid.UUID, len(stocks))
	for i, s := range stocks {
		points[i] = s.Point.ID
	}
	return h.Training.TrainedAgents(r.Context(), httpx.Actor(r), points)
}

func networkFigures(points, inStock, coming, given, low int) []ui.Figure {
	stock := ui.Figure{Label: "En stock", Value: format.Number(inStock), Note: format.Plural(inStock, "carnet", "carnets")}
	if low > 0 {
		stock.Tag = ui.Tag(ui.Warn, format.Count(low, "point bas", "points bas"))
	}
	return []ui.Figure{
		{Label: "Points", Value: format.Number(points), Note: "de distribution"},
		stock,
		{Label: "En route", Value: format.Number(coming), Note: format.Plural(coming, "carnet", "carnets")},
		{Label: "Remis", Value: format.Number(given), Note: format.Plural(given, "carnet", "carnets")},
	}
}

func stockTag(s distribution.Stock) templ.Component {
	switch {
	case !s.Point.Open():
		return ui.Tag(ui.Neutral, "fermé")
	case s.Low():
		return ui.Tag(ui.Warn, "stock bas")
	case s.InStock() == 0 && s.Coming() > 0:
		return ui.Tag(ui.Info, "en route")
	case s.InStock() == 0:
		return ui.Tag(ui.Neutral, "sans carnet")
	default:
		return ui.Tag(ui.Good, "approvisionné")
	}
}
