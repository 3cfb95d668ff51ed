// Package registry asks the national register of companies and associations
// what it knows of a SIRET, to fill forms in. It refuses to make anybody wait:
// two seconds, one small answer, no other host.
package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// What asking may answer instead of a body.
var (
	// ErrOff says that no register is configured.
	ErrOff = errors.New("no register is configured")
	// ErrOut says that the register did not answer, or not in time.
	ErrOut = errors.New("the register is out of reach")
	// ErrUnknown says that the register does not hold this number.
	ErrUnknown = errors.New("the register does not hold this number")
	// ErrHidden says that the body asked not to be shown: it is typed by hand.
	ErrHidden = errors.New("the register does not show this body")
)

const (
	patience = 2 * time.Second
	longest  = 256 << 10 // of an answer, in bytes
)

// Body is what the register knows of an establishment.
type Body struct {
	SIRET      string
	Name       string
	Kind       string // one of ours, or empty
	RNA        string
	Street     string
	PostalCode string
	Town       string
	Insee      string
	Closed     bool
}

// Client asks one register.
type Client struct {
	base   string
	client *http.Client
}

// New makes a client of the register at base; an empty one asks nobody.
func New(base string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), client: &http.Client{Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Find tells what the register knows of a SIRET of fourteen digits. ErrOff,
// ErrOut, ErrUnknown, ErrHidden.
func (c *Client) Find(ctx context.Context, siret string) (Body, error) {
	if c == nil || c.base == "" {
		return Body{}, ErrOff
	}
	answer, err := c.ask(ctx, siret)
	if err != nil {
		return Body{}, fmt.Errorf("%w: %w", ErrOut, err)
	}
	for _, unit := range answer.Results {
		for _, e := range append(unit.Matching, unit.Seat) {
			if e.SIRET != siret {
				continue
			}
			if unit.hidden() || e.hidden() {
				return Body{}, ErrHidden
			}
			return unit.body(e), nil
		}
	}
	return Body{}, ErrUnknown
}

func (c *Client) ask(ctx context.Context, siret string) (answer, error) {
	var a answer
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	address := c.base + "/search?" + url.Values{"q": {siret}, "per_page": {"1"}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return a, fmt.Errorf("ask: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := c.client.Do(request)
	if err != nil {
		return a, fmt.Errorf("ask: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("answered %d", response.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, longest)).Decode(&a); err != nil {
		return a, fmt.Errorf("read answer: %w", err)
	}
	return a, nil
}
