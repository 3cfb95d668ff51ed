package admin

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/qualification/document"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DocumentHandlers shows the operator the papers of structures' files.
type DocumentHandlers struct {
	Documents *document.Service
}

// Routes mounts the screens under /admin.
func (h *DocumentHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/structures/{id}/documents/{file}", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/structures/{id}/documents/{file}/contenu", httpx.Handler(h.content))
		r.Method(http.MethodPost, "/structures/{id}/documents/{file}/accepter", httpx.Handler(h.accept))
		r.Method(http.MethodPost, "/structures/{id}/documents/{file}/refuser", httpx.Handler(h.refuse))
	})
}

type documentView struct {
	Title, Lead   string
	Facts         []ui.SummaryRow
	Source        string // of the preview; empty when the content is gone
	Picture       bool
	Decides       bool
	Accept, Reply string // where the answers are sent
	Reason        string
	Back          string
}

func (h *DocumentHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.render(w, r, http.StatusOK, "", nil)
}

func (h *DocumentHandlers) render(w http.ResponseWriter, r *http.Request, code int, reason string, refusal *fault.Error) error {
	structure, id, err := paperOf(r)
	if err != nil {
		return err
	}
	f, err := h.Documents.Find(r.Context(), httpx.Actor(r), structure, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, f.Label())
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: "Dossier", Href: urls.AdminStructure(structure)}, {Label: f.Label()}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newDocumentView(f)
	v.Reason = reason
	v.Decides = f.State == document.Received && httpx.Actor(r).Can(identity.PlatformDecide)
	httpx.AllowFrame(w)
	return httpx.Render(w, r, code, documentPage(page, v))
}

func newDocumentView(f document.File) documentView {
	kind, _ := document.KindOf(f.Kind)
	v := documentView{Title: f.Label(), Lead: kind.Why, Picture: f.MediaType != "application/pdf", Back: urls.AdminStructure(f.StructureID),
		Accept: urls.AdminPaper(f.StructureID, f.ID, "accepter"), Reply: urls.AdminPaper(f.StructureID, f.ID, "refuser")}
	v.Facts = []ui.SummaryRow{{Key: "Fichier", Value: f.Name + ", " + format.Size(f.Size)},
		{Key: "Envoyé", Value: "le " + format.DateTime(f.UploadedAt) + " par " + f.UploadedByName}, {Key: "État", Value: f.State.Label()}}
	if f.DecidedAt != nil {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: "Réponse", Value: "le " + format.DateTime(*f.DecidedAt) + " par " + f.DecidedByName})
	}
	if f.Reason != "" {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: "Motif", Value: f.Reason})
	}
	if f.Readable() {
		v.Source = urls.AdminPaper(f.StructureID, f.ID, "contenu")
	}
	return v
}

func paperOf(r *http.Request) (structure, id uuid.UUID, err error) {
	if structure, err = httpx.PathUUID(r, "id"); err != nil {
		return structure, id, err
	}
	id, err = httpx.PathUUID(r, "file")
	return structure, id, err
}

func (h *DocumentHandlers) content(w http.ResponseWriter, r *http.Request) error {
	structure, id, err := paperOf(r)
	if err != nil {
		return err
	}
	f, content, err := h.Documents.Read(r.Context(), httpx.Actor(r), structure, id)
	if err != nil {
		return err
	}
	httpx.Framed(w, f.MediaType)
	return httpx.Inline(w, f.Name, f.MediaType, content)
}

func (h *DocumentHandlers) accept(w http.ResponseWriter, r *http.Request) error {
	structure, id, err := paperOf(r)
	if err != nil {
		return err
	}
	return h.answer(w, r, "", "La pièce est vérifiée.", h.Documents.Accept(r.Context(), httpx.Actor(r), structure, id))
}

func (h *DocumentHandlers) refuse(w http.ResponseWriter, r *http.Request) error {
	structure, id, err := paperOf(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	reason := form.Get("motif")
	return h.answer(w, r, reason, "La pièce est refusée. La structure en lira le motif dans son dossier.",
		h.Documents.Refuse(r.Context(), httpx.Actor(r), structure, id, reason))
}

func (h *DocumentHandlers) answer(w http.ResponseWriter, r *http.Request, reason, done string, err error) error {
	if refusal, ok := fault.ForForm(err); ok {
		return h.render(w, r, httpx.Status(refusal.Kind), reason, refusal)
	}
	if err != nil {
		return err
	}
	structure, _, err := paperOf(r)
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, done)
	return httpx.SeeOther(w, r, urls.AdminStructure(structure))
}
