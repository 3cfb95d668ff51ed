package urls

import (
	"strconv"

	"github.com/google/uuid"
)

// AccountChange confirms or refuses a change of the structure's account; act is
// « confirmer » or « refuser » (POST).
func AccountChange(id uuid.UUID, act string) string {
	return Qualification("banque", id.String(), act)
}

// RefuseAccountChange is the page that a mail's link opens, without signing in.
func RefuseAccountChange(secret string) string { return Path("/changement-de-compte", secret) }

// AdminBankAccounts lists the accounts of structures that wait for somebody.
func AdminBankAccounts() string { return "/admin/comptes-bancaires" }

// AdminBankMatches takes a file of verifications of payee (POST).
func AdminBankMatches() string { return "/admin/comptes-bancaires/verifications" }

// AdminStructureAccounts is every account of one structure.
func AdminStructureAccounts(structure uuid.UUID) string { return ID(AdminBankAccounts(), structure) }

// AdminBankAccount is an act on an account: « confirmer », « refuser »,
// « titulaire », « accepter » (POST).
func AdminBankAccount(structure, account uuid.UUID, act string) string {
	return ID(AdminBankAccounts(), structure, account.String(), act)
}

// AdminReturns lists what came back from the bank, and takes its answers (POST).
func AdminReturns() string { return "/admin/paiements/retours" }

// AdminReturnsCSV is that list as a sheet.
func AdminReturnsCSV() string { return "/admin/paiements/retours.csv" }

// AdminReturnReport is one answer of the bank, line by line.
func AdminReturnReport(id uuid.UUID) string { return ID(AdminReturns()+"/comptes-rendus", id) }

// AdminReturnReportLine ends the wait of one line (POST).
func AdminReturnReportLine(id uuid.UUID, position int) string {
	return ID(AdminReturns()+"/comptes-rendus", id, strconv.Itoa(position))
}

// AdminReturn records by hand that a line came back, or shows its return; act is
// « representer » (POST).
func AdminReturn(line uuid.UUID, act ...string) string { return ID(AdminReturns(), line, act...) }

// AdminIncidents lists the corrections made after payments.
func AdminIncidents() string { return "/admin/incidents" }

// AdminIncidentsCSV is that list as a sheet.
func AdminIncidentsCSV() string { return "/admin/incidents.csv" }

// NewIncident looks for the chèque that an incident is about.
func NewIncident() string { return "/admin/incidents/nouveau" }

// NewIncidentOfLine proposes an incident on one of the chèques of a payment line.
func NewIncidentOfLine(line uuid.UUID) string {
	return With(NewIncident(), "ligne", line.String())
}

// NewIncidentOfCheque proposes an incident on a redeemed chèque.
func NewIncidentOfCheque(redemption uuid.UUID) string {
	return With(NewIncident(), "encaissement", redemption.String())
}

// NewGesture proposes a gesture on a payment line.
func NewGesture(line uuid.UUID) string {
	return With(NewIncident(), "ligne", line.String(), "nature", "geste")
}

// AdminIncident is one correction; act is « accepter », « refuser » or « annuler »
// (POST).
func AdminIncident(id uuid.UUID, act ...string) string { return ID(AdminIncidents(), id, act...) }

// StructureIncidents is what was corrected on a structure's payments.
func StructureIncidents() string { return "/structure/incidents" }

// OrderIncidents is what was corrected on a commanditaire's orders; one order's
// when it is not uuid.Nil.
func OrderIncidents(order uuid.UUID) string {
	if order == uuid.Nil {
		return "/commanditaire/incidents"
	}
	return With("/commanditaire/incidents", "commande", order.String())
}
