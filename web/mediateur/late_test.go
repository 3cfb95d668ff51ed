package mediateur_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/testworld"
	"passnum/web/httpx"
	"passnum/web/mediateur"
	"passnum/web/urls"
)

// lateSite is every screen of the space, disputes included.
func (c *counter) lateSite(actor identity.Actor) http.Handler {
	take := redemption.NewService(c.DB, c.Keys)
	r := chi.NewRouter()
	r.Use(httpx.As(actor))
	r.Mount("/", c.as(actor))
	r.Group(func(r chi.Router) {
		for _, s := range []interface{ Routes(chi.Router) }{
			&mediateur.LateHandlers{Redemptions: take, Now: c.Now},
			&mediateur.DisputeHandlers{Disputes: dispute.NewService(c.DB), Now: c.Now},
		} {
			inner := chi.NewRouter()
			s.Routes(inner)
			for _, route := range inner.Routes() {
				for method, h := range route.Handlers {
					r.Method(method, "/mediateur"+route.Pattern, h)
				}
			}
		}
	})
	return r
}

type claimed struct {
	ServerAt time.Time `json:"server_at"`
	Detail   string    `json:"detail"`
	Answers  []struct {
		Key, State, Receipt, Message string
		Results                      []struct {
			Index                                 int
			Status, Reason, Word, Message, Serial string
			Rank                                  int
			FaceValueCents                        int `json:"face_value_cents"`
		}
	} `json:"answers"`
	Errors []struct{ Location, Message string } `json:"errors"`
}

func (c *counter) postQueue(site http.Handler, body string) (int, claimed, http.Header) {
	c.t.Helper()
	request := httptest.NewRequestWithContext(c.t.Context(), http.MethodPost, "/mediateur/file", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, request)
	var got claimed
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		c.t.Fatalf("%d, not JSON: %v: %s", w.Code, err, w.Body)
	}
	for _, code := range c.codes {
		if strings.Contains(w.Body.String(), code) {
			c.t.Error("a code is repeated")
		}
	}
	return w.Code, got, w.Header()
}

func (c *counter) queueOf(key string, ago time.Duration, codes ...string) string {
	raw, _ := json.Marshal(map[string]any{
		"device": uuid.NewString(), "sent_at": c.Now().Format(time.RFC3339), "claims": []any{map[string]any{
			"key": key, "scanned_at": c.Now().Add(-ago).Format(time.RFC3339), "codes": codes, "entries": []int{3, 44}, "mode": "individuel",
			"place_id": nil, "duration_minutes": 60, "price_cents": 1200, "first_visit": true,
		}},
	})
	return string(raw)
}

func TestQueueEndpoint(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	site := c.lateSite(c.Mediateur)
	key := uuid.NewString()
	body := c.queueOf(key, 24*time.Hour, c.codes[0], "rien")
	status, got, _ := c.postQueue(site, body)
	if status != 200 || !got.ServerAt.Equal(c.Now()) || len(got.Answers) != 1 {
		t.Fatalf("%d %+v", status, got)
	}
	a := got.Answers[0]
	if a.Key != key || a.State != "refused" || !strings.HasPrefix(a.Receipt, "/mediateur/recus/") || a.Message == "" ||
		a.Results[0].Word != "Encaissé" || a.Results[0].FaceValueCents != 1000 || a.Results[1].Word != "Code mal lu" || a.Results[1].Reason != "malformed" {
		t.Errorf("%+v", a)
	}
	if _, again, _ := c.postQueue(site, body); again.Answers[0].Receipt != a.Receipt {
		t.Errorf("resent: %+v", again.Answers[0])
	}
	c.http = site
	if page := c.get(a.Receipt); !strings.Contains(page.raw, "Service rendu") {
		t.Error("the receipt does not say when the service was given")
	}
	for name, wrong := range map[string]string{
		"no JSON":      `{"device":`,
		"a wrong type": strings.Replace(body, `"individuel"`, `3`, 1),
		"no device":    strings.Replace(body, `"device"`, `"appareil"`, 1),
		"a short key":  strings.Replace(body, key, "x", 1),
	} {
		if status, got, _ := c.postQueue(site, wrong); status != 422 || got.Detail == "" {
			t.Errorf("%s: %d %+v", name, status, got)
		}
	}
	if status, got, _ := c.postQueue(c.lateSite(identity.Actor{}), body); status != 401 || got.Detail == "" {
		t.Errorf("signed out: %d", status)
	}
	if status, _, _ := c.postQueue(c.lateSite(c.Agent), body); status != 403 {
		t.Errorf("a counter: %d", status)
	}
}

func TestDisputeScreens(t *testing.T) {
	t.Parallel()
	c := newCounter(t, testworld.OrderOptions{})
	site := c.lateSite(c.Mediateur)
	c.http = site
	if !strings.Contains(c.get(urls.Disputes()).raw, "Aucun litige") {
		t.Error("no empty state")
	}
	c.Exec(`UPDATE orders SET late_cap = 1`)
	_, got, _ := c.postQueue(site, c.queueOf(uuid.NewString(), 24*time.Hour, c.codes[:3]...))
	if a := got.Answers[0]; a.State != "disputed" || a.Results[2].Word != "Au-delà du plafond" || a.Results[2].Status != "disputed" {
		t.Fatalf("%+v", a)
	}
	if page := c.get(urls.Mediateur()); !strings.Contains(page.raw, "chèques en litige") {
		t.Error("the day does not tell the disputes")
	}
	if page := c.get(got.Answers[0].Receipt); !strings.Contains(page.raw, "Chèques en litige") || !strings.Contains(page.raw, "litige en attente") {
		t.Error("the receipt does not tell the disputes")
	}
	var id uuid.UUID
	if err := c.Owner.QueryRow(t.Context(), `SELECT id FROM disputes ORDER BY rank LIMIT 1`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	page := c.get(urls.Dispute(id))
	refused := c.press(page, "Enregistrer l’explication", url.Values{"explication": {" "}})
	if refused.status != 422 || !strings.Contains(refused.raw, "Écrivez ce qui s’est passé.") {
		t.Errorf("no explanation: %d", refused.status)
	}
	if after := c.press(page, "Enregistrer l’explication", url.Values{"explication": {"Atelier à la salle des fêtes"}}); !strings.Contains(after.raw, "Atelier à la salle des fêtes") {
		t.Error("the explanation is lost")
	}
	if after := c.press(page, "Retirer le litige", nil); !strings.Contains(after.raw, "Retiré") {
		t.Error("not withdrawn")
	}
	sheet := c.send(http.MethodGet, urls.DisputesCSV(), nil)
	if lines := strings.Count(sheet.raw, "\n"); sheet.status != 200 || lines < 3 || !strings.Contains(sheet.raw, "Atelier à la salle des fêtes") {
		t.Errorf("sheet: %d, %d lines", sheet.status, lines)
	}
	if other := httptest.NewRecorder(); true {
		c.lateSite(c.Other).ServeHTTP(other, httptest.NewRequestWithContext(t.Context(), http.MethodGet, urls.Dispute(id), nil))
		if other.Code != 404 {
			t.Errorf("another structure reads it: %d", other.Code)
		}
	}
}
