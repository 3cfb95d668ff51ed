package treasuryui

import (
	"strconv"
	"strings"

	"passnum/internal/money"
	"passnum/internal/treasury"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type lineView struct {
	Line    treasury.LinePage
	Title   string
	Lead    string
	May     bool
	Summary []ui.SummaryRow
	Details ui.TableArgs
	Matches []matchView
	Likely  []suggestionView
	Others  []suggestionView
	Sweep   string // where the operator's fees are matched, empty when they cannot be
	Aside   string
}

type matchView struct {
	treasury.Match
	By      string
	CanUndo bool
}

type suggestionView struct {
	treasury.Suggestion
	Href string
	Why  string
}

func newLineView(p treasury.LinePage, may bool) lineView {
	v := lineView{Line: p, Title: lineName(p.Line), May: may && p.Open() > 0 && !p.Announced(), Summary: summary(p.Line)}
	switch {
	case p.Announced():
		v.Lead = "Annoncée par un avis. Elle sera rapprochée quand un relevé la contiendra."
	case p.Open() == 0:
		v.Lead = "Tout est reconnu."
	case p.MatchedCents > 0:
		v.Lead = "Il reste " + p.Open().String() + " à reconnaître."
	case p.Waiting != "":
		v.Lead = p.Waiting
	default:
		v.Lead = "Cette opération attend une personne."
	}
	for _, m := range p.Matches {
		v.Matches = append(v.Matches, matchView{Match: m, By: by(m), CanUndo: may && !m.Moved && m.UndoneAt == nil})
	}
	for _, s := range p.Suggestions {
		view := suggestionView{Suggestion: s, Why: strings.Join(s.Why, " · "), Href: choiceHref(p.Line, s.Kind, s.Target, s.Detail)}
		if s.Likely() {
			v.Likely = append(v.Likely, view)
		} else {
			v.Others = append(v.Others, view)
		}
	}
	if !p.Credit && p.Held > 0 {
		v.Sweep = choiceHref(p.Line, treasury.Sweep, "operateur", 0)
	}
	v.Aside = choiceHref(p.Line, treasury.Aside, "", 0)
	v.Details = details(p.Line)
	return v
}

func choiceHref(l treasury.Line, kind treasury.Kind, target string, detail int) string {
	part := ""
	if detail > 0 {
		part = strconv.Itoa(detail)
	}
	return urls.With(urls.AdminBankLine(l.ID, "rapprocher"), "genre", string(kind), "cible", target, "detail", part)
}

// by says who or what recognised, and since when it no longer counts.
func by(m treasury.Match) string {
	text := "Par une règle\u00a0: " + m.Rule
	if m.Rule == "" {
		text = "Par " + m.MatchedByName
	}
	text += ", le " + format.DateTime(m.MatchedAt)
	if m.UndoneAt != nil {
		text += ". Annulé par " + m.UndoneByName + " le " + format.DateTime(*m.UndoneAt)
	}
	return text
}

func summary(l treasury.Line) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Date", Value: format.Date(l.BookedOn)}}
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	whole := l.Parts()[0]
	add("Tiers", l.Party)
	add("Libellé", l.Remittance)
	add("Référence de bout en bout", whole.EndToEndID)
	add("Référence du lot", whole.PaymentID)
	if whole.ReturnCode != "" {
		add("Motif du retour", strings.TrimSpace(whole.ReturnCode+" "+whole.ReturnText))
	}
	if l.StatementID != nil {
		rows = append(rows, ui.SummaryRow{Key: "Relevé", Body: ui.Link(l.Statement, urls.AdminBankStatement(*l.StatementID))})
	}
	add("Référence de la banque", l.BankReference)
	return rows
}

func details(l treasury.Line) ui.TableArgs {
	t := ui.TableArgs{Caption: "Détail de l’opération", HideCaption: true, Columns: ui.Columns("Tiers", "Libellé", "#Montant")}
	for _, d := range l.Parts()[1:] {
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(d.Party), ui.TwoLines(ui.Text(d.Remittance), d.EndToEndID), ui.Amount(d.Amount)))
	}
	return t
}

type choiceView struct {
	Line    treasury.LinePage
	Kind    treasury.Kind
	Target  string
	Detail  string
	Title   string
	Summary []ui.SummaryRow
	Whole   bool // the amount cannot be split
	Amount  ui.Field
	Mandat  ui.Field
	Face    ui.Field
	Fees    ui.Field
	VAT     ui.Field
	Causes  ui.Choices
	Reason  ui.Field
	Warning string
}

// newChoiceView prepares the form of one possibility; false when it does not
// exist any more.
func newChoiceView(p treasury.LinePage, values httpx.Values, typed bool, errors ui.Errors) (choiceView, bool) {
	v := choiceView{Line: p, Kind: treasury.Kind(values.Get("genre")), Target: values.Get("cible"), Detail: values.Get("detail"), Title: treasury.Kind(values.Get("genre")).Label()}
	if v.Title == "" || p.Open() == 0 || p.Announced() {
		return v, false
	}
	amount := p.Open()
	var chosen treasury.Suggestion
	if v.Kind != treasury.Aside && v.Kind != treasury.Sweep {
		found := false
		for _, s := range p.Suggestions {
			if s.Kind == v.Kind && s.Target == v.Target && (v.Detail == "" || strconv.Itoa(s.Detail) == v.Detail) {
				chosen, found = s, true
				break
			}
		}
		if !found {
			return v, false
		}
		amount = min(amount, chosen.Amount, p.Parts()[chosen.Detail].Amount)
	}
	if v.Kind == treasury.Sweep {
		amount = min(amount, p.Held)
	}
	v.describe(p, chosen)
	v.fields(values, typed, errors, amount, chosen)
	return v, true
}

func (v *choiceView) describe(p treasury.LinePage, chosen treasury.Suggestion) {
	v.Summary = []ui.SummaryRow{{Key: "Opération", Value: lineName(p.Line) + ", le " + format.Date(p.BookedOn)}}
	if p.MatchedCents > 0 {
		v.Summary = append(v.Summary, ui.SummaryRow{Key: "Reste à reconnaître", Value: p.Open().String()})
	}
	switch v.Kind {
	case treasury.Sweep:
		v.Summary = append(v.Summary, ui.SummaryRow{Key: "Frais et TVA détenus", Value: p.Held.String()})
		v.Warning = "L’argent de l’opérateur quitte le compte dédié\u00a0: le mouvement est écrit au grand livre et ne s’annule pas."
	case treasury.Aside:
	default:
		v.Summary = append(v.Summary, ui.SummaryRow{Key: "Désigne", Value: chosen.Label}, ui.SummaryRow{Key: "Attendu", Value: chosen.Amount.String()})
	}
	switch v.Kind {
	case treasury.Recovery:
		v.Warning = "Ce que doit la structure diminue d’autant\u00a0: le mouvement est écrit au grand livre et ne s’annule pas."
	case treasury.Funding:
		v.Warning = "Les fonds sont attestés\u00a0: le mouvement est écrit au grand livre et ne s’annule pas."
	case treasury.Payout, treasury.Refund, treasury.Back, treasury.RefundBack:
		v.Whole = true
	}
}

func (v *choiceView) fields(values httpx.Values, typed bool, errors ui.Errors, amount money.Cents, chosen treasury.Suggestion) {
	value := func(name, proposed string) string {
		if typed {
			return values.Get(name)
		}
		return proposed
	}
	field := func(name, label, proposed string) ui.Field {
		return ui.Field{Name: name, Label: label, Value: value(name, proposed), Error: errors.For(name), Width: ui.Width10}
	}
	v.Amount = field("montant", "Montant à rapprocher", typedCents(amount))
	v.Amount.ReadOnly = v.Whole
	if !v.Whole {
		v.Amount.Hint = "Une partie suffit\u00a0: le reste de la ligne attendra une autre décision."
	}
	v.Mandat = field("mandat", "Numéro du mandat", chosen.Mandat)
	v.Mandat.Width = ui.Width20
	v.Face = field("valeur_faciale", "Dont valeur faciale des chèques", typedCents(chosen.Face))
	v.Fees = field("frais", "Dont frais et services, hors taxes", typedCents(chosen.Fees))
	v.VAT = field("tva", "Dont TVA", typedCents(chosen.VAT))
	v.Reason = ui.Field{Name: "motif", Label: "Pourquoi", Hint: "Une phrase qu’un auditeur comprendra.", Value: value("motif", ""), Error: errors.For("motif")}
	v.Causes = ui.Choices{Name: "cause", Legend: "De quoi s’agit-il\u00a0?", Error: errors.For("cause"), Small: true}
	for _, c := range treasury.Causes {
		if c.Of(v.Line.Credit) {
			v.Causes.Options = append(v.Causes.Options, ui.Option{Value: c.Key, Label: c.Label, Checked: typed && values.Get("cause") == c.Key})
		}
	}
}

// typedCents writes an amount as one types it.
func typedCents(c money.Cents) string { return strings.Replace(c.Decimal(), ".", ",", 1) }
