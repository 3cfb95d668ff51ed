package tiles

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// shelf keeps the squares asked for last, up to a weight, and lets one visitor
// fetch what several want.
type shelf struct {
	mu      sync.Mutex
	most    int
	weight  int
	order   *list.List // of *entry, the last asked for in front
	entries map[Address]*list.Element
	waited  map[Address]*fetching
	until   time.Time
}

type entry struct {
	address Address
	tile    Tile
	at      time.Time
}

// fetching is a square on its way; done closes when it is there.
type fetching struct {
	done chan struct{}
	tile Tile
	err  error
}

func newShelf(most int) *shelf {
	return &shelf{most: most, order: list.New(), entries: map[Address]*list.Element{}, waited: map[Address]*fetching{}}
}

func (s *shelf) take(a Address) (entry, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.entries[a]
	if !ok {
		return entry{}, false
	}
	s.order.MoveToFront(found)
	return *found.Value.(*entry), true
}

func (s *shelf) keep(a Address, tile Tile, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.entries[a]; ok {
		s.drop(old)
	}
	s.entries[a] = s.order.PushFront(&entry{a, tile, at})
	for s.weight += len(tile.Body); s.weight > s.most && s.order.Len() > 1; {
		s.drop(s.order.Back())
	}
}

func (s *shelf) drop(e *list.Element) {
	old := s.order.Remove(e).(*entry)
	delete(s.entries, old.address)
	s.weight -= len(old.tile.Body)
}

// once fetches a square for all who want it at the same time.
func (s *shelf) once(ctx context.Context, a Address, fetch func() (Tile, error)) (Tile, error) {
	s.mu.Lock()
	wait, underway := s.waited[a]
	if !underway {
		wait = &fetching{done: make(chan struct{})}
		s.waited[a] = wait
		go func() {
			wait.tile, wait.err = fetch()
			s.mu.Lock()
			delete(s.waited, a)
			s.mu.Unlock()
			close(wait.done)
		}()
	}
	s.mu.Unlock()
	select {
	case <-wait.done:
		return wait.tile, wait.err
	case <-ctx.Done():
		return Tile{}, ErrDown
	}
}

func (s *shelf) resting(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.until)
}

func (s *shelf) rest(until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until = until
}
