package account

import "passnum/web/ui"

// demoAccounts helps whoever discovers the demonstration to try every role.
func demoAccounts() []ui.Row {
	accounts := [][2]string{
		{"commanditaire", "Un département commande des carnets"},
		{"aiguilleur", "Une mairie remet les carnets au guichet"},
		{"mediateur", "Un médiateur encaisse les chèques"},
		{"structure", "La responsable de sa structure"},
		{"conseiller", "Un conseiller numérique remet et encaisse"},
		{"candidat", "Une structure prépare sa qualification"},
		{"admin", "L’opérateur suit tout"},
		{"finance", "L’opérateur paie, second regard"},
		{"cofinanceur", "Une région cofinance"},
		{"etat", "L’État observe les chiffres nationaux"},
	}
	rows := make([]ui.Row, len(accounts))
	for i, a := range accounts {
		rows[i] = ui.NewRow(ui.Serial(a[0]+"@demo.passnum.test"), ui.Text(a[1]))
	}
	return rows
}
