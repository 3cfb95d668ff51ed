// Package treasury knows what the bank says of the dedicated account: it takes
// statements in, recognises each line or leaves it to a person, and proves that
// the account covers what is owed. It refuses to guess: a line is matched by an
// exact rule that it names, or by somebody.
package treasury

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/invoicing"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/settlement"
	"passnum/internal/treasury/camt"
)

// Deps are what the service needs; acts on other domains' money go through them.
// One that is nil is never done by a rule nor offered.
type Deps struct {
	DB   *postgres.DB
	IBAN string // the dedicated account

	Attest   func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, order uuid.UUID, f order.Funding) (uuid.UUID, error)
	Awaiting func(ctx context.Context, tx *postgres.Tx) ([]order.Awaited, error)
	Unpaid   func(ctx context.Context, tx *postgres.Tx) ([]invoicing.UnpaidFacture, error)
	Debit    func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d settlement.Debit) error
	Return   func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, r settlement.Return) error
	Refund   func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, reference string, amount money.Cents, on time.Time) error
	// RefundBack records that an avoir sent back to its commanditaire returned.
	RefundBack settlement.RefundBack
	// Recover records what a structure pays back after an incident.
	Recover func(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p incident.Paid) error
}

// Service takes statements in and matches their lines.
type Service struct {
	Deps
	cover coverCache
}

// NewService makes the service.
func NewService(deps Deps) *Service { return &Service{Deps: deps} }

// Kind is what a line was recognised as.
type Kind string

// The kinds of match.
const (
	Receipt Kind = "recu"          // funds attested before
	Funding Kind = "versement"     // funds attested from the line
	Payout  Kind = "paiement"      // transfers to structures
	Back    Kind = "retour"        // a transfer that came back
	Refund  Kind = "remboursement" // an avoir sent back
	// RefundBack is an avoir sent back that came back.
	RefundBack Kind = "remboursement_revenu"
	Sweep      Kind = "frais" // fees leaving for the operator's own account
	// Recovery is what a structure pays back after an incident.
	Recovery Kind = "recouvrement"
	Aside    Kind = "ecart" // none of the above, and why
)

// Label is the kind in French.
func (k Kind) Label() string {
	switch k {
	case Receipt:
		return "Fonds déjà attestés"
	case Funding:
		return "Fonds attestés d’après le relevé"
	case Payout:
		return "Contre-paiement"
	case Back:
		return "Virement revenu"
	case Refund:
		return "Remboursement"
	case RefundBack:
		return "Remboursement revenu"
	case Sweep:
		return "Frais de l’opérateur"
	case Recovery:
		return "Versement d’une structure"
	case Aside:
		return "Mise à l’écart"
	default:
		return ""
	}
}

// Line is one movement of the account.
type Line struct {
	ID            uuid.UUID
	LineKey       string
	StatementID   *uuid.UUID
	NoticeID      *uuid.UUID
	Statement     string // its statement's reference, empty when only announced
	Credit        bool
	AmountCents   money.Cents
	MatchedCents  money.Cents
	BookedOn      time.Time
	ValuedOn      *time.Time
	BankReference string
	BankCode      string
	Reversal      bool
	Party         string
	Remittance    string
	Details       json.RawMessage
	Waiting       string
	Known         string // what it was recognised as, the first of them
}

// Open is what nobody recognised yet.
func (l Line) Open() money.Cents { return l.AmountCents - l.MatchedCents }

// Announced reports whether only a notice told of the line: it is matched once a
// statement holds it.
func (l Line) Announced() bool { return l.StatementID == nil }

// Parts are the line's details, the whole first.
func (l Line) Parts() []camt.Detail {
	var parts []camt.Detail
	if err := json.Unmarshal(l.Details, &parts); err != nil || len(parts) == 0 {
		return []camt.Detail{{Amount: l.AmountCents, Party: l.Party, Remittance: l.Remittance}}
	}
	return parts
}

// returned reports whether the bank says that the line's money comes back.
func (l Line) returned() bool {
	return camt.Entry{Code: l.BankCode, Reversal: l.Reversal, Details: l.Parts()}.Returned()
}

// Match is what a line, or a part of it, was recognised as.
type Match struct {
	ID              uuid.UUID
	LineID          uuid.UUID
	Detail          int
	Kind            Kind
	Target          string
	Claims          []string
	Label           string
	AmountCents     money.Cents
	CommanditaireID *uuid.UUID
	OrderID         *uuid.UUID
	Rule            string // empty when a person decided
	MatchedAt       time.Time
	MatchedByName   string
	Moved           bool
	UndoneAt        *time.Time
	UndoneByName    string
}

// Account is a statement or a notice that was taken in.
type Account struct {
	ID             uuid.UUID
	Kind           camt.Kind
	Reference      string
	Sequence       *int64
	OpenedOn       *time.Time
	OpeningCents   *int64
	ClosedOn       *time.Time
	ClosingCents   *int64
	CreditCents    money.Cents
	DebitCents     money.Cents
	Lines          int
	OpenLines      int
	FileName       string
	ImportedAt     time.Time
	ImportedByName string
	// GapCents is what separates its opening balance from the previous
	// statement's closing one; nil for the first.
	GapCents *int64
}

// Follows reports whether the statement begins where the previous one ended.
func (a Account) Follows() bool { return a.GapCents == nil || *a.GapCents == 0 }

// The refusals of this package.
var (
	ErrNotFound     = fault.New(fault.KindNotFound, "Cette ligne ou ce relevé n’existe pas.")
	ErrOtherAccount = fault.New(fault.KindInvalid, "Ce relevé n’est pas celui du compte dédié de cette installation. Rien n’a été importé.")
	ErrNoAccount    = fault.New(fault.KindInvalid, "Le compte dédié de cette installation n’est pas réglé (PASSNUM_OPERATOR_IBAN) : aucun relevé ne peut être reconnu comme le sien.")
	ErrMatchedSince = fault.New(fault.KindConflict, "Quelqu’un vient de rapprocher cette ligne, ou ce qu’elle désigne. Relisez-la\u00a0: rien n’a été ajouté.")
	ErrAnnounced    = fault.New(fault.KindConflict, "Cette opération est annoncée par un avis\u00a0: elle se rapproche quand un relevé la contient.")
	ErrTooMuch      = fault.Field("montant", "Ce montant dépasse ce qui reste à rapprocher sur cette ligne.")
	ErrNoAmount     = fault.Field("montant", "Indiquez un montant, par exemple 1 250,00.")
	ErrNoChoice     = fault.Field("choix", "Choisissez ce que cette ligne désigne.")
	ErrMoneyMoved   = fault.New(fault.KindConflict, "Ce rapprochement a déplacé de l’argent dans le grand livre\u00a0: il ne s’annule pas, il se corrige par une autre opération.")
	ErrUndone       = fault.New(fault.KindConflict, "Ce rapprochement est déjà annulé.")
	ErrSweepTooMuch = fault.New(fault.KindConflict, "Le compte dédié ne détient pas autant de frais et de TVA de l’opérateur\u00a0: ce virement prendrait l’argent des commanditaires ou des structures.")
	ErrReason       = fault.Field("motif", "Dites en quelques mots pourquoi cette ligne est mise à l’écart.")
	ErrMandat       = fault.Field("mandat", "Indiquez le numéro du mandat, tel qu’il figure sur l’avis.")
	ErrParts        = fault.Field("valeur_faciale", "Valeur faciale, frais et TVA ne font pas le montant rapproché.")
	ErrUnavailable  = fault.New(fault.KindConflict, "Cette opération n’est pas possible depuis le relevé.")
)
