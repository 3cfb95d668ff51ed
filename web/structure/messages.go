package structure

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// ReviewHandlers is what a structure and the operator say to each other about its
// file: messages, corrections asked, and the renewal of a qualification.
type ReviewHandlers struct{ Files *qualification.Service }

// Routes mounts the screens under /structure.
func (h *ReviewHandlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StructureWrite))
		get(r, "/messages", h.messages)
		post(r, "/messages", h.write)
		post(r, "/messages/corrections/{id}/faite", h.correctionDone)
		get(r, "/renouvellement", h.renewal)
		post(r, "/renouvellement", h.renew)
	})
}

type messagesView struct {
	Corrections []correctionView
	Messages    []networkui.Message
	Older, Body string
	Resend      bool // the file is to be sent again once corrected
}

// correctionView is one correction, and where to make it.
type correctionView struct {
	Label, Sentence, Asked string
	Href, Done             string
	Answered               bool
}

func (h *ReviewHandlers) messages(w http.ResponseWriter, r *http.Request) error {
	return h.renderMessages(w, r, http.StatusOK, "", nil)
}

func (h *ReviewHandlers) renderMessages(w http.ResponseWriter, r *http.Request, code int, body string, refusal *fault.Error) error {
	ctx, actor := r.Context(), httpx.Actor(r)
	file, err := h.Files.File(ctx, actor)
	if err != nil {
		return err
	}
	corrections, err := h.Files.Corrections(ctx, actor)
	if err != nil {
		return err
	}
	before, _ := httpx.Query(r).UUID("avant")
	thread, err := h.Files.OwnThread(ctx, actor, before)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Messages")
	page.Crumbs = []ui.Crumb{{Label: "Notre structure", Href: urls.Structure()}, {Label: "Messages"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := messagesView{Body: body, Resend: file.State.Open()}
	for _, c := range corrections {
		v.Corrections = append(v.Corrections, newCorrectionView(c))
	}
	for _, m := range thread.Messages {
		v.Messages = append(v.Messages, ownMessage(m))
	}
	if thread.More {
		v.Older = urls.With(urls.StructureMessages(), "avant", thread.Messages[0].ID.String())
	}
	return httpx.Render(w, r, code, messagesPage(page, v))
}

// ownMessage is a message as the structure reads it: the operator speaks as one.
func ownMessage(m qualification.Message) networkui.Message {
	who := "L’opérateur"
	if m.Side == qualification.FromStructure {
		who = m.AuthorName
	}
	return networkui.Message{Who: who, When: format.DateTime(m.At), Mine: m.Side == qualification.FromStructure, Decided: m.Kind != "message", Body: m.Body}
}

func newCorrectionView(c qualification.Correction) correctionView {
	v := correctionView{Label: c.Label, Sentence: c.Sentence, Asked: "Demandé le " + format.Date(c.AskedAt), Href: correctionPlace(c), Answered: !c.Open(), Done: urls.CorrectionDone(c.ID)}
	if c.AnsweredAt != nil {
		v.Asked += ", fait le " + format.Date(*c.AnsweredAt)
	}
	return v
}

// correctionPlace is where a correction is made.
func correctionPlace(c qualification.Correction) string {
	if c.Step != qualification.StepPlaces {
		return urls.Qualification(c.Step)
	}
	if id, err := uuid.Parse(c.Field); err == nil {
		return urls.StructurePlace(id)
	}
	return urls.StructurePlaces()
}

func (h *ReviewHandlers) write(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.Write(r.Context(), httpx.Actor(r), form.Get("message"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderMessages(w, r, httpx.Status(refusal.Kind), form.Get("message"), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Votre message est envoyé. La réponse arrivera ici\u00a0; un courriel vous préviendra.")
	return httpx.SeeOther(w, r, urls.StructureMessages())
}

func (h *ReviewHandlers) correctionDone(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Files.AnswerCorrection(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est noté\u00a0: cette correction est faite.")
	return httpx.SeeOther(w, r, urls.StructureMessages())
}
