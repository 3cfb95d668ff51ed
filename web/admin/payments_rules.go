package admin

import (
	"net/http"
	"strconv"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// rulesView is how structures are paid, as a form for those who decide.
type rulesView struct {
	May     bool
	Typed   httpx.Values
	Rules   settlement.Rules
	Errors  ui.Errors
	Summary []ui.SummaryRow
	History ui.TableArgs
}

func (h *PaymentHandlers) rules(w http.ResponseWriter, r *http.Request) error {
	return h.showRules(w, r, httpx.NewValues(nil), nil)
}

func (h *PaymentHandlers) showRules(w http.ResponseWriter, r *http.Request, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	rules, err := h.Payments.RulesInForce(r.Context(), actor)
	if err != nil {
		return err
	}
	history, err := h.Payments.RulesHistory(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Règles de paiement")
	page.Crumbs = paymentCrumbs(ui.Crumb{Label: "Règles"})
	page.Errors = ui.ErrorsFrom(refusal)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	v := rulesView{May: actor.Can(identity.PlatformPayments), Typed: typed, Rules: rules, Errors: page.Errors, Summary: rulesSummary(rules), History: rulesHistory(history)}
	return httpx.Render(w, r, status, rulesTemplate(page, v))
}

// decide puts new rules in force; a refusal keeps what was typed.
func (h *PaymentHandlers) decide(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Payments.Decide(r.Context(), httpx.Actor(r), rulesFrom(form))
	if f, refused := fault.ForForm(err); refused {
		return h.showRules(w, r, form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Les règles sont enregistrées. Le prochain lot préparé les suivra.")
	return httpx.SeeOther(w, r, urls.AdminPaymentRules())
}

// rulesFrom reads the form; what is not a number is out of every range, so that
// its field is refused.
func rulesFrom(form httpx.Values) settlement.Rules {
	number := func(name string) int {
		if n, ok := form.Int(name); ok {
			return n
		}
		return -1
	}
	amount := func(name string) money.Cents {
		if form.Get(name) == "" {
			return 0
		}
		if c, ok := form.Cents(name); ok {
			return c
		}
		return -1
	}
	r := settlement.Rules{
		CutoffRule: form.Get("arret"), CutoffDay: 1, MinimumCents: amount("minimum"), CarryMonths: number("report"), DelayDays: number("delai"),
		BankVersion: sepa.Version(form.Get("version")), MostTransfers: number("virements"), MostCents: amount("plafond"),
		BatchBooking: form.Get("debit") != "chacun", WithAddresses: form.Bool("adresses"), WithBIC: form.Bool("bic"),
	}
	if r.CutoffRule == settlement.DayOfMonth {
		r.CutoffDay = number("jour")
	}
	return r
}

// text is what a field holds: what was typed, else the rule in force.
func (v rulesView) text(name, inForce string) string {
	if v.Typed.Has(name) {
		return v.Typed.Get(name)
	}
	return inForce
}

func (v rulesView) field(name, label, hint, inForce string) ui.Field {
	return ui.Field{Name: name, Label: label, Hint: hint, Value: v.text(name, inForce), Error: v.Errors.For(name), InputMode: "numeric", Width: ui.Width5}
}

// ticked tells whether a box is, as typed or in force.
func (v rulesView) ticked(name string, inForce bool) bool {
	if v.Typed.Has("version") {
		return v.Typed.Bool(name)
	}
	return inForce
}

func (v rulesView) debit() string {
	if v.Rules.BatchBooking {
		return v.text("debit", "tout")
	}
	return v.text("debit", "chacun")
}

func plainEuros(c money.Cents) string {
	if c == 0 {
		return ""
	}
	return strings.Replace(c.Decimal(), ".", ",", 1)
}

func cutoffWords(r settlement.Rules) string {
	if r.CutoffRule == settlement.DayOfMonth {
		return "le " + strconv.Itoa(r.CutoffDay) + " du mois"
	}
	return "le dernier jour du mois"
}

func minimumWords(r settlement.Rules) string {
	if r.MinimumCents == 0 {
		return "aucun"
	}
	return r.MinimumCents.Short() + ", reporté " + strconv.Itoa(r.CarryMonths) + "\u00a0mois au plus"
}

func limitWords(r settlement.Rules) string {
	words := format.Count(r.MostTransfers, "virement", "virements")
	if r.MostCents > 0 {
		words += ", " + r.MostCents.Short()
	}
	return words
}

func rulesSummary(r settlement.Rules) []ui.SummaryRow {
	since := "valeurs de départ"
	if !r.DecidedAt.IsZero() {
		since = "le " + format.Date(r.DecidedAt) + " par " + r.DecidedByName
	}
	booking := "un débit par fichier"
	if !r.BatchBooking {
		booking = "un débit par virement"
	}
	return []ui.SummaryRow{
		{Key: "Décidées", Value: since}, {Key: "Arrêt mensuel", Value: cutoffWords(r)}, {Key: "Montant minimal", Value: minimumWords(r)},
		{Key: "Format", Value: r.BankVersion.String()}, {Key: "Par fichier", Value: limitWords(r) + ", " + booking},
		{Key: "Débit demandé", Value: format.Count(r.DelayDays, "jour bancaire", "jours bancaires") + " après l’approbation"},
	}
}

func rulesHistory(history []settlement.Rules) ui.TableArgs {
	t := ui.TableArgs{
		Caption: "Règles décidées", HideCaption: true, Columns: ui.Columns("Décidées le", "Arrêt", "Montant minimal", "Format", "Par fichier"),
		Empty: ui.EmptyArgs{Title: "Aucune décision", Body: "Les valeurs de départ sont en vigueur."},
	}
	for _, r := range history {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(format.DateTime(r.DecidedAt)), r.DecidedByName), ui.Text(cutoffWords(r)),
			ui.Text(minimumWords(r)), ui.Text(r.BankVersion.String()), ui.Text(limitWords(r))))
	}
	return t
}

func versionOptions() []ui.Option {
	var options []ui.Option
	for _, v := range sepa.Versions {
		label := v.String()
		switch v {
		case sepa.V09:
			label += " (le plus courant)"
		case sepa.V03:
			label += " (ancien, refusé par certaines banques depuis novembre 2026)"
		case sepa.V13:
			label += " (le plus récent)"
		}
		options = append(options, ui.Option{Value: string(v), Label: label})
	}
	return options
}
