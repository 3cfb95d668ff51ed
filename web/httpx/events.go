package httpx

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// keepAlive is how long a stream may stay silent before proxies give up.
const keepAlive = 15 * time.Second

// Events streams a fragment that changes, as server-sent events. It asks next
// every so often, sends the fragment when it differs from the last one, and
// ends with the event « fin » once next says it is done, the reader leaves or
// the server stops.
func Events(w http.ResponseWriter, r *http.Request, every time.Duration, next func(context.Context) (fragment templ.Component, done bool, err error)) error {
	first, done, err := next(r.Context())
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // not every writer has one
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	s := &stream{w: w, control: control, ctx: r.Context()}
	if err := s.send(first); err != nil || done {
		return s.end(err)
	}
	ask, idle := time.NewTicker(every), time.NewTicker(keepAlive)
	defer ask.Stop()
	defer idle.Stop()
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-shellOf(r).Draining:
			return nil // the browser reconnects, to the next server
		case <-idle.C:
			err = s.write(": toujours là\n\n")
		case <-ask.C:
			var fragment templ.Component
			if fragment, done, err = next(r.Context()); err == nil {
				err = s.send(fragment)
			}
		}
		if err != nil || done {
			return s.end(err)
		}
	}
}

type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	ctx     context.Context
	last    string
}

// send writes a fragment as one unnamed event unless it is the last one sent.
func (s *stream) send(c templ.Component) error {
	var html bytes.Buffer
	if err := c.Render(s.ctx, &html); err != nil {
		return fmt.Errorf("render event: %w", err)
	}
	if html.String() == s.last {
		return nil
	}
	s.last = html.String()
	return s.write("data: " + strings.ReplaceAll(s.last, "\n", "\ndata: ") + "\n\n")
}

func (s *stream) write(text string) error {
	if _, err := s.w.Write([]byte(text)); err != nil {
		return s.ctx.Err()
	}
	return s.control.Flush()
}

func (s *stream) end(err error) error {
	if err == nil {
		err = s.write("event: fin\ndata: fin\n\n")
	}
	if s.ctx.Err() != nil {
		return nil
	}
	return err
}
