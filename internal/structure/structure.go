// Package structure is the bodies that give services against chèques: their
// file, which the operator qualifies, their places, and which commanditaires
// agreed to them. It refuses to let a structure qualify itself, and to show
// the places of one that is not qualified.
package structure

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/geocode"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// State is where a structure's file stands.
type State string

// The states of a file. Only the operator leaves Submitted, Qualified and
// Suspended behind, but for a structure that takes its file back.
const (
	Draft       State = "brouillon"
	Submitted   State = "soumise"
	Corrections State = "corrections"
	Qualified   State = "qualifiee"
	Refused     State = "refusee"
	Suspended   State = "suspendue"
	Dequalified State = "dequalifiee"
)

// Label is the state in French.
func (s State) Label() string {
	return map[State]string{Draft: "à compléter", Submitted: "en cours d’examen", Corrections: "corrections demandées", Qualified: "qualifiée",
		Refused: "refusée", Suspended: "suspendue", Dequalified: "déqualifiée"}[s]
}

// Open reports whether the structure may still change its file.
func (s State) Open() bool { return s == Draft || s == Corrections || s == Refused }

// Dossier is a structure's file.
type Dossier struct {
	OrganisationID    uuid.UUID
	Name              string
	SIRET             string
	Town              string
	State             State
	Presentation      string
	CharterVersion    string
	CharterAcceptedAt *time.Time
	TermsVersion      string
	TermsAcceptedAt   *time.Time
	AccountHolder     string
	IBAN              string
	BIC               string
	SubmittedAt       *time.Time
	QualifiedAt       *time.Time
	Reason            string
	Places            int // all of them
	ReadyPlaces       int // those that offer at least one entry
}

// DossierSelect reads files, each as a Dossier: « s » is the file, « o » its
// organisation. A file shows the account in force or, before the first one is,
// the one that was declared.
const DossierSelect = `SELECT s.organisation_id, o.name, o.siret, o.town, s.state, s.presentation, s.charter_version, s.charter_accepted_at, s.terms_version, s.terms_accepted_at,
	coalesce(b.account_holder, '') AS account_holder, coalesce(b.iban, '') AS iban, coalesce(b.bic, '') AS bic, s.submitted_at, s.qualified_at, s.reason,
	(SELECT count(*) FROM places p WHERE p.structure_id = s.organisation_id)::int AS places,
	(SELECT count(*) FROM places p WHERE p.structure_id = s.organisation_id AND p.entries <> '{}')::int AS ready_places
	FROM structures s JOIN organisations o ON o.id = s.organisation_id
	LEFT JOIN structure_bank_accounts b ON b.structure_id = s.organisation_id AND (b.state = 'active' OR b.state = 'attente' AND b.kind = 'premier') `

// Accepted reports whether today's charter was accepted.
func (d Dossier) Accepted() bool {
	return d.CharterAcceptedAt != nil && d.CharterVersion == CurrentCharter.Version
}

// AcceptedTerms reports whether today's terms of use were accepted.
func (d Dossier) AcceptedTerms() bool {
	return d.TermsAcceptedAt != nil && d.TermsVersion == CurrentTerms.Version
}

// HasBank reports whether the bank account is told.
func (d Dossier) HasBank() bool { return d.IBAN != "" && d.AccountHolder != "" }

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the mails that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
	// OperatorEmail is told of files to read; empty for nobody.
	OperatorEmail string
	// Reauthenticate checks a person's password again; nil refuses every change of
	// an account in force.
	Reauthenticate func(ctx context.Context, actor identity.Actor, password string) error
	// Geocoder says where addresses are; nil places by commune.
	Geocoder *geocode.Client
	// SealPlaces writes the link by which a structure confirms its places without
	// signing in; nil asks nobody.
	SealPlaces func(structure uuid.UUID, until time.Time) string
	// OnDeclared hears, in the declaration's transaction, of an account that a
	// structure declared; nil when nobody waits for it.
	OnDeclared func(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) error
	// OnAsked hears, in the request's transaction, of a structure that asks to be
	// agreed; nil when nobody answers for commanditaires.
	OnAsked func(ctx context.Context, tx *postgres.Tx, commanditaire uuid.UUID, structure string) error
}

// Service is the use cases of structures.
type Service struct {
	db        *postgres.DB
	territory *territory.Index
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, index *territory.Index, options Options) *Service {
	return &Service{db: db, territory: index, Options: options}
}

// What structure refuses.
var (
	// ErrNoDossier hides files that do not exist.
	ErrNoDossier = fault.New(fault.KindNotFound, "Cette structure n’existe pas, ou son dossier n’est pas ouvert.")
	// ErrClosed refuses to change a file that is being read or was decided.
	ErrClosed = fault.New(fault.KindConflict, "Ce dossier n’est plus modifiable. S’il est en cours d’examen, reprenez-le d’abord\u00a0; sinon, écrivez à l’opérateur.")
	// ErrMoved refuses a decision on a file that changed meanwhile.
	ErrMoved = fault.New(fault.KindConflict, "Ce dossier a changé depuis que vous l’avez ouvert. Relisez-le avant de décider.")
	// ErrNoPlace hides places that do not exist and those of others.
	ErrNoPlace = fault.New(fault.KindNotFound, "Ce lieu n’existe pas, ou il n’est pas le vôtre.")
	// ErrNotQualified refuses to publish a place too early.
	ErrNotQualified = fault.New(fault.KindConflict, "Ce lieu sera affiché dès que votre structure sera qualifiée.")
	// ErrNoEntry refuses to publish a place that offers nothing.
	ErrNoEntry = fault.New(fault.KindConflict, "Choisissez au moins un service avant d’afficher ce lieu.")
)

// OpenDossier starts the file of a structure in the caller's transaction
// (operator's scope); a file already there is left as it is.
func OpenDossier(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID) error {
	_, err := postgres.Do(ctx, tx, `INSERT INTO structures (organisation_id) VALUES (@id) ON CONFLICT DO NOTHING`, postgres.Args{"id": organisation})
	return fault.Wrap(err, "open structure file")
}

// Rename carries an organisation's new name to its places, in the caller's
// transaction (the organisation's scope).
func Rename(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, name string) error {
	_, err := postgres.Do(ctx, tx, `UPDATE places SET structure_name = @name WHERE structure_id = @id`, postgres.Args{"name": name, "id": organisation})
	return fault.Wrap(err, "rename places")
}

// Renumber carries an organisation's new SIRET to its places, in the operator's
// transaction.
func Renumber(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, siret string) error {
	_, err := postgres.Do(ctx, tx, `UPDATE places SET structure_siret = @siret WHERE structure_id = @id`, postgres.Args{"siret": siret, "id": organisation})
	return fault.Wrap(err, "renumber places")
}

// ReadDossier reads the file of a structure in the caller's transaction;
// ErrNoDossier.
func ReadDossier(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Dossier, error) {
	d, err := postgres.One[Dossier](ctx, tx, `
		`+DossierSelect+` WHERE s.organisation_id = @id`,
		postgres.Args{"id": id})
	if errors.Is(err, postgres.ErrNoRow) {
		return d, ErrNoDossier
	}
	return d, fault.Wrap(err, "read structure file")
}
