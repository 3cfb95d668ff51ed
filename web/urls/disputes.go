package urls

import "github.com/google/uuid"

// Disputes lists the structure's chèques scanned without network that wait for a
// decision, or had one.
func Disputes() string { return "/mediateur/litiges" }

// DisputesCSV is that list as a sheet.
func DisputesCSV() string { return "/mediateur/litiges.csv" }

// Dispute is one of them, or one of its acts: « expliquer », « retirer » (POST).
func Dispute(id uuid.UUID, act ...string) string { return ID(Disputes(), id, act...) }

// AdminDisputes lists every structure's disputes.
func AdminDisputes() string { return "/admin/litiges" }

// AdminDisputesCSV is that list as a sheet.
func AdminDisputesCSV() string { return "/admin/litiges.csv" }

// AdminDispute is one of them, or one of its acts: « accepter », « rejeter »
// (POST).
func AdminDispute(id uuid.UUID, act ...string) string { return ID(AdminDisputes(), id, act...) }

// CarnetDisputes lists the disputes on a commanditaire's own chèques.
func CarnetDisputes() string { return "/commanditaire/carnets/litiges" }

// CarnetDisputesCSV is that list as a sheet.
func CarnetDisputesCSV() string { return "/commanditaire/carnets/litiges.csv" }

// CarnetDispute is one of them.
func CarnetDispute(id uuid.UUID) string { return ID(CarnetDisputes(), id) }
