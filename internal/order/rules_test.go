package order_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/order"
)

func TestPrice(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		carnets, size  int
		face           money.Cents
		fee            money.BasisPoints
		services       []money.Cents
		faceTotal      money.Cents
		fees, vat, all money.Cents
	}{
		"10,000 € at 4 %":        {carnets: 100, size: 10, face: 1000, fee: 400, faceTotal: 1_000_000, fees: 40_000, vat: 8_000, all: 1_048_000},
		"one chèque of 1 €":      {carnets: 1, size: 1, face: 100, fee: 400, faceTotal: 100, fees: 4, vat: 1, all: 105},
		"no fee":                 {carnets: 1, size: 1, face: 100, fee: 0, faceTotal: 100, all: 100},
		"half a cent rounds up":  {carnets: 1, size: 1, face: 125, fee: 200, faceTotal: 125, fees: 3, vat: 1, all: 129},
		"VAT once on the sum":    {carnets: 1, size: 1, face: 100, fee: 200, services: []money.Cents{1, 1}, faceTotal: 100, fees: 2, vat: 1, all: 105},
		"services are not faced": {carnets: 2000, size: 5, face: 1000, fee: 400, services: []money.Cents{150_000, 80_000}, faceTotal: 10_000_000, fees: 400_000, vat: 126_000, all: 10_756_000},
		"odd cents":              {carnets: 333, size: 7, face: 1333, fee: 375, faceTotal: 3_107_223, fees: 116_521, vat: 23_304, all: 3_247_048},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := order.Specification{Carnets: c.carnets, ChequesPerCarnet: c.size, FaceValue: c.face}
			var services money.Cents
			for _, amount := range c.services {
				spec.Services = append(spec.Services, order.ServiceLine{Amount: amount})
				services += amount
			}
			q := order.Price(spec, order.Pricing{Fee: c.fee})
			if q.Face != c.faceTotal || q.Fees != c.fees || q.Services != services || q.VAT != c.vat || q.Total != c.all || q.Own != c.faceTotal {
				t.Errorf("got %+v, want %+v", q, c)
			}
		})
	}
}

func TestOwnShareIsTheRest(t *testing.T) {
	t.Parallel()
	spec := order.Specification{Carnets: 10, ChequesPerCarnet: 10, FaceValue: 1000, Cofunders: []order.Cofunder{{Share: 33_333}, {Share: 33_333}}}
	if got := spec.OwnShare(); got != 33_334 {
		t.Errorf("own share %d, want 33334", got)
	}
}

func TestMachine(t *testing.T) {
	t.Parallel()
	for i, state := range order.Line {
		if !state.Known() || state.Label() == "" || state.DoneLabel() == "" {
			t.Errorf("%s has no words", state)
		}
		if i == 0 {
			continue
		}
		reachable := false
		for _, move := range order.Transitions {
			reachable = reachable || move.From == order.Line[i-1] && move.To == state
			if move.To == state && move.From.Rank() > state.Rank() && state != order.Draft && state != order.Framing {
				t.Errorf("%s goes back to %s", move.From, state)
			}
		}
		if !reachable {
			t.Errorf("%s cannot be reached from the step before", state)
		}
		if state != order.Active && state != order.Closed && (state.Expected() == "" || state.Who() == order.ByNobody) {
			t.Errorf("%s does not say who acts next", state)
		}
	}
}

func TestMachineRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		from, to order.State
		by       identity.Permission
	}{
		{order.Draft, order.Signed, identity.OrderSign},
		{order.Quoted, order.Signed, identity.OrderWrite},
		{order.Signed, order.Active, identity.PlatformFunds},
		{order.Shipped, order.Active, identity.PlatformFunds},
		{order.Delivered, order.Active, identity.PlatformFunds},
		{order.Funded, order.Active, identity.PlatformOrders},
		{order.Making, order.Cancelled, identity.PlatformOrders},
		{order.Active, order.Cancelled, identity.PlatformOrders},
		{order.Cancelled, order.Draft, identity.OrderWrite},
	}
	for _, c := range cases {
		if order.Moves(c.from, c.to, c.by) {
			t.Errorf("%s → %s by %q is allowed", c.from, c.to, c.by)
		}
	}
}

func TestBlankIsOnlyMissingTitleAndDeliveries(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	err := order.Blank(today).Problems(today)
	if got := fields(err); got != "titre livraisons" {
		t.Errorf("problems: %q", got)
	}
}

func TestProblemsAreAllTold(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	spec := order.Blank(today)
	spec.Title, spec.Carnets, spec.ChequesPerCarnet, spec.FaceValue = "Seniors", 10, 21, 99
	spec.Validity.Until = today
	spec.Message = strings.Repeat("é", 161)
	spec.Cofunders = []order.Cofunder{{OrganisationID: uuid.New(), Name: "Région", Share: 10_000_000}}
	spec.Deliveries = []order.Delivery{{PointID: uuid.New(), Carnets: 8}}
	err := spec.Problems(today)
	for _, field := range []string{"cheques_par_carnet", "valeur", "valable_jusquau", "message", "cofinanceurs", "livraisons"} {
		if !strings.Contains(fields(err), field) {
			t.Errorf("%s is not told; told: %s", field, fields(err))
		}
	}
	if f, _ := fault.As(err); !strings.Contains(sentenceOf(f, "livraisons"), "2\u00a0carnets") {
		t.Errorf("the sentence does not say how many are left: %q", sentenceOf(f, "livraisons"))
	}
}

func fields(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return ""
	}
	var names []string
	for _, field := range f.Fields {
		names = append(names, field.Field)
	}
	return strings.Join(names, " ")
}

func sentenceOf(f *fault.Error, field string) string {
	for _, e := range f.Fields {
		if e.Field == field {
			return e.Sentence
		}
	}
	return ""
}
