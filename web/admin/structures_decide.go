package admin

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// decisionWords are what a decision is called before it is taken, what it does,
// and what is said after.
var decisionWords = map[qualification.Decision]struct{ verb, lead, said string }{
	qualification.Qualified:   {"Qualifier", "Elle peut accepter des chèques, ses lieux sont affichés, son compte bancaire prend effet.", "est qualifiée"},
	qualification.Refused:     {"Refuser le dossier", "Le dossier lui revient avec vos motifs. Elle peut le reprendre et l’envoyer de nouveau.", "reçoit vos motifs"},
	qualification.Suspended:   {"Suspendre", "Pour un temps\u00a0: elle ne peut plus accepter de chèques, ses lieux ne sont plus affichés. Vous pourrez la rétablir.", "est suspendue"},
	qualification.Dequalified: {"Déqualifier", "Pour de bon\u00a0: une nouvelle qualification demandera un nouveau dossier. Ce qui est encaissé reste dû, et sera payé.", "est déqualifiée"},
	qualification.Reinstated:  {"Rétablir", "Elle peut de nouveau accepter des chèques, et ses lieux sont affichés.", "est rétablie"},
	qualification.Reopened:    {"Rouvrir le dossier", "Elle retrouve son dossier tel qu’il était, le relit et l’envoie de nouveau.", "retrouve son dossier"},
}

type decisionView struct {
	Title, Lead, Verb, Action, Back string
	Warns                           bool
	Effects                         []ui.SummaryRow
	Reasons, Durations              []ui.Option
	Reason, Seen                    string
	Missing                         []string
	Unchecked                       string // papers that nobody has opened
}

func (h *StructureHandlers) decision(w http.ResponseWriter, r *http.Request) error {
	return h.renderDecision(w, r, http.StatusOK, httpx.Values{}, nil)
}

func (h *StructureHandlers) renderDecision(w http.ResponseWriter, r *http.Request, code int, typed httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	decision := qualification.Decision(chi.URLParam(r, "decision"))
	words, known := decisionWords[decision]
	if !known {
		return httpx.ErrNotFound
	}
	review, err := h.Files.Review(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	effects, err := h.Files.Effects(r.Context(), httpx.Actor(r), id, decision)
	if err != nil {
		return err
	}
	page := httpx.Page(r, words.verb+", "+review.Name)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: review.Name, Href: urls.AdminStructure(id)}, {Label: words.verb}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := decisionView{Title: words.verb + " " + review.Name, Lead: words.lead, Verb: words.verb, Action: urls.AdminDecision(id, string(decision)), Back: urls.AdminStructure(id),
		Warns: decision == qualification.Dequalified || decision == qualification.Suspended, Reason: typed.Get("motif"), Seen: typed.Get("vu")}
	if v.Seen == "" && review.SubmittedAt != nil {
		v.Seen = strconv.FormatInt(review.SubmittedAt.UnixMicro(), 10)
	}
	v.addChoices(decision, typed)
	if decision == qualification.Qualified {
		v.Missing = review.Missing()
		if n := document.ToCheck(review.Documents); n > 0 {
			v.Unchecked = format.Count(n, "pièce n’est pas vérifiée", "pièces ne sont pas vérifiées")
		}
	}
	for _, e := range effects {
		v.Effects = append(v.Effects, ui.SummaryRow{Key: e.About, Body: ui.TwoLines(ui.Text(e.Value), e.Then)})
	}
	return httpx.Render(w, r, code, decisionPage(page, v))
}

func (v *decisionView) addChoices(d qualification.Decision, typed httpx.Values) {
	for _, reason := range qualification.ReasonsFor(d) {
		v.Reasons = append(v.Reasons, ui.Option{Value: reason.Code, Label: reason.Label})
	}
	v.Reasons = ui.Selected(v.Reasons, typed.All("motifs")...)
	if d != qualification.Qualified {
		return
	}
	chosen := typed.Get("duree")
	if chosen == "" {
		chosen = strconv.Itoa(qualification.DurationsInMonths[0])
	}
	for _, months := range qualification.DurationsInMonths {
		v.Durations = append(v.Durations, ui.Option{Value: strconv.Itoa(months), Label: format.Count(months, "mois", "mois")})
	}
	v.Durations = ui.Selected(v.Durations, chosen)
}

func (h *StructureHandlers) decide(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	decision := qualification.Decision(chi.URLParam(r, "decision"))
	ctx, actor := r.Context(), httpx.Actor(r)
	why := qualification.Grounds{Reasons: form.All("motifs"), Sentence: form.Get("motif")}
	switch decision {
	case qualification.Qualified:
		micros, _ := strconv.ParseInt(form.Get("vu"), 10, 64)
		months, _ := form.Int("duree")
		err = h.Files.Qualify(ctx, actor, id, time.UnixMicro(micros).UTC(), months)
	case qualification.Refused:
		err = h.Files.Refuse(ctx, actor, id, why)
	case qualification.Suspended:
		err = h.Files.Suspend(ctx, actor, id, why)
	case qualification.Dequalified:
		err = h.Files.Dequalify(ctx, actor, id, why)
	case qualification.Reinstated:
		err = h.Files.Reinstate(ctx, actor, id)
	case qualification.Reopened:
		err = h.Files.Reopen(ctx, actor, id)
	default:
		return httpx.ErrNotFound
	}
	if refusal, ok := fault.ForForm(err); ok {
		if errors.Is(err, structure.ErrMoved) {
			return h.renderFile(w, r, httpx.Status(refusal.Kind), httpx.Values{}, refusal)
		}
		return h.renderDecision(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, "C’est enregistré\u00a0: la structure "+decisionWords[decision].said+". Ses responsables sont prévenus.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id))
}

// answerAmendment accepts or refuses a change that waits.
func (h *StructureHandlers) answerAmendment(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	amendment, err := httpx.PathUUID(r, "modification")
	if err != nil {
		return err
	}
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	said, reason := "", strings.TrimSpace(form.Get("motif"))
	switch chi.URLParam(r, "acte") {
	case "accepter":
		said, err = "La modification prend effet.", h.Files.AcceptAmendment(r.Context(), httpx.Actor(r), id, amendment, reason)
	case "refuser":
		said, err = "La modification est refusée\u00a0: le dossier reste tel qu’il est.", h.Files.RefuseAmendment(r.Context(), httpx.Actor(r), id, amendment, reason)
	default:
		return httpx.ErrNotFound
	}
	if refusal, ok := fault.ForForm(err); ok {
		return h.renderFile(w, r, httpx.Status(refusal.Kind), form, refusal)
	}
	if err != nil {
		return err
	}
	httpx.Flash(r, ui.Good, said+" La structure est prévenue.")
	return httpx.SeeOther(w, r, urls.AdminStructure(id))
}
