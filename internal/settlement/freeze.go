package settlement

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/postgres"
)

// freeze is the fingerprint of everything that is approved: what the bank will be
// told, what each order bears, and every chèque and incident behind it.
func freeze(ctx context.Context, tx *postgres.Tx, b Batch, lines []Line) ([]byte, error) {
	contents, err := contentsOf(ctx, tx, b.ID)
	if err != nil {
		return nil, err
	}
	p := fingerprint{sha256.New()}
	p.write("2", b.Number, b.MessageID, b.DebtorName, b.DebtorIBAN, b.DebtorBIC, b.TotalCents.Decimal(), strconv.Itoa(b.Lines), b.Cutoff.Format(time.DateOnly), string(b.Rhythm),
		string(b.BankVersion), strconv.FormatBool(b.BatchBooking), strconv.Itoa(b.Parts), b.executionDay().Format(time.DateOnly))
	for _, l := range lines {
		p.write(l.ID.String(), l.StructureID.String(), l.EndToEndID, l.AccountHolder, l.IBAN, l.BIC, l.Street, l.Building, l.PostalCode, l.Town,
			strconv.Itoa(l.Cheques), l.GrossCents.Decimal(), l.AdjustCents.Decimal(), l.FeeCents.Decimal(), l.FeeVATCents.Decimal(), l.AmountCents.Decimal(),
			strconv.Itoa(l.Part), remittance(l), contents[l.ID])
		if l.RepaysLineID != nil {
			p.write(l.RepaysLineID.String(), l.RootLineID.String())
		}
	}
	return p.Sum(nil), nil
}

// fingerprint hashes texts so that no two lists of them are alike.
type fingerprint struct{ hash.Hash }

func (p fingerprint) write(texts ...string) {
	for _, text := range texts {
		_ = binary.Write(p, binary.BigEndian, uint32(len(text)))
		p.Write([]byte(text))
	}
}

type contentsRow struct {
	Line   uuid.UUID
	Digest string
}

// contentsOf digests, line by line, its chèques, its incidents and its shares.
func contentsOf(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (map[uuid.UUID]string, error) {
	rows, err := postgres.All[contentsRow](ctx, tx, `
		WITH l AS (SELECT id FROM settlement_lines WHERE settlement_id = @id), held AS (
			SELECT settlement_line_id AS line, string_agg(id || ':' || amount_cents, ',' ORDER BY id) AS text FROM redemptions WHERE settlement_line_id IN (SELECT id FROM l) GROUP BY 1
			UNION ALL
			SELECT settlement_line_id, string_agg('i' || id || ':' || amount_cents, ',' ORDER BY id) FROM incidents WHERE settlement_line_id IN (SELECT id FROM l) GROUP BY 1
			UNION ALL
			SELECT line_id, string_agg('s' || order_id || ':' || gross_cents || ':' || adjust_cents || ':' || rate_basis_points || ':' || fee_cents || ':' || vat_cents, ',' ORDER BY order_id)
			FROM settlement_shares WHERE line_id IN (SELECT id FROM l) GROUP BY 1)
		SELECT line, encode(sha256(convert_to(string_agg(text, ';' ORDER BY text COLLATE "C"), 'UTF8')), 'hex') AS digest FROM held GROUP BY line`,
		postgres.Args{"id": id})
	if err != nil {
		return nil, fmt.Errorf("digest contents: %w", err)
	}
	digests := make(map[uuid.UUID]string, len(rows))
	for _, row := range rows {
		digests[row.Line] = row.Digest
	}
	return digests, nil
}

// unchanged answers ErrChanged when a batch is not what was approved.
func unchanged(ctx context.Context, tx *postgres.Tx, b Batch, lines []Line) error {
	if b.ExecutionOn == nil {
		if !bytes.Equal(formerFreeze(b, lines), b.FrozenHash) {
			return ErrChanged
		}
		return nil
	}
	now, err := freeze(ctx, tx, b, lines)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, b.FrozenHash) {
		return ErrChanged
	}
	return nil
}

// formerFreeze is the fingerprint of batches approved before fees, parts and
// shares existed.
func formerFreeze(b Batch, lines []Line) []byte {
	p := fingerprint{sha256.New()}
	p.write(b.MessageID, b.DebtorName, b.DebtorIBAN, b.DebtorBIC, b.TotalCents.Decimal())
	for _, l := range lines {
		p.write(l.EndToEndID, l.AccountHolder, l.IBAN, l.BIC, l.AmountCents.Decimal(), remittance(l))
	}
	return p.Sum(nil)
}
