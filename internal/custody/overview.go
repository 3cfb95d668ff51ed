package custody

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Bucket is where a carnet is, as figures count it: each carnet is in one.
type Bucket string

// The buckets, in the order of the chain.
const (
	InOperator   Bucket = "operateur"
	InReserve    Bucket = "commanditaire"
	InTransit    Bucket = "transit"
	InStock      Bucket = "stock"
	WithPeople   Bucket = "remis"
	GivenBack    Bucket = "retourne"
	InCase       Bucket = "ecart"
	Blocked      Bucket = "bloque"
	OutOfDate    Bucket = "perime"
	everywhere   Bucket = ""
	bucketOfCols        = `CASE WHEN k.state IN ('bloque', 'perime', 'remis') THEN k.state WHEN k.case_id IS NOT NULL THEN 'ecart'
		WHEN k.state IN ('retourne', 'stock') THEN k.state ELSE carnet_holder(k.state, k.point_id, k.transfer_id, k.case_id, k.reserve, k.handed_over_at) END`
)

// Buckets lists them all.
var Buckets = []Bucket{InOperator, InReserve, InTransit, InStock, WithPeople, GivenBack, InCase, Blocked, OutOfDate}

// Known reports whether the bucket exists; "" is every one.
func (b Bucket) Known() bool {
	for _, known := range Buckets {
		if b == known {
			return true
		}
	}
	return b == everywhere
}

// Count is how many carnets of an order are somewhere.
type Count struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	Title           string
	Bucket          Bucket
	PointID         *uuid.UUID
	Point           string
	Carnets         int
}

// Overview is where every carnet is: of one commanditaire, or of all for the
// operator.
type Overview struct {
	Counts []Count
	Cases  []Case // open
	Asked  int    // requests without an answer
	OnWay  int    // transfers on their way
}

// In is how many carnets are in a bucket.
func (o Overview) In(b Bucket) int {
	n := 0
	for _, c := range o.Counts {
		if b == everywhere || c.Bucket == b {
			n += c.Carnets
		}
	}
	return n
}

// Overview reads where the carnets a desk answers for are.
func (s *Service) Overview(ctx context.Context, actor identity.Actor, desk Desk) (Overview, error) {
	var o Overview
	err := s.in(ctx, actor, desk, false, "où sont les carnets", func(tx *postgres.Tx) (err error) {
		o.Counts, err = postgres.All[Count](ctx, tx, `
			WITH counted AS (
				SELECT k.commanditaire_id, k.order_id, `+bucketOfCols+` AS bucket, CASE WHEN k.state = 'stock' THEN k.point_id END AS point_id, count(*)::int AS carnets
				FROM carnets k WHERE @desk = 'operateur' OR k.commanditaire_id = @me GROUP BY 1, 2, 3, 4
			)
			SELECT c.commanditaire_id, g.name AS commanditaire, c.order_id, o.number AS order_number, o.title, c.bucket, c.point_id, coalesce(p.name, '') AS point, c.carnets
			FROM counted c JOIN organisations g ON g.id = c.commanditaire_id JOIN orders o ON o.commanditaire_id = c.commanditaire_id AND o.id = c.order_id
			LEFT JOIN points p ON p.id = c.point_id
			ORDER BY g.name, o.number DESC, p.name`, desk.args(actor, nil))
		if err != nil {
			return fmt.Errorf("count carnets: %w", err)
		}
		o.Cases, err = postgres.All[Case](ctx, tx, caseSelect+` AND x.closed_at IS NULL ORDER BY x.opened_at, x.id LIMIT 50`, desk.args(actor, nil))
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		type waiting struct{ Asked, OnWay int }
		w, err := postgres.One[waiting](ctx, tx, `
			SELECT (SELECT count(*) FROM stock_requests r WHERE r.state = 'envoyee' AND (@desk = 'operateur' OR r.commanditaire_id = @me))::int AS asked,
				(SELECT count(*) FROM transfers t WHERE t.state = 'en_route' AND (@desk = 'operateur' OR t.commanditaire_id = @me))::int AS on_way`, desk.args(actor, nil))
		o.Asked, o.OnWay = w.Asked, w.OnWay
		return err
	})
	return o, err
}

// ListFilter narrows a list of carnets; zero values do not.
type ListFilter struct {
	Bucket        Bucket
	OrderID       uuid.UUID
	PointID       uuid.UUID
	Commanditaire uuid.UUID
	After         string // the last serial shown
	Limit         int
}

// Item is a carnet in a list.
type Item struct {
	Serial        string
	Commanditaire string
	OrderNumber   string
	Bucket        Bucket
	Point         string
	Since         *time.Time // it was given, left, or is disputed
	Transfer      string
	CaseNumber    string
}

// Carnets lists carnets by serial number, and whether there are more.
func (s *Service) Carnets(ctx context.Context, actor identity.Actor, desk Desk, f ListFilter) ([]Item, bool, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	var list []Item
	err := s.in(ctx, actor, desk, false, "liste de carnets", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Item](ctx, tx, `
			SELECT k.serial, g.name AS commanditaire, o.number AS order_number, `+bucketOfCols+` AS bucket, coalesce(p.name, '') AS point, coalesce(k.handed_over_at, t.sent_at, c.opened_at) AS since,
				coalesce(t.number, '') AS transfer, coalesce(c.number, '') AS case_number
			FROM carnets k JOIN organisations g ON g.id = k.commanditaire_id JOIN orders o ON o.commanditaire_id = k.commanditaire_id AND o.id = k.order_id
			LEFT JOIN points p ON p.id = k.point_id LEFT JOIN transfers t ON t.commanditaire_id = k.commanditaire_id AND t.id = k.transfer_id
			LEFT JOIN custody_cases c ON c.commanditaire_id = k.commanditaire_id AND c.id = k.case_id
			WHERE (@desk = 'operateur' OR k.commanditaire_id = @me)
				AND (@bucket = '' OR `+bucketOfCols+` = @bucket) AND (@order::uuid IS NULL OR k.order_id = @order) AND (@point::uuid IS NULL OR k.point_id = @point)
				AND (@commanditaire::uuid IS NULL OR k.commanditaire_id = @commanditaire) AND k.serial > @after
			ORDER BY k.serial LIMIT @limit`,
			desk.args(actor, postgres.Args{"bucket": string(f.Bucket), "order": optional(f.OrderID), "point": optional(f.PointID),
				"commanditaire": optional(f.Commanditaire), "after": f.After, "limit": f.Limit + 1}))
		return err
	})
	if len(list) > f.Limit {
		return list[:f.Limit], true, err
	}
	return list, false, err
}
