package upload

import (
	"context"
	"errors"
	"testing"
)

func TestOneFileIsOpenedAtATime(t *testing.T) {
	t.Parallel()
	turn <- struct{}{}
	defer func() { <-turn }()
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Gate{}).Pass(gone, "photo.png", []byte("\x89PNG\r\n\x1a\n")); !errors.Is(err, context.Canceled) {
		t.Errorf("opened beside another: %v", err)
	}
}
