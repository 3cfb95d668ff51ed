package qualification

import (
	"context"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/structure"
)

// The views of the queue that are not one state. ToRead is the first: what waits
// for the operator.
const (
	ToRead  = ""
	ToRenew = "renouveler"
	Stopped = "arretees"
	All     = "toutes"
)

// QueueFilter is what the operator wants to see; empty fields do not filter.
type QueueFilter struct {
	View        string // a view, or a state
	OlderThan   int    // days it has waited
	Departement string
	Search      string
	After       QueueKey
	Limit       int
}

// QueueKey is where the queue continues: the last line's.
type QueueKey struct {
	Since time.Time
	Name  string
	ID    uuid.UUID
}

// QueuedFile is a file as the queue shows it.
type QueuedFile struct {
	ID          uuid.UUID
	Name        string
	SIRET       string
	Town        string
	Departement string
	State       structure.State
	Places      int
	Since       *time.Time // when what waits began to; nil when nothing does
	SubmittedAt *time.Time
	QualifiedAt *time.Time
	ValidUntil  *time.Time
	Unread      int // messages of the structure, not answered
	Corrections int // asked, not answered
	Amendments  int // changes that wait for an agreement
	Bank        bool
	SortedAt    time.Time
}

// Key is where the queue continues after this file.
func (f QueuedFile) Key() QueueKey { return QueueKey{f.SortedAt, f.Name, f.ID} }

// QueueCounts is how many files the main views hold.
type QueueCounts struct{ ToRead, Corrections, ToRenew, Qualified, Stopped, Total int }

const queueColumns = `s.organisation_id AS id, o.name, o.siret, o.town, CASE WHEN o.insee LIKE '97%' THEN left(o.insee, 3) ELSE left(o.insee, 2) END AS departement,
	s.state, s.submitted_at, s.qualified_at, s.valid_until, coalesce(u.unread, 0)::int AS unread, coalesce(c.open, 0)::int AS corrections, coalesce(w.waiting, 0)::int AS amendments,
	EXISTS (SELECT FROM structure_bank_accounts b WHERE b.structure_id = s.organisation_id AND b.state = 'attente' AND b.kind <> 'premier') AS bank,
	least(CASE WHEN s.state = 'soumise' THEN s.submitted_at END, u.since, w.since, CASE WHEN s.state <> 'soumise' AND u.since IS NULL AND w.since IS NULL THEN c.since END) AS since,
	(SELECT count(*) FROM places p WHERE p.structure_id = s.organisation_id)::int AS places`

const queueTables = `
	FROM structures s JOIN organisations o ON o.id = s.organisation_id
	LEFT JOIN (SELECT m.structure_id, count(*) AS unread, min(m.at) AS since FROM review_messages m
		LEFT JOIN review_reads r ON r.structure_id = m.structure_id AND r.side = 'operateur'
		WHERE m.side = 'structure' AND m.at > coalesce(r.read_at, '-infinity') GROUP BY m.structure_id) AS u ON u.structure_id = s.organisation_id
	LEFT JOIN (SELECT structure_id, count(*) AS open, min(asked_at) AS since FROM file_corrections
		WHERE answered_at IS NULL AND withdrawn_at IS NULL GROUP BY structure_id) AS c ON c.structure_id = s.organisation_id
	LEFT JOIN (SELECT v.structure_id, count(*) AS waiting, min(v.saved_at) AS since FROM file_versions v
		WHERE ` + unanswered + ` GROUP BY v.structure_id) AS w ON w.structure_id = s.organisation_id`

// queueViews are the conditions of the views; a state is its own.
var queueViews = map[string]string{
	ToRead:                        `(state = 'soumise' OR unread > 0 OR amendments > 0)`,
	string(structure.Corrections): `(state = 'corrections' OR corrections > 0)`,
	ToRenew:                       `(state = 'qualifiee' AND valid_until <= @soon)`,
	Stopped:                       `state IN ('refusee', 'suspendue', 'dequalifiee')`,
	All:                           `true`,
}

// Files lists the files of a view, what has waited longest first (for ToRenew,
// what ends first), and counts the others.
func (s *Service) Files(ctx context.Context, actor identity.Actor, f QueueFilter) (list []QueuedFile, counts QueueCounts, more bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, counts, false, err
	}
	err = s.db.InPlatform(ctx, actor, "dossiers de structures", func(tx *postgres.Tx) (err error) {
		if list, err = queued(ctx, tx, f); err != nil {
			return err
		}
		counts, err = queueCounts(ctx, tx)
		return err
	})
	if len(list) > f.Limit {
		list, more = list[:f.Limit], true
	}
	return list, counts, more, fault.Wrap(err, "list structure files")
}

func queued(ctx context.Context, tx *postgres.Tx, f QueueFilter) ([]QueuedFile, error) {
	where, known := queueViews[f.View]
	if !known {
		where = `state = @state`
	}
	sorted := `coalesce(since, 'epoch'::timestamptz + interval '4000 years')`
	if f.View == ToRenew {
		sorted = `valid_until::timestamptz`
	}
	var after *time.Time
	if !f.After.Since.IsZero() {
		after = &f.After.Since
	}
	var before *time.Time
	if f.OlderThan > 0 {
		day := tx.Now().AddDate(0, 0, -f.OlderThan)
		before = &day
	}
	return postgres.All[QueuedFile](ctx, tx, `
		WITH q AS (SELECT `+queueColumns+queueTables+`), sorted AS (SELECT q.*, `+sorted+` AS sorted_at FROM q WHERE `+where+`
			AND (@search = '' OR name ILIKE '%' || @search || '%' OR siret = replace(@search, ' ', '') OR town ILIKE @search || '%')
			AND (@departement = '' OR departement = @departement) AND (@before::timestamptz IS NULL OR since <= @before)
			AND @state::text IS NOT NULL AND @soon::date IS NOT NULL)
		SELECT * FROM sorted WHERE @after::timestamptz IS NULL OR (sorted_at, name, id) > (@after, @name, @id)
		ORDER BY sorted_at, name, id LIMIT @limit`,
		postgres.Args{"search": f.Search, "departement": f.Departement, "before": before, "state": f.View, "soon": tx.Today().AddDate(0, 0, renewalOpens),
			"after": after, "name": f.After.Name, "id": f.After.ID, "limit": f.Limit + 1})
}

func queueCounts(ctx context.Context, tx *postgres.Tx) (QueueCounts, error) {
	return postgres.One[QueueCounts](ctx, tx, `
		WITH q AS (SELECT `+queueColumns+queueTables+`)
		SELECT count(*) FILTER (WHERE `+queueViews[ToRead]+`)::int AS to_read, count(*) FILTER (WHERE `+queueViews[string(structure.Corrections)]+`)::int AS corrections,
			count(*) FILTER (WHERE `+queueViews[ToRenew]+`)::int AS to_renew, count(*) FILTER (WHERE state = 'qualifiee')::int AS qualified,
			count(*) FILTER (WHERE `+queueViews[Stopped]+`)::int AS stopped, count(*)::int AS total FROM q`,
		postgres.Args{"soon": tx.Today().AddDate(0, 0, renewalOpens)})
}

// Departements lists the départements where structures are, by code.
func (s *Service) Departements(ctx context.Context, actor identity.Actor) (codes []string, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return nil, err
	}
	err = s.db.InPlatform(ctx, actor, "départements des structures", func(tx *postgres.Tx) (err error) {
		codes, err = postgres.Values[string](ctx, tx, `
			SELECT DISTINCT CASE WHEN o.insee LIKE '97%' THEN left(o.insee, 3) ELSE left(o.insee, 2) END
			FROM structures s JOIN organisations o ON o.id = s.organisation_id WHERE o.insee <> '' ORDER BY 1`, nil)
		return err
	})
	return codes, fault.Wrap(err, "list départements of structures")
}

// Clock is the moment by which ages are told.
func (s *Service) Clock() time.Time { return s.db.Now() }
