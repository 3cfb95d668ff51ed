package continuity

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/continuity/kit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
)

// Deps is what the service needs from the rest of the house.
type Deps struct {
	Source
	Queue   jobs.Queue
	Post    func(ctx context.Context, tx *postgres.Tx, m mail.Message) error
	BaseURL string
}

// Service holds the use cases of the operator's exit.
type Service struct {
	Deps
	db *postgres.DB
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps, db: deps.DB} }

// State is where a kit stands.
type State string

// The states of a kit.
const (
	Asked     State = "demande"
	Refused   State = "refuse"
	Preparing State = "preparation"
	Ready     State = "pret"
	HandedOut State = "remis"
	Expired   State = "perime"
	Stopped   State = "arrete"
	Console   State = "console"
)

// Kept is how long a kit waits to be downloaded; Quarter how often the exercise
// is to be done.
const (
	Kept    = 72 * time.Hour
	Quarter = 92 * 24 * time.Hour
)

// Kit is one taking out of everything, without its content.
type Kit struct {
	ID               uuid.UUID
	State            State
	Reason           string
	LiquidatorKey    string
	SuccessorKey     string // empty when the chèque keys stay
	RequestedAt      time.Time
	RequestedBy      *uuid.UUID
	RequestedByName  string
	DecidedAt        *time.Time
	DecidedByName    string
	TakenAt          *time.Time // the moment it is a picture of
	Files            int
	Rows             int64
	ManifestHash     []byte
	SizeBytes        int64
	Chunks           int
	ExpiresAt        *time.Time
	DownloadedAt     *time.Time
	DownloadedByName string
	EndedAt          *time.Time
}

// Live reports whether somebody still has something to do about the kit.
func (k Kit) Live() bool { return k.EndedAt == nil }

// Left reports whether the kit left the house.
func (k Kit) Left() bool { return k.DownloadedAt != nil || k.State == Console }

// Fingerprint is the SHA-256 of the kit's manifest, in hexadecimal.
func (k Kit) Fingerprint() string { return hex.EncodeToString(k.ManifestHash) }

// AskedBy reports whether the actor asked for the kit.
func (k Kit) AskedBy(actor identity.Actor) bool {
	return k.RequestedBy != nil && *k.RequestedBy == actor.AccountID
}

// What the use cases refuse.
var (
	ErrNoKey      = fault.New(fault.KindConflict, "Cette installation n’a pas de clé de signature. Ajoutez PASSNUM_SIGNING_KEY à sa configuration («\u00a0passnum keys\u00a0» en donne une), puis relancez-la.")
	ErrNoKit      = fault.New(fault.KindConflict, "Il n’y a plus de kit à cet endroit\u00a0: il a été remis, arrêté ou effacé.")
	ErrAsked      = fault.New(fault.KindConflict, "Un kit est déjà demandé ou en préparation. Suivez-le sur cette page.")
	ErrOwnRequest = fault.New(fault.KindConflict, "Vous avez fait cette demande\u00a0: une autre personne doit en décider.")
	ErrDecided    = fault.New(fault.KindConflict, "Cette demande a déjà reçu sa réponse.")
)

// Status is everything that the page shows.
type Status struct {
	Kits        []Kit // newest first
	Last        *Kit  // the last one that left the house
	Run         jobs.Run
	Began       bool
	Fingerprint string // of the public key; empty without one
	Now         time.Time
}

// Live is the kit under way, if there is one.
func (s Status) Live() (Kit, bool) {
	for _, k := range s.Kits {
		if k.Live() {
			return k, true
		}
	}
	return Kit{}, false
}

// Late reports whether the exercise of the quarter is due.
func (s Status) Late() bool {
	return s.Last == nil || s.Last.TakenAt == nil || s.Now.Sub(*s.Last.TakenAt) > Quarter
}

const selectKit = `
	SELECT id, state, reason, liquidator_key, successor_key, requested_at, requested_by, requested_by_name, decided_at, decided_by_name,
		taken_at, files, rows, manifest_hash, size_bytes, chunks, expires_at, downloaded_at, downloaded_by_name, ended_at
	FROM continuity_kits`

// Status reads where continuity stands, for the operator.
func (s *Service) Status(ctx context.Context, actor identity.Actor) (Status, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return Status{}, err
	}
	st := Status{Now: s.db.Now()}
	if key, err := s.PublicKey(); err == nil {
		public, err := kit.ReadPEM(key)
		if err != nil {
			return st, err
		}
		st.Fingerprint = kit.Fingerprint(public)
	}
	err := s.db.InPlatform(ctx, actor, "continuité", func(tx *postgres.Tx) (err error) {
		if st.Kits, err = postgres.All[Kit](ctx, tx, selectKit+` ORDER BY requested_at DESC, id DESC LIMIT 20`, nil); err != nil {
			return err
		}
		left, err := postgres.All[Kit](ctx, tx, selectKit+` WHERE downloaded_at IS NOT NULL OR state = 'console' ORDER BY taken_at DESC LIMIT 1`, nil)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			st.Last = &left[0]
		}
		if len(st.Kits) > 0 {
			st.Run, st.Began, err = jobs.Latest(ctx, tx, kitRun, st.Kits[0].ID)
		}
		return err
	})
	if err != nil {
		return Status{}, fmt.Errorf("read continuity: %w", err)
	}
	return st, nil
}

// Progress is the making of the latest kit, for a page that follows it.
func (s *Service) Progress(ctx context.Context, actor identity.Actor, id uuid.UUID) (run jobs.Run, began bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return run, false, err
	}
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		run, began, err = jobs.Latest(ctx, tx, kitRun, id)
		return err
	})
	return run, began, err
}

// PublicKey is the key that checks kits, in PEM, for anyone. ErrNoKey.
func (s *Service) PublicKey() ([]byte, error) {
	if s.Signer == nil {
		return nil, ErrNoKey
	}
	return kit.PEM(kit.Public(s.Signer)), nil
}

// record journals an act on a kit.
func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, act string, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "kit de continuité", SubjectID: id, Detail: detail})
}
