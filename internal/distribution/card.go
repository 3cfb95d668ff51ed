package distribution

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Verdict says whether a carnet may be handed over now, and if not, why.
type Verdict string

// The verdicts of the counter; only Ready lets a carnet go.
const (
	Ready          Verdict = "ready"
	ChequeCode     Verdict = "cheque_code"  // a chèque's code was typed instead
	Unreadable     Verdict = "unreadable"   // not a carnet's number
	UnknownCarnet  Verdict = "unknown"      // no carnet bears the number
	Elsewhere      Verdict = "elsewhere"    // in nobody's or somebody else's stock
	OtherPoint     Verdict = "other_point"  // in the stock of another of our points
	NotReceived    Verdict = "not_received" // in a parcel that nobody confirmed
	AlreadyGiven   Verdict = "already_handed_over"
	BlockedCarnet  Verdict = "blocked"
	ExpiredCarnet  Verdict = "expired"
	OrderNotActive Verdict = "not_activated"
	HandOverEnded  Verdict = "stopped" // by the commanditaire, before the end
	ReturnedCarnet Verdict = "returned"
)

// CarnetCard is all a counter is told about a carnet it was shown.
type CarnetCard struct {
	Verdict Verdict
	Serial  string
	// Word is the verdict in two words, Reason what happened, Advice what to do.
	Word, Reason, Advice string
	// Terms are set when the carnet is the organisation's to know.
	Terms       *Terms
	UsableUntil time.Time // if handed over today, or as it was
	PointName   string
	// Left are the chèques that can still be given; Started, that others were.
	Left    []int
	Started bool
	// Given is the last live hand-over of a carnet given by this organisation.
	Given *HandOver

	carnet carnet.Carnet
	chosen []int // what a request takes of it
}

// Order tells apart the carnets that one letter cannot go with.
func (c CarnetCard) Order() uuid.UUID { return c.carnet.OrderID }

// Ready reports whether the carnet may be handed over.
func (c CarnetCard) Ready() bool { return c.Verdict == Ready }

// Refusal is the verdict as an error on the field « carnet »; nil when ready.
func (c CarnetCard) Refusal() error {
	kind := fault.KindConflict
	switch c.Verdict {
	case Ready:
		return nil
	case ChequeCode, Unreadable:
		kind = fault.KindInvalid
	}
	sentence := strings.TrimSpace(c.Reason + " " + c.Advice)
	return &fault.Error{Kind: kind, Sentence: sentence, Fields: []fault.FieldError{{Field: "carnet", Sentence: sentence}}}
}

// Look judges what was typed or scanned at a counter, without changing
// anything. What is wrong with a carnet is a verdict, not an error.
func (s *Service) Look(ctx context.Context, actor identity.Actor, point uuid.UUID, typed string) (CarnetCard, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return CarnetCard{}, err
	}
	serial, card := readTyped(typed)
	if serial == "" {
		return card, nil
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		c, err := carnet.BySerial(ctx, tx, serial)
		card, err = s.judge(ctx, tx, actor, point, serial, c, err)
		return err
	})
	return card, fault.Wrap(err, "look at carnet")
}

// readTyped finds the serial number in what was typed, or the verdict on what
// is not one.
func readTyped(typed string) (serial string, card CarnetCard) {
	typed = strings.TrimSpace(typed)
	if serial, err := carnet.ParseSerial(typed); err == nil {
		return serial, CarnetCard{}
	}
	if _, err := code.Parse(typed); err == nil || errors.Is(err, code.ErrSpecimen) {
		return "", CarnetCard{Verdict: ChequeCode, Word: "Code d’un chèque",
			Reason: "C’est le code d’un chèque, pas le numéro du carnet.",
			Advice: "Scannez la couverture du carnet, pas un chèque, ou tapez le numéro qui commence par C. Ne communiquez jamais le code d’un chèque."}
	}
	return "", CarnetCard{Verdict: Unreadable, Word: "Numéro illisible",
		Reason: "Ce n’est pas un numéro de carnet.",
		Advice: "Il est sur la couverture et ressemble à C26-014-001258. Vérifiez les chiffres."}
}

// judge gives the verdict on a carnet found, or not found, under a serial.
func (s *Service) judge(ctx context.Context, tx *postgres.Tx, actor identity.Actor, point uuid.UUID, serial string, c carnet.Carnet, err error) (CarnetCard, error) {
	card := CarnetCard{Serial: serial, carnet: c}
	if errors.Is(err, carnet.ErrUnknown) || err == nil && !c.HeldBy(actor.OrganisationID) {
		return judgeStranger(ctx, tx, card)
	}
	if err != nil {
		return card, err
	}
	terms, err := termsOf(ctx, tx, c.CommanditaireID, c.OrderID)
	if err != nil {
		return card, fmt.Errorf("read terms: %w", err)
	}
	card.Terms, card.UsableUntil = &terms, terms.UsableUntil(tx.Today())
	at, err := ownPoint(ctx, tx, actor, *c.PointID)
	if err != nil {
		return card, fmt.Errorf("read point: %w", err)
	}
	card.PointName = at.Name
	if c.State == carnet.HandedOver {
		return judgeGiven(ctx, tx, card, point)
	}
	card.Left = ranksLeft(terms.Cheques, nil)
	card.judgeHeld(point, tx.Today())
	return card, nil
}

// judgeStranger speaks of a carnet that is not in the organisation's hands. Its
// number is public; whose it is, is not said.
func judgeStranger(ctx context.Context, tx *postgres.Tx, card CarnetCard) (CarnetCard, error) {
	state, err := carnet.StateOf(ctx, tx, card.Serial)
	if err != nil {
		return card, err
	}
	switch state {
	case "":
		card.is(UnknownCarnet, "Numéro inconnu", "Aucun carnet ne porte ce numéro.", "Relisez-le sur la couverture. S’il est juste, gardez le carnet et prévenez l’opérateur.")
	case carnet.Opposed:
		card.blocked()
	case carnet.HandedOver:
		card.is(AlreadyGiven, "Déjà remis", "Ce carnet a déjà été remis par un autre guichet.", "La personne peut s’en servir dans un lieu. Ne le remettez pas une seconde fois.")
	default:
		card.is(Elsewhere, "Pas dans votre stock", "Ce carnet existe, mais il n’est pas dans votre stock.",
			"Ne le remettez pas\u00a0: ses chèques seraient refusés. Prévenez le commanditaire qu’il est chez vous, et prenez un autre carnet.")
	}
	return card, nil
}

// judgeGiven speaks of a carnet that was given, wholly or in part: what is left
// of it may be given like a carnet in stock, until the same last day.
func judgeGiven(ctx context.Context, tx *postgres.Tx, card CarnetCard, point uuid.UUID) (CarnetCard, error) {
	out, err := carnet.RanksOut(ctx, tx, card.carnet)
	if err != nil {
		return card, err
	}
	given, err := latestLive(ctx, tx, card.carnet)
	if errors.Is(err, ErrHandOverNotFound) {
		card.is(AlreadyGiven, "Déjà remis", "Ce carnet a déjà été remis.", "Prenez un autre carnet.")
		return card, nil
	}
	if err != nil {
		return card, err
	}
	card.Given, card.UsableUntil, card.Left = &given, given.UsableUntil, ranksLeft(card.Terms.Cheques, out)
	if card.Started = !given.Whole(); card.Started && len(card.Left) > 0 {
		card.judgeHeld(point, tx.Today())
		return card, nil
	}
	card.wholly(given, tx)
	return card, nil
}

func (c *CarnetCard) wholly(given HandOver, tx *postgres.Tx) {
	advice := "Prenez un autre carnet."
	if given.Undoable(tx.Now()) {
		advice = "Si c’est une erreur, vous pouvez encore annuler cette remise. Sinon, prenez un autre carnet."
	}
	when := "le " + frenchDay(given.At) + " à " + clock(given.At)
	if postgres.Day(given.At).Equal(tx.Today()) {
		when = "aujourd’hui à " + clock(given.At)
	}
	reason := "Ce carnet a déjà été remis " + when + ", au point «\u00a0" + c.PointName + "\u00a0»."
	if c.Started {
		reason = "Tous les chèques de ce carnet ont déjà été remis, les derniers (" + SayRanks(given.Ranks) + ") " + when + "."
	}
	c.is(AlreadyGiven, "Déjà remis", reason, advice)
}

func (c *CarnetCard) judgeHeld(point uuid.UUID, today time.Time) {
	switch state := c.carnet.State; {
	case state == carnet.Opposed:
		c.blocked()
	case state == carnet.Returned:
		c.is(ReturnedCarnet, "Rendu", "Ce carnet a été rendu au commanditaire.", "Ne le remettez pas. Prenez un autre carnet.")
	case state == carnet.Outdated || c.UsableUntil.Before(today):
		c.is(ExpiredCarnet, "Plus valable", "Les chèques de ce carnet ne sont plus valables depuis le "+frenchDay(c.UsableUntil.AddDate(0, 0, 1))+".", "Ne le remettez pas\u00a0: rendez-le au commanditaire.")
	case c.Terms.Stopped:
		c.is(HandOverEnded, "Remises arrêtées", c.Terms.Commanditaire+" a arrêté la remise des carnets de cette commande\u00a0: leur validité finit le "+frenchDay(c.Terms.ValidityUntil)+".", "Ne le remettez pas\u00a0: rendez-le au commanditaire.")
	case point != uuid.Nil && *c.carnet.PointID != point:
		c.is(OtherPoint, "Autre point", "Ce carnet est dans le stock d’un autre de vos points\u00a0: «\u00a0"+c.PointName+"\u00a0».", "Changez de point si vous y êtes, ou prenez un carnet d’ici.")
	case state == carnet.Issued:
		c.is(NotReceived, "Colis non confirmé", "Ce carnet est dans un colis dont la réception n’est pas confirmée, ou il y a été déclaré manquant.", "Confirmez d’abord la réception du colis.")
	case !c.Terms.Active():
		c.is(OrderNotActive, "Pas encore activé", "Les chèques ne sont pas encore activés\u00a0: les fonds de la commande ne sont pas reçus.", "Gardez le carnet, et réessayez quand la commande sera active.")
	case c.Started:
		c.is(Ready, "Entamé au guichet", "Il reste "+french.Count(len(c.Left), "chèque", "chèques")+" à remettre.", "")
	default:
		c.is(Ready, "Dans votre stock", "", "")
	}
}

func (c *CarnetCard) blocked() {
	c.is(BlockedCarnet, "Bloqué", "Ce carnet a été déclaré perdu ou volé\u00a0: ses chèques sont refusés partout.", "Ne le remettez pas. Mettez-le de côté et prévenez le commanditaire.")
}

func (c *CarnetCard) is(v Verdict, word, reason, advice string) {
	c.Verdict, c.Word, c.Reason, c.Advice = v, word, reason, advice
}
