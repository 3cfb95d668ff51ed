package document

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/organisation"
	"passnum/internal/postgres"
	"passnum/internal/upload"
)

// State is where a paper stands.
type State string

// The states of a paper.
const (
	Received State = "recu"
	Accepted State = "accepte"
	Refused  State = "refuse"
	Removed  State = "retire"
)

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{Received: "à vérifier", Accepted: "vérifié", Refused: "refusé", Removed: "retiré"}[s]
}

// File is a paper that was sent, without its content.
type File struct {
	StructureID    uuid.UUID
	ID             uuid.UUID
	Kind           string
	Name           string
	MediaType      string
	Size           int64
	State          State
	Reason         string
	UploadedAt     time.Time
	UploadedByName string
	DecidedAt      *time.Time
	DecidedByName  string
	PurgedAt       *time.Time
}

// Label is what the paper is, in French.
func (f File) Label() string { return kinds[f.Kind].Label }

// Readable reports whether its content is still kept.
func (f File) Readable() bool { return f.PurgedAt == nil }

const fileColumns = `d.structure_id, d.id, d.kind, d.name, d.media_type, d.size, d.state, d.reason, d.uploaded_at, d.uploaded_by_name, d.decided_at, d.decided_by_name, d.purged_at`

// What document refuses.
var (
	// ErrNone hides papers that do not exist and those of others.
	ErrNone = fault.New(fault.KindNotFound, "Cette pièce n’existe pas, ou n’est plus là.")
	// ErrPurged says that a paper was kept long enough.
	ErrPurged = fault.New(fault.KindConflict, "Cette pièce a été effacée\u00a0: elle a été gardée le temps prévu.")
	// ErrDecided refuses to take back or decide twice.
	ErrDecided = fault.New(fault.KindConflict, "Cette pièce a déjà reçu une réponse. Rechargez la page.")
	// ErrTwice refuses the same paper sent twice.
	ErrTwice = fault.New(fault.KindConflict, "Vous avez déjà envoyé ce fichier pour cette pièce.")
	// ErrKind refuses a paper that is not asked of anybody.
	ErrKind = fault.Field("piece", "Choisissez de quelle pièce il s’agit.")
	// ErrRead keeps what the operator is reading as it is.
	ErrRead = fault.New(fault.KindConflict, "L’opérateur lit votre dossier avec cette pièce. Reprenez d’abord le dossier pour la retirer, ou envoyez-en une autre à côté.")
	// ErrMany bounds what one structure may send.
	ErrMany = fault.New(fault.KindConflict, "Vous avez déjà envoyé dix fichiers pour cette pièce. Retirez-en un d’abord.")
)

// Service is the use cases of papers.
type Service struct {
	db    *postgres.DB
	gate  upload.Gate
	vault *upload.Vault
	// delegated tells a file that is filled in by someone else than the legal
	// representative.
	delegated func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (bool, error)
	// kept hears, in the transaction that keeps it, of a paper of some kind.
	kept func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, kind string) error
}

// NewService makes the use cases.
func NewService(db *postgres.DB, gate upload.Gate, vault *upload.Vault) *Service {
	return &Service{db: db, gate: gate, vault: vault,
		delegated: func(context.Context, *postgres.Tx, uuid.UUID) (bool, error) { return false, nil },
		kept:      func(context.Context, *postgres.Tx, uuid.UUID, string) error { return nil }}
}

// Delegated lends the service who tells that a file is filled in by a delegate.
func (s *Service) Delegated(tell func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (bool, error)) *Service {
	s.delegated = tell
	return s
}

// Kept lends the service who waits for a paper that was asked again.
func (s *Service) Kept(hear func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, kind string) error) *Service {
	s.kept = hear
	return s
}

// Of lists the papers of a structure that were not taken back, as they are asked
// for, the last sent first.
func Of(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]File, error) {
	list, err := postgres.All[File](ctx, tx, `
		SELECT `+fileColumns+` FROM dossier_documents d
		WHERE d.structure_id = @structure AND d.state <> 'retire' ORDER BY d.kind, d.uploaded_at DESC, d.id`, postgres.Args{"structure": structure})
	return list, fault.Wrap(err, "list papers")
}

// Lacking lists the labels of the papers that must still be sent: none was, or
// all were refused.
func Lacking(ctx context.Context, tx *postgres.Tx, structure uuid.UUID, delegate bool) ([]string, error) {
	kind, err := kindOf(ctx, tx, structure)
	if err != nil {
		return nil, err
	}
	files, err := Of(ctx, tx, structure)
	if err != nil {
		return nil, err
	}
	sent := map[string]bool{}
	for _, f := range files {
		if f.State != Refused {
			sent[f.Kind] = true
		}
	}
	var lacking []string
	for _, k := range Required(kind, delegate) {
		if !k.Optional && !sent[k.Code] {
			lacking = append(lacking, k.Label)
		}
	}
	return lacking, nil
}

func kindOf(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) (organisation.Kind, error) {
	kind, err := postgres.Value[string](ctx, tx, `SELECT kind FROM organisations WHERE id = @id`, postgres.Args{"id": structure})
	return organisation.Kind(kind), fault.Wrap(err, "read kind of body")
}

// Missing is Lacking for a file filled in by the legal representative.
func Missing(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]string, error) {
	return Lacking(ctx, tx, structure, false)
}

// ToCheck counts the papers that nobody has accepted or refused yet.
func ToCheck(files []File) int {
	n := 0
	for _, f := range files {
		if f.State == Received {
			n++
		}
	}
	return n
}
