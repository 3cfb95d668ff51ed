package accounting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

type pieceRow struct {
	ID    uuid.UUID
	Piece string
}

// piecesOf words the papers that some causes are: a mandat, a transfer, an
// incident… A redemption has no paper but its chèques.
func piecesOf(ctx context.Context, tx *postgres.Tx, causes []uuid.UUID) (map[uuid.UUID]string, error) {
	rows, err := postgres.All[pieceRow](ctx, tx, `
		SELECT id, 'Mandat ' || mandat_number AS piece FROM order_funds WHERE id = ANY (@causes)
		UNION ALL SELECT id, settlement_number || ' ' || end_to_end_id FROM settlement_lines WHERE id = ANY (@causes)
		UNION ALL SELECT id, 'Incident ' || number FROM incidents WHERE id = ANY (@causes)
		UNION ALL SELECT id, 'Opposition ' || number FROM oppositions WHERE id = ANY (@causes)
		UNION ALL SELECT id, 'Remboursement ' || number FROM refunds WHERE id = ANY (@causes)
		UNION ALL SELECT id, 'Avoir ' || avoir_number FROM closings WHERE id = ANY (@causes) AND avoir_number <> ''`, postgres.Args{"causes": causes})
	if err != nil {
		return nil, fmt.Errorf("read pieces: %w", err)
	}
	pieces := map[uuid.UUID]string{}
	for _, r := range rows {
		pieces[r.ID] = r.Piece
	}
	return pieces, nil
}
