package urls

import "github.com/google/uuid"

// Join is the public form to join.
func Join() string { return "/rejoindre" }

// JoinKnown asks to join an organisation that is already here.
func JoinKnown() string { return "/rejoindre/existante" }

// JoinDone says what happens after a request to join.
func JoinDone() string { return "/rejoindre/recue" }

// OrganisationSettings is what an organisation says of itself; part is
// « identite », « facturation », « apparence » or « demande ».
func OrganisationSettings(part ...string) string { return Path("/organisation/parametres", part...) }

// Structure is a structure's own space.
func Structure() string { return "/structure" }

// Qualification is the structure's file; part is « presentation », « charte »,
// « banque », « envoyer » or « reprendre ».
func Qualification(part ...string) string { return Path("/structure/qualification", part...) }

// StructurePlaces lists the structure's own places.
func StructurePlaces() string { return "/structure/lieux" }

// NewPlace adds a place.
func NewPlace() string { return "/structure/lieux/nouveau" }

// StructurePlace changes one of the structure's places; act is « afficher » or
// « masquer » (POST).
func StructurePlace(id uuid.UUID, act ...string) string { return ID(StructurePlaces(), id, act...) }

// Agreements lists the structures a commanditaire agreed to.
func Agreements() string { return "/commanditaire/structures" }

// Agreement is an act on a structure: « agreer », « retirer » (POST).
func Agreement(structure uuid.UUID, act string) string { return ID(Agreements(), structure, act) }

// AdminRequests lists the requests that wait for the operator.
func AdminRequests() string { return "/admin/demandes" }

// AdminRequest answers a request (POST).
func AdminRequest(id uuid.UUID) string { return ID(AdminRequests(), id) }

// AdminOrganisations lists the organisations.
func AdminOrganisations() string { return "/admin/organisations" }

// AdminOrganisation is one organisation's whole file.
func AdminOrganisation(id uuid.UUID) string { return ID(AdminOrganisations(), id) }

// AdminStructures lists the structures' files.
func AdminStructures() string { return "/admin/structures" }

// AdminStructure is one structure’s file, and its decision (POST).
func AdminStructure(id uuid.UUID) string { return ID(AdminStructures(), id) }

// Logo is an organisation's logo.
func Logo(id uuid.UUID) string { return ID("/logos", id) }

// Theme is an organisation's style sheet, in one version.
func Theme(slug, hash string) string { return Path("/t", slug) + "/theme." + hash + ".css" }
