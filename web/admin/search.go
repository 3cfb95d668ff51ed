package admin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/carnet"
	"passnum/internal/reporting"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// searchView is a search and what it found.
type searchView struct {
	Field  ui.Field
	Asked  bool
	Result ui.TableArgs
	Empty  ui.EmptyArgs
}

// searchForm shows the form, and what the words of the address found. A code is
// never looked up from an address: it would stay in the history.
func (h *HomeHandlers) searchForm(w http.ResponseWriter, r *http.Request) error {
	words := httpx.Query(r).Get("q")
	if words == "" || reporting.IsCode(words) {
		return h.answer(w, r, http.StatusOK, newSearchView("", nil, false))
	}
	hits, err := h.Reports.Search(r.Context(), httpx.Actor(r), words)
	if err != nil {
		return err
	}
	return h.answer(w, r, http.StatusOK, newSearchView(words, hits.List, true))
}

// search finds what was typed: an exact hit opens it, words lead to an address
// that can be kept, a code that names nothing is forgotten.
func (h *HomeHandlers) search(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	typed := form.Get("q")
	if typed == "" {
		return httpx.SeeOther(w, r, urls.AdminSearch())
	}
	hits, err := h.Reports.Search(r.Context(), httpx.Actor(r), typed)
	if err != nil {
		return err
	}
	switch {
	case hits.Exact:
		return httpx.SeeOther(w, r, hitHref(hits.List[0]))
	case reporting.IsCode(typed):
		return h.answer(w, r, http.StatusNotFound, newSearchView("", nil, true))
	default:
		return httpx.SeeOther(w, r, urls.AdminSearchFor(typed))
	}
}

func (h *HomeHandlers) answer(w http.ResponseWriter, r *http.Request, status int, v searchView) error {
	page := httpx.Page(r, "Recherche")
	page.Crumbs = []ui.Crumb{{Label: "À traiter", Href: urls.AdminHome()}, {Label: "Recherche"}}
	return httpx.Render(w, r, status, searchPage(page, v))
}

func newSearchView(typed string, hits []reporting.Hit, asked bool) searchView {
	v := searchView{Asked: asked, Field: ui.Field{Name: "q", Label: "Que cherchez-vous\u00a0?", Value: typed, Autofocus: true, Width: ui.Width30,
		Hint:  "Le code d’un chèque, un numéro de carnet (C26-014-001258), de commande (2026-014), un SIRET, une adresse électronique, un nom.",
		Attrs: templ.Attributes{"autocomplete": "off", "spellcheck": "false"}}}
	v.Result = ui.TableArgs{Caption: "Résultats", HideCaption: true, Columns: ui.Columns("Objet", "Détail", "Nature")}
	for _, hit := range hits {
		title := ui.Text(hit.Title)
		if href := hitHref(hit); href != "" {
			title = ui.Link(hit.Title, href)
		}
		v.Result.Rows = append(v.Result.Rows, ui.NewRow(title, ui.Text(hit.Detail), ui.Tag(ui.Neutral, string(hit.Kind))))
	}
	v.Empty = ui.EmptyArgs{Title: "Rien ne correspond", Body: "Vérifiez la saisie. Un code de chèque a 16 signes, sans voyelle, ni 0, ni 1."}
	return v
}

func hitHref(hit reporting.Hit) string {
	switch hit.Kind {
	case reporting.HitCheque:
		return urls.AdminCheque(hit.ID)
	case reporting.HitCarnet:
		return urls.AdminCarnet(hit.Serial)
	case reporting.HitOrder:
		return urls.AdminOrder(hit.ID)
	case reporting.HitOrganisation:
		return urls.ID("/admin/organisations", hit.ID)
	default:
		return ""
	}
}

func (h *HomeHandlers) carnet(w http.ResponseWriter, r *http.Request) error {
	serial, err := carnet.ParseSerial(chi.URLParam(r, "serial"))
	if err != nil {
		return httpx.ErrNotFound
	}
	history, err := h.Reports.Carnet(r.Context(), httpx.Actor(r), serial)
	if err != nil {
		return err
	}
	return h.history(w, r, newHistoryView(history, nil))
}

func (h *HomeHandlers) cheque(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	history, err := h.Reports.CarnetOfCheque(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	for _, c := range history.Cheques {
		if c.ID == id {
			return h.history(w, r, newHistoryView(history, &c))
		}
	}
	return httpx.ErrNotFound
}

func (h *HomeHandlers) history(w http.ResponseWriter, r *http.Request, v historyView) error {
	page := httpx.Page(r, v.Title)
	page.Crumbs = v.Crumbs
	return httpx.Render(w, r, http.StatusOK, historyPage(page, v))
}

// historyView is a carnet's life, or one of its chèques', ready to be shown.
type historyView struct {
	Title   string
	Lead    string
	Tag     templ.Component
	Crumbs  []ui.Crumb
	Facts   []ui.SummaryRow
	Cheques ui.TableArgs
	Journal []ui.JournalEntry
	Uses    []ui.JournalEntry
}

func newHistoryView(k reporting.CarnetHistory, only *reporting.Cheque) historyView {
	v := historyView{Title: "Carnet " + k.Serial, Lead: k.OrderNumber + " – " + k.OrderTitle + " · " + k.Commanditaire, Tag: carnetTag(k.State)}
	v.Crumbs = []ui.Crumb{{Label: "Recherche", Href: urls.AdminSearch()}, {Label: v.Title}}
	if only != nil {
		v.Title, v.Tag = fmt.Sprintf("Chèque n°\u00a0%d du carnet %s", only.Rank, k.Serial), chequeTag(only.State)
		v.Crumbs = []ui.Crumb{{Label: "Recherche", Href: urls.AdminSearch()}, {Label: "Carnet " + k.Serial, Href: urls.AdminCarnet(k.Serial)}, {Label: fmt.Sprintf("Chèque n°\u00a0%d", only.Rank)}}
	}
	v.Facts = carnetFacts(k)
	v.Cheques = ui.TableArgs{Caption: "Chèques", HideCaption: true, Columns: ui.Columns("Chèque", "#Valeur", "État", "Utilisé", "Paiement")}
	for _, c := range k.Cheques {
		if only != nil && c.ID != only.ID {
			continue
		}
		used, paid := lastUse(c)
		v.Cheques.Rows = append(v.Cheques.Rows, ui.NewRow(ui.Link(fmt.Sprintf("n°\u00a0%d", c.Rank), urls.AdminCheque(c.ID)), ui.Amount(c.FaceValue), chequeTag(c.State), ui.Text(used), ui.Text(paid)))
		for _, use := range c.Uses {
			v.Uses = append(v.Uses, useEntry(c, use))
		}
	}
	for _, m := range k.Moves {
		v.Journal = append(v.Journal, moveEntry(m))
	}
	return v
}

func carnetFacts(k reporting.CarnetHistory) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Commande", Body: ui.Link(k.OrderNumber+" – "+k.OrderTitle, urls.AdminOrder(k.OrderID))},
		{Key: "Financé par", Body: ui.Link(k.Commanditaire, urls.ID("/admin/organisations", k.CommanditaireID))},
	}
	if k.Point != "" {
		rows = append(rows, ui.SummaryRow{Key: "Point de distribution", Value: k.Point + ", " + k.Aiguilleur})
	}
	if k.HandedOverAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Remis le", Value: format.DateTime(*k.HandedOverAt)})
	}
	if k.PublicCategory != "" {
		rows = append(rows, ui.SummaryRow{Key: "Public", Value: k.PublicCategory})
	}
	if k.UsableUntil != nil && k.AcceptedUntil != nil {
		rows = append(rows, ui.SummaryRow{Key: "Validité", Value: "jusqu’au " + format.Date(*k.UsableUntil) + ", accepté jusqu’au " + format.Date(*k.AcceptedUntil)})
	}
	return rows
}

func carnetTag(state string) templ.Component {
	tones := map[string]ui.Tone{"remis": ui.Good, "bloque": ui.Bad, "perime": ui.Warn, "retourne": ui.Warn}
	return ui.Tag(tones[state], reporting.CarnetWord(state))
}

func chequeTag(state string) templ.Component {
	words := map[string]struct {
		tone ui.Tone
		word string
	}{"inactif": {ui.Neutral, "pas encore actif"}, "actif": {ui.Good, "utilisable"}, "utilise": {ui.Info, "utilisé"}, "bloque": {ui.Bad, "bloqué"}, "perime": {ui.Warn, "périmé"}, "credite": {ui.Neutral, "crédité"}}
	w := words[state]
	return ui.Tag(w.tone, w.word)
}

// lastUse says where a chèque was used and how it was paid.
func lastUse(c reporting.Cheque) (used, paid string) {
	for _, use := range c.Uses {
		if use.UndoneAt != nil {
			continue
		}
		used = format.DateTime(use.At) + ", " + use.Place
		paid = "à payer"
		if use.Settlement != nil {
			paid = "ordonné, " + *use.Settlement
		}
		if use.PaidOn != nil {
			paid = "payé le " + format.Date(*use.PaidOn)
		}
	}
	return used, paid
}

func useEntry(c reporting.Cheque, use reporting.Use) ui.JournalEntry {
	entries := make([]string, len(use.Entries))
	for i, e := range use.Entries {
		entries[i] = fmt.Sprint(e)
	}
	what := fmt.Sprintf("Chèque n°\u00a0%d utilisé (%s)", c.Rank, use.Amount)
	detail := use.Structure + ", " + use.Place + " · " + use.Mode + " · services " + strings.Join(entries, ", ")
	if use.UndoneAt != nil {
		what = fmt.Sprintf("Chèque n°\u00a0%d utilisé, puis annulé le %s", c.Rank, format.DateTime(*use.UndoneAt))
		if use.UndoneReason != "" {
			detail += " · " + use.UndoneReason
		}
	}
	return ui.JournalEntry{When: format.DateTime(use.At), Who: orSystem(use.Who), What: what, Detail: detail}
}

var moveWords = map[string]string{"fabrication": "Fabriqué", "expedition": "Expédié", "reception": "Reçu au point", "remise": "Remis à une personne",
	"annulation_remise": "Remise annulée", "retour": "Retourné", "opposition": "Mis en opposition",
	"mainlevee": "Opposition levée", "remplacement": "Remplacement"}

func moveEntry(m reporting.Move) ui.JournalEntry {
	detail := m.Note
	if m.Point != "" {
		detail = strings.TrimSuffix(m.Point+", "+m.Aiguilleur+" · "+m.Note, " · ")
	}
	return ui.JournalEntry{When: format.DateTime(m.At), Who: orSystem(m.Who), What: moveWords[m.Kind], Detail: detail}
}

func orSystem(who string) string {
	if who == "" {
		return "Passnum"
	}
	return who
}
