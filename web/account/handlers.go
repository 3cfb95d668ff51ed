// Package account serves the screens of a person before they act for anyone:
// signing in, joining, their account, their team. It refuses to decide who may
// do what: package identity does.
package account

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/web/httpx"
)

// Handlers serves the screens of people and their team.
type Handlers struct {
	People *identity.Service
}

// Routes mounts the screens, at the root of the site.
func (h *Handlers) Routes(r chi.Router) {
	h.visitorRoutes(r)
	r.Group(func(r chi.Router) {
		r.Use(httpx.NeedAccount)
		get(r, "/compte", h.profile)
		post(r, "/compte/nom", h.rename)
		post(r, "/compte/mot-de-passe", h.changePassword)
		post(r, "/compte/code", h.savePIN)
		post(r, "/verrouillage/maintenant", h.lock)
		post(r, "/verrouillage/presence", h.present)
		get(r, "/organisation", h.organisations)
		post(r, "/organisation", h.actFor)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.TeamRead))
		get(r, "/equipe", h.team)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.TeamWrite))
		get(r, "/equipe/inviter", h.inviteForm)
		post(r, "/equipe/inviter", h.invite)
		post(r, "/equipe/invitations/{id}/renvoyer", h.resend)
		post(r, "/equipe/invitations/{id}/annuler", h.revoke)
		get(r, "/equipe/membres/{id}/role", h.roleForm)
		post(r, "/equipe/membres/{id}/role", h.changeRole)
		get(r, "/equipe/membres/{id}/retirer", h.removeForm)
		post(r, "/equipe/membres/{id}/retirer", h.remove)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.TokenWrite))
		get(r, "/jetons", h.tokens)
		post(r, "/jetons", h.createToken)
		post(r, "/jetons/{id}/retirer", h.revokeToken)
	})
}

func (h *Handlers) visitorRoutes(r chi.Router) {
	get(r, "/connexion", h.signInForm)
	post(r, "/connexion", h.signIn)
	post(r, "/deconnexion", h.signOut)
	get(r, "/verrouillage", h.locked)
	post(r, "/verrouillage", h.unlock)
	get(r, "/mot-de-passe-oublie", h.forgottenForm)
	post(r, "/mot-de-passe-oublie", h.forgotten)
	get(r, "/mot-de-passe/{token}", h.newPasswordForm)
	post(r, "/mot-de-passe/{token}", h.newPassword)
	get(r, "/invitations/{token}", h.invitation)
	post(r, "/invitations/{token}", h.acceptInvitation)
}

func get(r chi.Router, path string, h httpx.Handler) { r.Method(http.MethodGet, path, h) }

func post(r chi.Router, path string, h httpx.Handler) { r.Method(http.MethodPost, path, h) }
