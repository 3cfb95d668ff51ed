package distribution

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Document is a file to save.
type Document struct {
	Name    string
	Content []byte
}

const documentConvention = "convention"

type signatory struct {
	ID         uuid.UUID
	Name       string
	Siret      string
	Street     string
	Complement string
	PostalCode string
	Town       string
}

// ConventionPDF is the convention as a document. Once signed by both sides it
// is kept as it was then, and the same file is given for ever.
func (s *Service) ConventionPDF(ctx context.Context, actor identity.Actor, id uuid.UUID) (Document, error) {
	if err := seesConventions(actor); err != nil {
		return Document{}, err
	}
	var file conventionFile
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		file, err = readConvention(ctx, tx, actor, id)
		return err
	})
	if err != nil {
		return Document{}, fault.Wrap(err, "read convention")
	}
	c := file.convention
	document := Document{Name: "convention-" + c.Number + ".pdf", Content: file.kept}
	if file.kept != nil {
		return document, nil
	}
	document.Content, err = print.Mandate(s.mandateFacts(c, file.parties, file.points))
	if err != nil {
		return Document{}, fmt.Errorf("print convention: %w", err)
	}
	if !c.Signed() {
		return document, nil
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return keepConvention(ctx, tx, actor, c, document) })
	return document, fault.Wrap(err, "keep convention")
}

// conventionFile is the file kept of a convention, or what prints one.
type conventionFile struct {
	convention Convention
	kept       []byte
	parties    []signatory
	points     []Point
}

func readConvention(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID) (f conventionFile, err error) {
	if f.convention, err = findConvention(ctx, tx, actor.OrganisationID, id); err != nil {
		return f, err
	}
	if f.kept, err = keptConvention(ctx, tx, f.convention); err != nil || f.kept != nil {
		return f, err
	}
	f.parties, err = postgres.All[signatory](ctx, tx, `
		SELECT id, name, siret, street, complement, postal_code, town FROM organisations WHERE id = ANY (@ids)`,
		postgres.Args{"ids": []uuid.UUID{f.convention.CommanditaireID, f.convention.AiguilleurID}})
	if err != nil {
		return f, err
	}
	f.points, err = pointsOf(ctx, tx, f.convention.AiguilleurID)
	return f, err
}

func (s *Service) mandateFacts(c Convention, parties []signatory, points []Point) print.MandateFacts {
	facts := print.MandateFacts{Issuer: s.Issuer, Number: c.Number, Start: c.StartsOn, End: c.EndsOn, CreatedAt: c.ProposedAt.In(postgres.Paris)}
	for _, o := range parties {
		if o.ID == c.CommanditaireID {
			facts.Commanditaire = o.party(c.BySide(o.ID))
		} else {
			facts.Aiguilleur = o.party(c.BySide(o.ID))
		}
	}
	for _, p := range points {
		if p.Open() {
			facts.Points = append(facts.Points, print.PointFacts{Name: p.Name, Address: p.Address(), Referent: p.ReferentName, Phone: p.Phone})
		}
	}
	facts.SignedByCommanditaire = printed(c.BySide(c.CommanditaireID))
	facts.SignedByAiguilleur = printed(c.BySide(c.AiguilleurID))
	return facts
}

func (o signatory) party(by *Signature) print.Party {
	p := print.Party{Name: o.Name, SIRET: o.Siret}
	for _, line := range []string{o.Complement, o.Street, o.PostalCode + " " + o.Town} {
		if line != "" && line != " " {
			p.Address = append(p.Address, line)
		}
	}
	if by != nil {
		p.Representative = by.Name + ", " + by.Title
	}
	return p
}

func printed(by *Signature) *print.Signature {
	if by == nil {
		return nil
	}
	return &print.Signature{Name: by.Name, Quality: by.Title, At: by.At}
}

// keptConvention is the first file kept of a signed convention, whichever side
// kept it.
func keptConvention(ctx context.Context, tx *postgres.Tx, c Convention) ([]byte, error) {
	content, err := postgres.Value[[]byte](ctx, tx, `
		SELECT content FROM documents
		WHERE organisation_id = ANY (@parties) AND subject_id = @subject AND kind = @kind ORDER BY created_at, id LIMIT 1`,
		postgres.Args{"parties": []uuid.UUID{c.CommanditaireID, c.AiguilleurID}, "subject": c.ID, "kind": documentConvention})
	if errors.Is(err, postgres.ErrNoRow) {
		return nil, nil
	}
	return content, err
}

func keepConvention(ctx context.Context, tx *postgres.Tx, actor identity.Actor, c Convention, d Document) error {
	hash := sha256.Sum256(d.Content)
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO documents (id, organisation_id, reader_ids, kind, subject_id, name, media_type, content, sha256, created_at)
		VALUES (@id, @me, @readers, @kind, @subject, @name, 'application/pdf', @content, @hash, @now)`,
		postgres.Args{"id": postgres.NewID(), "me": actor.OrganisationID, "readers": []uuid.UUID{c.CommanditaireID, c.AiguilleurID},
			"kind": documentConvention, "subject": c.ID, "name": d.Name, "content": d.Content, "hash": hash[:], "now": tx.Now()})
	return err
}
