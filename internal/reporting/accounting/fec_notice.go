package accounting

import (
	"fmt"
	"io"
	"strings"
)

// fecMeanings says what each column holds, as article A47 A-1 II asks.
var fecMeanings = []string{
	"code du journal", "libellé du journal", "numéro de l'écriture, sur une séquence continue de l'exercice", "date de comptabilisation, AAAAMMJJ",
	"numéro de compte", "libellé du compte", "compte auxiliaire : SIRET du commanditaire ou de la structure", "nom du commanditaire ou de la structure",
	"référence de la pièce : mandat, contre-paiement et référence du virement, incident, avoir, commande ; à défaut identifiant de l'encaissement", "date de la pièce, AAAAMMJJ",
	"libellé de l'écriture, avec le numéro de la commande", "montant au débit, en euros, virgule décimale", "montant au crédit, en euros, virgule décimale",
	"lettrage (non tenu)", "date de lettrage (non tenu)", "date de validation : une écriture est validée quand elle est enregistrée, AAAAMMJJ", "montant en devise (sans objet)", "devise (sans objet)",
}

// WriteFECNotice writes the description that article A47 A-1 II asks to join to
// the file: what each column means, the charset, the separators, the journals
// and the accounts.
func WriteFECNotice(w io.Writer, file string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Descriptif du fichier %s\n\n", file)
	fmt.Fprintf(&b, "Fichier à plat, une ligne par mouvement de compte, longueur variable. Jeu de caractères : %s.\nSéparateur de zone : tabulation. Séparateur d'enregistrement : retour chariot et fin de ligne.\n", FECCharset)
	b.WriteString("Première ligne : noms des zones. Les écritures de reprise des soldes (journal AN) viennent d'abord, puis toutes les écritures, dans l'ordre de leur validation, sans centralisation.\n")
	b.WriteString("Périmètre : le grand livre du dispositif (fonds des commanditaires, chèques, paiements des structures, frais). Les autres opérations de l'opérateur sont dans sa propre comptabilité.\n\nZones\n")
	for i, column := range FECColumns {
		fmt.Fprintf(&b, "%2d  %-14s %s\n", i+1, column, fecMeanings[i])
	}
	b.WriteString("\nJournaux\n")
	for _, j := range []Journal{JournalOpening, JournalBank, JournalCheques, JournalPayments, JournalOther} {
		fmt.Fprintf(&b, "%-3s %s\n", j.Code, j.Label)
	}
	b.WriteString("\nComptes\n")
	for _, a := range chart {
		fmt.Fprintf(&b, "%s  %s\n", a.Number, a.Label)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
