package tiles_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"passnum/internal/tiles"
)

const picture = "\x89PNG\x0D\x0A\x1A\x0A and the rest"

// service is a fake map service: its answer, and how often it was asked.
func service(t *testing.T, answer http.HandlerFunc) (*tiles.Source, *atomic.Int64) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return tiles.New(server.URL + "/{z}/{x}/{y}"), &asked
}

func TestATileIsFetchedOnceForEverybody(t *testing.T) {
	t.Parallel()
	source, asked := service(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/6/32/22" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		_, _ = w.Write([]byte(picture))
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			got, err := source.Tile(t.Context(), tiles.Address{Z: 6, X: 32, Y: 22})
			if err != nil || string(got.Body) != picture || got.MediaType != "image/png" {
				t.Errorf("tile: %q, %v", got.MediaType, err)
			}
		})
	}
	all.Wait()
	if asked.Load() != 1 {
		t.Errorf("the service was asked %d times", asked.Load())
	}
}

func TestWhatIsNoTileIsRefused(t *testing.T) {
	t.Parallel()
	source, asked := service(t, func(http.ResponseWriter, *http.Request) {})
	for _, a := range []tiles.Address{{Z: -1}, {Z: 19}, {Z: 2, X: 4}, {Z: 2, Y: -1}, {Z: 0, X: 1}} {
		if _, err := source.Tile(t.Context(), a); !errors.Is(err, tiles.ErrOutside) {
			t.Errorf("%v: %v", a, err)
		}
	}
	if asked.Load() != 0 {
		t.Error("the service was asked for what is no tile")
	}
}

func TestAServiceThatFailsIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"error": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"page":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>hello")) },
		"heavy": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(picture + strings.Repeat("x", 1<<20)))
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
		},
	} {
		source, asked := service(t, answer)
		for x := range 3 {
			if _, err := source.Tile(t.Context(), tiles.Address{Z: 3, X: x, Y: 1}); !errors.Is(err, tiles.ErrDown) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if asked.Load() != 1 {
			t.Errorf("%s: asked %d times", name, asked.Load())
		}
	}
}

func TestWithoutAService(t *testing.T) {
	t.Parallel()
	var source *tiles.Source
	if _, err := source.Tile(t.Context(), tiles.Address{Z: 1}); !errors.Is(err, tiles.ErrDown) {
		t.Error(err)
	}
}
