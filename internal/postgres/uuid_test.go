package postgres_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/postgres"
	"passnum/internal/postgres/pgtest"
)

// Identifiers come back as they were sent, alone, in lists, as text and as
// nothing at all.
func TestIdentifiersTravel(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t).Pool()
	a, b := postgres.NewID(), postgres.NewID()
	var one, kept uuid.UUID
	var some, none *uuid.UUID
	var list []uuid.UUID
	var holes []*uuid.UUID
	var text string
	kept = b
	err := pool.QueryRow(t.Context(), `SELECT $1::uuid, $2::uuid, $3::uuid, NULL::uuid, $4::uuid[], $5::uuid[], $6::text || $1::uuid`,
		a, &b, (*uuid.UUID)(nil), []uuid.UUID{b, a}, []*uuid.UUID{&a, nil}, a).Scan(&one, &some, &none, &kept, &list, &holes, &text)
	if err != nil {
		t.Fatal(err)
	}
	if one != a || some == nil || *some != b || none != nil || kept != b || !slices.Equal(list, []uuid.UUID{b, a}) || text != a.String()+a.String() {
		t.Error(one, some, none, kept, list, text)
	}
	if len(holes) != 2 || holes[0] == nil || *holes[0] != a || holes[1] != nil {
		t.Error(holes)
	}
}
