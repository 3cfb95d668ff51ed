package treasuryui

import (
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/money"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type homeView struct {
	Verdict   ui.VerdictArgs
	Figures   []ui.Figure
	Waiting   ui.TableArgs
	More      bool
	Table     ui.TableArgs
	Pager     ui.Pagination
	May       bool
	FileError string
}

func newHomeView(c treasury.Cover, q treasury.Queue, waiting []treasury.Line, statements []treasury.Account, may bool) homeView {
	v := homeView{Verdict: Verdict(c), May: may, More: q.Lines > int64(len(waiting))}
	balance, age := "—", "aucun relevé"
	if c.Bank != nil {
		balance, age = c.Bank.ClosingCents.String(), "au "+format.Date(c.Bank.ClosedOn)
	}
	v.Figures = []ui.Figure{
		{Label: "Solde du compte", Value: balance, Note: age},
		{Label: "Dû à d’autres", Value: c.Owed.String(), Note: "chèques, structures, commanditaires"},
		{Label: "Frais de l’opérateur", Value: c.Total.SeenFees().String(), Note: "qu’il peut retirer"},
		{Label: "À reconnaître", Value: format.Count(int(q.Lines), "ligne", "lignes"), Note: (q.Credits).String() + " reçus, " + q.Debits.String() + " sortis"},
	}
	v.Waiting = linesTable("Lignes à reconnaître", waiting, ui.EmptyArgs{Title: "Rien n’attend", Body: "Toutes les opérations des relevés sont reconnues."})
	v.Table = statementsTable(statements)
	return v
}

// Verdict says whether the account covers what is owed, in a word and why.
func Verdict(c treasury.Cover) ui.VerdictArgs {
	v := ui.VerdictArgs{Tone: ui.Bad, Word: "Non prouvé", Reason: c.Verdict}
	switch c.State {
	case treasury.Proven:
		v.Tone, v.Word = ui.Good, "Couvert"
	case treasury.Ageing:
		v.Tone, v.Word = ui.Warn, "Couvert, relevé ancien"
	case treasury.Idle:
		v.Tone, v.Word = ui.Neutral, "Sans objet"
	}
	if c.Bank != nil && c.State != treasury.Idle {
		v.Action = "Prouvé par la banque\u00a0: " + c.Proven.String() + ". Dû\u00a0: " + c.Owed.String() + "."
	}
	return v
}

func statementName(a treasury.Account) string {
	if a.Kind == camt.Notice {
		return "Avis " + a.Reference
	}
	return "Relevé " + a.Reference
}

func statementsTable(list []treasury.Account) ui.TableArgs {
	t := ui.TableArgs{Caption: "Relevés", HideCaption: true, Columns: ui.Columns("Relevé", "Jusqu’au", "#Solde", "#Opérations", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun relevé", Body: "Importez le premier fichier que donne la banque\u00a0: la preuve commence avec lui."}}
	for _, a := range list {
		until, balance := templ.Component(ui.Muted("—")), templ.Component(ui.Muted("—"))
		if a.ClosedOn != nil {
			until, balance = ui.Text(format.Typed(*a.ClosedOn)), ui.Amount(money.Cents(*a.ClosingCents))
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(a.Reference, urls.AdminBankStatement(a.ID)), until, balance, ui.Number(a.Lines), accountTag(a)))
	}
	return t
}

func accountTag(a treasury.Account) templ.Component {
	switch {
	case !a.Follows():
		return ui.Tag(ui.Bad, "ne suit pas le précédent")
	case a.Kind == camt.Notice:
		return ui.Tag(ui.Neutral, "avis")
	case a.OpenLines > 0:
		return ui.Tag(ui.Warn, format.Count(a.OpenLines, "ligne attend", "lignes attendent"))
	default:
		return ui.Tag(ui.Good, "reconnu")
	}
}

func lineName(l treasury.Line) string {
	if l.Credit {
		return l.AmountCents.String() + " reçus"
	}
	return l.AmountCents.String() + " sortis"
}

// amountOf writes a debit with its sign.
func amountOf(l treasury.Line) templ.Component {
	if l.Credit {
		return ui.Amount(l.AmountCents)
	}
	return ui.Amount(-l.AmountCents)
}

func lineTag(l treasury.Line) templ.Component {
	switch {
	case l.Announced():
		return ui.Tag(ui.Info, "annoncée")
	case l.Open() == 0:
		return ui.Tag(ui.Good, "reconnue")
	case l.MatchedCents > 0:
		return ui.Tag(ui.Warn, "en partie")
	default:
		return ui.Tag(ui.Warn, "à reconnaître")
	}
}

// wordsOf is what the line says of itself, shortest first.
func wordsOf(l treasury.Line) (who, what string) {
	who, what = l.Party, l.Remittance
	if l.Known != "" {
		return l.Known, strings.TrimSpace(who + " " + what)
	}
	if what == "" {
		what = strings.TrimSpace(l.Parts()[0].EndToEndID + " " + l.Parts()[0].PaymentID)
	}
	if who == "" {
		who, what = what, ""
	}
	if who == "" {
		who = "Sans libellé"
	}
	if runes := []rune(what); len(runes) > 90 {
		what = string(runes[:90]) + "…"
	}
	return who, what
}

func linesTable(caption string, list []treasury.Line, empty ui.EmptyArgs) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, HideCaption: true, Columns: ui.Columns("Date", "Qui, pourquoi", "#Montant", "État"), Empty: empty}
	for _, l := range list {
		who, what := wordsOf(l)
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(format.Typed(l.BookedOn), urls.AdminBankLine(l.ID)), ui.TwoLines(ui.Text(who), what), amountOf(l), lineTag(l)))
	}
	return t
}

type linesView struct {
	Filter        treasury.Filter
	From, To      string
	States, Sides []ui.Option
	Table         ui.TableArgs
	Pager         ui.Pagination
	CSV           string
}

func newLinesView(f treasury.Filter, query httpx.Values, list []treasury.Line) linesView {
	return linesView{
		Filter: f, From: query.Get("du"), To: query.Get("au"),
		States: []ui.Option{{Label: "Toutes"}, {Value: "attente", Label: "À reconnaître"}, {Value: "rapprochees", Label: "Reconnues"}, {Value: "ecartees", Label: "Mises à l’écart"}},
		Sides:  []ui.Option{{Label: "Tous"}, {Value: "credit", Label: "Crédits"}, {Value: "debit", Label: "Débits"}},
		Table:  linesTable("Opérations du compte", list, ui.EmptyArgs{Title: "Aucune opération", Body: "Aucune ne répond à ces filtres.", Action: "Tout afficher", ActionHref: urls.AdminBankLines()}),
	}
}

type statementView struct {
	Account treasury.Account
	Name    string
	Lead    string
	Gap     string
	Figures []ui.Figure
	Table   ui.TableArgs
}

func newStatementView(a treasury.Account, lines []treasury.Line) statementView {
	v := statementView{Account: a, Name: statementName(a), Lead: "Importé le " + format.DateTime(a.ImportedAt) + " par " + a.ImportedByName + "."}
	if a.ImportedByName == "" {
		v.Lead = "Importé le " + format.DateTime(a.ImportedAt) + "."
	}
	if a.Kind == camt.Statement {
		v.Figures = []ui.Figure{
			{Label: "Au départ", Value: money.Cents(*a.OpeningCents).String(), Note: format.Date(*a.OpenedOn)}, {Label: "Reçu", Value: a.CreditCents.String()},
			{Label: "Sorti", Value: a.DebitCents.String()}, {Label: "À la fin", Value: money.Cents(*a.ClosingCents).String(), Note: format.Date(*a.ClosedOn)},
		}
	}
	if !a.Follows() {
		gap := money.Cents(*a.GapCents)
		v.Gap = "Il commence avec " + gap.String() + " d’écart par rapport à la fin du relevé précédent\u00a0: un relevé manque entre les deux."
	}
	v.Table = linesTable("Opérations du relevé", lines, ui.EmptyArgs{Title: "Aucune opération", Body: "Le compte n’a pas bougé."})
	return v
}

type reconciliationView struct {
	Lead  string
	Table ui.TableArgs
	Rest  string
}

func newReconciliationView(r treasury.Reconciliation) reconciliationView {
	v := reconciliationView{Lead: "Aucun relevé n’a été importé."}
	if r.ClosedOn != nil {
		v.Lead = "Le dernier relevé s’arrête au " + format.Date(*r.ClosedOn) + ". Chaque écart avec le grand livre a sa ligne."
	}
	t := ui.TableArgs{Caption: "Du solde de la banque à celui du grand livre", HideCaption: true, Columns: ui.Columns("Étape", "#Montant")}
	t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text("Solde du dernier relevé"), "Ce que dit la banque."), ui.Amount(r.Bank)))
	for _, s := range r.Steps {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(s.Label), s.Hint), ui.Amount(s.Amount)))
	}
	t.Foot = []ui.Row{ui.NewRow(ui.Text("Solde du compte au grand livre"), ui.Amount(r.Ledger))}
	v.Table = t
	if r.Rest != 0 {
		v.Rest = r.Rest.String() + " ne s’expliquent par aucune étape."
	}
	return v
}
