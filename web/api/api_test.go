package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/reporting"
	"passnum/internal/territory"
	"passnum/internal/testworld"
	"passnum/web/api"
)

// tokens answers for the tokens of a test.
type tokens map[string]identity.Actor

func (t tokens) Authenticate(_ context.Context, token string) (identity.Actor, error) {
	if actor, ok := t[token]; ok {
		return actor, nil
	}
	return identity.Actor{}, identity.ErrToken
}

// remote is a world and its API.
type remote struct {
	*testworld.World
	t     *testing.T
	order testworld.Order
	codes []string
	http  http.Handler
}

func newRemote(t *testing.T, options testworld.OrderOptions) *remote {
	t.Helper()
	w := testworld.New(t)
	order := w.ActiveOrder(options)
	r := &remote{World: w, t: t, order: order}
	for _, c := range order.HandedOver(1) {
		r.codes = append(r.codes, c.Clear())
	}
	communes, err := territory.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &api.Handlers{
		Tokens: tokens{
			"structure":     token(w.Mediateur, "redeem"),
			"checker":       token(w.Mediateur, "check"),
			"other":         token(w.Other, "redeem", "handover", "read"),
			"counter":       token(w.Agent, "handover"),
			"commanditaire": token(w.Commanditaire, "read"),
		},
		Redemptions: redemption.NewService(w.DB, w.Keys),
		HandOvers:   distribution.NewService(w.DB, communes, distribution.Options{}),
		Figures:     reporting.NewService(w.DB, w.Keys),
	}
	router := chi.NewRouter()
	router.Route("/api", h.Routes)
	r.http = router
	return r
}

// token is an actor as its organisation's token acts.
func token(a identity.Actor, scopes ...string) identity.Actor {
	return identity.Actor{
		TokenID: uuid.New(), Name: "Jeton", OrganisationID: a.OrganisationID, Capacities: a.Capacities,
		Permissions: identity.TokenPermissions(scopes, a.Capacities),
	}
}

// reply is an answer, decoded.
type reply struct {
	status int
	header http.Header
	raw    string
	ID     string
	Title  string
	Detail string
	Errors []struct{ Location, Message string }

	Results []struct {
		Index        int
		Status       string
		RedemptionID string `json:"redemption_id"`
		Serial       string
		Rank         int
		FaceValue    int64 `json:"face_value_cents"`
		Reason       string
		Message      string
		RedeemedAt   *time.Time `json:"redeemed_at"`
	}
}

func (r *remote) call(method, path, token, key string, body any) reply {
	r.t.Helper()
	text, isText := body.(string)
	if !isText && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			r.t.Fatal(err)
		}
		text = string(encoded)
	}
	request := httptest.NewRequestWithContext(r.t.Context(), method, path, strings.NewReader(text))
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	r.http.ServeHTTP(w, request)
	answer := reply{status: w.Code, header: w.Header(), raw: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil && strings.Contains(w.Header().Get("Content-Type"), "json") {
		r.t.Fatalf("%s %s: %v in %s", method, path, err, answer.raw)
	}
	for _, c := range r.codes {
		if strings.Contains(answer.raw, c) {
			r.t.Errorf("%s %s repeats a code", method, path)
		}
	}
	return answer
}

type object = map[string]any

func seance(codes ...string) object {
	return object{"codes": codes, "entries": []int{3, 44}, "mode": "individuel"}
}

func TestRedeemCheckAndUndo(t *testing.T) {
	t.Parallel()
	r := newRemote(t, testworld.OrderOptions{})
	check := r.call("POST", "/api/v1/cheques/check", "checker", "", object{"codes": r.codes[:1]})
	if check.status != 200 || check.Results[0].Status != "valid" || check.Results[0].FaceValue != 1000 {
		t.Fatalf("check: %d %s", check.status, check.raw)
	}
	first := r.call("POST", "/api/v1/redemptions", "structure", "k1", seance(r.codes[0], "pas un code", r.codes[1]))
	if first.status != 200 || first.ID == "" || len(first.Results) != 3 {
		t.Fatalf("redeem: %d %s", first.status, first.raw)
	}
	if got := first.Results[0]; got.Status != "redeemed" || got.Rank != 1 || got.Serial != r.order.Serial(1) || got.FaceValue != 1000 {
		t.Errorf("first chèque: %+v", got)
	}
	if got := first.Results[1]; got.Index != 1 || got.Status != "refused" || got.Reason != "malformed" || got.Message == "" {
		t.Errorf("second code: %+v", got)
	}
	again := r.call("POST", "/api/v1/redemptions", "structure", "k1", seance(r.codes[0], "pas un code", r.codes[1]))
	if again.status != 200 || again.raw != first.raw {
		t.Errorf("retry: %d\n%s\n%s", again.status, first.raw, again.raw)
	}
	other := r.call("POST", "/api/v1/redemptions", "structure", "k1", seance(r.codes[2]))
	if other.status != 409 || other.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("same key, other body: %d %s", other.status, other.raw)
	}
	used := r.call("POST", "/api/v1/redemptions", "structure", "k2", seance(r.codes[0]))
	if got := used.Results[0]; used.status != 200 || got.Reason != "already_redeemed" || got.RedeemedAt == nil {
		t.Errorf("used chèque: %d %s", used.status, used.raw)
	}
	if got := r.call("DELETE", "/api/v1/redemptions/"+first.Results[0].RedemptionID, "structure", "u1", nil); got.status != 200 {
		t.Errorf("undo one: %d %s", got.status, got.raw)
	}
	if got := r.call("DELETE", "/api/v1/redemptions/"+first.ID, "other", "u2", nil); got.status != 404 {
		t.Errorf("undo of another structure: %d %s", got.status, got.raw)
	}
	if got := r.call("DELETE", "/api/v1/redemptions/"+first.ID, "structure", "u3", nil); got.status != 200 {
		t.Errorf("undo all: %d %s", got.status, got.raw)
	}
	r.Travel(24 * time.Hour)
	late := r.call("POST", "/api/v1/redemptions", "structure", "k3", seance(r.codes[0]))
	r.Travel(24 * time.Hour)
	if got := r.call("DELETE", "/api/v1/redemptions/"+late.ID, "structure", "u4", nil); got.status != 409 || got.Detail == "" {
		t.Errorf("undo too late: %d %s", got.status, got.raw)
	}
}

// TestEveryRefusal plays each refusal of the contract over HTTP.
func TestEveryRefusal(t *testing.T) {
	t.Parallel()
	unknown := func() string {
		keys, _ := code.ParseKeyring(code.GenerateKey("x"))
		c, _ := keys.Derive("x", uuid.New())
		return c.Clear()
	}
	cases := []struct {
		reason  string
		options testworld.OrderOptions
		arrange func(r *remote)
	}{
		{"unknown", testworld.OrderOptions{}, func(r *remote) { r.codes[0] = unknown() }},
		{"malformed", testworld.OrderOptions{}, func(r *remote) { r.codes[0] = r.codes[0][:15] }},
		{"not_activated", testworld.OrderOptions{State: "livree"}, func(*remote) {}},
		{"not_handed_over", testworld.OrderOptions{}, func(r *remote) {
			r.Exec(`UPDATE cheques SET state = 'inactif'`)
			r.Exec(`UPDATE carnets SET state = 'stock'`)
		}},
		{"already_redeemed", testworld.OrderOptions{}, func(r *remote) { r.call("POST", "/api/v1/redemptions", "other", "k", seance(r.codes[0])) }},
		{"expired", testworld.OrderOptions{}, func(r *remote) { r.At(time.Date(2027, 2, 1, 8, 0, 0, 0, time.UTC)) }},
		{"blocked", testworld.OrderOptions{}, func(r *remote) { r.Exec(`UPDATE carnets SET state = 'bloque'`) }},
		{"out_of_territory", testworld.OrderOptions{PerimeterCodes: []string{"D-31"}}, func(*remote) {}},
		{"service_not_covered", testworld.OrderOptions{Entries: []int16{3}}, func(*remote) {}},
		{"structure_not_accepted", testworld.OrderOptions{OnlyAgreed: true}, func(*remote) {}},
		{"too_many_attempts", testworld.OrderOptions{}, func(r *remote) {
			var guesses []string
			for range 10 {
				guesses = append(guesses, unknown())
			}
			r.call("POST", "/api/v1/cheques/check", "structure", "", object{"codes": guesses})
		}},
	}
	for _, c := range cases {
		t.Run(c.reason, func(t *testing.T) {
			t.Parallel()
			r := newRemote(t, c.options)
			c.arrange(r)
			got := r.call("POST", "/api/v1/redemptions", "structure", "refusal", seance(r.codes[0]))
			if got.status != 200 || got.Results[0].Status != "refused" || got.Results[0].Reason != c.reason || got.Results[0].Message == "" {
				t.Errorf("%d %s", got.status, got.raw)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	r := newRemote(t, testworld.OrderOptions{})
	with := func(change string, value any) object {
		o := seance(r.codes[0])
		o[change] = value
		return o
	}
	without := seance(r.codes[0])
	delete(without, "mode")
	cases := []struct {
		name, method, path, token, key string
		body                           any
		status                         int
		says                           string
	}{
		{"no token", "POST", "/v1/redemptions", "", "k", seance(r.codes[0]), 401, "Jeton"},
		{"wrong token", "POST", "/v1/redemptions", "nobody", "k", seance(r.codes[0]), 401, "Jeton"},
		{"no scope", "POST", "/v1/redemptions", "checker", "k", seance(r.codes[0]), 403, "Droit"},
		{"no key", "POST", "/v1/redemptions", "structure", "", seance(r.codes[0]), 422, "Idempotency-Key"},
		{"no key to undo", "DELETE", "/v1/redemptions/" + uuid.NewString(), "structure", "", nil, 422, "Idempotency-Key"},
		{"long key", "POST", "/v1/redemptions", "structure", strings.Repeat("k", 201), seance(r.codes[0]), 422, "200"},
		{"unknown entry", "POST", "/v1/redemptions", "structure", "k", with("entries", []int{3, 130}), 422, "référentiel"},
		{"no entry", "POST", "/v1/redemptions", "structure", "k", with("entries", []int{}), 422, "1 élément"},
		{"no code", "POST", "/v1/redemptions", "structure", "k", with("codes", []string{}), 422, "1 élément"},
		{"null codes", "POST", "/v1/redemptions", "structure", "k", with("codes", nil), 422, "corriger"},
		{"201 codes", "POST", "/v1/redemptions", "structure", "k", with("codes", make([]string, 201)), 422, "200 éléments"},
		{"mode", "POST", "/v1/redemptions", "structure", "k", with("mode", "debout"), 422, "individuel"},
		{"no mode", "POST", "/v1/redemptions", "structure", "k", without, 422, "mode"},
		{"typo", "POST", "/v1/redemptions", "structure", "k", with("plaec_id", "x"), 422, "n’existe pas"},
		{"type", "POST", "/v1/redemptions", "structure", "k", with("codes", r.codes[0]), 422, "liste"},
		{"place", "POST", "/v1/redemptions", "structure", "k", with("place_id", uuid.NewString()), 422, "lieu"},
		{"place nonsense", "POST", "/v1/redemptions", "structure", "k", with("place_id", "ici"), 422, "body"},
		{"future", "POST", "/v1/redemptions", "structure", "k", with("at", r.Now().Add(time.Hour)), 422, "futur"},
		{"ancient", "POST", "/v1/redemptions", "structure", "k", with("at", r.Now().Add(-32*24*time.Hour)), 422, "31 jours"},
		{"not JSON", "POST", "/v1/redemptions", "structure", "k", `{"codes":["` + r.codes[0], 400, "JSON"},
		{"no body", "POST", "/v1/redemptions", "structure", "k", nil, 400, "JSON"},
		{"too big", "POST", "/v1/redemptions", "structure", "k", with("mode", strings.Repeat("x", 200<<10)), 413, "128"},
		{"bad path", "DELETE", "/v1/redemptions/nonsense", "structure", "k", nil, 422, "UUID"},
		{"nowhere", "GET", "/v1/nothing", "structure", "", nil, 404, "existe pas"},
		{"method", "PUT", "/v1/redemptions", "structure", "", nil, 405, "méthode"},
	}
	for _, c := range cases {
		got := r.call(c.method, "/api"+c.path, c.token, c.key, c.body)
		if got.status != c.status || !strings.Contains(got.raw, c.says) || got.header.Get("Content-Type") != "application/problem+json" || got.Title == "" {
			t.Errorf("%s: %d %s %s", c.name, got.status, got.header.Get("Content-Type"), got.raw)
		}
	}
	if n := r.Count(`SELECT count(*) FROM redemptions`); n != 0 {
		t.Errorf("%d redemptions", n)
	}
}

func TestHandOverOrderAndStatistics(t *testing.T) {
	t.Parallel()
	r := newRemote(t, testworld.OrderOptions{Carnets: 3})
	given := r.call("POST", "/api/v1/handovers", "counter", "h1", object{"carnet": r.order.Serial(2)})
	if given.status != 200 || !strings.Contains(given.raw, r.order.Serial(2)) {
		t.Errorf("hand-over: %d %s", given.status, given.raw)
	}
	if again := r.call("POST", "/api/v1/handovers", "counter", "h1", object{"carnet": r.order.Serial(2)}); again.ID != given.ID {
		t.Errorf("retry: %s", again.raw)
	}
	if got := r.call("POST", "/api/v1/handovers", "structure", "h2", object{"carnet": r.order.Serial(3)}); got.status != 403 {
		t.Errorf("hand-over without the scope: %d", got.status)
	}
	part := object{"carnet": r.order.Serial(3), "ranks": []int{2, 1}}
	some := r.call("POST", "/api/v1/handovers", "counter", "h3", part)
	if some.status != 200 || !strings.Contains(some.raw, `"ranks":[1,2]`) {
		t.Errorf("some chèques: %d %s", some.status, some.raw)
	}
	if again := r.call("POST", "/api/v1/handovers", "counter", "h3", part); again.ID != some.ID {
		t.Errorf("retry of some chèques: %s", again.raw)
	}
	if got := r.call("POST", "/api/v1/handovers", "counter", "h4", object{"carnet": r.order.Serial(3)}); got.status != 409 || !strings.Contains(got.raw, "entamé au guichet") {
		t.Errorf("a started carnet, whole: %d %s", got.status, got.raw)
	}
	order := r.call("GET", "/api/v1/orders/"+r.order.ID.String(), "commanditaire", "", nil)
	if order.status != 200 || !strings.Contains(order.raw, `"number":"`+r.order.Number+`"`) {
		t.Errorf("order: %d %s", order.status, order.raw)
	}
	if got := r.call("GET", "/api/v1/orders/"+r.order.ID.String(), "other", "", nil); got.status != 404 {
		t.Errorf("somebody else's order: %d %s", got.status, got.raw)
	}
	if got := r.call("GET", "/api/v1/statistics", "commanditaire", "", nil); got.status != 200 || !strings.Contains(got.raw, "bank_cents") {
		t.Errorf("statistics: %d %s", got.status, got.raw)
	}
	if got := r.call("GET", "/api/v1/statistics", "structure", "", nil); got.status != 403 {
		t.Errorf("statistics without the scope: %d", got.status)
	}
}

func TestDescriptionAndPage(t *testing.T) {
	t.Parallel()
	r := newRemote(t, testworld.OrderOptions{})
	description := r.call("GET", "/api/openapi.json", "", "", nil)
	for _, want := range []string{`"/v1/redemptions"`, `"/v1/cheques/check"`, `"/v1/redemptions/{id}"`, `"/v1/handovers"`, `"/v1/orders/{id}"`, `"/v1/statistics"`, `"Idempotency-Key"`, "too_many_attempts"} {
		if description.status != 200 || !strings.Contains(description.raw, want) {
			t.Errorf("the description (%d) lacks %s", description.status, want)
		}
	}
	page := r.call("GET", "/api", "", "", nil)
	if page.status != 200 || strings.Contains(page.raw, "https://unpkg") || !strings.Contains(page.raw, "Encaisser des chèques") {
		t.Errorf("page: %d", page.status)
	}
}
