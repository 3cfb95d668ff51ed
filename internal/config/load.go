package config

import (
	"encoding/base64"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"passnum/internal/identifier"
)

// Names of the variables that other packages write or mention.
const (
	DatabaseURL   = "PASSNUM_DATABASE_URL"
	OwnerURL      = "PASSNUM_MIGRATE_DATABASE_URL"
	Addr          = "PASSNUM_ADDR"
	BaseURL       = "PASSNUM_BASE_URL"
	Environment   = "PASSNUM_ENV"
	CodeKeys      = "PASSNUM_CODE_KEYS"
	SessionKey    = "PASSNUM_SESSION_KEY"
	SigningKey    = "PASSNUM_SIGNING_KEY"
	DefaultAddr   = "127.0.0.1:8080"
	sessionLength = 32
)

// Load reads the whole configuration. getenv is os.Getenv, or a test's map. The
// error is an *InvalidError with every problem.
func Load(getenv func(string) string) (Config, error) {
	r := &reader{getenv: getenv}
	loaded := Config{
		Development: r.environment(),
		Addr:        r.listenAddress(Addr, DefaultAddr),
		MetricsAddr: r.listenAddress("PASSNUM_METRICS_ADDR", ""),

		AllowUnsafeDatabase: r.text("PASSNUM_ALLOW_UNSAFE_DB") == "1",
	}
	loaded.BaseURL = r.baseURL(loaded)
	loaded.TrustedProxies = r.networks("PASSNUM_TRUSTED_PROXIES")
	loaded.Database = Database{
		App:   r.databaseURL(DatabaseURL, true),
		Owner: r.databaseURL(OwnerURL, false),
		Read:  r.databaseURL("PASSNUM_READ_DATABASE_URL", false),
	}
	loaded.CodeKeys = Secret(r.required(CodeKeys, "les clés des chèques, « passnum keys » en donne une"))
	loaded.SessionKey = r.seed(SessionKey)
	if r.text(SigningKey) != "" { // without one, only exit kits are refused
		loaded.SigningKey = r.seed(SigningKey)
	}
	loaded.FormerHosts = r.hosts("PASSNUM_FORMER_HOSTS")
	loaded.Mail = r.mail(loaded.Development)
	loaded.OIDC = r.oidc()
	loaded.Operator = r.operator()
	loaded.Invoices = r.invoices()
	loaded.Outgoing = r.outgoing()
	loaded.Papers = r.papers(loaded.SessionKey)
	return loaded, r.err()
}

// LoadDatabase reads only what a tool that works on the database needs.
func LoadDatabase(getenv func(string) string) (Database, error) {
	r := &reader{getenv: getenv}
	loaded := Database{
		App:   r.databaseURL(DatabaseURL, true),
		Owner: r.databaseURL(OwnerURL, false),
		Read:  r.databaseURL("PASSNUM_READ_DATABASE_URL", false),
	}
	return loaded, r.err()
}

// LoadOwner reads the address that migrate needs.
func LoadOwner(getenv func(string) string) (Secret, error) {
	r := &reader{getenv: getenv}
	return r.databaseURL(OwnerURL, true), r.err()
}

func (r *reader) environment() (development bool) {
	switch value := r.text(Environment); value {
	case "", "production":
		return false
	case "development":
		return true
	default:
		r.expect(Environment, "« production » ou « development » (lu : « %s »)", value)
		return false
	}
}

func (r *reader) listenAddress(name, fallback string) string {
	value := r.text(name)
	if value == "" {
		return fallback
	}
	_, port, err := net.SplitHostPort(value)
	if number, portErr := strconv.Atoi(port); err != nil || portErr != nil || number < 0 || number > 65535 {
		r.expect(name, "une adresse d’écoute comme 127.0.0.1:8080 (lu : « %s »)", value)
	}
	return value
}

// baseURL may be left out in development, where it follows the address.
func (r *reader) baseURL(loaded Config) *url.URL {
	value := r.text(BaseURL)
	if value == "" && loaded.Development {
		value = "http://" + loaded.Addr
	}
	parsed, err := url.Parse(strings.TrimSuffix(value, "/"))
	switch {
	case value == "":
		r.expect(BaseURL, "l’adresse publique, comme https://pass.exemple.fr")
	case err != nil || parsed.Host == "" || parsed.Path != "" || parsed.RawQuery != "" || parsed.User != nil:
		r.expect(BaseURL, "une adresse sans chemin ni compte, comme https://pass.exemple.fr")
	case parsed.Scheme == "http" && !loaded.Development && !loopback(parsed.Hostname()):
		r.expect(BaseURL, "une adresse en https, car les cookies de session l’exigent")
	case parsed.Scheme != "http" && parsed.Scheme != "https":
		r.expect(BaseURL, "une adresse en https")
	}
	if err != nil {
		return &url.URL{}
	}
	return parsed
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (r *reader) networks(name string) []netip.Prefix {
	var found []netip.Prefix
	for part := range strings.SplitSeq(r.text(name), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if address, addressErr := netip.ParseAddr(part); err != nil && addressErr == nil {
			prefix, err = address.Prefix(address.BitLen())
		}
		if err != nil {
			r.expect(name, "des réseaux séparés par des virgules, comme 10.0.0.0/8 (lu : « %s »)", part)
			continue
		}
		found = append(found, prefix)
	}
	return found
}

// databaseURL never quotes the value, which holds a password.
func (r *reader) databaseURL(name string, required bool) Secret {
	value := r.text(name)
	if value == "" && !required {
		return ""
	}
	parsed, err := url.Parse(value)
	switch {
	case value == "":
		r.expect(name, "l’adresse d’une base, comme postgres://role:motdepasse@hote/passnum")
	case err != nil || parsed.Scheme != "postgres" && parsed.Scheme != "postgresql":
		r.expect(name, "une adresse qui commence par postgres://")
	case strings.Trim(parsed.Path, "/") == "":
		r.expect(name, "une adresse qui nomme la base, comme postgres://hote/passnum")
	}
	return Secret(value)
}

// seed is a secret of 32 random bytes.
func (r *reader) seed(name string) Secret {
	value := r.text(name)
	key, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(key) != sessionLength {
		r.expect(name, "%d octets au hasard en base64, par exemple : openssl rand -base64 %d", sessionLength, sessionLength)
		return ""
	}
	return Secret(key)
}

// hosts are addresses without scheme or path, in small letters.
func (r *reader) hosts(name string) []string {
	var found []string
	for part := range strings.SplitSeq(strings.ToLower(r.text(name)), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if parsed, err := url.Parse("//" + part); err != nil || parsed.Host != part {
			r.expect(name, "des adresses séparées par des virgules, comme pass.ancien.fr (lu : « %s »)", part)
			continue
		}
		found = append(found, part)
	}
	return found
}

func (r *reader) mail(development bool) Mail {
	const name, from = "PASSNUM_SMTP_URL", "PASSNUM_MAIL_FROM"
	read := Mail{URL: Secret(r.text(name)), From: r.text(from)}
	if read.URL == "" && development {
		if read.From == "" {
			read.From = "ne-pas-repondre@passnum.test"
		}
		return read
	}
	parsed, err := url.Parse(string(read.URL))
	if err != nil || parsed.Host == "" || parsed.Scheme != "smtp" && parsed.Scheme != "smtps" {
		r.expect(name, "le serveur de courriel, comme smtps://compte:motdepasse@hote:465")
	}
	if _, err := mail.ParseAddress(read.From); err != nil {
		r.expect(from, "l’adresse d’expédition des courriels, comme ne-pas-repondre@exemple.fr")
	}
	return read
}

func (r *reader) oidc() OIDC {
	const issuer, client, secret = "PASSNUM_OIDC_ISSUER", "PASSNUM_OIDC_CLIENT_ID", "PASSNUM_OIDC_CLIENT_SECRET"
	read := OIDC{Issuer: r.text(issuer), ClientID: r.text(client), ClientSecret: Secret(r.text(secret))}
	if read == (OIDC{}) {
		return read
	}
	if parsed, err := url.Parse(read.Issuer); err != nil || parsed.Host == "" || parsed.Scheme != "https" && !loopback(parsed.Hostname()) {
		r.expect(issuer, "l’adresse en https du fournisseur d’identité (les trois variables PASSNUM_OIDC_… vont ensemble)")
	}
	if read.ClientID == "" {
		r.expect(client, "l’identifiant donné par le fournisseur d’identité")
	}
	if read.ClientSecret == "" {
		r.expect(secret, "le secret donné par le fournisseur d’identité")
	}
	return read
}

func (r *reader) operator() Operator {
	const prefix = "PASSNUM_OPERATOR_"
	read := Operator{
		Name:       r.required(prefix+"NAME", "le nom de l’opérateur"),
		Street:     r.required(prefix+"STREET", "le numéro et la voie de l’opérateur"),
		PostalCode: r.required(prefix+"POSTAL_CODE", "le code postal de l’opérateur"),
		Town:       r.required(prefix+"TOWN", "la commune de l’opérateur"),
		Email:      r.required(prefix+"EMAIL", "le courriel de contact de l’opérateur"),
	}
	read.SIRET = parsed(r, prefix+"SIRET", identifier.ParseSIRET)
	read.IBAN = parsed(r, prefix+"IBAN", identifier.ParseIBAN)
	read.BIC = parsed(r, prefix+"BIC", identifier.ParseBIC)
	return read
}
