// Package settlement pays structures every month, or every week (contre-paiement):
// it cuts a period, keeps one line per structure, asks for a second pair of eyes,
// writes the bank's files and records what the bank did with each line. It refuses
// to edit anything after payout.
package settlement

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/sepa"
)

// State is where a batch stands.
type State string

// The states of a batch; its lines also know the last two.
const (
	Prepared State = "preparee"
	Approved State = "approuvee"
	Executed State = "executee"
	// Rejected is a line that the bank refused before paying it, Returned one
	// that came back after. Both are final: another line pays again.
	Rejected State = "rejetee"
	Returned State = "retournee"
)

// Rhythm is how often a structure is paid.
type Rhythm string

// The rhythms of a batch.
const (
	Monthly Rhythm = "mensuel"
	Weekly  Rhythm = "hebdomadaire"
)

// Batch is one contre-paiement: every chèque accepted up to its cut-off day that
// was not paid before.
type Batch struct {
	ID             uuid.UUID
	Number         string
	Cutoff         time.Time // last day included, Paris
	Rhythm         Rhythm
	State          State
	PreparedAt     time.Time
	PreparedBy     uuid.UUID
	PreparedByName string
	ApprovedAt     *time.Time
	ApprovedBy     *uuid.UUID
	ApprovedByName string
	ExecutedOn     *time.Time
	MessageID      string
	DebtorName     string
	DebtorIBAN     string
	DebtorBIC      string
	TotalCents     money.Cents
	Lines          int
	FrozenHash     []byte
	// What the bank is told, fixed when the batch is prepared; ExecutionOn, the
	// day it is asked to debit, when it is approved.
	BankVersion  sepa.Version
	BatchBooking bool
	DelayDays    int
	Parts        int
	ExecutionOn  *time.Time
}

func (b Batch) numbered() bool { return strings.HasPrefix(b.Number, "CP-") }

// Title names the batch on a page: its number, or its days until it has one.
func (b Batch) Title() string {
	if b.numbered() {
		return "Contre-paiement " + b.Number
	}
	return "Contre-paiement à approuver"
}

// Line is what one structure is paid in a batch.
type Line struct {
	ID               uuid.UUID
	SettlementID     uuid.UUID
	SettlementNumber string
	StructureID      uuid.UUID
	StructureName    string
	StructureSIRET   string
	AccountHolder    string
	IBAN             string
	BIC              string
	EndToEndID       string
	Cheques          int
	// AmountCents is what the bank is told: gross, plus or minus incidents,
	// less the downstream fee and its VAT.
	AmountCents money.Cents
	GrossCents  money.Cents // face value of the chèques, or what is paid again
	AdjustCents money.Cents
	FeeCents    money.Cents
	FeeVATCents money.Cents
	PeriodFrom  time.Time
	PeriodTo    time.Time
	State       State
	ExecutedOn  *time.Time
	Part        int // the bank file that carries it
	// RepaysLineID is the line that came back and is paid again by this one,
	// RootLineID the first of the chain, which holds the chèques, the incidents
	// and the fee: here Cheques, AdjustCents and FeeCents are zero.
	RepaysLineID *uuid.UUID
	RootLineID   *uuid.UUID
	ReturnedOn   *time.Time
	ReturnCode   string
	ReturnText   string
	// The postal address told to the bank, in full or not at all.
	Street, Building, PostalCode, Town string
}

// Root is the line that the chèques and incidents are tied to.
func (l Line) Root() uuid.UUID {
	if l.RootLineID != nil {
		return *l.RootLineID
	}
	return l.ID
}

// Debtor is the dedicated account that pays, from the installation's settings.
type Debtor struct {
	Name, SIRET, IBAN, BIC string
}

// Total is a number of chèques and what they are worth.
type Total struct {
	Cheques     int
	AmountCents money.Cents
}

// The refusals of this package.
var (
	ErrNotFound       = fault.New(fault.KindNotFound, "Ce paiement n’existe pas, ou n’est pas celui de votre structure.")
	ErrCutoff         = fault.Field("date", "La date d’arrêt doit être un jour passé : les chèques du jour peuvent encore être annulés.")
	ErrCutoffTaken    = fault.Field("date", "Un contre-paiement existe déjà pour cette date d’arrêt.")
	ErrNothingDue     = fault.New(fault.KindConflict, "Rien n’est à payer à cette date : aucun chèque accepté n’attend son paiement, ou tous ceux qui l’attendent sont retenus.")
	ErrMoved          = fault.New(fault.KindConflict, "Des chèques ont changé pendant la préparation. Recommencez : rien n’a été enregistré.")
	ErrFourEyes       = fault.New(fault.KindConflict, "Vous avez préparé ce contre-paiement : une autre personne doit l’approuver.")
	ErrNotPrepared    = fault.New(fault.KindConflict, "Ce contre-paiement a déjà été approuvé ou abandonné.")
	ErrNotApproved    = fault.New(fault.KindConflict, "Ce contre-paiement n’est pas encore approuvé : il n’a ni fichier bancaire, ni relevé, ni date d’exécution.")
	ErrChanged        = fault.New(fault.KindConflict, "Le lot ne correspond plus à ce qui a été approuvé, ou à ses chèques. Ne l’envoyez pas et prévenez l’administration.")
	ErrExecutionDate  = fault.Field("date", "La date d’exécution ne peut être ni dans le futur, ni avant l’approbation.")
	ErrHeldSince      = fault.New(fault.KindConflict, "Depuis la préparation, le compte ou la situation d’une structure du lot a changé. Abandonnez cette préparation et recommencez : aucun numéro ne sera perdu.")
	ErrDebtorChanged  = fault.New(fault.KindConflict, "Le compte dédié n’est plus celui de la préparation : le lot partirait de l’ancien. Abandonnez cette préparation et recommencez : aucun numéro ne sera perdu.")
	ErrBankFile       = fault.New(fault.KindConflict, "La banque refuserait ce lot : le compte dédié, un titulaire ou un compte payé n’est pas écrit comme elle l’attend. Rien n’a été approuvé.")
	ErrAlreadyRunning = fault.New(fault.KindConflict, "Ce contre-paiement est déjà marqué exécuté.")
)
