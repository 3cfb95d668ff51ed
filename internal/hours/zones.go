package hours

import (
	"time"
	_ "time/tzdata" // clocks must not depend on the host
)

var paris = zone("Europe/Paris")

// overseas are the clocks of the territories that do not live at Paris time.
var overseas = map[string]*time.Location{
	"971": zone("America/Guadeloupe"), "972": zone("America/Martinique"), "973": zone("America/Cayenne"), "974": zone("Indian/Reunion"),
	"975": zone("America/Miquelon"), "976": zone("Indian/Mayotte"), "977": zone("America/Guadeloupe"), "978": zone("America/Guadeloupe"),
	"986": zone("Pacific/Wallis"), "987": zone("Pacific/Tahiti"), "988": zone("Pacific/Noumea"),
}

func zone(name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // unreachable: tzdata is embedded
	}
	return z
}

// Zone is the time zone of a commune, by its INSEE code; Paris without one.
func Zone(insee string) *time.Location {
	if z, ok := overseas[territoryOf(insee)]; ok {
		return z
	}
	return paris
}
