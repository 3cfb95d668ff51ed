package httpx

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5/middleware"
)

// Identify names every request, so that a failure's page and its log line can
// be brought together.
func Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := strings.ToLower(rand.Text()[:12])
		id = id[:4] + "-" + id[4:8] + "-" + id[8:]
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey, id)))
	})
}

// ClientAddress finds whom the request comes from, believing X-Forwarded-For
// only from the trusted proxies.
func ClientAddress(trusted []netip.Prefix) func(http.Handler) http.Handler {
	if len(trusted) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	prefixes := make([]string, len(trusted))
	for i, p := range trusted {
		prefixes[i] = p.String()
	}
	return middleware.ClientIPFromXFF(prefixes...)
}

func clientAddress(r *http.Request) string {
	if address := middleware.GetClientIP(r.Context()); address != "" {
		return subscriber(address)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return subscriber(host)
}

// subscriber is an IPv4, or the /64 of an IPv6: one subscriber owns it whole, and
// would otherwise be a new visitor at each try.
func subscriber(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		network, _ := ip.Prefix(64)
		ip = network.Addr()
	}
	return ip.String()
}

// device is what the browser says it is, shortened for the journal.
func device(r *http.Request) string {
	const longest = 160
	agent := strings.ToValidUTF8(r.UserAgent(), "")
	if len(agent) > longest {
		agent = strings.ToValidUTF8(agent[:longest], "")
	}
	return agent
}

// Recover answers a panic as any failure.
func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				Fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// AccessLog writes one line a request: the route's pattern and never the
// address, which may hold a code or a link's secret.
func AccessLog(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ww, begun := middleware.NewWrapResponseWriter(w, r.ProtoMajor), time.Now()
		// The layers below replace the request; the actor they find is told here.
		seen := &witness{}
		r = r.WithContext(context.WithValue(r.Context(), witnessKey, seen))
		defer func() {
			attrs := append(requestAttrs(r), seen.attrs...)
			attrs = append(attrs, slog.Int("status", max(ww.Status(), http.StatusOK)),
				slog.Int("bytes", ww.BytesWritten()), slog.Duration("took", time.Since(begun)))
			Logger(r).LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
		}()
		next.ServeHTTP(ww, r)
	})
}

type witness struct{ attrs []slog.Attr }
