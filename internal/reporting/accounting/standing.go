package accounting

import (
	"passnum/internal/ledger"
	"passnum/internal/money"
)

// Standing is what an order's money became since its first day, as of a day.
// Everything comes from the ledger but Ordered and Paid: see accounts.md.
type Standing struct {
	Cheques int64 // ordered
	Ordered money.Cents

	Received   money.Cents // face value that came in the dedicated account
	CarriedIn  money.Cents // from an avoir of another order
	Fees       money.Cents // the commanditaire's, before tax
	VAT        money.Cents
	Redeemed   money.Cents // accepted by structures, less what was undone
	Paid       money.Cents // face value whose transfer the bank has executed, less what came back
	TakenBack  money.Cents // from structures by incidents, less those cancelled
	Gestures   money.Cents // from the operator's fees to structures
	DownFees   money.Cents // withheld from structures
	DownVAT    money.Cents
	NetPaid    money.Cents // out of the bank to structures, less what came back
	Refunded   money.Cents // out of the bank to the commanditaire, less what came back
	CarriedOut money.Cents // to another of its orders
	Credited   money.Cents // avoirs: expired or never circulated, owed back

	Funds, Circulation, Payable, InTransit, Credit, Expired money.Cents // balances
}

// Returned is what went back to the commanditaire: « remboursés ou échangés ».
func (s Standing) Returned() money.Cents { return s.Refunded + s.CarriedOut }

// Remaining is the face value of which the operator is still accountable:
// « restant à rembourser ».
func (s Standing) Remaining() money.Cents { return s.Ordered + s.TakenBack - s.Returned() - s.Paid }

// Awaiting is accepted and not paid yet.
func (s Standing) Awaiting() money.Cents { return s.Redeemed - s.Paid }

// NotReceived is ordered and not funded yet.
func (s Standing) NotReceived() money.Cents { return s.Ordered - s.Received - s.CarriedIn }

// Held is what the dedicated account keeps for the order.
func (s Standing) Held() money.Cents {
	return s.Funds + s.Circulation + s.Payable + s.InTransit + s.Credit + s.Expired
}

// Gap is what came in less what went out and what is held: zero, or the books
// are wrong.
func (s Standing) Gap() money.Cents {
	in := s.Received + s.CarriedIn + s.Gestures
	out := s.NetPaid + s.DownFees + s.DownVAT + s.Refunded + s.CarriedOut
	return in - out - s.Held()
}

// flow is an order's movements of one kind between two accounts.
type flow struct {
	kind          ledger.Kind
	debit, credit ledger.Account
	cents         money.Cents
}

// take adds movements to what they tell.
func (s *Standing) take(f flow) {
	s.balance(f.debit, f.cents)
	s.balance(f.credit, -f.cents)
	for _, w := range watched {
		if w.kinds != nil && !w.kinds[f.kind] {
			continue
		}
		switch {
		case f.debit == w.from && f.credit == w.to:
			*w.field(s) += f.cents
		case f.debit == w.to && f.credit == w.from:
			*w.field(s) -= f.cents
		}
	}
}

func (s *Standing) balance(account ledger.Account, debit money.Cents) {
	switch account {
	case ledger.Funds:
		s.Funds -= debit
	case ledger.Circulation:
		s.Circulation -= debit
	case ledger.Payable:
		s.Payable -= debit
	case ledger.InTransit:
		s.InTransit -= debit
	case ledger.Credit:
		s.Credit -= debit
	case ledger.Expired:
		s.Expired -= debit
	}
}

// watch names what the movements from one account to another tell, those the
// other way round taken off.
type watch struct {
	from, to ledger.Account
	kinds    map[ledger.Kind]bool // nil: all
	field    func(*Standing) *money.Cents
}

func of(kinds ...ledger.Kind) map[ledger.Kind]bool {
	set := map[ledger.Kind]bool{}
	for _, k := range kinds {
		set[k] = true
	}
	return set
}

var (
	payouts   = of(ledger.Payout, ledger.PayoutCancelled)
	incidents = of(ledger.Incident, ledger.IncidentCancelled)
)

var watched = []watch{
	{ledger.Bank, ledger.Funds, of(ledger.Funding), func(s *Standing) *money.Cents { return &s.Received }},
	{ledger.Bank, ledger.Fees, of(ledger.Funding), func(s *Standing) *money.Cents { return &s.Fees }},
	{ledger.Bank, ledger.VAT, of(ledger.Funding), func(s *Standing) *money.Cents { return &s.VAT }},
	{ledger.Bank, ledger.Funds, of(ledger.CarriedIn), func(s *Standing) *money.Cents { return &s.CarriedIn }},
	{ledger.Circulation, ledger.Payable, nil, func(s *Standing) *money.Cents { return &s.Redeemed }},
	{ledger.Payable, ledger.Credit, nil, func(s *Standing) *money.Cents { return &s.TakenBack }},
	{ledger.Fees, ledger.Payable, incidents, func(s *Standing) *money.Cents { return &s.Gestures }},
	{ledger.Payable, ledger.Fees, payouts, func(s *Standing) *money.Cents { return &s.DownFees }},
	{ledger.Payable, ledger.VAT, payouts, func(s *Standing) *money.Cents { return &s.DownVAT }},
	{ledger.InTransit, ledger.Bank, nil, func(s *Standing) *money.Cents { return &s.NetPaid }},
	{ledger.Payable, ledger.Bank, nil, func(s *Standing) *money.Cents { return &s.NetPaid }},
	{ledger.Credit, ledger.Bank, of(ledger.Refund, ledger.RefundReturned), func(s *Standing) *money.Cents { return &s.Refunded }},
	{ledger.Credit, ledger.Bank, of(ledger.CarriedOut), func(s *Standing) *money.Cents { return &s.CarriedOut }},
	{ledger.Expired, ledger.Credit, nil, func(s *Standing) *money.Cents { return &s.Credited }},
	{ledger.Funds, ledger.Credit, nil, func(s *Standing) *money.Cents { return &s.Credited }},
}

// plus adds two standings, of two orders or of two periods.
func (s Standing) plus(o Standing) Standing {
	s.Cheques += o.Cheques
	for _, pair := range s.pairs(&o) {
		*pair[0] += *pair[1]
	}
	return s
}

// minus is what happened between o and s.
func (s Standing) minus(o Standing) Standing {
	s.Cheques -= o.Cheques
	for _, pair := range s.pairs(&o) {
		*pair[0] -= *pair[1]
	}
	return s
}

func (s *Standing) pairs(o *Standing) [][2]*money.Cents {
	return [][2]*money.Cents{
		{&s.Ordered, &o.Ordered}, {&s.Received, &o.Received}, {&s.CarriedIn, &o.CarriedIn}, {&s.Fees, &o.Fees}, {&s.VAT, &o.VAT},
		{&s.Redeemed, &o.Redeemed}, {&s.Paid, &o.Paid}, {&s.TakenBack, &o.TakenBack}, {&s.Gestures, &o.Gestures}, {&s.DownFees, &o.DownFees},
		{&s.DownVAT, &o.DownVAT}, {&s.NetPaid, &o.NetPaid}, {&s.Refunded, &o.Refunded}, {&s.CarriedOut, &o.CarriedOut}, {&s.Credited, &o.Credited},
		{&s.Funds, &o.Funds}, {&s.Circulation, &o.Circulation}, {&s.Payable, &o.Payable}, {&s.InTransit, &o.InTransit}, {&s.Credit, &o.Credit}, {&s.Expired, &o.Expired},
	}
}
