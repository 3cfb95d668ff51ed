package app

import (
	"context"

	"passnum/internal/geocode"
	"passnum/internal/territory"
	"passnum/web/public"
	"passnum/web/ui"
	palette "passnum/web/ui/theme"
	"passnum/web/urls"
)

// finderScreens is the search of places, with addresses when the national
// service answers.
func (a *App) finderScreens() *public.FinderHandlers {
	s := a.services
	return &public.FinderHandlers{Places: s.places, Communes: s.communes, Geocode: addresses(geocode.New(a.cfg.Outgoing.Geocoder), s.communes), Cheques: s.redemptions,
		Seal: s.seal, Secure: a.cfg.Secure(), Now: a.db.Now, BaseURL: a.cfg.BaseURL.String(), Tenants: a.tenant}
}

// addresses asks the service for the likeliest address; what it is not sure of
// is left to the commune.
func addresses(client *geocode.Client, communes *territory.Index) public.Geocode {
	return func(ctx context.Context, address string) (label string, latitude, longitude float64, insee string, ok bool) {
		found, err := client.Search(ctx, geocode.Query{Text: address, Limit: 1})
		if err != nil || len(found) == 0 || !found[0].Exact() {
			return "", 0, 0, "", false
		}
		f := found[0]
		return f.Label, f.Latitude, f.Longitude, communes.Current(f.Insee), true
	}
}

// tenant is the colours of an organisation, for a page in its site.
func (a *App) tenant(ctx context.Context, slug string) (*ui.Tenant, error) {
	colour, err := a.services.organisations.Colour(ctx, slug)
	if err != nil {
		return nil, err
	}
	colours, err := palette.Derive(colour)
	if err != nil { // none chosen: the house's
		return nil, nil
	}
	return &ui.Tenant{Stylesheet: urls.Theme(slug, colours.Hash())}, nil
}
