package facturx

// publicRules are those of invoices to public bodies. No official schematron
// carries them: Chorus Pro applies them when the invoice is deposited.
var publicRules = []rule{
	{"BR-FR-CPRO-02", func(d Document) []string {
		list := longest(20, "Le numéro de facture", one(func(d Document) string { return d.Number }))(d)
		return append(list, originals(d, func(o Reference) []string {
			return unless(len([]rune(o.Number)) <= 20, "Le numéro de la facture d’origine dépasse 20 caractères.")
		})...)
	}},
	{"BR-FR-CPRO-03", func(d Document) []string {
		return unless(d.Seller.SIRET != "", "Le vendeur n’a pas de SIRET.")
	}},
	{"BR-FR-CPRO-09", func(d Document) []string {
		return unless(d.Seller.SIREN() == "" || digits(d.Seller.SIRET, 14), "Le vendeur est connu par son SIREN\u00a0: il faut aussi son SIRET de 14\u00a0chiffres.")
	}},
	{"BR-FR-CPRO-10", func(d Document) []string {
		return unless(d.Buyer.SIRET != "", "Le SIRET de l’acheteur manque\u00a0: Chorus\u00a0Pro ne sait pas à qui remettre la facture.")
	}},
	{"BR-FR-CPRO-13", func(d Document) []string {
		return unless(d.Buyer.ServiceCode == d.BuyerReference, "Le code service doit figurer aux deux endroits où il est lu (BT-10 et BT-46).")
	}},
	{"BR-FR-CPRO-14", longest(50, "Le numéro de marché", one(func(d Document) string { return d.Contract }))},
	{"BR-FR-CPRO-15", longest(50, "Le numéro d’engagement", one(func(d Document) string { return d.OrderReference }))},
	{"BR-FR-CPRO-20", func(d Document) []string {
		return unless(len(d.Originals) <= 1, "Une seule facture d’origine peut être nommée.")
	}},
	{"BR-FR-CPRO-24", func(d Document) []string {
		return unless(d.Process != "S5", "Le cadre S5 n’est pas admis pour un acheteur public.")
	}},
	{"BR-FR-CPRO-31", longest(1024, "La description d’une ligne", func(d Document) []string {
		var list []string
		for _, l := range d.Lines {
			list = append(list, l.Description)
		}
		return list
	})},
	{"BR-FR-CPRO-32", longest(400, "La rue du vendeur", one(func(d Document) string { return d.Seller.Street }))},
	{"BR-FR-CPRO-33", longest(400, "La commune du vendeur", one(func(d Document) string { return d.Seller.Town }))},
	{"BR-FR-CPRO-35", longest(1024, "La condition de paiement", one(func(d Document) string { return d.PaymentTerms }))},
	{"BR-FR-CPRO-39", longest(27, "Le numéro de compte", one(func(d Document) string { return d.IBAN }))},
	{"BR-FR-CPRO-42", longest(1024, "Une mention", func(d Document) []string {
		var list []string
		for _, n := range d.Notes {
			list = append(list, n.Text)
		}
		return list
	})},
	{"BR-FR-CPRO-43", longest(99, "Le nom du vendeur", one(func(d Document) string { return d.Seller.Name }))},
	{"BR-FR-CPRO-44", longest(99, "Le nom de l’acheteur", one(func(d Document) string { return d.Buyer.Name }))},
}

// needsRules are what the buyer's own entry in the directory asks for.
func needsRules(needs Needs) []rule {
	return []rule{
		{"BR-FR-CPRO-11", func(d Document) []string {
			return unless(!needs.Service || d.Buyer.ServiceCode != "", "Cet acheteur exige un code service.")
		}},
		{"BR-FR-CPRO-12", func(d Document) []string {
			return unless(!needs.Engagement || d.OrderReference != "", "Cet acheteur exige un numéro d’engagement.")
		}},
	}
}
