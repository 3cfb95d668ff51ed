package identity

// Permission names one thing an actor may do. Use cases ask for permissions,
// never for roles.
type Permission string

// Permissions is the set an actor holds.
type Permissions map[Permission]bool

// What can be allowed.
const (
	OrderRead        Permission = "order.read"
	OrderWrite       Permission = "order.write"
	OrderSign        Permission = "order.sign"
	FundedRead       Permission = "funded.read"       // orders one co-funds
	ConventionWrite  Permission = "convention.write"  // propose, end
	ConventionSign   Permission = "convention.sign"   // for either side
	AgreementWrite   Permission = "agreement.write"   // agree to a structure
	DelegationWrite  Permission = "delegation.write"  // delegate an order to a hub
	HubRead          Permission = "hub.read"          // follow what is delegated
	HubWrite         Permission = "hub.write"         // message, invite, answer for who delegates
	Propose          Permission = "propose"           // propose a structure to qualify
	AffiliationWrite Permission = "affiliation.write" // ask a commanditaire to be agreed, leave it
	PointWrite       Permission = "point.write"       // points of distribution
	StockRead        Permission = "stock.read"        // stock, receptions
	HandOver         Permission = "handover"          // give a carnet
	Check            Permission = "check"             // test a chèque
	Redeem           Permission = "redeem"            // accept chèques, undo
	PlaceWrite       Permission = "place.write"       // places, catalogue
	DeviceWrite      Permission = "device.write"      // devices that scan for a place
	WorkshopWrite    Permission = "workshop.write"    // ateliers and who comes
	StructureWrite   Permission = "structure.write"   // qualification, bank
	PaymentRead      Permission = "payment.read"      // what a structure is paid
	TeamRead         Permission = "team.read"         // members
	TeamWrite        Permission = "team.write"        // invite, change, remove
	OrganisationEdit Permission = "organisation.edit" // address, logo, Chorus
	TokenWrite       Permission = "token.write"       // API tokens
	StatisticsRead   Permission = "statistics.read"   // national figures
	PlatformRead     Permission = "platform.read"     // operator: see everything
	PlatformDecide   Permission = "platform.decide"   // operator: approve, qualify
	PlatformOrders   Permission = "platform.orders"   // operator: quote, proof, print, ship
	PlatformFunds    Permission = "platform.funds"    // operator: attest funds
	PlatformPayments Permission = "platform.payments" // operator: prepare, approve, execute
)

// Role is what a member is in an organisation.
type Role string

// The roles of a member.
const (
	RoleResponsable  Role = "responsable"
	RoleSignataire   Role = "signataire"
	RoleGestionnaire Role = "gestionnaire"
	RoleAgent        Role = "agent"
	RoleMediateur    Role = "mediateur"
	RoleLecteur      Role = "lecteur"
)

// Roles lists the roles in the order screens offer them.
var Roles = []Role{RoleResponsable, RoleSignataire, RoleGestionnaire, RoleAgent, RoleMediateur, RoleLecteur}

// Label is the role in French.
func (r Role) Label() string {
	switch r {
	case RoleResponsable:
		return "Responsable"
	case RoleSignataire:
		return "Signataire"
	case RoleGestionnaire:
		return "Gestionnaire"
	case RoleAgent:
		return "Agent de guichet"
	case RoleMediateur:
		return "Médiateur"
	case RoleLecteur:
		return "Lecture seule"
	default:
		return "Aucun rôle"
	}
}

// OperatorRole is what a member of the operator's staff does.
type OperatorRole string

// The operator's roles. Finance and administration are two pairs of eyes.
const (
	OperatorAdministration OperatorRole = "administration"
	OperatorFinance        OperatorRole = "finance"
	OperatorSuivi          OperatorRole = "suivi"
)

// Label is the operator's role in French.
func (r OperatorRole) Label() string {
	switch r {
	case OperatorAdministration:
		return "Administration"
	case OperatorFinance:
		return "Finances"
	case OperatorSuivi:
		return "Suivi"
	default:
		return ""
	}
}

var operatorPermissions = map[OperatorRole][]Permission{
	OperatorAdministration: {PlatformRead, PlatformDecide, PlatformOrders, PlatformFunds, PlatformPayments, StatisticsRead},
	OperatorFinance:        {PlatformRead, PlatformFunds, PlatformPayments, StatisticsRead},
	OperatorSuivi:          {PlatformRead, StatisticsRead},
}

// PermissionsOf is what a member holding role may do in an organisation with
// these capacities.
func PermissionsOf(role Role, c Capacities) Permissions {
	set := Permissions{}
	if role == "" {
		return set
	}
	grant := func(when bool, list ...Permission) {
		for _, p := range list {
			if when {
				set[p] = true
			}
		}
	}
	manages := role == RoleResponsable || role == RoleSignataire || role == RoleGestionnaire
	signs := role == RoleResponsable || role == RoleSignataire
	serves := role == RoleResponsable || role == RoleGestionnaire
	grant(true, TeamRead)
	grant(role == RoleResponsable, TeamWrite, OrganisationEdit, TokenWrite)
	grant(c.Commanditaire, OrderRead)
	grant(c.Commanditaire && manages, OrderWrite, ConventionWrite, AgreementWrite, DelegationWrite)
	grant(c.Hub, HubRead)
	grant(c.Hub && manages, HubWrite)
	grant((c.Aiguilleur || c.Hub || c.Commanditaire) && role != RoleLecteur, Propose)
	grant(c.Structure && manages, AffiliationWrite)
	grant(c.Commanditaire && signs, OrderSign, ConventionSign)
	grant(c.Commanditaire || c.Observer, FundedRead)
	grant(c.Aiguilleur, StockRead)
	grant(c.Aiguilleur && manages, PointWrite)
	grant(c.Aiguilleur && signs, ConventionSign)
	grant(c.Aiguilleur && (serves || role == RoleAgent || role == RoleMediateur), HandOver)
	grant(c.Structure && role != RoleLecteur, Check)
	grant(c.Structure && (serves || role == RoleMediateur), Redeem)
	grant(c.Structure && manages, PlaceWrite, DeviceWrite, PaymentRead)
	grant(c.Structure && (manages || role == RoleMediateur), WorkshopWrite)
	// Whoever is nothing yet, or a structure, may fill a structure's file.
	grant(role == RoleResponsable && (c.Structure || c == (Capacities{})), StructureWrite)
	grant(c.Structure && role == RoleLecteur, PaymentRead)
	grant(c.Observer, StatisticsRead)
	return set
}

// OperatorPermissions is what a member of the operator's staff may do.
func OperatorPermissions(role OperatorRole) Permissions {
	set := Permissions{}
	for _, p := range operatorPermissions[role] {
		set[p] = true
	}
	return set
}

var tokenPermissions = map[string][]Permission{
	"check":    {Check},
	"redeem":   {Check, Redeem},
	"handover": {HandOver, StockRead},
	"read":     {OrderRead, FundedRead, StockRead, PaymentRead, StatisticsRead},
}

// TokenPermissions is what an API token with these scopes may do, within what
// its organisation is approved for.
func TokenPermissions(scopes []string, c Capacities) Permissions {
	within := PermissionsOf(RoleResponsable, c)
	within[StatisticsRead] = true
	set := Permissions{}
	for _, scope := range scopes {
		for _, p := range tokenPermissions[scope] {
			if within[p] {
				set[p] = true
			}
		}
	}
	return set
}

// KnownScope reports whether an API token may carry this scope.
func KnownScope(scope string) bool {
	_, ok := tokenPermissions[scope]
	return ok
}
