package admin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/reporting/proof"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// ProofHandlers shows the operator when its accounts were last proven, and what
// each proof examined.
type ProofHandlers struct {
	Proofs *proof.Service
}

// Routes mounts the screens under /admin.
func (h *ProofHandlers) Routes(r chi.Router) {
	r.Group(func(r chi.Router) {
		r.Use(httpx.Need(identity.PlatformRead))
		r.Method(http.MethodGet, "/preuves", httpx.Handler(h.list))
		r.Method(http.MethodPost, "/preuves", httpx.Handler(h.ask))
		r.Method(http.MethodGet, "/preuves/{id}", httpx.Handler(h.show))
	})
}

type proofsView struct {
	Figures []ui.Figure
	Running bool
	Anchor  string
	Table   ui.TableArgs
}

// waiting is the query that names the last proof known when another was asked.
const waiting = "apres"

func (h *ProofHandlers) list(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Proofs.Overview(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Preuves des comptes")
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Preuves"}}
	v := proofsView{Figures: proofFigures(o), Table: proofTable(o.Proofs)}
	if o.Sealed {
		v.Anchor = o.Seal.Anchor()
	}
	if query := httpx.Query(r); query.Has(waiting) && query.Get(waiting) == lastProof(o) {
		v.Running, page.RefreshSeconds = true, 3
	}
	return httpx.Render(w, r, http.StatusOK, proofsTemplate(page, v))
}

func lastProof(o proof.Overview) string {
	if len(o.Proofs) == 0 {
		return ""
	}
	return o.Proofs[0].ID.String()
}

// ask has a complete proof made, and comes back to wait for it.
func (h *ProofHandlers) ask(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Proofs.Overview(r.Context(), httpx.Actor(r))
	if err != nil {
		return err
	}
	if err := h.Proofs.Ask(r.Context(), httpx.Actor(r), proof.Complete); err != nil {
		return err
	}
	return httpx.SeeOther(w, r, urls.With(urls.AdminProofs(), waiting, lastProof(o)))
}

func (h *ProofHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.Proofs.One(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	title := "Preuve du " + format.DateTime(p.At)
	page := httpx.Page(r, title)
	page.Crumbs = []ui.Crumb{{Label: "Finances", Href: urls.AdminFinances()}, {Label: "Preuves", Href: urls.AdminProofs()}, {Label: title}}
	return httpx.Render(w, r, http.StatusOK, proofTemplate(page, p, proofLines(p)))
}

func proofFigures(o proof.Overview) []ui.Figure {
	last := ui.Figure{Label: "Dernière preuve", Value: "Aucune", Note: "elle se fait d’elle-même toutes les cinq minutes"}
	if len(o.Proofs) > 0 {
		p := o.Proofs[0]
		last = ui.Figure{Label: "Dernière preuve", Value: verdictOf(p), Note: format.DateTime(p.At), Tag: proofTag(p)}
	}
	sealed := ui.Figure{Label: "Blocs scellés", Value: "0", Note: "le premier se scelle dans la minute"}
	if o.Sealed {
		sealed.Value, sealed.Note = format.Number(int(o.Seal.Number)), "le dernier, "+format.DateTime(o.Seal.SealedAt)
	}
	figures := []ui.Figure{last, sealed}
	for _, p := range o.Proofs {
		if p.Complete {
			return append(figures, ui.Figure{Label: "Dernière preuve complète", Value: format.Number(int(p.Examined)), Note: "lignes examinées le " + format.DateTime(p.At)})
		}
	}
	return figures
}

func verdictOf(p proof.Proof) string {
	if p.OK {
		return "Tout concorde"
	}
	return "Désaccord"
}

func proofTag(p proof.Proof) templ.Component {
	if p.OK {
		return ui.TagSign(ui.Good, "prouvé")
	}
	return ui.TagSign(ui.Bad, "en échec")
}

func proofTable(proofs []proof.Proof) ui.TableArgs {
	t := ui.TableArgs{Caption: "Les dernières preuves", HideCaption: true, Columns: ui.Columns("Le", "Étendue", "#Lignes examinées", "#Durée", "Résultat"),
		Empty: ui.EmptyArgs{Title: "Aucune preuve pour l’instant", Body: "La première se fait d’elle-même dans les cinq minutes, ou tout de suite avec le bouton."}}
	for _, p := range proofs {
		extent := "Partielle"
		if p.Complete {
			extent = "Complète"
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(format.DateTime(p.At), urls.AdminProof(p.ID)), ui.TwoLines(ui.Text(extent), p.Why), ui.Number(int(p.Examined)),
			ui.Text(seconds(p.TookMS)), proofTag(p)))
	}
	return t
}

func proofLines(p proof.Proof) ui.TableArgs {
	t := ui.TableArgs{Caption: "Ce qui a été contrôlé", HideCaption: true, Columns: ui.Columns("Contrôle", "#Lignes examinées", "Résultat")}
	for _, line := range p.Lines() {
		tag := ui.TagSign(ui.Good, "exact")
		if len(line.Offenders) > 0 {
			tag = ui.TagSign(ui.Bad, "faux")
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(line.Question), line.Name), ui.Number(int(line.Counted)), tag))
	}
	return t
}

func seconds(milliseconds int32) string {
	return strings.Replace(fmt.Sprintf("%.1f\u00a0s", float64(milliseconds)/1000), ".", ",", 1)
}
