package account

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type tokenView struct {
	ID                    uuid.UUID
	Name, Scopes, Created string
	Revoked               string
}

type tokensView struct {
	Tokens []tokenView
	// Secret is shown once, just after its creation.
	Secret string
	Name   string
	Scopes []string
}

func (h *Handlers) tokens(w http.ResponseWriter, r *http.Request) error {
	return h.renderTokens(w, r, http.StatusOK, tokensView{}, nil)
}

func (h *Handlers) renderTokens(w http.ResponseWriter, r *http.Request, status int, view tokensView, refusal *fault.Error) error {
	list, err := h.People.Tokens(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	for _, t := range list {
		shown := tokenView{ID: t.ID, Name: t.Name, Scopes: scopeLabels(t.Scopes), Created: format.Date(t.CreatedAt)}
		if t.RevokedAt != nil {
			shown.Revoked = format.Date(*t.RevokedAt)
		}
		view.Tokens = append(view.Tokens, shown)
	}
	page := teamSubPage(r, "Jetons d’accès")
	page.Errors = ui.ErrorsFrom(refusal)
	page.Active = urls.Team()
	return httpx.Render(w, r, status, tokensPage(page, view))
}

func (h *Handlers) createToken(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	wanted := identity.NewToken{Name: form.Get("name"), Scopes: form.All("scopes")}
	secret, err := h.People.CreateToken(r.Context(), httpx.Actor(r), wanted)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderTokens(w, r, httpx.Status(refusal.Kind), tokensView{Name: wanted.Name, Scopes: wanted.Scopes}, refusal)
	}
	if err != nil {
		return err
	}
	return h.renderTokens(w, r, http.StatusCreated, tokensView{Secret: secret}, nil)
}

func (h *Handlers) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.People.RevokeToken(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le jeton est retiré : il ne sert plus.")
	return httpx.SeeOther(w, r, urls.Tokens())
}

func scopeLabels(scopes []string) string {
	text := ""
	for i, scope := range scopes {
		if i > 0 {
			text += ", "
		}
		text += identity.ScopeLabel(scope)
	}
	return text
}
