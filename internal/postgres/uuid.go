package postgres

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// learnTypes tells a new connection how identifiers travel: as their 16 bytes.
// Without it pgx writes each one out as text and reads it again, which was half
// of the time that a payment of a thousand structures spent outside PostgreSQL.
func learnTypes(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: uuidCodec{}})
	return nil
}

// uuidCodec is pgx's own, which knows no uuid.UUID.
type uuidCodec struct{ pgtype.UUIDCodec }

// PlanEncode writes a uuid.UUID or a pointer to one; pgx does the rest.
func (c uuidCodec) PlanEncode(m *pgtype.Map, oid uint32, format int16, value any) pgtype.EncodePlan {
	switch value.(type) {
	case uuid.UUID, *uuid.UUID:
		if format == pgtype.BinaryFormatCode {
			return encodeUUID{}
		}
	}
	return c.UUIDCodec.PlanEncode(m, oid, format, value)
}

// PlanScan reads into a uuid.UUID; pgx does the rest.
func (c uuidCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, ours := target.(*uuid.UUID); ours && format == pgtype.BinaryFormatCode {
		return scanUUID{}
	}
	return c.UUIDCodec.PlanScan(m, oid, format, target)
}

type encodeUUID struct{}

// Encode appends the 16 bytes; a nil pointer is NULL.
func (encodeUUID) Encode(value any, buffer []byte) ([]byte, error) {
	switch v := value.(type) {
	case uuid.UUID:
		return append(buffer, v[:]...), nil
	case *uuid.UUID:
		if v == nil {
			return nil, nil
		}
		return append(buffer, v[:]...), nil
	default:
		return nil, fmt.Errorf("%T is not an identifier", value)
	}
}

type scanUUID struct{}

// Scan copies the 16 bytes; NULL leaves the target as it is, as uuid.UUID's own
// Scan does.
func (scanUUID) Scan(source []byte, target any) (err error) {
	if source != nil {
		*target.(*uuid.UUID), err = uuid.FromBytes(source)
	}
	return err
}
