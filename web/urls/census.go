package urls

import "github.com/google/uuid"

// AdminCensus is where the operator takes national files of places in.
func AdminCensus() string { return "/admin/structures/import" }

// StructureCensus is where a structure takes in a file of its own places.
func StructureCensus() string { return "/structure/lieux/importer" }

// CensusFile is one file taken in, under one of the two, or an act on it.
func CensusFile(home string, id uuid.UUID, act ...string) string { return ID(home, id, act...) }

// CensusChoices is what is remembered of identifiers of national files.
func CensusChoices() string { return AdminCensus() + "/choix" }

// ForgetCensusChoice drops a choice (POST).
func ForgetCensusChoice(id uuid.UUID) string { return ID(CensusChoices(), id, "oublier") }

// StructureCensusModel is an example of such a file.
func StructureCensusModel() string { return StructureCensus() + "/modele.csv" }

// StructureOpenData is what a structure agrees to publish of its places.
func StructureOpenData() string { return "/structure/lieux/donnees-ouvertes" }

// PlacesJSON is the places in the national schema, for machines.
func PlacesJSON() string { return "/donnees/lieux-de-mediation-numerique.json" }

// PlacesGeoJSON is the places as points, for maps.
func PlacesGeoJSON() string { return "/donnees/lieux-de-mediation-numerique.geojson" }

// Gaps is where chèques have nowhere to be used.
func Gaps() string { return "/commanditaire/structures/manques" }

// GapsCSV is the same as a sheet, of services or of communes.
func GapsCSV(what string) string { return Gaps() + "/" + what + ".csv" }
