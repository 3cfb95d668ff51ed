package public

import (
	"fmt"
	"net/http"
	"strings"

	"passnum/web/httpx"
	"passnum/web/urls"
)

// mostAddresses is what the format of sitemaps allows in one file, less the
// pages that are not places.
const mostAddresses = 49_000

// sitemap lists the public pages, and every place's.
func (h *FinderHandlers) sitemap(w http.ResponseWriter, r *http.Request) error {
	places, err := h.Places.Addresses(r.Context(), mostAddresses)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", httpx.TypeXML)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	var text strings.Builder
	text.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	for _, path := range []string{urls.Home(), urls.PublicPlaces(), urls.Workshops(), urls.WhereToAsk(), urls.Referentiel(), urls.Candidate(), urls.CandidateQuestions(), urls.Join(), urls.Statistics(), urls.OpenData(), urls.Help(), urls.Accessibility(), urls.LegalNotice(), urls.Licence()} {
		fmt.Fprintf(&text, "<url><loc>%s</loc></url>\n", h.BaseURL+path)
	}
	for _, p := range places {
		fmt.Fprintf(&text, "<url><loc>%s</loc><lastmod>%s</lastmod></url>\n", h.BaseURL+urls.PublicPlace(p.ID), p.UpdatedAt.UTC().Format("2006-01-02"))
	}
	text.WriteString("</urlset>\n")
	_, _ = w.Write([]byte(text.String())) // a reader who left is not a failure
	return nil
}

// robots leads search engines to the list, and away from what only looks like
// many pages.
func (h *FinderHandlers) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = fmt.Fprintf(w, "User-agent: *\nDisallow: %s?\nDisallow: %s\nDisallow: /P/\nDisallow: /cheque\nDisallow: /connexion\nDisallow: /tuiles/\n\nSitemap: %s\n",
		urls.PublicPlaces(), urls.PlacesMap(), h.BaseURL+urls.Sitemap())
	return nil
}
