package urls

import "github.com/google/uuid"

// FundedCSV is the table of what an organisation co-funds.
func FundedCSV() string { return "/commanditaire/financements.csv" }

// Programmes lists the calls of funders, for those who order and those who fund.
func Programmes() string { return "/commanditaire/programmes" }

// Programme is a call's page, or an act on it.
func Programme(id uuid.UUID, act ...string) string { return ID(Programmes(), id, act...) }

// OrderProgrammes is where an order asks for a programme's help.
func OrderProgrammes(order uuid.UUID, act ...string) string {
	return ID(Programmes()+"/commandes", order, act...)
}

// AdminProgrammes lists every call, for the operator.
func AdminProgrammes() string { return "/admin/programmes" }

// AdminNewProgramme is the form of a new call.
func AdminNewProgramme() string { return "/admin/programmes/nouveau" }

// AdminProgramme is a call's page for the operator, or an act on it.
func AdminProgramme(id uuid.UUID, act ...string) string { return ID(AdminProgrammes(), id, act...) }
