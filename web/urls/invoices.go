package urls

import (
	"strconv"

	"github.com/google/uuid"
)

// AdminInvoices lists the operator's factures and avoirs.
func AdminInvoices() string { return "/admin/factures" }

// AdminOrderInvoices lists the documents of one order.
func AdminOrderInvoices(order uuid.UUID) string {
	return With(AdminInvoices(), "commande", order.String())
}

// OrderInvoices is the same for the order's commanditaire and co-funders.
func OrderInvoices(order uuid.UUID) string { return With(Invoices(), "commande", order.String()) }

// AdminInvoicesCSV is the same list as a sheet, with the same filters.
func AdminInvoicesCSV() string { return "/admin/factures.csv" }

// AdminInvoiceYear downloads every paper of a year.
func AdminInvoiceYear(year int) string {
	return Path(AdminInvoices(), "annee", strconv.Itoa(year)+".zip")
}

// AdminBills lists what is due and was not billed yet.
func AdminBills() string { return AdminInvoices() + "/a-emettre" }

// AdminBill is one bill before it is issued (POST issues it).
func AdminBill(order, payer, cause uuid.UUID) string {
	return ID(AdminBills(), order, payer.String(), cause.String())
}

// AdminInvoice is one document, or one of its parts and acts: « facture.pdf »,
// « factur-x.xml », « corriger », « envoi », « depot », « reponse », « relance ».
func AdminInvoice(id uuid.UUID, act ...string) string { return ID(AdminInvoices(), id, act...) }

// Invoices lists the factures of who orders or co-funds.
func Invoices() string { return "/commanditaire/factures" }

// InvoicesCSV is the same list as a sheet.
func InvoicesCSV() string { return "/commanditaire/factures.csv" }

// Invoice is one document of the organisation, or its file.
func Invoice(id uuid.UUID, file ...string) string { return ID(Invoices(), id, file...) }

// InvoiceNeeds is what the organisation's accounting wants on its factures.
func InvoiceNeeds() string { return Invoices() + "/besoins" }

// StructureInvoices lists the factures of the fees kept from a structure.
func StructureInvoices() string { return "/structure/factures" }

// StructureInvoicesCSV is the same list as a sheet.
func StructureInvoicesCSV() string { return "/structure/factures.csv" }

// StructureInvoice is one of them, or its file.
func StructureInvoice(id uuid.UUID, file ...string) string {
	return ID(StructureInvoices(), id, file...)
}
