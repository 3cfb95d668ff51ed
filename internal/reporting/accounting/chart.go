package accounting

import (
	"slices"
	"strings"

	"passnum/internal/ledger"
)

// Party says whose auxiliary account an entry is kept on.
type Party int

// Whose auxiliary accounts there are.
const (
	Nobody Party = iota
	OfCommanditaire
	OfStructure
)

// ChartAccount is a line of the chart of accounts (chart-of-accounts.md).
type ChartAccount struct {
	Number string
	Label  string
	Party  Party
	// Result is closed at the end of the year: its balance opens the next one in
	// ResultAccount.
	Result bool
}

// The chart of accounts, by number.
var chart = []ChartAccount{
	{"120000", "Résultat des exercices antérieurs", Nobody, false},
	{"445710", "TVA collectée", Nobody, false},
	{"467100", "Fonds reçus, à mettre en circulation", OfCommanditaire, false},
	{"467200", "Chèques en circulation", OfCommanditaire, false},
	{"467300", "Structures, chèques acceptés à payer", OfStructure, false},
	{"467400", "Structures, virements ordonnés", OfStructure, false},
	{"467500", "Commanditaires, avoirs à rendre", OfCommanditaire, false},
	{"467600", "Chèques périmés, sans avoir encore", OfCommanditaire, false},
	{"512100", "Banque, compte dédié", Nobody, false},
	{"512200", "Banque, compte propre de l’opérateur", Nobody, false},
	{"580000", "Virements internes, avoirs reportés", Nobody, false},
	{"706100", "Frais et services aux commanditaires", Nobody, true},
	{"706200", "Frais retenus aux structures", Nobody, true},
	{"709700", "Gestes commerciaux", Nobody, true},
}

// ResultAccount receives at the opening what the result accounts closed with.
const ResultAccount = "120000"

// Chart lists the chart of accounts, by number.
func Chart() []ChartAccount { return slices.Clone(chart) }

// AccountOf is the account of the chart that keeps a ledger account, for one
// kind of transaction: fees are told apart by where they come from, and an avoir
// carried from one order to another never leaves the bank.
func AccountOf(account ledger.Account, kind ledger.Kind) ChartAccount {
	return accountNumbered(numberOf(account, kind))
}

func numberOf(account ledger.Account, kind ledger.Kind) string {
	switch account {
	case ledger.Bank:
		if kind == ledger.CarriedIn || kind == ledger.CarriedOut {
			return "580000"
		}
		return "512100"
	case ledger.Fees:
		switch kind {
		case ledger.Payout, ledger.PayoutCancelled:
			return "706200"
		case ledger.Incident, ledger.IncidentCancelled:
			return "709700"
		default:
			return "706100"
		}
	default:
		return numbers[account]
	}
}

var numbers = map[ledger.Account]string{
	ledger.Funds: "467100", ledger.Circulation: "467200", ledger.Payable: "467300", ledger.InTransit: "467400",
	ledger.Credit: "467500", ledger.Expired: "467600", ledger.OperatorBank: "512200", ledger.VAT: "445710",
}

func accountNumbered(number string) ChartAccount {
	i, found := slices.BinarySearchFunc(chart, number, func(a ChartAccount, n string) int { return strings.Compare(a.Number, n) })
	if !found {
		panic("accounting: no account " + number)
	}
	return chart[i]
}

// Journal is where an entry is written.
type Journal struct{ Code, Label string }

// The journals.
var (
	JournalOpening  = Journal{"AN", "À-nouveaux"}
	JournalBank     = Journal{"BQ", "Banque, compte dédié"}
	JournalCheques  = Journal{"CH", "Chèques"}
	JournalPayments = Journal{"CP", "Contre-paiements"}
	JournalOther    = Journal{"OD", "Opérations diverses"}
)

// kindWords is what each kind of transaction is called, and its journal.
var kindWords = map[ledger.Kind]struct {
	label   string
	journal Journal
}{
	ledger.Funding:           {"Fonds reçus", JournalBank},
	ledger.Activation:        {"Mise en circulation", JournalCheques},
	ledger.Redemption:        {"Chèques acceptés", JournalCheques},
	ledger.Undo:              {"Acceptation annulée", JournalCheques},
	ledger.Opposition:        {"Opposition", JournalCheques},
	ledger.OppositionLifted:  {"Opposition levée", JournalCheques},
	ledger.Replacement:       {"Remplacement", JournalCheques},
	ledger.Expiry:            {"Péremption", JournalCheques},
	ledger.Payout:            {"Paiement ordonné", JournalPayments},
	ledger.PayoutCancelled:   {"Paiement annulé", JournalPayments},
	ledger.PayoutRejected:    {"Virement refusé", JournalPayments},
	ledger.PayoutExecuted:    {"Virement exécuté", JournalBank},
	ledger.PayoutReturned:    {"Virement revenu", JournalBank},
	ledger.Refund:            {"Avoir remboursé", JournalBank},
	ledger.RefundReturned:    {"Remboursement revenu", JournalBank},
	ledger.FeesSwept:         {"Frais virés au compte propre", JournalBank},
	ledger.CarriedOut:        {"Avoir reporté sur une autre commande", JournalOther},
	ledger.CarriedIn:         {"Avoir reçu d’une autre commande", JournalOther},
	ledger.Avoir:             {"Avoir", JournalOther},
	ledger.Incident:          {"Incident", JournalOther},
	ledger.IncidentCancelled: {"Incident annulé", JournalOther},
}

// KindLabel is what a kind of transaction is called.
func KindLabel(kind ledger.Kind) string {
	if w, ok := kindWords[kind]; ok {
		return w.label
	}
	return string(kind)
}

// JournalOf is where a kind of transaction is written.
func JournalOf(kind ledger.Kind) Journal {
	if w, ok := kindWords[kind]; ok {
		return w.journal
	}
	return JournalOther
}

// sourcesOf lists the (ledger account, kind) pairs that an account of the chart
// keeps, for a query on the ledger.
func sourcesOf(number string) (accounts, kinds []string) {
	for _, account := range ledgerAccounts {
		for kind := range kindWords {
			if numberOf(account, kind) == number {
				accounts = append(accounts, string(account))
				kinds = append(kinds, string(kind))
			}
		}
	}
	return accounts, kinds
}

var ledgerAccounts = []ledger.Account{ledger.Bank, ledger.Funds, ledger.Circulation, ledger.Payable, ledger.InTransit, ledger.Credit,
	ledger.Expired, ledger.OperatorBank, ledger.Fees, ledger.VAT}
