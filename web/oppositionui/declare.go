package oppositionui

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/opposition"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// typed is a declaration as somebody typed it.
type typed struct {
	order    string
	from, to string
	numbers  string
	cause    string
	note     string
	expected int
}

func readTyped(form httpx.Values) typed {
	expected, _ := form.Int("attendus")
	return typed{order: form.Get("commande"), from: form.Get("du"), to: form.Get("au"), numbers: form.Get("numeros"), cause: form.Get("cause"), note: form.Get("note"), expected: expected}
}

// selection joins the range and the pasted numbers.
func (t typed) selection() opposition.Selection {
	sel := opposition.Selection{Numbers: t.numbers}
	sel.OrderID, _ = uuid.Parse(t.order)
	if t.from != "" {
		last := t.to
		if last == "" {
			last = t.from
		}
		sel.Numbers = strings.TrimSpace(t.from + " à " + last + "\n" + t.numbers)
	}
	return sel
}

type formView struct {
	side   Side
	typed  typed
	orders []ui.Option
	causes []ui.Option
	lead   string
	hint   string
	recent ui.TableArgs
}

func (h *Handlers) form(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	return h.showForm(w, r, typed{order: query.Get("commande"), numbers: cmp.Or(query.Get("serials"), query.Get("carnet"))}, nil)
}

func (h *Handlers) showForm(w http.ResponseWriter, r *http.Request, t typed, refusal *fault.Error) error {
	v := formView{side: h.Side, typed: t}
	for _, c := range opposition.Causes {
		v.causes = append(v.causes, ui.Option{Value: string(c), Label: c.Label(), Checked: t.cause == string(c)})
	}
	v.lead = "Les chèques non utilisés sont bloqués dès que vous confirmez l’aperçu. Au-delà de 10\u00a0carnets d’une commande dans la journée, une deuxième personne doit confirmer."
	v.hint = "Un numéro par ligne, ou « C26-014-000001 à C26-014-000050 ». Il est sur la couverture et sur le talon."
	if h.Side.Origin == opposition.ByCommanditaire {
		orders, err := h.Oppositions.Orders(r.Context(), httpx.Actor(r))
		if err != nil {
			return err
		}
		v.orders = append(v.orders, ui.Option{Label: "Celle des numéros"})
		for _, o := range orders {
			v.orders = append(v.orders, ui.Option{Value: o.ID.String(), Label: o.Number + " · " + o.Title + " (" + format.Count(o.Minted, "carnet", "carnets") + ")", Checked: t.order == o.ID.String()})
		}
	}
	if h.Side.Origin == opposition.ByCounter {
		list, _, err := h.Oppositions.List(r.Context(), httpx.Actor(r), h.Side.Origin, opposition.Filter{Limit: 5})
		if err != nil {
			return err
		}
		v.recent = h.table(list, false)
	}
	p := h.page(r, "Déclarer une perte ou un vol")
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, formPage(p, v))
}

// preview shows what a declaration would do, before anything is done.
func (h *Handlers) preview(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t := readTyped(form)
	if form.Has("corriger") {
		return h.showForm(w, r, t, nil)
	}
	if refusal := t.check(); refusal != nil {
		return h.showForm(w, r, t, refusal)
	}
	return h.showPreview(w, r, t, nil)
}

// check tells, with the numbers' own refusal, what else is missing.
func (t typed) check() *fault.Error {
	if opposition.Cause(t.cause).Label() == "" {
		return fault.Field("cause", "Dites s’il s’agit d’une perte, d’un vol ou d’autre chose.")
	}
	return nil
}

func (h *Handlers) showPreview(w http.ResponseWriter, r *http.Request, t typed, refusal *fault.Error) error {
	found, err := h.Oppositions.Preview(r.Context(), httpx.Actor(r), h.Side.Origin, t.selection())
	if refused, ok := fault.ForForm(err); ok {
		return h.showForm(w, r, t, refused)
	}
	if err != nil {
		return err
	}
	t.expected = len(found.Targets)
	p := h.page(r, "Aperçu de l’opposition")
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, previewPage(p, h.newPreview(found, t)))
}

func (h *Handlers) declare(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t := readTyped(form)
	o, err := h.Oppositions.Declare(r.Context(), httpx.Actor(r), h.Side.Origin, opposition.Declaration{
		Selection: t.selection(), Cause: opposition.Cause(t.cause), Note: t.note, Expected: t.expected})
	if refusal, ok := fault.ForForm(err); ok {
		if refusal.Kind == fault.KindConflict {
			return h.showPreview(w, r, t, refusal)
		}
		return h.showForm(w, r, t, refusal)
	}
	if err != nil {
		return err
	}
	sentence := format.Count(o.Blocked, "carnet bloqué", "carnets bloqués") + "\u00a0: " + format.Count(o.LiveCheques, "chèque est refusé", "chèques sont refusés") + " partout dès maintenant."
	if o.State == opposition.Waiting {
		sentence = "Déclaration enregistrée. Rien n’est bloqué encore\u00a0: une deuxième personne doit confirmer."
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, h.Side.Of(o.ID))
}

type previewView struct {
	side    Side
	typed   typed
	figures []ui.Figure
	serials []string
	points  ui.TableArgs
	spent   ui.TableArgs
	skipped []string
	second  string
	act     string
	what    string
}

// mostShown bounds what a page lists.
const mostShown = 100

func (h *Handlers) newPreview(found opposition.Preview, t typed) previewView {
	n := len(found.Targets)
	v := previewView{
		side: h.Side, typed: t, serials: cut(found.Serials()), act: "Bloquer " + format.Count(n, "carnet", "carnets") + " maintenant",
		what: found.Commanditaire + " · commande " + found.OrderNumber + " · " + found.OrderTitle,
		figures: []ui.Figure{
			{Label: "Carnets à bloquer", Value: format.Number(n)},
			{Label: "Chèques non utilisés", Value: format.Number(found.LiveCheques()), Note: "seront refusés partout"},
			{Label: "Valeur bloquée", Value: found.LiveCents().Short(), Note: "retourne aux fonds de la commande"},
			{Label: "Déjà utilisés", Value: format.Number(found.SpentCheques()), Note: "restent payés"},
		},
	}
	if found.TwoPeople {
		v.act = "Demander la confirmation"
		v.second = "Plus de 10\u00a0carnets\u00a0: une deuxième personne de votre organisation, ou l’opérateur, doit confirmer. Rien n’est bloqué avant."
		if found.Recent > 0 {
			v.second = "Avec ceux que vous avez déjà bloqués depuis 24\u00a0heures (" + format.Number(found.Recent) + "), cela fait plus de 10\u00a0carnets de cette commande\u00a0: une deuxième personne doit confirmer. Rien n’est bloqué avant."
		}
	}
	v.points = pointsTable(found.Targets)
	v.spent = spentTable(found.Spent())
	for _, s := range found.Skipped {
		v.skipped = append(v.skipped, s.Serial)
	}
	v.skipped = cut(v.skipped)
	return v
}

// cut keeps the first words of a list and says how many are left.
func cut(list []string) []string {
	if len(list) <= mostShown {
		return list
	}
	return append(list[:mostShown:mostShown], "et "+strconv.Itoa(len(list)-mostShown)+" autres")
}

func pointsTable(targets []opposition.Target) ui.TableArgs {
	table := ui.TableArgs{Caption: "Où ils étaient", HideCaption: true, Columns: ui.Columns("Point", "#Carnets", "#Chèques à bloquer")}
	var names []string
	carnets, cheques := map[string]int{}, map[string]int{}
	for _, t := range targets {
		name := t.PointName
		if name == "" {
			name = "Pas encore à un point"
		}
		if carnets[name] == 0 {
			names = append(names, name)
		}
		carnets[name]++
		cheques[name] += t.LiveCheques
	}
	for _, name := range names {
		table.Rows = append(table.Rows, ui.NewRow(ui.Text(name), ui.Number(carnets[name]), ui.Number(cheques[name])))
	}
	return table
}

// spentTable counts what was spent, carnet by carnet: neither where nor when.
func spentTable(targets []opposition.Target) ui.TableArgs {
	table := ui.TableArgs{Caption: "Chèques déjà utilisés", HideCaption: true, Columns: ui.Columns("Carnet", "#Utilisés", "#Valeur payée")}
	for i, t := range targets {
		if i == mostShown {
			break
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Serial(t.Serial), ui.Number(t.SpentCheques), ui.Amount(t.SpentCents)))
	}
	return table
}

// expected is what the preview counted, as the form sends it back.
func expected(t typed) string { return strconv.Itoa(t.expected) }
