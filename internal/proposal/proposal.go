// Package proposal is structures that somebody would like to see qualified: a
// counter, a hub or a commanditaire names one, the commanditaire invites it, and
// both follow it until it is. It refuses to tell anybody else what was proposed.
package proposal

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Stage is how far a proposal went.
type Stage string

// The stages, in their order; a dismissed one goes no further.
const (
	Proposed   Stage = "proposee"
	Invited    Stage = "invitee"
	Registered Stage = "inscrite"
	Qualified  Stage = "qualifiee"
	Dismissed  Stage = "ecartee"
)

// Stages lists them in the order a filter shows them.
var Stages = []Stage{Proposed, Invited, Registered, Qualified, Dismissed}

// Label is the stage in French.
func (s Stage) Label() string {
	return map[Stage]string{Proposed: "proposée", Invited: "invitée", Registered: "inscrite", Qualified: "qualifiée", Dismissed: "écartée"}[s]
}

// Proposal is a structure to qualify, and how far it went.
type Proposal struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	ID              uuid.UUID
	ProposerID      uuid.UUID
	Proposer        string
	DelegationID    *uuid.UUID
	Name            string
	SIRET           string
	Town            string
	ContactName     string
	ContactEmail    string
	ContactPhone    string
	Why             string
	ByAdviser       bool
	ProposedAt      time.Time
	ProposedByName  string
	DecidedAt       *time.Time
	DecidedByName   string
	Reason          string
	InvitedEmail    string
	Invitations     int // sent, each less than a day after the last
	RegisteredAt    *time.Time
	Organisation    *string // the one it became
	Stage           Stage
	MayInvite       bool // the actor may, as things stand
}

// columns and from read proposals with their stage: it is read from the
// directory and from what is shown to the public, never stored.
const columns = `x.commanditaire_id, g.name AS commanditaire, x.id, x.proposer_id, p.name AS proposer, x.delegation_id, x.name, x.siret, x.town,
	x.contact_name, x.contact_email, x.contact_phone, x.why, x.by_adviser, x.proposed_at, x.proposed_by_name, x.decided_at, x.decided_by_name, x.reason,
	x.invited_email, x.invitations, x.registered_at, became.name AS organisation, ` + stage + ` AS stage`

const stage = `CASE WHEN became.qualified THEN 'qualifiee' WHEN x.state = 'ecartee' THEN 'ecartee' WHEN became.name IS NOT NULL THEN 'inscrite' ELSE x.state END`

const from = ` FROM proposals x JOIN organisations g ON g.id = x.commanditaire_id JOIN organisations p ON p.id = x.proposer_id
	LEFT JOIN LATERAL (
		SELECT o.name, o.is_structure AND EXISTS (SELECT 1 FROM places s WHERE s.structure_id = o.id AND s.published) AS qualified
		FROM organisations o WHERE o.id = x.organisation_id OR x.organisation_id IS NULL AND x.siret <> '' AND o.siret = x.siret
		LIMIT 1) became ON true `

// mayInvite says whether the caller may; a hub must still be delegated to.
const mayInvite = `, x.organisation_id IS NULL AND became.name IS NULL AND (x.commanditaire_id = @me OR EXISTS (
	SELECT 1 FROM delegations d WHERE d.commanditaire_id = x.commanditaire_id AND d.id = x.delegation_id AND d.hub_id = @me AND d.may_invite
		AND d.withdrawn_at IS NULL AND @today::date BETWEEN d.starts_on AND d.ends_on)) AS may_invite`

// Target is a commanditaire that one may propose to.
type Target struct {
	ID   uuid.UUID
	Name string
}

// What proposing answers.
var (
	// ErrNotFound hides the proposals of others.
	ErrNotFound = fault.New(fault.KindNotFound, "Cette proposition n’existe pas, ou elle n’est pas la vôtre.")
	// ErrDone refuses to invite or dismiss what went further.
	ErrDone = fault.New(fault.KindConflict, "Cette structure s’est déjà inscrite\u00a0: il n’y a plus personne à inviter.")
	// ErrInvitedEnough pauses the invitations of one proposal.
	ErrInvitedEnough = fault.New(fault.KindTooMany, "Cinq invitations sont déjà parties pour cette structure. Réessayez demain, ou appelez-la.")
	// ErrTooMany pauses proposals that come too often.
	ErrTooMany = fault.New(fault.KindTooMany, "Votre organisation a proposé beaucoup de structures aujourd’hui. Réessayez demain.")
)

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the mails that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
}

// Service is the use cases of proposals.
type Service struct {
	db        *postgres.DB
	territory *territory.Index
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, index *territory.Index, options Options) *Service {
	return &Service{db: db, territory: index, Options: options}
}
