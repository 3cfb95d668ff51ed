package ui

import (
	"net/url"
	"strconv"
	"time"

	"passnum/internal/fault"
	"passnum/web/assets"
)

// Page is what every layout needs around a screen's own content.
type Page struct {
	// Title is the h1 in short, shown in the browser's tab.
	Title string
	// Description is the page's summary for search engines.
	Description string
	// Lang is the content's language; French when empty.
	Lang string
	// Active is the Key of the current NavItem.
	Active string
	// Actor is the signed-in person; nil for visitors.
	Actor *Actor
	Nav   []NavItem
	// Crumbs lead to the page; the last one is the page itself.
	Crumbs []Crumb
	// Demo shows the band that says nothing is real.
	Demo  bool
	Flash *Flash
	// Errors are a refused form's; they prefix the title and fill ErrorSummary.
	Errors Errors
	// Tenant gives the page an organisation's logo and colour.
	Tenant *Tenant
	// RequestPath is the page's own path, where the sign-in link comes back.
	RequestPath string
	// NoIndex keeps search engines away; signed-in pages always are.
	NoIndex bool
	// RefreshSeconds reloads the page for browsers without JavaScript (see Progress).
	RefreshSeconds int
	// Scripts names extra modules of web/assets/js the page needs: « scan.js ».
	Scripts []string
	// Back is the way out shown by the Work layout.
	Back *Crumb
}

// Actor is the person at the keyboard, as the header names them.
type Actor struct {
	Name         string
	Organisation string
	// Role is the hat worn now: « Commanditaire », « Guichet ».
	Role string
	// Several offers to act for another organisation.
	Several bool
	// Learns offers the lessons.
	Learns bool
	// LockAfter is how long the screen may stay without anybody; zero for ever.
	LockAfter time.Duration
}

// NavItem is one tab of the main navigation.
type NavItem struct {
	Key, Label, Href string
	// Count is what waits there; hidden when zero.
	Count int
}

// Crumb is one step of the path to the page.
type Crumb struct{ Label, Href string }

// Tenant is an organisation whose page this is, in its colours.
type Tenant struct {
	Name    string
	LogoURL string
	// Stylesheet is the address of the tenant's theme; see package theme.
	Stylesheet string
}

// Flash is the one-time message after an act that succeeded.
type Flash struct {
	Tone  Tone
	Title string
	Body  string
}

// Addresses the layouts link to.
const (
	hrefHome          = "/"
	hrefLogin         = "/connexion"
	hrefLogout        = "/deconnexion"
	hrefTraining      = "/formation"
	hrefLock          = "/verrouillage"
	hrefLockNow       = "/verrouillage/maintenant"
	hrefAccount       = "/compte"
	hrefOrganisations = "/organisation"
	hrefAccessibility = "/accessibilite"
	hrefData          = "/donnees"
	hrefHelp          = "/aide"
	hrefPlaces        = "/lieux"
	hrefServices      = "/referentiel"
	hrefStatistics    = "/statistiques"
	hrefCover         = "/couverture"
	hrefLegal         = "/mentions"
	hrefLicence       = "/licence"
)

// htmxConfig forbids what the content security policy would refuse anyway.
const htmxConfig = `{"includeIndicatorCSS":false,"extensions":"sse","implicitInheritance":false,"mode":"same-origin"}`

func (p Page) lang() string {
	if p.Lang == "" {
		return "fr"
	}
	return p.Lang
}

func (p Page) fullTitle() string {
	title := p.Title + " – Passnum"
	if p.Errors.Any() {
		return "Erreur\u00a0: " + title
	}
	return title
}

func (p Page) signInHref() string {
	if p.RequestPath == "" || p.RequestPath == hrefHome || p.RequestPath == hrefLogin {
		return hrefLogin
	}
	return hrefLogin + "?suite=" + url.QueryEscape(p.RequestPath)
}

func (p Page) hidden() bool { return p.NoIndex || p.Actor != nil }

func (p Page) scripts() []string {
	paths := make([]string, len(p.Scripts))
	for i, name := range p.Scripts {
		paths[i] = assets.Path(name)
	}
	return paths
}

// lockSeconds is when the screen locks itself, as the script wants it.
func (a Actor) lockSeconds() string { return strconv.Itoa(int(a.LockAfter.Seconds())) }

// Errors is a refused form: the sentence above it and one per field.
type Errors struct {
	Summary string
	Fields  []fault.FieldError
}

// ErrorsFrom shows a refusal; a nil refusal shows nothing.
func ErrorsFrom(f *fault.Error) Errors {
	if f == nil {
		return Errors{}
	}
	return Errors{Summary: f.Sentence, Fields: f.Fields}
}

// Any reports whether there is something to show.
func (e Errors) Any() bool { return e.Summary != "" || len(e.Fields) > 0 }

// For returns the sentence about one field, or nothing.
func (e Errors) For(field string) string {
	for _, f := range e.Fields {
		if f.Field == field {
			return f.Sentence
		}
	}
	return ""
}
