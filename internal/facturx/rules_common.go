package facturx

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// commonRules hold for every document, quotes included.
var commonRules = []rule{
	{"BR-02", func(d Document) []string { return unless(d.Number != "", "Le document n’a pas de numéro.") }},
	{"BR-03", func(d Document) []string {
		return unless(!d.IssuedOn.IsZero(), "Le document n’a pas de date d’émission.")
	}},
	{"BR-06", func(d Document) []string {
		return unless(d.Seller.Name != "", "Le vendeur n’a pas de nom.")
	}},
	{"BR-07", func(d Document) []string { return unless(d.Buyer.Name != "", "L’acheteur n’a pas de nom.") }},
	{"BR-08", func(d Document) []string {
		return unless(d.Seller.Street != "" && d.Seller.Town != "" && d.Seller.PostalCode != "", "L’adresse du vendeur est incomplète\u00a0: il faut la rue, le code postal et la commune.")
	}},
	{"BR-10", func(d Document) []string {
		return unless(d.Buyer.Town != "" && d.Buyer.PostalCode != "", "L’adresse de l’acheteur est incomplète\u00a0: il faut au moins le code postal et la commune.")
	}},
	{"BR-16", func(d Document) []string { return unless(len(d.Lines) > 0, "Le document n’a aucune ligne.") }},
	{"BR-25", eachLine(func(n int, l Line) []string { return unless(l.Name != "", "La ligne %d n’a pas de désignation.", n) })},
	{"BR-FR-01", func(d Document) []string {
		return slices.Concat(idLength("Le numéro", d.Number), originals(d, func(o Reference) []string { return idLength("Le numéro de la facture d’origine", o.Number) }))
	}},
	{"BR-FR-02", func(d Document) []string {
		return slices.Concat(idCharset("Le numéro", d.Number), originals(d, func(o Reference) []string { return idCharset("Le numéro de la facture d’origine", o.Number) }))
	}},
	{"BR-FR-03", func(d Document) []string {
		dates := []time.Time{d.IssuedOn, d.DueOn, d.DeliveredOn}
		for _, o := range d.Originals {
			dates = append(dates, o.IssuedOn)
		}
		for _, day := range dates {
			if !day.IsZero() && (day.Year() < 2000 || day.Year() > 2099) {
				return []string{"La date du " + day.Format("02/01/2006") + " n’est pas comprise entre 2000 et 2099."}
			}
		}
		return nil
	}},
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9+\-_/]+$`)

func idLength(what, id string) []string {
	return unless(len([]rune(id)) <= 35, "%s «\u00a0%s\u00a0» dépasse 35 caractères.", what, id)
}

func idCharset(what, id string) []string {
	return unless(id == "" || idPattern.MatchString(id), "%s «\u00a0%s\u00a0» contient autre chose que des lettres sans accent, des chiffres et + - _ /.", what, id)
}

func originals(d Document, check func(Reference) []string) []string {
	var broken []string
	for _, o := range d.Originals {
		broken = append(broken, check(o)...)
	}
	return broken
}

// invoiceRules are those of the French reform, for invoices and credit notes.
var invoiceRules = []rule{
	{"BR-FR-04", func(d Document) []string {
		return unless(d.Type == Invoice || d.Type == CreditNote || d.Type == Corrective, "Le type de document «\u00a0%s\u00a0» n’est pas celui d’une facture ou d’un avoir.", string(d.Type))
	}},
	{"BR-FR-05", func(d Document) []string {
		var broken []string
		for _, n := range []struct{ subject, what string }{{NoteRecovery, "l’indemnité forfaitaire de recouvrement (PMT)"}, {NoteLate, "les pénalités de retard (PMD)"}, {NoteDiscount, "l’escompte (AAB)"}} {
			broken = append(broken, unless(d.notesAbout(n.subject) > 0, "La mention sur %s manque.", n.what)...)
		}
		return broken
	}},
	{"BR-FR-06", func(d Document) []string {
		var broken []string
		for _, subject := range []string{NoteRecovery, NoteLate, NoteDiscount} {
			broken = append(broken, unless(d.notesAbout(subject) <= 1, "La mention %s figure plusieurs fois.", subject)...)
		}
		return broken
	}},
	{"BR-FR-08", func(d Document) []string {
		known := []string{"B1", "S1", "M1", "B2", "S2", "M2", "B4", "S4", "M4", "S5", "S6", "B7", "S7"}
		return unless(slices.Contains(known, d.Process), "Le cadre de facturation «\u00a0%s\u00a0» n’existe pas.", d.Process)
	}},
	{"BR-FR-09", eachParty(func(who string, p Party) []string {
		return unless(p.SIRET == "" || digits(p.SIRET, 14), "Le SIRET %s ne compte pas 14\u00a0chiffres.", who)
	})},
	{"BR-FR-10", func(d Document) []string {
		return unless(digits(d.Seller.SIREN(), 9), "Le SIREN du vendeur manque ou n’est pas fait de 9\u00a0chiffres.")
	}},
	{"BR-FR-11", func(d Document) []string {
		return unless(!d.b2b() || digits(d.Buyer.SIREN(), 9), "Le SIREN de l’acheteur manque ou n’est pas fait de 9\u00a0chiffres.")
	}},
	{"BR-FR-12", func(d Document) []string {
		return unless(d.Buyer.Endpoint() != "", "L’adresse électronique de l’acheteur manque.")
	}},
	{"BR-FR-13", func(d Document) []string {
		return unless(d.Seller.Endpoint() != "", "L’adresse électronique du vendeur manque.")
	}},
	{"BR-FR-20", func(d Document) []string {
		allowed := []string{"B2B", "B2BINT", "B2C", "OUTOFSCOPE", "ARCHIVEONLY"}
		for _, n := range d.Notes {
			if n.Subject == NoteScope && !slices.Contains(allowed, n.Text) {
				return []string{"Le traitement «\u00a0" + n.Text + "\u00a0» (BAR) n’existe pas."}
			}
		}
		return unless(d.notesAbout(NoteScope) > 0, "Le traitement de la facture (BAR) n’est pas dit.")
	}},
	{"BR-FR-21", func(d Document) []string {
		return unless(!d.b2b() || strings.HasPrefix(d.Buyer.Endpoint(), d.Buyer.SIREN()), "L’adresse électronique de l’acheteur doit commencer par son SIREN.")
	}},
	{"BR-FR-23", eachParty(func(who string, p Party) []string {
		return unless(p.Endpoint() == "" || idPattern.MatchString(p.Endpoint()), "L’adresse électronique %s contient des caractères interdits.", who)
	})},
	{"BR-FR-24", func(d Document) []string {
		return unless(d.Buyer.ServiceCode == "" || idPattern.MatchString(d.Buyer.ServiceCode), "Le code service «\u00a0%s\u00a0» contient des caractères interdits\u00a0: lettres sans accent, chiffres et + - _ / seulement.", d.Buyer.ServiceCode)
	}},
	{"BR-FR-25", eachParty(func(who string, p Party) []string {
		return unless(len(p.Endpoint()) <= 125, "L’adresse électronique %s dépasse 125 caractères.", who)
	})},
	{"BR-FR-26", func(d Document) []string {
		return unless(len([]rune(d.Buyer.ServiceCode)) <= 100, "Le code service dépasse 100 caractères.")
	}},
	{"BR-FR-CO-04", func(d Document) []string {
		return unless(d.Type != Corrective || len(d.Originals) == 1, "Une facture rectificative nomme exactement une facture d’origine.")
	}},
	{"BR-FR-CO-05", func(d Document) []string {
		return unless(d.Type != CreditNote || len(d.Originals) > 0 && !slices.ContainsFunc(d.Originals, func(o Reference) bool { return o.Number == "" || o.IssuedOn.IsZero() }),
			"Un avoir nomme la facture qu’il corrige, avec sa date.")
	}},
	{"BR-FR-CO-07", func(d Document) []string {
		return unless(d.Process == AlreadyPaid || d.DueOn.IsZero() || !d.DueOn.Before(d.IssuedOn), "L’échéance est antérieure à la date d’émission.")
	}},
	{"BR-FR-CO-09", func(d Document) []string {
		settled := d.Totals.Paid == d.Totals.Grand && d.Totals.Due == 0 && !d.DueOn.IsZero()
		return unless(d.Process != AlreadyPaid || settled, "Une facture déjà payée porte un montant payé égal au total, un reste à payer nul et une date de paiement.")
	}},
}

func (d Document) notesAbout(subject string) int {
	n := 0
	for _, note := range d.Notes {
		if note.Subject == subject && strings.TrimSpace(note.Text) != "" {
			n++
		}
	}
	return n
}

func (d Document) b2b() bool {
	return slices.Contains(d.Notes, Note{NoteScope, B2B})
}

func eachParty(check func(who string, p Party) []string) func(Document) []string {
	return func(d Document) []string {
		return slices.Concat(check("du vendeur", d.Seller), check("de l’acheteur", d.Buyer))
	}
}

func digits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
