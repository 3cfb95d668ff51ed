// Package urls spells every address of the site, so that nobody concatenates
// one. It refuses nothing: identifiers in, paths out.
package urls

import (
	"net/url"

	"github.com/google/uuid"
)

// Home is the public home page.
func Home() string { return "/" }

// Path joins segments under a prefix, each escaped: Path("/lieux", id).
func Path(prefix string, segments ...string) string {
	for _, s := range segments {
		prefix += "/" + url.PathEscape(s)
	}
	return prefix
}

// ID is Path for identifiers, with an optional tail: ID("/commandes", id, "devis").
func ID(prefix string, id uuid.UUID, tail ...string) string {
	return Path(prefix, append([]string{id.String()}, tail...)...)
}

// With adds a query to a path; empty values are left out.
func With(path string, pairs ...string) string {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
