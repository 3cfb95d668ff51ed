package httpx

import (
	"net/http"

	"github.com/alexedwards/scs/v2"

	"passnum/web/ui"
)

const (
	flashTone     = "flash.tone"
	flashSentence = "flash.sentence"
)

// Flash leaves one sentence for the next page the person sees.
func Flash(r *http.Request, tone ui.Tone, sentence string) {
	if s := Sessions(r); s != nil {
		s.Put(r.Context(), flashTone, string(tone))
		s.Put(r.Context(), flashSentence, sentence)
	}
}

func popFlash(r *http.Request) *ui.Flash {
	s := Sessions(r)
	if s == nil || !s.Exists(r.Context(), flashSentence) {
		return nil
	}
	return &ui.Flash{
		Tone:  ui.Tone(s.PopString(r.Context(), flashTone)),
		Title: s.PopString(r.Context(), flashSentence),
	}
}

// Sessions is the session manager of the request; nil where there is no
// session, as in the API.
func Sessions(r *http.Request) *scs.SessionManager {
	s, _ := r.Context().Value(sessionsKey).(*scs.SessionManager)
	return s
}
