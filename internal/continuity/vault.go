package continuity

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// chunkSize is what one row of a kit's content holds.
const chunkSize = 1 << 20

// vault stores what is written to it as the content of a kit, row by row.
type vault struct {
	ctx    context.Context
	db     *postgres.DB
	kit    uuid.UUID
	buffer []byte
	chunks int
	size   int64
}

func newVault(ctx context.Context, db *postgres.DB, kit uuid.UUID) *vault {
	return &vault{ctx: ctx, db: db, kit: kit, buffer: make([]byte, 0, chunkSize)}
}

// Write keeps ciphertext; errEnded once the kit is no longer being made.
func (v *vault) Write(content []byte) (int, error) {
	written := 0
	for len(content) > 0 {
		n := min(chunkSize-len(v.buffer), len(content))
		v.buffer = append(v.buffer, content[:n]...)
		content, written = content[n:], written+n
		if len(v.buffer) == chunkSize {
			if err := v.flush(); err != nil {
				return written, err
			}
		}
	}
	return written, nil
}

// flush writes a chunk under a share of the kit's row, so that ending the kit
// waits for it and then deletes it too.
func (v *vault) flush() error {
	if len(v.buffer) == 0 {
		return nil
	}
	var n int64
	err := v.db.InPlatform(v.ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		n, err = postgres.Do(v.ctx, tx, `
			INSERT INTO continuity_kit_chunks (kit_id, number, content)
			SELECT id, @number, @content FROM continuity_kits WHERE id = @kit AND state = 'preparation' FOR SHARE`,
			postgres.Args{"kit": v.kit, "number": v.chunks + 1, "content": v.buffer})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep part %d: %w", v.chunks+1, err)
	}
	if n == 0 {
		return errEnded
	}
	v.chunks, v.size, v.buffer = v.chunks+1, v.size+int64(len(v.buffer)), v.buffer[:0]
	return nil
}
