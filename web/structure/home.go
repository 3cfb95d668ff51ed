package structure

import (
	"net/http"

	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/qualification"
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
	if err := h.addTasks(r, &v); err != nil {
		return err
	}
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
	if err := h.addVisitors(r, &v); err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, homePage(httpx.Page(r, "Notre structure"), v))
}

type homeView struct {
	Name, Lead string
	Tag        templ.Component
	Status     statusView
	Tasks      []ui.Task
	Done       string // how many of them
	Figures    []ui.Figure
	Places     []placeRow
	Ateliers   []ui.Row // the next ones
	// Continue is the first step that is not done.
	Continue string
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
		structure.Corrections: ui.Warn, structure.Refused: ui.Bad, structure.Suspended: ui.Bad, structure.Dequalified: ui.Bad}[s]
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
	return v
}

// addTasks adds what remains to do to the file, for who keeps it.
func (h *Handlers) addTasks(r *http.Request, v *homeView) error {
	actor := httpx.Actor(r)
	if !actor.Can(identity.StructureWrite) {
		return nil
	}
	f, err := h.Files.File(r.Context(), actor)
	if err != nil {
		return err
	}
	corrections, err := h.Files.Corrections(r.Context(), actor)
	v.Tasks, v.Sends = tasks(f, corrections), f.Ready()
	for i, p := range f.Parts {
		if f.State.Open() && !p.Done && v.Continue == "" {
			v.Continue = v.Tasks[i].Href
		}
	}
	v.Done = format.Number(f.Done()) + " sur " + format.Count(len(f.Parts), "étape", "étapes")
	return err
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
	case structure.Corrections:
		return statusView{Tone: ui.Warn, Title: "Des corrections vous sont demandées", Body: "Elles sont marquées dans chaque étape. Corrigez, puis envoyez le dossier de nouveau."}
	case structure.Refused:
		return statusView{Tone: ui.Bad, Title: "Votre dossier est à reprendre", Body: "Corrigez-le, puis envoyez-le de nouveau.", Reason: "Motif\u00a0: " + d.Reason}
	case structure.Suspended:
		return statusView{Tone: ui.Bad, Title: "Votre structure est suspendue", Body: "Vous ne pouvez plus accepter de chèques pour le moment, et vos lieux ne sont plus affichés. Ce qui est encaissé reste payé.", Reason: "Motif\u00a0: " + d.Reason}
	case structure.Dequalified:
		return statusView{Tone: ui.Bad, Title: "Votre structure n’est plus qualifiée", Body: "Vous ne pouvez plus accepter de chèques et vos lieux ne sont plus affichés. Ce qui est encaissé reste payé.", Reason: "Motif\u00a0: " + d.Reason}
	default:
		return statusView{}
	}
}

// tasks is the file as a list of things to complete, each with what is asked of
// it again.
func tasks(f qualification.File, corrections []qualification.Correction) []ui.Task {
	asked := map[string]bool{}
	for _, c := range corrections {
		asked[c.Step] = asked[c.Step] || c.Open()
	}
	list := make([]ui.Task, 0, len(f.Parts))
	for _, p := range f.Parts {
		task := ui.Task{Title: p.Title, Hint: taskHints[p.Step], Href: partHref(p.Step), Status: status(p.Done)}
		switch {
		case asked[p.Step]:
			task.Status = ui.Tag(ui.Bad, "à\u00a0corriger")
		case p.Step == qualification.StepPlaces && f.Places == 0:
			task.Href = urls.NewPlace()
		case p.Step == qualification.StepPlaces && !p.Done:
			task.Status = ui.Tag(ui.Warn, "services à choisir")
		}
		list = append(list, task)
	}
	return list
}

var taskHints = map[string]string{
	qualification.StepRole:        "Votre fonction, et l’accord de l’organisation",
	qualification.StepBody:        "SIRET, type, représentant légal",
	qualification.StepContact:     "Adresses, téléphone, facturation",
	qualification.StepEligibility: "Dix questions, le résultat tout de suite",
	qualification.StepOffer:       "Qui vous accueillez, comment, à quel prix",
	qualification.StepPlaces:      "Où l’on vous trouve, et ce que vous y proposez",
	qualification.StepCharter:     "À lire et à accepter",
	qualification.StepBank:        "Où vous êtes payé, une fois par mois",
	qualification.StepDocuments:   "Selon le type d’organisation",
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
