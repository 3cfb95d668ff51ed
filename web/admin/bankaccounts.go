package admin

import (
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// BankAccountHandlers shows the operator the accounts of structures: changes to
// confirm by calling back, names that banks do not recognise, shared numbers.
type BankAccountHandlers struct{ Structures *structure.Service }

// Routes mounts the screens under /admin.
func (h *BankAccountHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/comptes-bancaires", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/comptes-bancaires/{id}", httpx.Handler(h.show))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformPayments))
		r.Method(http.MethodPost, "/comptes-bancaires/verifications", httpx.Handler(h.importMatches))
		r.Method(http.MethodPost, "/comptes-bancaires/{id}/{compte}/{acte}", httpx.Handler(h.decide))
	})
}

type accountsView struct {
	Tabs    []ui.Tab
	Search  string
	View    string
	Table   ui.TableArgs
	Pager   ui.Pagination
	Imports bool
	Errors  ui.Errors
	Result  *importView
}

type importView struct {
	Title    string
	Problems []string
}

var accountTabs = []struct {
	view         structure.AccountView
	label        string
	title, empty string
}{
	{structure.ViewChanges, "À confirmer", "Aucun changement à confirmer", "Un changement de compte demandé par une structure apparaît ici, avec le numéro où la rappeler."},
	{structure.ViewMatches, "Titulaires à vérifier", "Aucun titulaire en doute", "Les comptes dont la banque ne reconnaît pas le titulaire apparaissent ici\u00a0: leurs paiements sont retenus."},
	{structure.ViewUnasked, "Jamais vérifiés", "Tous les comptes sont vérifiés", "Un compte apparaît ici tant que la réponse de la banque n’est pas saisie. Cela ne retient aucun paiement."},
	{structure.ViewShared, "Partagés", "Aucun compte partagé", "Un même IBAN déclaré par deux structures apparaît ici."},
	{structure.ViewAll, "Tous", "Aucun compte", "Les comptes des structures, présents et passés, sont gardés ici."},
}

func (h *BankAccountHandlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.renderList(w, r, http.StatusOK, nil, nil)
}

func (h *BankAccountHandlers) renderList(w http.ResponseWriter, r *http.Request, code int, result *importView, refusal *fault.Error) error {
	query, after := httpx.Query(r), structure.AccountKey{}
	httpx.Cursor(r, &after)
	actor, view := httpx.Actor(r), structure.AccountView(query.Get("vue"))
	found, counts, more, err := h.Structures.AccountQueue(r.Context(), actor, view, query.Get("q"), after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Comptes bancaires")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Comptes bancaires"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := accountsView{Search: query.Get("q"), View: string(view), Imports: actor.Can(identity.PlatformPayments), Errors: page.Errors, Result: result,
		Table: accountsTable(found, h.Structures.Clock())}
	if len(found) > 0 {
		last := found[len(found)-1]
		v.Pager = httpx.Pager(r, more, structure.AccountKey{At: last.DeclaredAt, ID: last.ID})
	}
	counted := map[structure.AccountView]int{structure.ViewChanges: counts.Changes, structure.ViewMatches: counts.Matches, structure.ViewUnasked: counts.Unasked, structure.ViewShared: counts.Shared}
	for _, tab := range accountTabs {
		v.Tabs = append(v.Tabs, ui.Tab{Label: tab.label, Href: urls.With(urls.AdminBankAccounts(), "vue", string(tab.view)), Current: tab.view == view, Count: orBlank(counted[tab.view])})
		if tab.view == view {
			v.Table.Empty = ui.EmptyArgs{Title: tab.title, Body: tab.empty}
		}
	}
	return httpx.Render(w, r, code, accountsPage(page, v))
}

// orBlank writes a tab's count, nothing for none.
func orBlank(n int) string {
	if n == 0 {
		return ""
	}
	return format.Number(n)
}

func accountsTable(found []structure.QueuedAccount, now time.Time) ui.TableArgs {
	t := ui.TableArgs{Caption: "Comptes bancaires", HideCaption: true, Columns: ui.Columns("Structure", "Compte", "Déclaré", "Vérification", "État")}
	for _, a := range found {
		shared := a.AccountHolder
		if a.Shared > 0 {
			shared += " · partagé avec " + format.Count(a.Shared, "autre structure", "autres structures")
		}
		t.Rows = append(t.Rows, ui.NewRow(
			ui.Link(a.Structure, urls.AdminStructureAccounts(a.StructureID)), ui.TwoLines(ui.Text(a.IBAN.Masked()), shared),
			ui.TwoLines(ui.Text(format.Date(a.DeclaredAt)), a.DeclaredByName), matchTag(a.Account), ui.TwoLines(accountTag(a.Account), accountWait(a.Account, now))))
	}
	return t
}

// accountWait says how long a change has waited, or still has to.
func accountWait(a structure.Account, now time.Time) string {
	switch {
	case !a.Waiting():
		return ""
	case a.Held(now):
		return "délai\u00a0: encore " + format.Left(a.HeldUntil.Sub(now))
	default:
		return "délai passé " + format.Until(a.HeldUntil, now)
	}
}

func accountTag(a structure.Account) templ.Component {
	tone := map[structure.AccountState]ui.Tone{structure.AccountActive: ui.Good, structure.AccountWaiting: ui.Warn, structure.AccountRefused: ui.Bad, structure.AccountReplaced: ui.Neutral}[a.State]
	return ui.Tag(tone, a.StateLabel())
}

func matchTag(a structure.Account) templ.Component {
	tone, label := ui.Neutral, a.VoPResult.Label()
	switch {
	case a.VoPAcceptedAt != nil:
		tone, label = ui.Good, "accepté\u00a0: "+label
	case a.MatchHolds() && a.VoPResult == "":
		tone, label = ui.Warn, "à vérifier de nouveau"
	case a.MatchHolds():
		tone = ui.Bad
	case a.VoPResult == structure.MatchYes:
		tone = ui.Good
	}
	return ui.Tag(tone, label)
}

type structureAccountsView struct {
	structure.StructureAccounts
	Waiting  *waitingAccountView
	Live     []liveAccountView
	History  []ui.Row
	File     string
	Decides  bool
	Errors   ui.Errors
	Note     string
	Reason   string
	Result   string
	Proposed string
}

type waitingAccountView struct {
	structure.QueuedAccount
	Facts     []ui.SummaryRow
	Lead      string
	Confirmed bool
}

// liveAccountView is an account whose holder may be verified.
type liveAccountView struct {
	structure.QueuedAccount
	Title   string
	Facts   []ui.SummaryRow
	Accepts bool
}

func (h *BankAccountHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.renderAccounts(w, r, http.StatusOK, httpx.Values{}, nil)
}

func (h *BankAccountHandlers) renderAccounts(w http.ResponseWriter, r *http.Request, code int, typed httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	found, err := h.Structures.AccountsOf(r.Context(), actor, id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Comptes bancaires, "+found.Structure)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Comptes bancaires", Href: urls.AdminBankAccounts()}, {Label: found.Structure}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := newStructureAccountsView(found, actor, h.Structures.Clock())
	v.Errors = page.Errors
	if refusal != nil {
		v.Note, v.Reason, v.Result, v.Proposed = typed.Get("note"), typed.Get("motif"), typed.Get("resultat"), typed.Get("nom")
	}
	return httpx.Render(w, r, code, structureAccountsPage(page, v))
}

func newStructureAccountsView(found structure.StructureAccounts, actor identity.Actor, now time.Time) structureAccountsView {
	v := structureAccountsView{StructureAccounts: found, Decides: actor.Can(identity.PlatformPayments), File: urls.AdminStructure(found.StructureID)}
	if len(v.Contacts) == 0 {
		v.Contacts = []string{"Aucun contact connu\u00a0: cherchez-en un ailleurs que dans la demande."}
	}
	for _, a := range found.Accounts {
		switch {
		case a.Waiting():
			v.Waiting = &waitingAccountView{QueuedAccount: a, Facts: waitingFacts(a, now), Confirmed: a.ConfirmedAt != nil, Lead: waitingLead(a, now)}
		case a.State == structure.AccountActive:
			v.Live = append(v.Live, liveAccountView{QueuedAccount: a, Title: "Compte en vigueur", Facts: liveFacts(a), Accepts: a.VoPResult != "" && a.MatchHolds()})
		}
		v.History = append(v.History, ui.NewRow(ui.TwoLines(ui.Text(a.IBAN.Masked()), a.AccountHolder), ui.TwoLines(ui.Text(format.DateTime(a.DeclaredAt)), a.DeclaredByName),
			ui.TwoLines(ui.Text(secondPerson(a.Account)), strings.TrimSpace(a.ConfirmedNote+" "+a.EndedReason)), accountTag(a.Account)))
	}
	return v
}

func waitingLead(a structure.QueuedAccount, now time.Time) string {
	switch {
	case a.ConfirmedAt != nil:
		return "Confirmé par " + a.ConfirmedByName + ". Il prend effet à la fin du délai, le " + format.DateTime(a.HeldUntil) + "."
	case a.Held(now):
		return "Rappelez la structure à un numéro connu avant cette demande, jamais à celui qui l’accompagne. Rien n’est payé avant sa confirmation et le " + format.DateTime(a.HeldUntil) + "."
	default:
		return "Le délai est passé\u00a0: il ne manque que la confirmation. Rappelez la structure à un numéro connu avant cette demande."
	}
}

func waitingFacts(a structure.QueuedAccount, now time.Time) []ui.SummaryRow {
	return []ui.SummaryRow{
		{Key: "Compte actuel", Value: a.CurrentIBAN.Masked() + ", au nom de " + a.CurrentHolder},
		{Key: "Nouveau titulaire", Value: a.AccountHolder}, {Key: "Nouvel IBAN", Value: a.IBAN.Grouped()}, {Key: "BIC", Value: a.BIC},
		{Key: "Demandé", Value: "le " + format.DateTime(a.DeclaredAt) + ", par " + a.DeclaredByName + " (" + format.Until(a.DeclaredAt, now) + ")"},
	}
}

func liveFacts(a structure.QueuedAccount) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Titulaire", Value: a.AccountHolder}, {Key: "IBAN", Value: a.IBAN.Grouped()}, {Key: "BIC", Value: a.BIC}}
	if a.EffectiveAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "En vigueur depuis", Value: format.Date(*a.EffectiveAt)})
	}
	answer := "Pas encore demandée à la banque"
	if a.VoPAt != nil {
		answer = "Le " + format.Date(*a.VoPAt) + ", saisie par " + a.VoPByName
		if a.VoPName != "" {
			answer += ". La banque propose «\u00a0" + a.VoPName + "\u00a0»"
		}
	}
	rows = append(rows, ui.SummaryRow{Key: "Vérification du titulaire", Value: answer, Body: ui.TwoLines(matchTag(a.Account), answer)})
	if a.VoPAcceptedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Accepté malgré tout", Value: "Le " + format.Date(*a.VoPAcceptedAt) + ", par " + a.VoPAcceptedByName + "\u00a0: " + a.VoPReason})
	}
	return rows
}

// secondPerson says who confirmed or ended an account.
func secondPerson(a structure.Account) string {
	switch {
	case a.State == structure.AccountRefused:
		return "Refusé par " + a.EndedByName
	case a.ConfirmedAt != nil:
		return "Confirmé par " + a.ConfirmedByName
	case a.Kind == structure.FirstAccount && a.EffectiveAt != nil:
		return "Avec le dossier"
	case a.Kind == structure.AccountCorrection:
		return "Même numéro\u00a0: sans objet"
	default:
		return "Personne encore"
	}
}
