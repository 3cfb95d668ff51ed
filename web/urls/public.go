package urls

import "github.com/google/uuid"

// PublicPlace is a place where chèques are accepted.
func PublicPlace(id uuid.UUID) string { return ID(PublicPlaces(), id) }

// Statistics is the country's figures.
func Statistics() string { return "/statistiques" }

// OpenData is the catalogue of open data.
func OpenData() string { return "/donnees" }

// PlacesCSV is the places in the national schema.
func PlacesCSV() string { return "/donnees/lieux-de-mediation-numerique.csv" }

// StatisticsCSV is the country's figures as a sheet.
func StatisticsCSV() string { return "/donnees/statistiques.csv" }

// Help answers the questions people ask.
func Help() string { return "/aide" }

// Accessibility is the accessibility statement.
func Accessibility() string { return "/accessibilite" }

// LegalNotice says who publishes the site.
func LegalNotice() string { return "/mentions" }

// Licence says under which terms the software and its sources are used.
func Licence() string { return "/licence" }
