package treasury_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/ledger"
	"passnum/internal/postgres"
	"passnum/internal/treasury"
	"passnum/internal/treasury/camt"
	"passnum/internal/treasury/camt/camtfile"
)

func TestAPersonChoosesAmongSuggestions(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), credit(10000, 4, "A1", "DEPARTEMENT DE LA CREUSE PASS")))
	page := s.only(t, "attente")
	if len(page.Suggestions) != 2 || page.Suggestions[0].Kind != treasury.Receipt || !strings.Contains(strings.Join(page.Suggestions[0].Why, ", "), "même montant") {
		t.Fatalf("suggestions: %+v", page.Suggestions)
	}
	first := page.Suggestions[0]
	choice := treasury.Choice{Kind: first.Kind, Target: first.Target, Amount: 6000}
	s.decide(t, page, choice, nil)
	choice.Amount = 5000
	s.decide(t, page, choice, treasury.ErrTooMuch)
	s.decide(t, page, treasury.Choice{Kind: treasury.Aside, Target: "autre", Amount: 1000}, treasury.ErrReason)
	s.decide(t, page, treasury.Choice{Kind: treasury.Aside, Target: "renvoyer", Amount: 1000, Reason: "Payé deux fois"}, nil)
	choice.Amount = 3000
	s.decide(t, page, choice, nil)
	page = s.only(t, "ecartees")
	if page.Open() != 0 || len(page.Matches) != 3 || page.Matches[0].MatchedByName != s.Finance.Name || page.Matches[0].Rule != "" {
		t.Errorf("%+v", page)
	}
	if got := s.state(t); got.State != treasury.Failing || got.Margin() != -1000 || got.Total.SeenCents != 9000 {
		t.Errorf("cover: %s, margin %s, seen %s", got.State, got.Margin(), got.Total.SeenCents)
	}
	s.undoes(t, page)
}

// undoes takes back a match, which a rule does not make again.
func (s *scene) undoes(t *testing.T, page treasury.LinePage) {
	t.Helper()
	if _, err := s.bank.Undo(t.Context(), s.Finance, page.Matches[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.bank.Undo(t.Context(), s.Finance, page.Matches[0].ID); !errors.Is(err, treasury.ErrUndone) {
		t.Errorf("undone twice: %v", err)
	}
	if open := s.only(t, "attente").Open(); open != 6000 {
		t.Errorf("%s open, want 60 €", open)
	}
	if n := s.Count(`SELECT matched_cents FROM bank_targets`); n != 3000 {
		t.Errorf("%d claimed of the receipt, want 3000", n)
	}
}

func (s *scene) decide(t *testing.T, page treasury.LinePage, c treasury.Choice, want error) {
	t.Helper()
	if err := s.bank.Decide(t.Context(), s.Finance, page.ID, c); !errors.Is(err, want) {
		t.Errorf("%s %s: %v, want %v", c.Kind, c.Amount, err, want)
	}
}

func TestARuleNeverRepeatsWhatAPersonUndid(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), credit(10000, 4, "A1", "M-2026-77")))
	if _, err := s.bank.Undo(t.Context(), s.Finance, s.only(t, "rapprochees").Matches[0].ID); err != nil {
		t.Fatal(err)
	}
	if n, err := s.bank.Rematch(t.Context(), s.Finance); n != 0 || err != nil {
		t.Errorf("%d matched again, %v", n, err)
	}
}

func TestFundsAttestedFromTheStatementStay(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), credit(15000, 4, "A1", "PAIEMENT PARTIEL MANDAT 555"), credit(10000, 4, "A0", "M-2026-77")))
	page := s.only(t, "attente")
	at := page.Suggestions[0]
	if at.Kind != treasury.Funding || at.Mandat != "555" || at.Face != 15000 {
		t.Fatalf("%+v", at)
	}
	choice := treasury.Choice{Kind: at.Kind, Target: at.Target, Amount: 15000, Mandat: at.Mandat, Face: 14000}
	if err := s.bank.Decide(t.Context(), s.Finance, page.ID, choice); !isField(err, "valeur_faciale") {
		t.Errorf("parts that do not add up: %v", err)
	}
	choice.Face, choice.Mandat = 15000, ""
	if err := s.bank.Decide(t.Context(), s.Finance, page.ID, choice); !isField(err, "mandat") {
		t.Errorf("no mandat: %v", err)
	}
	choice.Mandat = "555"
	s.decide(t, page, choice, nil)
	page, err := s.bank.Line(t.Context(), s.Finance, page.ID)
	if err != nil || page.Open() != 0 {
		t.Fatal(page, err)
	}
	if _, err := s.bank.Undo(t.Context(), s.Finance, page.Matches[0].ID); !errors.Is(err, treasury.ErrMoneyMoved) {
		t.Errorf("undo what moved money: %v", err)
	}
	o, err := s.bank.OrderCover(t.Context(), s.waiting.Number)
	if err != nil || o.AttestedCents != 15000 || o.SeenCents != 15000 || o.FundsCents != 15000 {
		t.Errorf("%+v %v", o, err)
	}
}

func isField(err error, name string) bool {
	refusal, ok := fault.As(err)
	return ok && len(refusal.Fields) > 0 && refusal.Fields[0].Field == name
}

func TestFeesLeaveWithinWhatTheyAre(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	fees := s.awaits - 20000 // the face value awaited is 200 €
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), credit(10000, 2, "A0", "M-2026-77"), credit(s.awaits, 3, "A1", "commande 2026-002"), debit(fees+1, 4, "A2", "")))
	page := s.only(t, "attente")
	if page.Held != fees {
		t.Errorf("%s held, want %s", page.Held, fees)
	}
	s.decide(t, page, treasury.Choice{Kind: treasury.Sweep, Amount: fees + 1}, treasury.ErrSweepTooMuch)
	s.decide(t, page, treasury.Choice{Kind: treasury.Sweep, Amount: fees}, nil)
	s.decide(t, page, treasury.Choice{Kind: treasury.Sweep, Amount: 1}, treasury.ErrSweepTooMuch)
	err := s.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		return ledger.Post(t.Context(), tx, ledger.Transaction{CommanditaireID: s.Departement, OrderID: s.funded.ID, Kind: ledger.FeesSwept, CauseID: postgres.NewID(),
			Movements: []ledger.Movement{{Debit: ledger.OperatorBank, Credit: ledger.Bank, Amount: 1}}})
	})
	if postgres.Constraint(err) != "ledger_sweep_within_fees" {
		t.Errorf("the database lets a cent of somebody else's leave: %v", err)
	}
	c := s.state(t)
	if c.State != treasury.Failing || c.Margin() != -1 {
		t.Errorf("%s, margin %s: the cent that nobody explains is missing", c.State, c.Margin())
	}
}

func TestThePublicReadsTheAgeOfTheProof(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	if c := s.state(t); c.State != treasury.Failing || c.Bank != nil {
		t.Errorf("without a statement: %s", c.State)
	}
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(15), credit(10000, 4, "A1", "M-2026-77")))
	for days, want := range map[int]treasury.State{0: treasury.Proven, 2: treasury.Proven, 3: treasury.Ageing, 8: treasury.Ageing, 9: treasury.Failing} {
		s.At(time.Date(2026, 11, 16+days, 9, 0, 0, 0, time.UTC))
		if c := s.state(t); c.State != want {
			t.Errorf("%d days old: %s, want %s", c.Age(), c.State, want)
		}
	}
	if _, err := s.bank.OrderCover(t.Context(), "2026-999"); !errors.Is(err, treasury.ErrNotFound) {
		t.Errorf("an unknown order: %v", err)
	}
	if _, err := s.bank.OrderCover(t.Context(), s.waiting.Number); !errors.Is(err, treasury.ErrNotFound) {
		t.Errorf("an order that received nothing: %v", err)
	}
}

func TestANoticeOnlyAnnounces(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	bare := credit(10000, 4, "A1", "")
	told := camt.Report{Kind: camt.Notice, Reference: "AVIS-1", IBAN: account, Entries: []camt.Entry{credit(10000, 4, "A1", "MANDAT M-2026-77")}}
	s.load(t, camtfile.Notice08, told)
	page := s.only(t, "attente")
	if !page.Announced() {
		t.Error("a notice is a statement")
	}
	s.decide(t, page, treasury.Choice{Kind: treasury.Aside, Target: "autre", Amount: 1, Reason: "essai"}, treasury.ErrAnnounced)
	if c := s.state(t); c.Bank != nil {
		t.Error("a notice proves a balance")
	}
	if done := s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), bare)); done.Matched != 1 {
		t.Errorf("%+v: the notice's words match the statement's line", done)
	}
}

func TestTwoPeopleCannotMatchOneReceipt(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.november()
	s.load(t, camtfile.Statement08, statement("2026-1", 0, day(5), credit(10000, 4, "A1", "M-2026-77"), credit(10000, 4, "A2", "M-2026-77")))
	lines, _, err := s.bank.Lines(t.Context(), s.Finance, treasury.Filter{State: "attente"}, nil, 0)
	if err != nil || len(lines) != 2 || !strings.Contains(lines[0].Waiting, "Une autre ligne") {
		t.Fatalf("%+v %v: two lines for one mandat both wait", lines, err)
	}
	target := s.Count(`SELECT count(*) FROM order_funds`)
	var id string
	if err := s.Owner.QueryRow(t.Context(), `SELECT id FROM order_funds`).Scan(&id); err != nil || target != 1 {
		t.Fatal(err)
	}
	var together sync.WaitGroup
	errs := make([]error, 2)
	for i, line := range lines {
		together.Go(func() {
			errs[i] = s.bank.Decide(t.Context(), s.Finance, line.ID, treasury.Choice{Kind: treasury.Receipt, Target: id, Amount: 10000})
		})
	}
	together.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%v and %v, want exactly one", errs[0], errs[1])
	}
}
