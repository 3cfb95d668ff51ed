package urls

import (
	"strconv"

	"github.com/google/uuid"
)

// AdminAccounts is the operator's accounts: the compte annuel first.
func AdminAccounts() string { return "/admin/comptes" }

// AdminAccountsOf is the compte annuel of a year.
func AdminAccountsOf(year int) string { return ofYear(AdminAccounts(), year) }

// AdminAccountsFile downloads a year's accounts: « annuel.pdf », « annuel.csv »,
// « balance.csv », « fec/fichier », « fec/descriptif ».
func AdminAccountsFile(file string, year int) string { return ofYear(AdminAccounts()+"/"+file, year) }

// AdminReddition is the account given to one commanditaire of a year, or one of
// its papers: « pdf », « csv ».
func AdminReddition(commanditaire uuid.UUID, year int, paper ...string) string {
	return ofYear(ID(AdminAccounts()+"/reddition", commanditaire, paper...), year)
}

// AdminBalance is a year's balance générale.
func AdminBalance(year int) string { return ofYear(AdminAccounts()+"/balance", year) }

// AdminAuxiliary is a year's balance of one account, by organisation.
func AdminAuxiliary(account string, year int) string {
	return ofYear(Path(AdminAccounts()+"/balance", account), year)
}

// AdminBook is the grand livre of one account, or its sheet: « csv ».
func AdminBook(account string, sheet ...string) string {
	return Path(AdminAccounts()+"/livre", append([]string{account}, sheet...)...)
}

// AdminFEC is a year's ledger export, or its check: « controle ».
func AdminFEC(year int, act ...string) string {
	return ofYear(Path(AdminAccounts()+"/fec", act...), year)
}

// AdminEntry is one entry of the ledger.
func AdminEntry(id uuid.UUID) string { return ID(AdminAccounts()+"/ecritures", id) }

// AdminTrail is every cent of an order, or its sheet: « csv ».
func AdminTrail(order uuid.UUID, sheet ...string) string {
	return ID(AdminAccounts()+"/commandes", order, sheet...)
}

// AdminAccountsSearch finds entries from a reference.
func AdminAccountsSearch() string { return AdminAccounts() + "/recherche" }

// Accounts is a commanditaire's, or a co-funder's, accounts.
func Accounts() string { return "/commanditaire/comptes" }

// AccountsOf is the accounts of a year.
func AccountsOf(year int) string { return ofYear(Accounts(), year) }

// AccountsFile downloads a year's accounts: « annuel.pdf », « annuel.csv »,
// « reddition.pdf », « structures.csv ».
func AccountsFile(file string, year int) string { return ofYear(Accounts()+"/"+file, year) }

// Reddition is the account that a commanditaire is given of a year.
func Reddition(year int) string { return ofYear(Accounts()+"/reddition", year) }

func ofYear(path string, year int) string { return With(path, "annee", strconv.Itoa(year)) }
