package admin

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

func structureTag(s structure.State) templ.Component {
	tone := map[structure.State]ui.Tone{structure.Draft: ui.Neutral, structure.Submitted: ui.Warn, structure.Qualified: ui.Good,
		structure.Refused: ui.Bad, structure.Suspended: ui.Bad}[s]
	return ui.Tag(tone, s.Label())
}

type structuresView struct {
	Waiting, Others []ui.Row
}

func (h *OrganisationHandlers) structures(w http.ResponseWriter, r *http.Request) error {
	actor := httpx.Actor(r)
	waiting, err := h.Files.Waiting(r.Context(), actor)
	if err != nil {
		return err
	}
	others, err := h.Files.Decided(r.Context(), actor)
	if err != nil {
		return err
	}
	var v structuresView
	now := h.Organisations.Now()
	for _, d := range waiting {
		v.Waiting = append(v.Waiting, ui.NewRow(ui.TwoLines(ui.Link(d.Name, urls.AdminStructure(d.OrganisationID)), d.Town),
			ui.Number(d.Places), ui.Text(age(format.DaysBetween(*d.SubmittedAt, now)))))
	}
	for _, d := range others {
		v.Others = append(v.Others, ui.NewRow(ui.TwoLines(ui.Link(d.Name, urls.AdminStructure(d.OrganisationID)), d.Town),
			ui.Number(d.Places), structureTag(d.State)))
	}
	return httpx.Render(w, r, http.StatusOK, structuresPage(httpx.Page(r, "Structures"), v))
}

type structureView struct {
	Title, Lead      string
	Tag              templ.Component
	Rows             []ui.SummaryRow
	Places           []ui.Row
	Journal          []ui.JournalEntry
	Decides          bool
	Answer           answerView
	OrganisationHref string
}

func (h *OrganisationHandlers) structure(w http.ResponseWriter, r *http.Request) error {
	return h.renderStructure(w, r, http.StatusOK, "", "", nil)
}

func (h *OrganisationHandlers) renderStructure(w http.ResponseWriter, r *http.Request, code int, decision, reason string, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	review, err := h.Files.Review(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, review.Name)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: review.Name}}
	page.Errors = ui.ErrorsFrom(refusal)
	view := newStructureView(review)
	view.Answer.Decisions = ui.Selected(view.Answer.Decisions, decision)
	view.Answer.Reason, view.Answer.Errors = reason, page.Errors
	view.Decides = len(view.Answer.Decisions) > 0 && httpx.Actor(r).Can(identity.PlatformDecide)
	return httpx.Render(w, r, code, structurePage(page, view))
}

func newStructureView(review qualification.Review) structureView {
	d := review.Dossier
	v := structureView{Title: d.Name, Lead: d.Town + " · SIRET " + format.SIRET(d.SIRET), Tag: structureTag(d.State),
		Rows: structureRows(d), Journal: journalEntries(review.Journal), OrganisationHref: urls.AdminOrganisation(d.OrganisationID)}
	for _, p := range review.PlaceList {
		tag := ui.Tag(ui.Neutral, "masqué")
		if p.Published {
			tag = ui.Tag(ui.Good, "affiché")
		}
		pay := "Un complément peut être demandé"
		if p.NothingToPay {
			pay = "Rien à payer avec le chèque"
		}
		v.Places = append(v.Places, ui.NewRow(ui.TwoLines(ui.Text(p.Name), p.Address()), ui.TwoLines(ui.Text(format.Count(len(p.Entries), "service", "services")), pay), tag))
	}
	v.Answer = answerView{Action: urls.AdminStructure(d.OrganisationID), Decisions: structureDecisions(d.State)}
	if d.SubmittedAt != nil {
		v.Answer.Seen = strconv.FormatInt(d.SubmittedAt.UnixMicro(), 10)
	}
	return v
}

func structureDecisions(s structure.State) []ui.Option {
	switch s {
	case structure.Submitted:
		return []ui.Option{
			{Value: "qualifier", Label: "Qualifier", Hint: "Elle peut accepter des chèques, ses lieux sont affichés."},
			{Value: "refuser", Label: "Demander des corrections", Hint: "Le dossier lui revient avec votre motif."},
		}
	case structure.Qualified:
		return []ui.Option{{Value: "suspendre", Label: "Suspendre", Hint: "Elle ne peut plus accepter de chèques, ses lieux ne sont plus affichés. Ce qui est encaissé reste dû."}}
	case structure.Suspended:
		return []ui.Option{
			{Value: "retablir", Label: "Rétablir", Hint: "Elle peut de nouveau accepter des chèques."},
			{Value: "refuser", Label: "Rouvrir le dossier", Hint: "Elle le corrige, par exemple pour changer de compte bancaire, puis l’envoie de nouveau."},
		}
	default:
		return nil
	}
}

func structureRows(d structure.Dossier) []ui.SummaryRow {
	charter := "Pas encore acceptée"
	if d.CharterAcceptedAt != nil {
		charter = "Acceptée le " + format.Date(*d.CharterAcceptedAt)
	}
	if d.CharterVersion != "" {
		charter += ", version " + d.CharterVersion
	}
	rows := []ui.SummaryRow{
		{Key: "Présentation", Value: orMissing(d.Presentation)}, {Key: "Charte", Value: charter},
		{Key: "Titulaire du compte", Value: orMissing(d.AccountHolder)},
		{Key: "IBAN", Value: orMissing(identifier.IBAN(d.IBAN).Grouped()), ChangeHref: urls.AdminStructureAccounts(d.OrganisationID), Change: "Voir"}, {Key: "BIC", Value: orMissing(d.BIC)},
	}
	if d.SubmittedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Envoyé le", Value: format.DateTime(*d.SubmittedAt)})
	}
	if d.QualifiedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Qualifiée le", Value: format.Date(*d.QualifiedAt)})
	}
	if d.Reason != "" {
		rows = append(rows, ui.SummaryRow{Key: "Dernier motif", Value: d.Reason})
	}
	return rows
}

func orMissing(s string) string {
	if s == "" {
		return "À compléter par la structure"
	}
	return s
}

// structureActs are the decisions by their form's value, and what is said after.
var structureActs = map[string]struct {
	said string
	do   func(ctx context.Context, s *qualification.Service, actor identity.Actor, id uuid.UUID, seen time.Time, reason string) error
}{
	"qualifier": {"est qualifiée", func(ctx context.Context, s *qualification.Service, a identity.Actor, id uuid.UUID, seen time.Time, _ string) error {
		return s.Qualify(ctx, a, id, seen)
	}},
	"refuser": {"reçoit votre motif", func(ctx context.Context, s *qualification.Service, a identity.Actor, id uuid.UUID, _ time.Time, reason string) error {
		return s.Refuse(ctx, a, id, reason)
	}},
	"suspendre": {"est suspendue", func(ctx context.Context, s *qualification.Service, a identity.Actor, id uuid.UUID, _ time.Time, reason string) error {
		return s.Suspend(ctx, a, id, reason)
	}},
	"retablir": {"est rétablie", func(ctx context.Context, s *qualification.Service, a identity.Actor, id uuid.UUID, _ time.Time, _ string) error {
		return s.Reinstate(ctx, a, id)
	}},
}

func (h *OrganisationHandlers) decideStructure(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	v, err := httpx.Form(r)
	if err != nil {
		return err
	}
	decision, reason := v.Get("decision"), v.Get("motif")
	act, known := structureActs[decision]
	if !known {
		return h.renderStructure(w, r, http.StatusUnprocessableEntity, decision, reason, fault.Field("decision", "Choisissez une décision."))
	}
	micros, _ := strconv.ParseInt(v.Get("vu"), 10, 64)
	err = act.do(r.Context(), h.Files, httpx.Actor(r), id, time.UnixMicro(micros).UTC(), reason)
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderStructure(w, r, httpx.Status(refusal.Kind), decision, reason, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est enregistré\u00a0: la structure "+act.said+". Ses responsables sont prévenus.")
	return httpx.SeeOther(w, r, urls.AdminStructures())
}
