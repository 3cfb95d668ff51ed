package urls

import "github.com/google/uuid"

// PlacePreview shows a place as it is being typed (POST).
func PlacePreview() string { return StructurePlaces() + "/apercu" }

// PlaceConfirmation says that places are still right (POST).
func PlaceConfirmation() string { return StructurePlaces() + "/confirmer" }

// PlaceStop is one stop of a place that travels; act is « supprimer » (POST).
func PlaceStop(place, stop uuid.UUID, act ...string) string {
	return Path(StructurePlace(place, "etapes", stop.String()), act...)
}

// KnownPlaces lists the places of the national data that a structure may take.
func KnownPlaces() string { return StructurePlaces() + "/recenses" }

// KnownPlace is a known place that a structure says is its own.
func KnownPlace(id uuid.UUID) string { return ID(KnownPlaces(), id) }

// PlaceReports lists what visitors signalled on a structure's places.
func PlaceReports() string { return StructurePlaces() + "/signalements" }

// PlaceReport answers a report (POST).
func PlaceReport(id uuid.UUID) string { return ID(PlaceReports(), id) }

// ConfirmPlaces is the link of a mail by which places are confirmed.
func ConfirmPlaces(sealed string) string { return Path("/lieux-a-confirmer", sealed) }

// ReportPlace signals an error on a place.
func ReportPlace(id uuid.UUID) string { return ID(PublicPlaces(), id, "signaler") }

// AdminReports lists the reports and the claims that the operator answers.
func AdminReports() string { return "/admin/structures/signalements" }

// AdminReport answers a report (POST).
func AdminReport(id uuid.UUID) string { return ID(AdminReports(), id) }

// AdminClaim decides whether a known place is a structure's (POST).
func AdminClaim(id uuid.UUID) string { return ID(AdminReports()+"/rattachements", id) }
