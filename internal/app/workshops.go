package app

import "passnum/web/workshopui"

// seatKeeper carries the code of a booking to the page that shows it.
func (a *App) seatKeeper() workshopui.Keeper {
	return workshopui.Keeper{Seal: a.services.seal, Secure: a.cfg.Secure(), Now: a.db.Now}
}
