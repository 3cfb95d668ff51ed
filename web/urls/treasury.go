package urls

import "github.com/google/uuid"

// AdminBank is the dedicated account as its bank tells it.
func AdminBank() string { return "/admin/banque" }

// AdminBankImport takes a bank file in.
func AdminBankImport() string { return AdminBank() + "/importer" }

// AdminBankRematch tries the rules again on what waits.
func AdminBankRematch() string { return AdminBank() + "/relancer" }

// AdminBankReconciliation explains the bank's balance by the ledger's.
func AdminBankReconciliation() string { return AdminBank() + "/rapprochement" }

// AdminBankLines lists the account's lines.
func AdminBankLines() string { return AdminBank() + "/lignes" }

// AdminBankLinesCSV is the same list as a sheet.
func AdminBankLinesCSV() string { return AdminBank() + "/lignes.csv" }

// AdminBankLine is one line of the account, or an act on it.
func AdminBankLine(id uuid.UUID, act ...string) string { return ID(AdminBankLines(), id, act...) }

// AdminBankStatement is one statement.
func AdminBankStatement(id uuid.UUID) string { return ID(AdminBank()+"/releves", id) }

// AdminBankUndo takes a match back.
func AdminBankUndo(id uuid.UUID) string { return ID(AdminBank()+"/rapprochements", id, "annuler") }

// Cover is the public page that proves the dedicated account.
func Cover() string { return "/couverture" }

// CoverJSON is the same, for machines.
func CoverJSON() string { return "/couverture.json" }

// CoverOf is one order's money, for anybody.
func CoverOf(number string) string { return Path(Cover(), number) }
