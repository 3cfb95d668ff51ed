// Package treasuryui is the operator's view of the dedicated account: statements
// taken in, lines that wait for a person, and what the bank's balance is made
// of. It refuses to decide: every act is a use case of the treasury.
package treasuryui

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/treasury"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Handlers shows the dedicated account to the operator.
type Handlers struct {
	Bank *treasury.Service
}

// Routes mounts the screens under /admin.
func (h *Handlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
		post := func(path string, f httpx.Handler) { r.Method(http.MethodPost, path, f) }
		get("/banque", h.home)
		post("/banque/importer", h.take)
		post("/banque/relancer", h.rematch)
		get("/banque/rapprochement", h.reconciliation)
		get("/banque/lignes", h.lines)
		get("/banque/lignes.csv", h.export)
		get("/banque/lignes/{id}", h.line)
		get("/banque/lignes/{id}/rapprocher", h.choose)
		post("/banque/lignes/{id}/rapprocher", h.decide)
		get("/banque/releves/{id}", h.statement)
		post("/banque/rapprochements/{id}/annuler", h.undo)
	})
}

func page(r *http.Request, title string, crumbs ...ui.Crumb) ui.Page {
	p := httpx.Page(r, title)
	p.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}}
	if len(crumbs) == 0 {
		p.Crumbs = append(p.Crumbs, ui.Crumb{Label: "Banque"})
		return p
	}
	p.Crumbs = append(p.Crumbs, ui.Crumb{Label: "Banque", Href: urls.AdminBank()})
	p.Crumbs = append(p.Crumbs, crumbs...)
	return p
}

func (h *Handlers) home(w http.ResponseWriter, r *http.Request) error { return h.showHome(w, r, nil) }

func (h *Handlers) showHome(w http.ResponseWriter, r *http.Request, refusal *fault.Error) error {
	actor := httpx.Actor(r)
	cover, err := h.Bank.Cover(r.Context())
	if err != nil {
		return err
	}
	queue, err := h.Bank.Waiting(r.Context(), actor)
	if err != nil {
		return err
	}
	waiting, _, err := h.Bank.Lines(r.Context(), actor, treasury.Filter{State: "attente"}, nil, 5)
	if err != nil {
		return err
	}
	var after *treasury.LineKey
	var key treasury.LineKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	statements, more, err := h.Bank.Statements(r.Context(), actor, after)
	if err != nil {
		return err
	}
	v := newHomeView(cover, queue, waiting, statements, actor.Can(identity.PlatformFunds))
	var last treasury.LineKey
	if n := len(statements); n > 0 {
		last = statements[n-1].Key()
	}
	v.Pager = httpx.Pager(r, more, last)
	p, status := page(r, "Banque"), http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
		v.FileError = p.Errors.For("fichier")
	}
	return httpx.Render(w, r, status, homePage(p, v))
}

var errNoFile = fault.Field("fichier", "Choisissez le fichier que donne la banque (camt.053 ou camt.054, XML).")

// take streams the file from the request to the treasury: it is never held.
func (h *Handlers) take(w http.ResponseWriter, r *http.Request) error {
	done, err := h.receive(r)
	if refusal, ok := fault.ForForm(err); ok {
		// A browser shows our answer only once it has sent everything.
		_, _ = io.Copy(io.Discard, r.Body)
		if len(refusal.Fields) == 0 {
			refusal = &fault.Error{Kind: refusal.Kind, Sentence: refusal.Sentence, Fields: []fault.FieldError{{Field: "fichier", Sentence: refusal.Sentence}}}
		}
		return h.showHome(w, r, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, told(done))
	if done.Statements == 1 {
		return httpx.SeeOther(w, r, urls.AdminBankStatement(done.Last))
	}
	return httpx.SeeOther(w, r, urls.AdminBank())
}

func (h *Handlers) receive(r *http.Request) (treasury.Imported, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return treasury.Imported{}, errNoFile
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return treasury.Imported{}, errNoFile
		}
		if err != nil {
			return treasury.Imported{}, fault.New(fault.KindInvalid, "L’envoi du fichier a été interrompu. Recommencez.")
		}
		if part.FormName() == "fichier" && part.FileName() != "" {
			return h.importPart(r, part)
		}
	}
}

func (h *Handlers) importPart(r *http.Request, part *multipart.Part) (treasury.Imported, error) {
	return h.Bank.Import(r.Context(), httpx.Actor(r), part.FileName(), part)
}

// told sums up an import in one or two sentences.
func told(done treasury.Imported) string {
	if done.Statements == 0 {
		return "Ce relevé était déjà importé\u00a0: rien n’a changé."
	}
	text := format.Count(done.Statements, "relevé importé", "relevés importés") + ", " + format.Count(done.Lines, "opération", "opérations") + ". "
	if done.Matched > 0 {
		text += format.Count(done.Matched, "opération reconnue", "opérations reconnues") + " par une règle exacte."
	}
	if done.Already > 0 {
		text += " " + format.Count(done.Already, "relevé déjà connu", "relevés déjà connus") + ", sans changement."
	}
	return text
}

func (h *Handlers) rematch(w http.ResponseWriter, r *http.Request) error {
	n, err := h.Bank.Rematch(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	if n == 0 {
		httpx.Flash(r, ui.Info, "Aucune ligne de plus n’a été reconnue\u00a0: ce qui attend demande une personne.")
	} else {
		httpx.Flash(r, ui.Good, format.Count(n, "opération reconnue", "opérations reconnues")+" par une règle exacte.")
	}
	return httpx.SeeOther(w, r, urls.AdminBank())
}

func (h *Handlers) statement(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	account, lines, err := h.Bank.Statement(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	title := statementName(account)
	return httpx.Render(w, r, http.StatusOK, statementPage(page(r, title, ui.Crumb{Label: account.Reference}), newStatementView(account, lines)))
}

func (h *Handlers) reconciliation(w http.ResponseWriter, r *http.Request) error {
	found, err := h.Bank.Reconcile(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, reconciliationPage(page(r, "Du relevé au grand livre", ui.Crumb{Label: "Du relevé au grand livre"}), newReconciliationView(found)))
}
