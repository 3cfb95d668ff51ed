package ui_test

import (
	"github.com/a-h/templ"

	"passnum/web/ui"
)

func formsPage(errs ui.Errors) templ.Component {
	p := appPage("Nouvelle commande")
	p.Errors = errs
	formats := []ui.Option{{Value: "5", Label: "5 chèques de 10 €", Hint: "Pour un premier atelier."}, {Value: "10", Label: "10 chèques de 10 €"},
		{Value: "autre", Label: "Un autre format", Or: "ou", Reveal: ui.MoneyInput(ui.Field{Name: "valeur", Label: "Valeur d’un chèque"})}}
	services := []ui.Option{{Value: "1", Label: "Tous les services"}, {Value: "2", Label: "Démarches en ligne", Hint: "42 services"}, {Value: "3", Label: "Fermé", Disabled: true}}
	return in(ui.Layout(p),
		ui.BackLink("Retour aux commandes", "#"),
		ui.StepOf("Étape 2 sur 5"),
		ui.PageHeader(ui.Header{Title: "Que voulez-vous commander ?"}),
		in(ui.Form(ui.FormArgs{Action: "#", Guard: true, Multipart: true}),
			ui.TextInput(ui.Field{Name: "email", Label: "Adresse électronique", Hint: "Nous y enverrons le devis.", Type: "email", Autocomplete: "email", Error: errs.For("email"), Value: "camille@"}),
			ui.TextInput(ui.Field{Name: "siret", Label: "SIRET", InputMode: "numeric", Width: ui.Width20, Value: "123 456 789 00012"}),
			ui.MoneyInput(ui.Field{Name: "montant", Label: "Montant", Error: errs.For("montant"), Optional: true}),
			ui.TextInput(ui.Field{Name: "nombre", Label: "Nombre de carnets", Prefix: "n", Suffix: "carnets", Width: ui.Width5, InputMode: "numeric"}),
			ui.DateInput(ui.Field{Name: "fin", Label: "Fin de validité", Value: "31/12/2026"}),
			ui.CommuneField(ui.Commune{Field: ui.Field{Name: "commune", Label: "Commune", Error: errs.For("commune")}}),
			ui.Select(ui.Field{Name: "lieu", Label: "Lieu", Value: "b", Error: errs.For("lieu")}, []ui.Option{{Value: "a", Label: "Guéret"}, {Value: "b", Label: "Bonnat"}}),
			ui.TextArea(ui.Field{Name: "message", Label: "Message imprimé", Rows: 3, Value: "Bienvenue", Error: errs.For("message")}),
			ui.Radios(ui.Choices{Name: "format", Legend: "Format des carnets", Options: formats, Error: errs.For("format")}),
			ui.Radios(ui.Choices{Name: "envoi", Legend: "Envoyer par", Inline: true, Small: true, Options: []ui.Option{{Value: "p", Label: "Poste"}, {Value: "c", Label: "Coursier"}}}),
			ui.Checkboxes(ui.Choices{Name: "services", Legend: "Services couverts", Hint: "Plusieurs choix possibles.", Options: services, Error: errs.For("services")}),
			ui.RadioTiles(ui.Choices{Name: "public", Legend: "Public", Columns: 3, Error: errs.For("public"), Options: []ui.Option{{Value: "s", Label: "Seniors"}, {Value: "j", Label: "Jeunes"}, {Value: "t", Label: "Tous", Disabled: true}}}),
			in(ui.Fieldset("Adresse de livraison", true),
				ui.TextInput(ui.Field{Name: "rue", Label: "Rue", Autocomplete: "street-address", ReadOnly: true, Value: "1 place de la Mairie"}),
				ui.TextInput(ui.Field{Name: "cp", Label: "Code postal", Width: ui.Width5, Disabled: true})),
			ui.FileUpload(ui.Field{Name: "convention", Label: "Convention signée", Hint: "PDF, 5 Mo au plus.", Accept: "application/pdf", Error: errs.For("convention")}),
			ui.Checkbox(ui.Field{Name: "accord", Label: "J’ai le pouvoir de signer", Hint: "Ordonnateur ou délégataire.", Error: errs.For("accord")}, false),
			ui.Hidden("brouillon", "1"),
			in(ui.Actions(), ui.Submit("Continuer"),
				ui.Button(ui.ButtonArgs{Label: "Garder en brouillon", Kind: ui.Secondary, FormAction: "#"}),
				ui.Button(ui.ButtonArgs{Label: "Abandonner la commande", Kind: ui.Warning, Icon: "trash-2"}),
				ui.Button(ui.ButtonArgs{Label: "Revenir plus tard", Kind: ui.Quiet}),
				ui.Button(ui.ButtonArgs{Label: "Indisponible", Disabled: true}))))
}

func elementsPage() templ.Component {
	p := appPage("Éléments")
	p.Flash = &ui.Flash{Tone: ui.Good, Title: "Commande validée.", Body: "Le devis part par courriel dans la minute."}
	return in(ui.Layout(p),
		ui.PageHeader(ui.Header{Kicker: "Galerie", Title: "Éléments", Tag: ui.Tag(ui.Info, "fabrication"), Actions: ui.PrintButton("Imprimer")}),
		ui.Tabs("Vues", []ui.Tab{{Label: "Suivi", Href: "#", Current: true}, {Label: "Documents", Href: "#", Count: "3"}, {Label: "Journal", Href: "#"}}),
		ui.Verdict(ui.VerdictArgs{Tone: ui.Good, Word: "Valable", Reason: "10,00 €, jusqu’au 31 décembre 2026.", Action: "Choisissez les services rendus."}),
		ui.Verdict(ui.VerdictArgs{Tone: ui.Bad, Word: "Déjà utilisé", Reason: "Ce chèque a été utilisé le 4 novembre, ici même.", Action: "Demandez un autre chèque."}),
		ui.Verdict(ui.VerdictArgs{Tone: ui.Warn, Word: "Sera vérifié", Reason: "Vous êtes hors ligne."}),
		ui.Verdict(ui.VerdictArgs{Tone: ui.Info, Word: "Pas encore actif", Reason: "Les fonds de la commande ne sont pas arrivés."}),
		in(ui.Notice(ui.Warn, "Stock bas"), html("<p>Il reste 19 carnets : demandez-en avant le 20.</p>")),
		in(ui.Notice(ui.Info, ""), html("<p>La remise ne demande aucun nom.</p>")),
		in(ui.Notice(ui.Bad, "Paiement rejeté"), html("<p>La banque refuse l’IBAN.</p>")),
		in(ui.Notice(ui.Good, ""), html("<p>Tout est à jour.</p>")),
		in(ui.Notice(ui.Neutral, ""), html("<p>Le journal garde dix ans d’actes.</p>")),
		in(ui.FilterBar("#", "#"),
			ui.Select(ui.Field{Name: "etat", Label: "État"}, []ui.Option{{Value: "", Label: "Tous"}, {Value: "a", Label: "Actifs"}}),
			ui.TextInput(ui.Field{Name: "texte", Label: "Numéro ou nom"})),
		ui.Table(ui.TableArgs{Caption: "Paiements", Scroll: true, Compact: true, Columns: []ui.Column{{Label: "Structure", SortHref: "#", Sorted: ui.Ascending}, {Label: "Montant", Numeric: true, SortHref: "#"}, {Label: "État"}},
			Rows: []ui.Row{ui.NewRow(ui.TwoLines(ui.Link("La Quincaillerie", "#"), "Guéret"), ui.Amount(123456), ui.TagSign(ui.Good, "payé")), ui.NewRow(ui.Text("Le Chai"), ui.Amount(2000), ui.Tag(ui.Neutral, "à payer"))}}),
		ui.Pager(ui.Pagination{PrevHref: "#", NextHref: "#", Text: "51 à 100"}),
		ui.Table(ui.TableArgs{Caption: "Rien", Empty: ui.EmptyArgs{Title: "Aucune commande pour l’instant", Body: "Une commande se prépare en cinq minutes et ne vous engage à rien avant la signature.", Action: "Préparer une commande", ActionHref: "#"}}),
		in(ui.Grid(ui.Halves),
			in(ui.CardWith("Vérifier la commande", ui.Link("Tout modifier", "#")), ui.Summary([]ui.SummaryRow{
				{Key: "Format", Value: "5 chèques de 10 €", ChangeHref: "#"}, {Key: "Quantité", Value: "2 000 carnets", ChangeHref: "#"}, {Key: "Total", Body: ui.Amount(10480000)}})),
			in(ui.Card("Pour commencer"), ui.Tasks([]ui.Task{{Title: "Coordonnées", Href: "#"}, {Title: "IBAN", Hint: "Pour être payé", Href: "#", Status: ui.Tag(ui.Warn, "à compléter")}, {Title: "Convention", Status: ui.Tag(ui.Neutral, "plus tard")}}))),
		in(ui.Grid(ui.Halves),
			in(ui.Card("Où sont les carnets"), ui.StackedBar(ui.StackedBarArgs{Label: "742 carnets en stock, 447 remis, 811 entamés", Parts: []ui.Part{
				{Label: "Entamés", Value: 811, ValueText: "811"}, {Label: "Remis", Value: 447, ValueText: "447"}, {Label: "En stock", Value: 742, ValueText: "742"}, {Label: "Bloqués", Value: 60, ValueText: "60"}, {Label: "Périmés", Value: 90, ValueText: "90"}}}),
				ui.Meter(ui.MeterArgs{ID: "m1", Label: "Remis", Value: 1258, Max: 2000, Text: "1 258 sur 2 000 (63 %)"}),
				ui.Meter(ui.MeterArgs{ID: "m2", Label: "Budget", Value: 92, Max: 100, Text: "92 %", Tone: ui.Warn})),
			in(ui.Card("Journal"), ui.Journal([]ui.JournalEntry{
				{When: "4 novembre 2026 à 14 h 30", Who: "Camille Martin", What: "Commande validée", Detail: "devis 2026-014"},
				{When: "3 novembre 2026 à 9 h 05", Who: "Passnum", What: "Devis envoyé"}}))),
		in(ui.Section("Divers"),
			in(ui.Details("Pourquoi cette question ?"), html("<p>Pour compter les publics, jamais les personnes.</p>")),
			html("<p>"), ui.DownloadLink("Devis", "#", "PDF, 120 Ko"), html("</p><p>"), ui.CopyButton("Copier le numéro", "2026-014"), html("</p>"),
			ui.Tag(ui.Neutral, "brouillon"), ui.TagSign(ui.Warn, "à vérifier"), ui.TagSign(ui.Info, "en cours")))
}

func publicPage() templ.Component {
	p := ui.Page{Title: "Trouver un lieu", Description: "Les lieux qui acceptent les chèques.", Flash: &ui.Flash{Tone: ui.Warn, Title: "La carte est indisponible, la liste suffit."}}
	return in(ui.Public(p),
		ui.PageHeader(ui.Header{Title: "Trouver un lieu", Lead: "Un lieu près de chez vous, où l’on vous aide à utiliser internet."}),
		ui.SearchField(ui.Search{Action: "#", Label: "Votre commune", Hint: "Nom ou code postal", Value: "Guéret"}),
		in(ui.Prose(), html(`<h2>Comment ça marche</h2><p>Le carnet contient des chèques. <a href="#">Lire le mode d’emploi</a></p><ul><li>Choisissez un lieu.</li><li>Donnez un chèque.</li></ul><h3>Et après</h3><p>Rien à payer.</p>`)))
}

func tenantPage() templ.Component {
	p := ui.Page{Title: "Votre chèque", Demo: true, Tenant: &ui.Tenant{Name: "Département de la Creuse", Stylesheet: "/theme.css"}}
	return in(ui.Public(p),
		ui.PageHeader(ui.Header{Title: "Votre chèque de 10 €"}),
		ui.Verdict(ui.VerdictArgs{Tone: ui.Good, Word: "Valable jusqu’au 31 décembre 2026"}),
		in(ui.Panel("Où l’utiliser"), ui.Numbered([]ui.NumberedItem{{Title: "Médiathèque de Guéret", Href: "#", Detail: "600 m"}})),
		in(ui.Actions(), ui.Button(ui.ButtonArgs{Label: "Trouver un lieu", Href: "#", Icon: "map-pin"}), ui.Button(ui.ButtonArgs{Label: "Imprimer la liste", Href: "#", Kind: ui.Secondary})))
}

func letterPage() templ.Component {
	p := ui.Page{Title: "Lettre", Demo: true, Back: &ui.Crumb{Label: "Retour au guichet", Href: "#"}}
	return in(ui.PrintLayout(p), html("<h1>Trois lieux près de Guéret</h1>"),
		ui.Numbered([]ui.NumberedItem{{Title: "Médiathèque de Guéret", Detail: "600 m · 05 55 00 00 00"}, {Title: "La Quincaillerie", Detail: "1,1 km"}}))
}

func progressPage() templ.Component {
	p := appPage("Fabrication")
	p.RefreshSeconds = 3
	return in(ui.Layout(p),
		ui.PageHeader(ui.Header{Title: "Fabrication des carnets"}),
		ui.Progress(ui.ProgressArgs{ID: "fabrication", Label: "Fabrication", Text: "1 240 carnets sur 2 000", Done: 1240, Total: 2000, StreamURL: "/flux",
			Body: in(ui.Actions(), ui.Button(ui.ButtonArgs{Label: "Arrêter la fabrication", Kind: ui.Warning}))}),
		ui.Progress(ui.ProgressArgs{ID: "pdf", Label: "Fichiers", Text: "Terminé", Done: 1, Total: 1, Over: true}))
}
