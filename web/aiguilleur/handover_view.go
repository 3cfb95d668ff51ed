package aiguilleur

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/referentiel"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// handOverView is the work screen, ready to be drawn.
type handOverView struct {
	desk       desk
	pointName  string
	others     bool // several points: one may have to change
	stock      string
	typed      string // what the field shows
	cards      []cardView
	give       *giveView // when every carnet shown may go
	done       *doneView
	today      ui.TableArgs
	todayTitle string
}

// cardView is one carnet shown to the counter.
type cardView struct {
	ready   bool
	serial  string
	verdict ui.VerdictArgs
	terms   string // « 5 chèques de 10 € · jusqu’au 31 décembre 2026 »
	drop    string // puts it back; only in a household
	undo    []undoView
}

// giveView is what is asked before the hand-over.
type giveView struct {
	key, action string
	button      string
	pathway     string
	categories  []ui.Option // as tiles
	publics     []ui.Option // as a list, when the desk is crowded
	languages   []ui.Option
	ranks       []ui.Option // when some chèques only are given
	services    []ui.Option
	address     string
	letter      string
	places      []ui.NumberedItem
	order       string
	public      string
	ways        []ui.Crumb // other ways to give
}

type undoView struct{ action, label, serial, household string }

type doneView struct {
	word, terms, letterHref, pdfHref string
	undo                             []undoView
}

// workScreen prepares the work screen about a desk.
func (h *Handlers) workScreen(r *http.Request, d desk, typed choices, point distribution.Point, open []distribution.Point) (handOverView, error) {
	actor := httpx.Actor(r)
	v := handOverView{desk: d, pointName: point.Name, others: len(open) > 1, typed: d.carnet()}
	if d.together {
		v.typed = ""
	}
	stock, err := h.Network.InStock(r.Context(), actor, point.ID)
	if err != nil {
		return v, err
	}
	started, err := h.Network.StartedCarnets(r.Context(), actor, point.ID)
	if err != nil {
		return v, err
	}
	v.stock = format.Count(stock, "carnet", "carnets")
	if n := len(started); n > 0 {
		v.stock += " et " + format.Count(n, "entamé", "entamés")
	}
	given, err := h.Network.Today(r.Context(), actor, point.ID)
	if err != nil {
		return v, err
	}
	v.today, v.todayTitle = h.todayTable(given)
	return v, h.showCarnets(r, &v, typed, point)
}

// showCarnets judges the carnets of the desk and, when all may go, asks what is
// left to ask.
func (h *Handlers) showCarnets(r *http.Request, v *handOverView, typed choices, point distribution.Point) error {
	d := v.desk
	ready := len(d.serials) > 0
	var first distribution.CarnetCard
	for i, serial := range d.serials {
		card, err := h.Network.Look(r.Context(), httpx.Actor(r), point.ID, serial)
		if err != nil {
			return err
		}
		switch {
		case i == 0:
			first = card
		case card.Ready() && card.Order() != first.Order():
			card.Verdict, card.Word, card.Reason = distribution.Elsewhere, "Autre commande", distribution.ErrMixedHousehold.Sentence
		}
		shown := h.cardOf(card)
		if len(d.serials) > 1 {
			shown.drop = d.without(serial)
		}
		if d.together && card.Ready() {
			shown.terms = format.Count(card.Terms.Cheques, "chèque", "chèques")
		}
		v.cards = append(v.cards, shown)
		ready = ready && shown.ready
	}
	if !ready {
		return nil
	}
	// A started carnet has no whole to give: its chèques are chosen.
	v.desk.part = d.part || first.Started
	give, err := h.giveOf(r, v.desk, first, typed, point)
	v.give = give
	return err
}

func (h *Handlers) cardOf(card distribution.CarnetCard) cardView {
	v := cardView{ready: card.Ready(), serial: card.Serial, verdict: ui.VerdictArgs{Tone: tone(card.Verdict), Word: card.Word, Reason: card.Reason, Action: card.Advice}}
	if card.Terms != nil {
		until := format.ShortDate(card.UsableUntil) + " " + strconv.Itoa(card.UsableUntil.Year())
		v.terms = card.Terms.Format() + ", jusqu’au " + until
		if card.Started {
			v.terms = card.Reason + " Jusqu’au " + until
		}
	}
	if card.Given != nil && !v.ready {
		v.undo = h.undoOf(*card.Given)
	}
	return v
}

func tone(v distribution.Verdict) ui.Tone {
	switch v {
	case distribution.Ready:
		return ui.Good
	case distribution.OtherPoint, distribution.NotReceived, distribution.OrderNotActive:
		return ui.Warn
	default:
		return ui.Bad
	}
}

func (h *Handlers) giveOf(r *http.Request, d desk, card distribution.CarnetCard, typed choices, point distribution.Point) (*giveView, error) {
	places, err := h.Network.Preview(r.Context(), httpx.Actor(r), card)
	if err != nil {
		return nil, err
	}
	g := &giveView{
		key: uuid.NewString(), action: urls.Give(), button: giveButton(d), categories: categoryOptions(typed.category),
		languages: ui.Selected(languages, languageOf(typed.language)), services: serviceOptions(d.services), address: typed.address,
		letter: letterIntro(len(places), point), places: placeItems(places),
		order: card.Terms.Commanditaire + ", «\u00a0" + card.Terms.Title + "\u00a0»", public: card.Terms.PublicCible, ways: waysOf(d, card),
	}
	g.publics = append([]ui.Option{{Label: "Public : sans réponse"}}, g.categories...)
	if d.pathway != nil {
		g.pathway = d.pathway.String()
	}
	if d.part {
		g.ranks = rankOptions(card, typed.ranks)
	}
	if d.post {
		g.action = urls.GiveByPost()
	}
	return g, nil
}

// giveButton says exactly what the button will do.
func giveButton(d desk) string {
	what := "Remettre"
	switch n := len(d.serials); {
	case d.part:
		what = "Remettre les chèques cochés"
	case n > 1:
		what = fmt.Sprintf("Remettre les %d carnets", n)
	}
	if d.post {
		return what + " par courrier et imprimer"
	}
	return what + " et imprimer la lettre"
}

// waysOf are the other ways to give what is on the desk.
func waysOf(d desk, card distribution.CarnetCard) []ui.Crumb {
	ways := []ui.Crumb{{Label: "Faire le point avec la personne", Href: urls.With(urls.Orientation(), d.pairs()...)}}
	add := func(on bool, set, unset string, change func(*desk)) {
		label := set
		if on {
			label = unset
		}
		ways = append(ways, ui.Crumb{Label: label, Href: d.with(change)})
	}
	if !d.together && !card.Started {
		add(d.part, "Quelques chèques seulement", "Tout le carnet", func(d *desk) { d.part = !d.part })
	}
	add(d.post, "Envoyer par courrier", "Remettre au guichet", func(d *desk) { d.post = !d.post })
	if !d.together && !card.Started {
		add(false, "Plusieurs carnets au même foyer", "", func(d *desk) { d.together, d.part = true, false })
	}
	return ways
}

func categoryOptions(chosen string) []ui.Option {
	options := make([]ui.Option, len(distribution.Categories))
	for i, c := range distribution.Categories {
		options[i] = ui.Option{Value: c.Key, Label: c.Label, Checked: c.Key == chosen}
	}
	return options
}

func rankOptions(card distribution.CarnetCard, chosen []int) []ui.Option {
	options := make([]ui.Option, len(card.Left))
	for i, rank := range card.Left {
		options[i] = ui.Option{Value: strconv.Itoa(rank), Label: "n°\u00a0" + strconv.Itoa(rank), Checked: slices.Contains(chosen, rank)}
	}
	return options
}

// serviceOptions are what an orientation proposed, each kept unless unticked.
func serviceOptions(numbers []int) []ui.Option {
	var options []ui.Option
	for _, n := range numbers {
		if entry, ok := referentiel.Load().Entry(n); ok {
			options = append(options, ui.Option{Value: strconv.Itoa(n), Label: entry.Label, Checked: true})
		}
	}
	return options
}

func letterIntro(places int, point distribution.Point) string {
	switch places {
	case 0:
		return "Aucun lieu proche n’accepte encore ces chèques. La lettre dira comment en trouver un."
	case 1:
		return "Un lieu proche " + format.Of(point.Town) + " accepte ces chèques\u00a0:"
	default:
		return fmt.Sprintf("%s lieux proches %s acceptent ces chèques\u00a0:", map[int]string{2: "Deux", 3: "Trois"}[places], format.Of(point.Town))
	}
}

func placeItems(places []distribution.NearPlace) []ui.NumberedItem {
	items := make([]ui.NumberedItem, len(places))
	for i, p := range places {
		items[i] = ui.NumberedItem{Title: p.Name, Detail: joined(p.Distance, p.Hours, phone(p.Phone))}
	}
	return items
}

func joined(parts ...string) string {
	out := ""
	for _, p := range parts {
		if p == "" {
			continue
		}
		if out != "" {
			out += " · "
		}
		out += p
	}
	return out
}

func noPoint(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, noPointPage(httpx.Page(r, "Guichet"), pointMaker(r)))
}
