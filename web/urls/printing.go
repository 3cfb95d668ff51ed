package urls

import "github.com/google/uuid"

// AdminPrinting is where an order's carnets are handed to a print shop, or one
// of its acts (POST): « arret », « telecharger », « autre », « decision »,
// « accuse », « imprimeurs »; or « avancement », « mode-d-emploi » (GET).
func AdminPrinting(order uuid.UUID, act ...string) string {
	return ID(AdminOrders(), order, append([]string{"impression"}, act...)...)
}

// AdminPrintShopRetire stops offering a print shop (POST).
func AdminPrintShopRetire(order, shop uuid.UUID) string {
	return AdminPrinting(order, "imprimeurs", shop.String(), "retirer")
}
