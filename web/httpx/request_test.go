package httpx_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"passnum/web/httpx"
)

// TestOneSubscriberIsOneAddress keeps who owns a whole IPv6 network from trying
// passwords, links and codes from a new address each time.
func TestOneSubscriberIsOneAddress(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"[2001:db8:1:2::9]:4000", "", "2001:db8:1:2::"},
		{"[2001:db8:1:2:ffff::1]:4000", "", "2001:db8:1:2::"},
		{"[::ffff:198.51.100.7]:4000", "", "198.51.100.7"},
		{"198.51.100.7:4000", "203.0.113.1", "198.51.100.7"}, // not a proxy of ours
		{"192.0.2.1:4000", "203.0.113.1", "203.0.113.1"},
		{"192.0.2.1:4000", "10.0.0.1, 2001:db8:1:2::abcd", "2001:db8:1:2::"}, // what is on its left is the visitor's own word
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		got := ""
		httpx.ClientAddress(proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = httpx.Actor(r).Address })).
			ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s, forwarded for %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}
