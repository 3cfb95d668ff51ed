package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// home shows what remains to do before qualification, then the structure's day.
// An organisation that is not a structure has nothing here: its settings say
// what it may ask for.
func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	if !actor.Capacities.Structure {
		return httpx.SeeOther(w, r, urls.OrganisationSettings())
	}
	if !actor.Can(identity.PlaceWrite) && !actor.Can(identity.PaymentRead) {
		return httpx.SeeOther(w, r, urls.Mediateur())
	}
	dossier, err := h.Structures.Dossier(r.Context(), actor)
	if err != nil {
		return err
	}
	places, err := h.Structures.Places(r.Context(), actor)
	if err != nil {
		return err
	}
	v := newHomeView(dossier, places, actor)
	if v.Qualified && v.Reads && h.Payments != nil {
		position, err := h.Payments.OwnPosition(r.Context(), actor)
		if err != nil {
			return err
		}
		owed := newPaymentsView(position, h.Payments.Today(), false).Figures
		v.Figures = append([]ui.Figure{owed[0], owed[3]}, v.Figures...)
	}
	if err := h.addAlerts(r, &v); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, homePage(httpx.Page(r, "Notre structure"), v))
}

type homeView struct {
	Name, Lead string
	Tag        templ.Component
	Status     statusView
	Tasks      []ui.Task
	Figures    []ui.Figure
	Places     []placeRow
	// Waiting is a change of account that anybody may refuse; Alerts, what keeps
	// money from arriving.
	Waiting *waitingView
	Keeps   bool // manages the account
	Alerts  []alertView
	// Open shows the tasks; Sends the button that sends the file.
	Open, Sends, Qualified      bool
	ManagesPlaces, Scans, Reads bool
}

// statusView is the notice on top: what the state means, what to do.
type statusView struct {
	Tone        ui.Tone
	Title, Body string
	Reason      string
}

func stateTone(s structure.State) ui.Tone {
	return map[structure.State]ui.Tone{structure.Draft: ui.Warn, structure.Submitted: ui.Info, structure.Qualified: ui.Good,
		structure.Refused: ui.Bad, structure.Suspended: ui.Bad}[s]
}

func newHomeView(d structure.Dossier, places []structure.Place, actor identity.Actor) homeView {
	v := homeView{Name: d.Name, Tag: ui.Tag(stateTone(d.State), d.State.Label()), Status: newStatus(d),
		Open: d.State != structure.Qualified, Qualified: d.State == structure.Qualified,
		ManagesPlaces: actor.Can(identity.PlaceWrite), Scans: actor.Can(identity.Check), Reads: actor.Can(identity.PaymentRead)}
	v.Lead = "SIRET " + format.SIRET(d.SIRET)
	if len(places) > 0 {
		v.Lead = format.Count(len(places), "lieu", "lieux") + " · " + v.Lead
	}
	v.Places = placeRows(places, d.State)
	shown := 0
	for _, p := range places {
		if p.Published {
			shown++
		}
	}
	v.Figures = []ui.Figure{
		{Label: "Lieux", Value: format.Number(len(places)), Note: format.Count(shown, "affiché", "affichés") + " sur la carte publique"},
		{Label: "Services proposés", Value: format.Number(offered(places)), Note: "sur les 129 du référentiel"},
	}
	if actor.Can(identity.StructureWrite) {
		v.Tasks = tasks(d)
		v.Sends = d.State.Open() && len(d.Missing()) == 0
	}
	return v
}

func offered(places []structure.Place) int {
	entries := map[int16]bool{}
	for _, p := range places {
		for _, e := range p.Entries {
			entries[e] = true
		}
	}
	return len(entries)
}

func newStatus(d structure.Dossier) statusView {
	switch d.State {
	case structure.Draft:
		s := statusView{Tone: ui.Info, Title: "Avant d’accepter les chèques, complétez votre dossier", Body: "Dans l’ordre que vous voulez, en plusieurs fois si besoin. Tout est gardé."}
		if d.Reason != "" {
			s.Reason = "Motif du dernier refus\u00a0: " + d.Reason
		}
		return s
	case structure.Submitted:
		return statusView{Tone: ui.Info, Title: "Votre dossier est en cours d’examen", Body: "Envoyé le " + format.Date(*d.SubmittedAt) + ". Nous vous répondons par courriel. Pour le corriger, reprenez-le."}
	case structure.Refused:
		return statusView{Tone: ui.Bad, Title: "Votre dossier est à reprendre", Body: "Corrigez-le, puis envoyez-le de nouveau.", Reason: "Motif\u00a0: " + d.Reason}
	case structure.Suspended:
		return statusView{Tone: ui.Bad, Title: "Votre structure est suspendue", Body: "Vous ne pouvez plus accepter de chèques pour le moment, et vos lieux ne sont plus affichés. Ce qui est encaissé reste payé.", Reason: "Motif\u00a0: " + d.Reason}
	default:
		return statusView{}
	}
}

// tasks is the file as a list of things to complete.
func tasks(d structure.Dossier) []ui.Task {
	place := ui.Task{Title: "Un lieu avec ses services", Hint: "Où l’on vous trouve, et ce que vous y proposez", Href: urls.StructurePlaces()}
	if d.Places == 0 {
		place.Href = urls.NewPlace()
	}
	place.Status = status(d.ReadyPlaces > 0)
	if d.Places > 0 && d.ReadyPlaces == 0 {
		place.Status = ui.Tag(ui.Warn, "services à choisir")
	}
	return []ui.Task{
		{Title: "Présentation", Hint: "Qui accompagne, qui vous accueillez", Href: urls.Qualification("presentation"), Status: status(d.Presentation != "")},
		{Title: "Charte", Hint: "Huit engagements, à lire et à accepter", Href: urls.Qualification("charte"), Status: status(d.Accepted())},
		{Title: "Compte bancaire", Hint: "Où vous êtes payé, une fois par mois", Href: urls.Qualification("banque"), Status: status(d.HasBank())},
		place,
	}
}

// status is nil, which reads « Fait », when the task is done.
func status(done bool) templ.Component {
	if done {
		return nil
	}
	return ui.Tag(ui.Warn, "à\u00a0faire")
}

// act runs a change of state from a button, and comes back with a sentence.
func (h *Handlers) act(w http.ResponseWriter, r *http.Request, do func() error, sentence, back string) error {
	err := do()
	if refusal, ok := fault.ForForm(err); ok {
		httpx.Flash(r, ui.Bad, refusal.Sentence)
		return httpx.SeeOther(w, r, back)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, sentence)
	return httpx.SeeOther(w, r, back)
}
