package urls

import "github.com/google/uuid"

// Usage is the figures of every order of a commanditaire.
func Usage() string { return "/commanditaire/usages" }

// OrderUsage is the figures of an order.
func OrderUsage(id uuid.UUID) string { return Order(id, "usages") }

// OrderUsageCSV is one table of an order's figures as a sheet.
func OrderUsageCSV(id uuid.UUID, kind string) string { return Order(id, "usages", kind+".csv") }

// Definitions says what each figure means.
func Definitions() string { return "/commanditaire/definitions" }

// Definition says what one figure means.
func Definition(id string) string { return Definitions() + "#" + id }

// AdminHome is what waits for the operator.
func AdminHome() string { return "/admin" }

// AdminSearch finds anything by its code, number, name or address.
func AdminSearch() string { return "/admin/recherche" }

// AdminSearchFor shows what bears these words; never a chèque's code.
func AdminSearchFor(words string) string { return With(AdminSearch(), "q", words) }

// AdminCarnet is the whole life of a carnet.
func AdminCarnet(serial string) string { return Path("/admin/carnets", serial) }

// AdminCheque is the whole life of a chèque, by an identifier that buys nothing.
func AdminCheque(id uuid.UUID) string { return ID("/admin/cheques", id) }
