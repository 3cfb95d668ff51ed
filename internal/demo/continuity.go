package demo

import (
	"bytes"
	"context"
	"io"
	"time"

	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
)

// somebody is the public key of whoever did the exercise; nobody kept the other.
const somebody = "age16w2nq4plfm60dmhnjg3cxdj0q40v0822y94zzfzkt7u84dfg4y8safw6fh"

// exercise takes a kit out a quarter ago and forgets it: the next one is due.
func (w *world) exercise(ctx context.Context, s Settings) error {
	signer, err := kit.Signer(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		return err
	}
	service := continuity.NewService(continuity.Deps{
		Source: continuity.Source{DB: w.db, Signer: signer, Hosts: []string{s.CodeHost}, Debtor: continuity.Debtor(s.Debtor)},
		Queue:  w.queue,
	})
	now := w.clock.now
	defer func() { w.clock.now = now }()
	w.clock.now = w.today.AddDate(0, 0, -97).Add(9 * time.Hour)
	id, err := service.Ask(ctx, w.actors["admin"], continuity.Request{Reason: "Exercice du trimestre, avec le commissaire aux comptes", Liquidator: somebody})
	if err != nil {
		return err
	}
	w.clock.now = w.clock.now.Add(3 * time.Hour)
	if err := service.Decide(ctx, w.actors["finance"], id, true); err != nil {
		return err
	}
	waiting := w.queue.Waiting
	w.queue.Waiting = waiting[:0]
	for _, args := range waiting {
		if build, ok := args.(continuity.BuildArgs); ok {
			if err := service.Build(ctx, build); err != nil {
				return err
			}
		}
	}
	w.clock.now = w.clock.now.Add(time.Hour)
	content, err := service.Take(ctx, w.actors["admin"], id)
	if err != nil {
		return err
	}
	return content.Send(ctx, io.Discard)
}
