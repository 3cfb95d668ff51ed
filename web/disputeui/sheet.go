package disputeui

import (
	"net/http"
	"strconv"
	"strings"

	"passnum/internal/redemption/dispute"
	"passnum/internal/sheet"
	"passnum/web/httpx"
)

// column is one column of the sheet; the commanditaire's has no others'
// addresses: who sent a scan, from which device.
type column struct {
	title   string
	inHouse bool
	cell    func(dispute.Dispute) sheet.Cell
}

var columns = []column{
	{"Structure", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Structure) }},
	{"Carnet", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Serial) }},
	{"Chèque", false, func(d dispute.Dispute) sheet.Cell { return sheet.Int(d.Rank) }},
	{"Montant (€)", false, func(d dispute.Dispute) sheet.Cell { return sheet.Money(d.Amount) }},
	{"Commanditaire", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Commanditaire) }},
	{"Lieu", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Place) }},
	{"Scanné le", false, func(d dispute.Dispute) sheet.Cell { return sheet.Time(d.ScannedAt) }},
	{"Reçu le", false, func(d dispute.Dispute) sheet.Cell { return sheet.Time(d.ReceivedAt) }},
	{"Écart d’horloge (s)", true, func(d dispute.Dispute) sheet.Cell { return sheet.Int(int(d.ClockOff.Seconds())) }},
	{"Appareil", true, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.DeviceID.String()) }},
	{"Envoyé par", true, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.By) }},
	{"Services", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(entryNumbers(d)) }},
	{"Forme", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Mode) }},
	{"Raison", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(Word(d.Reason)) }},
	{"Explication", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Explanation) }},
	{"État", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(StateWord(d.State)) }},
	{"Réglé le", false, settledOn},
	{"Réglé par", true, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.DecidedBy) }},
	{"Motif", false, func(d dispute.Dispute) sheet.Cell { return sheet.Text(d.Decision) }},
}

func settledOn(d dispute.Dispute) sheet.Cell {
	if d.DecidedAt == nil {
		return sheet.Cell{}
	}
	return sheet.Time(*d.DecidedAt)
}

func entryNumbers(d dispute.Dispute) string {
	numbers := make([]string, len(d.Entries))
	for i, n := range d.Entries {
		numbers[i] = strconv.Itoa(n)
	}
	return strings.Join(numbers, ", ")
}

// writeSheet answers a side's list as a sheet; export gives each dispute.
func writeSheet(w http.ResponseWriter, side dispute.Side, export func(each func(dispute.Dispute) error) error) error {
	var shown []column
	var titles []string
	for _, c := range columns {
		if side != dispute.ForCommanditaire || !c.inHouse {
			shown, titles = append(shown, c), append(titles, c.title)
		}
	}
	return httpx.CSV(w, "litiges.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header(titles...); err != nil {
			return err
		}
		err := export(func(d dispute.Dispute) error {
			cells := make([]sheet.Cell, len(shown))
			for i, c := range shown {
				cells[i] = c.cell(d)
			}
			return out.Row(cells...)
		})
		if err != nil {
			return err
		}
		return out.Flush()
	})
}
