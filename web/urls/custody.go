package urls

import "github.com/google/uuid"

// Carnets is where every carnet of a commanditaire is.
func Carnets() string { return "/commanditaire/carnets" }

// CarnetList is the carnets behind a figure, with its filters in the query.
func CarnetList() string { return "/commanditaire/carnets/liste" }

// CarnetListCSV is the same list as a sheet.
func CarnetListCSV() string { return "/commanditaire/carnets/liste.csv" }

// CarnetOf is the life of one carnet, by its public serial number.
func CarnetOf(serial string) string { return Path("/commanditaire/carnets/serie", serial) }

// CarnetSerial finds a carnet from what was typed (query: carnet).
func CarnetSerial() string { return "/commanditaire/carnets/serie" }

// CarnetTransfers lists the transfers of a commanditaire's carnets.
func CarnetTransfers() string { return "/commanditaire/carnets/transferts" }

// CarnetTransfer is a transfer for the commanditaire, or one of its acts:
// « recevoir », « annuler » (POST), « bordereau ».
func CarnetTransfer(id uuid.UUID, act ...string) string { return ID(CarnetTransfers(), id, act...) }

// NewCarnetTransfer is the form that sends carnets out of the reserve.
func NewCarnetTransfer() string { return "/commanditaire/carnets/transferts/nouveau" }

// CarnetCases lists the discrepancies of a commanditaire's carnets.
func CarnetCases() string { return "/commanditaire/carnets/ecarts" }

// CarnetCase is a discrepancy, or one of its acts (POST): « note », « prendre »,
// « regler ».
func CarnetCase(id uuid.UUID, act ...string) string { return ID(CarnetCases(), id, act...) }

// CarnetRequests lists what points ask a commanditaire for.
func CarnetRequests() string { return "/commanditaire/carnets/demandes" }

// CarnetRequest is a request, or one of its acts (POST): « refuser ».
func CarnetRequest(id uuid.UUID, act ...string) string { return ID(CarnetRequests(), id, act...) }

// CarnetOppositions lists the carnets declared lost or stolen.
func CarnetOppositions() string { return "/commanditaire/carnets/oppositions" }

// CarnetAllocation shares carnets out among points.
func CarnetAllocation() string { return "/commanditaire/carnets/repartition" }

// CounterTransfers lists the transfers that leave from, or come to, the points of
// an aiguilleur.
func CounterTransfers() string { return "/aiguilleur/transferts" }

// CounterTransfer is a transfer for the aiguilleur, or one of its acts:
// « annuler » (POST), « bordereau ».
func CounterTransfer(id uuid.UUID, act ...string) string { return ID(CounterTransfers(), id, act...) }

// NewCounterTransfer is the form that sends carnets to another point.
func NewCounterTransfer() string { return "/aiguilleur/transferts/nouveau" }

// CounterCases lists the discrepancies an aiguilleur is a party to.
func CounterCases() string { return "/aiguilleur/transferts/ecarts" }

// CounterCase is a discrepancy for an aiguilleur, or one of its acts (POST).
func CounterCase(id uuid.UUID, act ...string) string { return ID(CounterCases(), id, act...) }

// CounterReturns lists the carnets an aiguilleur gave back.
func CounterReturns() string { return "/aiguilleur/retours" }

// NewCounterReturn is the form that gives undistributed carnets back.
func NewCounterReturn() string { return "/aiguilleur/retours/nouveau" }

// CounterRequests lists what an aiguilleur asked its commanditaires for.
func CounterRequests() string { return "/aiguilleur/demandes" }

// CounterRequest is one of a request's acts (POST): « annuler ».
func CounterRequest(id uuid.UUID, act ...string) string { return ID(CounterRequests(), id, act...) }

// StockThreshold sets when a point's stock is low (POST).
func StockThreshold() string { return "/aiguilleur/stock/seuil" }

// AdminCarnets is where every carnet is, for the operator.
func AdminCarnets() string { return "/admin/carnets" }

// AdminCarnetTransfers lists every transfer, for the operator.
func AdminCarnetTransfers() string { return "/admin/carnets/transferts" }

// AdminCarnetTransfer is a transfer for the operator, or one of its acts.
func AdminCarnetTransfer(id uuid.UUID, act ...string) string {
	return ID(AdminCarnetTransfers(), id, act...)
}

// NewAdminCarnetTransfer is the form that sends what the operator holds.
func NewAdminCarnetTransfer() string { return "/admin/carnets/transferts/nouveau" }

// AdminCarnetCases lists every discrepancy, for the operator.
func AdminCarnetCases() string { return "/admin/carnets/ecarts" }

// AdminCarnetCase is a discrepancy for the operator, or one of its acts (POST).
func AdminCarnetCase(id uuid.UUID, act ...string) string { return ID(AdminCarnetCases(), id, act...) }

// AdminCarnetList is the carnets behind a figure of the operator's page.
func AdminCarnetList() string { return "/admin/carnets/liste" }

// AdminCarnetListCSV is the same list as a sheet.
func AdminCarnetListCSV() string { return "/admin/carnets/liste.csv" }
