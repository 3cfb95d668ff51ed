package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const from = "Passnum <ne-pas-repondre@passnum.test>"

// received is one message as the sink took it.
type received struct {
	from, to, user string
	encrypted      bool
	content        string
}

// sink is an SMTP server that keeps what it is given.
type sink struct {
	address string
	trust   *tls.Config
	mails   chan received
}

func newSink(t *testing.T, implicitTLS, startTLS bool) *sink {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{address: listener.Addr().String(), mails: make(chan received, 16)}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{sink: s, conn: c}, nil
	}))
	server.ErrorLog = quiet{}
	var serving *tls.Config
	serving, s.trust = certificate(t)
	if startTLS {
		server.TLSConfig = serving
	}
	if implicitTLS {
		listener = tls.NewListener(listener, serving)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

type session struct {
	sink *sink
	conn *smtp.Conn
	mail received
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "p@ss/word" {
			return smtp.ErrAuthFailed
		}
		s.mail.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case strings.HasPrefix(to, "inconnue@"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
	case strings.HasPrefix(to, "pleine@"):
		return &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 2, 2}, Message: "mailbox full " + to}
	}
	s.mail.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, s.mail.encrypted = s.conn.TLSConnectionState()
	s.mail.content = string(content)
	s.sink.mails <- s.mail
	return nil
}

// certificate makes a server's certificate for 127.0.0.1, and a client's
// configuration that trusts it alone.
func certificate(t *testing.T) (serving, trust *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	serving = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return serving, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

func sample() Message {
	m := Render("Votre compte est prêt", "Bonjour Zoé,", []string{"Bienvenue à la médiathèque."},
		&Action{Label: "Choisir un mot de passe", URL: "https://passnum.test/invitation?jeton=a&b=c"}, "Pass numérique")
	m.To, m.ID = "zoe@mairie.test", "01890a5d"
	return m
}

func TestSendOverEachTransport(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scheme, credentials, query string
		implicit, startTLS         bool
		user                       string
		encrypted                  bool
	}{
		"plain on loopback": {scheme: "smtp"},
		"starttls off":      {scheme: "smtp", query: "?starttls=off", startTLS: true},
		"starttls":          {scheme: "smtp", startTLS: true, encrypted: true},
		"starttls and user": {scheme: "smtp", credentials: "relais:p%40ss%2Fword@", startTLS: true, user: "relais", encrypted: true},
		"smtps and user":    {scheme: "smtps", credentials: "relais:p%40ss%2Fword@", implicit: true, user: "relais", encrypted: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSink(t, c.implicit, c.startTLS)
			sender, err := newSender(c.scheme+"://"+c.credentials+s.address+c.query, from, timeout, s.trust)
			if err != nil {
				t.Fatal(err)
			}
			if err := sender.Send(t.Context(), sample()); err != nil {
				t.Fatal(err)
			}
			got := <-s.mails
			if got.from != "ne-pas-repondre@passnum.test" || got.to != "zoe@mairie.test" || got.user != c.user {
				t.Errorf("envelope: %s → %s by %q", got.from, got.to, got.user)
			}
			// TLS from the start happens under the sink's server, which cannot see it.
			if !c.implicit && got.encrypted != c.encrypted {
				t.Errorf("encrypted: %v", got.encrypted)
			}
		})
	}
}

func TestSenderServesManyAtOnce(t *testing.T) {
	t.Parallel()
	s := newSink(t, false, false)
	sender, err := NewSender("smtp://"+s.address, from)
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() { errs <- sender.Send(t.Context(), sample()) }()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if len(s.mails) != cap(errs) {
		t.Errorf("%d mails taken, want %d", len(s.mails), cap(errs))
	}
}

func TestRefusalsKeepCodesAndDropAddresses(t *testing.T) {
	t.Parallel()
	s := newSink(t, false, false)
	sender, err := NewSender("smtp://"+s.address, from)
	if err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]RefusedError{
		"inconnue@mairie.test":     {Code: 550, Enhanced: "5.1.1", Permanent: true},
		"pleine@mairie.test":       {Code: 452, Enhanced: "4.2.2"},
		"pas une adresse":          {Permanent: true},
		"a@b.test\r\nBcc: c@d.org": {Permanent: true},
	} {
		m := sample()
		m.To = to
		err := sender.Send(t.Context(), m)
		var refusal *RefusedError
		if !errors.As(err, &refusal) || *refusal != want || Permanent(err) != want.Permanent {
			t.Errorf("%s: %#v", to, err)
		}
		if strings.Contains(err.Error(), "@") {
			t.Errorf("an address is told: %v", err)
		}
	}
	if len(s.mails) != 0 {
		t.Error("a refused mail was taken")
	}
}

func TestTroubleWithTheServerIsWorthAnotherTry(t *testing.T) {
	t.Parallel()
	withTLS, without := newSink(t, false, true), newSink(t, false, false)
	mute, err := net.Listen("tcp", "127.0.0.1:0") // accepts, never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = gone.Close()
	for name, c := range map[string]struct {
		url   string
		trust *tls.Config
	}{
		"wrong password":       {"smtp://relais:faux@" + withTLS.address, withTLS.trust},
		"unknown certificate":  {"smtp://" + withTLS.address, nil},
		"no TLS at all":        {"smtps://" + without.address, without.trust},
		"password in the open": {"smtp://relais:p%40ss%2Fword@" + without.address, nil},
		"mute server":          {"smtp://" + mute.Addr().String(), nil},
		"no server":            {"smtp://" + gone.Addr().String(), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			patience := timeout
			if name == "mute server" || name == "no TLS at all" {
				patience = 200 * time.Millisecond
			}
			sender, err := newSender(c.url, from, patience, c.trust)
			if err != nil {
				t.Fatal(err)
			}
			err = sender.Send(t.Context(), sample())
			if err == nil || Permanent(err) {
				t.Errorf("err = %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "faux") || strings.Contains(err.Error(), "p@ss")) {
				t.Errorf("the password is told: %v", err)
			}
		})
	}
}

func TestStartTLSIsDemandedAwayFromHome(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"smtp://relais.test":               "TLSMandatory",
		"smtp://relais.test?starttls=off":  "NoTLS",
		"smtp://localhost:1025":            "TLSOpportunistic",
		"smtp://[::1]:1025":                "TLSOpportunistic",
		"smtp://u:p@relais.test?starttls=": "TLSMandatory",
	} {
		sender, err := NewSender(url, from)
		if err != nil || sender.client.TLSPolicy() != want {
			t.Errorf("%s: %v, %v", url, sender, err)
		}
	}
	for url, want := range map[string]string{"smtp://relais.test": "relais.test:587", "smtps://relais.test": "relais.test:465"} {
		if sender, err := NewSender(url, from); err != nil || sender.client.ServerAddr() != want {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestNewSenderRefusals(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "relais.test:25", "http://relais.test", "smtp://", "smtp://u:secret@h:0", "smtp://u:secret@h:99999",
		"smtp://u:secret@h?starttls=off", "smtp://u:secret@h:%zz", "smtp://u:sec ret@h\x7f"} {
		_, err := NewSender(url, from)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("NewSender(%q): %v", url, err)
		}
	}
	if _, err := NewSender("smtp://localhost", "personne"); err == nil {
		t.Error("a sender without an address is accepted")
	}
}
