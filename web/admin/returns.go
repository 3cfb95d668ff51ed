package admin

import (
	"errors"
	"net/http"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// ReturnHandlers shows the transfers that the bank refused or sent back, and
// reads its answers.
type ReturnHandlers struct{ Payments *settlement.Service }

// Routes mounts the screens under /admin.
func (h *ReturnHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/paiements/retours", httpx.Handler(h.list))
		r.Method(http.MethodGet, "/paiements/retours.csv", httpx.Handler(h.export))
		r.Method(http.MethodGet, "/paiements/retours/{ligne}", httpx.Handler(h.show))
		r.Method(http.MethodGet, "/paiements/retours/comptes-rendus/{id}", httpx.Handler(h.report))
	})
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformPayments))
		r.Method(http.MethodPost, "/paiements/retours", httpx.Handler(h.load))
		r.Method(http.MethodPost, "/paiements/retours/{ligne}", httpx.Handler(h.record))
		r.Method(http.MethodPost, "/paiements/retours/{ligne}/representer", httpx.Handler(h.represent))
		r.Method(http.MethodPost, "/paiements/retours/comptes-rendus/{id}/{position}", httpx.Handler(h.setAside))
	})
}

type returnsView struct {
	Figures []ui.Figure
	Steps   []ui.Option
	Search  string
	Reset   string
	Export  string
	Table   ui.TableArgs
	Pager   ui.Pagination
	Reports ui.TableArgs
	Loads   bool
	Errors  ui.Errors
}

func (h *ReturnHandlers) list(w http.ResponseWriter, r *http.Request) error {
	return h.renderList(w, r, http.StatusOK, nil)
}

func returnFilter(query httpx.Values) settlement.ReturnFilter {
	f := settlement.ReturnFilter{Search: query.Get("q")}
	for _, step := range settlement.ReturnSteps {
		if string(step) == query.Get("etape") {
			f.Step = step
		}
	}
	return f
}

func (h *ReturnHandlers) renderList(w http.ResponseWriter, r *http.Request, code int, refusal *fault.Error) error {
	query, after, actor := httpx.Query(r), settlement.ReturnKey{}, httpx.Actor(r)
	httpx.Cursor(r, &after)
	filter := returnFilter(query)
	found, totals, more, err := h.Payments.Returns(r.Context(), actor, filter, after)
	if err != nil {
		return err
	}
	const latest = 20
	reports, err := h.Payments.Reports(r.Context(), actor, latest)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Virements revenus")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Paiements", Href: urls.AdminPayments()}, {Label: "Virements revenus"}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := returnsView{Figures: returnFigures(totals), Steps: stepOptions(filter.Step), Search: filter.Search, Table: returnsTable(found), Reports: reportsTable(reports),
		Loads: actor.Can(identity.PlatformPayments), Errors: page.Errors, Export: urls.With(urls.AdminReturnsCSV(), "etape", string(filter.Step), "q", filter.Search)}
	if len(found) > 0 {
		last := found[len(found)-1]
		v.Pager = httpx.Pager(r, more, settlement.ReturnKey{At: last.RecordedAt, ID: last.ID})
	}
	if filter != (settlement.ReturnFilter{}) {
		v.Reset = urls.AdminReturns()
		v.Table.Empty = ui.EmptyArgs{Title: "Aucun virement ne correspond", Action: "Tout afficher", ActionHref: urls.AdminReturns()}
	}
	return httpx.Render(w, r, code, returnsPage(page, v))
}

func returnFigures(t settlement.ReturnTotals) []ui.Figure {
	return []ui.Figure{
		{Label: "À corriger", Value: t.ToCorrectCents.String(), Note: format.Count(t.ToCorrect, "virement", "virements") + ", par la structure"},
		{Label: "À payer de nouveau", Value: t.ToRepayCents.String(), Note: format.Count(t.ToRepay, "virement", "virements") + ", au prochain lot"},
		{Label: "Déjà repartis", Value: t.RepayCents.String(), Note: format.Count(t.Repaying, "virement", "virements") + " en cours"},
		{Label: "À regarder", Value: format.Number(t.Queued), Note: "lignes de comptes rendus"},
	}
}

func stepWord(step settlement.ReturnStep) (string, ui.Tone) {
	switch step {
	case settlement.ToCorrect:
		return "à corriger", ui.Bad
	case settlement.ToRepay:
		return "à payer de nouveau", ui.Warn
	case settlement.Repaying:
		return "reparti", ui.Info
	case settlement.Repaid:
		return "payé", ui.Good
	default:
		return "revenu encore", ui.Neutral
	}
}

func stepTag(step settlement.ReturnStep) templ.Component {
	word, tone := stepWord(step)
	return ui.Tag(tone, word)
}

func stepOptions(chosen settlement.ReturnStep) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Toutes"}}
	for _, step := range settlement.ReturnSteps {
		word, _ := stepWord(step)
		options = append(options, ui.Option{Value: string(step), Label: word})
	}
	return ui.Selected(options, string(chosen))
}

func returnsTable(found []settlement.ReturnedLine) ui.TableArgs {
	t := ui.TableArgs{Caption: "Virements revenus", HideCaption: true, Columns: ui.Columns("Structure", "Raison", "Revenu le", "#Montant", "Étape"),
		Empty: ui.EmptyArgs{Title: "Aucun virement n’est revenu", Body: "Un virement que la banque refuse ou renvoie apparaît ici\u00a0: par son compte rendu, par le relevé bancaire, ou saisi à la main."}}
	for _, l := range found {
		reason := settlement.ReasonOf(l.ReturnCode)
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(l.StructureName, urls.AdminReturn(l.ID)), l.SettlementNumber), ui.TwoLines(ui.Text(reason.Label), reason.Code),
			ui.Text(format.Date(*l.ReturnedOn)), ui.Amount(l.AmountCents), stepTag(l.Step())))
	}
	return t
}

func reportsTable(reports []settlement.Report) ui.TableArgs {
	t := ui.TableArgs{Caption: "Comptes rendus lus", HideCaption: true, Columns: ui.Columns("Fichier", "Parle de", "#Appliqués", "#À regarder", "Lu"),
		Empty: ui.EmptyArgs{Title: "Aucun compte rendu", Body: "La banque en met un à disposition après chaque fichier de virements, au format pain.002."}}
	for _, p := range reports {
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Link(p.FileName, urls.AdminReturnReport(p.ID)), p.MessageID), ui.Text(p.OriginalMessageID),
			ui.Number(p.Applied), ui.Number(p.Queued), ui.TwoLines(ui.Text(format.DateTime(p.LoadedAt)), p.LoadedByName)))
	}
	return t
}

func (h *ReturnHandlers) export(w http.ResponseWriter, r *http.Request) error {
	actor, filter := httpx.Actor(r), returnFilter(httpx.Query(r))
	return httpx.CSV(w, "virements-revenus.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Structure", "SIRET", "Paiement", "Référence", "Montant (€)", "Revenu le", "Code", "Raison", "Texte de la banque", "Étape"); err != nil {
			return err
		}
		for after := (settlement.ReturnKey{}); ; {
			found, _, more, err := h.Payments.Returns(r.Context(), actor, filter, after)
			if err != nil {
				return err
			}
			for _, l := range found {
				word, _ := stepWord(l.Step())
				err := out.Row(sheet.Text(l.StructureName), sheet.Text(l.StructureSIRET), sheet.Text(l.SettlementNumber), sheet.Text(l.EndToEndID), sheet.Money(l.AmountCents),
					sheet.Date(*l.ReturnedOn), sheet.Text(l.ReturnCode), sheet.Text(settlement.ReasonOf(l.ReturnCode).Label), sheet.Text(l.ReturnText), sheet.Text(word))
				if err != nil {
					return err
				}
				after = settlement.ReturnKey{At: l.RecordedAt, ID: l.ID}
			}
			if !more {
				return out.Flush()
			}
		}
	})
}

func (h *ReturnHandlers) load(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	upload, chosen, err := form.File("fichier")
	if err != nil {
		return err
	}
	if !chosen {
		return h.renderList(w, r, http.StatusUnprocessableEntity, fault.Field("fichier", "Choisissez le fichier de la banque."))
	}
	id, err := h.Payments.LoadReport(r.Context(), httpx.Actor(r), upload.Name, upload.Content)
	switch refusal, ok := fault.ForForm(err); {
	case errors.Is(err, settlement.ErrReportRead):
		httpx.Flash(r, ui.Info, settlement.ErrReportRead.Sentence)
	case ok:
		return h.renderList(w, r, httpx.Status(refusal.Kind), refusal)
	case err != nil:
		return err
	default:
		httpx.Flash(r, ui.Good, "Le compte rendu est lu. Voici ce qu’il dit, et ce qui a été fait.")
	}
	return httpx.SeeOther(w, r, urls.AdminReturnReport(id))
}

// pathLine reads the line of the address.
func pathLine(r *http.Request) (uuid.UUID, error) { return httpx.PathUUID(r, "ligne") }
