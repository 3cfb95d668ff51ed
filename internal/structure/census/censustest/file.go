// Package censustest writes large national files of places, for tests and
// measures. It refuses to draw by chance: the same number gives the same file.
package censustest

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"passnum/internal/mednum"
	"passnum/internal/territory"
)

// File is a national file of that many places, one in ten of which travels, in
// the communes of the country in turn.
func File(index *territory.Index, places int) io.Reader {
	var b bytes.Buffer
	b.WriteString(strings.Join(mednum.Columns, ",") + "\n")
	communes := index.Within([]string{"R-75", "R-84", "R-93", "R-76"})
	for i := range places {
		c := communes[i*7%len(communes)]
		lat, lon, _, ok := index.Locate(c.Code)
		if !ok || len(c.PostalCodes) == 0 {
			c, _ = index.Commune("23096")
			lat, lon, _, _ = index.Locate(c.Code)
		}
		shift := float64(i%97) / 1000
		itinerance := ""
		if i%10 == 0 {
			itinerance = "Itinérant"
		}
		fmt.Fprintf(&b, `banc-%d,00000000000000,"Lieu n° %d, %s","%s",%s,%s,%d rue de la Poste,,%.5f,%.5f,ASSO|TIERS_LIEUX,+33555%06d,accueil%d@exemple.test,https://exemple.test/%d,"Mo-Fr 09:00-12:00,14:00-18:00",Une aide au numérique.,"Nous accueillons chacun, à son rythme.",Banc,%s,,2026-0%d-11,Aide aux démarches administratives|Maîtrise des outils numériques du quotidien,Seniors,,Gratuit,France Services|Conseillers numériques,,,Se présenter|Téléphoner,Accompagnement individuel|Dans un atelier collectif,,`+"\n",
			i, i, c.Name, c.Name, c.PostalCodes[0], c.Code, i%90+1, lat+shift, lon-shift, i%1_000_000, i, i, itinerance, i%9+1)
	}
	return &b
}
