package distribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/guidance"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/referentiel"
)

// ErrUndone refuses the letter of a hand-over that was undone.
var ErrUndone = fault.New(fault.KindConflict, "Cette remise a été annulée\u00a0: sa lettre n’existe plus.")

// Letter is what the orientation letter says; it names nobody.
type Letter struct {
	HandOver HandOver
	Terms    Terms
	// Serials are the carnets given together, to a household; one otherwise.
	Serials []string
	Cheques int // in all
	// Entries are the services kept with the carnet, Pathway the parcours.
	Entries       []int
	Pathway       *guidance.Pathway
	Point         Point
	Places        []NearPlace
	Ateliers      []Atelier
	UsableUntil   time.Time
	PlacesURL     string
	OperatorPhone string
	Date          time.Time
}

// Preview lists the places that the letter of a carnet would name at a point:
// those that give the wanted entries, when there are some.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, card CarnetCard, wanted ...int) ([]NearPlace, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return nil, err
	}
	if !card.Ready() {
		return nil, nil
	}
	var places []NearPlace
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		point, err := ownPoint(ctx, tx, actor, *card.carnet.PointID)
		if err != nil {
			return err
		}
		places, err = s.nearest(ctx, tx, card.carnet.CommanditaireID, card.carnet.OrderID, point, wanted)
		return err
	})
	return places, fault.Wrap(err, "preview letter")
}

// Letter is the letter that goes with a carnet handed over. ErrHandOverNotFound,
// ErrUndone.
func (s *Service) Letter(ctx context.Context, actor identity.Actor, id uuid.UUID) (Letter, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return Letter{}, err
	}
	letter := Letter{PlacesURL: s.BaseURL + "/lieux", OperatorPhone: s.Issuer.Phone}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if letter.HandOver, err = findHandOver(ctx, tx, actor, id); err != nil {
			return err
		}
		h := letter.HandOver
		if h.UndoneAt != nil {
			return ErrUndone
		}
		letter.UsableUntil, letter.Date = h.UsableUntil, h.At.In(postgres.Paris)
		if letter.Terms, err = termsOf(ctx, tx, h.CommanditaireID, h.OrderID); err != nil {
			return err
		}
		if letter.Point, err = ownPoint(ctx, tx, actor, h.PointID); err != nil {
			return err
		}
		if err = letter.addProposal(ctx, tx); err != nil {
			return err
		}
		if err = letter.addHousehold(ctx, tx, actor); err != nil {
			return err
		}
		if letter.Places, err = s.nearest(ctx, tx, h.CommanditaireID, h.OrderID, letter.Point, letter.wanted()); err != nil {
			return err
		}
		return s.addAteliers(ctx, tx, &letter)
	})
	return letter, fault.Wrap(err, "write letter")
}

// addProposal brings what an orientation proposed and the person agreed to.
func (l *Letter) addProposal(ctx context.Context, tx *postgres.Tx) error {
	l.Entries = l.HandOver.Entries
	if l.HandOver.PathwayID == nil {
		return nil
	}
	p, err := guidance.Named(ctx, tx, *l.HandOver.PathwayID)
	if errors.Is(err, guidance.ErrPathwayNotFound) {
		return nil
	}
	l.Pathway = &p
	return err
}

// addHousehold counts the carnets given together that still are.
func (l *Letter) addHousehold(ctx context.Context, tx *postgres.Tx, actor identity.Actor) error {
	given := []HandOver{l.HandOver}
	if l.HandOver.GroupID != nil {
		var err error
		if given, err = groupOf(ctx, tx, actor, l.HandOver); err != nil {
			return err
		}
	}
	for _, h := range given {
		if h.UndoneAt == nil {
			l.Serials, l.Cheques = append(l.Serials, h.Serial), l.Cheques+h.Cheques(l.Terms)
		}
	}
	return nil
}

// wanted are the entries that the letter's places should give.
func (l *Letter) wanted() []int {
	if len(l.Entries) > 0 || l.Pathway == nil {
		return l.Entries
	}
	var entries []int
	for _, s := range l.Pathway.Steps() {
		entries = append(entries, s.Entry)
	}
	return entries
}

// LetterPDF is the letter as a document to print, in French, larger for tired
// eyes when asked.
func (s *Service) LetterPDF(ctx context.Context, actor identity.Actor, id uuid.UUID, large bool) (Document, error) {
	letter, err := s.Letter(ctx, actor, id)
	if err != nil {
		return Document{}, err
	}
	facts := letter.facts(s.Issuer)
	if facts.Logo, err = s.logo(ctx, letter.Terms.LogoID); err != nil {
		return Document{}, err
	}
	facts.Large = large
	content, err := print.OrientationLetter(facts)
	if err != nil {
		return Document{}, fmt.Errorf("print letter: %w", err)
	}
	return Document{Name: "lettre-" + letter.HandOver.Serial + ".pdf", Content: content}, nil
}

func (l Letter) facts(issuer print.Issuer) print.LetterFacts {
	facts := print.LetterFacts{
		Issuer: issuer, Commanditaire: l.Terms.Commanditaire, Colour: l.Terms.Colour, Serials: l.Serials,
		Cheques: l.Cheques, Value: l.Terms.FaceValue().Short(), Until: l.UsableUntil, Counter: l.Point.Name,
		PlacesURL: l.PlacesURL, PlacesPhone: l.OperatorPhone, Date: l.Date,
	}
	for _, e := range l.Entries {
		facts.Services = append(facts.Services, referentiel.Load().Label(e))
	}
	if l.Pathway != nil {
		facts.Pathway = l.Pathway.Title
		for _, step := range l.Pathway.Steps() {
			facts.Steps = append(facts.Steps, step.Title())
		}
	}
	for _, p := range l.Places {
		facts.Places = append(facts.Places, print.PlaceFacts{Name: p.Name, Referent: p.Referent, Phone: p.Phone, Address: p.Address, Hours: p.Hours,
			Access: p.Access, Transport: p.Transport, Distance: p.Distance, Services: p.Services})
	}
	for _, a := range l.Ateliers {
		facts.Ateliers = append(facts.Ateliers, a.Line())
	}
	return facts
}

// logo reads the commanditaire's logo as any visitor may.
func (s *Service) logo(ctx context.Context, id *uuid.UUID) ([]byte, error) {
	if id == nil {
		return nil, nil
	}
	var content []byte
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		content, err = postgres.Value[[]byte](ctx, tx, `SELECT content FROM documents WHERE id = @id AND kind = 'logo'`, postgres.Args{"id": *id})
		if errors.Is(err, postgres.ErrNoRow) {
			return nil
		}
		return err
	})
	return content, fault.Wrap(err, "read logo")
}
