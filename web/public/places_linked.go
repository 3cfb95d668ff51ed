package public

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"passnum/internal/hours"
	"passnum/internal/reporting/finder"
	"passnum/web/urls"
)

// linked is the place in schema.org's words, for search engines. It is data, not
// a script: browsers run none of it. JSON escapes what would end the element.
func (h *FinderHandlers) linked(s finder.Sheet) string {
	address := map[string]any{"@type": "PostalAddress", "postalCode": s.PostalCode, "addressLocality": s.Town, "addressCountry": "FR"}
	text := map[string]any{
		"@context": "https://schema.org", "@type": "LocalBusiness", "@id": h.BaseURL + urls.PublicPlace(s.ID), "url": h.BaseURL + urls.PublicPlace(s.ID), "name": s.Name,
		"address": address,
	}
	if s.Street != "" {
		address["streetAddress"] = s.Street
	}
	if s.Latitude != nil && s.Longitude != nil {
		text["geo"] = map[string]any{"@type": "GeoCoordinates", "latitude": *s.Latitude, "longitude": *s.Longitude}
	}
	for name, value := range map[string]string{"telephone": s.Phone, "email": s.Email, "sameAs": s.Website, "description": s.Summary} {
		if value != "" {
			text[name] = value
		}
	}
	if open := opening(s.OpeningHours); len(open) > 0 {
		text["openingHoursSpecification"] = open
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

var linkedDays = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays"}

// openingSpan is one span of hours, with the days that have it.
type openingSpan struct {
	Type   string   `json:"@type"`
	Days   []string `json:"dayOfWeek"`
	Opens  string   `json:"opens"`
	Closes string   `json:"closes"`
}

// opening lists spans of hours, none for hours that are not read: a rule that
// closes on a day is only told by leaving that day out.
func opening(osm string) []openingSpan {
	var list []openingSpan
	days, _ := hours.Weekly(osm)
	for day, times := range days {
		for _, t := range times {
			span := openingSpan{Type: "OpeningHoursSpecification", Opens: linkedClock(t.From), Closes: linkedClock(t.To)}
			i := slices.IndexFunc(list, func(o openingSpan) bool { return o.Opens == span.Opens && o.Closes == span.Closes })
			if i < 0 {
				i, list = len(list), append(list, span)
			}
			list[i].Days = append(list[i].Days, "https://schema.org/"+linkedDays[day])
		}
	}
	return list
}

// linkedClock writes « 9:00 » as « 09:00 »; midnight that ends a day is its last
// minute, and « 26:00 » is two in the morning.
func linkedClock(clock string) string {
	hour, minutes, _ := strings.Cut(clock, ":")
	var n int
	_, _ = fmt.Sscan(hour, &n) // hours that were read are numbers
	switch {
	case n == 24 && minutes == "00":
		return "23:59"
	case n >= 24:
		n -= 24
	}
	return fmt.Sprintf("%02d:%s", n, minutes)
}
