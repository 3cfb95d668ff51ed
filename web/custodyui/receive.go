package custodyui

import (
	"net/http"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// receptionView is the form of a reception, with what was typed.
type receptionView struct {
	shown, may                                           bool
	action                                               string
	carnets                                              int
	state, count, missing, damaged, extra, scanned, note string
}

// Receive confirms what arrived.
func (s *Screens) Receive(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := receptionView{state: form.Get("etat"), count: form.Get("nombre"), missing: form.Get("manquants"), damaged: form.Get("abimes"),
		extra: form.Get("en_trop"), scanned: form.Get("recus"), note: form.Get("note")}
	declared, err := typed.read(form)
	if err != nil {
		return s.show(w, r, typed, err)
	}
	t, err := s.Custody.Receive(r.Context(), httpx.Actor(r), s.Desk, id, declared)
	if err != nil {
		return s.show(w, r, typed, err)
	}
	if t.CaseID != nil {
		httpx.Flash(r, ui.Warn, "La réception est confirmée. Ce qui n’est pas comme déclaré est gardé dans l’écart "+t.CaseNumber+".")
		return httpx.SeeOther(w, r, s.Links.Case(*t.CaseID))
	}
	httpx.Flash(r, ui.Good, format.Count(*t.ReceivedCarnets, "carnet est arrivé", "carnets sont arrivés")+" à «\u00a0"+t.ToLabel+"\u00a0».")
	return httpx.SeeOther(w, r, s.Links.Transfer(id))
}

func (v receptionView) read(form httpx.Values) (custody.Reception, error) {
	var c fault.Collector
	declared := custody.Reception{Note: v.note}
	count, ok := form.Int("nombre")
	c.Check(ok && count >= 0, "nombre", "Comptez les carnets arrivés, et écrivez leur nombre.")
	declared.Count = count
	switch v.state {
	case "complet":
	case "manque":
		declared.Missing, declared.Damaged, declared.Extra = v.missing, v.damaged, v.extra
		c.Check(v.missing+v.damaged+v.extra != "", "manquants", "Indiquez quels carnets manquent, sont abîmés ou sont en trop.")
	case "scan":
		declared.Scan, declared.Scanned = true, v.scanned
		c.Check(v.scanned != "", "recus", "Scannez les carnets arrivés, un par ligne.")
	default:
		c.Add("etat", "Dites si les carnets sont comme déclarés.")
	}
	return declared, c.Err()
}

func (v receptionView) options(p ui.Page) []ui.Option {
	return ui.Selected([]ui.Option{
		{Value: "complet", Label: "Oui, tous les numéros sont là"},
		{Value: "manque", Label: "Non, il en manque, ou certains sont abîmés ou en trop", Reveal: missingFields(p, v)},
		{Value: "scan", Label: "Je scanne ce qui est arrivé", Reveal: scannedField(p, v)},
	}, v.state)
}
