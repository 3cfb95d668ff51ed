package identifier

import "testing"

func TestParseEmail(t *testing.T) {
	t.Parallel()
	check(t, ParseEmail, []readCase{
		{typed: " jeanne.martin@Creuse.FR ", want: "jeanne.martin@creuse.fr"},
		{typed: "a+b@sous.domaine.org", want: "a+b@sous.domaine.org"},
		{typed: "", refusal: "vide"},
		{typed: "jeanne", refusal: "mal formée"},
		{typed: "jeanne@creuse", refusal: "incomplète"},
		{typed: "Jeanne <j@creuse.fr>", refusal: "mal formée"},
		{typed: "j@creuse.fr, k@creuse.fr", refusal: "mal formée"},
	})
}

func TestParsePhone(t *testing.T) {
	t.Parallel()
	check(t, ParsePhone, []readCase{
		{typed: "05 55 12 34 56", want: "+33555123456"},
		{typed: "05.55.12.34.56", want: "+33555123456"},
		{typed: "+33 (0)5 55 12 34 56", want: "+33555123456"},
		{typed: "0033 5 55 12 34 56", want: "+33555123456"},
		{typed: "0692 12 34 56", want: "+262692123456"},
		{typed: "+262 692 12 34 56", want: "+262692123456"},
		{typed: "05 55 12 34", refusal: "il en manque 2"},
		{typed: "+44 20 7946 0958", refusal: "n’est pas français"},
		{typed: "1555123456", refusal: "commence par 0"},
		{typed: "zéro cinq", refusal: "chiffres"},
	})
	if got := Phone("+33555123456").Grouped(); got != "05\u00a055\u00a012\u00a034\u00a056" {
		t.Error(got)
	}
	if got := Phone("+262692123456").Grouped(); got != "06\u00a092\u00a012\u00a034\u00a056" {
		t.Error(got)
	}
}
