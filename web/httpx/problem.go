package httpx

import (
	"encoding/json"
	"net/http"
	"strings"

	"passnum/internal/fault"
)

// wantsJSON tells a script's request from a person's: a script cannot follow a
// page that asks to sign in.
func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json") || strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}

// problem answers a script with an RFC 9457 document.
func problem(w http.ResponseWriter, r *http.Request, refusal *fault.Error) {
	status := Status(refusal.Kind)
	view := errorView(status, refusal.Sentence, RequestID(r))
	if status == http.StatusUnauthorized {
		view = errorText{Title: "Connexion nécessaire", Sentence: refusal.Sentence}
	}
	body := map[string]any{
		"type": "about:blank", "title": view.Title, "status": status, "detail": view.Sentence, "instance": "urn:request:" + RequestID(r),
	}
	var wrong []map[string]string
	for _, f := range refusal.Fields {
		wrong = append(wrong, map[string]string{"location": "body." + f.Field, "message": f.Sentence})
	}
	if wrong != nil {
		body["errors"] = wrong
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a script that left is not a failure
}
