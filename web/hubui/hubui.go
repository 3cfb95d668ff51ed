// Package hubui is the screens of those who animate the network: what a hub
// follows, what a commanditaire delegates, and the structures that counters,
// hubs and commanditaires propose. It refuses to show an amount.
package hubui

import (
	"net/http"

	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// formPage is a page under a room, with the refusal of its form.
func formPage(r *http.Request, room ui.Crumb, title string, refusal *fault.Error) (ui.Page, int) {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{room, {Label: title}}
	if refusal == nil {
		return page, http.StatusOK
	}
	page.Errors = ui.ErrorsFrom(refusal)
	return page, httpx.Status(refusal.Kind)
}

// answered shows a refused form again, and goes on when it is accepted.
func answered(err error, again func(*fault.Error) error, done func() error) error {
	if refusal, ok := fault.ForForm(err); ok {
		return again(refusal)
	}
	if err != nil {
		return err
	}
	return done()
}

func orNone(text, none string) string {
	if text == "" {
		return none
	}
	return text
}
