package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"passnum/internal/fault"
)

// Handler is a screen or an act; the error it returns becomes an answer.
type Handler func(w http.ResponseWriter, r *http.Request) error

// ServeHTTP runs the handler and answers its error.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := h(w, r); err != nil {
		Fail(w, r, err)
	}
}

// ErrNotFound is the answer to an address that names nothing the person may see.
var ErrNotFound = fault.New(fault.KindNotFound, "Cette page n’existe pas, ou vous n’y avez pas accès.")

// Status is the HTTP status of a kind of refusal.
func Status(kind fault.Kind) int {
	switch kind {
	case fault.KindInvalid:
		return http.StatusUnprocessableEntity
	case fault.KindNotFound:
		return http.StatusNotFound
	case fault.KindConflict:
		return http.StatusConflict
	case fault.KindForbidden:
		return http.StatusForbidden
	case fault.KindTooMany:
		return http.StatusTooManyRequests
	case fault.KindUnauthenticated:
		return http.StatusUnauthorized
	default:
		return http.StatusInternalServerError
	}
}

// Fail answers an error: refusals with their page, the rest with a fixed
// sentence after one line in the log. A stranger cannot tell what is forbidden
// from what does not exist.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	if started(w) {
		logFailure(r, err)
		panic(http.ErrAbortHandler) // a truncated answer must not look whole
	}
	refusal, ok := fault.As(err)
	switch {
	case ok && refusal.Kind == fault.KindUnauthenticated && wantsJSON(r):
		problem(w, r, refusal)
	case ok && refusal.Kind == fault.KindUnauthenticated:
		http.Redirect(w, r, signInURL(r), http.StatusSeeOther)
	case ok && !Actor(r).SignedIn() && (refusal.Kind == fault.KindForbidden || refusal.Kind == fault.KindNotFound):
		answer(w, r, ErrNotFound)
	case ok:
		answer(w, r, refusal)
	case r.Context().Err() != nil && errors.Is(err, context.Canceled):
		// Nobody is listening any more.
		w.WriteHeader(statusClientGone)
	default:
		logFailure(r, err)
		answer(w, r, &fault.Error{})
	}
}

// statusClientGone is the conventional status of a request its client dropped.
const statusClientGone = 499

func answer(w http.ResponseWriter, r *http.Request, refusal *fault.Error) {
	if wantsJSON(r) {
		problem(w, r, refusal)
		return
	}
	status := Status(refusal.Kind)
	view := errorView(status, refusal.Sentence, RequestID(r))
	page := Page(r, view.Title)
	page.RequestPath = "" // it may hold a code, and must not tell pages apart
	if err := Render(w, r, status, errorPage(page, Actor(r).SignedIn(), view)); err != nil {
		logFailure(r, err)
		http.Error(w, view.Title, status)
	}
}

type errorText struct{ Title, Sentence, Advice string }

func errorView(status int, sentence, requestID string) errorText {
	switch status {
	case http.StatusNotFound:
		return errorText{"Page introuvable", sentence, "Vérifiez l’adresse, ou repartez de l’accueil."}
	case http.StatusForbidden:
		return errorText{"Accès refusé", sentence, ""}
	case http.StatusConflict:
		return errorText{"Action impossible", sentence, "Revenez à la page précédente et rechargez-la pour voir où en sont les choses."}
	case http.StatusUnprocessableEntity:
		return errorText{"Demande incorrecte", sentence, "Revenez à la page précédente pour corriger."}
	case http.StatusTooManyRequests:
		return errorText{"Trop d’essais", sentence, "Attendez quelques minutes avant de recommencer."}
	default:
		return errorText{"Une erreur est survenue",
			"Ce n’est pas de votre fait. Rien n’a été enregistré de cette action, ou elle est à vérifier avant de la refaire.",
			"Si cela se répète, donnez ce numéro à l’assistance : " + requestID}
	}
}

func logFailure(r *http.Request, err error) {
	Logger(r).LogAttrs(r.Context(), slog.LevelError, "request failed", append(requestAttrs(r), slog.String("error", err.Error()))...)
}

// started tells whether the answer has begun, as far as the log's writer knows.
func started(w http.ResponseWriter) bool {
	for {
		switch v := w.(type) {
		case interface{ Status() int }:
			return v.Status() != 0
		case interface{ Unwrap() http.ResponseWriter }:
			w = v.Unwrap()
		default:
			return false
		}
	}
}
