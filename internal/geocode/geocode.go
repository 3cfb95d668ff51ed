// Package geocode asks the national address service where an address is. It
// never blocks: short of an answer within two seconds it says so, and leaves the
// service alone for a minute.
package geocode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// DefaultURL is the service of the Géoplateforme.
const DefaultURL = "https://data.geopf.fr/geocodage"

// ErrUnreachable says that the service did not answer as it should: whoever asks
// does without.
var ErrUnreachable = errors.New("geocoding service out of reach")

const (
	patience = 2 * time.Second
	rest     = time.Minute // how long a service that failed is left alone
	longest  = 256 << 10   // bytes read of an answer
)

// Found is an address the service knows, the likeliest first.
type Found struct {
	Label      string
	Latitude   float64
	Longitude  float64
	Insee      string
	PostalCode string
	Town       string
	// Precision is « housenumber », « street », « locality » or « municipality ».
	Precision string
	Score     float64 // from 0 to 1
}

// Exact reports whether the answer is the address itself, or its street.
func (f Found) Exact() bool {
	const sure = 0.5
	return f.Score >= sure && (f.Precision == "housenumber" || f.Precision == "street" || f.Precision == "locality")
}

// Query is what is looked for; Insee and PostalCode narrow it when they are known.
type Query struct {
	Text, Insee, PostalCode string
	Limit                   int
}

// Client asks one service. It is safe for concurrent use; a nil one is never
// reachable.
type Client struct {
	base  string
	http  *http.Client
	now   func() time.Time
	until atomic.Int64 // rests until then, in Unix nanoseconds
}

// New makes a client of the service at base; « off » and nothing make none.
func New(base string) *Client {
	base = strings.TrimSuffix(strings.TrimSpace(base), "/")
	if base == "" || base == "off" {
		return nil
	}
	return &Client{base: base, now: time.Now, http: &http.Client{Timeout: patience, CheckRedirect: sameHost}}
}

// sameHost keeps an answer from sending us elsewhere.
func sameHost(next *http.Request, via []*http.Request) error {
	const enough = 3
	if len(via) > enough || next.URL.Host != via[0].URL.Host || next.URL.Scheme != via[0].URL.Scheme {
		return errors.New("redirected elsewhere")
	}
	return nil
}

// Search lists the addresses that look like the query, none when there is none,
// or ErrUnreachable.
func (c *Client) Search(ctx context.Context, q Query) ([]Found, error) {
	text := strings.Join(strings.Fields(q.Text), " ")
	if len([]rune(text)) < 3 { // the service refuses less
		return nil, nil
	}
	if c == nil || c.now().UnixNano() < c.until.Load() {
		return nil, ErrUnreachable
	}
	found, err := c.ask(ctx, q, text)
	if err != nil {
		if ctx.Err() == nil {
			c.until.Store(c.now().Add(rest).UnixNano())
		}
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return found, nil
}

// refused tells an answer about the text, which is no address, from one about the
// service: nobody else is to do without it for what somebody typed.
func refused(status int) bool {
	return status >= 400 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout &&
		status != http.StatusUnauthorized && status != http.StatusForbidden
}

func (c *Client) ask(ctx context.Context, q Query, text string) ([]Found, error) {
	const most = 200 // characters the service reads
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	values := url.Values{"q": {text}, "limit": {strconv.Itoa(max(1, q.Limit))}}
	if q.Insee != "" {
		values.Set("citycode", q.Insee)
	}
	if q.PostalCode != "" {
		values.Set("postcode", q.PostalCode)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/search?"+values.Encode(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "Passnum")
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	if refused(answer.StatusCode) {
		return nil, nil
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %d", answer.StatusCode)
	}
	return read(io.LimitReader(answer.Body, longest))
}
