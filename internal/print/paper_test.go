package print

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"passnum/internal/money"
)

func buyer() Party {
	return Party{
		Name: "Département de la Creuse", SIRET: "22230001600019",
		Address: []string{"Hôtel du département", "4 place Louis-Lacrocq", "23000 Guéret"}, Representative: "Mme Aubert, présidente",
	}
}

func signed() *Signature {
	return &Signature{Name: "Claire Aubert", Quality: "présidente", At: day(2026, 3, 4)}
}

func sampleQuote() QuoteFacts {
	return QuoteFacts{
		Issuer: sampleIssuer(), Buyer: buyer(), Number: "D26-0014", Subject: "2 000 carnets de 5 chèques de 10 €", Date: day(2026, 3, 1),
		Lines: []Line{
			{Description: "Chèques Pass numérique, valeur faciale", Quantity: 10000, UnitPrice: 1000, OutOfScope: true, Amount: 10_000_000},
			{Description: "Frais de gestion, 4 % de la valeur faciale : impression, livraison, animation, tableaux de bord", Quantity: 1, UnitPrice: 400_000, VAT: money.VATStandard, Amount: 400_000},
			{Description: "Formation des aiguilleurs, une journée", Quantity: 2, UnitPrice: 90_000, VAT: money.VATStandard, Amount: 180_000},
		},
		Totals:  Totals{FaceValue: 10_000_000, Services: 180_000, Fees: 400_000, VAT: 116_000, Total: 10_696_000},
		Account: "IBAN FR76 3000 1007 9412 3456 7890 185, BIC BDFEFRPPCCT",
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	pdf, err := Quote(sampleQuote())
	texts := document(t, "devis", pdf, err, 1)
	wantAll(t, texts[0], "Devis n° D26-0014", "Établi le 1er mars 2026", "offre valable 30 jours, jusqu’au 31 mars 2026", "Coopérative Passnum",
		"Département de la Creuse", "SIRET 222 300 016 00019", "hors champ", "20 %", "10 000", "100 000,00 €", "Valeur faciale (hors TVA)",
		"Services HT", "Frais HT", "1 160,00 €", "Total TTC", "106 960,00 €", "Bon pour accord", "Conditions", "Page 1 / 1")
	facts := sampleQuote()
	facts.Signed = signed()
	pdf, err = Quote(facts)
	wantAll(t, document(t, "devis-signe", pdf, err, 1)[0], "Signé le 4 mars 2026 à 12 h 00 par Claire Aubert, présidente")
}

func TestLongQuoteTurnsThePage(t *testing.T) {
	t.Parallel()
	facts := sampleQuote()
	for range 40 {
		facts.Lines = append(facts.Lines, facts.Lines[1])
	}
	pdf, err := Quote(facts)
	texts := document(t, "devis-long", pdf, err, 4)
	for _, text := range texts[:3] {
		wantAll(t, text, "Désignation", "/ 4")
	}
}

func TestMandate(t *testing.T) {
	t.Parallel()
	facts := MandateFacts{
		Issuer: sampleIssuer(), Number: "M26-003", Commanditaire: buyer(), Start: day(2026, 1, 1), End: day(2026, 12, 31),
		Aiguilleur: Party{Name: "Mairie d’Aubusson", SIRET: "21230008400014", Address: []string{"50 Grande Rue", "23200 Aubusson"}},
		Points: []PointFacts{
			{"Accueil de la mairie", "50 Grande Rue, 23200 Aubusson", "Léa Bœuf", "05 55 00 00 01"},
			{"Médiathèque", "Rue du Lissier, 23200 Aubusson", "Jean Île", "05 55 00 00 02"},
		},
		SignedByCommanditaire: signed(), CreatedAt: day(2026, 1, 2),
	}
	pdf, err := Mandate(facts)
	texts := document(t, "convention", pdf, err, 2)
	wantAll(t, strings.Join(texts, " "), "Convention de mandat", "L.1611-7", "Article 1 – Objet", "Article 2 – Durée",
		"du 1er janvier 2026 au 31 décembre 2026", "Conservation des carnets", "Absence de maniement de fonds", "Compte rendu annuel",
		"Données personnelles", "Article 9 – Résiliation", "Accueil de la mairie", "Léa Bœuf",
		"Signée le 4 mars 2026 à 12 h 00 par Claire Aubert, présidente", "Nom et qualité :", "représenté par Mme Aubert")
}

func samplePlaces() []PlaceFacts {
	return []PlaceFacts{
		{Name: "Médiathèque d’Aubusson", Referent: "Jean Île", Phone: "05 55 00 00 02", Address: "Rue du Lissier, 23200 Aubusson",
			Hours: "mardi et jeudi, 9 h – 12 h et 14 h – 18 h", Transport: "bus 2, arrêt Lissier", Access: "plain-pied", Distance: "800 m",
			Services: []string{"prendre en main un ordinateur", "envoyer un courriel", "faire ses démarches en ligne"}},
		{Name: "Espace numérique La Quincaillerie", Phone: "05 55 00 00 03", Address: "6 avenue de la République, 23000 Guéret", Distance: "38 km", Services: []string{"protéger ses données"}},
		{Name: "Centre social de Felletin", Referent: "Awa Diallo", Address: "12 route d’Aubusson, 23500 Felletin", Hours: "lundi au vendredi, 9 h – 17 h", Distance: "9 km"},
	}
}

func TestOrientationLetter(t *testing.T) {
	t.Parallel()
	facts := LetterFacts{
		Issuer: sampleIssuer(), Commanditaire: "Département de la Creuse", Logo: pngLogo(t, 600, 300), Colour: "#7A1F5C", Serials: []string{"C26-014-001258"},
		Cheques: 5, Value: "10 €", Until: day(2026, 12, 31), Counter: "Mairie d’Aubusson", Places: samplePlaces(),
		PlacesURL: "passnum.fr/lieux", PlacesPhone: "05 55 00 00 00", Date: day(2026, 4, 1),
	}
	pdf, err := OrientationLetter(facts)
	texts := document(t, "courrier", pdf, err, 1)
	wantAll(t, strings.Join(texts, " "), "Vous avez reçu 5 chèques de 10 €", "À utiliser jusqu’au 31 décembre 2026 inclus.", "Les lieux les plus proches",
		"Médiathèque d’Aubusson", "800 m", "Appelez Jean Île : 05 55 00 00 02", "Appelez le 05 55 00 00 03", "Demandez Awa Diallo", "Ouvert : mardi et jeudi",
		"En transport : bus 2, arrêt Lissier", "Accès : plain-pied",
		"On y apprend : prendre en main un ordinateur, envoyer un courriel et faire ses démarches en ligne.", "Mon rendez-vous", "Carnet n° C26-014-001258",
		"passnum.fr/lieux ou 05 55 00 00 00", "Mairie d’Aubusson, le 1er avril 2026")
	facts.Services, facts.Serials = []string{"Poste informatique Windows", "Réalisation d’un CV"}, append(facts.Serials, "C26-014-001259")
	pdf, err = OrientationLetter(facts)
	wantAll(t, strings.Join(document(t, "courrier-services", pdf, err, 2), " "), "Ce que l’on vous propose d’apprendre", "Réalisation d’un CV", "C26-014-001258 et C26-014-001259")
	facts.Pathway, facts.Steps, facts.Large = "Premiers pas", []string{"Comprendre internet", "La souris et le clavier", "Écrire un courriel"}, true
	pdf, err = OrientationLetter(facts)
	wantAll(t, strings.Join(document(t, "courrier-gros", pdf, err, 2), " "), "Vos étapes : Premiers pas", "La souris et le clavier", "Mon rendez-vous")
	facts.Places, facts.Logo, facts.Steps, facts.Services, facts.Large = nil, nil, nil, nil, false
	pdf, err = OrientationLetter(facts)
	wantAll(t, document(t, "courrier-sans-lieu", pdf, err, 1)[0], "Trouver un lieu", "passnum.fr/lieux")
}

func sampleStatement(lines int) StatementFacts {
	f := StatementFacts{
		Issuer: sampleIssuer(), Number: "R26-04-0031", PeriodFrom: day(2026, 4, 1), PeriodTo: day(2026, 4, 30),
		Structure:     Party{Name: "Association La Quincaillerie", SIRET: "53125896300021", Address: []string{"6 avenue de la République", "23000 Guéret"}},
		AccountHolder: "Association La Quincaillerie", IBAN: "FR76 3000 1007 9412 3456 7890 185", ExecutedOn: day(2026, 5, 5), CreatedAt: day(2026, 5, 2),
	}
	names := []string{"Département de la Creuse", "Région Nouvelle-Aquitaine"}
	f.Subtotals = []Subtotal{{names[0], 0, 0}, {names[1], 0, 0}}
	for i := range lines {
		f.Lines = append(f.Lines, StatementLine{
			Date: f.PeriodFrom.Add(time.Duration(i) * 6 * time.Hour), Serial: fmt.Sprintf("C26-014-%06d", 1200+i), Rank: i%5 + 1,
			Commanditaire: names[i%2], Entry: "Prendre en main un ordinateur, la souris et le clavier", Amount: 1000,
		})
		f.Subtotals[i%2].Cheques++
		f.Subtotals[i%2].Amount += 1000
		f.Total += 1000
	}
	return f
}

func TestStatement(t *testing.T) {
	t.Parallel()
	facts := sampleStatement(100)
	facts.Corrections = []Correction{{"Frais aval, 4 %", -4000}}
	facts.Total -= 4000
	pdf, err := Statement(facts)
	texts := document(t, "releve", pdf, err, 5)
	wantAll(t, texts[0], "Relevé de paiement", "du 1er avril 2026 au 30 avril 2026", "960,00 €", "100 chèques", "5 mai 2026", "Association La Quincaillerie",
		"SIRET 531 258 963 00021", "Région Nouvelle-Aquitaine", "500,00 €", "−40,00 €", "FR76 •••• •••• 0185", "Page 1 / 5")
	for _, text := range texts[1:] {
		wantAll(t, text, "Service donné", "C26-014-", "/ 5")
	}
	wantAll(t, texts[4], "C26-014-001299 / 5")
	if strings.Contains(strings.Join(texts, ""), "1007") {
		t.Error("the IBAN is not masked")
	}
	facts.ExecutedOn = time.Time{}
	pdf, err = Statement(facts)
	wantAll(t, document(t, "releve-attente", pdf, err, 5)[0], "en attente d’exécution par la banque")
}

func delivery() DeliveryFacts {
	return DeliveryFacts{
		Issuer: sampleIssuer(), Number: "L26-014-1", Order: "C26-014", Commanditaire: buyer(), Format: "5 chèques de 10 €", ReceptionURL: "passnum.fr/aiguilleur",
		ShippedOn: day(2026, 3, 20), Carrier: "Colissimo 8R00000000", Total: 2000, CreatedAt: day(2026, 3, 19), Sender: "Imprimerie du Limousin",
		Points: []DeliveryPoint{
			{"Mairie d’Aubusson", "50 Grande Rue, 23200 Aubusson", "Léa Bœuf, 05 55 00 00 01", 1200, []SerialRange{{"C26-014-000001", "C26-014-001000", 1000}, {"C26-014-001801", "C26-014-002000", 200}}, nil},
			{"France services de Bourganeuf", "Place du Mail, 23400 Bourganeuf", "", 800, []SerialRange{{"C26-014-001001", "C26-014-001800", 800}}, signed()},
		},
	}
}

func TestDeliverySlip(t *testing.T) {
	t.Parallel()
	pdf, err := DeliverySlip(delivery())
	texts := document(t, "bordereau", pdf, err, 2)
	wantAll(t, texts[0], "Bordereau de livraison", "commande C26-014", "2 000 carnets", "20 mars 2026", "Colissimo 8R00000000",
		"Mairie d’Aubusson – 1 200 carnets", "1 sur 2 C26-014-000001 C26-014-001000 1 000", "Remis par", "Imprimerie du Limousin", "Reçu par", "Nom et qualité :")
	wantAll(t, texts[1], "France services de Bourganeuf – 800 carnets", "Reçu le 4 mars 2026")
}

func TestCoverLetter(t *testing.T) {
	t.Parallel()
	pdf, err := CoverLetter(delivery())
	texts := document(t, "lettre-colis", pdf, err, 2)
	wantAll(t, texts[0], "Voici 1 200 carnets de 5 chèques de 10 €", "Du carnet C26-014-000001 au carnet C26-014-001000", "passnum.fr/aiguilleur", "05 56 00 00 00")
}

func TestParcelLabels(t *testing.T) {
	t.Parallel()
	pdf, err := ParcelLabels(delivery())
	texts := document(t, "etiquettes", pdf, err, 1)
	wantAll(t, texts[0], "Colis 1/2", "Colis 2/2", "Colis 1/1", "Mairie d’Aubusson", "Place du Mail, 23400 Bourganeuf", "1 000 carnets")
	if strings.Contains(texts[0], "€") {
		t.Error("a label names a value")
	}
	want := []string{"C26-014-000001/C26-014-001000", "C26-014-001001/C26-014-001800", "C26-014-001801/C26-014-002000"}
	if got := scanSheets(t, pdf, "150")[0]; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("labels scan as %q", got)
	}
}

func BenchmarkStatement(b *testing.B) {
	facts := sampleStatement(100)
	for b.Loop() {
		if _, err := Statement(facts); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
}

// document checks what every document owes its reader and returns its pages.
func document(t *testing.T, name string, pdf []byte, err error, pages int) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	keep(t, name, pdf)
	texts := pageTexts(t, pdf)
	if len(texts) != pages {
		t.Fatalf("%s: %d pages, want %d", name, len(texts), pages)
	}
	wantInside(t, pdf)
	wantFonts(t, name, pdf)
	info := string(poppler(t, pdf, "pdfinfo", "-"))
	if !strings.Contains(info, "Title:") || !strings.Contains(string(pdf), "/Lang (fr-FR)") {
		t.Errorf("%s: no title or language", name)
	}
	return texts
}

// wantFonts checks that the two fonts are there, embedded, with their text.
func wantFonts(t *testing.T, name string, pdf []byte) {
	t.Helper()
	fonts := 0
	for line := range strings.Lines(string(poppler(t, pdf, "pdffonts", "-"))) {
		if !strings.Contains(line, "TrueType") {
			continue
		}
		fonts++
		if strings.Count(line, "yes") < 2 {
			t.Errorf("%s: a font is not embedded: %s", name, line)
		}
	}
	if fonts != 2 {
		t.Errorf("%s: %d fonts, want 2", name, fonts)
	}
}
