package programmeui

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/programme"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// act is one thing done to a programme from its page.
type act func(ctx context.Context, s *programme.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error

func answer(ctx context.Context, s *programme.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error {
	request, _ := form.UUID("demande")
	return s.Answer(ctx, actor, id, request, form.Get("avis") == "accepter", form.Get("motif_"+request.String()))
}

func closeCall(ctx context.Context, s *programme.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error {
	return s.Close(ctx, actor, id, form.Get("motif"))
}

func setEnvelope(ctx context.Context, s *programme.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error {
	envelope, ok := form.Cents("enveloppe")
	if !ok {
		envelope = money.Cents(-1)
	}
	return s.SetEnvelope(ctx, actor, id, envelope)
}

// submit runs an act; a refusal shows the page again with what was typed.
func submit(w http.ResponseWriter, r *http.Request, s *programme.Service, do act, done string, a audience,
	again func(http.ResponseWriter, *http.Request, uuid.UUID, int, httpx.Values, *fault.Error) error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = do(r.Context(), s, httpx.Actor(r), id, form)
	if f, ok := fault.ForForm(err); ok {
		return again(w, r, id, httpx.Status(f.Kind), form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, a.page(programme.Programme{ID: id}))
}
