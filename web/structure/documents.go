package structure

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/qualification/document"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DocumentHandlers takes the papers of a structure's file.
type DocumentHandlers struct {
	Documents *document.Service
}

// Routes mounts the screens under /structure.
func (h *DocumentHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.StructureWrite))
		r.Method(http.MethodGet, "/qualification/documents", httpx.Handler(h.list))
		r.Method(http.MethodPost, "/qualification/documents", httpx.Handler(h.send))
		r.Method(http.MethodGet, "/qualification/documents/{id}", httpx.Handler(h.open))
		r.Method(http.MethodPost, "/qualification/documents/{id}/retirer", httpx.Handler(h.remove))
	})
}

// paperView is one paper that is asked for.
type paperView struct {
	Code, Label, Why string
	Tag              templ.Component
	Files            []paperFileView
	Field            string // of its file, where its error is shown
	Send             string
	Required         bool
}

type paperFileView struct {
	Title, Href, Detail string
	Tag                 templ.Component
	RemoveHref          string
}

type papersView struct {
	Lead   string
	Papers []paperView
}

func (h *DocumentHandlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, nil)
}

func (h *DocumentHandlers) render(w http.ResponseWriter, r *http.Request, code int, refusal *fault.Error) error {
	asked, err := h.Documents.Own(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, code, papersPage(filePage(r, "Pièces", refusal), newPapersView(asked)))
}

func newPapersView(asked document.Asked) papersView {
	var v papersView
	due := 0
	for _, k := range asked.Kinds {
		p := paperView{Code: k.Code, Label: k.Label, Why: k.Why, Field: paperField(k.Code), Send: "Envoyer", Required: !k.Optional}
		live := false
		for _, f := range asked.Files {
			if f.Kind == k.Code {
				p.Files = append(p.Files, newPaperFile(f))
				live = live || f.State != document.Refused
			}
		}
		switch {
		case live:
			p.Tag, p.Send = ui.Tag(ui.Good, "envoyée"), "Ajouter une page ou un fichier"
		case k.Optional:
			p.Tag = ui.Tag(ui.Neutral, "facultative")
		default:
			p.Tag = ui.Tag(ui.Warn, "à envoyer")
			due++
		}
		v.Papers = append(v.Papers, p)
	}
	v.Lead = "Tout est envoyé. Vous pouvez encore ajouter ou remplacer un fichier."
	if due > 0 {
		v.Lead = "Il reste " + format.Count(due, "pièce", "pièces") + " à envoyer. PDF, photo JPEG ou PNG, 10\u00a0Mo au plus par fichier."
	}
	return v
}

func newPaperFile(f document.File) paperFileView {
	tone := map[document.State]ui.Tone{document.Received: ui.Info, document.Accepted: ui.Good, document.Refused: ui.Bad}[f.State]
	v := paperFileView{Title: f.Name, Detail: format.Size(f.Size) + ", envoyé le " + format.Date(f.UploadedAt) + " par " + f.UploadedByName, Tag: ui.Tag(tone, f.State.Label())}
	switch {
	case f.Readable():
		v.Href = urls.Paper(f.ID)
	default:
		v.Detail += ". Son contenu a été effacé le " + format.Date(*f.PurgedAt) + "."
	}
	if f.State == document.Refused {
		v.Detail += ". Refusé\u00a0: " + f.Reason
	}
	if f.State != document.Accepted && f.Readable() {
		v.RemoveHref = urls.Paper(f.ID, "retirer")
	}
	return v
}

func paperField(code string) string { return "fichier_" + code }

func (h *DocumentHandlers) send(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.PictureForm(r)
	if err != nil {
		return err
	}
	code := form.Get("piece")
	kind, known := document.KindOf(code)
	if !known {
		return h.render(w, r, http.StatusUnprocessableEntity, document.ErrKind)
	}
	file, sent, err := form.File(paperField(code))
	if err != nil {
		return err
	}
	if !sent {
		return h.render(w, r, http.StatusUnprocessableEntity, fault.Field(paperField(code), "Choisissez le fichier à envoyer."))
	}
	_, err = h.Documents.Put(r.Context(), httpx.Actor(r), code, file.Name, file.Content)
	if refusal, ok := fault.ForForm(err); ok {
		// Whatever was refused, it is this file that has to be changed.
		return h.render(w, r, httpx.Status(refusal.Kind), &fault.Error{Kind: refusal.Kind, Sentence: refusal.Sentence,
			Fields: []fault.FieldError{{Field: paperField(code), Sentence: refusal.Sentence}}})
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Reçu\u00a0: "+kind.Label+".")
	return httpx.SeeOther(w, r, urls.Papers())
}

func (h *DocumentHandlers) open(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	f, content, err := h.Documents.Open(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	httpx.Framed(w, f.MediaType)
	return httpx.Inline(w, f.Name, f.MediaType, content)
}

func (h *DocumentHandlers) remove(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	err = h.Documents.Remove(r.Context(), httpx.Actor(r), id)
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, httpx.Status(refusal.Kind), refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le fichier est retiré et effacé.")
	return httpx.SeeOther(w, r, urls.Papers())
}
