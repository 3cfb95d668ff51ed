package admin

import (
	"fmt"
	"time"

	"github.com/a-h/templ"

	"passnum/internal/order"
	"passnum/internal/reporting"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// deskView is the operator's first page, ready to be shown.
type deskView struct {
	Lead       string
	Tasks      []ui.Task
	Money      []ui.Figure
	Covered    bool
	Cover      string
	Owed       ui.StackedBarArgs
	Orders     ui.TableArgs
	Structures ui.TableArgs
	Today      []ui.Figure
}

// queueWords says what waits, in words for one and for several, and where.
var queueWords = map[reporting.QueueKind]struct{ one, many, hint, href string }{
	reporting.QueueRequests:   {"demande d’organisation", "demandes d’organisation", "Accepter ou refuser ce qu’elle demande", urls.AdminRequests()},
	reporting.QueueStructures: {"structure à qualifier", "structures à qualifier", "Vérifier, puis qualifier ou refuser", urls.With(urls.AdminStructures(), "etat", "soumise")},
	reporting.QueueSigned:     {"commande signée", "commandes signées", "Tenir la réunion de cadrage", urls.With(urls.AdminOrders(), "etat", "signee")},
	reporting.QueueFraming:    {"commande en cadrage", "commandes en cadrage", "Préparer le bon à tirer", urls.With(urls.AdminOrders(), "etat", "cadrage")},
	reporting.QueueApproved:   {"bon à tirer validé", "bons à tirer validés", "Lancer la fabrication", urls.With(urls.AdminOrders(), "etat", "bat_valide")},
	reporting.QueueMaking:     {"commande en fabrication", "commandes en fabrication", "Imprimer et expédier", urls.With(urls.AdminOrders(), "etat", "fabrication")},
	reporting.QueueFunded:     {"commande à activer", "commandes à activer", "Fonds reçus et carnets livrés\u00a0: activer les chèques", urls.With(urls.AdminOrders(), "etat", "fonds_attestes")},
	reporting.QueueProof:      {"preuve des comptes en échec", "preuves des comptes en échec", "Lire ce qui ne concorde pas, avant tout paiement", urls.AdminProofs()},
	reporting.QueueBank:       {"opération bancaire à reconnaître", "opérations bancaires à reconnaître", "Dire ce qu’est chaque ligne du relevé", urls.AdminBank()},
	reporting.QueuePrepare:    {"structure à payer", "structures à payer", "Mois clos\u00a0: préparer le contre-paiement", urls.AdminPaymentPreview(time.Time{})},
	reporting.QueueApprove:    {"contre-paiement à approuver", "contre-paiements à approuver", "Par une autre personne que celle qui l’a préparé", urls.AdminPayments()},
	reporting.QueueExecute:    {"contre-paiement à exécuter", "contre-paiements à exécuter", "Envoyer le fichier à la banque, puis dater", urls.AdminPayments()},
	reporting.QueueAccounts:   {"compte bancaire à confirmer", "comptes bancaires à confirmer", "Rappeler la structure à un numéro connu", urls.AdminBankAccounts()},
	reporting.QueueReturns:    {"rejet de la banque à regarder", "rejets de la banque à regarder", "Référence inconnue, ou montant différent", urls.AdminReturns()},
	reporting.QueueIncidents:  {"incident à décider", "incidents à décider", "Par une autre personne que celle qui l’a proposé", urls.With(urls.AdminIncidents(), "etat", "propose")},
	reporting.QueueDisputes:   {"litige à régler", "litiges à régler", "Scannés sans réseau, refusés à la réception", urls.With(urls.AdminDisputes(), "etat", "ouvert")},
	reporting.QueueCases:      {"écart de carnets ouvert", "écarts de carnets ouverts", "Dire où sont les carnets manquants, abîmés ou en trop", urls.AdminCarnetCases()},
	reporting.QueueMail:       {"courriel en échec", "courriels en échec", "Trois essais ont échoué\u00a0: vérifier le serveur d’envoi", urls.AdminHome()},
}

func newDeskView(d reporting.Desk) deskView {
	v := deskView{Lead: "Tout est à jour.", Covered: d.Money.Covered(), Cover: coverSentence(d)}
	for _, q := range d.Queues {
		v.Tasks = append(v.Tasks, queueTask(q, d))
	}
	if len(v.Tasks) > 0 {
		v.Lead = format.LongDate(d.Now) + ", " + format.Time(d.Now)
	}
	v.Money = []ui.Figure{
		{Label: "En circulation", Value: d.Money.Circulation.Short(), Note: "chèques qui peuvent servir"},
		{Label: "À payer", Value: d.Money.Payable.Short(), Note: "chèques utilisés, pas encore ordonnés"},
		{Label: "Payés", Value: d.Money.Paid.Short(), Note: "en cours de virement\u00a0: " + d.Money.InTransit.Short()},
		{Label: "Couverture", Value: coverRatio(d), Note: "du compte dédié", Tag: coverTag(d)},
	}
	v.Owed = ui.StackedBarArgs{Label: "Ce que le compte dédié doit couvrir", Parts: []ui.Part{
		{Label: "En circulation", Value: int64(d.Money.Circulation), ValueText: d.Money.Circulation.String()},
		{Label: "À payer", Value: int64(d.Money.Payable), ValueText: d.Money.Payable.String()},
		{Label: "En cours de virement", Value: int64(d.Money.InTransit), ValueText: d.Money.InTransit.String()},
		{Label: "Pas encore en circulation", Value: int64(d.Money.Funds), ValueText: d.Money.Funds.String()},
		{Label: "À rendre (avoirs)", Value: int64(d.Money.Credit), ValueText: d.Money.Credit.String()},
	}}
	v.Today = []ui.Figure{
		{Label: "Chèques utilisés aujourd’hui", Value: format.Number(int(d.Today.Cheques)), Note: d.Today.Amount.Short()},
		{Label: "Séances aujourd’hui", Value: format.Number(int(d.Today.Seances))},
		{Label: "Lieux publiés", Value: format.Number(d.Places)},
		{Label: "Comptes", Value: format.Number(d.People)},
	}
	v.Orders, v.Structures = stateTable("Commandes par étape", d.Orders, orderState), stateTable("Structures par état", d.Structures, structureState)
	return v
}

func queueTask(q reporting.Queue, d reporting.Desk) ui.Task {
	words := queueWords[q.Kind]
	task := ui.Task{Title: format.Count(q.Count, words.one, words.many), Hint: words.hint, Href: words.href}
	if q.Amount > 0 {
		task.Hint += " · " + q.Amount.String()
	}
	if q.Oldest == nil {
		task.Status = ui.Tag(ui.Warn, "en attente")
		return task
	}
	days := format.DaysBetween(*q.Oldest, d.Now)
	tone := ui.Info
	if days >= 7 {
		tone = ui.Warn
	}
	word := "aujourd’hui"
	if days > 0 {
		word = "depuis " + format.Count(days, "jour", "jours")
	}
	task.Status = ui.Tag(tone, word)
	return task
}

func coverRatio(d reporting.Desk) string {
	if d.Money.Owed() == 0 {
		return "–"
	}
	ratio := int64(d.Money.Bank) * 10000 / int64(d.Money.Owed())
	return fmt.Sprintf("%d,%02d\u00a0%%", ratio/100, ratio%100)
}

func coverTag(d reporting.Desk) templ.Component {
	if d.Money.Covered() {
		return ui.TagSign(ui.Good, "couvert")
	}
	return ui.TagSign(ui.Bad, "non couvert")
}

func coverSentence(d reporting.Desk) string {
	return "Le compte dédié tient " + d.Money.Bank.String() + " pour " + d.Money.Owed().String() + " dus."
}

func stateTable(caption string, counts []reporting.StateCount, name func(string) (string, string)) ui.TableArgs {
	t := ui.TableArgs{Caption: caption, HideCaption: true, Compact: true, Scroll: true, ID: "etats-" + caption[:4], Columns: ui.Columns("État", "#Nombre"), Empty: ui.EmptyArgs{Title: "Rien pour l’instant"}}
	for _, c := range counts {
		label, href := name(c.State)
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(label, href), ui.Number(c.Count)))
	}
	return t
}

func orderState(state string) (label, href string) {
	return order.State(state).Label(), urls.With(urls.AdminOrders(), "etat", state)
}

func structureState(state string) (label, href string) {
	words := map[string]string{"brouillon": "Dossier commencé", "soumise": "À qualifier", "corrections": "Corrections demandées", "qualifiee": "Qualifiées", "refusee": "Refusées", "suspendue": "Suspendues", "dequalifiee": "Déqualifiées"}
	return words[state], urls.With(urls.AdminStructures(), "etat", state)
}
