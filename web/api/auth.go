package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
)

type callerKey struct{}

// caller is who calls, and the request that brought the call.
type caller struct {
	actor   identity.Actor
	request *http.Request
}

// authenticate lets through calls that carry a valid token.
func (h *Handlers) authenticate(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humachi.Unwrap(ctx)
		actor, err := h.Tokens.Authenticate(r.Context(), bearer(r))
		if err != nil {
			p := problemOf(r, err)
			if p.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="passnum"`)
			}
			writeProblem(w, p)
			return
		}
		visitor := httpx.Actor(r)
		actor.RequestID, actor.Device, actor.Address = visitor.RequestID, visitor.Device, visitor.Address
		httpx.WithActor(r, actor) // tells the log
		next(huma.WithValue(ctx, callerKey{}, caller{actor: actor, request: r}))
	}
}

// bearer is the token of the Authorization header; empty when there is none.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// call adapts a use case: it tells who calls, and turns refusals into problems.
func call[I, O any](do func(context.Context, identity.Actor, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		c := ctx.Value(callerKey{}).(caller)
		out, err := do(ctx, c.actor, in)
		if err != nil {
			return nil, problemOf(c.request, err)
		}
		return out, nil
	}
}

// problemOf words a refusal; anything else is logged once and stays vague.
func problemOf(r *http.Request, err error) *Problem {
	refusal, ok := fault.As(err)
	if !ok {
		httpx.Logger(r).LogAttrs(r.Context(), slog.LevelError, "api call failed",
			slog.String("request", httpx.RequestID(r)), slog.String("error", err.Error()))
		p := newProblem(http.StatusInternalServerError, "Une erreur est survenue de notre côté. Réessayez avec la même clé d’idempotence.")
		p.RequestID = httpx.RequestID(r)
		return p
	}
	p := newProblem(httpx.Status(refusal.Kind), refusal.Sentence)
	for _, f := range refusal.Fields {
		p.Errors = append(p.Errors, ProblemField{Location: location(f.Field), Message: f.Sentence})
	}
	return p
}

// location says where a refused field is in the request.
func location(field string) string {
	switch field {
	case "key", "cle":
		return "header.Idempotency-Key"
	case "public":
		return "body.public_category"
	default:
		return "body." + field
	}
}
