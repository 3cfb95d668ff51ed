package continuity

import (
	"context"

	"passnum/internal/chunk"
	"passnum/internal/postgres"
)

// vault keeps what is written to it as the content of a kit. A row is written
// under a share of the kit's own, so that ending the kit waits for it and then
// deletes it too; errEnded once the kit is no longer being made.
func (s *Service) vault(ctx context.Context, k Kit) *chunk.Writer {
	return chunk.NewWriter(func(number int, content []byte) error {
		return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
			n, err := postgres.Do(ctx, tx, `
				INSERT INTO continuity_kit_chunks (kit_id, number, content)
				SELECT id, @number, @content FROM continuity_kits WHERE id = @kit AND state = 'preparation' FOR SHARE`,
				postgres.Args{"kit": k.ID, "number": number, "content": content})
			if err == nil && n == 0 {
				err = errEnded
			}
			return err
		})
	})
}
