package guidance

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// StepDone is a step and whether a chèque was used for it.
type StepDone struct {
	Step
	Done bool
}

// Progress is where what one person was given stands: nothing of when, where or
// with whom.
type Progress struct {
	// Codes are the indexes, in what was asked, of the chèques it is about.
	Codes []int
	// Title is the parcours'; empty when only services were proposed.
	Title string
	Steps []StepDone
}

// Done counts the steps done.
func (p Progress) Done() int {
	n := 0
	for _, s := range p.Steps {
		if s.Done {
			n++
		}
	}
	return n
}

// Next is the first step not done, if any.
func (p Progress) Next() (Step, bool) {
	for _, s := range p.Steps {
		if !s.Done {
			return s.Step, true
		}
	}
	return Step{}, false
}

// Progress tells whoever presents live chèques what their holder was proposed
// and has done. Chèques that the actor may not take now, and those given without
// a proposal, are not spoken of.
func (s *Service) Progress(ctx context.Context, actor identity.Actor, codes []string) ([]Progress, error) {
	if err := actor.May(identity.Check); err != nil {
		return nil, err
	}
	live, err := s.live(ctx, actor, codes)
	if err != nil || len(live) == 0 {
		return nil, fault.Wrap(err, "check chèques")
	}
	byHash := map[string]int{}
	hashes := [][]byte{}
	for _, index := range live {
		c, err := code.Parse(codes[index])
		if err != nil {
			continue
		}
		for _, hash := range s.keys.Hashes(c) {
			byHash[string(hash)], hashes = index, append(hashes, hash)
		}
	}
	var rows []progressRow
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		rows, err = postgres.All[progressRow](ctx, tx, `SELECT hash, handover_id, title, entries, words, done FROM carnet_progress(@hashes, @today)`,
			postgres.Args{"hashes": hashes, "today": tx.Today()})
		return err
	})
	return gather(rows, byHash), fault.Wrap(err, "read progress")
}

type progressRow struct {
	Hash       []byte
	HandoverID uuid.UUID
	Title      string
	Entries    []int16
	Words      []string
	Done       []bool
}

// gather makes one Progress of the chèques given together.
func gather(rows []progressRow, byHash map[string]int) []Progress {
	var list []Progress
	at := map[uuid.UUID]int{}
	for _, r := range rows {
		i, known := at[r.HandoverID]
		if !known {
			i, at[r.HandoverID] = len(list), len(list)
			p := Progress{Title: r.Title}
			for j, step := range stepsOf(r.Entries, r.Words) {
				p.Steps = append(p.Steps, StepDone{Step: step, Done: j < len(r.Done) && r.Done[j]})
			}
			list = append(list, p)
		}
		list[i].Codes = append(list[i].Codes, byHash[string(r.Hash)])
	}
	for i := range list {
		slices.Sort(list[i].Codes)
	}
	slices.SortFunc(list, func(a, b Progress) int { return a.Codes[0] - b.Codes[0] })
	return list
}
