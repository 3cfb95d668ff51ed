package public

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/fault"
	"passnum/internal/organisation"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/web/httpx"
	orgscreens "passnum/web/organisation"
	"passnum/web/structure"
	"passnum/web/ui"
	"passnum/web/urls"
)

// CandidateHandlers tells how to become a structure, which papers are asked, and
// lets anybody try the questionnaire. Nothing is kept.
type CandidateHandlers struct{}

// Routes mounts the screens.
func (h *CandidateHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.Candidate(), httpx.Handler(h.show))
	r.Method(http.MethodGet, urls.CandidateQuestions(), httpx.Handler(h.questions))
	r.Method(http.MethodPost, urls.CandidateQuestions(), httpx.Handler(h.judge))
}

type candidateView struct {
	Steps    []ui.NumberedItem
	Kinds    []ui.Option
	Kind     string
	Delegate bool
	Papers   []ui.Row
	Asked    string // who the papers are asked of
}

func (h *CandidateHandlers) show(w http.ResponseWriter, r *http.Request) error {
	query := httpx.Query(r)
	v := candidateView{Kind: query.Get("type"), Delegate: query.Get("qualite") == qualification.RoleOther, Kinds: orgscreens.KindOptions(query.Get("type")), Steps: candidateSteps()}
	if kind := organisation.Kind(v.Kind); kind.Known() {
		v.Asked = kind.Label()
		for _, k := range document.Required(kind, v.Delegate) {
			need := ui.Tag(ui.Warn, "demandée")
			if k.Optional {
				need = ui.Tag(ui.Neutral, "facultative")
			}
			v.Papers = append(v.Papers, ui.NewRow(ui.TwoLines(ui.Text(k.Label), k.Why), need))
		}
	}
	p := page(r, "Devenir structure", "Accompagner des personnes au numérique et être payé par leurs chèques\u00a0: les étapes, les pièces demandées, le questionnaire.")
	return httpx.Render(w, r, http.StatusOK, candidatePage(p, v))
}

func candidateSteps() []ui.NumberedItem {
	return []ui.NumberedItem{
		{Title: "Demandez à rejoindre Passnum", Detail: "Votre SIRET, votre commune, un courriel. Deux minutes."},
		{Title: "Complétez votre dossier", Detail: "Neuf étapes courtes, dans l’ordre que vous voulez, en plusieurs fois. Chacune se rouvre à tout moment."},
		{Title: "L’opérateur le lit avec vous", Detail: "S’il manque quelque chose, il le demande précisément et vous répondez dans le dossier."},
		{Title: "Vous acceptez les chèques", Detail: "Vos lieux sont affichés. Vous êtes payés chaque mois, sans abonnement ni droit d’entrée."},
	}
}

type tryView struct {
	Given   map[string]string
	Verdict qualification.Verdict
	Errors  ui.Errors
}

func (h *CandidateHandlers) questions(w http.ResponseWriter, r *http.Request) error {
	return renderTry(w, r, http.StatusOK, tryView{}, nil)
}

func renderTry(w http.ResponseWriter, r *http.Request, code int, v tryView, refusal *fault.Error) error {
	p := page(r, "Êtes-vous éligible\u00a0?", "Dix questions pour savoir si votre structure peut accepter des chèques. Rien n’est gardé.")
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Devenir structure", Href: urls.Candidate()}, {Label: p.Title}}
	p.Errors = ui.ErrorsFrom(refusal)
	v.Errors = p.Errors
	return httpx.Render(w, r, code, tryPage(p, v))
}

func (h *CandidateHandlers) judge(w http.ResponseWriter, r *http.Request) error {
	form, err := httpx.Form(r)
	if err != nil {
		return err
	}
	v := tryView{Given: structure.TypedAnswers(form)}
	given, err := qualification.ReadAnswers(v.Given)
	if refusal, ok := fault.ForForm(err); ok {
		return renderTry(w, r, httpx.Status(refusal.Kind), v, refusal)
	}
	v.Verdict = qualification.Judge(given)
	return renderTry(w, r, http.StatusOK, v, nil)
}

// asIs leaves a question's own hint.
func asIs(_, usual string) string { return usual }
