package chunk_test

import (
	"bytes"
	"errors"
	"testing"

	"passnum/internal/chunk"
)

func TestRowsAddUp(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, chunk.Size - 1, chunk.Size, chunk.Size + 1, 3*chunk.Size + 7} {
		content := bytes.Repeat([]byte("chiffré"), size/8+1)[:size]
		var kept []byte
		w := chunk.NewWriter(func(number int, part []byte) error {
			if number != len(kept)/chunk.Size+1 || len(part) > chunk.Size {
				t.Errorf("part %d of %d bytes after %d", number, len(part), len(kept))
			}
			kept = append(kept, part...)
			return nil
		})
		for start := 0; start < size; start += 70_001 {
			if _, err := w.Write(content[start:min(start+70_001, size)]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil || !bytes.Equal(kept, content) || w.Bytes != int64(size) || w.Chunks != (size+chunk.Size-1)/chunk.Size {
			t.Errorf("%d bytes: %d kept in %d parts, %v", size, w.Bytes, w.Chunks, err)
		}
	}
}

func TestARefusalStops(t *testing.T) {
	t.Parallel()
	ended := errors.New("ended")
	w := chunk.NewWriter(func(number int, _ []byte) error {
		if number == 2 {
			return ended
		}
		return nil
	})
	if _, err := w.Write(make([]byte, 3*chunk.Size)); !errors.Is(err, ended) || w.Chunks != 1 {
		t.Errorf("%v after %d parts", err, w.Chunks)
	}
}
