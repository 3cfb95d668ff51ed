package printing

import (
	"context"
	"errors"

	"passnum/internal/chunk"
	"passnum/internal/postgres"
)

// errEnded stops the making of a pack that somebody stopped or replaced.
var errEnded = errors.New("the pack was ended meanwhile")

// vault keeps ciphertext as the content of a pack. A row is written under a share
// of the pack's own, so that ending the pack waits for it and then deletes it too;
// errEnded once the pack is no longer being made.
func (s *Service) vault(ctx context.Context, p Pack) *chunk.Writer {
	return chunk.NewWriter(func(number int, content []byte) error {
		return s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
			args := p.key()
			args["number"], args["content"] = number, content
			n, err := postgres.Do(ctx, tx, `
				INSERT INTO print_pack_chunks (commanditaire_id, pack_id, number, content)
				SELECT commanditaire_id, id, @number, @content FROM print_packs
				WHERE commanditaire_id = @commanditaire AND id = @pack AND state = 'preparation' FOR SHARE`, args)
			if err == nil && n == 0 {
				err = errEnded
			}
			return err
		})
	})
}
