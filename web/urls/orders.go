package urls

import "github.com/google/uuid"

// Commanditaire is the home of who orders.
func Commanditaire() string { return "/commanditaire" }

// Orders lists the orders of the organisation acted for.
func Orders() string { return "/commanditaire/commandes" }

// OrdersCSV is the same list as a sheet, with the same filters.
func OrdersCSV() string { return "/commanditaire/commandes.csv" }

// NewOrder is the form of a new order.
func NewOrder() string { return "/commanditaire/commandes/nouvelle" }

// OrderPartners answers the proposals of a co-funder field.
func OrderPartners() string { return "/commanditaire/commandes/organisations" }

// FundedOrders lists the orders of others that the organisation co-funds.
func FundedOrders() string { return "/commanditaire/financements" }

// Order is an order's page, or one of its acts: « modifier », « verifier »,
// « devis », « signer », « bat », « livraison », « annuler », « reprendre ».
func Order(id uuid.UUID, act ...string) string { return ID(Orders(), id, act...) }

// OrderDocument is a file kept with an order.
func OrderDocument(order, document uuid.UUID) string {
	return ID(Orders(), order, "documents", document.String())
}

// AdminOrders lists everybody's orders for the operator.
func AdminOrders() string { return "/admin/commandes" }

// AdminOrder is an order's page for the operator, or one of its acts.
func AdminOrder(id uuid.UUID, act ...string) string { return ID(AdminOrders(), id, act...) }

// AdminOrderDocument is a file kept with an order, for the operator.
func AdminOrderDocument(order, document uuid.UUID) string {
	return ID(AdminOrders(), order, "documents", document.String())
}
