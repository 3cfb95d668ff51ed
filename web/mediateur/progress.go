package mediateur

import (
	"net/http"
	"strconv"

	"passnum/internal/guidance"
	"passnum/internal/redemption"
	"passnum/web/httpx"
)

// progressView is where a carnet stands on its parcours: which steps were done,
// nothing of when, where or with whom.
type progressView struct {
	title, summary string
	steps          []guidance.StepDone
	results        []int // the verdicts it is about
}

// progressOf asks where the carnets of valid chèques stand; nothing when the
// others alone were presented.
func (h *Handlers) progressOf(r *http.Request, codes []string, results []redemption.Result) ([]progressView, error) {
	var valid []string
	var indexes []int
	for _, result := range results {
		if result.Status == redemption.Valid && result.Index < len(codes) {
			valid, indexes = append(valid, codes[result.Index]), append(indexes, result.Index)
		}
	}
	if len(valid) == 0 || h.Guidance == nil {
		return nil, nil
	}
	list, err := h.Guidance.Progress(r.Context(), httpx.Actor(r), valid)
	if err != nil {
		return nil, err
	}
	views := make([]progressView, len(list))
	for i, p := range list {
		views[i] = newProgressView(p)
		for _, at := range p.Codes {
			views[i].results = append(views[i].results, indexes[at])
		}
	}
	return views, nil
}

// progressNotes is the same in one sentence for each chèque it is about.
func (h *Handlers) progressNotes(r *http.Request, codes []string, results []redemption.Result) (map[int]string, error) {
	views, err := h.progressOf(r, codes, results)
	notes := map[int]string{}
	for _, v := range views {
		for _, at := range v.results {
			notes[at] = v.title + "\u00a0: " + v.summary
		}
	}
	return notes, err
}

func newProgressView(p guidance.Progress) progressView {
	v := progressView{title: "Services proposés au guichet", steps: p.Steps,
		summary: strconv.Itoa(p.Done()) + " sur " + strconv.Itoa(len(p.Steps)) + " déjà faits."}
	if p.Title != "" {
		v.title = "Parcours «\u00a0" + p.Title + "\u00a0»"
		v.summary = strconv.Itoa(p.Done()) + " sur " + strconv.Itoa(len(p.Steps)) + " étapes déjà faites."
	}
	if next, ok := p.Next(); ok {
		v.summary += " Prochaine étape\u00a0: " + next.Title() + "."
	}
	return v
}
