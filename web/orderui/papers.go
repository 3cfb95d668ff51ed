package orderui

import "passnum/internal/order"

// paperUse says what a paper is for.
func paperUse(kind order.Paper) string {
	switch kind {
	case order.Slip:
		return "PDF, signé au départ et à l’arrivée"
	case order.Labels:
		return "PDF, quatre par feuille"
	default:
		return "PDF, sur le dessus du colis"
	}
}
