package endingui

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Panels draws, on the first pages of others, what ends soon. A nil component is
// nothing to say.
type Panels struct{ Endings *ending.Service }

// Commanditaire warns of the reader's own orders that end, with their four
// counters and what is asked.
func (p *Panels) Commanditaire(r *http.Request) (templ.Component, error) {
	actor := httpx.Actor(r)
	if !actor.Can(identity.OrderRead) {
		return nil, nil
	}
	list, err := p.Endings.Notices(r.Context(), actor)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	t := ui.TableArgs{Caption: "Commandes qui finissent", HideCaption: true, Columns: ui.Columns("Commande", "Dernier jour", "#Émis", "#Remis", "#Jamais remis", "#Entamés", "À faire")}
	for _, n := range list {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(n.Number, urls.Ending(n.ID)), n.Title), ui.TwoLines(ui.Text(format.MediumDate(n.ValidUntil)), n.Phase().Label()),
			ui.Number(n.Counters.Issued), ui.Number(n.Counters.Injected), ui.Number(n.Counters.NotInjected), ui.Number(n.Counters.Started), toAnswer(n.Summary)))
	}
	return noticesPanel(t), nil
}

func toAnswer(s ending.Summary) templ.Component {
	if step := s.Awaits(); step != "" {
		return ui.Tag(ui.Warn, asked(step))
	}
	if s.Phase() == ending.ToReturn {
		return ui.Tag(ui.Info, "choisir ce que devient l’avoir")
	}
	return ui.Muted("rien pour l’instant")
}

// Order warns, on an order's page, that it ends; it always leads to its end.
func (p *Panels) Order(r *http.Request, id uuid.UUID) (templ.Component, error) {
	d, err := p.Endings.Brief(r.Context(), httpx.Actor(r), ending.ForCommanditaire, id)
	if err != nil {
		return nil, err
	}
	words := "Les chèques sont valables jusqu’au " + format.Date(d.ValidUntil) + "."
	tone := ui.Info
	if step := d.Awaits(); step != "" && d.CommanditaireID == httpx.Actor(r).OrganisationID {
		tone, words = ui.Warn, words+" Votre organisation doit "+asked(step)+"."
	}
	return orderPanel(tone, d.Phase(), words, urls.Ending(id)), nil
}

// Counter warns who gives carnets of those that end soon, and of those that must
// not be given any more.
func (p *Panels) Counter(r *http.Request) (templ.Component, error) {
	list, err := p.Endings.StockEndings(r.Context(), httpx.Actor(r))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var lines []ui.Line
	for _, s := range list {
		l := ui.Line{Tone: ui.Warn, Strong: format.Count(s.Carnets, "carnet", "carnets"), Title: "commande " + s.Number + ", " + s.Commanditaire,
			Detail: "à donner avant le " + format.Date(s.Until), Word: "finit bientôt"}
		if s.Stopped {
			l.Tone, l.Detail, l.Word = ui.Bad, "ne les remettez plus, rendez-les au commanditaire", "remises arrêtées"
		} else if s.Until.Before(p.Endings.Today()) {
			l.Tone, l.Detail, l.Word = ui.Bad, "plus valables depuis le "+format.Date(s.Until.AddDate(0, 0, 1))+", rendez-les au commanditaire", "périmés"
		}
		lines = append(lines, l)
	}
	return counterPanel(lines), nil
}

// Structure tells who takes chèques which ones end soon.
func (p *Panels) Structure(r *http.Request) (templ.Component, error) {
	list, err := p.Endings.NearEndings(r.Context(), httpx.Actor(r))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var lines []ui.Line
	for _, n := range list {
		lines = append(lines, ui.Line{Tone: ui.Warn, Strong: format.Date(n.Until), Title: n.Commanditaire + ", commande " + n.Number,
			Detail: "acceptés par tolérance jusqu’au " + format.Date(n.Last), Word: "finit bientôt"})
	}
	return structurePanel(lines), nil
}

// Operator is what the ends of orders ask of the operator, as tasks.
func (p *Panels) Operator(r *http.Request) ([]ui.Task, error) {
	pending, err := p.Endings.Pending(r.Context(), httpx.Actor(r))
	if err != nil {
		return nil, err
	}
	var tasks []ui.Task
	add := func(n int, one, many, hint string, phase ending.Phase) {
		if n > 0 {
			tasks = append(tasks, ui.Task{Title: format.Count(n, one, many), Hint: hint, Href: urls.With(urls.AdminEndings(), "etat", string(phase)), Status: ui.Tag(ui.Warn, "à faire")})
		}
	}
	add(pending.Contested, "état contradictoire contesté", "états contradictoires contestés", "Répondre au commanditaire, retirer l’état et l’établir de nouveau", ending.Signing)
	add(pending.ToSign, "état contradictoire à signer", "états contradictoires à signer", "Lire, puis signer pour l’opérateur", ending.Signing)
	add(pending.WithDisputes, "commande périmée avec un litige", "commandes périmées avec un litige", "L’état contradictoire attend la réponse", ending.Past)
	add(pending.ToReturn, "avoir à rendre", "avoirs à rendre", "Rembourser, ou reporter sur une autre commande", ending.ToReturn)
	return tasks, nil
}
