package admin

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// newThreadView is a thread as the operator reads it; address is where earlier
// messages are.
func newThreadView(t qualification.Thread, structure, address string) threadView {
	v := threadView{Unread: t.Unread}
	for _, m := range t.Messages {
		who := m.AuthorName + ", " + structure
		if m.Side == qualification.FromOperator {
			who = m.AuthorName
		}
		v.Messages = append(v.Messages, networkui.Message{Who: who, When: format.DateTime(m.At), Mine: m.Side == qualification.FromOperator,
			Decided: m.Kind != "message", Body: m.Body})
	}
	if t.More {
		v.Older = urls.With(address, "avant", t.Messages[0].ID.String())
	}
	return v
}

// fill offers the templates, and starts the message from the chosen one.
func (v *threadView) fill(templates []qualification.Template, chosen string) {
	v.Templates = []ui.Option{{Label: "Sans modèle"}}
	for _, t := range templates {
		v.Templates = append(v.Templates, ui.Option{Value: t.ID.String(), Label: t.Title})
		if t.ID.String() == chosen {
			v.Body = t.Body
		}
	}
	v.Templates = ui.Selected(v.Templates, chosen)
}

func (h *StructureHandlers) earlier(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	before, _ := httpx.Query(r).UUID("avant")
	t, err := h.Files.Earlier(r.Context(), httpx.Actor(r), id, before)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Messages")
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: "Dossier", Href: urls.AdminStructure(id)}, {Label: "Messages"}}
	return httpx.Render(w, r, http.StatusOK, earlierPage(page, newThreadView(t, "structure", urls.AdminMessages(id)), urls.AdminStructure(id)))
}

func (h *StructureHandlers) answer(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.Answer(r.Context(), httpx.Actor(r), id, form.Get("message"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderFile(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le message est envoyé.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id)+"#messages")
}

func (h *StructureHandlers) settle(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Files.Settle(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Les messages sont marqués comme lus.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id)+"#messages")
}

func (h *StructureHandlers) templates(w http.ResponseWriter, r *http.Request) error {
	list, err := h.Files.Templates(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	var rows []ui.Row
	for _, t := range list {
		rows = append(rows, ui.NewRow(ui.Link(t.Title, urls.AdminTemplate(t.ID)), ui.Text(excerpt(t.Body)), ui.Text(format.Date(t.UpdatedAt))))
	}
	return httpx.Render(w, r, http.StatusOK, templatesPage(templatePage(r, "Modèles de messages", nil), rows))
}

// excerpt is the start of a text, for a list.
func excerpt(s string) string {
	const most = 110
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

func templatePage(r *http.Request, title string, refusal *fault.Error) ui.Page {
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: title}}
	if title != "Modèles de messages" {
		page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: "Modèles de messages", Href: urls.AdminTemplates()}, {Label: title}}
	}
	page.Errors = ui.ErrorsFrom(refusal)
	return page
}

func (h *StructureHandlers) newTemplate(w http.ResponseWriter, r *http.Request) error {
	return httpx.Render(w, r, http.StatusOK, editTemplatePage(templatePage(r, "Nouveau modèle", nil), qualification.Template{}, urls.NewTemplate()))
}

func (h *StructureHandlers) editTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "modele")
	if err != nil {
		return err
	}
	list, err := h.Files.Templates(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	for _, t := range list {
		if t.ID == id {
			return httpx.Render(w, r, http.StatusOK, editTemplatePage(templatePage(r, t.Title, nil), t, urls.AdminTemplate(id)))
		}
	}
	return qualification.ErrNoTemplate
}

func (h *StructureHandlers) saveTemplate(w http.ResponseWriter, r *http.Request) error {
	id, action, title := uuid.Nil, urls.NewTemplate(), "Nouveau modèle"
	if r.URL.Path != urls.NewTemplate() {
		found, err := httpx.PathUUID(r, "modele")
		if err != nil {
			return err
		}
		id, action, title = found, urls.AdminTemplate(found), "Modifier un modèle"
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = h.Files.SaveTemplate(r.Context(), httpx.Actor(r), id, form.Get("titre"), form.Get("texte"))
	if refusal, ok := fault.ForForm(err); ok {
		typed := qualification.Template{ID: id, Title: form.Get("titre"), Body: form.Get("texte")}
		return httpx.Render(w, r, httpx.Status(refusal.Kind), editTemplatePage(templatePage(r, title, refusal), typed, action))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le modèle est enregistré.")
	return httpx.SeeOther(w, r, urls.AdminTemplates())
}

func (h *StructureHandlers) removeTemplate(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "modele")
	if err != nil {
		return err
	}
	if err := h.Files.RemoveTemplate(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le modèle est supprimé.")
	return httpx.SeeOther(w, r, urls.AdminTemplates())
}
