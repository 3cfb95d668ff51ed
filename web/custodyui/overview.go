package custodyui

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/custody"
	"passnum/internal/french"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// BucketWord says where a carnet is.
func BucketWord(b custody.Bucket) string {
	words := map[custody.Bucket]string{
		custody.InOperator: "chez l’opérateur", custody.InReserve: "chez le commanditaire", custody.InTransit: "en transit", custody.InStock: "en stock",
		custody.WithPeople: "remis", custody.GivenBack: "retourné", custody.InCase: "en écart", custody.Blocked: "bloqué", custody.OutOfDate: "périmé",
	}
	return words[b]
}

// BucketTag is where a carnet is, as a tag.
func BucketTag(b custody.Bucket) templ.Component {
	tones := map[custody.Bucket]ui.Tone{custody.InStock: ui.Good, custody.WithPeople: ui.Good, custody.InTransit: ui.Info, custody.InCase: ui.Warn, custody.Blocked: ui.Bad}
	return ui.Tag(tones[b], BucketWord(b))
}

// ListFilter reads a list's filters from its address.
func ListFilter(r *http.Request) custody.ListFilter {
	query := httpx.Query(r)
	f := custody.ListFilter{Bucket: custody.Bucket(query.Get("ou"))}
	if !f.Bucket.Known() {
		f.Bucket = ""
	}
	f.OrderID, _ = query.UUID("commande")
	f.PointID, _ = query.UUID("point")
	f.Commanditaire, _ = query.UUID("commanditaire")
	return f
}

// ListHref is the list behind a figure.
func ListHref(list string, b custody.Bucket, order, point uuid.UUID) string {
	return urls.With(list, "ou", string(b), "commande", said(order), "point", said(point))
}

func said(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// CarnetListView is a list of carnets, ready to be shown.
type CarnetListView struct {
	Action, CSV string
	Where       []ui.Option
	Keep        []ui.Pair
	Table       ui.TableArgs
	Pager       ui.Pagination
}

// CarnetList answers the carnets behind a figure; life is where a serial leads.
func (s *Screens) CarnetList(action, csv string, life func(serial string) string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f := ListFilter(r)
		httpx.Cursor(r, &f.After)
		list, more, err := s.Custody.Carnets(r.Context(), httpx.Actor(r), s.Desk, f)
		if err != nil {
			return err
		}
		v := CarnetListView{Action: action, CSV: urls.With(csv, "ou", string(f.Bucket), "commande", said(f.OrderID), "point", said(f.PointID), "commanditaire", said(f.Commanditaire)),
			Where: []ui.Option{{Value: "", Label: "Partout"}},
			Table: ui.TableArgs{Caption: "Carnets", HideCaption: true, Columns: ui.Columns("Carnet", "Commande", "Point", "Depuis le", "Où"), Empty: ui.EmptyArgs{Title: "Aucun carnet", Body: "Aucun carnet ne correspond à ces filtres."}}}
		for _, b := range custody.Buckets {
			v.Where = append(v.Where, ui.Option{Value: string(b), Label: BucketWord(b)})
		}
		v.Where = ui.Selected(v.Where, string(f.Bucket))
		for _, pair := range []ui.Pair{{Key: "commande", Value: said(f.OrderID)}, {Key: "point", Value: said(f.PointID)}, {Key: "commanditaire", Value: said(f.Commanditaire)}} {
			if pair.Value != "" {
				v.Keep = append(v.Keep, pair)
			}
		}
		for _, item := range list {
			since := ""
			if item.Since != nil {
				since = format.Date(*item.Since)
			}
			v.Table.Rows = append(v.Table.Rows, ui.NewRow(ui.Link(item.Serial, life(item.Serial)), ui.TwoLines(ui.Text(item.OrderNumber), item.Commanditaire), ui.Text(item.Point),
				ui.Text(since), BucketTag(item.Bucket)))
		}
		if n := len(list); n > 0 {
			v.Pager = httpx.Pager(r, more, list[n-1].Serial)
		}
		return httpx.Render(w, r, http.StatusOK, carnetListPage(httpx.Page(r, "Liste des carnets"), v, s.tabs(action)))
	}
}

// CarnetSheet answers the same list as a sheet, page after page.
func (s *Screens) CarnetSheet(w http.ResponseWriter, r *http.Request) error {
	f := ListFilter(r)
	f.Limit = 5000
	page, more, err := s.Custody.Carnets(r.Context(), httpx.Actor(r), s.Desk, f)
	if err != nil {
		return err
	}
	return httpx.CSV(w, "carnets.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Carnet", "Commanditaire", "Commande", "Où", "Point", "Depuis", "Transfert", "Écart"); err != nil {
			return err
		}
		for {
			for _, item := range page {
				if err := out.Row(cells(item)...); err != nil {
					return err
				}
			}
			if !more || len(page) == 0 {
				return out.Flush()
			}
			f.After = page[len(page)-1].Serial
			if page, more, err = s.Custody.Carnets(r.Context(), httpx.Actor(r), s.Desk, f); err != nil {
				return err
			}
		}
	})
}

func cells(item custody.Item) []sheet.Cell {
	since := sheet.Text("")
	if item.Since != nil {
		since = sheet.Time(*item.Since)
	}
	return []sheet.Cell{sheet.Text(item.Serial), sheet.Text(item.Commanditaire), sheet.Text(item.OrderNumber), sheet.Text(BucketWord(item.Bucket)),
		sheet.Text(item.Point), since, sheet.Text(item.Transfer), sheet.Text(item.CaseNumber)}
}

// WhereTable is where carnets are, order by order; each figure leads to its list.
// For the operator, byClient names the commanditaires.
func WhereTable(o custody.Overview, list string, byClient bool) ui.TableArgs {
	columns := ui.Columns("Commande")
	shown := []custody.Bucket{}
	for _, b := range custody.Buckets {
		if o.In(b) > 0 {
			shown = append(shown, b)
			columns = append(columns, ui.Column{Label: french.Capital(BucketWord(b)), Numeric: true})
		}
	}
	t := ui.TableArgs{Caption: "Où sont les carnets", HideCaption: true, Columns: columns, Empty: ui.EmptyArgs{Title: "Aucun carnet", Body: "Les carnets apparaissent ici dès leur fabrication."}}
	for _, l := range byOrder(o.Counts) {
		detail := l.count.OrderNumber
		if byClient {
			detail += " · " + l.count.Commanditaire
		}
		cells := []templ.Component{ui.TwoLines(ui.Text(l.count.Title), detail)}
		for _, b := range shown {
			if n := l.buckets[b]; n > 0 {
				cells = append(cells, ui.Link(format.Number(n), ListHref(list, b, l.count.OrderID, uuid.Nil)))
			} else {
				cells = append(cells, ui.Number(0))
			}
		}
		t.Rows = append(t.Rows, ui.NewRow(cells...))
	}
	return t
}

// orderLine is where the carnets of one order are.
type orderLine struct {
	count   custody.Count
	buckets map[custody.Bucket]int
}

// byOrder gathers counts by order, in the order they come.
func byOrder(counts []custody.Count) []*orderLine {
	var lines []*orderLine
	known := map[uuid.UUID]*orderLine{}
	for _, c := range counts {
		l := known[c.OrderID]
		if l == nil {
			l = &orderLine{c, map[custody.Bucket]int{}}
			known[c.OrderID], lines = l, append(lines, l)
		}
		l.buckets[c.Bucket] += c.Carnets
	}
	return lines
}
