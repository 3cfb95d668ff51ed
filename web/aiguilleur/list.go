package aiguilleur

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/distribution"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

type listView struct {
	from, to, serial   string
	points, categories []ui.Option
	filtered           bool
	table              ui.TableArgs
	pager              ui.Pagination
	csv                string
}

// readFilter reads the list's filters; what cannot be read does not narrow.
func readFilter(r *http.Request) distribution.Filter {
	query := httpx.Query(r)
	f := distribution.Filter{Category: query.Get("public"), Serial: strings.ToUpper(query.Get("carnet"))}
	f.PointID, _ = query.UUID("point")
	f.From, _ = query.Date("du")
	f.To, _ = query.Date("au")
	if serial, err := carnet.ParseSerial(f.Serial); err == nil {
		f.Serial = serial
	}
	var after distribution.Cursor
	if httpx.Cursor(r, &after) {
		f.After = &after
	}
	return f
}

func (h *Handlers) list(w http.ResponseWriter, r *http.Request) error {
	actor, f := httpx.Actor(r), readFilter(r)
	given, more, err := h.Network.HandOvers(r.Context(), actor, f)
	if err != nil {
		return err
	}
	points, err := h.Network.Points(r.Context(), actor)
	if err != nil {
		return err
	}
	query := httpx.Query(r)
	v := listView{
		from: query.Get("du"), to: query.Get("au"), serial: query.Get("carnet"), points: []ui.Option{{Label: "Tous les points"}},
		categories: append([]ui.Option{{Label: "Tous les publics"}}, categoryOptions(f.Category)...),
		filtered:   f.PointID != uuid.Nil || !f.From.IsZero() || !f.To.IsZero() || f.Category != "" || f.Serial != "",
		csv:        urls.With(urls.HandOversCSV(), "du", query.Get("du"), "au", query.Get("au"), "public", f.Category, "carnet", f.Serial, "point", query.Get("point")),
	}
	for _, p := range points {
		v.points = append(v.points, ui.Option{Value: p.ID.String(), Label: p.Name, Checked: p.ID == f.PointID})
	}
	v.table = h.listTable(given, v.filtered)
	if n := len(given); n > 0 {
		v.pager = httpx.Pager(r, more, distribution.Cursor{At: given[n-1].At, ID: given[n-1].ID})
	}
	return httpx.Render(w, r, http.StatusOK, listPage(httpx.Page(r, "Remises"), v))
}

func (h *Handlers) listTable(given []distribution.HandOver, filtered bool) ui.TableArgs {
	table := ui.TableArgs{
		Caption: "Remises", HideCaption: true,
		Columns: []ui.Column{{Label: "Date"}, {Label: "Carnet"}, {Label: "Point"}, {Label: "Par"}, {Label: "Public"}, {Label: "Valable jusqu’au"}, {Label: "Actions", HideLabel: true}},
		Empty:   ui.EmptyArgs{Title: "Aucune remise", Body: "Les carnets remis à vos points apparaissent ici.", Action: "Remettre un carnet", ActionHref: urls.HandOver()},
	}
	if filtered {
		table.Empty = ui.EmptyArgs{Title: "Aucune remise ne correspond", Body: "Élargissez les filtres.", Action: "Tout afficher", ActionHref: urls.HandOvers()}
	}
	var last *uuid.UUID
	for _, g := range given {
		until := ""
		if g.UndoneAt == nil {
			until = format.Date(g.UsableUntil)
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.Text(format.ShortDate(g.At)+" "+strconv.Itoa(g.At.In(format.Paris).Year())+" à "+format.Time(g.At)), carnetCell(g), ui.Text(g.PointName), ui.Text(g.ActorName),
			ui.Text(distribution.CategoryLabel(g.PublicCategory)), ui.Text(until), h.act(g, heads(g, last))))
		last = g.GroupID
	}
	return table
}

// export writes every hand-over that the filters keep, page after page.
func (h *Handlers) export(w http.ResponseWriter, r *http.Request) error {
	actor, f := httpx.Actor(r), readFilter(r)
	f.After, f.Limit = nil, 1000
	page, more, err := h.Network.HandOvers(r.Context(), actor, f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "remises.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Date", "Heure", "Carnet", "Point", "Public", "Valable jusqu’au", "Annulée le", "Chèques", "Canal", "Foyer", "Par"); err != nil {
			return err
		}
		for {
			for _, g := range page {
				if err := out.Row(exported(g)...); err != nil {
					return err
				}
			}
			if !more || len(page) == 0 {
				return out.Flush()
			}
			last := page[len(page)-1]
			f.After = &distribution.Cursor{At: last.At, ID: last.ID}
			if page, more, err = h.Network.HandOvers(r.Context(), actor, f); err != nil {
				return err
			}
		}
	})
}

func exported(g distribution.HandOver) []sheet.Cell {
	until, undone := time.Time{}, ""
	if g.UndoneAt == nil {
		until = g.UsableUntil
	} else {
		undone = format.Typed(*g.UndoneAt)
	}
	household := ""
	if g.GroupID != nil { // enough to see which go together
		household = g.GroupID.String()[24:]
	}
	return []sheet.Cell{sheet.Text(format.Typed(g.At)), sheet.Text(format.Time(g.At)), sheet.Text(g.Serial), sheet.Text(g.PointName),
		sheet.Text(distribution.CategoryLabel(g.PublicCategory)), sheet.Text(format.Typed(until)), sheet.Text(undone),
		sheet.Text(distribution.SayRanks(g.Ranks)), sheet.Text(string(g.Channel)), sheet.Text(household), sheet.Text(g.ActorName)}
}
