package endingui

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
)

// do runs an act of the page: its refusal is shown with what was typed, its
// success by a sentence on the page anew.
func (h *Handlers) do(w http.ResponseWriter, r *http.Request, sentence string, act func(id uuid.UUID, form httpx.Values) error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = act(id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showWith(w, r, form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, h.of(id))
}

func (h *Handlers) stop(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "Les remises sont arrêtées, et les points de distribution prévenus.", func(id uuid.UUID, form httpx.Values) error {
		return h.Endings.StopHandOvers(r.Context(), httpx.Actor(r), id, form.Bool("accord"))
	})
}

func (h *Handlers) acknowledge(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "C’est noté, à votre nom.", func(id uuid.UUID, form httpx.Values) error {
		return h.Endings.Acknowledge(r.Context(), httpx.Actor(r), id, form.Bool("accord"))
	})
}

func (h *Handlers) sign(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "Votre signature est enregistrée.", func(id uuid.UUID, form httpx.Values) error {
		return h.Endings.Sign(r.Context(), httpx.Actor(r), h.side, id, ending.Signature{Title: form.Get("qualite"), Hash: form.Get("empreinte"), Agreed: form.Bool("accord")})
	})
}

func (h *Handlers) contest(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "L’opérateur a reçu votre contestation.", func(id uuid.UUID, form httpx.Values) error {
		return h.Endings.Contest(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	})
}

func (h *Handlers) wish(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "L’opérateur a reçu votre choix.", func(id uuid.UUID, form httpx.Values) error {
		to, _ := form.UUID("commande")
		return h.Endings.Wish(r.Context(), httpx.Actor(r), id, form.Get("choix"), to)
	})
}

func (h *Handlers) prolong(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "La commande est prolongée, et chacun prévenu.", func(id uuid.UUID, form httpx.Values) error {
		until, _ := form.Date("jusqu_au")
		return h.Endings.Prolong(r.Context(), httpx.Actor(r), id, ending.Prolongation{Until: until, Agreement: form.Get("accord")})
	})
}

func (h *Handlers) draw(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "L’état contradictoire est établi.", func(id uuid.UUID, _ httpx.Values) error {
		return h.Endings.Draw(r.Context(), httpx.Actor(r), id)
	})
}

func (h *Handlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "L’état est retiré\u00a0: un autre pourra être établi.", func(id uuid.UUID, form httpx.Values) error {
		return h.Endings.Withdraw(r.Context(), httpx.Actor(r), id, form.Get("motif_retrait"))
	})
}
