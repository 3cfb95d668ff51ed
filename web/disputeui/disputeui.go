// Package disputeui is how a dispute reads, for the structure, the commanditaire
// and the operator: the same words, the same séance, the same history.
package disputeui

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/redemption/dispute"
	"passnum/internal/referentiel"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// Word is why a chèque is refused or disputed, in two or three words.
func Word(r carnet.Reason) string {
	switch r {
	case carnet.Unknown:
		return "Code inconnu"
	case carnet.Malformed:
		return "Code mal lu"
	case carnet.TooManyAttempts:
		return "Trop d’essais"
	case carnet.OwnHandover:
		return "Remis par la structure"
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

// Name is a chèque as its stub names it.
func Name(d dispute.Dispute) string { return "chèque n°\u00a0" + strconv.Itoa(d.Rank) }

// Facts are the séance and the scan, as a side may know them: who sent it, from
// which device, is the structure's and the operator's.
func Facts(d dispute.Dispute, side dispute.Side) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: "Carnet", Body: ui.Serial(d.Serial)},
		{Key: "Chèque", Value: "n°\u00a0" + strconv.Itoa(d.Rank) + ", " + d.Amount.String()},
	}
	if side == dispute.ForCommanditaire {
		rows = append(rows, ui.SummaryRow{Key: "Structure", Value: d.Structure})
	} else {
		rows = append(rows, ui.SummaryRow{Key: "Commanditaire", Value: d.Commanditaire})
	}
	rows = append(rows, ui.SummaryRow{Key: "Lieu", Value: d.Place}, ui.SummaryRow{Key: "Scanné", Value: scanned(d)})
	if side == dispute.ForCommanditaire {
		rows = append(rows, ui.SummaryRow{Key: "Reçu", Value: "le " + format.DateTime(d.ReceivedAt)})
	} else {
		rows = append(rows, ui.SummaryRow{Key: "Reçu", Value: "le " + format.DateTime(d.ReceivedAt) + by(d)}, ui.SummaryRow{Key: "Appareil", Value: DeviceName(d.DeviceID)})
	}
	rows = append(rows, ui.SummaryRow{Key: "Services", Value: services(d.Entries)}, ui.SummaryRow{Key: "Forme", Value: mode(d)})
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
