package census

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
)

// Report is a file, what its lines become, and how far the work on it is.
type Report struct {
	Import
	Counts  map[Outcome]int
	Notes   int // lines taken with a value mended or left out
	Accepts int // lines that say they took the Pass numérique
	Run     jobs.Run
	Began   bool
}

// Lines is how many lines of data the file holds.
func (r Report) Lines() (n int) {
	for _, count := range r.Counts {
		n += count
	}
	return n
}

// mayRead is may, for a page that only shows.
func mayRead(actor identity.Actor) (*uuid.UUID, error) {
	if actor.OrganisationID == uuid.Nil {
		return nil, actor.May(identity.PlatformRead)
	}
	return may(actor)
}

// reading shows without filling the journal, as a page that follows progress must.
func (s *Service) reading(ctx context.Context, actor identity.Actor, fn func(*postgres.Tx, *uuid.UUID) error) error {
	structure, err := mayRead(actor)
	if err != nil {
		return err
	}
	return s.within(ctx, structure, func(tx *postgres.Tx) error { return fn(tx, structure) })
}

// Imports lists the latest files, at most limit.
func (s *Service) Imports(ctx context.Context, actor identity.Actor, limit int) (reports []Report, err error) {
	err = s.reading(ctx, actor, func(tx *postgres.Tx, structure *uuid.UUID) error {
		list, err := postgres.All[Import](ctx, tx, `SELECT `+importColumns+` FROM census_imports WHERE structure_id IS NOT DISTINCT FROM @structure
			ORDER BY asked_at DESC, id DESC LIMIT @limit`, postgres.Args{"structure": structure, "limit": limit})
		for _, i := range list {
			r := Report{Import: i}
			if err == nil {
				err = r.count(ctx, tx)
			}
			reports = append(reports, r)
		}
		return err
	})
	return reports, fault.Wrap(err, "list files of places")
}

// Report reads a file. ErrNoImport.
func (s *Service) Report(ctx context.Context, actor identity.Actor, id uuid.UUID) (r Report, err error) {
	err = s.reading(ctx, actor, func(tx *postgres.Tx, structure *uuid.UUID) error {
		if r.Import, err = readImport(ctx, tx, structure, id, ""); err != nil {
			return err
		}
		if err := r.count(ctx, tx); err != nil {
			return err
		}
		kind := readRun
		if r.State == Applying || r.State == Applied {
			kind = applyRun
		}
		r.Run, r.Began, err = jobs.Latest(ctx, tx, kind, id)
		return err
	})
	return r, fault.Wrap(err, "read file of places")
}

type outcomeCount struct {
	Outcome        Outcome
	Lines          int
	Notes, Accepts int
}

func (r *Report) count(ctx context.Context, tx *postgres.Tx) error {
	list, err := postgres.All[outcomeCount](ctx, tx, `
		SELECT outcome, count(*)::int AS lines, (count(*) FILTER (WHERE problems <> '[]' AND outcome <> 'rejetee'))::int AS notes,
			(count(*) FILTER (WHERE accepts))::int AS accepts
		FROM census_lines WHERE import_id = @id GROUP BY outcome`, postgres.Args{"id": r.ID})
	r.Counts = map[Outcome]int{}
	for _, c := range list {
		r.Counts[c.Outcome] = c.Lines
		r.Notes, r.Accepts = r.Notes+c.Notes, r.Accepts+c.Accepts
	}
	return err
}

// Filter narrows the lines of a file. The zero value keeps them all.
type Filter struct {
	Outcome Outcome
	Noted   bool // with a value mended or left out
	Accepts bool
	Search  string
	After   int // line
	Limit   int
}

// Lines reads lines of a file in their order; more when others follow. ErrNoImport.
func (s *Service) Lines(ctx context.Context, actor identity.Actor, id uuid.UUID, f Filter) (lines []Line, more bool, err error) {
	err = s.reading(ctx, actor, func(tx *postgres.Tx, structure *uuid.UUID) error {
		if _, err := readImport(ctx, tx, structure, id, ""); err != nil {
			return err
		}
		lines, more, err = readLines(ctx, tx, id, f)
		return err
	})
	return lines, more, fault.Wrap(err, "read lines of places")
}

func readLines(ctx context.Context, tx *postgres.Tx, id uuid.UUID, f Filter) (lines []Line, more bool, err error) {
	type row struct {
		Line                                         int
		Outcome, Key, Name, Town, Target, TargetName string
		Changes                                      []string
		Problems                                     []byte
		Accepts                                      bool
	}
	rows, err := postgres.All[row](ctx, tx, `
		SELECT line, outcome, key, name, town, target, target_name, changes, problems, accepts FROM census_lines
		WHERE import_id = @id AND line > @after AND (@outcome = '' OR outcome = @outcome) AND (NOT @noted OR problems <> '[]') AND (NOT @accepts OR accepts)
			AND (@search = '' OR strpos(lower(name || ' ' || town || ' ' || key), @search) > 0)
		ORDER BY line LIMIT @limit`,
		postgres.Args{"id": id, "after": f.After, "outcome": string(f.Outcome), "noted": f.Noted, "accepts": f.Accepts, "search": strings.ToLower(f.Search), "limit": f.Limit + 1})
	for _, r := range rows {
		l := Line{Line: r.Line, Outcome: Outcome(r.Outcome), Key: r.Key, Name: r.Name, Town: r.Town, Target: r.Target, TargetName: r.TargetName, Changes: r.Changes, Accepts: r.Accepts}
		if err == nil {
			err = json.Unmarshal(r.Problems, &l.Problems)
		}
		lines = append(lines, l)
	}
	if more = len(lines) > f.Limit; more {
		lines = lines[:f.Limit]
	}
	return lines, more, err
}

// Each visits every line of a file that a filter keeps. ErrNoImport.
func (s *Service) Each(ctx context.Context, actor identity.Actor, id uuid.UUID, f Filter, visit func(Line) error) error {
	f.Limit = batch
	for more := true; more; {
		var lines []Line
		var err error
		if lines, more, err = s.Lines(ctx, actor, id, f); err != nil {
			return err
		}
		for _, l := range lines {
			f.After = l.Line
			if err := visit(l); err != nil {
				return err
			}
		}
	}
	return nil
}

// Choose says what lines that wait for a choice are: the same place, another
// one, or nothing to keep. It is remembered for the files to come. Without a
// line, all those that wait. ErrNoChoice, ErrMoved.
func (s *Service) Choose(ctx context.Context, actor identity.Actor, id uuid.UUID, line int, choice string) error {
	structure, err := may(actor)
	if err != nil {
		return err
	}
	outcome, known := map[string]Outcome{Fuse: Merged, Separate: Created, Leave: SetAside}[choice]
	if !known || structure != nil {
		return fault.Field("choix", "Dites si c’est le même lieu, un autre, ou une ligne à écarter.")
	}
	err = s.acting(ctx, actor, "choix sur un import de lieux", func(tx *postgres.Tx) error {
		i, err := readImport(ctx, tx, structure, id, " FOR UPDATE")
		if err != nil {
			return err
		}
		if i.State != Ready {
			return ErrMoved
		}
		n, err := postgres.Do(ctx, tx, `
			WITH chosen AS (UPDATE census_lines SET outcome = @outcome WHERE import_id = @id AND outcome = 'a choisir' AND (@line::int = 0 OR line = @line)
				RETURNING key, target)
			INSERT INTO census_links (id, structure_id, key, choice, target, decided_at, decided_by)
			SELECT gen_random_uuid(), NULL, key, @choice, CASE WHEN @choice = 'fusionner' THEN target ELSE '' END, @now, @account FROM chosen
			ON CONFLICT (structure_id, key) DO UPDATE SET choice = excluded.choice, target = excluded.target, decided_at = excluded.decided_at, decided_by = excluded.decided_by`,
			postgres.Args{"id": id, "outcome": string(outcome), "line": line, "choice": choice, "now": tx.Now(), "account": actor.Account()})
		if err == nil && n == 0 {
			err = ErrNoChoice
		}
		return err
	})
	if errors.Is(err, ErrNoChoice) {
		return ErrNoChoice
	}
	return fault.Wrap(err, "choose about a line")
}
