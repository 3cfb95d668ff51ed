package oppositionui

import (
	"time"

	"github.com/a-h/templ"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type detailView struct {
	side           Side
	title, lead    string
	tag            templ.Component
	waiting        string // what is expected before anything is blocked
	confirm        string // addresses; empty when it is not the reader's to decide
	refuse         string
	refuseLabel    string
	figures        []ui.Figure
	steps          []ui.Step
	note           string
	carnets, spent ui.TableArgs
	more           string
	liftAction     string
	lift           liftTyped
	pending        []pendingLift
	ask            string // address by which the commanditaire asks for new carnets
	asked          string
	means          string
	replace        string
	replaceLabel   string
	print          string
	ship           string
	toShip         string
	points         []ui.Option
}

// pendingLift is a lifting that a second person may decide.
type pendingLift struct {
	text            string
	confirm, refuse string
}

func (h *Handlers) newDetail(d opposition.Detail, actor identity.Actor) detailView {
	v := detailView{
		side: h.Side, title: "Opposition " + d.Number, tag: stateTag(d.Opposition), note: d.Note,
		lead: d.Cause.Label() + " de " + format.Count(d.Carnets, "carnet", "carnets") + " · " + d.Commanditaire + " · commande " + d.OrderNumber + ", " + d.OrderTitle,
		figures: []ui.Figure{
			{Label: "Carnets bloqués", Value: format.Number(d.Blocked), Note: "sur " + format.Count(d.Carnets, "déclaré", "déclarés")},
			{Label: "Chèques bloqués", Value: format.Number(d.LiveCheques), Note: d.LiveCents.Short()},
			{Label: "Déjà utilisés", Value: format.Number(d.SpentCheques), Note: d.SpentCents.Short() + ", restent payés"},
			{Label: "Remplacés", Value: format.Number(d.Replaced), Note: replacedNote(d)},
		},
		steps: steps(d),
	}
	v.addDecision(h, d, actor)
	v.addCarnets(d)
	if d.State == opposition.InForce && d.Blocked > d.Replaced && actor.Can(declares[h.Side.Origin]) && mayDecide(h.Side, d, actor) {
		v.liftAction = h.Side.Of(d.ID, "lever")
	}
	if h.Side.Origin == opposition.ByCommanditaire && d.Replaceable() && actor.Can(identity.OrderWrite) {
		v.ask = h.Side.Of(d.ID, "remplacement")
	}
	if d.AskedAt != nil {
		v.ask, v.asked = "", "Demandés à l’opérateur le "+format.Date(*d.AskedAt)+" par "+d.AskedByName+"."
	}
	return v
}

// mayDecide reports whether the side confirms and lifts: a counter does for what
// it declared.
func mayDecide(side Side, d opposition.Detail, actor identity.Actor) bool {
	return side.Origin != opposition.ByCounter || d.DeclaredFor != nil && *d.DeclaredFor == actor.OrganisationID
}

func replacedNote(d opposition.Detail) string {
	if d.ToShip > 0 {
		return format.Number(d.ToShip) + " à expédier"
	}
	return ""
}

func (v *detailView) addDecision(h *Handlers, d opposition.Detail, actor identity.Actor) {
	decides := actor.Can(confirms[h.Side.Origin]) && mayDecide(h.Side, d, actor)
	if d.State == opposition.Waiting {
		v.waiting = "Plus de 10\u00a0carnets\u00a0: rien n’est bloqué tant qu’une autre personne que " + d.DeclaredByName + " n’a pas confirmé."
		v.refuseLabel = "Ne pas confirmer"
		if decides {
			v.refuse = h.Side.Of(d.ID, "refuser")
		}
		if decides && d.DeclaredBy != actor.AccountID {
			v.confirm = h.Side.Of(d.ID, "confirmer")
		} else if decides {
			v.refuseLabel = "Retirer ma déclaration"
		}
	}
	for _, l := range d.Liftings {
		if l.State != opposition.LiftingWaiting {
			continue
		}
		p := pendingLift{text: l.AskedByName + " demande de rendre " + format.Count(l.Carnets, "carnet", "carnets") + " à l’usage\u00a0: «\u00a0" + l.Reason + "\u00a0». Une deuxième personne doit confirmer."}
		if decides {
			p.refuse = h.Side.Of(d.ID, "levees", l.ID.String(), "refuser")
		}
		if decides && l.AskedBy != actor.AccountID {
			p.confirm = h.Side.Of(d.ID, "levees", l.ID.String(), "confirmer")
		}
		v.pending = append(v.pending, p)
	}
}

// mostCarnets bounds the carnets a page lists.
const mostCarnets = 300

func (v *detailView) addCarnets(d opposition.Detail) {
	v.carnets = ui.TableArgs{Caption: "Carnets de l’opposition", HideCaption: true, Columns: ui.Columns("Carnet", "#Bloqués", "#Déjà utilisés", "État", "Remplacé par"),
		Empty: ui.EmptyArgs{Title: "Aucun de vos carnets"}}
	for i, c := range d.Holds {
		if i == mostCarnets {
			v.more = "Et " + format.Count(len(d.Holds)-i, "autre carnet", "autres carnets") + "."
			break
		}
		replacement := ui.Text("")
		if c.Replacement != "" {
			replacement = ui.Serial(c.Replacement)
		}
		v.carnets.Rows = append(v.carnets.Rows, ui.NewRow(ui.Serial(c.Serial), ui.Number(c.LiveCheques), ui.Number(c.SpentCheques), carnetTag(d, c), replacement))
	}
}

func carnetTag(d opposition.Detail, c opposition.Carnet) templ.Component {
	switch {
	case c.LiftedAt != nil:
		return ui.Tag(ui.Good, "retrouvé le "+format.ShortDate(*c.LiftedAt))
	case c.Blocked():
		return ui.Tag(ui.Bad, "bloqué")
	case d.State == opposition.Waiting:
		return ui.Tag(ui.Warn, "à confirmer")
	default:
		return ui.Tag(ui.Neutral, "non bloqué")
	}
}

func spentDetail(list []opposition.SpentCheque) ui.TableArgs {
	table := ui.TableArgs{Caption: "Chèques déjà utilisés", HideCaption: true, Columns: ui.Columns("Chèque", "Jour", "Structure", "#Montant payé")}
	for _, c := range list {
		table.Rows = append(table.Rows, ui.NewRow(ui.TwoLines(ui.Serial(c.Serial), "n° "+format.Number(c.Rank)), ui.Text(format.Date(c.Day)), ui.Text(c.Structure), ui.Amount(money.Cents(c.Amount))))
	}
	return table
}

func steps(d opposition.Detail) []ui.Step {
	at := func(t time.Time) string { return format.ShortDate(t) + " à " + format.Time(t) }
	list := []ui.Step{{Label: "Déclarée", Date: at(d.DeclaredAt), Note: d.DeclaredByName + ", " + d.DeclaredForName, State: ui.Done}}
	switch {
	case d.State == opposition.Waiting:
		list = append(list, ui.Step{Label: "Deuxième personne", Note: "Rien n’est bloqué avant.", State: ui.Current})
	case d.State == opposition.Refused && d.DecidedAt != nil:
		list = append(list, ui.Step{Label: "Non confirmée", Date: at(*d.DecidedAt), Note: d.DecidedByName, State: ui.Done})
	case d.TwoPeople && d.DecidedAt != nil:
		list = append(list, ui.Step{Label: "Confirmée, carnets bloqués", Date: at(*d.DecidedAt), Note: d.DecidedByName, State: ui.Done})
	default:
		list = append(list, ui.Step{Label: "Carnets bloqués", Date: at(d.DeclaredAt), State: ui.Done})
	}
	for _, l := range d.Liftings {
		step := ui.Step{Label: "Levée de " + format.Count(l.Carnets, "carnet", "carnets"), Date: at(l.AskedAt), Note: l.AskedByName + "\u00a0: " + l.Reason, State: ui.Done}
		switch l.State {
		case opposition.LiftingWaiting:
			step.Label, step.State = step.Label+", à confirmer", ui.Current
		case opposition.LiftingRefused:
			step.Label += ", refusée"
		}
		list = append(list, step)
	}
	if d.AskedAt != nil {
		list = append(list, ui.Step{Label: "Remplacement demandé", Date: at(*d.AskedAt), Note: d.AskedByName, State: ui.Done})
	}
	if n := len(d.Replacements); n > 0 {
		list = append(list, ui.Step{Label: format.Count(n, "carnet neuf fabriqué", "carnets neufs fabriqués"), Date: at(d.Replacements[0].At), State: ui.Done,
			Note: d.Replacements[0].NewSerial + through(d.Replacements[n-1].NewSerial, n)})
	}
	return list
}

func through(last string, n int) string {
	if n == 1 {
		return ""
	}
	return " à " + last
}

// addMeans tells the operator how many new carnets the released value pays for.
func (v *detailView) addMeans(m opposition.Means) {
	switch {
	case m.Missing == 0:
		return
	case m.Covered == 0:
		v.means = "Un carnet neuf vaut " + m.Worth.Short() + ". Les oppositions de la commande ont libéré " + m.Free.Short() + "\u00a0: il manque " + m.Lacks().Short() +
			". En attendant, un guichet peut remettre quelques chèques d’un carnet de son stock."
		return
	case m.Covered < m.Missing:
		v.means = "La valeur libérée par les oppositions de la commande (" + m.Free.Short() + ") paie " + format.Count(m.Covered, "carnet neuf", "carnets neufs") + " de " + m.Worth.Short() +
			" sur " + format.Number(m.Missing) + ". Les autres attendront."
	default:
		v.means = "La valeur libérée paie " + format.Count(m.Covered, "carnet neuf", "carnets neufs") + " de " + m.Worth.Short() + ", numérotés à la suite de la commande."
	}
	v.replaceLabel = "Fabriquer " + format.Count(m.Covered, "carnet neuf", "carnets neufs")
	v.replace = "remplacer"
}

func (v *detailView) addPoints(d opposition.Detail, points []opposition.Point) {
	v.ship = v.side.Of(d.ID, "expedier")
	v.toShip = format.Count(d.ToShip, "carnet neuf à expédier", "carnets neufs à expédier")
	v.points = []ui.Option{{Label: "Choisissez un point"}}
	for _, p := range points {
		v.points = append(v.points, ui.Option{Value: p.ID.String(), Label: p.Name + " · " + p.Aiguilleur, Checked: len(points) == 1})
	}
}

// ForCounter is the counter's side.
func ForCounter() Side {
	return Side{Origin: opposition.ByCounter, Prefix: urls.Counter(), List: urls.LostList(), New: urls.Lost(), Of: urls.LostOne, Crumb: "Oppositions"}
}

// ForCommanditaire is the commanditaire's side, within the tabs of its hub.
func ForCommanditaire(tabs func(current string) []ui.Tab) Side {
	return Side{Origin: opposition.ByCommanditaire, Prefix: "/commanditaire", List: urls.CarnetOppositions(), New: urls.NewCarnetOpposition(),
		Of: urls.CarnetOpposition, Tabs: tabs, Crumb: "Oppositions"}
}

// ForOperator is the operator's side.
func ForOperator(tabs func(current string) []ui.Tab) Side {
	return Side{Origin: opposition.ByOperator, Prefix: "/admin", List: urls.AdminOppositions(), New: urls.NewAdminOpposition(), Of: urls.AdminOpposition, Tabs: tabs, Crumb: "Oppositions"}
}
