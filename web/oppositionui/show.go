package oppositionui

import (
	"bytes"
	"context"
	"net/http"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/opposition"
	"passnum/web/httpx"
	"passnum/web/ui"
)

func (h *Handlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.showOne(w, r, liftTyped{}, nil)
}

// liftTyped is a lifting as somebody typed it.
type liftTyped struct{ numbers, reason string }

func (h *Handlers) showOne(w http.ResponseWriter, r *http.Request, t liftTyped, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	d, err := h.Oppositions.Opposition(r.Context(), actor, h.Side.Origin, id)
	if err != nil {
		return err
	}
	v := h.newDetail(d, actor)
	v.lift = t
	if h.Side.Origin != opposition.ByCounter && d.SpentCheques > 0 {
		spent, err := h.Oppositions.Spent(r.Context(), actor, h.Side.Origin, id)
		if err != nil {
			return err
		}
		v.spent = spentDetail(spent)
	}
	if h.Side.Origin == opposition.ByOperator && actor.Can(identity.PlatformOrders) {
		if err := h.addReplacement(r.Context(), actor, d, &v); err != nil {
			return err
		}
	}
	p := h.page(r, d.Number)
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, detailPage(p, v))
}

func (h *Handlers) addReplacement(ctx context.Context, actor identity.Actor, d opposition.Detail, v *detailView) error {
	if d.State == opposition.InForce {
		means, err := h.Oppositions.Means(ctx, actor, d.ID)
		if err != nil {
			return err
		}
		v.addMeans(means)
		if v.replace != "" {
			v.replace = h.Side.Of(d.ID, v.replace)
		}
	}
	if d.ToShip > 0 {
		points, err := h.Oppositions.Points(ctx, actor, d.ID)
		if err != nil {
			return err
		}
		v.addPoints(d, points)
	}
	if d.ToShip > 0 {
		v.print = h.Side.Of(d.ID, "carnets.pdf")
	}
	return nil
}

// after answers an act of one click: its refusal on the page, or the page anew.
func (h *Handlers) after(w http.ResponseWriter, r *http.Request, err error, sentence string) error {
	if refusal, ok := fault.ForForm(err); ok {
		return h.showOne(w, r, liftTyped{}, refusal)
	}
	if err != nil {
		return err
	}
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, h.Side.Of(id))
}

func (h *Handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.after(w, r, h.Oppositions.Confirm(r.Context(), httpx.Actor(r), h.Side.Origin, id), "Opposition confirmée\u00a0: les chèques non utilisés sont refusés partout dès maintenant.")
}

func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.after(w, r, h.Oppositions.Refuse(r.Context(), httpx.Actor(r), h.Side.Origin, id), "La déclaration est écartée\u00a0: rien n’a été bloqué.")
}

func (h *Handlers) lift(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t := liftTyped{numbers: form.Get("numeros"), reason: form.Get("motif")}
	waits, err := h.Oppositions.Lift(r.Context(), httpx.Actor(r), h.Side.Origin, id, opposition.LiftRequest{Numbers: t.numbers, Reason: t.reason})
	if refusal, ok := fault.ForForm(err); ok {
		return h.showOne(w, r, t, refusal)
	}
	sentence := "Les carnets retrouvés sont rendus à l’usage."
	if waits {
		sentence = "Levée demandée\u00a0: une deuxième personne doit confirmer."
	}
	return h.after(w, r, err, sentence)
}

func (h *Handlers) decideLifting(agree bool) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		lifting, err := httpx.PathUUID(r, "levee")
		if err != nil {
			return err
		}
		sentence := "La levée n’est pas confirmée\u00a0: les carnets restent bloqués."
		if agree {
			sentence = "Levée confirmée\u00a0: les carnets retrouvés sont rendus à l’usage."
		}
		return h.after(w, r, h.Oppositions.DecideLifting(r.Context(), httpx.Actor(r), h.Side.Origin, id, lifting, agree), sentence)
	}
}

func (h *Handlers) askReplacement(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.after(w, r, h.Oppositions.AskReplacement(r.Context(), httpx.Actor(r), id), "L’opérateur a reçu votre demande de carnets neufs.")
}

func (h *Handlers) replace(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	_, err = h.Oppositions.Replace(r.Context(), httpx.Actor(r), id)
	return h.after(w, r, err, "Les carnets de remplacement sont fabriqués\u00a0: imprimez-les, puis expédiez-les.")
}

func (h *Handlers) ship(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	point, _ := form.UUID("point")
	return h.after(w, r, h.Oppositions.Ship(r.Context(), httpx.Actor(r), id, point, form.Get("suivi")), "Les carnets de remplacement sont en route\u00a0: le point confirmera leur réception.")
}

// print answers the new carnets to print. It is a POST, because the pages are
// cash and no link may lead to them; they are written whole before the first
// byte, so that half a file is never printed.
func (h *Handlers) print(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	err = h.Oppositions.WriteReplacements(r.Context(), httpx.Actor(r), id, &pdf)
	if err != nil {
		return h.after(w, r, err, "")
	}
	return httpx.PDF(w, "carnets-de-remplacement.pdf", pdf.Bytes())
}
