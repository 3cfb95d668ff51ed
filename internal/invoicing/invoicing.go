// Package invoicing issues what payers owe (factures) and what they get back
// (avoirs): numbered without holes, dated in order, written once. It refuses to
// edit anything it issued: a mistake is corrected by an avoir and a new facture.
package invoicing

import (
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/order"
)

// Kind says what a document is.
type Kind string

// The documents that are issued.
const (
	Facture Kind = "facture"
	Credit  Kind = "avoir"
)

// The series that number documents, each on its own.
const (
	SeriesInvoice   = "F"  // to those who pay orders
	SeriesCredit    = "AV" // to whoever got the facture
	SeriesStructure = "FS" // downstream fees, to structures
)

// Terms is how long a facture may wait for its payment.
const Terms = 30 * 24 * time.Hour

// Document is a facture or an avoir, as issued. Amounts are positive in both.
type Document struct {
	BuyerID         uuid.UUID
	ID              uuid.UUID
	CommanditaireID *uuid.UUID
	OrderID         *uuid.UUID
	Kind            Kind
	Series          string
	Number          string
	IssuedOn        time.Time
	IssuedAt        time.Time
	IssuedByName    string
	DueOn           time.Time
	Face            money.Cents
	Fees            money.Cents // fees and services, before tax
	VAT             money.Cents
	Total           money.Cents
	Cheques         int
	OriginalID      *uuid.UUID // what an avoir corrects
	ReplacesID      *uuid.UUID // what a facture takes the place of
	CauseID         uuid.UUID
	Reason          string
	Settled         bool // withheld from a payment: nothing is to be paid
	BuyerName       string
}

// Line is one line of a document. Key says which part of the order's price it
// bills: an avoir's line has the key of the one it credits.
type Line struct {
	Key      string
	Label    string
	Quantity int
	Unit     money.Cents
	Amount   money.Cents
	Tax      order.Tax
}

// The refusals of invoicing.
var (
	// ErrNotFound hides documents that do not exist and those of somebody else.
	ErrNotFound = fault.New(fault.KindNotFound, "Cette facture n’existe pas, ou elle n’est pas la vôtre.")
	// ErrNothingToBill refuses to bill what already was, or is not due.
	ErrNothingToBill = fault.New(fault.KindConflict, "Rien n’est à facturer\u00a0: tout ce qui est dû l’a déjà été. Rien n’a été émis.")
	// ErrNotBillable refuses to bill an order that is not signed.
	ErrNotBillable = fault.New(fault.KindConflict, "Cette commande n’est pas signée, ou elle est annulée\u00a0: elle ne peut pas être facturée.")
	// ErrTooMuch refuses an avoir above what was billed and not credited yet.
	ErrTooMuch = fault.New(fault.KindConflict, "Cet avoir dépasse ce qui a été facturé et n’a pas déjà été crédité.")
	// ErrCancelled refuses to correct what has no value left.
	ErrCancelled = fault.New(fault.KindConflict, "Cette facture est déjà entièrement annulée par un avoir.")
	// ErrNotInvoice refuses to correct an avoir.
	ErrNotInvoice = fault.New(fault.KindConflict, "Un avoir ne se corrige pas\u00a0: émettez une nouvelle facture.")
	errNoReason   = fault.Field("motif", "Dites pourquoi\u00a0: ce motif figure sur l’avoir.")
)
