// Package config turns the environment into a validated Config. It reports every
// problem at once, and never repeats a secret in an error or a log.
package config

import (
	"log/slog"
	"net/netip"
	"net/url"

	"passnum/internal/identifier"
)

// Config is what serve and work need to run. Its fields are valid together.
type Config struct {
	// Addr is where the web server listens; MetricsAddr where Prometheus reads,
	// empty to serve the figures on Addr.
	Addr, MetricsAddr string
	// BaseURL is the public address, without a path; it decides cookies, links
	// in mails and what the QR codes say.
	BaseURL *url.URL
	// TrustedProxies are the networks whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Development relaxes what only a real installation must have.
	Development bool
	// AllowUnsafeDatabase starts on a database that may lose what it confirmed,
	// for throw-away installations.
	AllowUnsafeDatabase bool

	Database Database
	// CodeKeys are the chèque keys, for code.ParseKeyring.
	CodeKeys Secret
	// SessionKey seals short-lived cookies and links: 32 bytes.
	SessionKey Secret
	// SigningKey signs what leaves the house for good: a 32-byte Ed25519 seed.
	SigningKey Secret
	// FormerHosts are the addresses that chèques printed before still carry.
	FormerHosts []string
	Mail        Mail
	OIDC        OIDC
	Operator    Operator
	Invoices    Invoices
	Outgoing    Outgoing
	Papers      Papers
}

// Database holds the addresses of one database for each role.
type Database struct {
	// App is the application's login role.
	App Secret
	// Owner owns the schema; only migrate and development need it.
	Owner Secret
	// Read is an optional replica for reporting.
	Read Secret
}

// Mail says how messages leave. An empty URL, allowed in development, keeps
// them in the mailbox page.
type Mail struct {
	URL  Secret
	From string
}

// OIDC is the optional identity provider.
type OIDC struct {
	Issuer, ClientID string
	ClientSecret     Secret
}

// Enabled says whether an identity provider is configured.
func (o OIDC) Enabled() bool { return o.Issuer != "" }

// Operator is the legal body that issues the chèques and pays for them.
type Operator struct {
	Name                     string
	SIRET                    identifier.SIRET
	IBAN                     identifier.IBAN
	BIC                      identifier.BIC
	Street, PostalCode, Town string
	Email                    string
}

// Secure says whether the public address is https, on which cookies depend.
func (c Config) Secure() bool { return c.BaseURL.Scheme == "https" }

// LogValue shows what helps an administrator and no secret.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("addr", c.Addr),
		slog.String("metrics_addr", c.MetricsAddr),
		slog.String("base_url", c.BaseURL.String()),
		slog.Any("trusted_proxies", c.TrustedProxies),
		slog.Bool("development", c.Development),
		slog.Bool("replica", c.Database.Read != ""),
		slog.Bool("mail", c.Mail.URL != ""),
		slog.Bool("oidc", c.OIDC.Enabled()),
		slog.String("operator", c.Operator.Name),
	)
}

// Secret is text that prints and logs as a mask. Converting it to a string is
// the one way to read it.
type Secret string

const mask = "[masqué]"

// String is the mask.
func (Secret) String() string { return mask }

// GoString is the mask, for %#v.
func (Secret) GoString() string { return mask }

// LogValue is the mask.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalText is the mask, for JSON.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }
