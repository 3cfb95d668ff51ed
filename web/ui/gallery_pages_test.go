package ui_test

import (
	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/web/ui"
)

func galleryPages() map[string]templ.Component {
	return map[string]templ.Component{
		"commande":    orderPage(),
		"remise":      counterPage(),
		"scanner":     scannerPage(),
		"formulaires": formsPage(ui.Errors{}),
		"refus":       formsPage(refusedForm()),
		"elements":    elementsPage(),
		"public":      publicPage(),
		"client":      tenantPage(),
		"lettre":      letterPage(),
		"suivi":       progressPage(),
	}
}

func appPage(title string) ui.Page {
	return ui.Page{
		Title: title, Active: "commandes", Demo: true, RequestPath: "/",
		Actor: &ui.Actor{Name: "Camille Martin", Organisation: "Département de la Creuse", Role: "Commanditaire", Several: true},
		Nav: []ui.NavItem{
			{Key: "afaire", Label: "À faire", Href: "#", Count: 2}, {Key: "commandes", Label: "Commandes", Href: "#"},
			{Key: "distribution", Label: "Distribution", Href: "#"}, {Key: "usages", Label: "Usages", Href: "#"},
			{Key: "finances", Label: "Finances", Href: "#"}, {Key: "equipe", Label: "Équipe", Href: "#"},
		},
	}
}

func orderPage() templ.Component {
	p := appPage("Seniors et minima sociaux 2026")
	p.Crumbs = []ui.Crumb{{Label: "Commandes", Href: "#"}, {Label: "2026-014"}}
	return in(ui.Layout(p),
		ui.PageHeader(ui.Header{
			Title: "Seniors et minima sociaux 2026",
			Lead:  "2 000 carnets de 5 chèques de 10 € · 100 000,00 € · valables jusqu’au 31 décembre 2026",
			Actions: templ.Join(
				ui.Button(ui.ButtonArgs{Label: "Exporter", Kind: ui.Secondary, Href: "#"}),
				ui.Button(ui.ButtonArgs{Label: "Réassortir un point", Href: "#"})),
		}),
		ui.Figures([]ui.Figure{
			{Label: "Émis", Value: "2 000", Note: "carnets · 100 000 €"},
			{Label: "En stock", Value: "742", Note: "dans 17 points ·", Tag: ui.Tag(ui.Warn, "3 bas")},
			{Label: "Remis", Value: "1 258", Note: "63 % · +86 cette semaine"},
			{Label: "Entamés", Value: "811", Note: "64 % des carnets remis · 19 j en médiane"},
		}),
		in(ui.Grid(ui.TwoOne),
			in(ui.Card("Chèques utilisés par mois"), ui.BarChart(usageChart())),
			in(ui.Card("Où en est la commande"), ui.Timeline(orderSteps())),
		),
		in(ui.Card(""), ui.Table(pointsTable())),
	)
}

func usageChart() ui.BarChartArgs {
	return ui.BarChartArgs{
		ID: "usage", Label: "Chèques utilisés par mois", Unit: "Chèques utilisés", SourceHref: "#",
		Bars: []ui.Bar{
			{Label: "avr.", Long: "avril 2026", Value: 80}, {Label: "mai", Long: "mai 2026", Value: 140},
			{Label: "juin", Long: "juin 2026", Value: 240}, {Label: "juil.", Long: "juillet 2026", Value: 300},
			{Label: "août", Long: "août 2026", Value: 420}, {Label: "sept.", Long: "septembre 2026", Value: 370},
			{Label: "oct.", Long: "octobre 2026", Value: 500},
			{Label: "nov.", Long: "novembre 2026, en cours", Under: "en cours", Value: 280, Current: true},
		},
		Takeaway: html("Au rythme d’octobre, <strong>71 %</strong> des chèques remis seront utilisés au 31 décembre."),
	}
}

func orderSteps() []ui.Step {
	return []ui.Step{
		{Label: "Devis signé", Date: "12 févr.", State: ui.Done},
		{Label: "Bon à tirer validé", Date: "20 févr.", State: ui.Done},
		{Label: "Livrée en 17 points", Date: "6 mars", State: ui.Done},
		{Label: "Fonds reçus, chèques actifs", Date: "24 mars", Note: "mandat 2026-1187 · 104 800,00 €", State: ui.Done},
		{Label: "En circulation", Note: "Prochaine étape le 1er décembre : bilan à J-30, à préparer par vous", State: ui.Current},
		{Label: "Fin de validité, tolérance d’un mois", Date: "31 déc."},
		{Label: "État contradictoire et avoir", Date: "7 févr."},
	}
}

func pointsTable() ui.TableArgs {
	return ui.TableArgs{
		Caption: "Par point de distribution",
		Columns: ui.Columns("Point", "Agents formés", "#Reçus", "#Remis", "#En stock", "État"),
		Rows: []ui.Row{
			ui.NewRow(ui.Link("CCAS de Guéret", "#"), ui.Text("2 sur 2"), ui.Number(240), ui.Number(221), ui.Number(19), ui.Tag(ui.Warn, "stock bas")),
			ui.NewRow(ui.Link("Mairie de Bonnat", "#"), ui.Text("1 sur 2"), ui.Number(80), ui.Number(52), ui.Number(28), ui.Tag(ui.Good, "suivi")),
			ui.NewRow(ui.Link("Maison de services de Royère", "#"), ui.Text("–"), ui.Number(60), ui.Number(0), ui.Number(60), ui.Tag(ui.Bad, "aucune remise depuis 8 mois")),
		},
		Foot: []ui.Row{ui.NewRow(ui.Text("Total"), ui.Text("3 sur 4"), ui.Number(380), ui.Number(273), ui.Number(107), ui.Text(""))},
	}
}

func counterPage() templ.Component {
	p := ui.Page{Title: "Remettre un carnet", Actor: &ui.Actor{Name: "Alix", Organisation: "CCAS de Guéret", Role: "Guichet"}}
	publics := ui.Choices{Name: "public", Legend: "Cette personne est plutôt…", Hint: "Aucun nom n’est demandé.", Optional: true, Columns: 2,
		Options: ui.Selected([]ui.Option{{Value: "r", Label: "Retraitée"}, {Value: "m", Label: "Bénéficiaire de minima sociaux"}, {Value: "e", Label: "En recherche d’emploi"},
			{Value: "j", Label: "Jeune"}, {Value: "a", Label: "Autre"}, {Value: "n", Label: "Ne sait pas"}}, "m")}
	letter := in(ui.Panel("Ce que dira la lettre"),
		html("<p>Trois lieux proches de Guéret acceptent ces chèques :</p>"),
		ui.Numbered([]ui.NumberedItem{
			{Title: "Médiathèque de Guéret", Detail: "600 m · mar.–sam. · 05 55 00 00 00"},
			{Title: "La Quincaillerie, tiers-lieu", Detail: "1,1 km · lun.–ven. 9 h–18 h"},
			{Title: "Le Chai de Bonnat", Detail: "18 km · atelier jeudi 14 h, 4 places", Href: "#"},
		}))
	return in(ui.Work(p, html(`<span>Stock : <strong>19 carnets</strong></span> <a class="pn-header__link" href="#">Verrouiller</a>`)),
		ui.PageHeader(ui.Header{Title: "Remettre un carnet", Lead: "Passez la douchette sur la couverture, ou tapez le numéro."}),
		in(ui.Grid(ui.Halves),
			in(ui.Card(""), in(ui.Form(ui.FormArgs{Action: "#"}),
				ui.TextInput(ui.Field{Name: "carnet", Label: "Carnet", Value: "C26-014-001258", Code: true, Scanner: true}),
				ui.Lines([]ui.Line{{Tone: ui.Good, Strong: "Dans votre stock", Title: "5 chèques de 10 €", Detail: "jusqu’au 31 décembre 2026", Word: "prêt"}}),
				ui.RadioTiles(publics),
				ui.Button(ui.ButtonArgs{Label: "Remettre et imprimer la lettre", Large: true, Once: true}))),
			letter),
		in(ui.Card("Aujourd’hui : 4 remises"), ui.Table(ui.TableArgs{Caption: "Remises du jour", HideCaption: true,
			Columns: []ui.Column{{Label: "Heure"}, {Label: "Carnet"}, {Label: "Public"}, {Label: "Action", HideLabel: true, Numeric: true}},
			Rows: []ui.Row{
				ui.NewRow(ui.Text("10 h 42"), ui.Serial("C26-014-001257"), ui.Text("Retraitée"), ui.PostButton("#", ui.ButtonArgs{Label: "Annuler (encore 9 min)", Kind: ui.Quiet, Hidden: "la remise de 10 h 42"}, ui.Pair{Key: "id", Value: "1"})),
				ui.NewRow(ui.Text("9 h 15"), ui.Serial("C26-014-001256"), ui.Text("Ne sait pas"), ui.Text("")),
			}})))
}

func scannerPage() templ.Component {
	p := ui.Page{Title: "Scanner", Actor: &ui.Actor{Organisation: "Médiathèque de Guéret"}, Back: &ui.Crumb{Label: "Mes encaissements", Href: "#"}}
	return in(ui.Work(p, ui.Tag(ui.Good, "en ligne")),
		in(ui.Form(ui.FormArgs{Action: "#"}),
			ui.PageHeader(ui.Header{Title: "Panier", Lead: "2 chèques · 20,00 €"}),
			ui.Lines([]ui.Line{
				{Tone: ui.Good, Strong: "10,00 €", Title: "· carnet …1258, n° 3", Word: "valable"},
				{Tone: ui.Warn, Strong: "10,00 €", Title: "· carnet …0871, n° 1", Word: "sera vérifié"},
				{Tone: ui.Bad, Strong: "Déjà utilisé", Title: "le 4 novembre, ici même", Detail: "carnet …0412, n° 5 · demandez un autre chèque", Word: "refusé",
					Action: ui.Button(ui.ButtonArgs{Label: "Retirer", Kind: ui.Quiet, Hidden: "le chèque n° 5"})},
			}),
			ui.CheckboxTiles(ui.Choices{Name: "entries", Legend: "Service rendu", Options: ui.Selected([]ui.Option{
				{Value: "48", Label: "48 · Envoyer, recevoir, gérer ses emails"}, {Value: "84", Label: "84 · Déclarer ses revenus en ligne", Hint: "Niveau 3"}}, "48")}),
			ui.RadioTiles(ui.Choices{Name: "mode", Legend: "Séance", Columns: 2, Options: ui.Selected([]ui.Option{{Value: "i", Label: "Individuel"}, {Value: "c", Label: "Collectif"}}, "i")}),
			in(ui.StickyActions(), ui.Button(ui.ButtonArgs{Label: "Encaisser 2 chèques (20,00 €)", Large: true, Once: true}))))
}

func refusedForm() ui.Errors {
	return ui.ErrorsFrom(fault.Invalid(
		fault.FieldError{Field: "email", Sentence: "Écrivez une adresse complète, comme nom@exemple.fr."},
		fault.FieldError{Field: "montant", Sentence: "Écrivez un montant en euros, comme 12,50."},
		fault.FieldError{Field: "format", Sentence: "Choisissez un format de carnet."},
		fault.FieldError{Field: "services", Sentence: "Choisissez au moins un service."},
		fault.FieldError{Field: "public", Sentence: "Choisissez un public."},
		fault.FieldError{Field: "commune", Sentence: "Choisissez une commune dans la liste."},
		fault.FieldError{Field: "message", Sentence: "Le message tient en 120 signes."},
		fault.FieldError{Field: "lieu", Sentence: "Choisissez un lieu."},
		fault.FieldError{Field: "convention", Sentence: "Joignez la convention signée en PDF."},
		fault.FieldError{Field: "accord", Sentence: "Donnez votre accord pour continuer."},
	))
}
