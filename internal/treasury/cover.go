package treasury

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Figures say where the money of an order, or of all of them, is.
type Figures struct {
	AttestedCents    money.Cents // face value received
	SeenCents        money.Cents // of which recognised on a statement
	FundsCents       money.Cents // not circulating yet
	CirculationCents money.Cents
	PayableCents     money.Cents
	InTransitCents   money.Cents
	PaidCents        money.Cents
	ExpiredCents     money.Cents
	CreditCents      money.Cents // owed back to the commanditaire
	ReturnedCents    money.Cents // given back to it
	FeesCents        money.Cents // the operator's fees and VAT left on the account
	UnseenCents      money.Cents
	UnseenFeesCents  money.Cents
}

// Owed is what the account has to hold: everything in circulation, owed, on its
// way, expired or to give back, and the funds that a statement shows. Funds that
// no statement shows yet are not asked of the account while they are idle.
func (f Figures) Owed() money.Cents {
	return f.CirculationCents + f.PayableCents + f.InTransitCents + f.ExpiredCents + f.CreditCents + f.SeenFunds()
}

// SeenFunds are idle funds that statements show.
func (f Figures) SeenFunds() money.Cents { return max(0, f.FundsCents-f.UnseenCents) }

// Unproven is what circulates or circulated without any statement showing that
// it was received.
func (f Figures) Unproven() money.Cents { return max(0, f.UnseenCents-f.FundsCents) }

// OrderCover is one order's money.
type OrderCover struct {
	Number        string
	Commanditaire string
	Figures
}

// Bank is what the last statement says of the account.
type Bank struct {
	ClosedOn        time.Time
	ClosingCents    money.Cents
	ImportedAt      time.Time
	OpenCreditCents money.Cents
	OpenDebitCents  money.Cents
	OpenLines       int64
	AsideCents      money.Cents // set aside and not the operator's, less what was sent back
}

// State is the verdict on the cover.
type State string

// The verdicts.
const (
	Idle    State = "sans_objet" // nothing was received yet
	Proven  State = "prouve"
	Ageing  State = "ancien" // proven by a statement that gets old
	Failing State = "non_prouve"
)

// Ages of the last statement, in days, from which the proof weakens and fails.
const (
	AgeingDays = 4
	StaleDays  = 10
)

// Cover is the proof, or not, that the account holds what is owed.
type Cover struct {
	Today  time.Time
	Orders []OrderCover
	Total  Figures
	Bank   *Bank // nil before the first statement
	// Proven is what the bank surely holds for others than the operator.
	Proven  money.Cents
	Owed    money.Cents
	State   State
	Verdict string // one sentence
}

// Age is how many days ago the last statement ends.
func (c Cover) Age() int {
	if c.Bank == nil {
		return 0
	}
	return int(c.Today.Sub(c.Bank.ClosedOn).Hours() / 24)
}

// Margin is what the account holds beyond what is owed; negative when it lacks.
func (c Cover) Margin() money.Cents { return c.Proven - c.Owed }

// coverFor is how long the public pages may show the same figures: they sum the
// whole ledger.
const coverFor = 20 * time.Second

type coverCache struct {
	mu    sync.Mutex
	at    time.Time
	today time.Time
	cover Cover
}

func (c *coverCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}

// PublicCover is Cover, at most twenty seconds old, for whoever asks.
func (s *Service) PublicCover(ctx context.Context) (Cover, error) {
	s.cover.mu.Lock()
	defer s.cover.mu.Unlock()
	today := postgres.Day(s.DB.Now())
	if time.Since(s.cover.at) < coverFor && s.cover.today.Equal(today) {
		return s.cover.cover, nil
	}
	cover, err := s.Cover(ctx)
	if err == nil {
		s.cover.at, s.cover.today, s.cover.cover = time.Now(), today, cover
	}
	return cover, err
}

// Cover adds everything up now. Anybody may read it: it is published.
func (s *Service) Cover(ctx context.Context) (c Cover, err error) {
	err = s.DB.InPublic(ctx, func(tx *postgres.Tx) error {
		c.Today = tx.Today()
		if c.Orders, err = coverOrders(ctx, tx, ""); err != nil {
			return err
		}
		c.Bank, err = lastBank(ctx, tx)
		return err
	})
	if err != nil {
		return Cover{}, fmt.Errorf("read cover: %w", err)
	}
	for _, o := range c.Orders {
		c.Total.add(o.Figures)
		c.Owed += o.Owed()
	}
	c.judge()
	return c, nil
}

// OrderCover is one order's money, by its number; ErrNotFound when no public
// money was received under that number.
func (s *Service) OrderCover(ctx context.Context, number string) (o OrderCover, err error) {
	if number == "" {
		return o, ErrNotFound
	}
	err = s.DB.InPublic(ctx, func(tx *postgres.Tx) error {
		list, err := coverOrders(ctx, tx, number)
		if err == nil && len(list) == 0 {
			return ErrNotFound
		}
		if err == nil {
			o = list[0]
		}
		return err
	})
	if err != nil {
		return OrderCover{}, fmt.Errorf("read order cover: %w", err)
	}
	return o, nil
}

func coverOrders(ctx context.Context, tx *postgres.Tx, number string) ([]OrderCover, error) {
	return postgres.All[OrderCover](ctx, tx, `SELECT * FROM cover_orders(@number)`, postgres.Args{"number": number})
}

func lastBank(ctx context.Context, tx *postgres.Tx) (*Bank, error) {
	bank, err := postgres.One[Bank](ctx, tx, `SELECT * FROM cover_bank()`, nil)
	if errors.Is(err, postgres.ErrNoRow) {
		return nil, nil
	}
	return &bank, err
}

func (f *Figures) add(o Figures) {
	f.AttestedCents += o.AttestedCents
	f.SeenCents += o.SeenCents
	f.FundsCents += o.FundsCents
	f.CirculationCents += o.CirculationCents
	f.PayableCents += o.PayableCents
	f.InTransitCents += o.InTransitCents
	f.PaidCents += o.PaidCents
	f.ExpiredCents += o.ExpiredCents
	f.CreditCents += o.CreditCents
	f.ReturnedCents += o.ReturnedCents
	f.FeesCents += o.FeesCents
	f.UnseenCents += o.UnseenCents
	f.UnseenFeesCents += o.UnseenFeesCents
}

// SeenFees are the fees left on the account, as far as statements show them.
func (f Figures) SeenFees() money.Cents { return max(0, f.FeesCents-f.UnseenFeesCents) }

func (c *Cover) judge() {
	if c.Bank != nil {
		c.Proven = c.Bank.ClosingCents - c.Bank.OpenCreditCents - max(0, c.Bank.AsideCents) - c.Total.SeenFees()
	}
	switch {
	case len(c.Orders) == 0:
		c.State, c.Verdict = Idle, "Aucun argent public n’a encore été reçu."
	case c.Bank == nil:
		c.State, c.Verdict = Failing, "Aucun relevé bancaire n’a été importé\u00a0: rien ne prouve que le compte dédié couvre ce qui est dû."
	case c.Margin() < 0:
		c.State, c.Verdict = Failing, fmt.Sprintf("Il manque %s au compte dédié pour couvrir ce qui est dû.", -c.Margin())
	case c.Age() >= StaleDays:
		c.State, c.Verdict = Failing, fmt.Sprintf("Le dernier relevé bancaire a %d jours\u00a0: il ne prouve plus rien.", c.Age())
	case c.Age() >= AgeingDays:
		c.State, c.Verdict = Ageing, fmt.Sprintf("Le compte dédié couvrait ce qui est dû au dernier relevé, il y a %d jours.", c.Age())
	default:
		c.State, c.Verdict = Proven, "Le compte dédié couvre tout ce qui est dû."
	}
}
