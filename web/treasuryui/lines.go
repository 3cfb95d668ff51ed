package treasuryui

import (
	"net/http"
	"time"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/sheet"
	"passnum/internal/treasury"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// readFilter reads the list's filters from the address; what is not a day is no
// filter.
func readFilter(r *http.Request) treasury.Filter {
	query := httpx.Query(r)
	f := treasury.Filter{State: query.Get("etat"), Side: query.Get("sens"), Words: query.Get("mots"), From: dayOf(query, "du"), To: dayOf(query, "au")}
	if f.State != "attente" && f.State != "rapprochees" && f.State != "ecartees" {
		f.State = ""
	}
	if f.Side != "credit" && f.Side != "debit" {
		f.Side = ""
	}
	return f
}

func dayOf(query httpx.Values, name string) *time.Time {
	if day, ok := query.Date(name); ok {
		return &day
	}
	return nil
}

func (h *Handlers) lines(w http.ResponseWriter, r *http.Request) error {
	f := readFilter(r)
	var after *treasury.LineKey
	var key treasury.LineKey
	if httpx.Cursor(r, &key) {
		after = &key
	}
	list, more, err := h.Bank.Lines(r.Context(), httpx.Actor(r), f, after, treasury.Page)
	if err != nil {
		return err
	}
	v := newLinesView(f, httpx.Query(r), list)
	v.CSV = urls.AdminBankLinesCSV()
	if r.URL.RawQuery != "" {
		v.CSV += "?" + r.URL.RawQuery
	}
	var last treasury.LineKey
	if n := len(list); n > 0 {
		last = treasury.LineKey{On: list[n-1].BookedOn, ID: list[n-1].ID}
	}
	v.Pager = httpx.Pager(r, more, last)
	return httpx.Render(w, r, http.StatusOK, linesPage(page(r, "Opérations du compte", ui.Crumb{Label: "Opérations"}), v))
}

func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	list, _, err := h.Bank.Lines(r.Context(), httpx.Actor(r), readFilter(r), nil, 0)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "operations-du-compte-dedie.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Date", "Relevé", "Référence de la banque", "Tiers", "Libellé", "Crédit", "Débit", "Rapproché", "À rapprocher", "Pourquoi"); err != nil {
			return err
		}
		for _, l := range list {
			credit, debit := sheet.Money(l.AmountCents), sheet.Text("")
			if !l.Credit {
				credit, debit = debit, credit
			}
			if err := out.Row(sheet.Date(l.BookedOn), sheet.Text(l.Statement), sheet.Text(l.BankReference), sheet.Text(l.Party), sheet.Text(l.Remittance),
				credit, debit, sheet.Money(l.MatchedCents), sheet.Money(l.Open()), sheet.Text(l.Waiting)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}

func (h *Handlers) line(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	found, err := h.Bank.Line(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	v := newLineView(found, httpx.Actor(r).Can(identity.PlatformFunds))
	return httpx.Render(w, r, http.StatusOK, linePage(page(r, lineName(found.Line), lineCrumb(found.Line)), v))
}

func lineCrumb(l treasury.Line) ui.Crumb { return ui.Crumb{Label: format.ShortDate(l.BookedOn)} }

// choose shows the form of one possibility, with what it would record.
func (h *Handlers) choose(w http.ResponseWriter, r *http.Request) error {
	return h.showChoice(w, r, httpx.Query(r), false, nil)
}

func (h *Handlers) showChoice(w http.ResponseWriter, r *http.Request, values httpx.Values, typed bool, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	found, err := h.Bank.Line(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	p := page(r, "Rapprocher une opération", ui.Crumb{Label: format.ShortDate(found.BookedOn), Href: urls.AdminBankLine(id)}, ui.Crumb{Label: "Rapprocher"})
	status := http.StatusOK
	if refusal != nil {
		p.Errors, status = ui.ErrorsFrom(refusal), httpx.Status(refusal.Kind)
	}
	v, ok := newChoiceView(found, values, typed, p.Errors)
	if !ok {
		httpx.Flash(r, ui.Warn, "Cette possibilité n’existe plus\u00a0: la ligne, ou ce qu’elle désignait, vient de changer.")
		return httpx.SeeOther(w, r, urls.AdminBankLine(id))
	}
	return httpx.Render(w, r, status, choicePage(p, v))
}

func (h *Handlers) decide(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	choice, err := readChoice(form)
	if err == nil {
		err = h.Bank.Decide(r.Context(), httpx.Actor(r), id, choice)
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.showChoice(w, r, form, true, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, choice.Amount.String()+" rapprochés.")
	return httpx.SeeOther(w, r, urls.AdminBankLine(id))
}

func readChoice(form httpx.Values) (treasury.Choice, error) {
	c := treasury.Choice{Kind: treasury.Kind(form.Get("genre")), Target: form.Get("cible"), Mandat: form.Get("mandat"), Reason: form.Get("motif")}
	c.Detail, _ = form.Int("detail")
	if c.Kind == treasury.Aside {
		c.Target = form.Get("cause")
	}
	var problems fault.Collector
	cents := func(name string, into *money.Cents, required bool) {
		amount, ok := form.Cents(name)
		problems.Check(ok || !required && form.Get(name) == "", name, "Indiquez un montant, par exemple 1\u202f250,00.")
		*into = amount
	}
	cents("montant", &c.Amount, true)
	if c.Kind == treasury.Funding {
		cents("valeur_faciale", &c.Face, false)
		cents("frais", &c.Fees, false)
		cents("tva", &c.VAT, false)
	}
	return c, problems.Err()
}

func (h *Handlers) undo(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	line, err := h.Bank.Undo(r.Context(), httpx.Actor(r), id)
	if refusal, ok := fault.ForForm(err); ok {
		httpx.Flash(r, ui.Bad, refusal.Sentence)
		return httpx.SeeOther(w, r, urls.AdminBankLine(line))
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "Le rapprochement est annulé. Aucune règle ne le refera\u00a0: la ligne attend une personne.")
	return httpx.SeeOther(w, r, urls.AdminBankLine(line))
}
