package workshopui

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/redemption/seal"
	"passnum/internal/workshop"
	"passnum/web/ui"
)

// Keeper carries the code of a booking from the page that made it to the one
// that shows it: sealed, for a few minutes.
type Keeper struct {
	Seal   *seal.Sealer
	Secure bool // cookies over https only
	Now    func() time.Time
}

const (
	seatCookie = "passnum_place"
	seatLife   = 10 * time.Minute
)

// Kept is what is carried.
type Kept struct {
	Workshop uuid.UUID
	Code     string
}

func purpose(scope string) string { return "place:" + scope }

// Keep seals a booking's code for a page and those below it; scope tells whose
// it is.
func (k Keeper) Keep(w http.ResponseWriter, path, scope string, kept Kept) {
	plain, _ := json.Marshal(kept) // an identifier and a text always encode
	http.SetCookie(w, &http.Cookie{Name: seatCookie, Value: k.Seal.Seal(purpose(scope), k.Now().Add(seatLife), plain), Path: path,
		MaxAge: int(seatLife.Seconds()), HttpOnly: true, Secure: k.Secure, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Cache-Control", "no-store")
}

// Forget takes the code away.
func (k Keeper) Forget(w http.ResponseWriter, path string) {
	http.SetCookie(w, &http.Cookie{Name: seatCookie, Path: path, MaxAge: -1, HttpOnly: true, Secure: k.Secure, SameSite: http.SameSiteStrictMode})
}

// Read gives back the code kept for an atelier, if there is one.
func (k Keeper) Read(r *http.Request, scope string, id uuid.UUID) (string, bool) {
	cookie, err := r.Cookie(seatCookie)
	if err != nil {
		return "", false
	}
	var kept Kept
	plain, ok := k.Seal.Open(purpose(scope), k.Now(), cookie.Value)
	if !ok || json.Unmarshal(plain, &kept) != nil || kept.Workshop != id {
		return "", false
	}
	return kept.Code, true
}

// SeatView is a booking in words.
type SeatView struct {
	Serial, Code string
	Waiting      bool
	Ahead        int
	Ended        bool
	EndedBy      string
}

// Seat says how a booking stands.
func Seat(s workshop.Standing, code string) SeatView {
	v := SeatView{Serial: s.Serial, Code: strings.ToUpper(code), Waiting: s.State == workshop.OnHold, Ahead: s.Ahead, Ended: s.State == workshop.Ended}
	v.EndedBy = map[string]string{"personne": "avec son code", "guichet": "par le guichet", "structure": "par la structure"}[s.EndedBy]
	return v
}

func (v SeatView) rows() []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Carnet", Value: v.Serial}, {Key: "Code de réservation", Body: ui.Serial(v.Code)}}
	if v.Waiting {
		rank := "Vous êtes le premier sur la liste."
		if v.Ahead > 0 {
			rank = "Avant vous\u00a0: " + people(v.Ahead) + "."
		}
		rows = append(rows, ui.SummaryRow{Key: "Liste d’attente", Value: rank})
	}
	return rows
}
