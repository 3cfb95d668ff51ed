package admin

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type reportView struct {
	settlement.Report
	Figures []ui.Figure
	Lines   []ui.Line
	Pager   ui.Pagination
	Errors  ui.Errors
}

func (h *ReturnHandlers) report(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	return h.renderReport(w, r, http.StatusOK, id, 0, "", nil)
}

func (h *ReturnHandlers) renderReport(w http.ResponseWriter, r *http.Request, code int, id uuid.UUID, position int, note string, refusal *fault.Error) error {
	var after int
	httpx.Cursor(r, &after)
	actor := httpx.Actor(r)
	p, lines, more, err := h.Payments.Report(r.Context(), actor, id, after)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Compte rendu "+p.MessageID)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Virements revenus", Href: urls.AdminReturns()}, {Label: "Compte rendu"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := reportView{Report: p, Errors: page.Errors, Figures: []ui.Figure{
		{Label: "Rejets enregistrés", Value: format.Number(p.Applied), Note: format.Count(p.Known, "déjà connu", "déjà connus")},
		{Label: "À regarder", Value: format.Number(p.Queued), Note: format.Count(p.SetAside, "classé", "classés")},
		{Label: "Sans rien à faire", Value: format.Number(p.Nothing), Note: "acceptés, exécutés ou en cours"},
	}}
	for _, l := range lines {
		form := asideForm{Report: id, Position: l.Position}
		if l.Position == position {
			form.Note, form.Error = note, page.Errors.For(form.name())
		}
		v.Lines = append(v.Lines, reportLine(l, form, actor.Can(identity.PlatformPayments)))
		after = l.Position
	}
	v.Pager = httpx.Pager(r, more, after)
	return httpx.Render(w, r, code, reportPage(page, v))
}

// asideForm ends the wait of one line of a report.
type asideForm struct {
	Report   uuid.UUID
	Position int
	Note     string
	Error    string
}

func (f asideForm) name() string { return "note-" + strconv.Itoa(f.Position) }

func reportLine(l settlement.ReportLine, form asideForm, acts bool) ui.Line {
	words := map[settlement.Outcome]string{settlement.Applied: "enregistré", settlement.Known: "déjà connu", settlement.Nothing: "rien à faire", settlement.Queued: "à regarder", settlement.SetAside: "classé"}
	tones := map[settlement.Outcome]ui.Tone{settlement.Applied: ui.Good, settlement.Known: ui.Neutral, settlement.Nothing: ui.Neutral, settlement.Queued: ui.Bad, settlement.SetAside: ui.Neutral}
	line := ui.Line{Tone: tones[l.Outcome], Title: l.StructureName, Detail: l.Sentence, Word: words[l.Outcome]}
	if line.Title == "" {
		line.Title = l.EndToEndID
	}
	if line.Title == "" {
		line.Title = "Fichier entier"
	}
	if l.AmountCents != nil {
		line.Strong = money.Cents(*l.AmountCents).String()
	}
	if l.Note != "" {
		line.Detail += " Classé par " + l.SettledByName + "\u00a0: " + l.Note
	}
	switch {
	case l.Outcome == settlement.Queued && acts:
		line.Action = asideAction(form)
	case l.SettlementLineID != nil:
		line.Action = ui.Link("Voir le virement", urls.AdminReturn(*l.SettlementLineID))
	}
	return line
}

func (h *ReturnHandlers) setAside(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	position, err := strconv.Atoi(chi.URLParam(r, "position"))
	if err != nil {
		return httpx.ErrNotFound
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	name := asideForm{Position: position}.name()
	err = h.Payments.SetReportLineAside(r.Context(), httpx.Actor(r), id, position, form.Get(name))
	if refusal, ok := fault.ForForm(err); ok {
		renamed := *refusal
		for i := range renamed.Fields {
			renamed.Fields = append([]fault.FieldError{}, renamed.Fields...)
			renamed.Fields[i].Field = name
		}
		return h.renderReport(w, r, httpx.Status(refusal.Kind), id, position, form.Get(name), &renamed)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "La ligne est classée.")
	return httpx.SeeOther(w, r, urls.AdminReturnReport(id))
}

type returnView struct {
	Line      settlement.Line
	Facts     []ui.SummaryRow
	Returned  *settlement.ReturnedLine
	Reason    settlement.ReturnReason
	Tag       templ.Component
	Step      settlement.ReturnStep
	Codes     []ui.Option
	Records   bool // a return may be recorded by hand
	Resends   bool // finance may have it paid again on the same account
	Errors    ui.Errors
	Typed     settlement.ReturnForm
	TypedDay  string
	TypedWhy  string
	Accounts  string
	Payment   string
	Next      string
	NextState string
}

func (h *ReturnHandlers) show(w http.ResponseWriter, r *http.Request) error {
	return h.renderOne(w, r, http.StatusOK, httpx.Values{}, nil)
}

func (h *ReturnHandlers) renderOne(w http.ResponseWriter, r *http.Request, code int, typed httpx.Values, refusal *fault.Error) error {
	id, err := pathLine(r)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	line, err := h.Payments.Line(r.Context(), actor, id, nil)
	if err != nil {
		return err
	}
	v := returnView{Line: line.Line, Facts: lineFacts(line.Line), Typed: settlement.ReturnForm{Text: typed.Get("texte")}, TypedDay: typed.Get("date"), TypedWhy: typed.Get("motif"),
		Codes: codeOptions(typed.Get("code")), Accounts: urls.AdminStructureAccounts(line.StructureID), Payment: urls.AdminPaymentLine(line.SettlementID, line.ID)}
	if v.TypedDay == "" {
		v.TypedDay = format.Typed(h.Payments.Today())
	}
	returned, err := h.Payments.ReturnOf(r.Context(), actor, id)
	switch {
	case errors.Is(err, settlement.ErrNotFound):
		v.Records = actor.Can(identity.PlatformPayments) && (line.State == settlement.Approved || line.State == settlement.Executed)
	case err != nil:
		return err
	default:
		v.Returned, v.Reason, v.Step = &returned, settlement.ReasonOf(returned.ReturnCode), returned.Step()
		v.Tag, v.Facts = stepTag(v.Step), append(v.Facts, returnFacts(returned)...)
		v.Resends = v.Step == settlement.ToCorrect && actor.Can(identity.PlatformPayments)
		if returned.NextLineID != nil {
			v.Next = urls.AdminPaymentLine(*returned.NextSettlementID, *returned.NextLineID)
		}
	}
	page := httpx.Page(r, "Virement à "+line.StructureName)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Virements revenus", Href: urls.AdminReturns()}, {Label: line.StructureName}}
	page.Errors = ui.ErrorsFrom(refusal)
	v.Errors = page.Errors
	return httpx.Render(w, r, code, returnPage(page, v))
}

func lineFacts(l settlement.Line) []ui.SummaryRow {
	return []ui.SummaryRow{
		{Key: "Montant", Value: l.AmountCents.String()}, {Key: "Paiement", Value: l.SettlementNumber},
		{Key: "Compte payé", Value: identifier.IBAN(l.IBAN).Masked() + ", au nom de " + l.AccountHolder}, {Key: "Référence du virement", Value: l.EndToEndID},
	}
}

func returnFacts(r settlement.ReturnedLine) []ui.SummaryRow {
	what := "Revenu après paiement"
	if r.State == settlement.Rejected {
		what = "Refusé avant paiement"
	}
	rows := []ui.SummaryRow{{Key: what, Value: "Le " + format.Date(*r.ReturnedOn) + ", enregistré le " + format.DateTime(r.RecordedAt)}}
	if r.ReturnText != "" {
		rows = append(rows, ui.SummaryRow{Key: "La banque ajoute", Value: r.ReturnText})
	}
	if r.RepresentedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "À représenter", Value: fmt.Sprintf("Décidé le %s par %s\u00a0: %s", format.Date(*r.RepresentedAt), r.RepresentedByName, r.RepresentedReason)})
	}
	return rows
}

func codeOptions(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Choisir"}}
	for _, code := range settlement.ReturnCodes {
		options = append(options, ui.Option{Value: code, Label: code + ", " + settlement.ReasonOf(code).Label})
	}
	return ui.Selected(options, chosen)
}

func (h *ReturnHandlers) record(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "Le retour est enregistré. La somme est de nouveau due, et la structure est prévenue.", func(id uuid.UUID, form httpx.Values) error {
		on, ok := form.Date("date")
		if !ok {
			return fault.Field("date", "Indiquez le jour du retour, par exemple 24/11/2026.")
		}
		return h.Payments.RecordReturn(r.Context(), httpx.Actor(r), id, settlement.ReturnForm{Code: form.Get("code"), Text: form.Get("texte"), On: on})
	})
}

func (h *ReturnHandlers) represent(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "Ce virement repartira au prochain lot, sur le même compte.", func(id uuid.UUID, form httpx.Values) error {
		return h.Payments.Represent(r.Context(), httpx.Actor(r), id, form.Get("motif"))
	})
}

func (h *ReturnHandlers) act(w http.ResponseWriter, r *http.Request, said string, do func(uuid.UUID, httpx.Values) error) error {
	id, err := pathLine(r)
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	err = do(id, form)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderOne(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, said)
	return httpx.SeeOther(w, r, urls.AdminReturn(id))
}
