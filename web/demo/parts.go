package demo

import (
	"net/url"
	"strings"
)

// part is a line of a mail's text; Href is set when the line is a link to us,
// shown without the host so that it works on any address of the demonstration.
type part struct{ Text, Href string }

func parts(text string) []part {
	var found []part
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		p := part{Text: line}
		if u, err := url.Parse(line); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			p.Href = u.RequestURI()
		}
		found = append(found, p)
	}
	return found
}
