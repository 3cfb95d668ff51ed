package censusui

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/structure/census"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type choicesView struct {
	Table  ui.TableArgs
	Pager  ui.Pagination
	Search string
	Reset  string
}

// choiceWords is what a remembered choice says.
var choiceWords = map[string]string{census.Fuse: "le même lieu", census.Separate: "un autre lieu", census.Leave: "écarté"}

// choices lists what is remembered about identifiers of files.
func (h *Handlers) choices(w http.ResponseWriter, r *http.Request) error {
	var after census.ChoiceKey
	httpx.Cursor(r, &after)
	search := httpx.Query(r).Get("q")
	list, more, err := h.Census.Choices(r.Context(), httpx.Actor(r), search, after, shown)
	if err != nil {
		return err
	}
	v := choicesView{Search: search, Table: newChoicesTable(list, search, httpx.Actor(r).Can(h.side.write))}
	if search != "" {
		v.Reset = urls.CensusChoices()
	}
	if len(list) > 0 {
		last := list[len(list)-1]
		v.Pager = httpx.Pager(r, more, census.ChoiceKey{At: last.DecidedAt, ID: last.ID})
	}
	return httpx.Render(w, r, http.StatusOK, choicesPage(h.page(r, "Choix retenus", true), v))
}

func newChoicesTable(list []census.Choice, search string, may bool) ui.TableArgs {
	t := ui.TableArgs{Caption: "Choix retenus", HideCaption: true, Columns: ui.Columns("Dans les fichiers", "Retenu", "Par"),
		Empty: ui.EmptyArgs{Title: "Aucun choix n’est retenu", Body: "Dès qu’une ligne ressemble à un lieu connu, ce que vous en décidez est retenu ici."}}
	if search != "" {
		t.Empty = ui.EmptyArgs{Title: "Aucun choix ne répond à cette recherche", Body: "Essayez un autre nom, ou l’identifiant du fichier."}
	}
	if may {
		t.Columns = append(t.Columns, ui.Column{Label: "Revenir sur ce choix", HideLabel: true})
	}
	for _, c := range list {
		said := ui.Text(choiceWords[c.Choice])
		if c.TargetName != "" {
			said = ui.TwoLines(said, "«\u00a0"+c.TargetName+"\u00a0»")
		}
		name, by := c.Name, c.ByName
		if name == "" {
			name = c.Key
		}
		if by == "" {
			by = "L’import, nom et position identiques"
		}
		row := ui.NewRow(ui.TwoLines(ui.Text(name), joined(c.Town, c.Key)), said, ui.TwoLines(ui.Text(by), format.Date(c.DecidedAt)))
		if may {
			row.Cells = append(row.Cells, ui.PostButton(urls.ForgetCensusChoice(c.ID), ui.ButtonArgs{Label: "Oublier", Hidden: "ce choix\u00a0: " + name, Kind: ui.Quiet}))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func joined(town, key string) string {
	if town == "" {
		return key
	}
	return town + " · " + key
}

// forget goes back on a choice, from the list or from a file that waits.
func (h *Handlers) forget(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if err := h.Census.Forget(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	back := urls.CensusChoices()
	if file, err := uuid.Parse(form.Get("fichier")); err == nil {
		back = urls.CensusFile(h.side.home, file)
	}
	httpx.Flash(r, ui.Good, "Le choix est oublié\u00a0: la question vous sera posée de nouveau.")
	return httpx.SeeOther(w, r, back)
}

// choose settles a line that waits, or all of them when none is named.
func (h *Handlers) choose(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	if _, err := h.Census.Report(r.Context(), httpx.Actor(r), id); err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	line, _ := form.Int("ligne")
	err = h.Census.Choose(r.Context(), httpx.Actor(r), id, line, form.Get("choix"))
	if refusal, ok := fault.ForForm(err); ok {
		return h.showReport(w, r, id, refusal)
	}
	if err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.With(urls.CensusFile(h.side.home, id), "suite", string(census.Undecided)))
}
