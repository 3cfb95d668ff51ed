package invoicing

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// chunk is how many documents one statement writes: each brings its message.
const chunk = 1000

// insert writes documents of one series, in the order of their numbers, and
// their lines: one statement for each table.
func insert(ctx context.Context, tx *postgres.Tx, list []issued) error {
	for len(list) > 0 {
		n := min(chunk, len(list))
		if err := insertDocuments(ctx, tx, list[:n]); err != nil {
			return fmt.Errorf("insert %s: %w", list[0].Kind, err)
		}
		if err := insertLines(ctx, tx, list[:n]); err != nil {
			return fmt.Errorf("insert line: %w", err)
		}
		list = list[n:]
	}
	return nil
}

// documentRows are the rows of a chunk, a slice a column.
type documentRows struct {
	buyers, ids, causes                         []uuid.UUID
	commanditaires, orders, originals, replaced []*uuid.UUID
	sequences, face, fees, vat, totals, cheques []int64
	numbers, reasons, names, facts              []string
	due                                         []time.Time
	settled                                     []bool
	xml, hashes                                 [][]byte
}

func (c *documentRows) add(d issued) error {
	kept, err := json.Marshal(d.facts)
	if err != nil {
		return fmt.Errorf("write facts: %w", err)
	}
	hash := sha256.Sum256(d.xml)
	c.buyers, c.ids, c.causes = append(c.buyers, d.BuyerID), append(c.ids, d.ID), append(c.causes, d.CauseID)
	c.commanditaires, c.orders = append(c.commanditaires, d.CommanditaireID), append(c.orders, d.OrderID)
	c.originals, c.replaced = append(c.originals, d.OriginalID), append(c.replaced, d.ReplacesID)
	c.sequences, c.numbers, c.due = append(c.sequences, d.sequence), append(c.numbers, d.Number), append(c.due, d.DueOn)
	c.face, c.fees, c.vat = append(c.face, int64(d.Face)), append(c.fees, int64(d.Fees)), append(c.vat, int64(d.VAT))
	c.totals, c.cheques, c.settled = append(c.totals, int64(d.Total)), append(c.cheques, int64(d.Cheques)), append(c.settled, d.Settled)
	c.reasons, c.names = append(c.reasons, d.Reason), append(c.names, d.BuyerName)
	c.facts, c.xml, c.hashes = append(c.facts, string(kept)), append(c.xml, d.xml), append(c.hashes, hash[:])
	return nil
}

// The order of insertion is that of the numbers: the table refuses any other.
const insertDocumentsSQL = `
	INSERT INTO invoices (buyer_id, id, commanditaire_id, order_id, kind, series, year, sequence, number, issued_on, issued_at, issued_by_name, due_on,
		face_cents, fees_cents, vat_cents, total_cents, cheques, original_id, replaces_id, cause_id, reason, settled, buyer_name, facts, xml, xml_sha256)
	SELECT d.buyer, d.id, d.commanditaire, d.ordered, @kind, @series, @year, d.sequence, d.number, @on, @at, @by, d.due,
		d.face, d.fees, d.vat, d.total, d.cheques, d.original, d.replaced, d.cause, d.reason, d.settled, d.name, d.facts::jsonb, d.xml, d.hash
	FROM unnest(@buyers::uuid[], @ids::uuid[], @commanditaires::uuid[], @orders::uuid[], @sequences::bigint[], @numbers::text[], @due::date[],
			@face::bigint[], @fees::bigint[], @vat::bigint[], @totals::bigint[], @cheques::bigint[], @originals::uuid[], @replaced::uuid[], @causes::uuid[],
			@reasons::text[], @settled::boolean[], @names::text[], @facts::text[], @xml::bytea[], @hashes::bytea[])
		AS d(buyer, id, commanditaire, ordered, sequence, number, due, face, fees, vat, total, cheques, original, replaced, cause, reason, settled, name, facts, xml, hash)
	ORDER BY d.sequence`

func insertDocuments(ctx context.Context, tx *postgres.Tx, list []issued) error {
	var c documentRows
	for _, d := range list {
		if err := c.add(d); err != nil {
			return err
		}
	}
	of := list[0]
	_, err := postgres.Do(ctx, tx, insertDocumentsSQL, postgres.Args{
		"kind": string(of.Kind), "series": of.Series, "year": of.IssuedOn.Year(), "on": of.IssuedOn, "at": of.IssuedAt, "by": of.IssuedByName,
		"buyers": c.buyers, "ids": c.ids, "commanditaires": c.commanditaires, "orders": c.orders, "sequences": c.sequences, "numbers": c.numbers, "due": c.due,
		"face": c.face, "fees": c.fees, "vat": c.vat, "totals": c.totals, "cheques": c.cheques, "originals": c.originals, "replaced": c.replaced, "causes": c.causes,
		"reasons": c.reasons, "settled": c.settled, "names": c.names, "facts": c.facts, "xml": c.xml, "hashes": c.hashes,
	})
	return err
}

// lineRows are the lines of a chunk, a slice a column.
type lineRows struct {
	buyers, documents            []uuid.UUID
	commanditaires               []*uuid.UUID
	ranks, quantities            []int64
	units, amounts, rates        []int64
	keys, labels, taxes, reasons []string
}

func (c *lineRows) add(d Document, rank int, l Line) {
	c.buyers, c.documents, c.commanditaires = append(c.buyers, d.BuyerID), append(c.documents, d.ID), append(c.commanditaires, d.CommanditaireID)
	c.ranks, c.quantities = append(c.ranks, int64(rank)), append(c.quantities, int64(l.Quantity))
	c.units, c.amounts, c.rates = append(c.units, int64(l.Unit)), append(c.amounts, int64(l.Amount)), append(c.rates, int64(l.Tax.Rate))
	c.keys, c.labels = append(c.keys, l.Key), append(c.labels, l.Label)
	c.taxes, c.reasons = append(c.taxes, string(l.Tax.Category)), append(c.reasons, l.Tax.Reason)
}

func insertLines(ctx context.Context, tx *postgres.Tx, list []issued) error {
	var c lineRows
	for _, d := range list {
		for i, l := range d.lines {
			c.add(d.Document, i+1, l)
		}
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO invoice_lines (buyer_id, commanditaire_id, invoice_id, line, key, label, quantity, unit_cents, amount_cents, tax, vat_basis_points, vat_reason)
		SELECT l.buyer, l.commanditaire, l.document, l.rank, l.key, l.label, l.quantity, l.unit, l.amount, l.tax, l.rate, l.reason
		FROM unnest(@buyers::uuid[], @commanditaires::uuid[], @documents::uuid[], @ranks::bigint[], @keys::text[], @labels::text[], @quantities::bigint[],
				@units::bigint[], @amounts::bigint[], @taxes::text[], @rates::bigint[], @reasons::text[])
			AS l(buyer, commanditaire, document, rank, key, label, quantity, unit, amount, tax, rate, reason)`,
		postgres.Args{
			"buyers": c.buyers, "commanditaires": c.commanditaires, "documents": c.documents, "ranks": c.ranks, "keys": c.keys, "labels": c.labels,
			"quantities": c.quantities, "units": c.units, "amounts": c.amounts, "taxes": c.taxes, "rates": c.rates, "reasons": c.reasons,
		})
	return err
}
