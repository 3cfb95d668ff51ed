package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/printing"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// PrintHandlers hands an order's carnets to a print shop.
type PrintHandlers struct {
	Printing *printing.Service
}

// Routes mounts the screens under /admin.
func (h *PrintHandlers) Routes(r chi.Router) {
	r.Route("/commandes/{id}/impression", func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/avancement", httpx.Handler(h.progress))
		r.Method(http.MethodGet, "/mode-d-emploi", httpx.Handler(h.manual))
		r.Method(http.MethodPost, "/telecharger", httpx.Handler(h.download))
		r.Method(http.MethodPost, "/", h.post(printAsk))
		r.Method(http.MethodPost, "/imprimeurs/{shop}/retirer", h.post(printRetire))
		for name, act := range printActs {
			r.Method(http.MethodPost, "/"+name, h.post(act))
		}
	})
}

// printAct is one thing done about an order's printing, from its page.
type printAct struct {
	done string
	do   func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error
}

var printAsk = printAct{"Le paquet se prépare. Vous pouvez quitter cette page.", func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
	shop, _ := f.UUID("imprimeur")
	return s.Ask(r.Context(), a, id, shop)
}}

var printRetire = printAct{"L’imprimeur n’est plus proposé.", func(r *http.Request, s *printing.Service, a identity.Actor, _ uuid.UUID, _ httpx.Values) error {
	shop, err := httpx.PathUUID(r, "shop")
	if err != nil {
		return err
	}
	return s.Retire(r.Context(), a, shop)
}}

var printActs = map[string]printAct{
	"imprimeurs": {"L’imprimeur est enregistré. Vérifiez sa clé avec lui, de vive voix.", func(r *http.Request, s *printing.Service, a identity.Actor, _ uuid.UUID, f httpx.Values) error {
		_, err := s.Register(r.Context(), a, newShop(f))
		return err
	}},
	"arret": {"La préparation est arrêtée. Rien n’en est gardé.", func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, _ httpx.Values) error {
		return s.Cancel(r.Context(), a, id)
	}},
	"autre": {"La demande est enregistrée. Une autre personne doit l’autoriser sur cette page.", func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.AskAgain(r.Context(), a, id, f.Get("motif"))
	}},
	"decision": {"Votre décision est enregistrée.", func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		download, _ := f.UUID("demande")
		return s.Decide(r.Context(), a, id, download, f.Get("decision") == "oui")
	}},
	"accuse": {"La réception est confirmée. Le paquet est effacé.", func(r *http.Request, s *printing.Service, a identity.Actor, id uuid.UUID, f httpx.Values) error {
		return s.Acknowledge(r.Context(), a, id, f.Get("empreinte"))
	}},
}

func newShop(f httpx.Values) printing.NewShop {
	return printing.NewShop{Name: f.Get("nom"), Email: f.Get("courriel"), PublicKey: f.Get("cle")}
}

// post runs an act; a refusal shows the page again with what was typed.
func (h *PrintHandlers) post(a printAct) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		err = a.do(r, h.Printing, httpx.Actor(r), id, form)
		if f, ok := fault.ForForm(err); ok {
			return h.page(w, r, id, form, f)
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, a.done)
		return httpx.SeeOther(w, r, urls.AdminPrinting(id))
	}
}

func (h *PrintHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.page(w, r, id, httpx.NewValues(nil), nil)
}

func (h *PrintHandlers) page(w http.ResponseWriter, r *http.Request, id uuid.UUID, typed httpx.Values, refusal *fault.Error) error {
	st, err := h.Printing.Status(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Impression de la commande "+orderNumber(st.Order.Number))
	page.Crumbs = printCrumbs(st)
	page.Errors = ui.ErrorsFrom(refusal)
	v := newPrintView(st, httpx.Actor(r), typed, page.Errors)
	status := http.StatusOK
	if refusal != nil {
		status = httpx.Status(refusal.Kind)
	} else if v.Preparing {
		page.RefreshSeconds = 3
	}
	return httpx.Render(w, r, status, printTemplate(page, v))
}

func printCrumbs(st printing.Status) []ui.Crumb {
	return []ui.Crumb{{Label: "Commandes", Href: urls.AdminOrders()}, {Label: orderNumber(st.Order.Number), Href: urls.AdminOrder(st.Order.ID)}, {Label: "Impression"}}
}

// progress streams the making of the pack.
func (h *PrintHandlers) progress(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	return httpx.Events(w, r, 500*time.Millisecond, func(ctx context.Context) (templ.Component, bool, error) {
		run, began, err := h.Printing.Progress(ctx, actor, id)
		if err == nil && !began {
			err = httpx.ErrNotFound
		}
		if err != nil {
			return nil, false, err
		}
		return ui.ProgressBody(packProgress(id, run, actor)), !run.Live(), nil
	})
}

// slowest is how long a print shop's line may take to carry a pack.
const slowest = 2 * time.Hour

// download sends the pack. The leave to take it is used up before the first
// byte: a refusal is still a page, a cut line needs another leave.
func (h *PrintHandlers) download(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	pack, err := h.Printing.Take(r.Context(), httpx.Actor(r), id)
	if f, ok := fault.ForForm(err); ok {
		return h.page(w, r, id, httpx.NewValues(nil), f)
	}
	if err != nil {
		return err
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(slowest)) // not every writer has one
	httpx.Attach(w, pack.Name, "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(pack.Size, 10))
	return pack.Send(r.Context(), w)
}

// manual is the sheet that goes to the print shop with the pack.
func (h *PrintHandlers) manual(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	st, err := h.Printing.Status(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Mode d’emploi pour l’imprimeur")
	page.Back = &ui.Crumb{Label: "Retour à l’impression", Href: urls.AdminPrinting(id)}
	return httpx.Render(w, r, http.StatusOK, printManual(page, newManual(st)))
}
