package finder

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Origin is a site that may show the search in a frame.
type Origin struct {
	ID          uuid.UUID
	Origin      string // « https://www.exemple.fr »
	AddedAt     time.Time
	AddedByName string
}

// mostOrigins keeps the header that browsers read short.
const mostOrigins = 20

// OriginsOf lists the sites of an organisation, by the short name of its
// addresses, that may show the search; none for one that does not exist.
func (s *Service) OriginsOf(ctx context.Context, slug string) (origins []string, err error) {
	if slug == "" {
		return nil, nil
	}
	err = s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		origins, err = postgres.Values[string](ctx, tx, `
			SELECT e.origin FROM embed_origins e JOIN organisations g ON g.id = e.commanditaire_id WHERE g.slug = @slug ORDER BY e.origin`, postgres.Args{"slug": slug})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list sites of a frame: %w", err)
	}
	return origins, nil
}

// Site is what a commanditaire pastes in its own site.
type Site struct {
	Slug    string
	Origins []Origin
}

// Site lists the sites of the actor's organisation.
func (s *Service) Site(ctx context.Context, actor identity.Actor) (site Site, err error) {
	if err := actor.May(identity.OrderRead); err != nil {
		return site, err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if site.Slug, err = postgres.Value[string](ctx, tx, `SELECT slug FROM organisations WHERE id = @id`, postgres.Args{"id": actor.OrganisationID}); err != nil {
			return err
		}
		site.Origins, err = postgres.All[Origin](ctx, tx, `SELECT id, origin, added_at, added_by_name FROM embed_origins WHERE commanditaire_id = @id ORDER BY origin`,
			postgres.Args{"id": actor.OrganisationID})
		return err
	})
	if err != nil {
		return site, fmt.Errorf("list sites: %w", err)
	}
	return site, nil
}

// AddOrigin lets a site show the search; adding it twice changes nothing.
func (s *Service) AddOrigin(ctx context.Context, actor identity.Actor, typed string) error {
	if err := actor.May(identity.OrderWrite); err != nil {
		return err
	}
	origin, err := readOrigin(typed)
	if err != nil {
		return err
	}
	err = s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Value[int64](ctx, tx, `SELECT count(*) FROM embed_origins WHERE commanditaire_id = @id`, postgres.Args{"id": actor.OrganisationID})
		if err != nil {
			return err
		}
		if n >= mostOrigins {
			return fault.Field("origine", fmt.Sprintf("Vous avez déjà %d sites. Retirez-en un d’abord.", mostOrigins))
		}
		_, err = postgres.Do(ctx, tx, `
			INSERT INTO embed_origins (commanditaire_id, id, origin, added_at, added_by_name) VALUES (@organisation, @id, @origin, @now, @name)
			ON CONFLICT ON CONSTRAINT embed_origins_once DO NOTHING`,
			postgres.Args{"organisation": actor.OrganisationID, "id": postgres.NewID(), "origin": origin, "now": tx.Now(), "name": actor.Name})
		return err
	})
	if err != nil {
		return fmt.Errorf("add a site: %w", err)
	}
	return nil
}

// RemoveOrigin forbids a site to show the search from now on.
func (s *Service) RemoveOrigin(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.OrderWrite); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		n, err := postgres.Do(ctx, tx, `DELETE FROM embed_origins WHERE commanditaire_id = @organisation AND id = @id`,
			postgres.Args{"organisation": actor.OrganisationID, "id": id})
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("remove a site: %w", err)
	}
	return nil
}

// readOrigin keeps the site of an address: « https://www.exemple.fr/page » is
// « https://www.exemple.fr ».
func readOrigin(typed string) (string, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return "", fault.Field("origine", "Tapez l’adresse de votre site.")
	}
	if !strings.Contains(typed, "://") {
		typed = "https://" + typed
	}
	parsed, err := url.Parse(strings.ToLower(typed))
	if err != nil || parsed.Scheme != "https" || parsed.User != nil || !plainHost(parsed.Hostname()) {
		return "", fault.Field("origine", "Cette adresse n’est pas celle d’un site en https. Elle ressemble à https://www.exemple.fr.")
	}
	return "https://" + parsed.Host, nil
}

// plainHost refuses what a header of browsers would read otherwise: wildcards,
// numbers, spaces.
func plainHost(host string) bool {
	if !strings.Contains(host, ".") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") {
		return false
	}
	for _, r := range host {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.') {
			return false
		}
	}
	return true
}
