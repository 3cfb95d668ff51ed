// Package disputeui is how a dispute reads, for the structure as for the
// operator: the same words, the same séance, the same history.
package disputeui

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/redemption/dispute"
	"passnum/internal/referentiel"
	"passnum/internal/sheet"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// Word is why a chèque is disputed, in two or three words.
func Word(r carnet.Reason) string {
	switch r {
	case dispute.LateCap:
		return "Au-delà du plafond"
	case dispute.LateTooOld:
		return "Scan trop ancien"
	case dispute.DeviceRevoked:
		return "Téléphone retiré"
	case carnet.NotActivated:
		return "Pas encore activé"
	case carnet.NotHandedOver:
		return "Carnet non remis"
	case carnet.AlreadyRedeemed:
		return "Déjà utilisé"
	case carnet.Expired:
		return "Périmé"
	case carnet.Blocked:
		return "Bloqué"
	case carnet.OutOfTerritory:
		return "Hors territoire"
	case carnet.ServiceNotCovered:
		return "Service non couvert"
	default:
		return "Structure non acceptée"
	}
}

// StateWord is where a dispute stands.
func StateWord(s dispute.State) string {
	switch s {
	case dispute.Accepted:
		return "accepté"
	case dispute.Rejected:
		return "rejeté"
	case dispute.Withdrawn:
		return "retiré"
	default:
		return "en attente"
	}
}

// Tone is the colour of a dispute's state.
func Tone(s dispute.State) ui.Tone {
	switch s {
	case dispute.Accepted:
		return ui.Good
	case dispute.Rejected:
		return ui.Bad
	case dispute.Withdrawn:
		return ui.Neutral
	default:
		return ui.Warn
	}
}

// StateOptions offers the states to a filter.
func StateOptions(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Tous"}}
	for _, s := range dispute.States {
		options = append(options, ui.Option{Value: string(s), Label: StateWord(s)})
	}
	return ui.Selected(options, chosen)
}

// ReadFilter reads a filter from an address; nonsense narrows nothing.
func ReadFilter(query httpx.Values) dispute.Filter {
	var f dispute.Filter
	for _, s := range dispute.States {
		if query.Get("etat") == string(s) {
			f.State = s
		}
	}
	f.RequestID, _ = query.UUID("seance")
	return f
}

// Figures counts what waits.
func Figures(page dispute.Page) []ui.Figure {
	return []ui.Figure{
		{Label: "En attente", Value: format.Number(page.Open), Note: format.Plural(page.Open, "chèque", "chèques") + " à régler"},
		{Label: "Montant en attente", Value: page.Amount.String(), Note: "payé si le litige est accepté"},
	}
}

// Waited says how long an open dispute has waited, or when it was settled.
func Waited(d dispute.Dispute, now time.Time) string {
	if d.State != dispute.Open {
		return "réglé le " + format.ShortDate(*d.DecidedAt)
	}
	if days := format.DaysBetween(d.ReceivedAt, now); days > 0 {
		return "depuis " + format.Count(days, "jour", "jours")
	}
	return "depuis aujourd’hui"
}

// Name is a chèque as its stub names it.
func Name(d dispute.Dispute) string { return "chèque n°\u00a0" + strconv.Itoa(d.Rank) }

// Facts are the séance and the scan.
func Facts(d dispute.Dispute) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Carnet", Body: ui.Serial(d.Serial)},
		{Key: "Chèque", Value: "n°\u00a0" + strconv.Itoa(d.Rank) + ", " + d.Amount.String()},
		{Key: "Commanditaire", Value: d.Commanditaire},
		{Key: "Lieu", Value: d.Place},
		{Key: "Scanné", Value: scanned(d)},
		{Key: "Reçu", Value: "le " + format.DateTime(d.ReceivedAt) + by(d)},
		{Key: "Appareil", Value: DeviceName(d.DeviceID)},
		{Key: "Services", Value: services(d.Entries)},
		{Key: "Forme", Value: mode(d)},
	}
	if d.Price != nil {
		rows = append(rows, ui.SummaryRow{Key: "Prix", Value: d.Price.String()})
	}
	return rows
}

func scanned(d dispute.Dispute) string {
	text := "le " + format.DateTime(d.ScannedAt)
	if d.ClockOff == 0 {
		return text
	}
	word := "en retard"
	off := d.ClockOff
	if off > 0 {
		word = "en avance"
	}
	return text + " (heure corrigée\u00a0: l’horloge de l’appareil était " + word + " de " + length(off.Abs()) + ")"
}

func length(d time.Duration) string {
	if days := int(d.Hours() / 24); days > 0 {
		return format.Count(days, "jour", "jours")
	}
	if hours := int(d.Hours()); hours > 0 {
		return format.Count(hours, "heure", "heures")
	}
	return format.Left(d)
}

func by(d dispute.Dispute) string {
	if d.By == "" {
		return ""
	}
	return ", de " + d.By
}

// DeviceName tells devices apart without their whole identifier.
func DeviceName(id uuid.UUID) string { return "…" + id.String()[30:] }

func services(entries []int) string {
	ref := referentiel.Load()
	names := make([]string, len(entries))
	for i, n := range entries {
		names[i] = strconv.Itoa(n) + " · " + ref.Label(n)
	}
	return strings.Join(names, "\n")
}

func mode(d dispute.Dispute) string {
	word := "Individuel"
	if d.Mode == "collectif" {
		word = "Collectif"
	}
	if d.DurationMinutes > 0 {
		word += ", " + format.Number(d.DurationMinutes) + "\u00a0min"
	}
	return word
}

// History is what happened, from the scan to the decision.
func History(d dispute.Dispute) []ui.Step {
	steps := []ui.Step{
		{Label: "Scanné sans réseau", Date: moment(d.ScannedAt), State: ui.Done},
		{Label: "Reçu et refusé\u00a0: " + strings.ToLower(Word(d.Reason)), Date: moment(d.ReceivedAt), State: ui.Done},
	}
	if d.ExplainedAt != nil {
		steps = append(steps, ui.Step{Label: "Expliqué par la structure", Date: moment(*d.ExplainedAt), Note: d.ExplainedBy, State: ui.Done})
	}
	switch d.State {
	case dispute.Open:
		return append(steps, ui.Step{Label: "Décision de l’opérateur", State: ui.Current})
	case dispute.Withdrawn:
		return append(steps, ui.Step{Label: "Retiré par la structure", Date: moment(*d.DecidedAt), Note: d.DecidedBy, State: ui.Done})
	case dispute.Accepted:
		return append(steps, ui.Step{Label: "Accepté\u00a0: le chèque est encaissé", Date: moment(*d.DecidedAt), Note: d.DecidedBy, State: ui.Done})
	default:
		return append(steps, ui.Step{Label: "Rejeté\u00a0: le chèque n’est pas payé", Date: moment(*d.DecidedAt), Note: d.DecidedBy, State: ui.Done})
	}
}

// moment is a date and an hour, short enough for a narrow card.
func moment(t time.Time) string { return format.ShortDate(t) + " à " + format.Time(t) }

// Verdict says at the top of a page where the dispute stands.
func Verdict(d dispute.Dispute) ui.VerdictArgs {
	switch d.State {
	case dispute.Accepted:
		return ui.VerdictArgs{Tone: ui.Good, Word: "Accepté · " + d.Amount.String(), Reason: d.Decision}
	case dispute.Rejected:
		return ui.VerdictArgs{Tone: ui.Bad, Word: "Rejeté", Reason: d.Decision}
	case dispute.Withdrawn:
		return ui.VerdictArgs{Tone: ui.Warn, Word: "Retiré", Reason: "La structure a renoncé à ce chèque."}
	default:
		return ui.VerdictArgs{Tone: ui.Warn, Word: Word(d.Reason) + " · " + d.Amount.String(), Reason: d.Message}
	}
}

// WriteSheet answers a list as a sheet; export gives each dispute.
func WriteSheet(w http.ResponseWriter, export func(each func(dispute.Dispute) error) error) error {
	return httpx.CSV(w, "litiges.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		err := out.Header("Structure", "Carnet", "Chèque", "Montant (€)", "Commanditaire", "Lieu", "Scanné le", "Reçu le", "Écart d’horloge (s)", "Appareil",
			"Envoyé par", "Services", "Forme", "Raison", "Explication", "État", "Réglé le", "Réglé par", "Motif")
		if err != nil {
			return err
		}
		if err := export(func(d dispute.Dispute) error { return out.Row(cells(d)...) }); err != nil {
			return err
		}
		return out.Flush()
	})
}

func cells(d dispute.Dispute) []sheet.Cell {
	var settled sheet.Cell
	if d.DecidedAt != nil {
		settled = sheet.Time(*d.DecidedAt)
	}
	entries := make([]string, len(d.Entries))
	for i, n := range d.Entries {
		entries[i] = strconv.Itoa(n)
	}
	return []sheet.Cell{
		sheet.Text(d.Structure), sheet.Text(d.Serial), sheet.Int(d.Rank), sheet.Money(d.Amount), sheet.Text(d.Commanditaire), sheet.Text(d.Place),
		sheet.Time(d.ScannedAt), sheet.Time(d.ReceivedAt), sheet.Int(int(d.ClockOff.Seconds())), sheet.Text(d.DeviceID.String()), sheet.Text(d.By),
		sheet.Text(strings.Join(entries, ", ")), sheet.Text(d.Mode), sheet.Text(Word(d.Reason)), sheet.Text(d.Explanation), sheet.Text(StateWord(d.State)),
		settled, sheet.Text(d.DecidedBy), sheet.Text(d.Decision),
	}
}

// CSVOf is the sheet's address with the filters of a list.
func CSVOf(sheet string, query httpx.Values) string {
	return urls.With(sheet, "etat", query.Get("etat"), "seance", query.Get("seance"))
}
