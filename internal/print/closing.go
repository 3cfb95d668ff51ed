package print

import (
	"encoding/hex"
	"strings"
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
)

// ClosingFacts is what the état contradictoire of an order says: what became of
// everything that was funded, for both sides to sign.
type ClosingFacts struct {
	Issuer        Issuer
	Number        string
	Order, Title  string
	Commanditaire Party
	Until, Last   time.Time // printed, and accepted by tolerance
	DrawnAt       time.Time

	Issued, Injected, NotInjected, Started, GivenAfter        int
	Ordered, Used, Rejected, Exchanged, Lapsed, Held, Opposed ClosingSum
	Unused, Remaining, Paid, Payable                          money.Cents
	TakenBack, Gestures                                       money.Cents // by incidents on what structures were paid
	Shares                                                    []ClosingShare
	Places                                                    []ClosingPlace
	SignedHash                                                []byte // of the document that was signed
	SignedByOperator, SignedByCommanditaire                   *Signature
}

// ClosingSum is a number of chèques and what they are worth.
type ClosingSum struct {
	Cheques int
	Cents   money.Cents
}

// ClosingShare is one funder's part; what is returned is its part of the avoir
// and of what was taken back from structures.
type ClosingShare struct {
	Name                                     string
	Funded, Used, Avoir, TakenBack, Returned money.Cents
}

// ClosingPlace is a holder of carnets that were never handed over.
type ClosingPlace struct {
	Label   string
	Carnets int
	Value   money.Cents
	Numbers string
}

// Closing prints the état contradictoire: with room to sign, or with the
// signatures given and the fingerprint of what they signed.
func Closing(f ClosingFacts) ([]byte, error) {
	p, err := newPaper("État contradictoire "+f.Number, f.Issuer, "", f.DrawnAt)
	if err != nil {
		return nil, err
	}
	p.size = 10
	p.title("État contradictoire", "N°"+nbsp+f.Number+" · commande "+f.Order+", «"+nbsp+f.Title+nbsp+"» · établi le "+french.Date(f.DrawnAt))
	p.heading("Entre")
	p.party("L’opérateur", Party{Name: f.Issuer.Name, SIRET: f.Issuer.SIRET})
	p.party("Le commanditaire", f.Commanditaire)
	p.paragraph("Les chèques étaient valables jusqu’au " + french.Date(f.Until) + ", et acceptés par tolérance jusqu’au " + french.Date(f.Last) +
		". Aucun ne l’est plus. Tous les encaissements faits dans ces délais et reçus avant la date du présent état y sont comptés, et aucun litige n’est ouvert.")
	p.closingCarnets(f)
	p.closingSums(f)
	p.closingShares(f)
	p.closingFindings(f)
	p.space(2)
	p.signatures(signer{"Pour l’opérateur", f.Issuer.Name, "Signé", f.SignedByOperator}, signer{"Pour le commanditaire", f.Commanditaire.Name, "Signé", f.SignedByCommanditaire})
	if len(f.SignedHash) > 0 {
		p.space(3)
		p.paragraph("Empreinte SHA-256 du document signé : " + hex.EncodeToString(f.SignedHash))
	}
	p.closingPlaces(f)
	return p.finish()
}

// closingFindings says in words where every cent went: the amounts of the
// payments add up to what was used.
func (p *paper) closingFindings(f ClosingFacts) {
	p.heading("Ce que les parties constatent")
	p.paragraph("Sur les fonds reçus, " + euros(f.Used.Cents) + " ont été utilisés et " + euros(f.Remaining) + " restent. L’opérateur émet pour ce reste un avoir, sur la valeur faciale seulement. " +
		"Le commanditaire choisit de le faire reporter sur une autre de ses commandes ou de le faire rembourser.")
	if f.TakenBack != 0 {
		p.paragraph("Repris sur des paiements : " + euros(f.TakenBack) + ", valeur de chèques acceptés à tort. Cette somme revient au commanditaire en plus de l’avoir de fin de validité ; un avoir de valeur faciale est émis quand elle est rendue.")
	}
	rest := "Sur ce qui a été utilisé, "
	switch {
	case f.TakenBack != 0 && f.Gestures != 0:
		rest = "Ce qui a été utilisé, moins ce qui a été repris, et " + euros(f.Gestures) + " de gestes de l’opérateur, font " + euros(f.Paid+f.Payable) + nbsp + ": "
	case f.TakenBack != 0:
		rest = "Ce qui a été utilisé, moins ce qui a été repris, fait " + euros(f.Paid+f.Payable) + nbsp + ": "
	case f.Gestures != 0:
		rest = "Ce qui a été utilisé et " + euros(f.Gestures) + " de gestes de l’opérateur font " + euros(f.Paid+f.Payable) + nbsp + ": "
	}
	rest += euros(f.Paid) + " ont été payés aux structures et "
	if f.Payable < 0 {
		p.paragraph(rest + euros(-f.Payable) + " restent à reprendre sur leurs prochains paiements.")
	} else {
		p.paragraph(rest + euros(f.Payable) + " restent à leur payer, sur le compte dédié : ces sommes ne font pas partie de l’avoir.")
	}
	refunded := "Tout ce qui revient, " + euros(f.Remaining+f.TakenBack) + ", est rendu au commanditaire, " + f.Commanditaire.Name
	if len(f.Shares) > 1 {
		refunded += ", pour le compte de tous les financeurs : il remet à chacun la part écrite ci-dessus"
	}
	if f.Remaining+f.TakenBack > 0 {
		p.paragraph(refunded + ".")
	}
}

func (p *paper) closingCarnets(f ClosingFacts) {
	p.heading("Carnets")
	line := count(f.Issued, "émis", "émis") + ", " + count(f.Injected, "injecté", "injectés") + ", " + count(f.NotInjected, "émis non injecté", "émis non injectés") +
		", " + count(f.Started, "entamé", "entamés")
	if f.GivenAfter > 0 {
		line += ", dont " + count(f.GivenAfter, "remis", "remis") + " après la reconnaissance"
	}
	p.paragraph(french.Capital(line) + ".")
}

func (p *paper) closingSums(f ClosingFacts) {
	p.heading("Chèques")
	p.space(2)
	t := p.table(9.5, column{"", 100, false}, column{"Nombre", 30, true}, column{"Valeur faciale", 40, true})
	row := func(label string, s ClosingSum) { t.row(label, number(s.Cheques), euros(s.Cents)) }
	row("Commandés et financés", f.Ordered)
	row("Utilisés", f.Used)
	row("Périmés, remis à des personnes", f.Lapsed)
	row("Périmés, jamais remis", f.Held)
	if f.Opposed.Cheques > 0 {
		row("En opposition", f.Opposed)
	}
	if f.Exchanged.Cheques > 0 {
		t.row("Échangés : neufs à la place de chèques en opposition", number(f.Exchanged.Cheques), "−"+nbsp+euros(f.Exchanged.Cents))
	}
	if f.Unused > 0 {
		t.row("Fonds jamais mis en circulation", "", euros(f.Unused))
	}
	t.total("Restant, objet de l’avoir", number(f.Lapsed.Cheques+f.Held.Cheques+f.Opposed.Cheques-f.Exchanged.Cheques), euros(f.Remaining))
	if f.TakenBack != 0 {
		t.row("Repris sur des paiements, en plus de l’avoir", "", euros(f.TakenBack))
	}
	t.end()
	if f.Rejected.Cheques > 0 {
		p.space(1.5)
		p.paragraph("Pour mémoire, rejetés après litige : " + count(f.Rejected.Cheques, "chèque", "chèques") + ", " + euros(f.Rejected.Cents) + ". Ils sont comptés parmi ceux qui restent, ou déjà utilisés ailleurs.")
	}
}

func (p *paper) closingShares(f ClosingFacts) {
	if len(f.Shares) < 2 {
		return
	}
	p.heading("Parts de chaque financeur")
	p.space(2)
	columns := []column{{"Financeur", 80, false}, {"Apporté", 30, true}, {"Utilisé", 30, true}, {"Revient", 30, true}}
	if f.TakenBack != 0 {
		columns = []column{{"Financeur", 55, false}, {"Apporté", 25, true}, {"Utilisé", 23, true}, {"Avoir", 23, true}, {"Repris", 20, true}, {"Revient", 24, true}}
	}
	t := p.table(9.5, columns...)
	cells := func(s ClosingShare) []string {
		if f.TakenBack != 0 {
			return []string{s.Name, euros(s.Funded), euros(s.Used), euros(s.Avoir), euros(s.TakenBack), euros(s.Returned)}
		}
		return []string{s.Name, euros(s.Funded), euros(s.Used), euros(s.Returned)}
	}
	total := ClosingShare{Name: "Ensemble"}
	for _, s := range f.Shares {
		t.row(cells(s)...)
		total.Funded, total.Used, total.Avoir = total.Funded+s.Funded, total.Used+s.Used, total.Avoir+s.Avoir
		total.TakenBack, total.Returned = total.TakenBack+s.TakenBack, total.Returned+s.Returned
	}
	t.total(cells(total)...)
	t.end()
	p.space(1.5)
	p.paragraph("Chaque part est proportionnelle à l’apport, aux centimes près : les parts font exactement le total.")
}

// closingPlaces is the annex. Long lists of numbers are cut in rows that a page
// can hold.
func (p *paper) closingPlaces(f ClosingFacts) {
	if len(f.Places) == 0 {
		return
	}
	p.turn()
	p.heading("Annexe : carnets jamais remis, par détenteur")
	p.space(2)
	t := p.table(9, column{"Détenteur", 58, false}, column{"Carnets", 20, true}, column{"Valeur", 28, true}, column{"Numéros", 64, false})
	for _, place := range f.Places {
		for i, numbers := range slicesOf(place.Numbers, 400) {
			if i == 0 {
				t.row(place.Label, number(place.Carnets), euros(place.Value), numbers)
				continue
			}
			t.row("", "", "", numbers)
		}
	}
	t.end()
}

// slicesOf cuts a list written in words after a comma, before most characters.
func slicesOf(s string, most int) []string {
	var list []string
	for len(s) > most {
		at := strings.LastIndex(s[:most], ", ")
		if at < 0 {
			break
		}
		list, s = append(list, s[:at+1]), s[at+2:]
	}
	return append(list, s)
}
