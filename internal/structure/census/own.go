package census

import (
	"slices"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// takeOwn finds which of its places a structure's line is: by our identifier,
// by its own, already met, then by the name and the place.
func (pl *planner) takeOwn(l *Line, p *place) {
	key := p.NationalID
	p.NationalID = ""
	known := pl.links[key]
	same := pl.places.at(known.Target)
	if id, err := uuid.Parse(key); err == nil && same == nil {
		same = pl.places.byID[id]
	}
	if same == nil {
		same, _ = pl.places.like(p)
	}
	if same == nil {
		pl.openOwn(l, p)
		same = p
	} else {
		l.Changes = append(l.Changes, merge(same, p, own)...)
		if len(l.Changes) > 0 {
			same.UpdatedAt, same.ConfirmedAt = pl.now, pl.now
		}
		same.Published = same.Published && len(same.Entries) > 0
		pl.changed(l, same, Updated)
	}
	if key != "" {
		pl.merged[key] = same.ID.String()
	}
}

// openOwn adds a place to the structure; it is shown when the structure is
// qualified and the line says what is done there.
func (pl *planner) openOwn(l *Line, p *place) {
	p.ID, p.StructureID, p.StructureName, p.StructureSiret = postgres.NewID(), pl.structure, pl.owner.Name, pl.owner.SIRET
	p.UpdatedAt, p.ConfirmedAt, p.CreatedAt = pl.now, pl.now, pl.now
	p.NothingToPay = !slices.Contains(p.Fees, "Payant")
	if len(p.Modes) == 0 {
		p.Modes = []string{"individuel"}
	}
	for _, f := range fields {
		if !f.blank(p) {
			p.owns(f)
		}
	}
	if p.Itinerant {
		l.Problems = append(l.Problems, Problem{Column: "itinerance", Reason: "Ce lieu se déplace\u00a0: ajoutez ensuite, sur sa page, chaque endroit où il s’arrête."})
	}
	p.Published = pl.qualified && len(p.Entries) > 0
	if len(p.Entries) == 0 {
		l.Problems = append(l.Problems, Problem{Column: "services_referentiel", Reason: "Les services de ce lieu restent à choisir\u00a0: il sera montré ensuite."})
	}
	pl.create(l, p)
}
