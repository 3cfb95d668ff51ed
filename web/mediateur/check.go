package mediateur

import (
	"net/http"

	"passnum/internal/redemption"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// test offers to test a chèque.
func (h *Handlers) test(w http.ResponseWriter, r *http.Request) error {
	page, line := checkPageOf(r)
	return httpx.Render(w, r, http.StatusOK, checkPage(page, line, nil, nil))
}

// tested tells what a chèque is worth without using it. The code is not shown
// again.
func (h *Handlers) tested(w http.ResponseWriter, r *http.Request) error {
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	page, line := checkPageOf(r)
	codes := splitCodes(values.Raw("codes"))
	if len(codes) == 0 {
		page.Errors = ui.ErrorsFrom(errNothing)
		return httpx.Render(w, r, http.StatusUnprocessableEntity, checkPage(page, line, nil, nil))
	}
	codes = codes[:min(len(codes), redemption.MaxCodes)]
	results, err := h.Redemptions.Check(r.Context(), httpx.Actor(r), codes, nil, nil)
	if err != nil {
		return err
	}
	verdicts := make([]ui.VerdictArgs, len(results))
	for i, result := range results {
		verdicts[i] = checkVerdict(result)
		if result.Status != redemption.Valid {
			verdicts[i].Word, verdicts[i].Reason = h.verdictWord(codes[i], result), h.verdictSentence(codes[i], result)
		}
	}
	progress, err := h.progressOf(r, codes, results)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return httpx.Render(w, r, http.StatusOK, checkPage(page, line, verdicts, progress))
}

func checkPageOf(r *http.Request) (ui.Page, waiting) {
	page := httpx.Page(r, "Tester un chèque")
	page.Back = wayBack(r)
	line := withQueue(&page, httpx.Actor(r))
	return page, line
}

func checkVerdict(r redemption.Result) ui.VerdictArgs {
	if r.Status != redemption.Valid {
		v := ui.VerdictArgs{Tone: ui.Bad, Word: reasonWord(r.Reason), Reason: r.Message}
		if r.Serial != "" {
			v.Action = "Carnet " + r.Serial + ", chèque n°\u00a0" + format.Number(r.Rank)
		}
		return v
	}
	return ui.VerdictArgs{
		Tone: ui.Good, Word: "Valable · " + r.FaceValue.String(),
		Reason: "Carnet " + r.Serial + ", chèque n°\u00a0" + format.Number(r.Rank) + ", " + r.Commanditaire + ".",
		Action: "À utiliser jusqu’au " + format.Date(r.UsableUntil) + ". Il n’a pas été encaissé.",
	}
}
