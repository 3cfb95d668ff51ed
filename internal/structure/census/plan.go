package census

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"passnum/internal/mednum"
	"passnum/internal/postgres"
)

// link is what an identifier of a file stands for, decided before.
type link struct {
	Key    string
	Choice string
	Target string
}

// The choices about a line that looks like a place already known.
const (
	Fuse     = "fusionner"
	Separate = "separer"
	Leave    = "ecarter"
)

// planner says what each line of a file becomes. It writes nothing.
type planner struct {
	now       time.Time
	structure *uuid.UUID // whose own file
	qualified bool       // that structure
	owner     owner
	places    *places
	links     map[string]link
	locator   *locator

	lines  []Line
	fresh  []*place          // to insert
	isNew  map[*place]bool   // among them
	dirty  map[*place]bool   // to update
	merged map[string]string // keys to remember, and what they are

	covered map[string]bool // sources and départements that the file tells of
	met     map[*place]bool // by a line
}

// owner is what a structure's places bear of it.
type owner struct {
	ID          uuid.UUID
	Name, SIRET string
}

// plan goes through a file. tell is given how many lines are done, and may stop
// the work.
func (pl *planner) plan(f mednum.File, tell func(done int) error) error {
	pl.isNew, pl.dirty, pl.merged = map[*place]bool{}, map[*place]bool{}, map[string]string{}
	pl.covered, pl.met = map[string]bool{}, map[*place]bool{}
	for _, r := range f.Rejected {
		pl.meets(pl.places.at(r.ID))
		pl.lines = append(pl.lines, Line{Line: r.Line, Outcome: Rejected, Key: r.ID, Name: r.Name, Problems: problemsOf(r.Problems)})
	}
	for i, r := range f.Records {
		pl.lines = append(pl.lines, pl.one(r))
		if err := tell(i + 1); err != nil {
			return err
		}
	}
	slices.SortFunc(pl.lines, func(a, b Line) int { return a.Line - b.Line })
	return nil
}

func (pl *planner) one(r mednum.Record) Line {
	l := Line{Line: r.Line, Key: r.ID, Name: r.Name, Town: r.Town, Problems: problemsOf(r.Notes), Changes: []string{}, Accepts: slices.Contains(r.OtherLabels, mednum.Formerly)}
	where, refusal := pl.locator.locate(r, &l.Problems)
	if refusal != nil {
		pl.meets(pl.places.at(r.ID))
		l.Outcome, l.Problems = Rejected, append(l.Problems, *refusal)
		return l
	}
	l.Town = where.town
	p := pl.fromRecord(r, where)
	pl.covers(p)
	if pl.structure != nil {
		pl.takeOwn(&l, p)
		return l
	}
	p.Entries, p.Referent = []int16{}, ""
	pl.takeNational(&l, p, r.UpdatedOn)
	return l
}

// takeNational finds which place a line of a national file is.
func (pl *planner) takeNational(l *Line, p *place, on time.Time) {
	if known := pl.links[p.NationalID]; known.Choice == Leave {
		l.Outcome = SetAside
		pl.meets(pl.places.at(p.NationalID))
		return
	} else if target := pl.places.at(known.Target); known.Choice == Fuse && target != nil {
		pl.change(l, target, p, wayInto(target, fill))
		return
	} else if same := pl.places.at(p.NationalID); same != nil {
		pl.renew(l, same, p, on)
		return
	} else if known.Choice != Separate {
		if twin, sure := pl.places.like(p); twin != nil {
			pl.meet(l, twin, p, sure)
			return
		}
	}
	p.ID, p.Published = postgres.NewID(), true
	pl.create(l, p)
}

// wayInto is how a line that is not the place's own may change it.
func wayInto(p *place, otherwise way) way {
	if p.StructureID != nil {
		return share
	}
	return otherwise
}

// renew takes a newer line of a place known by its identifier.
func (pl *planner) renew(l *Line, same, p *place, on time.Time) {
	if same.StructureID != nil && (same.NationalID == "" || p.Source == mednum.OurSource) {
		pl.settle(l, same, Unchanged) // our own file that comes back to us
		return
	}
	pl.showAgain(l, same)
	older := !on.IsZero() && day(on).Before(day(same.UpdatedAt))
	if same.StructureID == nil && older {
		l.Problems = append(l.Problems, Problem{Column: "date_maj", Value: on.Format(time.DateOnly),
			Reason: "Ce que nous savons de ce lieu est plus récent (" + day(same.UpdatedAt).Format("02/01/2006") + ")\u00a0: la ligne ne change rien."})
		pl.changed(l, same, Updated)
		return
	}
	newer := same.StructureID == nil && !on.IsZero() && day(on).After(day(same.UpdatedAt))
	l.Changes = append(l.Changes, merge(same, p, overwrite)...)
	if newer {
		same.UpdatedAt, same.ConfirmedAt = on, on
		l.Changes = append(l.Changes, "date_maj")
	}
	pl.changed(l, same, Updated)
}

// meet takes a line that looks like a place known under another identifier.
func (pl *planner) meet(l *Line, twin, p *place, sure bool) {
	if !sure {
		pl.settle(l, twin, Undecided)
		return
	}
	pl.merged[p.NationalID] = twin.address()
	pl.change(l, twin, p, wayInto(twin, fill))
}

// change fills a place with what another line of it knows.
func (pl *planner) change(l *Line, to, from *place, how way) {
	l.Changes = append(l.Changes, merge(to, from, how)...)
	pl.changed(l, to, Merged)
}

func (pl *planner) changed(l *Line, p *place, outcome Outcome) {
	if len(l.Changes) == 0 {
		outcome = Unchanged
	} else if !pl.isNew[p] {
		pl.dirty[p] = true
	}
	pl.settle(l, p, outcome)
}

func (pl *planner) settle(l *Line, p *place, outcome Outcome) {
	pl.meets(p)
	l.Outcome, l.Target, l.TargetName = outcome, p.address(), p.Name
}

func (pl *planner) create(l *Line, p *place) {
	l.Outcome = Created
	pl.fresh, pl.isNew[p] = append(pl.fresh, p), true
	pl.places.add(p)
}
