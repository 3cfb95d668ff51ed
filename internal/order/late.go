package order

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// LateTrust bounds what a phone that scanned without network is believed for:
// chèques are judged on the day of the scan for Days, and a device claims at
// most Cap of them a day.
type LateTrust struct {
	Days int
	Cap  int
}

// UsualLateTrust is what an order that says nothing trusts.
var UsualLateTrust = LateTrust{Days: 7, Cap: 20}

// The bounds of the trust itself.
const (
	MostLateDays = 31
	MostLateCap  = 1000
)

func (l LateTrust) check(c *fault.Collector) {
	c.Check(l.Days >= 0 && l.Days <= MostLateDays, "tardif_jours", "Indiquez un nombre de jours, de 0 à 31.")
	c.Check(l.Cap >= 0 && l.Cap <= MostLateCap, "tardif_plafond", "Indiquez un nombre de chèques, de 0 à 1\u202f000.")
}

// Trust is how far phones without network are believed.
func (s Specification) Trust() LateTrust {
	if s.Late == nil {
		return UsualLateTrust
	}
	return *s.Late
}

// SetLateTrust changes how far phones without network are believed, by the
// operator, whatever the state of the order: what was claimed before stays
// counted.
func (s *Service) SetLateTrust(ctx context.Context, actor identity.Actor, id uuid.UUID, trust LateTrust) error {
	var c fault.Collector
	trust.check(&c)
	if err := c.Err(); err != nil {
		return err
	}
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "encaissements sans réseau d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		err := postgres.Must(ctx, tx, `
			UPDATE orders SET late_days = @days, late_cap = @cap, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order`,
			postgres.Args{"days": trust.Days, "cap": trust.Cap, "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
		if err != nil {
			return fmt.Errorf("write late trust: %w", err)
		}
		return audit.Record(ctx, tx, actor, audit.Act{
			Name: "encaissements_sans_reseau", SubjectKind: "commande", SubjectID: o.ID, Parties: []uuid.UUID{o.CommanditaireID},
			Detail: map[string]any{"jours": trust.Days, "plafond": trust.Cap},
		})
	})
	if err != nil {
		return fmt.Errorf("set late trust: %w", err)
	}
	return nil
}
