package webtest

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestFaultsAreSeen(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = fmt.Fprint(w, `<!DOCTYPE html><html><head><title>Faute</title></head><body><p style="width:2000px">x</p><img src="/x.png"></body></html>`)
	}))
	t.Cleanup(server.Close)
	tab := Browser(t)
	console := Watch(t, tab, http.StatusUnprocessableEntity)
	Do(t, tab, Phone(), Open(server.URL))
	rules := map[string]bool{}
	for _, v := range Violations(t, tab) {
		rules[v.ID] = true
	}
	if !rules["image-alt"] || !rules["html-has-lang"] {
		t.Errorf("axe found %v, want image-alt and html-has-lang", rules)
	}
	if len(console.entries) != 2 { // the style and the image, not the 422
		t.Errorf("console heard %q", console.entries)
	}
}

func TestSessionsDoNotShareCookies(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("who"); err == nil {
			_, _ = fmt.Fprint(w, "known")
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "me"})
		_, _ = fmt.Fprint(w, "new")
	}))
	t.Cleanup(server.Close)
	first := Browser(t)
	second := Session(t, first)
	visit := func(tab context.Context) string {
		Do(t, tab, Open(server.URL))
		return Read(t, tab, chromedp.Text(chromedp.CSS("body")))
	}
	if got := visit(first) + visit(first) + visit(second); got != "newknownnew" {
		t.Errorf("the server answered %q", got)
	}
}
