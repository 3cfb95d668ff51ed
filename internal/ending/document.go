package ending

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

const documentKind = "etat_contradictoire"

// keepDocument stores a statement for good, and answers its fingerprint.
func keepDocument(ctx context.Context, tx *postgres.Tx, o purchase, name string, content []byte) (uuid.UUID, []byte, error) {
	id, hash := postgres.NewID(), sha256.Sum256(content)
	readers := append([]uuid.UUID{}, o.FunderIDs...)
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO documents (id, organisation_id, reader_ids, kind, subject_id, name, media_type, content, sha256, created_at)
		VALUES (@id, @commanditaire, @readers, @kind, @order, @name, 'application/pdf', @content, @hash, @now)`,
		o.with(postgres.Args{"id": id, "readers": readers, "kind": documentKind, "name": name, "content": content, "hash": hash[:], "now": tx.Now()}))
	if err != nil {
		return uuid.Nil, nil, fmt.Errorf("keep statement: %w", err)
	}
	return id, hash[:], nil
}

// Paper is the statement in force: the signed one when both sides have signed,
// else the one to sign.
func (s *Service) Paper(ctx context.Context, actor identity.Actor, side Side, id uuid.UUID) (name string, content []byte, err error) {
	err = s.read(ctx, actor, side, func(tx *postgres.Tx) error {
		o, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err := live(ctx, tx, o)
		if err != nil {
			return fault.New(fault.KindNotFound, "Aucun état contradictoire n’est établi pour cette commande.")
		}
		document := c.DocumentID
		if c.SignedDocumentID != nil {
			document = *c.SignedDocumentID
		}
		file, err := postgres.One[struct {
			Name    string
			Content []byte
		}](ctx, tx, `SELECT name, content FROM documents WHERE id = @id`, postgres.Args{"id": document})
		name, content = file.Name, file.Content
		return err
	})
	return name, content, fault.Wrap(err, "read statement")
}
