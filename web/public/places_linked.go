package public

import (
	"encoding/json"
	"strings"

	"passnum/internal/hours"
	"passnum/internal/reporting/finder"
	"passnum/web/urls"
)

// linked is the place in schema.org's words, for search engines. It is data, not
// a script: browsers run none of it. JSON escapes what would end the element.
func (h *FinderHandlers) linked(s finder.Sheet) string {
	text := map[string]any{
		"@context": "https://schema.org", "@type": "LocalBusiness", "@id": h.BaseURL + urls.PublicPlace(s.ID), "url": h.BaseURL + urls.PublicPlace(s.ID), "name": s.Name,
		"address": map[string]any{"@type": "PostalAddress", "streetAddress": s.Street, "postalCode": s.PostalCode, "addressLocality": s.Town, "addressCountry": "FR"},
	}
	if s.Latitude != nil && s.Longitude != nil {
		text["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": *s.Latitude, "longitude": *s.Longitude}
	}
	for name, value := range map[string]string{"telephone": s.Phone, "email": s.Email, "sameAs": s.Website, "description": s.Summary} {
		if value != "" {
			text[name] = value
		}
	}
	if _, ok := hours.Rules(s.OpeningHours); ok {
		text["openingHours"] = splitRules(s.OpeningHours)
	}
	if s.Accepts {
		text["paymentAccepted"] = "Pass numérique"
	}
	content, err := json.Marshal(text)
	if err != nil { // texts and numbers always encode
		return ""
	}
	return `<script type="application/ld+json">` + string(content) + `</script>`
}

func splitRules(osm string) []string {
	var rules []string
	for rule := range strings.SplitSeq(osm, ";") {
		if rule = strings.TrimSpace(rule); rule != "" && !strings.HasSuffix(rule, "off") && !strings.HasSuffix(rule, "closed") {
			rules = append(rules, rule)
		}
	}
	return rules
}
