package testworld

import (
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Organisation adds an approved organisation in Guéret and returns its id.
func (w *World) Organisation(name, siret, kind string, c identity.Capacities) uuid.UUID {
	w.T.Helper()
	id := postgres.NewID()
	w.Exec(`INSERT INTO organisations (id, name, siret, kind, street, postal_code, town, insee, is_commanditaire, is_aiguilleur, is_structure, is_observer, slug, created_at)
		VALUES ($1, $2, $3, $4, '1 place Bonnyaud', '23000', 'Guéret', '23096', $5, $6, $7, $8, $9, $10)`,
		id, name, siret, kind, c.Commanditaire, c.Aiguilleur, c.Structure, c.Observer, siret, w.Now())
	w.Exec(`INSERT INTO organisation_settings (organisation_id, contact_email) VALUES ($1, $2)`, id, "contact@"+siret+".test")
	return id
}

// Member adds a person with a role in an organisation and returns the actor.
func (w *World) Member(organisation uuid.UUID, email string, role identity.Role, c identity.Capacities) identity.Actor {
	w.T.Helper()
	account := postgres.NewID()
	w.Exec(`INSERT INTO accounts (id, email, name, created_at) VALUES ($1, $2, $3, $4)`, account, email, "Camille Martin", w.Now())
	w.Exec(`INSERT INTO memberships (organisation_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)`, organisation, account, string(role), w.Now())
	return identity.Actor{
		AccountID: account, Name: "Camille Martin", Email: email, OrganisationID: organisation, Capacities: c, Role: role,
		Permissions: identity.PermissionsOf(role, c), RequestID: "test", Address: "192.0.2.1",
	}
}

// Staff adds a member of the operator's staff.
func (w *World) Staff(email string, role identity.OperatorRole) identity.Actor {
	w.T.Helper()
	account := postgres.NewID()
	w.Exec(`INSERT INTO accounts (id, email, name, operator_role, created_at) VALUES ($1, $2, $3, $4, $5)`, account, email, "Dominique Petit", string(role), w.Now())
	return identity.Actor{
		AccountID: account, Name: "Dominique Petit", Email: email, OperatorRole: role,
		Permissions: identity.OperatorPermissions(role), RequestID: "test", Address: "192.0.2.2",
	}
}

var (
	orders     = identity.Capacities{Commanditaire: true}
	counts     = identity.Capacities{Aiguilleur: true}
	serves     = identity.Capacities{Structure: true}
	everything = identity.Capacities{Commanditaire: true, Aiguilleur: true, Structure: true}
)

func (w *World) organisations() {
	w.Departement = w.Organisation("Département de la Creuse", "22230962700016", "departement", orders)
	w.Region = w.Organisation("Région Nouvelle-Aquitaine", "20005375900011", "region", orders)
	w.Mairie = w.Organisation("Mairie de Guéret", "21230096000011", "commune", counts)
	w.Mediatheque = w.Organisation("Médiathèque de Guéret", "20003482500017", "epci", serves)
	w.Stranger = w.Organisation("Association Ailleurs", "77567227221138", "association", everything)
}

func (w *World) people() {
	w.Commanditaire = w.Member(w.Departement, "commanditaire@exemple.test", identity.RoleResponsable, orders)
	w.Cofunder = w.Member(w.Region, "cofinanceur@exemple.test", identity.RoleLecteur, orders)
	w.Agent = w.Member(w.Mairie, "agent@exemple.test", identity.RoleResponsable, counts)
	w.Mediateur = w.Member(w.Mediatheque, "mediateur@exemple.test", identity.RoleResponsable, serves)
	w.Other = w.Member(w.Stranger, "autre@exemple.test", identity.RoleResponsable, everything)
	w.Operator = w.Staff("operateur@exemple.test", identity.OperatorAdministration)
	w.Finance = w.Staff("finance@exemple.test", identity.OperatorFinance)
}

// Ancestors of Guéret as internal/territory writes them: France, région, département,
// EPCI, commune.
var gueret = []string{"FR", "R-75", "D-23", "E-200034825", "C-23096"}

// Structure qualifies an organisation and gives it a published place.
func (w *World) Structure(organisation uuid.UUID, name, iban string, ancestors []string) uuid.UUID {
	w.T.Helper()
	w.Exec(`INSERT INTO structures (organisation_id, state, charter_accepted_at, account_holder, iban, bic, qualified_at)
		VALUES ($1, 'qualifiee', $2, $3, $4, 'PSSTFRPPBOR', $2)`, organisation, w.Now(), name, iban)
	w.Exec(`INSERT INTO structure_bank_accounts (structure_id, id, kind, account_holder, iban, bic, state, declared_at, held_until, effective_at)
		VALUES ($1, $2, 'premier', $3, $4, 'PSSTFRPPBOR', 'active', $5, $5, $5)`, organisation, postgres.NewID(), name, iban, w.Now())
	place := postgres.NewID()
	commune := ancestors[len(ancestors)-1][2:]
	w.Exec(`INSERT INTO places (id, structure_id, structure_name, structure_siret, name, street, postal_code, town, insee, ancestors, latitude, longitude, entries, published, created_at, updated_at)
		SELECT $1, id, name, siret, $2, '8 avenue Fayolle', '23000', 'Guéret', $3, $4, 46.17, 1.87, '{3,44,48,84}', true, $5, $5 FROM organisations WHERE id = $6`,
		place, name, commune, ancestors, w.Now(), organisation)
	return place
}

func (w *World) network() {
	w.Place = w.Structure(w.Mediatheque, "Médiathèque de Guéret", "FR1420041010050500013M02606", gueret)
	w.Structure(w.Stranger, "Ailleurs", "FR7630006000011234567890189", []string{"FR", "R-76", "D-31", "E-243100518", "C-31555"})
	w.Point = w.PointOf(w.Mairie, "Accueil de la mairie", w.Departement)
	w.Exec(`INSERT INTO conventions (commanditaire_id, id, aiguilleur_id, number, starts_on, ends_on, proposed_at, proposed_by,
			commanditaire_signatory, commanditaire_signed_at, commanditaire_signed_by, aiguilleur_signatory, aiguilleur_signed_at, aiguilleur_signed_by)
		VALUES ($1, $2, $3, 'CM-2026-001', '2026-01-01', '2028-12-31', $4, $5, 'La présidente', $4, $5, 'La maire', $4, $6)`,
		w.Departement, postgres.NewID(), w.Mairie, w.Now(), w.Commanditaire.AccountID, w.Agent.AccountID)
}

// PointOf adds a point of distribution in Guéret, readable by commanditaires.
func (w *World) PointOf(aiguilleur uuid.UUID, name string, readers ...uuid.UUID) uuid.UUID {
	w.T.Helper()
	if readers == nil {
		readers = []uuid.UUID{}
	}
	id := postgres.NewID()
	w.Exec(`INSERT INTO points (id, aiguilleur_id, reader_ids, name, referent_name, street, postal_code, town, insee, ancestors, latitude, longitude, created_at)
		VALUES ($1, $2, $3, $4, 'Claude Référent', '1 esplanade François-Mitterrand', '23000', 'Guéret', '23096', $5, 46.1703, 1.8683, $6)`,
		id, aiguilleur, readers, name, gueret, w.Now())
	return id
}

// Email makes a distinct address for tests that add people.
func Email(n int) string { return fmt.Sprintf("personne%d@exemple.test", n) }
