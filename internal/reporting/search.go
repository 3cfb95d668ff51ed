package reporting

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// HitKind is what a search found.
type HitKind string

// What a search can find.
const (
	HitCheque       HitKind = "cheque"
	HitCarnet       HitKind = "carnet"
	HitOrder        HitKind = "commande"
	HitOrganisation HitKind = "organisation"
	HitAccount      HitKind = "compte"
)

// Hit is one object found. A chèque is named by its serial, never by its code.
type Hit struct {
	Kind   HitKind
	ID     uuid.UUID
	Title  string
	Detail string
	Serial string // of a carnet
}

// Hits is the answer to a search; Exact when the text named one object.
type Hits struct {
	Exact bool
	List  []Hit
}

// searchLimit is how many objects a search by words shows.
const searchLimit = 30

// Search finds a chèque by its code, a carnet by its serial, an order by its
// number, an organisation by its SIRET, a person by e-mail; failing these,
// orders and organisations by words of their names.
func (s *Service) Search(ctx context.Context, actor identity.Actor, typed string) (Hits, error) {
	var hits Hits
	err := s.asOperator(ctx, actor, "recherche", func(tx *postgres.Tx) (err error) {
		hits, err = s.search(ctx, tx, strings.TrimSpace(typed))
		return err
	})
	if err != nil {
		return Hits{}, fmt.Errorf("search: %w", err)
	}
	return hits, nil
}

// IsCode reports whether a text is, or looks like a failed try at, a chèque's
// code: such a text must not be repeated in an address nor on a page. Codes have
// no vowel, so that the words of a name are not taken for one.
func IsCode(typed string) bool {
	if _, err := code.Parse(typed); err == nil {
		return true
	}
	const shortest, longest = 12, 20
	text := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "", "\u00a0", "").Replace(typed))
	if strings.Contains(text, "/P/") {
		return true
	}
	letters := strings.Trim(text, "0123456789") != ""
	vowels := strings.Count(text, "A") + strings.Count(text, "E") + strings.Count(text, "I") + strings.Count(text, "O") + strings.Count(text, "U")
	return len(text) >= shortest && len(text) <= longest && letters && vowels <= 2 && !strings.Contains(text, "@")
}

var orderNumber = regexp.MustCompile(`^\d{4}-\d{3,}$`)

func (s *Service) search(ctx context.Context, tx *postgres.Tx, typed string) (Hits, error) {
	if c, err := code.Parse(typed); err == nil {
		return s.chequeOf(ctx, tx, c)
	}
	if serial, err := carnet.ParseSerial(typed); err == nil {
		if hits, err := one(ctx, tx, carnetHit, postgres.Args{"q": serial}); err != nil || hits.Exact {
			return hits, err
		}
	}
	if orderNumber.MatchString(typed) {
		return one(ctx, tx, orderHit, postgres.Args{"q": typed})
	}
	if siret, err := identifier.ParseSIRET(typed); err == nil {
		return one(ctx, tx, siretHit, postgres.Args{"q": string(siret)})
	}
	if strings.Contains(typed, "@") {
		return some(ctx, tx, emailHit, postgres.Args{"q": strings.ToLower(typed)})
	}
	if len([]rune(typed)) < 2 || IsCode(typed) {
		return Hits{}, nil
	}
	return words(ctx, tx, typed)
}

func (s *Service) chequeOf(ctx context.Context, tx *postgres.Tx, c code.Code) (Hits, error) {
	if s.keys == nil {
		return Hits{}, nil
	}
	return one(ctx, tx, `SELECT 'cheque' AS kind, cheque_id AS id, '' AS title, '' AS detail, '' AS serial FROM cheque_codes WHERE code_hash = ANY (@q)`,
		postgres.Args{"q": s.keys.Hashes(c)})
}

const (
	carnetHit = `SELECT 'carnet' AS kind, id, serial AS title, '' AS detail, serial FROM carnets WHERE serial = @q`
	orderHit  = `SELECT 'commande' AS kind, order_id AS id, number AS title, '' AS detail, '' AS serial FROM order_numbers WHERE number = @q`
	siretHit  = `SELECT 'organisation' AS kind, id, name AS title, siret AS detail, '' AS serial FROM organisations WHERE siret = @q`
	emailHit  = `SELECT 'compte' AS kind, a.id, a.email AS title, a.name AS detail, '' AS serial FROM accounts a WHERE a.email = @q
		UNION ALL SELECT 'organisation', g.id, g.name, m.role, '' FROM accounts a JOIN memberships m ON m.account_id = a.id AND m.ended_at IS NULL
		JOIN organisations g ON g.id = m.organisation_id WHERE a.email = @q
		UNION ALL SELECT 'organisation', g.id, g.name, 'contact', '' FROM organisation_settings s JOIN organisations g ON g.id = s.organisation_id WHERE lower(s.contact_email) = @q`
	wordsHit = `SELECT kind, id, title, detail, serial FROM (
			SELECT 'commande' AS kind, o.id, CASE WHEN o.number = '' THEN o.title ELSE o.number || ' – ' || o.title END AS title, g.name AS detail, '' AS serial, o.created_at AS at
			FROM orders o JOIN organisations g ON g.id = o.commanditaire_id WHERE o.state <> 'brouillon' AND (o.title ILIKE @q OR o.number ILIKE @q)
			UNION ALL
			SELECT 'organisation', id, name, town, '', created_at FROM organisations WHERE name ILIKE @q OR town ILIKE @q
		) AS found ORDER BY at DESC LIMIT @limit`
)

// one is an exact search: it names one object or nothing.
func one(ctx context.Context, tx *postgres.Tx, sql string, args postgres.Args) (Hits, error) {
	hit, err := postgres.One[Hit](ctx, tx, sql, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return Hits{}, nil
	}
	return Hits{Exact: err == nil, List: []Hit{hit}}, err
}

func some(ctx context.Context, tx *postgres.Tx, sql string, args postgres.Args) (Hits, error) {
	list, err := postgres.All[Hit](ctx, tx, sql, args)
	return Hits{List: list}, err
}

func words(ctx context.Context, tx *postgres.Tx, typed string) (Hits, error) {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(typed)
	return some(ctx, tx, wordsHit, postgres.Args{"q": "%" + escaped + "%", "limit": searchLimit})
}
