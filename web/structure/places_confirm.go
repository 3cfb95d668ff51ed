package structure

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/hours"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

var errBadConfirmLink = fault.New(fault.KindNotFound, "Ce lien n’est plus valable. Connectez-vous pour confirmer vos lieux.")

// confirmRow is a place as the link of a mail shows it.
type confirmRow struct {
	dueRow
	Address, Services string
	Hours             []string
	Href              string
	Due               bool
}

func (h *ConfirmLinkHandlers) structureOf(r *http.Request) (uuid.UUID, error) {
	plain, ok := h.Seal.Open(confirmPurpose, h.Structures.Clock(), chi.URLParam(r, "sealed"))
	if !ok {
		return uuid.Nil, errBadConfirmLink
	}
	id, err := uuid.FromBytes(plain)
	if err != nil {
		return uuid.Nil, errBadConfirmLink
	}
	return id, nil
}

func (h *ConfirmLinkHandlers) show(w http.ResponseWriter, r *http.Request) error {
	id, err := h.structureOf(r)
	if err != nil {
		return err
	}
	places, err := h.Structures.PlacesToConfirm(r.Context(), id)
	if err != nil {
		return err
	}
	page := httpx.Page(r, "Vos lieux sont-ils toujours justes ?")
	page.NoIndex = true
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	return httpx.Render(w, r, http.StatusOK, confirmPage(page, confirmRows(places, h.Structures), r.URL.Path))
}

func confirmRows(places []structure.Place, s *structure.Service) []confirmRow {
	rows := make([]confirmRow, len(places))
	for i, p := range places {
		rows[i] = confirmRow{dueRow: dueRow{p.ID, p.Name, "Relu le " + format.Date(p.ConfirmedAt)}, Address: p.Address(), Href: urls.PublicPlace(p.ID),
			Services: format.Count(len(p.Entries), "service", "services"), Hours: hours.Lines(p.OpeningHours), Due: p.Due(s.Clock())}
	}
	return rows
}

func (h *ConfirmLinkHandlers) confirm(w http.ResponseWriter, r *http.Request) error {
	id, err := h.structureOf(r)
	if err != nil {
		return err
	}
	values, err := httpx.Form(r)
	if err != nil {
		return err
	}
	n, err := h.Structures.ConfirmByLink(r.Context(), httpx.Actor(r), id, values.UUIDs("lieux"))
	if err != nil {
		return err
	}
	flashConfirmed(r, n)
	return httpx.SeeOther(w, r, r.URL.Path)
}

func dueOptions(rows []dueRow) []ui.Option {
	options := make([]ui.Option, len(rows))
	for i, row := range rows {
		options[i] = ui.Option{Value: row.ID.String(), Label: row.Name, Hint: row.Since, Checked: true}
	}
	return options
}

// due keeps the rows to confirm.
func due(rows []confirmRow) []dueRow {
	var list []dueRow
	for _, row := range rows {
		if row.Due {
			list = append(list, row.dueRow)
		}
	}
	return list
}
