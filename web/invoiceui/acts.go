package invoiceui

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/invoicing"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// act is one thing done to a document from its page.
type act struct {
	done string
	do   func(ctx context.Context, s *invoicing.Service, actor identity.Actor, id uuid.UUID, form httpx.Values) error
}

var acts = map[string]act{
	"depot": {"Le dépôt est enregistré.", func(ctx context.Context, s *invoicing.Service, a identity.Actor, id uuid.UUID, form httpx.Values) error {
		on, _ := form.Date("depose_le")
		return s.Deposit(ctx, a, id, on, form.Get("numero_depot"))
	}},
	"reponse": {"La réponse est enregistrée.", func(ctx context.Context, s *invoicing.Service, a identity.Actor, id uuid.UUID, form httpx.Values) error {
		return s.Answer(ctx, a, id, invoicing.Sending(form.Get("reponse")), form.Get("motif_rejet"))
	}},
	"relance": {"La relance est partie.", func(ctx context.Context, s *invoicing.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.Remind(ctx, a, id)
	}},
}

// post runs an act; a refusal shows the page again with what was typed.
func (h *AdminHandlers) post(a act) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		err = a.do(r.Context(), h.Invoices, httpx.Actor(r), id, form)
		if f, refused := fault.ForForm(err); refused {
			return h.page(w, r, id, form, f)
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, a.done)
		return httpx.SeeOther(w, r, urls.AdminInvoice(id))
	}
}

// send takes the paper out through a channel, and gives it at once.
func (h *AdminHandlers) send(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	file, err := h.Invoices.Send(r.Context(), httpx.Actor(r), id, invoicing.Channel(form.Get("canal")))
	if f, refused := fault.ForForm(err); refused {
		return h.page(w, r, id, form, f)
	}
	if err != nil {
		return err
	}
	return httpx.File(w, file.Name, file.MediaType, file.Content)
}

func (h *AdminHandlers) correction(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.showCorrection(w, r, id, httpx.NewValues(nil), nil)
}

func (h *AdminHandlers) showCorrection(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	d, err := h.Invoices.Dossier(r.Context(), actor, id)
	if err != nil {
		return err
	}
	v := correctionView{Dossier: d, Act: typed.Get("acte"), Reason: typed.Get("motif"), References: referenceFields(typed, d.References)}
	if d.OrderID != nil && !typed.Has("engagement") {
		current, err := h.Invoices.CurrentReferences(r.Context(), actor, *d.OrderID, d.BuyerID)
		if err != nil {
			return err
		}
		v.References = current
	}
	if v.Services, err = h.Invoices.ServicesOf(r.Context(), actor, d.BuyerID); err != nil {
		return err
	}
	page := adminPage(r, "Corriger la facture "+d.Number, factures, ui.Crumb{Label: d.Number, Href: urls.AdminInvoice(id)}, ui.Crumb{Label: "Corriger"})
	page.Errors = ui.ErrorsFrom(refusal)
	v.Errors = page.Errors
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	}
	return httpx.Render(w, r, status, correctionPage(page, v))
}

func referenceFields(typed httpx.Values, known invoicing.References) invoicing.References {
	if !typed.Has("engagement") {
		return known
	}
	return invoicing.References{Engagement: typed.Get("engagement"), Service: typed.Get("code_service"), Contract: typed.Get("marche")}
}

// correct cancels a facture by an avoir, and issues another in the same act when
// asked to.
func (h *AdminHandlers) correct(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	d, err := h.doCorrect(r, id, form)
	if f, refused := fault.ForForm(err); refused {
		return h.showCorrection(w, r, id, form, f)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est fait\u00a0: "+title(d)+" émis"+map[bool]string{true: "", false: "e"}[d.Kind == invoicing.Credit]+".")
	return httpx.SeeOther(w, r, urls.AdminInvoice(d.ID))
}

var errNoAct = fault.Field("acte", "Choisissez ce qu’il faut faire.")

func (h *AdminHandlers) doCorrect(r *http.Request, id uuid.UUID, form httpx.Values) (invoicing.Document, error) {
	actor := httpx.Actor(r)
	switch form.Get("acte") {
	case "annuler":
		return h.Invoices.Cancel(r.Context(), actor, id, form.Get("motif"))
	case "refaire":
		return h.Invoices.Redo(r.Context(), actor, id, form.Get("motif"), referenceFields(form, invoicing.References{}))
	default:
		return invoicing.Document{}, errNoAct
	}
}
