package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"testing"

	"passnum/internal/config"
)

const hidden = "tres-secret"

func valid() map[string]string {
	return map[string]string{
		"PASSNUM_BASE_URL":             "https://pass.exemple.fr/",
		"PASSNUM_DATABASE_URL":         "postgres://passnum_app:" + hidden + "@db/passnum",
		"PASSNUM_CODE_KEYS":            "k1:" + hidden,
		"PASSNUM_SESSION_KEY":          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"PASSNUM_SIGNING_KEY":          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
		"PASSNUM_FORMER_HOSTS":         "Pass.Ancien.fr, cheques.ancien.fr:8443",
		"PASSNUM_SMTP_URL":             "smtps://compte:" + hidden + "@mail.exemple.fr:465",
		"PASSNUM_MAIL_FROM":            "Pass <ne-pas-repondre@exemple.fr>",
		"PASSNUM_TRUSTED_PROXIES":      "10.0.0.0/8, 192.0.2.7",
		"PASSNUM_OPERATOR_NAME":        "Opérateur d’exemple",
		"PASSNUM_OPERATOR_SIRET":       "356 000 000 00048",
		"PASSNUM_OPERATOR_IBAN":        "FR76 3000 6000 0112 3456 7890 189",
		"PASSNUM_OPERATOR_BIC":         "AGRIFRPP",
		"PASSNUM_OPERATOR_STREET":      "1 place de la Mairie",
		"PASSNUM_OPERATOR_POSTAL_CODE": "23000",
		"PASSNUM_OPERATOR_TOWN":        "Guéret",
		"PASSNUM_OPERATOR_EMAIL":       "contact@exemple.fr",
	}
}

func load(t *testing.T, changes map[string]string) (config.Config, error) {
	t.Helper()
	environment := valid()
	maps.Copy(environment, changes)
	return config.Load(func(name string) string { return environment[name] })
}

func TestAValidEnvironment(t *testing.T) {
	t.Parallel()
	loaded, err := load(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Addr != "127.0.0.1:8080" || loaded.BaseURL.String() != "https://pass.exemple.fr" || !loaded.Secure() {
		t.Errorf("addresses: %s, %s", loaded.Addr, loaded.BaseURL)
	}
	if got := fmt.Sprint(loaded.TrustedProxies); got != "[10.0.0.0/8 192.0.2.7/32]" {
		t.Errorf("proxies: %s", got)
	}
	if got := fmt.Sprint(loaded.FormerHosts); got != "[pass.ancien.fr cheques.ancien.fr:8443]" {
		t.Errorf("former hosts: %s", got)
	}
	if len(loaded.SessionKey) != 32 || len(loaded.SigningKey) != 32 || loaded.OIDC.Enabled() || loaded.Development {
		t.Errorf("unexpected %+v", loaded)
	}
}

func TestDevelopmentNeedsLess(t *testing.T) {
	t.Parallel()
	loaded, err := load(t, map[string]string{
		"PASSNUM_ENV": "development", "PASSNUM_BASE_URL": "", "PASSNUM_SMTP_URL": "", "PASSNUM_MAIL_FROM": "",
	})
	if err != nil {
		t.Fatal(err)
	}
	if loaded.BaseURL.String() != "http://127.0.0.1:8080" || loaded.Secure() {
		t.Errorf("base address %s", loaded.BaseURL)
	}
}

func TestWrongValuesAreNamed(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string][]string{
		"PASSNUM_ENV":                  {"prod"},
		"PASSNUM_ADDR":                 {"8080", "localhost:http:", "localhost:99999"},
		"PASSNUM_METRICS_ADDR":         {"9090"},
		"PASSNUM_BASE_URL":             {"", "pass.exemple.fr", "http://pass.exemple.fr", "https://pass.exemple.fr/app", "ftp://exemple.fr", "https://" + hidden + "@exemple.fr"},
		"PASSNUM_DATABASE_URL":         {"", "mysql://" + hidden + "@db/x", "postgres://db", "postgres://u:" + hidden + "%zz@db/x"},
		"PASSNUM_MIGRATE_DATABASE_URL": {"db"},
		"PASSNUM_READ_DATABASE_URL":    {"db"},
		"PASSNUM_CODE_KEYS":            {""},
		"PASSNUM_SESSION_KEY":          {"", hidden, "AAAA"},
		"PASSNUM_SIGNING_KEY":          {hidden, "AAAA"},
		"PASSNUM_FORMER_HOSTS":         {"https://pass.ancien.fr", "pass.ancien.fr/p"},
		"PASSNUM_SMTP_URL":             {"", "mail.exemple.fr", "http://" + hidden + "@mail"},
		"PASSNUM_MAIL_FROM":            {"", "exemple.fr"},
		"PASSNUM_TRUSTED_PROXIES":      {"10.0.0.0/33", "tous"},
		"PASSNUM_CLAMD_ADDR":           {"clam", "unix:clam"},
		"PASSNUM_DOCUMENT_KEYS":        {hidden, "k1:AAAA"},
		"PASSNUM_OIDC_ISSUER":          {"http://exemple.fr"},
		"PASSNUM_OPERATOR_NAME":        {""},
		"PASSNUM_OPERATOR_SIRET":       {"", "12345678901234"},
		"PASSNUM_OPERATOR_IBAN":        {"", "FR7630006000011234567890180"},
		"PASSNUM_OPERATOR_BIC":         {"", "X"},
		"PASSNUM_OPERATOR_STREET":      {""},
	} {
		for _, value := range wrong {
			_, err := load(t, map[string]string{name: value})
			var invalid *config.InvalidError
			if !errors.As(err, &invalid) {
				t.Errorf("%s=%q was accepted", name, value)
				continue
			}
			if !strings.Contains(err.Error(), name+"\u00a0:") {
				t.Errorf("%s=%q: the error does not name it: %v", name, value, err)
			}
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("%s: the error repeats a secret: %v", name, err)
			}
		}
	}
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := config.Load(func(string) string { return "" })
	var invalid *config.InvalidError
	if !errors.As(err, &invalid) || len(invalid.Problems) < 12 {
		t.Fatalf("an empty environment: %v", err)
	}
	if got := strings.Count(err.Error(), "\n"); got != len(invalid.Problems) {
		t.Errorf("%d lines for %d problems", got, len(invalid.Problems))
	}
}

func TestToolsNeedOnlyTheirDatabase(t *testing.T) {
	t.Parallel()
	only := func(name string) func(string) string {
		return func(asked string) string {
			if asked == name {
				return "postgres://u:" + hidden + "@db/passnum"
			}
			return ""
		}
	}
	if _, err := config.LoadDatabase(only(config.DatabaseURL)); err != nil {
		t.Error(err)
	}
	if _, err := config.LoadOwner(only(config.OwnerURL)); err != nil {
		t.Error(err)
	}
	if _, err := config.LoadOwner(only(config.DatabaseURL)); err == nil {
		t.Error("migrate without its own address was accepted")
	}
}

func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	loaded, err := load(t, map[string]string{
		"PASSNUM_OIDC_ISSUER": "https://id.exemple.fr", "PASSNUM_OIDC_CLIENT_ID": "pass", "PASSNUM_OIDC_CLIENT_SECRET": hidden,
	})
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&logged, nil))
	logger.Info("start", "config", loaded, "database", loaded.Database, "mail", loaded.Mail, "keys", loaded.CodeKeys)
	fmt.Fprintf(&logged, "%v %+v %#v", loaded, loaded, loaded)
	if err := json.NewEncoder(&logged).Encode(loaded); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(logged.String(), hidden) {
		t.Errorf("a secret was shown:\n%s", logged.String())
	}
	if string(loaded.OIDC.ClientSecret) != hidden {
		t.Error("a conversion must give the secret back")
	}
}

func TestPublicServicesMayBeLeftOut(t *testing.T) {
	t.Parallel()
	loaded, err := load(t, map[string]string{"PASSNUM_GEOCODER_URL": "off", "PASSNUM_TILES_URL": "https://tuiles.exemple.fr/{z}/{x}/{y}.png"})
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Outgoing.Geocoder != "" || loaded.Outgoing.Tiles != "https://tuiles.exemple.fr/{z}/{x}/{y}.png" || !strings.HasPrefix(loaded.Outgoing.Registry, "https://") {
		t.Errorf("services: %+v", loaded.Outgoing)
	}
	if _, err := load(t, map[string]string{"PASSNUM_REGISTRY_URL": "http://exemple.fr"}); err == nil {
		t.Error("a service without https is taken")
	}
}
