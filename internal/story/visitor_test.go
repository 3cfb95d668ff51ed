package story_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visitor reads the site without a browser: it keeps cookies and follows no
// redirection by itself.
type visitor struct {
	t    testing.TB
	site *site
	http *http.Client
}

func (s *site) visitor(t testing.TB) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	// Compressing for itself is most of what a test that reads thousands of pages would do.
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{t: t, site: s, http: &http.Client{Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as signs in, unless email is empty.
func (s *site) as(t testing.TB, email string) *visitor {
	t.Helper()
	v := s.visitor(t)
	if email == "" {
		return v
	}
	got := v.send(http.MethodPost, "/connexion", url.Values{"email": {email}, "password": {s.password}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("%s cannot sign in: %d", email, got.status)
	}
	return v
}

type answer struct {
	status         int
	location, kind string
	body           string
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	return v.send(http.MethodGet, path, nil)
}

func (v *visitor) send(method, path string, form url.Values) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	got := answer{status: response.StatusCode, location: response.Header.Get("Location"), kind: response.Header.Get("Content-Type")}
	if strings.HasPrefix(got.kind, "text/event-stream") {
		return got
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	got.body = string(body)
	return got
}

// links are the addresses of this site that a page leads to, in its order.
func (a answer) links() []string {
	if !strings.HasPrefix(a.kind, "text/html") {
		return nil
	}
	var found []string
	for page := html.NewTokenizer(strings.NewReader(a.body)); page.Next() != html.ErrorToken; {
		name, more := page.TagName()
		if string(name) != "a" {
			continue
		}
		for more {
			var key, value []byte
			key, value, more = page.TagAttr()
			address := string(value)
			if string(key) == "href" && strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
				address, _, _ = strings.Cut(address, "#")
				found = append(found, address)
			}
		}
	}
	return found
}
