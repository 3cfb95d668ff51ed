package public

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// ChequeHandlers tells visitors what a chèque is worth. The code leaves the
// address at once: what is kept for the next page is the answer, sealed, never
// the code.
type ChequeHandlers struct {
	Redemptions *redemption.Service
	Seal        *seal.Sealer
	Secure      bool // cookies over https only
	Now         func() time.Time
	// Usable is told of each chèque that can be used, before the answer; nil for nobody.
	Usable func(w http.ResponseWriter, r *http.Request, code string)
}

const (
	chequeCookie  = "passnum_cheque"
	chequePurpose = "cheque"
	// chequeLife is how long the answer may be read again.
	chequeLife = 5 * time.Minute
)

// Routes mounts the screens.
func (h *ChequeHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, "/P/*", httpx.Handler(h.scanned))
	r.Method(http.MethodGet, "/p/*", httpx.Handler(h.scanned))
	r.Method(http.MethodGet, urls.PublicCheque(), httpx.Handler(h.show))
	r.Method(http.MethodPost, urls.PublicCheque(), httpx.Handler(h.typed))
}

// scanned answers the address that a chèque's QR code holds.
func (h *ChequeHandlers) scanned(w http.ResponseWriter, r *http.Request) error {
	return h.present(w, r, chi.URLParam(r, "*"))
}

// typed answers the form.
func (h *ChequeHandlers) typed(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	if values.Get("code") == "" {
		page := chequePageOf(r)
		page.Errors = ui.ErrorsFrom(fault.Field("code", "Tapez les 16 caractères imprimés sur le chèque."))
		return httpx.Render(w, r, http.StatusUnprocessableEntity, chequePage(page, chequeView{}))
	}
	return h.present(w, r, values.Get("code"))
}

// present looks the chèque up and leads to a page without the code.
func (h *ChequeHandlers) present(w http.ResponseWriter, r *http.Request, code string) error {
	status, err := h.Redemptions.PublicStatus(r.Context(), httpx.Actor(r).Address, code)
	if err != nil {
		return err
	}
	if status.Kind == redemption.PublicUsable && h.Usable != nil {
		h.Usable(w, r, code)
	}
	plain, _ := json.Marshal(status) // times and texts always encode
	http.SetCookie(w, &http.Cookie{
		Name: chequeCookie, Value: h.Seal.Seal(chequePurpose, h.Now().Add(chequeLife), plain),
		Path: urls.PublicCheque(), MaxAge: int(chequeLife.Seconds()), HttpOnly: true, Secure: h.Secure,
		// A phone's camera opens the address from outside the site: Strict would
		// lose the cookie on the way.
		SameSite: http.SameSiteLaxMode,
	})
	w.Header().Set("Cache-Control", "no-store")
	return httpx.SeeOther(w, r, urls.PublicCheque())
}

// show tells the answer, or asks for a code.
func (h *ChequeHandlers) show(w http.ResponseWriter, r *http.Request) error {
	status, view := http.StatusOK, chequeView{}
	if answer, ok := h.answer(r); ok {
		view = newChequeView(answer)
		if answer.Kind == redemption.PublicThrottled {
			status = http.StatusTooManyRequests
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, status, chequePage(chequePageOf(r), view))
}

func (h *ChequeHandlers) answer(r *http.Request) (redemption.PublicStatus, bool) {
	var status redemption.PublicStatus
	cookie, err := r.Cookie(chequeCookie)
	if err != nil {
		return status, false
	}
	plain, ok := h.Seal.Open(chequePurpose, h.Now(), cookie.Value)
	return status, ok && json.Unmarshal(plain, &status) == nil
}

func chequePageOf(r *http.Request) ui.Page {
	page := httpx.Page(r, "Mon chèque")
	page.NoIndex = true
	return page
}

// chequeView is the answer in words; nothing before a code is presented.
type chequeView struct {
	verdict  *ui.VerdictArgs
	usable   bool
	throttle bool
}

// newChequeView says one same thing of every chèque that is neither usable,
// used nor expired.
func newChequeView(s redemption.PublicStatus) chequeView {
	v := ui.VerdictArgs{Tone: ui.Warn, Word: "Ce chèque ne peut pas être utilisé",
		Reason: "Le code est mal recopié, ou le chèque n’est pas encore utilisable.",
		Action: "Vérifiez les 16 caractères imprimés. S’ils sont justes, retournez à l’accueil qui vous a remis le carnet."}
	switch s.Kind {
	case redemption.PublicUsable:
		v = ui.VerdictArgs{Tone: ui.Good, Word: "Ce chèque vaut " + s.FaceValue.Short(),
			Reason: "Il est offert par\u00a0: " + s.Commanditaire + ". À utiliser jusqu’au " + format.Date(s.Day) + ".",
			Action: "Choisissez un lieu, prenez rendez-vous et apportez le chèque."}
	case redemption.PublicUsed:
		v = ui.VerdictArgs{Tone: ui.Bad, Word: "Ce chèque a déjà été utilisé", Action: "Un chèque sert une seule fois. Prenez le suivant dans votre carnet."}
		if !s.Day.IsZero() {
			v.Reason = "C’était le " + format.Date(s.Day) + "."
		}
	case redemption.PublicExpired:
		v = ui.VerdictArgs{Tone: ui.Bad, Word: "Ce chèque n’est plus valable", Action: "Demandez un nouveau carnet à l’accueil qui vous l’a remis."}
		if !s.Day.IsZero() {
			v.Reason = "Il était accepté jusqu’au " + format.Date(s.Day) + "."
		}
	case redemption.PublicThrottled:
		v = ui.VerdictArgs{Tone: ui.Warn, Word: "Trop de codes essayés", Reason: "Attendez dix minutes avant de recommencer.", Action: "Un lieu peut aussi vérifier votre chèque."}
	}
	return chequeView{verdict: &v, usable: s.Kind == redemption.PublicUsable, throttle: s.Kind == redemption.PublicThrottled}
}

func chequeLead(v chequeView) string {
	if v.verdict != nil {
		return ""
	}
	return "Vérifiez ce que vaut un chèque et jusqu’à quand l’utiliser."
}

func chequeFormTitle(v chequeView) string {
	if v.verdict != nil {
		return "Vérifier un autre chèque"
	}
	return "Quel chèque\u00a0?"
}
