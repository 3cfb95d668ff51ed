package geocode

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func service(t *testing.T, answer http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return New(server.URL + "/geocodage/")
}

const oneAddress = `{"type":"FeatureCollection","features":[
	{"geometry":{"type":"Point","coordinates":[1.8705,46.1712]},"properties":{"label":"3 Rue de la Gare 23000 Guéret","score":0.94,"type":"housenumber","citycode":"23096","postcode":"23000","city":"Guéret"}},
	{"geometry":{"type":"Point","coordinates":[500,46]},"properties":{"label":"Nulle part","score":0.9,"type":"street"}}]}`

func TestSearch(t *testing.T) {
	t.Parallel()
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/geocodage/search" || r.URL.Query().Get("q") != "3 rue de la Gare" || r.URL.Query().Get("citycode") != "23096" || r.URL.Query().Get("limit") != "1" {
			t.Errorf("asked %s", r.URL)
		}
		_, _ = fmt.Fprint(w, oneAddress)
	})
	found, err := c.Search(t.Context(), Query{Text: " 3  rue de la Gare ", Insee: "23096"})
	if err != nil || len(found) != 1 || !found[0].Exact() || found[0].Latitude != 46.1712 || found[0].Town != "Guéret" {
		t.Errorf("%+v, %v", found, err)
	}
	if none, err := c.Search(t.Context(), Query{Text: "3"}); err != nil || none != nil {
		t.Errorf("two letters were asked: %v %v", none, err)
	}
}

func TestWhatCannotAnswerIsLeftAlone(t *testing.T) {
	t.Parallel()
	asked := 0
	c := service(t, func(w http.ResponseWriter, _ *http.Request) { asked++; w.WriteHeader(http.StatusTooManyRequests) })
	now := time.Now()
	c.now = func() time.Time { return now }
	for range 3 {
		if _, err := c.Search(t.Context(), Query{Text: "Guéret"}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("got %v", err)
		}
	}
	now = now.Add(rest)
	if _, err := c.Search(t.Context(), Query{Text: "Guéret"}); !errors.Is(err, ErrUnreachable) || asked != 2 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

func TestATextThatIsRefusedStopsNobodyElse(t *testing.T) {
	t.Parallel()
	c := service(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Query().Get("q"), "%") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprint(w, oneAddress)
	})
	if found, err := c.Search(t.Context(), Query{Text: "%%% %%%"}); err != nil || found != nil {
		t.Errorf("%+v, %v", found, err)
	}
	if found, err := c.Search(t.Context(), Query{Text: "3 rue de la Gare"}); err != nil || len(found) != 1 {
		t.Errorf("the next one: %+v, %v", found, err)
	}
}

func TestAnswersThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "<html>") },
		"endless": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprint(w, `{"features":[`+strings.Repeat(" ", longest+10))
		},
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://localhost:1/", http.StatusFound)
		},
	} {
		if _, err := service(t, answer).Search(t.Context(), Query{Text: "Guéret"}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, off := range []string{"", "off"} {
		if _, err := New(off).Search(t.Context(), Query{Text: "Guéret"}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("%q: %v", off, err)
		}
	}
}
