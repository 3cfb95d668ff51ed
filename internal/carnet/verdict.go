package carnet

import (
	"cmp"
	"fmt"
	"time"

	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Reason is why a chèque is refused, as the API names it.
type Reason string

// The refusals, exactly as the contract lists them. Usable is the absence of one.
const (
	Usable               Reason = ""
	Unknown              Reason = "unknown"
	Malformed            Reason = "malformed"
	NotActivated         Reason = "not_activated"
	NotHandedOver        Reason = "not_handed_over"
	AlreadyRedeemed      Reason = "already_redeemed"
	Expired              Reason = "expired"
	Blocked              Reason = "blocked"
	OutOfTerritory       Reason = "out_of_territory"
	ServiceNotCovered    Reason = "service_not_covered"
	StructureNotAccepted Reason = "structure_not_accepted"
	OwnHandover          Reason = "own_handover"
	TooManyAttempts      Reason = "too_many_attempts"
)

// Facts are what the rules need to judge a chèque for a structure at a place on
// a day; they come from the SQL function cheque_facts.
type Facts struct {
	Serial            string
	Rank              int
	FaceValue         money.Cents
	ChequeState       string
	CarnetState       string
	OrderState        string
	AcceptedUntil     *time.Time
	UsableUntil       *time.Time
	Commanditaire     string
	InTerritory       bool
	ServiceCovered    bool
	StructureAccepted bool
	HandedHere        bool // handed over by the caller, whose order refuses that it takes it here
	UsedAt            *time.Time
	UsedHere          bool   // the caller's own redemption
	UsedPlace         string // only when UsedHere
}

// Verdict judges a chèque on a Paris day. The order of the rules is the order in
// which a person can act on them: what is definitive first.
func (f Facts) Verdict(today time.Time) Reason {
	switch {
	case f.ChequeState == "utilise":
		return AlreadyRedeemed
	case f.ChequeState == "bloque" || f.CarnetState == "bloque" || f.CarnetState == "retourne":
		return Blocked
	case f.ChequeState == "perime" || f.ChequeState == "credite" || f.CarnetState == "perime":
		return Expired
	case f.OrderState != "active":
		return NotActivated
	case f.ChequeState != "actif":
		return NotHandedOver
	case f.AcceptedUntil == nil || today.After(*f.AcceptedUntil):
		return Expired
	case !f.StructureAccepted:
		return StructureNotAccepted
	case f.HandedHere:
		return OwnHandover
	case !f.InTerritory:
		return OutOfTerritory
	case !f.ServiceCovered:
		return ServiceNotCovered
	default:
		return Usable
	}
}

// Message says in French what happened and what to do.
func (f Facts) Message(reason Reason) string {
	switch reason {
	case Usable:
		return "Valable\u00a0: " + f.FaceValue.Short() + "."
	case AlreadyRedeemed:
		return f.alreadyRedeemed()
	case Expired:
		return f.expired()
	case StructureNotAccepted:
		return fmt.Sprintf("%s ne travaille pas avec votre structure, ou votre qualification n’est pas en cours. Orientez la personne vers un lieu qui accepte ce chèque.", orSomeone(f.Commanditaire))
	case OwnHandover:
		return fmt.Sprintf("Votre organisation a remis ce carnet elle-même\u00a0: %s ne veut pas qu’elle l’encaisse ici. Orientez la personne vers un autre lieu.", cmp.Or(f.Commanditaire, "son commanditaire"))
	default:
		return reason.Sentence()
	}
}

// Sentence is the refusal's French sentence when nothing more precise is known.
func (r Reason) Sentence() string {
	switch r {
	case Unknown:
		return "Ce code ne correspond à aucun chèque. Vérifiez les 16 caractères, ou demandez un autre chèque."
	case Malformed:
		return "Ce code est mal recopié\u00a0: un caractère manque ou diffère. Relisez les quatre groupes de quatre."
	case NotActivated:
		return "Ce chèque n’est pas encore activé\u00a0: les fonds de la commande ne sont pas reçus. Gardez-le et réessayez plus tard."
	case NotHandedOver:
		return "Ce carnet n’a pas été remis par un guichet. La personne doit retourner au point de distribution pour le faire enregistrer."
	case AlreadyRedeemed:
		return "Ce chèque a déjà été utilisé. Demandez un autre chèque."
	case Expired:
		return "Ce chèque n’est plus valable. Demandez un autre chèque."
	case Blocked:
		return "Ce chèque est bloqué (perte, vol ou retour). Demandez un autre chèque."
	case OutOfTerritory:
		return "Ce chèque n’est pas accepté sur ce territoire. Orientez la personne vers un lieu de son territoire."
	case ServiceNotCovered:
		return "Ce chèque ne paie pas le service choisi. Choisissez un service couvert, ou demandez un autre chèque."
	case StructureNotAccepted:
		return "Ce chèque n’est pas accepté dans votre structure."
	case OwnHandover:
		return "Votre organisation a remis ce carnet elle-même\u00a0: son commanditaire ne veut pas qu’elle l’encaisse ici. Orientez la personne vers un autre lieu."
	case TooManyAttempts:
		return "Trop de codes inconnus ont été saisis. Attendez dix minutes avant de réessayer."
	default:
		return "Ce chèque est valable."
	}
}

func (f Facts) alreadyRedeemed() string {
	if f.UsedAt == nil {
		return AlreadyRedeemed.Sentence()
	}
	day := frenchDay(f.UsedAt.In(postgres.Paris))
	if f.UsedHere {
		return fmt.Sprintf("Ce chèque a déjà été utilisé le %s, ici même (%s). Demandez un autre chèque.", day, f.UsedPlace)
	}
	return fmt.Sprintf("Ce chèque a déjà été utilisé le %s. Demandez un autre chèque.", day)
}

func (f Facts) expired() string {
	if f.AcceptedUntil == nil {
		return Expired.Sentence()
	}
	return fmt.Sprintf("Ce chèque n’est plus valable depuis le %s. Demandez un autre chèque.", frenchDay(f.AcceptedUntil.AddDate(0, 0, 1)))
}

func orSomeone(commanditaire string) string {
	if commanditaire == "" {
		return "Le commanditaire de ce chèque"
	}
	return commanditaire
}

func frenchDay(t time.Time) string {
	return fmt.Sprintf("%s %s %d", french.Day(t), french.Month(t.Month()), t.Year())
}
