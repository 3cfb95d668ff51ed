// Package api is the house's interface for software: the first version of the
// calls, their description in OpenAPI and a page that lists them. It refuses to
// repeat a code, in answers as in errors.
package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/redemption"
	"passnum/internal/reporting"
	"passnum/web/httpx"
)

// Authenticator tells who a token acts for, or why it does not.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (identity.Actor, error)
}

// Redeemer tests, takes and gives back chèques.
type Redeemer interface {
	Check(ctx context.Context, actor identity.Actor, codes []string, place *uuid.UUID, entries []int) ([]redemption.Result, error)
	Redeem(ctx context.Context, actor identity.Actor, r redemption.Request) (redemption.Receipt, error)
	Undo(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) (redemption.Undone, error)
}

// HandOverer gives a carnet to a person.
type HandOverer interface {
	HandOver(ctx context.Context, actor identity.Actor, r distribution.Request) (distribution.HandOver, error)
}

// Reporter tells figures.
type Reporter interface {
	OrderFigures(ctx context.Context, actor identity.Actor, commanditaire, order uuid.UUID) (reporting.Figures, error)
	National(ctx context.Context) (reporting.National, error)
}

// Handlers serves /api.
type Handlers struct {
	Tokens      Authenticator
	Redemptions Redeemer
	HandOvers   HandOverer
	Figures     Reporter
}

// maxBody leaves room for 200 codes written as whole addresses.
const maxBody = 128 << 10

// Routes mounts the calls, their description and the page, without the prefix.
func (h *Handlers) Routes(r chi.Router) {
	speakFrench()
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, newProblem(http.StatusNotFound, "Cet appel n’existe pas."))
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, newProblem(http.StatusMethodNotAllowed, "Cet appel n’accepte pas cette méthode."))
	})
	api := humachi.New(r, config())
	api.UseMiddleware(h.authenticate(api))
	h.chequeCalls(api)
	h.otherCalls(api)
	description := api.OpenAPI()
	r.Method(http.MethodGet, "/", httpx.Handler(func(w http.ResponseWriter, r *http.Request) error {
		return httpx.Render(w, r, http.StatusOK, docsPage(httpx.Page(r, "API"), newDocsView(description)))
	}))
}

func config() huma.Config {
	c := huma.DefaultConfig("Passnum", "1")
	c.Info.Description = "Tester et encaisser des chèques, remettre des carnets, suivre une commande. " +
		"Un code de chèque n’est jamais répété dans une réponse."
	c.Servers = []*huma.Server{{URL: "/api"}}
	c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", nil
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"jeton": {Type: "http", Scheme: "bearer", Description: "Jeton créé par un responsable de l’organisation."},
	}
	return c
}

// operation is what every call has in common.
func operation(id, method, path, summary, description string) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary, Description: description,
		Security: []map[string][]string{{"jeton": {}}}, MaxBodyBytes: maxBody, BodyReadTimeout: 10 * time.Second,
		Errors: []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusUnprocessableEntity},
	}
}

// Key is the header that makes a retry harmless.
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" required:"true" minLength:"1" maxLength:"200" doc:"Choisie par l’appelant, unique par écriture. La même clé et le même corps redonnent la même réponse ; la même clé et un autre corps, 409."`
}
