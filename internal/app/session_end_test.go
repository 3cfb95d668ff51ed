package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"testing"
	"time"
)

// underWay sends the beginning of a request and waits until the server has read
// its session; the function it answers sends the rest and waits for the answer.
func (b *browser) underWay(path, form string) (end func()) {
	b.t.Helper()
	body, rest := io.Pipe()
	reached, answered := make(chan struct{}), make(chan struct{})
	ctx := httptrace.WithClientTrace(b.t.Context(), &httptrace.ClientTrace{Got100Continue: func() { close(reached) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.site.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header = http.Header{"Expect": {"100-continue"}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	for _, c := range b.http.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	client := &http.Client{Transport: &http.Transport{ExpectContinueTimeout: time.Minute}, CheckRedirect: b.http.CheckRedirect}
	go func() {
		defer close(answered)
		if response, err := client.Do(r); err == nil {
			_ = response.Body.Close()
		}
	}()
	<-reached
	return func() {
		_, _ = io.WriteString(rest, form)
		_ = rest.Close()
		<-answered
	}
}

// again is a browser that holds the cookies b holds now, as a thief's would.
func (b *browser) again(t *testing.T) *browser {
	t.Helper()
	address, err := url.Parse(b.site.url)
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil)
	jar.SetCookies(address, b.http.Jar.Cookies(address))
	other := b.site.browser(t)
	other.http.Jar = jar
	return other
}

func TestARequestUnderWayDoesNotUndoASignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Commanditaire.Email)
	thief := b.again(t)
	end := b.underWay("/compte/nom", "name=Nom")
	b.post("/deconnexion").want(t, http.StatusSeeOther, "/connexion")
	end()
	thief.get("/compte").want(t, http.StatusSeeOther, "/connexion?suite=%2Fcompte")
}

func TestARequestUnderWayDoesNotUnlockTheScreen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser(t)
	b.signIn(s.Agent.Email)
	b.post("/compte/code", "pin", pin, "minutes", "5", "pin_password", secret).want(t, http.StatusSeeOther, "/compte")
	passer := b.again(t)
	end := b.underWay("/compte/nom", "name=Nom")
	b.post("/verrouillage/maintenant").want(t, http.StatusSeeOther, "/verrouillage")
	end()
	b.get("/compte").want(t, http.StatusSeeOther, "/verrouillage?suite=%2Fcompte")
	passer.get("/compte").want(t, http.StatusSeeOther, "/connexion?suite=%2Fcompte")
}
