package census

import (
	"context"
	"encoding/json"
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
	Missing int // places still shown, of the same sources, that no line tells of
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
		if r.Missing, err = countMissing(ctx, tx, id); err != nil {
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
		Choice                                       *uuid.UUID
	}
	rows, err := postgres.All[row](ctx, tx, `
		SELECT line, outcome, l.key, name, town, l.target, target_name, changes, problems, accepts, c.id AS choice
		FROM census_lines l LEFT JOIN census_links c ON c.key = l.key AND c.structure_id IS NOT DISTINCT FROM l.structure_id
		WHERE import_id = @id AND line > @after AND (@outcome = '' OR outcome = @outcome) AND (NOT @noted OR problems <> '[]') AND (NOT @accepts OR accepts)
			AND (@search = '' OR strpos(lower(name || ' ' || town || ' ' || l.key), @search) > 0)
		ORDER BY line LIMIT @limit`,
		postgres.Args{"id": id, "after": f.After, "outcome": string(f.Outcome), "noted": f.Noted, "accepts": f.Accepts, "search": strings.ToLower(f.Search), "limit": f.Limit + 1})
	for _, r := range rows {
		l := Line{Line: r.Line, Outcome: Outcome(r.Outcome), Key: r.Key, Name: r.Name, Town: r.Town, Target: r.Target, TargetName: r.TargetName, Changes: r.Changes, Accepts: r.Accepts, Choice: r.Choice}
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
