package public

import (
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// rows is what the legal notice says of the operator; what is not configured is
// said to be missing rather than left out.
func (o Operator) rows() []ui.SummaryRow {
	siret := ""
	if o.SIRET != "" {
		siret = format.SIRET(o.SIRET)
	}
	rows := []ui.SummaryRow{{Key: "Nom", Value: o.Name}, {Key: "SIRET", Value: siret}, {Key: "Adresse", Value: o.Address}, {Key: "Courriel", Value: o.Email}}
	for i := range rows {
		if rows[i].Value == "" {
			rows[i].Value = "Non renseigné"
		}
	}
	return rows
}
