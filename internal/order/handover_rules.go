package order

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// OwnHandovers says what an organisation that both hands carnets over and
// accepts chèques may do with those it handed over itself.
type OwnHandovers string

// The rules, from the most open.
const (
	OwnAccepted  OwnHandovers = "acceptee"
	OwnElsewhere OwnHandovers = "ailleurs" // in another commune than that of the point
	OwnRefused   OwnHandovers = "refusee"
)

// OwnRules lists them in the order a form shows them.
var OwnRules = []OwnHandovers{OwnAccepted, OwnElsewhere, OwnRefused}

// Label is the rule in French.
func (r OwnHandovers) Label() string {
	switch r {
	case OwnElsewhere:
		return "Seulement dans une autre commune que celle du guichet"
	case OwnRefused:
		return "Jamais\u00a0: la personne va ailleurs"
	default:
		return "Oui, comme les autres"
	}
}

// HandOverRules is what an order says of handing its carnets over. The zero
// value is the most open: anybody is told, and no rule is added.
type HandOverRules struct {
	Own         OwnHandovers
	Documents   string // to bring when asking for a carnet
	Unannounced bool   // kept off the page that tells where to ask
}

// LongestDocuments bounds what a person is told to bring.
const LongestDocuments = 600

// clean reads the rules as they will be kept.
func (r HandOverRules) clean() HandOverRules {
	r.Own, r.Documents = cmp.Or(r.Own, OwnAccepted), strings.TrimSpace(strings.ReplaceAll(r.Documents, "\r", ""))
	return r
}

func (r HandOverRules) check(c *fault.Collector) {
	r = r.clean()
	c.Check(r.Own == OwnAccepted || r.Own == OwnElsewhere || r.Own == OwnRefused, "remise_propre", "Choisissez si un guichet encaisse les carnets qu’il a remis.")
	c.Check(short(r.Documents, LongestDocuments), "documents", "Raccourcissez cette liste\u00a0: 600 caractères au plus.")
}

// SetHandOverRules changes what an order says of handing its carnets over, by
// its commanditaire. Who accepts what it handed over is settled before the order
// is active: afterwards, chèques are out under the rule they were given with.
func (s *Service) SetHandOverRules(ctx context.Context, actor identity.Actor, id uuid.UUID, rules HandOverRules) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		var c fault.Collector
		rules.check(&c)
		rules = rules.clean()
		c.Check(!o.State.Reached(Active) || rules.Own == o.HandOvers.clean().Own, "remise_propre", "Des chèques circulent déjà\u00a0: cette règle ne change plus.")
		if err := c.Err(); err != nil {
			return err
		}
		if o.State == Closed || o.State == Cancelled {
			return errMoved(o.State)
		}
		err := postgres.Must(ctx, tx, `UPDATE orders SET own_handovers = @own, documents_to_bring = @documents, announced = @announced, updated_at = @now
			WHERE commanditaire_id = @commanditaire AND id = @order AND (own_handovers = @own OR state NOT IN ('active', 'close'))`,
			postgres.Args{"own": string(rules.Own), "documents": rules.Documents, "announced": !rules.Unannounced, "now": tx.Now(), "commanditaire": o.CommanditaireID, "order": o.ID})
		if err != nil {
			return fmt.Errorf("write hand-over rules: %w", err)
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "règles de remise", SubjectKind: "commande", SubjectID: o.ID,
			Detail: map[string]any{"propre": rules.Own, "annoncée": !rules.Unannounced}})
	})
	if err != nil {
		return fmt.Errorf("set hand-over rules: %w", err)
	}
	return nil
}
