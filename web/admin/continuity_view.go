package admin

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/continuity"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// continuityView is the page about the operator's exit.
type continuityView struct {
	Status continuity.Status
	Kit    continuity.Kit // under way
	Live   bool

	MayAsk, MayDecide, Own bool
	Typed                  httpx.Values
	Errors                 ui.Errors
	Progress               ui.ProgressArgs
	Stopped                string // why the last one was not made
}

func newContinuityView(st continuity.Status, actor identity.Actor, typed httpx.Values, errors ui.Errors) continuityView {
	v := continuityView{Status: st, Typed: typed, Errors: errors}
	v.Kit, v.Live = st.Live()
	v.Own = v.Kit.AskedBy(actor)
	v.MayAsk = actor.Can(identity.PlatformDecide)
	v.MayDecide = v.MayAsk || actor.Can(identity.PlatformFunds)
	if v.Live && st.Began {
		v.Progress = kitProgress(v.Kit.ID, st.Run)
	}
	if !v.Live && st.Began && st.Run.State == jobs.Failed {
		v.Stopped = st.Run.Message
	}
	return v
}

// key is the key to show again; a secret one is shown to nobody again.
func (v continuityView) key(field string) string {
	if typed := v.Typed.Get(field); !continuity.Secret(typed) {
		return typed
	}
	return ""
}

func (v continuityView) figures() []ui.Figure {
	last := ui.Figure{Label: "Dernier kit sorti", Value: "jamais", Note: "à faire une fois par trimestre", Tag: ui.Tag(ui.Warn, "à faire")}
	if k := v.Status.Last; k != nil && k.TakenAt != nil {
		last.Value, last.Note, last.Tag = format.ShortDate(*k.TakenAt), "il y a "+format.Count(format.DaysBetween(*k.TakenAt, v.Status.Now), "jour", "jours"), ui.Tag(ui.Good, "à jour")
		if v.Status.Late() {
			last.Tag = ui.Tag(ui.Warn, "à refaire")
		}
	}
	rows, files := ui.Figure{Label: "Lignes du dernier kit", Value: "–"}, ui.Figure{Label: "Fichiers du dernier kit", Value: "–"}
	if k := v.Status.Last; k != nil {
		rows.Value, files.Value = format.Number(int(k.Rows)), format.Number(k.Files)
	}
	return []ui.Figure{last, rows, files}
}

func (v continuityView) requestRows() []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Demandé par", Value: v.Kit.RequestedByName + ", le " + format.DateTime(v.Kit.RequestedAt)},
		{Key: "Motif", Value: v.Kit.Reason},
		{Key: "Données chiffrées pour", Body: ui.Text(grouped(v.Kit.LiquidatorKey))},
	}
	keys := ui.SummaryRow{Key: "Clés des chèques", Value: "non transmises"}
	if v.Kit.SuccessorKey != "" {
		keys = ui.SummaryRow{Key: "Clés des chèques scellées pour", Body: ui.Text(grouped(v.Kit.SuccessorKey))}
	}
	rows = append(rows, keys)
	if v.Kit.DecidedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Accordé par", Value: v.Kit.DecidedByName + ", le " + format.DateTime(*v.Kit.DecidedAt)})
	}
	return rows
}

func (v continuityView) readyRows() []ui.SummaryRow {
	rows := v.requestRows()
	if v.Kit.TakenAt != nil && v.Kit.ExpiresAt != nil {
		rows = append(rows,
			ui.SummaryRow{Key: "Contenu", Value: fmt.Sprintf("%s, %s, %s", format.Count(v.Kit.Files, "fichier", "fichiers"), format.Count(int(v.Kit.Rows), "ligne", "lignes"), format.Size(v.Kit.SizeBytes))},
			ui.SummaryRow{Key: "État des comptes au", Value: format.DateTime(*v.Kit.TakenAt)},
			ui.SummaryRow{Key: "Effacé au plus tard", Value: format.DateTime(*v.Kit.ExpiresAt)},
		)
	}
	return rows
}

var kitWords = map[continuity.State]struct {
	word string
	tone ui.Tone
}{
	continuity.Asked: {"demandé", ui.Warn}, continuity.Refused: {"refusé", ui.Neutral}, continuity.Preparing: {"en préparation", ui.Info},
	continuity.Ready: {"prêt", ui.Warn}, continuity.HandedOut: {"téléchargé", ui.Good}, continuity.Expired: {"effacé sans être pris", ui.Bad},
	continuity.Stopped: {"arrêté", ui.Neutral}, continuity.Console: {"exporté en console", ui.Good},
}

func (v continuityView) table() ui.TableArgs {
	t := ui.TableArgs{Caption: "Kits", HideCaption: true, Columns: ui.Columns("Demandé", "Accord", "État", "Clés des chèques", "Empreinte du manifeste"),
		Empty: ui.EmptyArgs{Title: "Aucun kit", Body: "Le premier exercice montre que tout se relit sans vous. Faites-le avant d’en avoir besoin."}}
	for _, k := range v.Status.Kits {
		state, decided, keys, print := kitWords[k.State], k.DecidedByName, "non transmises", "–"
		if decided == "" {
			decided = "–"
		}
		if k.SuccessorKey != "" {
			keys = "scellées, " + shortKey(k.SuccessorKey)
		}
		if len(k.ManifestHash) > 0 {
			print = grouped(k.Fingerprint()[:16]) + "…"
		}
		t.Rows = append(t.Rows, ui.NewRow(
			ui.TwoLines(ui.Text(format.DateTime(k.RequestedAt)), strings.TrimSuffix(k.RequestedByName+" · "+k.Reason, " · ")),
			ui.Text(decided), ui.Tag(state.tone, state.word), ui.Text(keys), ui.Text(print)))
	}
	return t
}

// kitProgress is the making of a kit as the page and its stream show it.
func kitProgress(id uuid.UUID, run jobs.Run) ui.ProgressArgs {
	p := ui.ProgressArgs{ID: "kit", Label: "Préparation du kit", Done: run.Done, Total: run.Total, Over: !run.Live()}
	p.Text = fmt.Sprintf("%d fichiers sur %d", run.Done, run.Total)
	switch {
	case run.State == jobs.Waiting:
		p.Text = "La préparation commence dans un instant."
	case run.State == jobs.Cancelled:
		p.Text += " · arrêtée"
	case p.Over:
		p.Text = run.Message
	}
	if p.Over {
		p.Body = ui.Link("Actualiser la page pour la suite", urls.AdminContinuity())
		return p
	}
	p.StreamURL = urls.AdminKit(id, "avancement")
	return p
}
