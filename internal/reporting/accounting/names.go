package accounting

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/ledger"
	"passnum/internal/postgres"
)

// names is what entries are written with: who, which order, which paper. All of
// it is small beside the ledger: organisations, orders, transfers.
type names struct {
	parties map[uuid.UUID]auxiliary
	orders  map[uuid.UUID]string
	pieces  map[uuid.UUID]string // by cause
}

// auxiliary is an organisation's auxiliary account.
type auxiliary struct{ number, label string }

type nameRow struct {
	ID   uuid.UUID
	Code string
	Name string
}

func readNames(ctx context.Context, tx *postgres.Tx) (names, error) {
	n := names{parties: map[uuid.UUID]auxiliary{}, orders: map[uuid.UUID]string{}, pieces: map[uuid.UUID]string{}}
	for _, read := range []struct {
		sql  string
		keep func(nameRow)
	}{
		{`SELECT id, siret AS code, name FROM organisations`, func(r nameRow) { n.parties[r.ID] = auxiliary{r.Code, r.Name} }},
		{`SELECT id, number AS code, '' AS name FROM orders`, func(r nameRow) { n.orders[r.ID] = r.Code }},
		{`SELECT id, mandat_number AS code, '' AS name FROM order_funds`, func(r nameRow) { n.pieces[r.ID] = "Mandat " + r.Code }},
		{`SELECT id, settlement_number AS code, end_to_end_id AS name FROM settlement_lines`, func(r nameRow) { n.pieces[r.ID] = r.Code + " " + r.Name }},
		{`SELECT id, number AS code, '' AS name FROM incidents`, func(r nameRow) { n.pieces[r.ID] = "Incident " + r.Code }},
		{`SELECT id, number AS code, '' AS name FROM oppositions`, func(r nameRow) { n.pieces[r.ID] = "Opposition " + r.Code }},
		{`SELECT id, number AS code, '' AS name FROM refunds`, func(r nameRow) { n.pieces[r.ID] = "Remboursement " + r.Code }},
		{`SELECT id, avoir_number AS code, '' AS name FROM closings WHERE avoir_number <> ''`, func(r nameRow) { n.pieces[r.ID] = "Avoir " + r.Code }},
	} {
		rows, err := postgres.All[nameRow](ctx, tx, read.sql, nil)
		if err != nil {
			return names{}, fmt.Errorf("read names: %w", err)
		}
		for _, r := range rows {
			read.keep(r)
		}
	}
	return n, nil
}

// piece is the paper that an entry rests on; the order when it is its own cause,
// the cause itself otherwise.
func (n names) piece(kind ledger.Kind, cause, order uuid.UUID) string {
	if p, ok := n.pieces[cause]; ok {
		return p
	}
	if kind == ledger.Activation || cause == order {
		return "Commande " + n.orders[order]
	}
	return cause.String()
}

// auxiliary is the auxiliary account of an entry on an account of the chart.
func (n names) auxiliary(account ChartAccount, commanditaire uuid.UUID, structure uuid.UUID) auxiliary {
	switch account.Party {
	case OfCommanditaire:
		return n.parties[commanditaire]
	case OfStructure:
		return n.parties[structure]
	default:
		return auxiliary{}
	}
}
