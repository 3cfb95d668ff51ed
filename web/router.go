// Package web assembles the site: the layers every request crosses, then who is
// served where. It refuses to contain a screen.
package web

import (
	"net/http"
	"net/netip"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"passnum/web/assets"
	"passnum/web/httpx"
)

// Screens mounts its routes on the router of its audience.
type Screens interface {
	Routes(r chi.Router)
}

// Deps is what the site is made of. An audience may be served by several
// Screens, each with its own dependencies.
type Deps struct {
	Shell          httpx.Shell
	Secure         bool
	TrustedProxies []netip.Prefix
	Sessions       *scs.SessionManager
	People         httpx.Resolver
	Metrics        *httpx.Metrics

	Public        []Screens
	Account       []Screens
	Commanditaire []Screens
	Aiguilleur    []Screens
	Mediateur     []Screens
	Structure     []Screens
	Admin         []Screens
	Hub           []Screens
	API           []Screens
	// Operations is health, readiness and, unless they have their own listener,
	// the figures.
	Operations []Screens
}

// Router is the whole site.
func Router(d Deps) chi.Router {
	r := chi.NewRouter()
	r.Use(httpx.Identify)
	r.Use(httpx.ClientAddress(d.TrustedProxies))
	r.Use(d.Shell.Provide)
	r.Use(d.Metrics.Observe)
	r.Use(httpx.AccessLog)
	r.Use(httpx.Recover)
	r.Use(httpx.Headers(d.Secure))
	r.Use(httpx.LimitBody)
	r.Use(httpx.Legible)
	// Not JSON: the answers of the API are too short for it to pay.
	r.Use(middleware.Compress(5, "text/html", "text/csv", "application/geo+json", "application/xml", "image/svg+xml"))
	r.Use(httpx.SameOrigin)

	session := chi.Chain(httpx.WithSessions(d.Sessions), httpx.WithSessionActor(d.People), httpx.WithDevice(d.People, d.Secure))
	missing := session.Handler(httpx.Handler(notFound))
	r.NotFound(missing.ServeHTTP)
	r.MethodNotAllowed(missing.ServeHTTP)

	r.Handle(assets.Prefix+"*", assets.Handler())
	mount(r, d.Operations)
	r.Route("/api", func(r chi.Router) { mount(r, d.API) })
	r.Group(func(r chi.Router) {
		r.Use(session...)
		mount(r, d.Public)
		mount(r, d.Account)
		mountAt(r, "/commanditaire", d.Commanditaire)
		mountAt(r, "/aiguilleur", d.Aiguilleur)
		mountAt(r, "/mediateur", d.Mediateur)
		mountAt(r, "/structure", d.Structure)
		mountAt(r, "/admin", d.Admin)
		mountAt(r, "/hub", d.Hub)
	})
	return r
}

func mount(r chi.Router, screens []Screens) {
	for _, s := range screens {
		s.Routes(r)
	}
}

// mountAt gives an audience its prefix. A visitor is asked to sign in whatever
// stands there, so a link received by mail works and an invented one tells
// nothing.
func mountAt(r chi.Router, prefix string, screens []Screens) {
	r.Route(prefix, func(r chi.Router) {
		r.Use(httpx.NeedAccount)
		r.NotFound(httpx.Handler(notFound).ServeHTTP)
		r.MethodNotAllowed(httpx.Handler(notFound).ServeHTTP)
		mount(r, screens)
	})
}

func notFound(http.ResponseWriter, *http.Request) error { return httpx.ErrNotFound }
