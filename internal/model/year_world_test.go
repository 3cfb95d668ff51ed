package model_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/facturx"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/incident"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/opposition"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/reporting/accounting"
	"passnum/internal/sepa"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
	"passnum/internal/treasury"
)

const (
	dedicated = "FR7630001007941234567890185"
	perCarnet = 10
	faceValue = money.Cents(1000)
)

// year is the services under test and what the test counts on its own.
type year struct {
	*testworld.World
	ctx  context.Context
	t    *testing.T
	dice *rand.Rand
	size scale
	day  time.Time

	take     *redemption.Service
	losses   *opposition.Service
	settle   *settlement.Service
	mistakes *incident.Service
	ends     *ending.Service
	orders   *order.Service
	invoices *invoicing.Service
	treasury *treasury.Service
	accounts *accounting.Service

	bank        *bank
	structures  []identity.Actor // one mediator each
	purchases   []*bought
	takings     []*taking
	stops       []*stopped
	corrections []*correction
	sweptIn     time.Month // the last month in which fees left
	tally
}

// tally is what is told at the end.
type tally struct {
	days, baskets, undone, refused, oppositions, lifted, batches, transfers, rejected, returned, represented int
	incidents, cancelled, statements, covers, proofs, refunds, carried, sweeps                               int
	entries                                                                                                  int64
}

// bought is what the test knows of an order.
type bought struct {
	testworld.Order
	terms
	last      time.Time // on which chèques are accepted
	worth     money.Cents
	fees      money.Cents // with VAT, as invoiced
	asked     money.Cents // as invoiced
	active    bool
	activeOn  time.Time
	handed    int
	live      []*slip // in people's hands
	redeemed  int
	blocked   int         // chèques under opposition
	takenBack money.Cents // from structures
	givenBack money.Cents // refunded or carried to another order
	leaves    time.Time   // when that leaves the order
	signed    bool
	answers   int // of the calendar
}

// slip is a chèque in somebody's hands.
type slip struct {
	order  *bought
	carnet int
	code   string
}

// taking is a chèque that a structure accepted.
type taking struct {
	*slip
	id  uuid.UUID
	who identity.Actor
	day time.Time
	hit bool // by an incident
}

func newYear(t *testing.T, size scale, dice *rand.Rand) *year {
	w := testworld.New(t)
	w.At(firstDay.Add(2 * time.Hour))
	y := &year{World: w, ctx: t.Context(), t: t, dice: dice, size: size, day: firstDay, bank: newBank(firstDay)}
	issuer := print.Issuer{Name: "Coopérative Pass", SIRET: "84373941800018", Address: "1 rue du Pont, 23000 Guéret", Email: "contact@exemple.test"}
	debtor := settlement.Debtor{Name: issuer.Name, SIRET: issuer.SIRET, IBAN: dedicated, BIC: "BDFEFRPPCCT"}
	y.orders = order.NewService(order.Deps{DB: w.DB, Queue: &jobs.Inline{}, Keys: w.Keys, Issuer: issuer, Account: dedicated})
	y.invoices = invoicing.NewService(invoicing.Deps{DB: w.DB, Queue: &jobs.Inline{}, Issuer: issuer, IBAN: dedicated, Post: silent,
		Seller: facturx.Party{Name: issuer.Name, SIRET: issuer.SIRET, Street: "1 rue du Pont", PostalCode: "23000", Town: "Guéret"}})
	y.take = redemption.NewService(w.DB, w.Keys)
	y.losses = opposition.NewService(opposition.Deps{DB: w.DB, Queue: &jobs.Inline{}, Keys: w.Keys})
	y.mistakes = incident.NewService(w.DB)
	y.settle = settlement.NewService(w.DB, debtor, issuer).OnApproved(settlement.BillDownstream(y.invoices))
	y.ends = ending.NewService(ending.Deps{DB: w.DB, Orders: y.orders, Issuer: issuer, Post: silent, CarryIn: y.orders.CarryInTx, IssueAvoir: y.issueAvoir,
		Debtor: sepa.Debtor{Name: issuer.Name, IBAN: dedicated, BIC: "BDFEFRPPCCT"}, SIRET: issuer.SIRET})
	y.treasury = treasury.NewService(treasury.Deps{DB: w.DB, IBAN: dedicated, Attest: y.orders.AttestInTx, Awaiting: order.Awaiting, Unpaid: invoicing.Unpaid,
		Debit: y.settle.ApplyDebit, Return: y.settle.ApplyReturn, Refund: y.ends.ApplyRefund})
	y.accounts = accounting.NewService(w.DB, issuer)
	y.qualify()
	return y
}

func silent(context.Context, *postgres.Tx, mail.Message) error { return nil }

func (y *year) issueAvoir(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a ending.Avoir) (uuid.UUID, string, error) {
	d, err := y.invoices.IssueAvoirInTx(ctx, tx, actor, invoicing.Avoir{CommanditaireID: a.CommanditaireID, OrderID: a.OrderID,
		Face: a.Face, Cheques: a.Cheques, Reason: a.Reason, CauseID: a.CauseID})
	return d.ID, d.Number, err
}

// qualify adds the structures; one in four asks to be paid every week.
func (y *year) qualify() {
	serves := identity.Capacities{Structure: true}
	gueret := []string{"FR", "R-75", "D-23", "E-200034825", "C-23096"}
	for i := range y.size.structures {
		name := fmt.Sprintf("Atelier numérique %02d", i+1)
		id := y.Organisation(name, siretOf(i), "association", serves)
		y.Structure(id, name, ibanOf(i), gueret)
		actor := y.Member(id, testworld.Email(1000+i), identity.RoleResponsable, serves)
		if i%4 == 0 {
			y.must(y.settle.ChooseRhythm(y.ctx, actor, settlement.Weekly))
		}
		y.structures = append(y.structures, actor)
	}
}

// siretOf makes a number whose keys are right.
func siretOf(i int) string {
	return withKey(withKey(fmt.Sprintf("9%07d", i+1)) + "0001")
}

func withKey(digits string) string { return digits + strconv.Itoa((10-luhn(digits))%10) }

// luhn sums digits as if one more followed.
func luhn(digits string) int {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum % 10
}

// ibanOf makes a French account number whose two keys are right.
func ibanOf(i int) string {
	account := fmt.Sprintf("3000600001%011d", i+1)
	account += fmt.Sprintf("%02d", 97-mod97(account+"00"))
	return fmt.Sprintf("FR%02d%s", 98-mod97(account+"152700"), account)
}

func mod97(digits string) (rest int) {
	for _, digit := range digits {
		rest = (rest*10 + int(digit-'0')) % 97
	}
	return rest
}

func (y *year) must(err error) {
	y.t.Helper()
	if refusal, ok := fault.As(err); ok {
		y.t.Fatalf("%s: %v %v", y.day.Format(time.DateOnly), err, refusal.Fields)
	}
	if err != nil {
		y.t.Fatalf("%s: %v", y.day.Format(time.DateOnly), err)
	}
}

// analyze tells PostgreSQL how large its tables have become, as it sees by itself
// a little later: a year passes here in minutes.
func (y *year) analyze() {
	if y.size.step == 1 {
		y.Exec(`ANALYZE`)
	}
}

// openOrders signs and bills the orders whose day has come, and puts in
// circulation those whose money arrived.
func (y *year) openOrders() {
	for i := len(y.purchases); i < len(y.size.orders) && y.ready(y.size.orders[i]); i++ {
		y.buy(y.size.orders[i])
	}
	for _, o := range y.purchases {
		if !o.active && y.Count(`SELECT count(*) FROM orders WHERE id = $1 AND state = 'fonds_attestes'`, o.ID) == 1 {
			y.must(y.orders.Activate(y.ctx, y.Finance, o.ID))
			o.active, o.activeOn = true, y.day
		}
	}
}

// ready reports whether an order may be signed: its day came, and the avoir that
// pays a part of it is known.
func (y *year) ready(t terms) bool {
	return !y.day.Before(t.opens) && (t.carriedFrom == 0 || y.purchases[t.carriedFrom-1].signed)
}

func (y *year) buy(t terms) {
	o := &bought{terms: t, last: t.until.AddDate(0, 1, 0), worth: faceValue * money.Cents(t.carnets*perCarnet)}
	o.Order = y.ActiveOrder(testworld.OrderOptions{Carnets: t.carnets, PerCarnet: perCarnet, FaceValue: faceValue, Until: t.until, State: "livree"})
	y.Exec(`UPDATE orders SET signed_at = $1, signatory = 'La présidente', engagement_number = 'EJ-' || number, downstream_fee_basis_points = $2, hold_days = $3 WHERE id = $4`,
		y.Now(), t.downstream, t.hold, o.ID)
	d, err := y.invoices.Issue(y.ctx, y.Finance, o.ID, y.Departement, o.ID)
	y.must(err)
	y.analyze()
	if d.Face != o.worth {
		y.t.Fatalf("facture %s bills %s of face value, not %s", d.Number, d.Face, o.worth)
	}
	o.fees, o.asked = d.Fees+d.VAT, d.Total
	y.purchases = append(y.purchases, o)
	var carried money.Cents
	if t.carriedFrom > 0 {
		carried = y.carry(y.purchases[t.carriedFrom-1], o)
	}
	y.bank.deposit(nextWorking(y.day.AddDate(0, 0, 9)), o.asked-carried, fmt.Sprintf("MANDAT %d COMMANDE %s FACTURE %s", 4000+len(y.purchases), o.Number, d.Number))
}
