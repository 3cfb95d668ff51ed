package document

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// mostOfAKind is how many live files one paper may be made of.
const mostOfAKind = 10

// purpose ties a sealed content to its row: moved to another, it does not open.
func purpose(structure, id uuid.UUID) string {
	return "piece:" + structure.String() + ":" + id.String()
}

// Put checks a file, seals it and keeps it for the actor's own structure. It
// returns what upload refuses, ErrKind, ErrTwice or ErrMany; nothing is kept then.
func (s *Service) Put(ctx context.Context, actor identity.Actor, kind, name string, content []byte) (File, error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return File{}, err
	}
	if _, known := KindOf(kind); !known {
		return File{}, ErrKind
	}
	// Before the transaction: an antivirus may take its time.
	passed, err := s.gate.Pass(ctx, name, content)
	if err != nil {
		return File{}, fault.Wrap(err, "check paper")
	}
	f := File{StructureID: actor.OrganisationID, ID: postgres.NewID(), Kind: kind, Name: passed.Name,
		MediaType: string(passed.MediaType), Size: int64(len(passed.Content)), State: Received, UploadedByName: actor.Name}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error { return s.keep(ctx, tx, actor, &f, passed.Content) })
	return f, fault.Wrap(err, "keep paper")
}

func (s *Service) keep(ctx context.Context, tx *postgres.Tx, actor identity.Actor, f *File, content []byte) error {
	live, err := postgres.Value[int](ctx, tx, `
		SELECT count(*)::int FROM dossier_documents WHERE structure_id = @structure AND kind = @kind AND state <> 'retire'`,
		postgres.Args{"structure": f.StructureID, "kind": f.Kind})
	if err != nil {
		return err
	}
	if live >= mostOfAKind {
		return ErrMany
	}
	digest := sha256.Sum256(content)
	key, sealed := s.vault.Seal(purpose(f.StructureID, f.ID), content)
	f.UploadedAt = tx.Now()
	err = postgres.Must(ctx, tx, `
		INSERT INTO dossier_documents (structure_id, id, kind, name, media_type, size, sha256, content, key_id, uploaded_at, uploaded_by, uploaded_by_name)
		VALUES (@structure, @id, @kind, @name, @type, @size, @digest, @sealed, @key, @now, @account, @by)`,
		postgres.Args{"structure": f.StructureID, "id": f.ID, "kind": f.Kind, "name": f.Name, "type": f.MediaType, "size": f.Size, "digest": digest[:],
			"sealed": sealed, "key": key, "now": tx.Now(), "account": actor.AccountID, "by": actor.Name})
	if postgres.Constraint(err) == "dossier_documents_once" {
		return ErrTwice
	}
	if err != nil {
		return err
	}
	if err := s.kept(ctx, tx, f.StructureID, f.Kind); err != nil {
		return err
	}
	return record(ctx, tx, actor, "pièce envoyée", *f)
}

// Remove takes back one of the actor's own papers that was not accepted; its
// content is emptied at once. ErrNone, ErrDecided, ErrRead.
func (s *Service) Remove(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.StructureWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		state, err := structure.HoldState(ctx, tx, actor.OrganisationID)
		if err != nil && !errors.Is(err, structure.ErrNoDossier) {
			return err
		}
		f, err := one(ctx, tx, actor.OrganisationID, id)
		if err != nil {
			return err
		}
		if state == structure.Submitted && f.State == Received {
			return ErrRead
		}
		n, err := postgres.Do(ctx, tx, `
			UPDATE dossier_documents SET state = 'retire', content = NULL, purged_at = coalesce(purged_at, @now), decided_at = @now, decided_by = @account, decided_by_name = @by
			WHERE structure_id = @structure AND id = @id AND state IN ('recu', 'refuse')`,
			postgres.Args{"now": tx.Now(), "account": actor.AccountID, "by": actor.Name, "structure": f.StructureID, "id": id})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrDecided
		}
		return record(ctx, tx, actor, "pièce retirée", f)
	})
	return fault.Wrap(err, "remove paper")
}

// Asked is what a structure is asked for, and what it sent.
type Asked struct {
	Kinds []Kind
	Files []File
}

// Own tells what the actor's own structure is asked for, and what it sent. A paper
// that was sent and is no longer asked for, since the body changed, is listed too.
func (s *Service) Own(ctx context.Context, actor identity.Actor) (Asked, error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return Asked{}, err
	}
	var a Asked
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		kind, err := kindOf(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		delegate, err := s.delegated(ctx, tx, actor.OrganisationID)
		if err != nil {
			return err
		}
		a.Kinds = Required(kind, delegate)
		a.Files, err = Of(ctx, tx, actor.OrganisationID)
		return err
	})
	for _, f := range a.Files {
		if !slices.ContainsFunc(a.Kinds, func(k Kind) bool { return k.Code == f.Kind }) {
			k := kinds[f.Kind]
			k.Optional = true
			a.Kinds = append(a.Kinds, k)
		}
	}
	return a, fault.Wrap(err, "read papers")
}

// Open reads one of the actor's own papers; ErrNone, ErrPurged.
func (s *Service) Open(ctx context.Context, actor identity.Actor, id uuid.UUID) (File, []byte, error) {
	if err := actor.May(identity.StructureWrite); err != nil {
		return File{}, nil, err
	}
	var sealed sealedFile
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		sealed, err = oneSealed(ctx, tx, actor.OrganisationID, id)
		return err
	})
	if err != nil {
		return File{}, nil, fault.Wrap(err, "read own paper")
	}
	return s.open(sealed)
}

// sealedFile is a paper as it is kept.
type sealedFile struct {
	File
	Content []byte
	KeyID   string
}

func (s *Service) open(f sealedFile) (File, []byte, error) {
	if !f.Readable() {
		return f.File, nil, ErrPurged
	}
	content, err := s.vault.Open(f.KeyID, purpose(f.StructureID, f.ID), f.Content)
	return f.File, content, fault.Wrap(err, "open paper")
}

func one(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (File, error) {
	f, err := postgres.One[File](ctx, tx, `SELECT `+fileColumns+` FROM dossier_documents d WHERE d.structure_id = @structure AND d.id = @id AND d.state <> 'retire'`,
		postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return f, ErrNone
	}
	return f, err
}

func oneSealed(ctx context.Context, tx *postgres.Tx, structure, id uuid.UUID) (sealedFile, error) {
	f, err := postgres.One[sealedFile](ctx, tx, `SELECT `+fileColumns+`, d.content, d.key_id FROM dossier_documents d
		WHERE d.structure_id = @structure AND d.id = @id AND d.state <> 'retire'`, postgres.Args{"structure": structure, "id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return f, ErrNone
	}
	return f, err
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, f File) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "structure", SubjectID: f.StructureID, Parties: []uuid.UUID{f.StructureID},
		Detail: map[string]any{"pièce": f.Label(), "fichier": f.ID}})
}
