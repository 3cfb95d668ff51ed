package order

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/print/artwork"
)

// documentTry is a logo that somebody looks at before keeping it.
const documentTry = "logo_essai"

// mostTries bounds what looking at logos may leave in the database.
const mostTries = 40

// Dressing is what a commanditaire puts on its carnets.
type Dressing struct {
	Message string
	Colour  string
	LogoID  *uuid.UUID // nil for none
}

// Dressable reports whether the commanditaire may still change what is printed:
// until a proof is proposed. After that, it asks for a correction.
func (s State) Dressable() bool {
	return s == Draft || s == Quoted || s == Signed || s == Framing
}

// clean reads a dressing as it will be kept: one line, a colour under which
// white text is legible.
func (d Dressing) clean() (Dressing, error) {
	d.Message, d.Colour = strings.Join(strings.Fields(d.Message), " "), strings.TrimSpace(d.Colour)
	var c fault.Collector
	c.Check(short(d.Message, LongestPrint), "message", "Raccourcissez le message\u00a0: 160 caractères au plus tiennent sur un chèque.")
	c.Check(d.Colour == "" || hexColour.MatchString(d.Colour), "couleur", "Écrivez la couleur sur six chiffres, par exemple #0B5A56.")
	if err := c.Err(); err != nil {
		return d, err
	}
	if d.Colour != "" {
		d.Colour, _ = print.Legible(d.Colour)
	}
	return d, nil
}

// DressOwn keeps the commanditaire's own choice of what is printed. A colour
// too light for white text is kept darkened: print.Legible tells before.
func (s *Service) DressOwn(ctx context.Context, actor identity.Actor, id uuid.UUID, d Dressing) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		d, err := d.clean()
		if err != nil {
			return err
		}
		if !o.State.Dressable() {
			return errMoved(o.State)
		}
		if d.LogoID, err = keepLogo(ctx, tx, o, d.LogoID); err != nil {
			return err
		}
		args := key(o)
		args["message"], args["colour"], args["logo"], args["now"] = d.Message, d.Colour, d.LogoID, tx.Now()
		n, err := postgres.Do(ctx, tx, `UPDATE orders SET message = @message, colour = @colour, logo_id = @logo, updated_at = @now
			WHERE commanditaire_id = @commanditaire AND id = @order AND state IN ('brouillon', 'devis', 'signee', 'cadrage')`, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return movedSince(ctx, tx, o)
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "habillage des carnets", SubjectKind: "commande", SubjectID: o.ID})
	})
	if err != nil {
		return fmt.Errorf("dress own order: %w", err)
	}
	return nil
}

// keepLogo turns a logo that was tried into the order's own.
func keepLogo(ctx context.Context, tx *postgres.Tx, o *Order, id *uuid.UUID) (*uuid.UUID, error) {
	if id == nil || o.LogoID != nil && *o.LogoID == *id {
		return id, nil
	}
	content, err := ownLogo(ctx, tx, o, *id)
	if err != nil {
		return nil, err
	}
	kept, err := addDocument(ctx, tx, o, DocumentLogo, "logo.png", "image/png", content)
	return &kept, err
}

var errNoLogo = fault.Field("logo", "Ce logo n’est plus là. Choisissez le fichier de nouveau.")

// ownLogo reads a picture that was sent for this very order.
func ownLogo(ctx context.Context, tx *postgres.Tx, o *Order, id uuid.UUID) ([]byte, error) {
	content, err := postgres.Value[[]byte](ctx, tx, `SELECT content FROM documents
		WHERE id = @id AND organisation_id = @commanditaire AND subject_id = @order AND kind IN ('logo', 'logo_essai')`,
		postgres.Args{"id": id, "commanditaire": o.CommanditaireID, "order": o.ID})
	if errors.Is(err, postgres.ErrNoRow) {
		return nil, errNoLogo
	}
	if err != nil {
		return nil, fmt.Errorf("read logo: %w", err)
	}
	return content, nil
}

// TryLogo makes a picture safe and keeps it to be looked at; DressOwn with its
// id puts it on the carnets. Refuses with the field « logo ».
func (s *Service) TryLogo(ctx context.Context, actor identity.Actor, id uuid.UUID, content []byte) (try uuid.UUID, err error) {
	safe, err := artwork.Clean(content)
	if err != nil {
		return try, err
	}
	err = s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if !o.State.Dressable() {
			return errMoved(o.State)
		}
		sum := sha256.Sum256(safe)
		tries, err := postgres.One[struct {
			Same  *uuid.UUID
			Count int
		}](ctx, tx, `SELECT (array_agg(id) FILTER (WHERE sha256 = @hash))[1] AS same, count(*)::int AS count FROM documents
			WHERE organisation_id = @commanditaire AND subject_id = @order AND kind = 'logo_essai'`,
			postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID, "hash": sum[:]})
		switch {
		case err != nil:
			return fmt.Errorf("count tried logos: %w", err)
		case tries.Same != nil:
			try = *tries.Same
			return nil
		case tries.Count >= mostTries:
			return fault.Field("logo", "Vous avez essayé beaucoup d’images pour cette commande. Gardez l’une d’elles, ou demandez de l’aide à l’opérateur.")
		}
		try, err = addDocument(ctx, tx, o, documentTry, "logo.png", "image/png", safe)
		return err
	})
	if err != nil {
		return try, fmt.Errorf("try logo: %w", err)
	}
	return try, nil
}

// Picture draws a page of the order's specimen carnet dressed in d, as a PNG:
// its cover for rank 0, else a chèque.
func (s *Service) Picture(ctx context.Context, actor identity.Actor, id uuid.UUID, d Dressing, rank, width int) ([]byte, error) {
	var facts print.CarnetRun
	var specimen print.Carnet
	err := s.asOwner(ctx, actor, identity.OrderRead, id, func(tx *postgres.Tx, o *Order) error {
		d, err := d.clean()
		if err != nil {
			return err
		}
		o.Message, o.Colour, o.LogoID = d.Message, d.Colour, nil
		if facts, err = s.printFactsIn(ctx, tx, *o); err != nil {
			return err
		}
		if d.LogoID != nil {
			facts.Logo, err = ownLogo(ctx, tx, o, *d.LogoID)
		}
		specimen = s.sampleCarnet(numbered(*o))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("draw preview: %w", err)
	}
	return print.Preview(facts, specimen, rank, width)
}

// numbered gives a draft a number to show: it has none before its quote.
func numbered(o Order) Order {
	if o.Number == "" {
		o.Number = o.CreatedAt.In(postgres.Paris).Format("2006") + "-000"
	}
	return o
}

// CheckLogo refuses, with the field « logo », what AddLogo would.
func CheckLogo(content []byte) error {
	_, err := artwork.Clean(content)
	return err
}

// AddLogo keeps a picture for a draft and uses it.
func (s *Service) AddLogo(ctx context.Context, actor identity.Actor, id uuid.UUID, name string, content []byte) error {
	safe, err := artwork.Clean(content)
	if err != nil {
		return err
	}
	name = strings.TrimSuffix(path.Base(name), path.Ext(name)) + ".png"
	err = s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if !o.State.Editable() {
			return errMoved(o.State)
		}
		logo, err := addDocument(ctx, tx, o, DocumentLogo, name, "image/png", safe)
		if err != nil {
			return err
		}
		return postgres.Must(ctx, tx, `UPDATE orders SET logo_id = @logo, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order`,
			postgres.Args{"logo": logo, "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
	})
	if err != nil {
		return fmt.Errorf("add logo: %w", err)
	}
	return nil
}

// Problems tells, field by field, what of a dressing cannot be printed.
func (d Dressing) Problems() []fault.FieldError {
	_, err := d.clean()
	if f, ok := fault.As(err); ok {
		return f.Fields
	}
	return nil
}
