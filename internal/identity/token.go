package identity

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// Token is an API token, without its secret.
type Token struct {
	ID        uuid.UUID
	Name      string
	Scopes    []string
	PlaceID   *uuid.UUID
	CreatedAt time.Time
	RevokedAt *time.Time
}

// Scopes lists what an API token may be allowed, in the order screens offer it.
var Scopes = []string{"check", "redeem", "handover", "read"}

// ScopeLabel is a scope in French.
func ScopeLabel(scope string) string {
	switch scope {
	case "check":
		return "Tester des chèques"
	case "redeem":
		return "Encaisser des chèques"
	case "handover":
		return "Remettre des carnets"
	case "read":
		return "Lire les commandes et les chiffres"
	default:
		return scope
	}
}

// NewToken asks for an API token. Place, when given, is the only place of the
// structure the token may act for.
type NewToken struct {
	Name   string
	Scopes []string
	Place  *uuid.UUID
}

func (n *NewToken) check() error {
	var c fault.Collector
	n.Name = strings.TrimSpace(n.Name)
	c.Check(n.Name != "" && len(n.Name) <= 200, "name", "Donnez un nom au jeton, par exemple celui du logiciel qui l’utilisera.")
	c.Check(len(n.Scopes) > 0, "scopes", "Choisissez au moins un droit.")
	for _, scope := range n.Scopes {
		c.Check(KnownScope(scope), "scopes", "Les droits sont check, redeem, handover et read.")
	}
	return c.Err()
}

// CreateToken makes an API token of the actor's organisation and tells its
// secret, this once.
func (s *Service) CreateToken(ctx context.Context, actor Actor, n NewToken) (secret string, err error) {
	if err := actor.May(TokenWrite); err != nil {
		return "", err
	}
	if err := n.check(); err != nil {
		return "", err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		var id uuid.UUID
		if secret, id, err = insertToken(ctx, tx, actor.OrganisationID, actor.Account(), n); err != nil {
			return err
		}
		return s.journal(ctx, tx, actor, "jeton créé", "jeton", id, map[string]any{"nom": n.Name, "droits": n.Scopes})
	})
	return secret, fault.Wrap(err, "create token")
}

// CreateTokenFor makes an API token for the organisation of a SIRET, from the
// installation's own console. ErrNoOrganisation when nobody has it.
func (s *Service) CreateTokenFor(ctx context.Context, siret string, n NewToken) (secret string, err error) {
	if err := n.check(); err != nil {
		return "", err
	}
	err = s.db.InPlatform(ctx, postgres.System{}, "création d’un jeton", func(tx *postgres.Tx) error {
		organisation, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT id FROM organisations WHERE siret = @siret`, postgres.Args{"siret": siret})
		if errors.Is(err, postgres.ErrNoRow) {
			return ErrNoOrganisation
		}
		if err != nil {
			return err
		}
		var id uuid.UUID
		if secret, id, err = insertToken(ctx, tx, organisation, nil, n); err != nil {
			return err
		}
		who := Actor{Name: "Console de l’installation", OrganisationID: organisation}
		return s.journal(ctx, tx, who, "jeton créé", "jeton", id, map[string]any{"nom": n.Name, "droits": n.Scopes})
	})
	return secret, fault.Wrap(err, "create token")
}

func insertToken(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, account *uuid.UUID, n NewToken) (string, uuid.UUID, error) {
	secret, hash := apiToken()
	id := postgres.NewID()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO api_tokens (id, organisation_id, name, token_hash, scopes, place_id, created_by, created_at)
		VALUES (@id, @organisation, @name, @hash, @scopes, @place, @account, @now)`,
		postgres.Args{"id": id, "organisation": organisation, "name": n.Name, "hash": hash, "scopes": n.Scopes, "place": n.Place, "account": account, "now": tx.Now()})
	return secret, id, fault.Wrap(err, "insert token")
}

// Tokens lists the API tokens of the actor's organisation, newest first.
func (s *Service) Tokens(ctx context.Context, actor Actor) ([]Token, error) {
	if err := actor.May(TokenWrite); err != nil {
		return nil, err
	}
	var list []Token
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Token](ctx, tx, `
			SELECT id, name, scopes, place_id, created_at, revoked_at FROM api_tokens
			WHERE organisation_id = @organisation ORDER BY created_at DESC, id DESC`, postgres.Args{"organisation": actor.OrganisationID})
		return err
	})
	return list, fault.Wrap(err, "list tokens")
}

// RevokeToken withdraws an API token within seconds; ErrNoToken when the
// organisation has no such token.
func (s *Service) RevokeToken(ctx context.Context, actor Actor, id uuid.UUID) error {
	if err := actor.May(TokenWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `
			UPDATE api_tokens SET revoked_at = @now WHERE id = @id AND organisation_id = @organisation AND revoked_at IS NULL`,
			postgres.Args{"now": tx.Now(), "id": id, "organisation": actor.OrganisationID})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNoToken
		}
		return s.journal(ctx, tx, actor, "jeton retiré", "jeton", id, nil)
	})
	s.tokens.forget()
	return fault.Wrap(err, "revoke token")
}

type tokenRow struct {
	ID               uuid.UUID
	Name             string
	Scopes           []string
	PlaceID          *uuid.UUID
	OrganisationID   uuid.UUID
	OrganisationName string
	IsCommanditaire  bool
	IsAiguilleur     bool
	IsStructure      bool
	IsObserver       bool
	IsHub            bool
}

// Authenticate tells who an API token acts for; ErrToken when it is missing,
// unknown or withdrawn. An answer is kept for a few seconds, so that a busy
// token costs no query and a withdrawn one soon stops.
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, error) {
	if !strings.HasPrefix(token, tokenPrefix) || len(token) > 100 {
		return Actor{}, ErrToken
	}
	hash := [32]byte(hashSecret(token))
	if actor, ok := s.tokens.get(hash, s.db.Now()); ok {
		return actor, nil
	}
	var row tokenRow
	err := s.db.InIdentity(ctx, func(tx *postgres.Tx) (err error) {
		row, err = postgres.One[tokenRow](ctx, tx, `
			SELECT t.id, t.name, t.scopes, t.place_id, o.id AS organisation_id, o.name AS organisation_name,
				o.is_commanditaire, o.is_aiguilleur, o.is_structure, o.is_observer, o.is_hub
			FROM api_tokens t JOIN organisations o ON o.id = t.organisation_id AND o.suspended_at IS NULL
			WHERE t.token_hash = @hash AND t.revoked_at IS NULL`, postgres.Args{"hash": hash[:]})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return Actor{}, ErrToken
	}
	if err != nil {
		return Actor{}, fault.Wrap(err, "authenticate token")
	}
	actor := row.actor()
	s.tokens.put(hash, actor, s.db.Now())
	return actor, nil
}

func (r tokenRow) actor() Actor {
	capacities := Capacities{Commanditaire: r.IsCommanditaire, Aiguilleur: r.IsAiguilleur, Structure: r.IsStructure, Observer: r.IsObserver, Hub: r.IsHub}
	actor := Actor{TokenID: r.ID, Name: r.Name, OrganisationID: r.OrganisationID, OrganisationName: r.OrganisationName,
		Capacities: capacities, Permissions: TokenPermissions(slices.Clone(r.Scopes), capacities)}
	if r.PlaceID != nil {
		actor.PlaceID = *r.PlaceID
	}
	return actor
}

// tokenCache remembers answers for a few seconds.
type tokenCache struct {
	mu    sync.RWMutex
	known map[[32]byte]knownToken
}

type knownToken struct {
	actor Actor
	until time.Time
}

// tokenTrust is how long a withdrawn token may still be believed by another
// process than the one that withdrew it.
const (
	tokenTrust   = 5 * time.Second
	tokensCached = 10_000
)

func newTokenCache() *tokenCache { return &tokenCache{known: map[[32]byte]knownToken{}} }

func (c *tokenCache) get(hash [32]byte, now time.Time) (Actor, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k, ok := c.known[hash]
	return k.actor, ok && now.Before(k.until)
}

func (c *tokenCache) put(hash [32]byte, actor Actor, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= tokensCached {
		clear(c.known)
	}
	c.known[hash] = knownToken{actor, now.Add(tokenTrust)}
}

func (c *tokenCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
}
