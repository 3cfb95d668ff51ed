package api

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// docsView is the list of calls, drawn from their description.
type docsView struct{ calls []callView }

type callView struct {
	method, path, summary, description string
	key                                bool
}

func newDocsView(description *huma.OpenAPI) docsView {
	var v docsView
	for path, item := range description.Paths {
		for method, op := range map[string]*huma.Operation{http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodDelete: item.Delete} {
			if op == nil {
				continue
			}
			v.calls = append(v.calls, callView{
				method: method, path: "/api" + path, summary: op.Summary, description: op.Description, key: method != http.MethodGet && op.OperationID != "check",
			})
		}
	}
	slices.SortFunc(v.calls, func(a, b callView) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method))
	})
	return v
}

const redemptionExample = `curl https://votre-passnum.example/api/v1/redemptions \
  -H "Authorization: Bearer $JETON" \
  -H "Idempotency-Key: seance-2026-11-04-001" \
  -H "Content-Type: application/json" \
  -d '{"codes": ["…", "…"], "entries": [3, 44], "mode": "individuel"}'`

const answerExample = `{"id": "0199…", "results": [
  {"index": 0, "status": "redeemed", "serial": "C26-014-001258",
   "rank": 3, "face_value_cents": 1000},
  {"index": 1, "status": "refused", "reason": "already_redeemed",
   "message": "Ce chèque a déjà été utilisé…"}]}`
