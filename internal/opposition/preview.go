package opposition

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Selection names carnets as a person does: numbers as typed, within OrderID
// when it is known.
type Selection struct {
	OrderID uuid.UUID
	Numbers string
}

// Target is a carnet that a declaration aims at.
type Target struct {
	ID           uuid.UUID
	Number       int
	Serial       string
	State        carnet.State
	AiguilleurID *uuid.UUID
	PointName    string
	Mine         bool // held by the counter that declares
	LiveCheques  int
	LiveCents    money.Cents
	SpentCheques int
	SpentCents   money.Cents
}

// Blockable reports whether the carnet is neither stopped nor outdated yet.
func (t Target) Blockable() bool { return t.State != carnet.Opposed && t.State != carnet.Outdated }

// Preview is what a declaration would do.
type Preview struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	OrderTitle      string
	Targets         []Target // that would be blocked
	Skipped         []Target // blocked or outdated already
	TwoPeople       bool
	Recent          int // stopped alone by the same person within a day
}

// LiveCheques is how many chèques would be blocked.
func (p Preview) LiveCheques() (n int) {
	for _, t := range p.Targets {
		n += t.LiveCheques
	}
	return n
}

// LiveCents is their face value.
func (p Preview) LiveCents() (sum money.Cents) {
	for _, t := range p.Targets {
		sum += t.LiveCents
	}
	return sum
}

// Spent lists the carnets with chèques that were spent, and so stay paid.
func (p Preview) Spent() []Target {
	var spent []Target
	for _, t := range p.Targets {
		if t.SpentCheques > 0 {
			spent = append(spent, t)
		}
	}
	return spent
}

// SpentCheques is how many were spent, and SpentCents what they were worth.
func (p Preview) SpentCheques() (n int) {
	for _, t := range p.Targets {
		n += t.SpentCheques
	}
	return n
}

// Serials writes what would be blocked, following numbers together.
func (p Preview) Serials() []string {
	list := make([]int, len(p.Targets))
	for i, t := range p.Targets {
		list[i] = t.Number
	}
	return Spans(p.OrderNumber, list)
}

// Preview tells what declaring would do, and changes nothing. It answers the
// refusals of numbers, ErrNothing when there is nothing to block.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, by Origin, sel Selection) (Preview, error) {
	var p Preview
	err := s.act(ctx, actor, by, needed[by], "aperçu d’une opposition", func(tx *postgres.Tx) (err error) {
		p, err = preview(ctx, tx, actor, by, sel)
		return err
	})
	return p, fault.Wrap(err, "preview opposition")
}

type orderRow struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	OrderID         uuid.UUID
	OrderNumber     string
	OrderTitle      string
}

func preview(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, sel Selection) (Preview, error) {
	row, n, err := aim(ctx, tx, actor, by, sel)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{CommanditaireID: row.CommanditaireID, Commanditaire: row.Commanditaire, OrderID: row.OrderID, OrderNumber: row.OrderNumber, OrderTitle: row.OrderTitle}
	found, err := targets(ctx, tx, actor, by, row, n)
	if err != nil {
		return p, err
	}
	if err := p.sort(found, n, by); err != nil {
		return p, err
	}
	p.Recent, err = stoppedAlone(ctx, tx, actor.AccountID, row.OrderID)
	p.TwoPeople = len(p.Targets)+p.Recent > Alone
	return p, err
}

// aim reads the numbers and finds the order they are of. An order out of the
// side's reach is told as numbers that name nothing.
func aim(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, sel Selection) (orderRow, numbers, error) {
	known := ""
	if sel.OrderID != uuid.Nil {
		row, err := findOrder(ctx, tx, actor, by, sel.OrderID, "")
		if err != nil {
			return row, numbers{}, err
		}
		known = row.OrderNumber
	}
	n, err := readNumbers(sel.Numbers, known)
	if err != nil {
		return orderRow{}, n, err
	}
	row, err := findOrder(ctx, tx, actor, by, uuid.Nil, n.order)
	return row, n, err
}

func findOrder(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, id uuid.UUID, number string) (orderRow, error) {
	row, err := postgres.One[orderRow](ctx, tx, `
		SELECT o.commanditaire_id, g.name AS commanditaire, o.id AS order_id, n.number AS order_number, o.title AS order_title
		FROM order_numbers n JOIN orders o ON o.commanditaire_id = n.commanditaire_id AND o.id = n.order_id
		JOIN organisations g ON g.id = o.commanditaire_id
		WHERE (n.order_id = @id OR n.number = @number) AND (NOT @owner::boolean OR o.commanditaire_id = @organisation)`,
		postgres.Args{"id": id, "number": number, "owner": by == ByCommanditaire, "organisation": actor.OrganisationID})
	if errors.Is(err, postgres.ErrNoRow) {
		return row, outside(by, nil)
	}
	if err != nil {
		return row, fmt.Errorf("find order: %w", err)
	}
	return row, nil
}

// targets finds the carnets within the side's reach: the operator's is all, the
// commanditaire's is its own, a counter's is what it holds or gave, and what any
// counter of a live convention gave to a person, who may come to another desk.
func targets(ctx context.Context, tx *postgres.Tx, actor identity.Actor, by Origin, row orderRow, n numbers) ([]Target, error) {
	from, to := n.bounds()
	found, err := postgres.All[Target](ctx, tx, `
		SELECT k.id, k.number, k.serial, k.state, k.aiguilleur_id, coalesce(p.name, '') AS point_name,
			coalesce(k.aiguilleur_id = @organisation, false) AS mine,
			c.live_cheques, c.live_cents, c.spent_cheques, c.spent_cents
		FROM unnest(@from::int[], @to::int[]) AS s (f, t)
		JOIN carnets k ON k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.number BETWEEN s.f AND s.t
		LEFT JOIN points p ON p.aiguilleur_id = k.aiguilleur_id AND p.id = k.point_id
		CROSS JOIN LATERAL (
			SELECT count(*) FILTER (WHERE x.state IN ('inactif', 'actif'))::int AS live_cheques,
				coalesce(sum(x.face_value_cents) FILTER (WHERE x.state IN ('inactif', 'actif')), 0)::bigint AS live_cents,
				count(*) FILTER (WHERE x.state = 'utilise')::int AS spent_cheques,
				coalesce(sum(x.face_value_cents) FILTER (WHERE x.state = 'utilise'), 0)::bigint AS spent_cents
			FROM cheques x WHERE x.commanditaire_id = @commanditaire AND x.carnet_id = k.id
		) AS c
		WHERE NOT @counter::boolean OR k.aiguilleur_id = @organisation OR k.handed_over_at IS NOT NULL AND EXISTS (
			SELECT 1 FROM conventions v WHERE v.commanditaire_id = k.commanditaire_id AND v.aiguilleur_id = @organisation
				AND v.commanditaire_signed_at IS NOT NULL AND v.aiguilleur_signed_at IS NOT NULL AND v.ended_at IS NULL AND v.ends_on >= @today)
		ORDER BY k.number`,
		postgres.Args{"commanditaire": row.CommanditaireID, "order": row.OrderID, "organisation": actor.OrganisationID,
			"counter": by == ByCounter, "from": from, "to": to, "today": tx.Today()})
	if err != nil {
		return nil, fmt.Errorf("find carnets: %w", err)
	}
	return found, nil
}

// sort parts what would be blocked from what is already out of use, and refuses
// numbers out of reach, so that nothing is half done.
func (p *Preview) sort(found []Target, n numbers, by Origin) error {
	if len(found) < n.count() {
		return outside(by, p.missing(found, n))
	}
	elsewhere := false
	for _, t := range found {
		elsewhere = elsewhere || !t.Mine
		if t.Blockable() {
			p.Targets = append(p.Targets, t)
		} else {
			p.Skipped = append(p.Skipped, t)
		}
	}
	switch {
	case by == ByCounter && elsewhere && len(found) > 1:
		return ErrOneAtATime
	case len(p.Targets) == 0:
		return ErrNothing
	}
	return nil
}

func (p *Preview) missing(found []Target, n numbers) []string {
	seen := map[int]bool{}
	for _, t := range found {
		seen[t.Number] = true
	}
	var list []int
	for _, s := range n.spans {
		for number := s.from; number <= s.to; number++ {
			if !seen[number] {
				list = append(list, number)
			}
		}
	}
	return Spans(p.OrderNumber, list)
}

// outside tells which numbers the side may not stop, without telling whether
// they exist.
func outside(by Origin, serials []string) error {
	where := map[Origin]string{ByCounter: "ne sont ni à vos points, ni remis pour un commanditaire de vos conventions", ByCommanditaire: "ne sont pas de vos commandes", ByOperator: "n’existent pas"}[by]
	if len(serials) == 0 {
		return fault.Field("numeros", "Ces numéros "+where+". Vérifiez-les sur le talon ou sur la couverture.")
	}
	const shown = 5
	list := strings.Join(serials[:min(shown, len(serials))], ", ")
	if len(serials) > shown {
		list += "…"
	}
	return fault.Field("numeros", "Des numéros "+where+"\u00a0: "+list+".")
}

// stoppedAlone counts the carnets of an order that a person stopped within a day
// without anybody else.
func stoppedAlone(ctx context.Context, tx *postgres.Tx, account, order uuid.UUID) (int, error) {
	n, err := postgres.Value[int](ctx, tx, `
		SELECT coalesce(sum(carnets), 0)::int FROM oppositions
		WHERE declared_by = @account AND order_id = @order AND declared_at > @since AND NOT two_people`,
		postgres.Args{"account": account, "order": order, "since": tx.Now().Add(-Day)})
	if err != nil {
		return 0, fmt.Errorf("count recent oppositions: %w", err)
	}
	return n, nil
}
