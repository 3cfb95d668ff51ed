package public

import (
	"passnum/internal/money"
	"passnum/internal/reporting"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// homeView is the home page, ready to be shown.
type homeView struct {
	Commune ui.Commune
	Figures []ui.Figure
	Proof   string // that the money of chèques is there
}

func newHomeView(n reporting.National) homeView {
	v := homeView{Commune: ui.Commune{Field: ui.Field{Name: "commune", Label: "Où habitez-vous\u00a0?", Big: true, Autocomplete: "postal-code"}}}
	if n.ComputedAt.IsZero() {
		return v
	}
	v.Figures = []ui.Figure{
		{Label: "Lieux", Value: money.Count(n.Places), Note: "dans " + format.Count(int(n.Communes), "commune", "communes")},
		{Label: "Carnets remis", Value: published(n.Carnets)},
		{Label: "Chèques utilisés", Value: published(n.Cheques)},
		{Label: "Séances", Value: published(n.Seances)},
	}
	if n.Owed > 0 && n.Covered() {
		v.Proof = "L’argent des chèques est là\u00a0: " + n.Bank.String() + " sur un compte à part, pour " + n.Owed.String() + " dus."
	}
	return v
}

// published writes a count, or says that it is too small to be published.
func published(n int64) string {
	if n == reporting.Masked {
		return "moins de 11"
	}
	return money.Count(n)
}
