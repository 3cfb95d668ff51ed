package ending

import (
	"context"
	"fmt"
	"time"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Sum is a number of chèques and what they are worth.
type Sum struct {
	Cheques int         `json:"cheques"`
	Cents   money.Cents `json:"centimes"`
}

// Left is what one holder keeps of carnets that were never injected.
type Left struct {
	Label   string      `json:"detenteur"`
	Carnets int         `json:"carnets"`
	Cents   money.Cents `json:"centimes"`
	Numbers string      `json:"numeros"`
}

// Figures are everything the final statement says. What is ordered is what was
// funded: it is either used or comes back. Used counts chèques; what incidents
// took back of them (TakenBack) comes back too, beside the avoir (Remaining).
// Used less TakenBack, with Gestures, is either paid or payable.
type Figures struct {
	Until      time.Time   `json:"dernier_jour"`
	Last       time.Time   `json:"dernier_jour_accepte"`
	DrawnOn    time.Time   `json:"etabli_le"`
	Counters   Counters    `json:"carnets"`
	Ordered    Sum         `json:"commandes"`
	Used       Sum         `json:"utilises"`
	Rejected   Sum         `json:"rejetes"`
	Exchanged  Sum         `json:"echanges"`
	Lapsed     Sum         `json:"perimes_remis"`
	Held       Sum         `json:"perimes_non_injectes"`
	Opposed    Sum         `json:"en_opposition"`
	Unused     money.Cents `json:"fonds_jamais_actives"`
	Remaining  money.Cents `json:"restant"`
	TakenBack  money.Cents `json:"repris_sur_paiements"`
	Gestures   money.Cents `json:"gestes"`
	Paid       money.Cents `json:"paye"`
	Payable    money.Cents `json:"a_payer"`
	GivenAfter int         `json:"remis_apres_reconnaissance"`
	Shares     []Share     `json:"parts"`
	Places     []Left      `json:"carnets_non_injectes"`
}

// errLedger is a statement that the ledger contradicts: nothing is drawn.
func errLedger(what string) error {
	return fault.New(fault.KindConflict, "L’état contradictoire n’est pas établi\u00a0: "+what+". Lancez la vérification des preuves avant de recommencer.")
}

type chequeSums struct {
	AllCheques, UsedCheques, LapsedCheques, HeldCheques, OpposedCheques, Alive int
	UsedCents, LapsedCents, HeldCents, OpposedCents                            int64
}

// figuresOf counts an order whose chèques all have an end, and checks that the
// ledger says the same.
func figuresOf(ctx context.Context, tx *postgres.Tx, o purchase) (Figures, ledger.Balances, error) {
	f := Figures{Until: o.ValidUntil, Last: o.last(), DrawnOn: tx.Today()}
	c, err := postgres.One[chequeSums](ctx, tx, `
		SELECT count(*)::int AS all_cheques,
			count(*) FILTER (WHERE c.state IN ('inactif', 'actif'))::int AS alive,
			count(*) FILTER (WHERE c.state = 'utilise')::int AS used_cheques, coalesce(sum(c.face_value_cents) FILTER (WHERE c.state = 'utilise'), 0)::bigint AS used_cents,
			count(*) FILTER (WHERE c.state = 'perime' AND c.accepted_until IS NOT NULL)::int AS lapsed_cheques,
			coalesce(sum(c.face_value_cents) FILTER (WHERE c.state = 'perime' AND c.accepted_until IS NOT NULL), 0)::bigint AS lapsed_cents,
			count(*) FILTER (WHERE c.state = 'perime' AND c.accepted_until IS NULL)::int AS held_cheques,
			coalesce(sum(c.face_value_cents) FILTER (WHERE c.state = 'perime' AND c.accepted_until IS NULL), 0)::bigint AS held_cents,
			count(*) FILTER (WHERE c.state = 'bloque')::int AS opposed_cheques, coalesce(sum(c.face_value_cents) FILTER (WHERE c.state = 'bloque'), 0)::bigint AS opposed_cents
		FROM carnets k JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
		WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order`, o.args())
	if err != nil {
		return f, ledger.Balances{}, fmt.Errorf("count chèques: %w", err)
	}
	f.Used, f.Lapsed = Sum{c.UsedCheques, money.Cents(c.UsedCents)}, Sum{c.LapsedCheques, money.Cents(c.LapsedCents)}
	f.Held, f.Opposed = Sum{c.HeldCheques, money.Cents(c.HeldCents)}, Sum{c.OpposedCheques, money.Cents(c.OpposedCents)}
	b, err := ledger.OfOrder(ctx, tx, o.CommanditaireID, o.ID)
	if err != nil {
		return f, b, err
	}
	f.Remaining, f.Payable = b.Expired+b.Funds, b.Payable+b.InTransit
	for _, part := range []func(context.Context, *postgres.Tx, purchase, *Figures) error{addIncidents, addCounts, addShares, addPlaces} {
		if err := part(ctx, tx, o, &f); err != nil {
			return f, b, err
		}
	}
	f.Paid = f.Used.Cents - f.TakenBack + f.Gestures - f.Payable
	f.Unused = b.Funds - f.Opposed.Cents + f.Exchanged.Cents
	return f, b, f.agrees(o, b, c)
}

// agrees refuses figures that the ledger contradicts.
func (f Figures) agrees(o purchase, b ledger.Balances, c chequeSums) error {
	switch {
	case c.Alive > 0:
		return errLedger(french.Count(c.Alive, "chèque vit", "chèques vivent") + " encore")
	case b.Circulation != 0:
		return errLedger("le grand livre garde " + b.Circulation.String() + " en circulation")
	case b.Expired != f.Lapsed.Cents+f.Held.Cents:
		return errLedger("le grand livre a " + b.Expired.String() + " de périmé, les chèques " + (f.Lapsed.Cents + f.Held.Cents).String())
	case f.Used.Cents+f.Remaining != money.Cents(o.AttestedCents):
		return errLedger("utilisé et restant ne font pas les fonds reçus, " + money.Cents(o.AttestedCents).String())
	case b.Credit != f.TakenBack:
		return errLedger("le grand livre doit " + b.Credit.String() + " au commanditaire, les incidents en ont repris " + f.TakenBack.String())
	case f.Unused < 0:
		return errLedger("les fonds ne couvrent pas les oppositions")
	}
	return nil
}

func addCounts(ctx context.Context, tx *postgres.Tx, o purchase, f *Figures) (err error) {
	if f.Counters, err = count(ctx, tx, o); err != nil {
		return err
	}
	f.Ordered = Sum{o.Carnets * o.PerCarnet, money.Cents(o.AttestedCents)}
	f.Rejected, err = sum(ctx, tx, o, `SELECT count(*)::int AS cheques, coalesce(sum(amount_cents), 0)::bigint AS cents FROM disputes
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND state = 'rejete'`)
	if err != nil {
		return fmt.Errorf("count rejected: %w", err)
	}
	f.Exchanged, err = sum(ctx, tx, o, `SELECT coalesce(sum(cheques), 0)::int AS cheques, coalesce(sum(face_cents), 0)::bigint AS cents FROM carnet_replacements
		WHERE commanditaire_id = @commanditaire AND order_id = @order`)
	if err != nil {
		return fmt.Errorf("count exchanged: %w", err)
	}
	f.GivenAfter, err = postgres.Value[int](ctx, tx, `
		SELECT count(DISTINCT h.carnet_id)::int FROM handovers h
		WHERE h.commanditaire_id = @commanditaire AND h.order_id = @order AND h.undone_at IS NULL AND h.at > (
			SELECT done_at FROM ending_steps WHERE commanditaire_id = @commanditaire AND order_id = @order AND ends_on = @end AND step = 'accuse_valide')`,
		o.with(postgres.Args{"end": o.ValidUntil}))
	if err != nil {
		return fmt.Errorf("count late hand-overs: %w", err)
	}
	return nil
}

func sum(ctx context.Context, tx *postgres.Tx, o purchase, sql string) (Sum, error) {
	return postgres.One[Sum](ctx, tx, sql, o.args())
}

type leftRow struct {
	Label   string
	Carnets int
	Numbers []int
}

// addPlaces is the annex: the carnets that nobody received, by who holds them.
func addPlaces(ctx context.Context, tx *postgres.Tx, o purchase, f *Figures) error {
	rows, err := postgres.All[leftRow](ctx, tx, `
		WITH held AS (
			SELECT k.number, k.point_id, carnet_holder(k.state, k.point_id, k.transfer_id, k.case_id, k.reserve, k.handed_over_at) AS holder
			FROM carnets k WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.handed_over_at IS NULL
		)
		SELECT CASE holder WHEN 'point' THEN coalesce(p.name || ' (' || p.town || ')', 'Point') WHEN 'commanditaire' THEN 'Commanditaire' WHEN 'transit' THEN 'En route'
				WHEN 'ecart' THEN 'Écart de réception' ELSE 'Opérateur' END AS label,
			count(*)::int AS carnets, array_agg(h.number ORDER BY h.number) AS numbers
		FROM held h LEFT JOIN points p ON p.id = h.point_id AND h.holder = 'point'
		GROUP BY h.holder, p.id, p.name, p.town ORDER BY label`, o.args())
	if err != nil {
		return fmt.Errorf("list carnets left: %w", err)
	}
	for _, row := range rows {
		f.Places = append(f.Places, Left{Label: row.Label, Carnets: row.Carnets, Cents: o.worth() * money.Cents(row.Carnets), Numbers: runs(row.Numbers)})
	}
	return nil
}

// runs says numbers as following ones: « 1 à 12, 15 ».
func runs(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		if last == i {
			parts = append(parts, fmt.Sprint(numbers[i]))
		} else {
			parts = append(parts, fmt.Sprintf("%d\u00a0à\u00a0%d", numbers[i], numbers[last]))
		}
		i = last + 1
	}
	return french.List(parts)
}
