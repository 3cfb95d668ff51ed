package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

var errNoPiece = fault.New(fault.KindNotFound, "Ce document n’est pas dans le kit.")

// KitPieces are the pieces of the communication kit.
var KitPieces = []print.KitPiece{print.PosterA3, print.PosterA4, print.FlyerA5}

func knownPiece(piece print.KitPiece) error {
	for _, known := range KitPieces {
		if piece == known {
			return nil
		}
	}
	return errNoPiece
}

// Kit prints a poster or a flyer that says what the Pass is and where to ask for
// this order's carnets, dressed as the carnets are.
func (s *Service) Kit(ctx context.Context, actor identity.Actor, id uuid.UUID, piece print.KitPiece) (File, error) {
	f, err := s.kitFacts(ctx, actor, id, piece)
	if err != nil {
		return File{}, err
	}
	pdf, err := print.Kit(f, piece)
	return File{Name: string(piece) + ".pdf", MediaType: "application/pdf", Content: pdf}, err
}

// KitPicture draws a page of a piece of the kit as a PNG.
func (s *Service) KitPicture(ctx context.Context, actor identity.Actor, id uuid.UUID, piece print.KitPiece, page, width int) ([]byte, error) {
	f, err := s.kitFacts(ctx, actor, id, piece)
	if err != nil {
		return nil, err
	}
	if page < 0 || page > 1 || page == 1 && piece != print.FlyerA5 {
		return nil, errNoPiece
	}
	return print.KitPreview(f, piece, page, width)
}

func (s *Service) kitFacts(ctx context.Context, actor identity.Actor, id uuid.UUID, piece print.KitPiece) (f print.KitFacts, err error) {
	if err := knownPiece(piece); err != nil {
		return f, err
	}
	err = s.asOwner(ctx, actor, identity.OrderRead, id, func(_ *postgres.Tx, _ *Order) error { return nil })
	if err == nil {
		err = s.asSystem(ctx, id, func(tx *postgres.Tx, o *Order) (err error) {
			f, err = s.kitOf(ctx, tx, o)
			return err
		})
	}
	if err != nil {
		return f, fmt.Errorf("read kit: %w", err)
	}
	return f, nil
}

func (s *Service) kitOf(ctx context.Context, tx *postgres.Tx, o *Order) (print.KitFacts, error) {
	run, err := s.printFactsIn(ctx, tx, *o)
	if err != nil {
		return print.KitFacts{}, err
	}
	byPoint, err := addresses(ctx, tx, o)
	f := print.KitFacts{
		Issuer: s.Issuer, Commanditaire: o.Commanditaire, Logo: run.Logo, Colour: run.Colour, Format: o.carnetFormat(), Until: o.Validity.Until,
		PlacesURL: run.PlacesURL, PlacesLink: s.BaseURL + "/lieux", PlacesPhone: run.PlacesPhone, CreatedAt: o.UpdatedAt,
	}
	for _, d := range o.Deliveries {
		address := byPoint[d.PointID]
		f.Points = append(f.Points, print.KitPoint{Name: d.PointName, Address: address.line(), Phone: address.Phone})
	}
	return f, err
}
