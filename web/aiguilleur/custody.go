package aiguilleur

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/custody"
	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/web/custodyui"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// CustodyHandlers serves what a counter receives, sends, gives back and asks for.
type CustodyHandlers struct {
	Network *distribution.Service
	Custody *custody.Service
}

func (h *CustodyHandlers) screens() *custodyui.Screens {
	return &custodyui.Screens{Custody: h.Custody, Desk: custody.CounterDesk, Links: custodyui.Links{
		Transfers: urls.CounterTransfers(), Transfer: urls.CounterTransfer, NewTransfer: urls.NewCounterTransfer(), Receive: urls.Parcel,
		Cases: urls.CounterCases(), Case: urls.CounterCase,
	}}
}

// Routes mounts the screens under /aiguilleur.
func (h *CustodyHandlers) Routes(r chi.Router) {
	s := h.screens()
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StockRead))
		r.Method(http.MethodGet, "/reception", httpx.Handler(h.incoming))
		r.Method(http.MethodGet, "/reception/{id}", httpx.Handler(s.Show))
		r.Method(http.MethodGet, "/transferts", httpx.Handler(s.List))
		r.Method(http.MethodGet, "/transferts/{id}", httpx.Handler(s.Show))
		r.Method(http.MethodGet, "/transferts/{id}/bordereau", httpx.Handler(s.Slip))
		r.Method(http.MethodGet, "/transferts/ecarts", httpx.Handler(s.CaseList))
		r.Method(http.MethodGet, "/transferts/ecarts/{id}", httpx.Handler(s.Case))
		r.Method(http.MethodGet, "/retours", httpx.Handler(h.returns))
		r.Method(http.MethodGet, "/demandes", httpx.Handler(h.requests))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.HandOver))
		r.Method(http.MethodPost, "/reception/{id}", httpx.Handler(s.Receive))
		r.Method(http.MethodGet, "/transferts/nouveau", s.SendForm(h.toPoint))
		r.Method(http.MethodPost, "/transferts/nouveau", s.Send(h.toPoint, false))
		r.Method(http.MethodPost, "/transferts/{id}/annuler", httpx.Handler(s.Cancel))
		r.Method(http.MethodPost, "/transferts/ecarts/{id}/note", httpx.Handler(s.Note))
		r.Method(http.MethodPost, "/transferts/ecarts/{id}/prendre", httpx.Handler(s.Take))
		r.Method(http.MethodPost, "/transferts/ecarts/{id}/regler", httpx.Handler(s.Settle))
		r.Method(http.MethodGet, "/retours/nouveau", s.SendForm(h.giveBack))
		r.Method(http.MethodPost, "/retours/nouveau", s.Send(h.giveBack, true))
		r.Method(http.MethodPost, "/demandes", httpx.Handler(h.ask))
		r.Method(http.MethodPost, "/demandes/{id}/annuler", httpx.Handler(h.withdraw))
		r.Method(http.MethodPost, "/stock/seuil", httpx.Handler(h.threshold))
	})
}

type incomingView struct {
	waiting, received ui.TableArgs
}

// incoming lists what was sent to the organisation's points.
func (h *CustodyHandlers) incoming(w http.ResponseWriter, r *http.Request) error {
	list, _, err := h.Custody.Transfers(r.Context(), httpx.Actor(r), custody.CounterDesk, custody.Filter{Incoming: true, Limit: 100})
	if err != nil {
		return err
	}
	v := incomingView{
		waiting: ui.TableArgs{Caption: "À recevoir", HideCaption: true, Columns: ui.Columns("Envoi", "Point", "#Carnets", "Expédié", "Réception"),
			Empty: ui.EmptyArgs{Title: "Aucun colis en route", Body: "Les carnets que l’on vous expédie apparaissent ici."}},
		received: ui.TableArgs{Caption: "Reçus", HideCaption: true, Columns: ui.Columns("Envoi", "Point", "#Attendus", "#Reçus", "Réception")},
	}
	for _, t := range list {
		name := ui.TwoLines(ui.Text(t.Commanditaire), custody.Say(t.Spans()[:1]))
		switch t.State {
		case custody.OnTheWay:
			v.waiting.Rows = append(v.waiting.Rows, ui.NewRow(name, ui.Text(t.ToLabel), ui.Number(t.Carnets), ui.Text(format.Date(t.SentAt)), ui.Link("Confirmer", urls.Parcel(t.ID))))
		case custody.Received:
			v.received.Rows = append(v.received.Rows, ui.NewRow(name, ui.Text(t.ToLabel), ui.Number(t.Carnets), ui.Number(*t.ReceivedCarnets), receivedCell(t)))
		}
	}
	return httpx.Render(w, r, http.StatusOK, incomingPage(httpx.Page(r, "Réception des colis"), v))
}

func receivedCell(t custody.Transfer) templ.Component {
	day := ui.Link(format.Date(*t.ReceivedAt), urls.CounterTransfer(t.ID))
	switch {
	case t.CaseID != nil:
		return ui.TwoLines(ui.Link("Écart "+t.CaseNumber, urls.CounterCase(*t.CaseID)), t.ReceivedNote)
	case t.ReceivedNote != "":
		return ui.TwoLines(day, t.ReceivedNote)
	default:
		return day
	}
}

// stocked completes a departure with what the points hold.
func (h *CustodyHandlers) stocked(r *http.Request, v *custodyui.SendView) (commanditaires map[uuid.UUID]string, err error) {
	stocks, err := h.Network.Stocks(r.Context(), httpx.Actor(r))
	if err != nil {
		return nil, err
	}
	commanditaires = map[uuid.UUID]string{}
	for _, s := range stocks {
		for _, l := range s.Lines {
			if len(l.Ranges) == 0 {
				continue
			}
			commanditaires[l.CommanditaireID] = l.Commanditaire
			for _, line := range spanLines(l.Ranges) {
				v.Available = append(v.Available, s.Point.Name+"\u00a0: "+line)
			}
		}
		if len(s.Lines) > 0 {
			v.Points = append(v.Points, ui.Option{Value: s.Point.ID.String(), Label: s.Point.Name})
		}
	}
	if v.Point == "" {
		if point, _, err := h.Network.Counter(r.Context(), httpx.Actor(r), remembered(r)); err == nil {
			v.Point = point.ID.String()
		}
	}
	if len(commanditaires) == 0 {
		v.Empty = "Vos points n’ont aucun carnet en stock."
	}
	return commanditaires, nil
}

func (h *CustodyHandlers) toPoint(r *http.Request, v *custodyui.SendView) error {
	v.Title, v.Lead, v.Button, v.Action = "Envoyer des carnets à un autre point", "Un point de votre organisation, ou d’un autre aiguilleur sous convention.", "Envoyer", urls.NewCounterTransfer()
	v.Back = ui.Crumb{Label: "Transferts", Href: urls.CounterTransfers()}
	commanditaires, err := h.stocked(r, v)
	if err != nil {
		return err
	}
	v.Destinations = []ui.Option{{Value: "", Label: "Choisissez un point"}}
	seen := map[uuid.UUID]bool{}
	for id := range commanditaires {
		spots, err := h.Custody.Destinations(r.Context(), httpx.Actor(r), custody.CounterDesk, id)
		if err != nil {
			return err
		}
		for _, spot := range spots {
			if !seen[spot.ID] {
				seen[spot.ID] = true
				v.Destinations = append(v.Destinations, custodyui.SpotOptions([]custody.Spot{spot})...)
			}
		}
	}
	return nil
}

func (h *CustodyHandlers) giveBack(r *http.Request, v *custodyui.SendView) error {
	v.Title, v.Lead, v.Button, v.Action = "Rendre des carnets", "Les carnets que vous n’avez pas remis. Ils ne pourront plus servir, sauf s’ils sont confiés à un autre point.", "Rendre ces carnets", urls.NewCounterReturn()
	v.Back, v.Giveback = ui.Crumb{Label: "Retours", Href: urls.CounterReturns()}, true
	v.Destinations = []ui.Option{{Value: string(carnet.AtCommanditaire), Label: "Au commanditaire"}, {Value: string(carnet.AtOperator), Label: "À l’opérateur"}}
	_, err := h.stocked(r, v)
	return err
}

type returnsView struct {
	table ui.TableArgs
	may   bool
}

// returns lists what was given back.
func (h *CustodyHandlers) returns(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	list, _, err := h.Custody.Transfers(r.Context(), actor, custody.CounterDesk, custody.Filter{Purpose: carnet.Giveback, Outgoing: true, Limit: 100})
	if err != nil {
		return err
	}
	v := returnsView{may: actor.Can(identity.HandOver), table: ui.TableArgs{Caption: "Retours", HideCaption: true, Columns: ui.Columns("Retour", "Point", "À", "#Carnets", "État"),
		Empty: ui.EmptyArgs{Title: "Aucun retour", Body: "Rendez ici les carnets que vous ne remettrez pas\u00a0: fin de convention, fin de validité, trop de stock."}}}
	for _, t := range list {
		v.table.Rows = append(v.table.Rows, ui.NewRow(ui.TwoLines(ui.Link(t.Number, urls.CounterTransfer(t.ID)), t.Commanditaire+" · "+format.Date(t.SentAt)),
			ui.Text(t.FromLabel), ui.Text(t.ToLabel), ui.Number(t.Carnets), custodyui.StateTag(t)))
	}
	return httpx.Render(w, r, http.StatusOK, returnsPage(httpx.Page(r, "Retours"), v))
}
