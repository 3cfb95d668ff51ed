package admin

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/internal/sheet"
	"passnum/internal/structure"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// StructureHandlers shows the operator the files of structures: the queue, each
// file with its papers and its thread, and what is decided of it.
type StructureHandlers struct {
	Files    *qualification.Service
	Communes *territory.Index
}

// Routes mounts the screens under /admin.
func (h *StructureHandlers) Routes(r chi.Router) {
	get := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	post := func(r chi.Router, path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get(r, "/structures", h.queue)
		get(r, "/structures/dossiers.csv", h.sheet)
		get(r, "/structures/modeles", h.templates)
		get(r, "/structures/{id}", h.file)
		get(r, "/structures/{id}/messages", h.earlier)
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformDecide))
		get(r, "/structures/modeles/nouveau", h.newTemplate)
		post(r, "/structures/modeles/nouveau", h.saveTemplate)
		get(r, "/structures/modeles/{modele}", h.editTemplate)
		post(r, "/structures/modeles/{modele}", h.saveTemplate)
		post(r, "/structures/modeles/{modele}/supprimer", h.removeTemplate)
		post(r, "/structures/{id}/messages", h.answer)
		post(r, "/structures/{id}/messages/lus", h.settle)
		get(r, "/structures/{id}/corrections", h.corrections)
		post(r, "/structures/{id}/corrections", h.askCorrections)
		post(r, "/structures/{id}/corrections/{correction}/retirer", h.withdrawCorrection)
		get(r, "/structures/{id}/decisions/{decision}", h.decision)
		post(r, "/structures/{id}/decisions/{decision}", h.decide)
		post(r, "/structures/{id}/modifications/{modification}/{acte}", h.answerAmendment)
	})
}

func structureTag(s structure.State) templ.Component {
	tone := map[structure.State]ui.Tone{structure.Draft: ui.Neutral, structure.Submitted: ui.Warn, structure.Corrections: ui.Info, structure.Qualified: ui.Good,
		structure.Refused: ui.Bad, structure.Suspended: ui.Bad, structure.Dequalified: ui.Bad}[s]
	return ui.Tag(tone, s.Label())
}

// queueViews are the views of the queue, in the order of their list.
var queueViews = []struct{ value, label, title, empty string }{
	{qualification.ToRead, "À lire", "Rien à lire", "Les dossiers envoyés, les messages sans réponse et les modifications à accepter arrivent ici."},
	{string(structure.Submitted), "Dossiers envoyés", "Aucun dossier envoyé", "Un dossier envoyé par une structure arrive ici."},
	{string(structure.Corrections), "Corrections demandées", "Aucune correction attendue", "Ce que vous avez demandé de corriger reste ici jusqu’à la réponse."},
	{qualification.ToRenew, "À renouveler", "Aucune qualification ne se termine bientôt", "Une structure apparaît ici soixante jours avant la fin de sa qualification."},
	{string(structure.Qualified), "Qualifiées", "Aucune structure qualifiée", "Une structure apparaît ici quand son dossier est accepté."},
	{string(structure.Draft), "Dossiers commencés", "Aucun dossier commencé", "Une organisation commence un dossier quand sa demande est acceptée."},
	{qualification.Stopped, "Refusées, suspendues, déqualifiées", "Aucune structure arrêtée", "Les dossiers refusés, les structures suspendues ou déqualifiées sont ici."},
	{string(structure.Refused), "Refusées", "Aucun dossier refusé", ""},
	{string(structure.Suspended), "Suspendues", "Aucune structure suspendue", ""},
	{string(structure.Dequalified), "Déqualifiées", "Aucune structure déqualifiée", ""},
	{qualification.All, "Toutes", "Aucune structure", "Une organisation devient structure quand sa demande est acceptée."},
}

// queueAges are how long a file may have waited.
var queueAges = []int{7, 14, 30}

type queueView struct {
	Figures                   []ui.Figure
	Views, Ages, Departements []ui.Option
	Search, Reset, Sheet      string
	Table                     ui.TableArgs
	Pager                     ui.Pagination
}

// queueFilter reads what the operator wants to see from the address.
func queueFilter(r *http.Request) qualification.QueueFilter {
	q := httpx.Query(r)
	f := qualification.QueueFilter{View: q.Get("etat"), Departement: q.Get("departement"), Search: q.Get("q"), Limit: 50}
	f.OlderThan, _ = strconv.Atoi(q.Get("age"))
	httpx.Cursor(r, &f.After)
	return f
}

func (h *StructureHandlers) queue(w http.ResponseWriter, r *http.Request) error {
	f := queueFilter(r)
	list, counts, more, err := h.Files.Files(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	codes, err := h.Files.Departements(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	v := queueView{Figures: queueFigures(counts), Search: f.Search, Departements: h.departements(codes, f.Departement), Table: h.queueTable(list, f.View)}
	for _, view := range queueViews {
		v.Views = append(v.Views, ui.Option{Value: view.value, Label: view.label})
		if view.value == f.View {
			v.Table.Empty = ui.EmptyArgs{Title: view.title, Body: view.empty}
		}
	}
	if f.Search != "" || f.Departement != "" || f.OlderThan > 0 {
		v.Table.Empty = ui.EmptyArgs{Title: "Aucun dossier ne correspond", Body: "Essayez avec moins de filtres."}
		v.Reset = urls.With(urls.AdminStructures(), "etat", f.View)
	}
	v.Views, v.Ages = ui.Selected(v.Views, f.View), []ui.Option{{Label: "Tous"}}
	for _, days := range queueAges {
		v.Ages = append(v.Ages, ui.Option{Value: strconv.Itoa(days), Label: "Depuis " + format.Count(days, "jour", "jours") + " ou plus"})
	}
	v.Ages = ui.Selected(v.Ages, httpx.Query(r).Get("age"))
	v.Sheet = urls.With(urls.AdminStructuresSheet(), "etat", f.View, "age", httpx.Query(r).Get("age"), "departement", f.Departement, "q", f.Search)
	if len(list) > 0 {
		v.Pager = httpx.Pager(r, more, list[len(list)-1].Key())
	}
	return httpx.Render(w, r, http.StatusOK, queuePage(httpx.Page(r, "Structures"), v))
}

func queueFigures(c qualification.QueueCounts) []ui.Figure {
	return []ui.Figure{
		{Label: "À lire", Value: format.Number(c.ToRead), Note: "dossiers, messages, modifications"},
		{Label: "Corrections attendues", Value: format.Number(c.Corrections), Note: "chez la structure"},
		{Label: "À renouveler", Value: format.Number(c.ToRenew), Note: "sous soixante jours"},
		{Label: "Qualifiées", Value: format.Number(c.Qualified), Note: "sur " + format.Count(c.Total, "dossier", "dossiers")},
	}
}

func (h *StructureHandlers) departements(codes []string, chosen string) []ui.Option {
	options := []ui.Option{{Label: "Tous"}}
	for _, code := range codes {
		options = append(options, ui.Option{Value: code, Label: code + " " + h.departement(code)})
	}
	return ui.Selected(options, chosen)
}

func (h *StructureHandlers) departement(code string) string {
	if d, ok := h.Communes.Departement(code); ok {
		return d.Name
	}
	return ""
}

func (h *StructureHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	f := queueFilter(r)
	f.Limit, f.After = 20_000, qualification.QueueKey{}
	list, _, _, err := h.Files.Files(r.Context(), httpx.Actor(r), f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "structures.csv", func(w http.ResponseWriter) error { return writeQueue(sheet.NewWriter(w), list) })
}

func writeQueue(out *sheet.Writer, list []qualification.QueuedFile) error {
	if err := out.Header("Structure", "SIRET", "Commune", "Département", "État", "Lieux", "Attend depuis", "Qualifiée le", "Valable jusqu’au", "Messages sans réponse", "Corrections attendues", "Modifications à accepter"); err != nil {
		return err
	}
	for _, f := range list {
		err := out.Row(sheet.Text(f.Name), sheet.Text(f.SIRET), sheet.Text(f.Town), sheet.Text(f.Departement), sheet.Text(f.State.Label()), sheet.Int(f.Places),
			sheet.Text(typed(f.Since)), sheet.Text(typed(f.QualifiedAt)), sheet.Text(typed(f.ValidUntil)), sheet.Int(f.Unread), sheet.Int(f.Corrections), sheet.Int(f.Amendments))
		if err != nil {
			return err
		}
	}
	return out.Flush()
}
