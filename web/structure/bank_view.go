package structure

import (
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/structure"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

type bankView struct {
	Current *structure.Account
	Facts   []ui.SummaryRow
	Waiting *waitingView
	Open    bool // a first account may be typed
	Form    structure.BankForm
	History []ui.Row
	Doubt   []string // what the bank says of the holder; empty when all is well
}

// waitingView is a change that waits, and what this person may do about it.
type waitingView struct {
	ID         uuid.UUID
	Facts      []ui.SummaryRow
	MayConfirm bool
	Mine       bool
	Confirmed  bool
	// Summary says the change in one sentence, Lead who has to act.
	Summary, Lead, Deadline string
}

func newBankView(accounts []structure.Account, me uuid.UUID, now time.Time) bankView {
	var v bankView
	if current, ok := structure.InForce(accounts); ok {
		v.Current = &current
		v.Facts = accountFacts(current)
		if current.MatchHolds() {
			v.Doubt = doubtWords(current)
		}
	}
	if waiting, ok := structure.Pending(accounts); ok && waiting.Waiting() {
		v.Waiting = newWaitingView(waiting, me, now)
	}
	for _, a := range accounts {
		v.History = append(v.History, ui.NewRow(ui.TwoLines(ui.Text(a.IBAN.Masked()), a.AccountHolder), ui.TwoLines(ui.Text(format.Date(a.DeclaredAt)), a.DeclaredByName),
			ui.Text(accountSpan(a)), accountTag(a)))
	}
	return v
}

func newWaitingView(a structure.Account, me uuid.UUID, now time.Time) *waitingView {
	v := &waitingView{ID: a.ID, Mine: a.DeclaredBy != nil && *a.DeclaredBy == me, Confirmed: a.ConfirmedAt != nil, Facts: accountFacts(a)}
	v.Summary = "Vers le compte " + a.IBAN.Masked() + ", au nom de " + a.AccountHolder + ". Rien n’est payé en attendant."
	v.MayConfirm = !v.Mine && !v.Confirmed
	v.Deadline = "Le délai est passé."
	if a.Held(now) {
		v.Deadline = "Délai jusqu’au " + format.DateTime(a.HeldUntil) + " (encore " + format.Left(a.HeldUntil.Sub(now)) + ")."
	}
	switch {
	case v.Confirmed:
		v.Lead = "Confirmé par " + a.ConfirmedByName + ". Il prend effet à la fin du délai."
	case v.Mine:
		v.Lead = "Une autre personne doit le confirmer\u00a0: un autre responsable de votre structure, ou l’opérateur, qui vous rappellera."
	default:
		v.Lead = "Demandé par " + a.DeclaredByName + ". Vérifiez-le avec lui, de vive voix, avant de le confirmer."
	}
	return v
}

func accountFacts(a structure.Account) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Titulaire", Value: a.AccountHolder}, {Key: "IBAN", Value: a.IBAN.Masked()}, {Key: "BIC", Value: orNone(a.BIC)}}
	if a.EffectiveAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "En vigueur depuis", Value: format.Date(*a.EffectiveAt)})
	} else {
		rows = append(rows, ui.SummaryRow{Key: "Déclaré", Value: "le " + format.DateTime(a.DeclaredAt) + ", par " + a.DeclaredByName})
	}
	if a.VoPResult != "" {
		rows = append(rows, ui.SummaryRow{Key: "Vérifié par la banque", Value: format.Date(*a.VoPAt) + "\u00a0: " + a.VoPResult.Label()})
	}
	return rows
}

// doubtWords explains why the payments are held.
func doubtWords(a structure.Account) []string {
	words := []string{"Avant de payer, la banque compare le titulaire déclaré, «\u00a0" + a.AccountHolder + "\u00a0», à celui du compte."}
	switch {
	case a.VoPResult == structure.MatchClose:
		words = append(words, "Elle connaît ce compte au nom «\u00a0"+a.VoPName+"\u00a0». Si c’est bien vous, corrigez le titulaire\u00a0: vous serez payé au prochain paiement.")
	case a.VoPResult == structure.MatchNo:
		words = append(words, "Elle ne le reconnaît pas. Reprenez le titulaire exactement comme sur votre RIB.")
	default:
		words = append(words, "Vous l’avez corrigé\u00a0: l’opérateur refait la vérification.")
	}
	return append(words, "En attendant, vos paiements sont retenus. Rien n’est perdu.")
}

func accountTag(a structure.Account) templ.Component {
	tone := map[structure.AccountState]ui.Tone{structure.AccountActive: ui.Good, structure.AccountWaiting: ui.Warn, structure.AccountRefused: ui.Bad, structure.AccountReplaced: ui.Neutral}[a.State]
	return ui.Tag(tone, a.StateLabel())
}

// accountSpan is when an account was in force.
func accountSpan(a structure.Account) string {
	switch {
	case a.EffectiveAt == nil:
		return "jamais"
	case a.EndedAt == nil:
		return "depuis le " + format.Date(*a.EffectiveAt)
	default:
		return "du " + format.Date(*a.EffectiveAt) + " au " + format.Date(*a.EndedAt)
	}
}
