package redemption_test

import (
	"strings"
	"testing"
	"time"

	"passnum/internal/carnet"
	"passnum/internal/redemption"
	"passnum/internal/testworld"
)

// TestAPointThatMovesChangesNothingOfWhatItGave moves the point of a structure
// that may only take elsewhere the chèques it handed over: away from its place,
// then to it.
func TestAPointThatMovesChangesNothingOfWhatItGave(t *testing.T) {
	t.Parallel()
	for from, c := range map[string]struct {
		to   string
		want carnet.Reason
	}{"23096": {"23008", carnet.OwnHandover}, "23008": {"23096", carnet.Usable}} {
		s := newScene(t, testworld.OrderOptions{})
		s.handedBy(from)
		s.Exec(`UPDATE orders SET own_handovers = 'ailleurs'`)
		s.Exec(`UPDATE points SET insee = $1 WHERE aiguilleur_id = $2`, c.to, s.Mediatheque)
		if got := s.redeem(t, s.Mediateur, request("k", s.codes[0])).Results[0]; got.Reason != c.want {
			t.Errorf("given at %s, the point being now at %s: %q, want %q", from, c.to, got.Reason, c.want)
		}
		s.balanced(t)
	}
}

// TestAnAgreementIsGoodUntilItsLastDay sends after the end of an agreement what
// was scanned without network before it: a notice promises its last day, an end at
// once promises nothing.
func TestAnAgreementIsGoodUntilItsLastDay(t *testing.T) {
	t.Parallel()
	scanned := 2 * day
	for name, c := range map[string]struct {
		end  string
		want redemption.Status
	}{
		"scanned on the last day":      {`ends_on = current_date, ended_by = 'commanditaire'`, redemption.Redeemed},
		"scanned after the last day":   {`ends_on = current_date - 1, ended_by = 'structure'`, redemption.Disputed},
		"ended at once":                {`ended_by = 'commanditaire'`, redemption.Disputed},
		"ended by the operator, later": {`ends_on = current_date + 30, ended_by = 'operateur'`, redemption.Disputed},
		"scanned before the last day":  {`ends_on = current_date + 1, ended_by = 'structure'`, redemption.Redeemed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, testworld.OrderOptions{OnlyAgreed: true})
			s.Exec(`INSERT INTO agreements (commanditaire_id, structure_id, agreed_at, agreed_by) VALUES ($1, $2, $3, $1)`, s.Departement, s.Mediatheque, s.Now())
			on := s.Now().Format(time.DateOnly)
			s.Travel(scanned)
			s.Exec(`UPDATE agreements SET withdrawn_at = $1, `+strings.ReplaceAll(c.end, "current_date", "date '"+on+"'"), s.Now())
			if got := s.late(t, s.Mediateur, scanned, s.codes[0]).Results[0]; got.Status != c.want {
				t.Errorf("%s (%s), want %s", got.Status, got.Reason, c.want)
			}
			if got := s.redeem(t, s.Mediateur, request("k", s.codes[1])).Results[0]; got.Reason != carnet.StructureNotAccepted {
				t.Errorf("redeemed online after the end: %q", got.Reason)
			}
			s.balanced(t)
		})
	}
}
