package order

import (
	"passnum/internal/fault"
	"passnum/internal/identity"
)

// State is where an order stands on its main line. Funds are a parallel gate:
// they may be attested from the signature on, and wait for the delivery.
type State string

// The states, in the order of the timeline; Cancelled is apart.
const (
	Draft         State = "brouillon"
	Quoted        State = "devis"
	Signed        State = "signee"
	Framing       State = "cadrage"
	ProofProposed State = "bat_propose"
	ProofApproved State = "bat_valide"
	Making        State = "fabrication"
	Shipped       State = "expediee"
	Delivered     State = "livree"
	Funded        State = "fonds_attestes"
	Active        State = "active"
	Closed        State = "close"
	Cancelled     State = "annulee"
)

// Line lists the states of the main line.
var Line = []State{Draft, Quoted, Signed, Framing, ProofProposed, ProofApproved, Making, Shipped, Delivered, Funded, Active, Closed}

// Party is who is expected to act.
type Party string

// The parties that move an order.
const (
	ByCommanditaire Party = "vous"
	ByOperator      Party = "l’opérateur"
	ByCounters      Party = "les points de distribution"
	ByNobody        Party = ""
)

type stateFacts struct {
	label string // where the order stands
	done  string // the step once it is behind
	who   Party
	next  string // what is expected now, a sentence without its subject
}

var facts = map[State]stateFacts{
	Draft:         {"Brouillon", "Brouillon commencé", ByCommanditaire, "vérifier la commande et demander le devis"},
	Quoted:        {"Devis à signer", "Devis établi", ByCommanditaire, "signer le devis"},
	Signed:        {"Signée", "Devis signé", ByOperator, "tenir la réunion de cadrage"},
	Framing:       {"Cadrage", "Cadrage tenu", ByOperator, "préparer le bon à tirer"},
	ProofProposed: {"Bon à tirer à valider", "Bon à tirer proposé", ByCommanditaire, "valider le bon à tirer, ou dire ce qui doit changer"},
	ProofApproved: {"Bon à tirer validé", "Bon à tirer validé", ByOperator, "lancer la fabrication"},
	Making:        {"En fabrication", "Fabrication lancée", ByOperator, "fabriquer et expédier les carnets"},
	Shipped:       {"Expédiée", "Carnets expédiés", ByCounters, "recevoir les colis et confirmer la livraison"},
	Delivered:     {"Livrée", "Carnets livrés", ByCommanditaire, "mandater la somme et transmettre le numéro de mandat"},
	Funded:        {"Fonds reçus", "Fonds reçus", ByOperator, "activer les chèques"},
	Active:        {"Active", "Chèques actifs", ByNobody, ""},
	Closed:        {"Close", "Commande close", ByNobody, ""},
	Cancelled:     {"Annulée", "Commande annulée", ByNobody, ""},
}

// Known reports whether the state exists.
func (s State) Known() bool { _, ok := facts[s]; return ok }

// Label is the state in French, for a tag.
func (s State) Label() string { return facts[s].label }

// DoneLabel names the step once it is behind.
func (s State) DoneLabel() string { return facts[s].done }

// Who is expected to act; ByNobody at the end.
func (s State) Who() Party { return facts[s].who }

// Expected is what they are expected to do: « signer le devis ».
func (s State) Expected() string { return facts[s].next }

// Rank is the state's place on the main line; -1 for a cancelled order.
func (s State) Rank() int {
	for i, state := range Line {
		if s == state {
			return i
		}
	}
	return -1
}

// Reached reports whether the order is at this state of the main line or past.
func (s State) Reached(step State) bool { return s.Rank() >= 0 && s.Rank() >= step.Rank() }

// Editable reports whether the commanditaire may still change what it orders.
func (s State) Editable() bool { return s == Draft }

// AcceptsFunds reports whether money may be recorded: from the signature on. The
// milestones of a service may become due long after the chèques circulate.
func (s State) AcceptsFunds() bool { return s.Reached(Signed) }

// Transition is one allowed move. The empty permission is the system's own.
type Transition struct {
	From, To   State
	Permission identity.Permission
}

// Transitions is the whole machine; what is not listed is refused.
var Transitions = []Transition{
	{Draft, Quoted, identity.OrderWrite},
	{Quoted, Draft, identity.OrderWrite},
	{Quoted, Signed, identity.OrderSign},
	{Signed, Framing, identity.PlatformOrders},
	{Framing, ProofProposed, identity.PlatformOrders},
	{ProofProposed, ProofApproved, identity.OrderWrite},
	{ProofProposed, Framing, identity.OrderWrite},
	{ProofApproved, Making, identity.PlatformOrders},
	{ProofApproved, Framing, identity.PlatformOrders},
	{Making, Framing, identity.PlatformOrders},
	{Making, Shipped, identity.PlatformOrders},
	{Making, Shipped, identity.OrderWrite}, // of carnets that it printed itself
	{Shipped, Delivered, identity.OrderWrite},
	{Shipped, Delivered, ""},
	{Delivered, Funded, ""},
	{Delivered, Funded, identity.PlatformFunds},
	{Funded, Active, identity.PlatformFunds},
	{Active, Closed, ""},
	{Draft, Cancelled, identity.OrderWrite},
	{Quoted, Cancelled, identity.OrderWrite},
	{Signed, Cancelled, identity.PlatformOrders},
	{Framing, Cancelled, identity.PlatformOrders},
	{ProofProposed, Cancelled, identity.PlatformOrders},
	{ProofApproved, Cancelled, identity.PlatformOrders},
}

// Moves reports whether the machine allows a move under a permission.
func Moves(from, to State, by identity.Permission) bool {
	for _, t := range Transitions {
		if t.From == from && t.To == to && t.Permission == by {
			return true
		}
	}
	return false
}

// errMoved refuses a step that no longer applies; it says where the order is.
func errMoved(now State) error {
	return fault.New(fault.KindConflict, "Cette étape n’est plus possible\u00a0: la commande est maintenant à l’état «\u00a0"+now.Label()+"\u00a0». Rechargez la page pour voir où elle en est.")
}
