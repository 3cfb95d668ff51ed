package public_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/public"
)

// phone is a visitor's browser: it follows redirections and keeps cookies.
type phone struct {
	t       *testing.T
	world   *testworld.World
	site    http.Handler
	cookies []*http.Cookie
}

func newPhone(t *testing.T, w *testworld.World) *phone {
	t.Helper()
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	h := &public.ChequeHandlers{Redemptions: redemption.NewService(w.DB, w.Keys), Seal: sealer, Secure: true, Now: w.Now}
	r := chi.NewRouter()
	r.Use(httpx.As(identity.Actor{Address: "192.0.2.50"}))
	h.Routes(r)
	return &phone{t: t, world: w, site: r}
}

func (p *phone) send(method, address string, form url.Values) *httptest.ResponseRecorder {
	p.t.Helper()
	r := httptest.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, c := range p.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	p.site.ServeHTTP(w, r)
	if set := w.Result().Cookies(); len(set) > 0 {
		p.cookies = set
	}
	return w
}

// scan opens the address of a QR code and returns the page it leads to.
func (p *phone) scan(typed string) *httptest.ResponseRecorder {
	p.t.Helper()
	first := p.send(http.MethodGet, "/P/"+url.PathEscape(typed), nil)
	if first.Code != http.StatusSeeOther || first.Header().Get("Location") != "/cheque" || first.Header().Get("Cache-Control") != "no-store" {
		p.t.Fatalf("scan: %d to %q", first.Code, first.Header().Get("Location"))
	}
	return p.send(http.MethodGet, "/cheque", nil)
}

func TestAVisitorScansACheque(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	var codes []string
	for _, c := range w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1) {
		codes = append(codes, c.Clear())
	}
	request := redemption.Request{Key: "k", Codes: codes[1:2], Entries: []int{3}, Mode: redemption.Individuel}
	if _, err := redemption.NewService(w.DB, w.Keys).Redeem(t.Context(), w.Mediateur, request); err != nil {
		t.Fatal(err)
	}
	w.Exec(`UPDATE cheques SET state = 'bloque' WHERE rank = 3`)
	w.Exec(`UPDATE cheques SET state = 'perime' WHERE rank = 4`)
	const other = "Ce chèque ne peut pas être utilisé"
	cases := []struct{ name, typed, says string }{
		{"usable", codes[0], "Ce chèque vaut 10"},
		{"usable until", codes[0], "31"},
		{"lower case", strings.ToLower(codes[0]), "Ce chèque vaut 10"},
		{"used", codes[1], "Ce chèque a déjà été utilisé"},
		{"expired", codes[3], "Ce chèque n’est plus valable"},
		{"blocked", codes[2], other},
		{"unknown", unknownCode(t), other},
		{"malformed", "BONJOUR", other},
		{"path", "a/b", other},
	}
	for _, c := range cases {
		p := newPhone(t, w)
		page := p.scan(c.typed)
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), c.says) || !strings.Contains(page.Body.String(), "/lieux") {
			t.Errorf("%s: %d, not %q", c.name, page.Code, c.says)
		}
		cookie := p.cookies[0]
		if !cookie.HttpOnly || !cookie.Secure || cookie.MaxAge != 300 || cookie.Path != "/cheque" || strings.Contains(cookie.Value, codes[0]) {
			t.Errorf("%s: cookie %+v", c.name, cookie)
		}
		if strings.Contains(page.Body.String(), codes[0]) {
			t.Errorf("%s: the page holds a code", c.name)
		}
	}
}

func TestTheAnswerLastsFiveMinutes(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	p := newPhone(t, w)
	p.scan(codes[0].Clear())
	w.Travel(6 * time.Minute)
	page := p.send(http.MethodGet, "/cheque", nil)
	if strings.Contains(page.Body.String(), "Ce chèque vaut") || !strings.Contains(page.Body.String(), "Quel chèque\u00a0?") {
		t.Error("the answer is still there")
	}
	page = p.send(http.MethodPost, "/cheque", url.Values{"code": {codes[0].Grouped()}})
	if page.Code != http.StatusSeeOther || !strings.Contains(p.send(http.MethodGet, "/cheque", nil).Body.String(), "Ce chèque vaut") {
		t.Error("the form does not answer")
	}
	if got := p.send(http.MethodPost, "/cheque", url.Values{"code": {" "}}).Code; got != http.StatusUnprocessableEntity {
		t.Errorf("empty form: %d", got)
	}
}

func TestGuessingVisitorsAreStopped(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	codes := w.ActiveOrder(testworld.OrderOptions{}).HandedOver(1)
	p := newPhone(t, w)
	for range 20 {
		p.scan(unknownCode(t))
	}
	if page := p.scan(codes[0].Clear()); page.Code != http.StatusTooManyRequests || !strings.Contains(page.Body.String(), "Trop de codes essayés") {
		t.Errorf("after twenty guesses: %d", page.Code)
	}
}

func unknownCode(t *testing.T) string {
	t.Helper()
	keys, err := code.ParseKeyring(code.GenerateKey("x"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := keys.Derive("x", uuid.New())
	if err != nil {
		t.Fatal(err)
	}
	return c.Clear()
}
