package httpx_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"passnum/web/httpx"
)

func TestWhatNoDatabaseTakesIsTakenOut(t *testing.T) {
	t.Parallel()
	var query url.Values
	var continues bool
	var form httpx.Values
	h := httpx.Legible(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var after struct{ Label string }
		query, continues = r.URL.Query(), httpx.Cursor(r, &after)
		form, _ = httpx.Form(r)
	}))
	send := func(address, body string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	send("/?pour=a%00b%ff&x%00=1&accent=%C3%A9", "message=un%00%fedeux")
	if got := query.Encode(); got != "accent=%C3%A9&pour=ab" {
		t.Errorf("the query is %q", got)
	}
	if got := form.Get("message"); got != "undeux" {
		t.Errorf("the form says %q", got)
	}
	for content, want := range map[string]bool{`{"Label":"a"}`: true, `{"Label":"\u0000"}`: false, "{\"Label\":\"\xff\"}": false, `{`: false} {
		send("/?apres="+base64.RawURLEncoding.EncodeToString([]byte(content)), "")
		if continues != want {
			t.Errorf("%q continues: %v", content, continues)
		}
	}
}
