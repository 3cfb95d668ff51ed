package organisation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"image"
	_ "image/jpeg" // logos are JPEG
	_ "image/png"  // or PNG
	"regexp"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Limits of a logo.
const (
	logoBytes  = 1 << 20
	logoPixels = 4000
)

// AppearanceForm is what an organisation looks like, as typed.
type AppearanceForm struct {
	Colour     string // couleur, « #0B5A56 »; empty for the house's
	Logo       []byte // logo; empty keeps the one there is
	RemoveLogo bool   // sans_logo
}

var colourPattern = regexp.MustCompile(`^#[0-9a-f]{6}$`)

// SaveAppearance changes the colour and the logo. A logo is judged by its
// content, never by its name.
func (s *Service) SaveAppearance(ctx context.Context, actor identity.Actor, form AppearanceForm) error {
	if err := actor.May(identity.OrganisationEdit); err != nil {
		return err
	}
	var c fault.Collector
	colour := strings.ToLower(strings.TrimSpace(form.Colour))
	c.Check(colour == "" || colourPattern.MatchString(colour), "couleur", "Une couleur s’écrit comme #0B5A56\u00a0: un dièse et 6 signes.")
	mediaType, refusal := readLogo(form.Logo)
	if refusal != "" {
		c.Add("logo", refusal)
	}
	if err := c.Err(); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		logo, err := s.keepLogo(ctx, tx, actor.OrganisationID, form, mediaType)
		if err != nil {
			return err
		}
		err = postgres.Must(ctx, tx, `UPDATE organisations SET colour = @colour, logo_id = @logo WHERE id = @id`,
			postgres.Args{"colour": colour, "logo": logo, "id": actor.OrganisationID})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "modification de l’apparence", SubjectKind: "organisation", SubjectID: actor.OrganisationID,
			Detail: map[string]any{"couleur": colour, "logo": len(form.Logo) > 0}})
	})
	return fault.Wrap(err, "save appearance")
}

// keepLogo stores a new logo and answers the one to show.
func (s *Service) keepLogo(ctx context.Context, tx *postgres.Tx, organisation uuid.UUID, form AppearanceForm, mediaType string) (*uuid.UUID, error) {
	if len(form.Logo) == 0 {
		o, err := byID(ctx, tx, organisation)
		if err != nil || form.RemoveLogo {
			return nil, err
		}
		return o.LogoID, nil
	}
	id, sum := postgres.NewID(), sha256.Sum256(form.Logo)
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO documents (id, organisation_id, kind, subject_id, name, media_type, content, sha256, created_at)
		VALUES (@id, @organisation, 'logo', @organisation, @name, @type, @content, @sum, @now)`,
		postgres.Args{"id": id, "organisation": organisation, "name": "logo." + strings.TrimPrefix(mediaType, "image/"), "type": mediaType,
			"content": form.Logo, "sum": sum[:], "now": tx.Now()})
	return &id, fault.Wrap(err, "keep logo")
}

// readLogo tells the media type of a picture, or the sentence that refuses it.
func readLogo(content []byte) (mediaType, refusal string) {
	if len(content) == 0 {
		return "", ""
	}
	if len(content) > logoBytes {
		return "", "Ce fichier dépasse 1\u00a0Mo. Réduisez l’image, puis envoyez-la de nouveau."
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return "", notAPicture(content)
	}
	if head.Width > logoPixels || head.Height > logoPixels {
		return "", "Cette image dépasse 4\u202f000 pixels de côté. Réduisez-la, puis envoyez-la de nouveau."
	}
	if _, _, err := image.Decode(bytes.NewReader(content)); err != nil {
		return "", "Cette image est abîmée\u00a0: elle ne s’ouvre pas jusqu’au bout. Enregistrez-la de nouveau."
	}
	return "image/" + format, ""
}

func notAPicture(content []byte) string {
	start := strings.ToLower(string(content[:min(len(content), 1024)]))
	switch {
	case strings.Contains(start, "<svg"):
		return "Ce fichier est un dessin SVG, quel que soit son nom. Enregistrez le logo en PNG ou en JPEG."
	case strings.HasPrefix(start, "%pdf"):
		return "Ce fichier est un PDF. Enregistrez le logo en PNG ou en JPEG."
	default:
		return "Ce fichier n’est pas une image PNG ou JPEG. Enregistrez le logo dans l’un de ces formats."
	}
}

// Logo is a picture that pages show.
type Logo struct {
	MediaType string
	Content   []byte
}

// ErrNoLogo is a logo that does not exist.
var ErrNoLogo = fault.New(fault.KindNotFound, "Cette image n’existe pas.")

// Logo reads a logo; anyone may. ErrNoLogo.
func (s *Service) Logo(ctx context.Context, id uuid.UUID) (Logo, error) {
	var logo Logo
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		logo, err = postgres.One[Logo](ctx, tx, `SELECT media_type, content FROM documents WHERE id = @id AND kind = 'logo'`, postgres.Args{"id": id})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return logo, ErrNoLogo
	}
	return logo, fault.Wrap(err, "read logo")
}

// Colour is the colour an organisation chose, by its slug; anyone may know it.
// Empty for the house's; ErrNotFound.
func (s *Service) Colour(ctx context.Context, slug string) (string, error) {
	var colour string
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		colour, err = postgres.Value[string](ctx, tx, `SELECT colour FROM organisations WHERE slug = @slug`, postgres.Args{"slug": slug})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return "", ErrNotFound
	}
	return colour, fault.Wrap(err, "read colour")
}
