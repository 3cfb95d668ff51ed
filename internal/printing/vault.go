package printing

import (
	"context"
	"errors"
	"fmt"

	"passnum/internal/postgres"
)

// chunkSize is what one row of a pack's content holds.
const chunkSize = 1 << 20

// errEnded stops the making of a pack that somebody stopped or replaced.
var errEnded = errors.New("the pack was ended meanwhile")

// vault stores what is written to it as the content of a pack, row by row.
type vault struct {
	ctx    context.Context
	db     *postgres.DB
	pack   Pack
	buffer []byte
	chunks int
	size   int64
}

func newVault(ctx context.Context, db *postgres.DB, p Pack) *vault {
	return &vault{ctx: ctx, db: db, pack: p, buffer: make([]byte, 0, chunkSize)}
}

// Write keeps ciphertext; errEnded once the pack is no longer being made.
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

// flush writes a chunk under a share of the pack's row, so that ending the pack
// waits for it and then deletes it too.
func (v *vault) flush() error {
	if len(v.buffer) == 0 {
		return nil
	}
	var n int64
	err := v.db.InPlatform(v.ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		args := v.pack.key()
		args["number"], args["content"] = v.chunks+1, v.buffer
		n, err = postgres.Do(v.ctx, tx, `
			INSERT INTO print_pack_chunks (commanditaire_id, pack_id, number, content)
			SELECT commanditaire_id, id, @number, @content FROM print_packs
			WHERE commanditaire_id = @commanditaire AND id = @pack AND state = 'preparation' FOR SHARE`, args)
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
