package reporting

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/sheet"
)

// ExportKind names a sheet made from an order's figures.
type ExportKind string

// The sheets of an order.
const (
	ExportMonths   ExportKind = "mois"
	ExportEntries  ExportKind = "services"
	ExportCommunes ExportKind = "communes"
	ExportPoints   ExportKind = "points"
	ExportCarnets  ExportKind = "carnets"
)

// WriteUsage writes one of the tables of the figures as a sheet. ErrNotFound
// for a kind that is not one of them; nothing is written then.
func WriteUsage(w io.Writer, f Figures, kind ExportKind) error {
	out := sheet.NewWriter(w)
	var err error
	switch kind {
	case ExportMonths:
		err = writeMonths(out, f)
	case ExportEntries:
		err = writeEntries(out, f)
	case ExportCommunes:
		err = writeCommunes(out, f)
	case ExportPoints:
		err = writePoints(out, f)
	default:
		return ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", kind, err)
	}
	return out.Flush()
}

// tallyTitles head the cells of tallyCells.
var tallyTitles = []string{"Chèques utilisés", "Montant (€)", "Séances", "Premières venues", "Séances où la question a été répondue"}

func tallyCells(t Tally) []sheet.Cell {
	return []sheet.Cell{sheet.Int(t.Cheques), sheet.Money(t.Amount), sheet.Int(t.Seances), sheet.Int(t.FirstVisits), sheet.Int(t.Answers)}
}

func writeMonths(out *sheet.Writer, f Figures) error {
	err := out.Header(append([]string{"Mois"}, tallyTitles...)...)
	for _, m := range f.Months {
		if err == nil {
			err = out.Row(append([]sheet.Cell{sheet.Text(m.Month.Format("2006-01"))}, tallyCells(m.Tally)...)...)
		}
	}
	return err
}

func writeEntries(out *sheet.Writer, f Figures) error {
	err := out.Header(append([]string{"N° du service", "Service"}, tallyTitles...)...)
	for _, e := range f.Entries {
		if err == nil {
			err = out.Row(append([]sheet.Cell{sheet.Int(e.Entry), sheet.Text(e.Label)}, tallyCells(e.Tally)...)...)
		}
	}
	return err
}

func writeCommunes(out *sheet.Writer, f Figures) error {
	err := out.Header(append([]string{"Code INSEE", "Commune du lieu"}, tallyTitles...)...)
	for _, c := range f.Communes {
		if err == nil {
			err = out.Row(append([]sheet.Cell{sheet.Text(c.Code), sheet.Text(c.Name)}, tallyCells(c.Tally)...)...)
		}
	}
	return err
}

func writePoints(out *sheet.Writer, f Figures) error {
	err := out.Header("Point de distribution", "Organisation", "En route", "Reçus", "Remis", "En stock", "Dernière remise", "État")
	for _, p := range f.Points {
		last := time.Time{}
		if p.Last != nil {
			last = *p.Last
		}
		if err == nil {
			err = out.Row(sheet.Text(p.Name), sheet.Text(p.Aiguilleur), sheet.Int(p.OnTheWay), sheet.Int(p.Received), sheet.Int(p.HandedOver),
				sheet.Int(p.InStock), sheet.Time(last), sheet.Text(string(p.State(f.Now))))
		}
	}
	return err
}

type carnetRow struct {
	Serial        string
	State         string
	Point         string
	HandedOverAt  *time.Time
	Category      string
	AcceptedUntil *time.Time
	FirstDay      *time.Time
}

// WriteCarnets streams the carnets of an order that the actor may read.
func (s *Service) WriteCarnets(ctx context.Context, actor identity.Actor, order Line, w io.Writer) error {
	err := s.within(ctx, actor, "liste des carnets d’une commande", func(tx *postgres.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT k.serial, k.state, coalesce(p.name, '') AS point, k.handed_over_at, k.public_category AS category, k.accepted_until, u.first_day
			FROM carnets k LEFT JOIN points p ON p.id = k.point_id
			LEFT JOIN usage_carnets u ON u.commanditaire_id = k.commanditaire_id AND u.carnet_id = k.id
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order ORDER BY k.number`,
			postgres.Args{"commanditaire": order.CommanditaireID, "order": order.ID})
		if err != nil {
			return err
		}
		out := sheet.NewWriter(w)
		if err := out.Header("Carnet", "État", "Point de distribution", "Remis le", "Public", "Accepté jusqu’au", "Premier chèque utilisé le"); err != nil {
			return err
		}
		var row carnetRow
		fields := []any{&row.Serial, &row.State, &row.Point, &row.HandedOverAt, &row.Category, &row.AcceptedUntil, &row.FirstDay}
		_, err = pgx.ForEachRow(rows, fields, func() error {
			return out.Row(sheet.Text(row.Serial), sheet.Text(CarnetWord(row.State)), sheet.Text(row.Point), sheet.Time(value(row.HandedOverAt)),
				sheet.Text(row.Category), sheet.Date(value(row.AcceptedUntil)), sheet.Date(value(row.FirstDay)))
		})
		if err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return fmt.Errorf("write carnets: %w", err)
	}
	return nil
}

// CarnetWord is a carnet's state in French.
func CarnetWord(state string) string {
	words := map[string]string{"emis": "pas encore reçu", "stock": "en stock", "remis": "remis", "bloque": "bloqué", "retourne": "retourné", "perime": "périmé"}
	if word, ok := words[state]; ok {
		return word
	}
	return state
}

func value(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
