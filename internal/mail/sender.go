// Package mail lays out our messages and hands them to an SMTP server. It
// keeps no queue: who writes a message stores it in the same transaction as
// its cause, and a job sends it. It refuses to put an address in an error.
package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person. ID, when set, makes its Message-ID, so
// that a mail sent twice by a retry shows once.
type Message struct {
	ID      string
	To      string
	Subject string
	Text    string
	HTML    string
}

// timeout bounds the connection, then the conversation, with the server.
const timeout = 20 * time.Second

// Sender hands messages to one SMTP server, one connection each. It is safe
// for concurrent use.
type Sender struct {
	client *gomail.Client
	from   netmail.Address
}

// NewSender reads a server's address and the sender's, « Passnum
// <ne-pas-repondre@exemple.fr> »:
//   - smtps://user:password@host (port 465) speaks TLS from the start;
//   - smtp://user:password@host (port 587) demands STARTTLS;
//   - smtp://host?starttls=off does without, and refuses a password; a
//     loopback server may also be without.
//
// Its errors never quote the address, which holds a password.
func NewSender(serverURL, from string) (*Sender, error) {
	return newSender(serverURL, from, timeout, nil)
}

func newSender(serverURL, from string, patience time.Duration, trust *tls.Config) (*Sender, error) {
	sender, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, errors.New("the sender of mails is not an address such as « Passnum <nom@exemple.fr> »")
	}
	u, err := url.Parse(serverURL)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the mail server is not an address such as smtp://user:password@host:587")
	}
	options, err := security(u)
	if err != nil {
		return nil, err
	}
	options = append(options, gomail.WithTimeout(patience),
		// A failure after the server took the message would send it twice.
		gomail.WithoutRset(), gomail.WithoutNoop())
	if trust != nil {
		options = append(options, gomail.WithTLSConfig(trust))
	}
	client, err := gomail.NewClient(u.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("preparing the mail server: %w", err)
	}
	return &Sender{client: client, from: *sender}, nil
}

func security(u *url.URL) ([]gomail.Option, error) {
	var options []gomail.Option
	port := 587
	off := u.Query().Get("starttls") == "off"
	switch {
	case u.Scheme == "smtps":
		port = 465
		options = append(options, gomail.WithSSL())
	case u.Scheme != "smtp":
		return nil, errors.New("the mail server's address must start with smtp:// or smtps://")
	case off && u.User != nil:
		return nil, errors.New("a mail server without STARTTLS must not be given a password")
	case off:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case loopback(u.Hostname()):
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if u.Port() != "" {
		n, err := strconv.Atoi(u.Port())
		if err != nil || n < 1 || n > 65535 {
			return nil, errors.New("the mail server's port is not a number from 1 to 65535")
		}
		port = n
	}
	options = append(options, gomail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return options, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands a message over and returns once the server has taken it. It
// answers a *RefusedError when the server, or the message itself, refuses.
func (s *Sender) Send(ctx context.Context, m Message) error {
	msg, err := s.compose(m)
	if err != nil {
		return err
	}
	conn, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("reaching the mail server: %w", err)
	}
	// Whatever happens while saying goodbye, the message was taken or not.
	defer func() { _ = s.client.CloseWithSMTPClient(conn) }()
	if err := s.client.SendWithSMTPClient(conn, msg); err != nil {
		return refused(err)
	}
	return nil
}

func (s *Sender) compose(m Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&s.from)
	to, err := netmail.ParseAddress(m.To)
	if err != nil {
		return nil, &RefusedError{Permanent: true}
	}
	msg.ToMailAddress(to)
	msg.Subject(oneLine(m.Subject))
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.ID != "" {
		msg.SetMessageIDWithValue(m.ID + "@" + domain(s.from.Address))
	} else {
		msg.SetMessageID()
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return msg, nil
}
