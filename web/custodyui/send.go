package custodyui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// SendView is the form of a departure, with what was typed.
type SendView struct {
	Title, Lead, Button, Action string
	Back                        ui.Crumb
	Key                         string
	Points                      []ui.Option // where it leaves from; none when it is one place
	Point                       string
	Destinations                []ui.Option
	Destination                 string
	Serials, Count              string
	Tracking, Note              string
	Request                     string // the request it answers
	RequestWords                string
	Available                   []string // what may leave, as numbers
	Giveback                    bool
	Empty                       string // why nothing can leave
}

// Sender knows what a desk may send: it completes the form.
type Sender func(r *http.Request, v *SendView) error

// SendForm shows an empty form.
func (s *Screens) SendForm(sender Sender) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		query := httpx.Query(r)
		v := SendView{Key: NewKey(), Point: query.Get("point"), Destination: query.Get("vers"), Serials: query.Get("lignes"), Count: query.Get("nombre"), Request: query.Get("demande")}
		return s.showSend(w, r, sender, v, nil)
	}
}

func (s *Screens) showSend(w http.ResponseWriter, r *http.Request, sender Sender, v SendView, refusal error) error {
	if err := sender(r, &v); err != nil {
		return err
	}
	p := httpx.Page(r, v.Title)
	p.Crumbs = []ui.Crumb{v.Back, {Label: v.Title}}
	status, ok := refused(&p, refusal)
	if !ok {
		return refusal
	}
	v.Points, v.Destinations = ui.Selected(v.Points, v.Point), ui.Selected(v.Destinations, v.Destination)
	return httpx.Render(w, r, status, sendPage(p, v))
}

// Send makes the carnets leave.
func (s *Screens) Send(sender Sender, giveback bool) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		v := SendView{Key: form.Get("cle"), Point: form.Get("point"), Destination: form.Get("destination"), Serials: form.Get("lignes"), Count: form.Get("nombre"),
			Tracking: form.Get("suivi"), Note: form.Get("note"), Request: form.Get("demande")}
		sending := custody.Sending{Key: v.Key, Destination: v.Destination, Serials: v.Serials, Tracking: v.Tracking, Note: v.Note, Giveback: giveback}
		sending.Count, _ = form.Int("nombre")
		sending.PointID, _ = form.UUID("point")
		if request, ok := form.UUID("demande"); ok {
			sending.RequestID = &request
		}
		t, err := s.Custody.Send(r.Context(), httpx.Actor(r), s.Desk, sending)
		if err != nil {
			return s.showSend(w, r, sender, v, err)
		}
		httpx.Flash(r, ui.Good, format.Count(t.Carnets, "carnet est en route", "carnets sont en route")+" vers «\u00a0"+t.ToLabel+"\u00a0». Imprimez le bordereau et joignez-le.")
		return httpx.SeeOther(w, r, s.Links.Transfer(t.ID))
	}
}

// SpotOptions are points to choose from.
func SpotOptions(spots []custody.Spot) []ui.Option {
	options := make([]ui.Option, len(spots))
	for i, spot := range spots {
		options[i] = ui.Option{Value: spot.ID.String(), Label: spot.Name + " (" + spot.Aiguilleur + ", " + spot.Town + ")"}
	}
	return options
}

// ForRequest completes the form with the request it answers.
func (s *Screens) ForRequest(r *http.Request, v *SendView) error {
	id, err := uuid.Parse(v.Request)
	if err != nil {
		v.Request = ""
		return nil
	}
	request, err := s.Custody.Request(r.Context(), httpx.Actor(r), s.Desk, id)
	if err != nil {
		return err
	}
	v.RequestWords = "«\u00a0" + request.PointLabel + "\u00a0» demande " + format.Count(request.Carnets, "carnet", "carnets") + "."
	if v.Destination == "" {
		v.Destination = request.PointID.String()
	}
	if v.Count == "" {
		v.Count = strconv.Itoa(request.Carnets)
	}
	return nil
}
