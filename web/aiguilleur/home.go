package aiguilleur

import (
	"errors"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/training"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type homeView struct {
	lead       string
	mayGive    bool
	several    bool
	figures    []ui.Figure
	parcels    []ui.Line
	toSign     []ui.Line
	started    []ui.Line
	today      ui.TableArgs
	todayTitle string
	endings    templ.Component
	mayPropose bool
	lessons    string // what is left to learn; empty for who has the attestation
}

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	point, open, err := h.counter(r, "")
	if errors.Is(err, distribution.ErrNoPoint) {
		return noPoint(w, r)
	}
	if err != nil {
		return err
	}
	stocks, err := h.Network.Stocks(r.Context(), actor)
	if err != nil {
		return err
	}
	given, err := h.Network.Today(r.Context(), actor, point.ID)
	if err != nil {
		return err
	}
	started, err := h.Network.StartedCarnets(r.Context(), actor, point.ID)
	if err != nil {
		return err
	}
	v := homeView{lead: point.Name + ", " + point.Town, mayGive: actor.Can(identity.HandOver), mayPropose: actor.Can(identity.Propose), several: len(open) > 1, started: startedLines(started, point.ID)}
	v.today, v.todayTitle = h.todayTable(given)
	if err := h.waiting(r, &v); err != nil {
		return err
	}
	if i := slices.IndexFunc(stocks, func(s distribution.Stock) bool { return s.Point.ID == point.ID }); i >= 0 {
		v.figures = homeFigures(stocks[i], given, len(v.parcels))
	}
	return httpx.Render(w, r, http.StatusOK, homePage(httpx.Page(r, "Guichet"), v))
}

// waiting reads what the counter has to do: parcels, conventions, lessons, ends.
func (h *Handlers) waiting(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	parcels, _, err := h.Custody.Transfers(r.Context(), actor, custody.CounterDesk, custody.Filter{State: custody.OnTheWay, Incoming: true})
	if err != nil {
		return err
	}
	conventions, err := h.Network.Conventions(r.Context(), actor)
	if err != nil {
		return err
	}
	v.parcels, v.toSign = waitingParcels(parcels), waitingConventions(conventions, actor)
	if v.lessons, err = h.lessonsLeft(r); err != nil || h.Endings == nil {
		return err
	}
	v.endings, err = h.Endings.Counter(r)
	return err
}

// lessonsLeft says what remains of the counter's course.
func (h *Handlers) lessonsLeft(r *http.Request) (string, error) {
	if h.Training == nil {
		return "", nil
	}
	mine, err := h.Training.Mine(r.Context(), httpx.Actor(r))
	if err != nil {
		return "", err
	}
	for _, p := range mine {
		switch left := len(p.Course.Lessons) - len(p.Passed); {
		case p.Course.Key != training.CounterCourse || p.Attestation != nil:
		case left == 0:
			return "Vos leçons sont terminées : il ne reste qu’à recevoir l’attestation.", nil
		default:
			return format.Count(left, "leçon", "leçons") + " pour bien remettre un carnet, à suivre quand vous avez cinq minutes.", nil
		}
	}
	return "", nil
}

func homeFigures(s distribution.Stock, given []distribution.HandOver, parcels int) []ui.Figure {
	live := 0
	for _, g := range given {
		if g.UndoneAt == nil {
			live++
		}
	}
	stock := ui.Figure{Label: "En stock", Value: format.Number(s.InStock()), Note: format.Plural(s.InStock(), "carnet à remettre", "carnets à remettre")}
	if s.Low() {
		stock.Tag = ui.Tag(ui.Warn, "stock bas")
	}
	return []ui.Figure{
		stock,
		{Label: "Remis aujourd’hui", Value: format.Number(live), Note: format.Plural(live, "carnet", "carnets")},
		{Label: "Remis en tout", Value: format.Number(s.HandedOver()), Note: format.Plural(s.HandedOver(), "carnet", "carnets")},
		{Label: "À recevoir", Value: format.Number(parcels), Note: format.Plural(parcels, "colis à confirmer", "colis à confirmer")},
	}
}

func waitingParcels(parcels []custody.Transfer) []ui.Line {
	var lines []ui.Line
	for _, p := range parcels {
		lines = append(lines, ui.Line{Tone: ui.Info, Strong: format.Count(p.Carnets, "carnet", "carnets"), Title: " pour " + p.ToLabel,
			Detail: p.Commanditaire + " · expédié le " + format.Date(p.SentAt), Action: ui.Link("Confirmer la réception", urls.Parcel(p.ID))})
	}
	return lines
}

func waitingConventions(conventions []distribution.Convention, actor identity.Actor) []ui.Line {
	var lines []ui.Line
	for _, c := range conventions {
		if c.AiguilleurID == actor.OrganisationID && c.ByAiguilleurAt == nil && c.EndedAt == nil {
			lines = append(lines, ui.Line{Tone: ui.Warn, Strong: c.Commanditaire, Detail: "Convention " + c.Number + ", à lire et à signer",
				Action: ui.Link("Lire la convention", urls.CounterConvention(c.ID))})
		}
	}
	return lines
}
