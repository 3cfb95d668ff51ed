package structure

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
)

// Offer is how a place gives one service, where it is not as everywhere there.
type Offer struct {
	Entry        int16
	Modes        []string     // empty: as the place
	Minutes      *int16       // nil: not told
	PriceCents   *money.Cents // without a chèque; nil: not told
	RemainsCents *money.Cents // with one; nil: as the place
}

func (o Offer) plain() bool {
	return len(o.Modes) == 0 && o.Minutes == nil && o.PriceCents == nil && o.RemainsCents == nil
}

// OfferForm is the details of one service, or of a whole category, as typed.
// Fields are named by OfferField.
type OfferForm struct {
	Mode    string // « mode »: empty, « individuel », « collectif » or « les_deux »
	Minutes string // « duree »
	Price   string // « prix »
	Remains string // « reste »
}

// OfferField names a field of a service or of a category: « prix-44 », « prix-2.2 ».
func OfferField(field, of string) string { return field + "-" + of }

// OffersForm is the details of every service of a place: by the entry's number,
// and by category for those of its services that say nothing of their own.
type OffersForm map[string]OfferForm

const bothWays = "les_deux"

// OffersFormOf is the form filled with what is known.
func OffersFormOf(offers []Offer) OffersForm {
	form := OffersForm{}
	amount := func(c *money.Cents) string {
		if c == nil {
			return ""
		}
		return strings.TrimSuffix(strings.Replace(c.Decimal(), ".", ",", 1), ",00")
	}
	for _, o := range offers {
		f := OfferForm{Price: amount(o.PriceCents), Remains: amount(o.RemainsCents), Mode: strings.Join(o.Modes, "")}
		if len(o.Modes) > 1 {
			f.Mode = bothWays
		}
		if o.Minutes != nil {
			f.Minutes = strconv.Itoa(int(*o.Minutes))
		}
		form[strconv.Itoa(int(o.Entry))] = f
	}
	return form
}

// read gathers the details of the place's entries.
func (form OffersForm) read(p Place) ([]Offer, error) {
	var c fault.Collector
	var offers []Offer
	for _, category := range referentiel.Load().Categories() {
		common := form[category.Code].read(category.Code, p, &c)
		for _, e := range category.Entries {
			if !slices.Contains(p.Entries, int16(e.Number)) {
				continue
			}
			key := strconv.Itoa(e.Number)
			o := form[key].read(key, p, &c)
			if o.plain() {
				o = common
			}
			if o.Entry = int16(e.Number); !o.plain() {
				offers = append(offers, o)
			}
		}
	}
	return offers, c.Err()
}

func (f OfferForm) read(key string, p Place, c *fault.Collector) Offer {
	o := Offer{Modes: []string{}}
	switch f.Mode {
	case "individuel", "collectif":
		o.Modes = []string{f.Mode}
	case bothWays:
		o.Modes = []string{"individuel", "collectif"}
	}
	if typed := strings.TrimSpace(f.Minutes); typed != "" {
		n, err := strconv.Atoi(typed)
		minutes := int16(min(max(n, 0), 1000))
		c.Check(err == nil && n >= 5 && n <= 600, OfferField("duree", key), "Écrivez une durée en minutes, comme 60\u00a0; de 5 à 600.")
		o.Minutes = &minutes
	}
	o.PriceCents = readAmount(f.Price, OfferField("prix", key), c)
	o.RemainsCents = readAmount(f.Remains, OfferField("reste", key), c)
	switch {
	case o.RemainsCents == nil:
	case o.PriceCents != nil && *o.RemainsCents > *o.PriceCents:
		c.Add(OfferField("reste", key), "Avec un chèque, il ne peut pas rester plus que le prix.")
	case p.NothingToPay && *o.RemainsCents > 0:
		c.Add(OfferField("reste", key), "Ce lieu promet qu’il n’y a rien à payer avec le chèque\u00a0: mettez 0, ou retirez d’abord cette promesse dans «\u00a0Le lieu\u00a0».")
	}
	return o
}

func readAmount(typed, field string, c *fault.Collector) *money.Cents {
	if strings.TrimSpace(typed) == "" {
		return nil
	}
	amount, err := money.Parse(typed)
	const most = 100_000
	c.Check(err == nil && amount >= 0 && amount <= most, field, "Écrivez un montant comme 10 ou 12,50\u00a0; 1\u202f000\u00a0€ au plus.")
	return &amount
}

const offerColumns = `entry, modes, minutes, price_cents, remains_cents`

// Offers lists the details of the services of one of the actor's places. ErrNoPlace.
func (s *Service) Offers(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]Offer, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	var list []Offer
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if _, err = ownPlace(ctx, tx, actor.OrganisationID, id); err != nil {
			return err
		}
		list, err = postgres.All[Offer](ctx, tx, `SELECT `+offerColumns+` FROM place_offers WHERE structure_id = @structure AND place_id = @id ORDER BY entry`,
			postgres.Args{"structure": actor.OrganisationID, "id": id})
		return err
	})
	return list, fault.Wrap(err, "list offers")
}

// SaveOffers replaces the details of a place's services; the public sees them at
// once. ErrNoPlace.
func (s *Service) SaveOffers(ctx context.Context, actor identity.Actor, id uuid.UUID, form OffersForm) (Place, error) {
	return s.change(ctx, actor, id, "prix et durées d’un lieu", func(tx *postgres.Tx, p *Place) error {
		offers, err := form.read(*p)
		if err != nil {
			return err
		}
		_, err = postgres.Do(ctx, tx, `DELETE FROM place_offers WHERE structure_id = @structure AND place_id = @id`, postgres.Args{"structure": p.StructureID, "id": id})
		for _, o := range offers {
			if err != nil {
				return err
			}
			err = insertOffer(ctx, tx, *p, o)
		}
		return err
	})
}

func insertOffer(ctx context.Context, tx *postgres.Tx, p Place, o Offer) error {
	return postgres.Must(ctx, tx, `
		INSERT INTO place_offers (structure_id, place_id, `+offerColumns+`, published)
		VALUES (@structure, @place, @entry, @modes, @minutes, @price, @remains, @published)`,
		postgres.Args{"structure": p.StructureID, "place": p.ID, "entry": o.Entry, "modes": listed(o.Modes), "minutes": o.Minutes,
			"price": o.PriceCents, "remains": o.RemainsCents, "published": p.Published && len(p.Entries) > 0})
}

// dropDetails forgets the details of services that the place gives no more.
func dropDetails(ctx context.Context, tx *postgres.Tx, p Place) error {
	_, err := postgres.Do(ctx, tx, `DELETE FROM place_offers WHERE structure_id = @structure AND place_id = @id AND entry <> ALL (@entries)`,
		postgres.Args{"structure": p.StructureID, "id": p.ID, "entries": p.Entries})
	return err
}

// copyDetails brings the details of another of the structure's places, for the
// services that both give and that have none here.
func (s *Service) copyDetails(ctx context.Context, tx *postgres.Tx, p Place, from string) error {
	source, err := uuid.Parse(from)
	if err != nil || source == p.ID {
		return nil
	}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO place_offers (structure_id, place_id, `+offerColumns+`, published)
		SELECT structure_id, @id, entry, modes, minutes, price_cents, CASE WHEN @free AND remains_cents > 0 THEN NULL ELSE remains_cents END, @published
		FROM place_offers WHERE structure_id = @structure AND place_id = @source AND entry = ANY (@entries)
		ON CONFLICT DO NOTHING`,
		postgres.Args{"structure": p.StructureID, "id": p.ID, "source": source, "entries": p.Entries, "free": p.NothingToPay, "published": p.Published && len(p.Entries) > 0})
	return err
}

// keepsItsWord refuses to promise that there is nothing to pay where a service
// says otherwise.
func keepsItsWord(ctx context.Context, tx *postgres.Tx, p Place) error {
	if !p.NothingToPay {
		return nil
	}
	entry, err := postgres.Value[int16](ctx, tx, `
		SELECT entry FROM place_offers WHERE structure_id = @structure AND place_id = @id AND entry = ANY (@entries) AND remains_cents > 0 ORDER BY entry LIMIT 1`,
		postgres.Args{"structure": p.StructureID, "id": p.ID, "entries": p.Entries})
	if errors.Is(err, postgres.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	e, _ := referentiel.Load().Entry(int(entry))
	return fault.Field("rien_a_payer", "Dans «\u00a0Prix et durées\u00a0», il reste à payer pour «\u00a0"+e.Label+"\u00a0»\u00a0: corrigez-le d’abord, ou décochez cette case.")
}
