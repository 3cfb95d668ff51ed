package aiguilleur

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/web/custodyui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// needView is one point and one commanditaire: what is left, what to ask for.
type needView struct {
	title, detail        string
	tag                  templ.Component
	key                  string
	commanditaire, point string
	carnets, note        string
	waiting              bool
	errors               ui.Page // errors of this card's form only
}

type requestsView struct {
	needs []needView
	table ui.TableArgs
	may   bool
}

func (h *CustodyHandlers) requests(w http.ResponseWriter, r *http.Request) error {
	return h.showRequests(w, r, needView{}, nil)
}

func (h *CustodyHandlers) showRequests(w http.ResponseWriter, r *http.Request, typed needView, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	needs, err := h.Custody.Needs(r.Context(), actor)
	if err != nil {
		return err
	}
	list, err := h.Custody.Requests(r.Context(), actor, custody.CounterDesk)
	if err != nil {
		return err
	}
	p := httpx.Page(r, "Demander des carnets")
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	v := requestsView{table: requestTable(list, actor), may: actor.Can(identity.HandOver)}
	for _, n := range needs {
		card := newNeed(n)
		if card.commanditaire == typed.commanditaire && card.point == typed.point {
			card.key, card.carnets, card.note, card.errors = typed.key, typed.carnets, typed.note, p
		}
		v.needs = append(v.needs, card)
	}
	return httpx.Render(w, r, status, requestsPage(p, v))
}

func newNeed(n custody.Need) needView {
	v := needView{title: n.Point, key: custodyui.NewKey(), commanditaire: n.CommanditaireID.String(), point: n.PointID.String(),
		carnets: strconv.Itoa(n.Proposed()), waiting: n.Waiting, tag: ui.Tag(ui.Good, "stock suffisant"),
		detail: n.Commanditaire + "\u00a0: " + format.Count(n.InStock, "carnet en stock", "carnets en stock")}
	if n.Coming > 0 {
		v.detail += ", " + format.Number(n.Coming) + " en route"
	}
	v.detail += ". " + format.Count(n.LastWeeks, "carnet remis", "carnets remis") + " ces quatre dernières semaines."
	switch {
	case n.Waiting:
		v.tag = ui.Tag(ui.Info, "demande envoyée")
	case n.Low:
		v.tag = ui.Tag(ui.Warn, "stock bas")
	}
	return v
}

func requestTable(list []custody.Request, actor identity.Actor) ui.TableArgs {
	t := ui.TableArgs{Caption: "Demandes", HideCaption: true, Columns: ui.Columns("Demande", "À", "#Carnets", "Réponse"), Empty: ui.EmptyArgs{Title: "Aucune demande", Body: "Vos demandes et leurs réponses apparaissent ici."}}
	for _, x := range list {
		answer := RequestTag(x.State)
		switch {
		case x.State == custody.RequestSent && actor.Can(identity.HandOver):
			answer = ui.PostButton(urls.CounterRequest(x.ID, "annuler"), ui.ButtonArgs{Label: "Retirer", Hidden: "la demande de " + x.PointLabel, Kind: ui.Quiet})
		case x.TransferID != nil:
			answer = ui.TwoLines(ui.Link("Voir l’envoi", urls.CounterTransfer(*x.TransferID)), requestWord(x.State))
		case x.Reason != "":
			answer = ui.TwoLines(RequestTag(x.State), x.Reason)
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(x.PointLabel), format.Date(x.RequestedAt)+", "+x.RequestedByName), ui.Text(x.Commanditaire), ui.Number(x.Carnets), answer))
	}
	return t
}

func requestWord(state string) string {
	words := map[string]string{custody.RequestSent: "en attente", custody.RequestAccepted: "carnets en route", custody.RequestRefused: "refusée", custody.RequestWithdrawn: "retirée", custody.RequestServed: "carnets reçus"}
	return words[state]
}

// RequestTag is a request's state in one word.
func RequestTag(state string) templ.Component {
	tones := map[string]ui.Tone{custody.RequestSent: ui.Info, custody.RequestAccepted: ui.Info, custody.RequestRefused: ui.Bad, custody.RequestWithdrawn: ui.Neutral, custody.RequestServed: ui.Good}
	return ui.Tag(tones[state], requestWord(state))
}

func (h *CustodyHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	asking := custody.Asking{Key: form.Get("cle"), Note: form.Get("note")}
	asking.CommanditaireID, _ = form.UUID("commanditaire")
	asking.PointID, _ = form.UUID("point")
	asking.Count, _ = form.Int("carnets")
	request, err := h.Custody.Ask(r.Context(), httpx.Actor(r), asking)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showRequests(w, r, needView{key: asking.Key, commanditaire: form.Get("commanditaire"), point: form.Get("point"), carnets: form.Get("carnets"), note: asking.Note}, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre demande de "+format.Count(request.Carnets, "carnet", "carnets")+" est envoyée à "+request.Commanditaire+".")
	return httpx.SeeOther(w, r, urls.CounterRequests())
}

func (h *CustodyHandlers) withdraw(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	err = h.Custody.Withdraw(r.Context(), httpx.Actor(r), id)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showRequests(w, r, needView{}, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La demande est retirée.")
	return httpx.SeeOther(w, r, urls.CounterRequests())
}

// threshold sets from how many carnets a point's stock of an order is low.
func (h *CustodyHandlers) threshold(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	t := custody.Threshold{}
	t.CommanditaireID, _ = form.UUID("commanditaire")
	t.OrderID, _ = form.UUID("commande")
	t.PointID, _ = form.UUID("point")
	if typed := form.Get("seuil"); typed != "" {
		n, ok := form.Int("seuil")
		if !ok {
			n = -1
		}
		t.Carnets = &n
	}
	if t.PointID == uuid.Nil {
		return httpx.ErrNotFound
	}
	stock := &Handlers{Network: h.Network}
	err = h.Custody.SetThreshold(r.Context(), httpx.Actor(r), t)
	if refusal, ok := fault.ForForm(err); ok {
		return stock.showStock(w, r, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le seuil est enregistré.")
	return httpx.SeeOther(w, r, urls.Stock())
}
