package distribution

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// ErrUndone refuses the letter of a hand-over that was undone.
var ErrUndone = fault.New(fault.KindConflict, "Cette remise a été annulée\u00a0: sa lettre n’existe plus.")

// Letter is what the orientation letter says; it names nobody.
type Letter struct {
	HandOver      HandOver
	Terms         Terms
	Point         Point
	Places        []NearPlace
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
	return places, wrap(err, "preview letter")
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
		letter.Places, err = s.nearest(ctx, tx, h.CommanditaireID, h.OrderID, letter.Point, nil)
		return err
	})
	return letter, wrap(err, "write letter")
}

// LetterPDF is the letter as a document to print.
func (s *Service) LetterPDF(ctx context.Context, actor identity.Actor, id uuid.UUID) (Document, error) {
	letter, err := s.Letter(ctx, actor, id)
	if err != nil {
		return Document{}, err
	}
	logo, err := s.logo(ctx, letter.Terms.LogoID)
	if err != nil {
		return Document{}, err
	}
	facts := print.LetterFacts{
		Issuer: s.Issuer, Commanditaire: letter.Terms.Commanditaire, Logo: logo, Colour: letter.Terms.Colour, Serial: letter.HandOver.Serial,
		Cheques: letter.Terms.Cheques, Value: letter.Terms.FaceValue().Short(), Until: letter.UsableUntil, Counter: letter.Point.Name,
		PlacesURL: letter.PlacesURL, PlacesPhone: letter.OperatorPhone, Date: letter.Date,
	}
	for _, p := range letter.Places {
		facts.Places = append(facts.Places, print.PlaceFacts{Name: p.Name, Referent: p.Referent, Phone: p.Phone, Address: p.Address, Hours: hoursAndAccess(p),
			Distance: p.Distance, Services: p.Services})
	}
	content, err := print.OrientationLetter(facts)
	if err != nil {
		return Document{}, fmt.Errorf("print letter: %w", err)
	}
	return Document{Name: "lettre-" + letter.HandOver.Serial + ".pdf", Content: content}, nil
}

func hoursAndAccess(p NearPlace) string {
	switch {
	case p.Access == "":
		return p.Hours
	case p.Hours == "":
		return p.Access
	default:
		return p.Hours + ". Accès\u00a0: " + p.Access
	}
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
	return content, wrap(err, "read logo")
}
