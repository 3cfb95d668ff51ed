package admin

import (
	"passnum/internal/order"
	"passnum/web/httpx"
)

// lateTrustFrom reads the limits of scans without network; what is no number is
// refused by the domain.
func lateTrustFrom(f httpx.Values) order.LateTrust {
	trust := order.LateTrust{Days: -1, Cap: -1}
	if n, ok := f.Int("tardif_jours"); ok {
		trust.Days = n
	}
	if n, ok := f.Int("tardif_plafond"); ok {
		trust.Cap = n
	}
	return trust
}
