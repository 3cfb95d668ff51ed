package urls

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// AdminPayments lists the contre-paiements and what is due.
func AdminPayments() string { return "/admin/paiements" }

// AdminPaymentPreview shows what a cut-off would pay; a zero day proposes one.
func AdminPaymentPreview(cutoff time.Time) string {
	if cutoff.IsZero() {
		return AdminPayments() + "/preparer"
	}
	return With(AdminPayments()+"/preparer", "date", cutoff.Format(time.DateOnly))
}

// AdminPaymentPreviewCSV downloads what a cut-off would pay.
func AdminPaymentPreviewCSV(cutoff time.Time, rhythm string) string {
	return With(AdminPayments()+"/preparer.csv", "date", cutoff.Format(time.DateOnly), "rythme", rhythm)
}

// AdminPaymentRules is how structures are paid: cut-off, minimum, bank's profile.
func AdminPaymentRules() string { return AdminPayments() + "/regles" }

// AdminPayment is one contre-paiement, or an act on it: « approuver »,
// « executer », « abandonner » (POST).
func AdminPayment(id uuid.UUID, act ...string) string { return ID(AdminPayments(), id, act...) }

// AdminPaymentBankFile downloads the file to send to the bank.
func AdminPaymentBankFile(id uuid.UUID) string { return AdminPayment(id, "fichier-bancaire") }

// AdminPaymentFilePart downloads one of the files to send to the bank.
func AdminPaymentFilePart(id uuid.UUID, part int) string {
	return AdminPayment(id, "fichier-bancaire", strconv.Itoa(part))
}

// AdminPaymentStatements downloads every statement of a contre-paiement.
func AdminPaymentStatements(id uuid.UUID) string { return AdminPayment(id, "releves") }

// AdminPaymentLine is what one structure is paid, chèque by chèque.
func AdminPaymentLine(id, line uuid.UUID) string { return AdminPayment(id, "lignes", line.String()) }

// AdminPaymentLineExecute confirms one transfer (POST).
func AdminPaymentLineExecute(id, line uuid.UUID) string {
	return AdminPayment(id, "lignes", line.String(), "executer")
}

// AdminPaymentStatement downloads one structure's statement.
func AdminPaymentStatement(id, line uuid.UUID) string {
	return AdminPayment(id, "lignes", line.String(), "releve")
}

// StructurePayments is what a structure is owed and was paid.
func StructurePayments() string { return "/structure/paiements" }

// StructurePaymentRhythm chooses how often a structure is paid (POST).
func StructurePaymentRhythm() string { return StructurePayments() + "/rythme" }

// StructurePaymentsWaiting downloads the chèques that wait to be paid.
func StructurePaymentsWaiting() string { return StructurePayments() + "/a-payer.csv" }

// StructurePayment is one payment, chèque by chèque.
func StructurePayment(line uuid.UUID) string { return ID(StructurePayments(), line) }

// StructurePaymentStatement downloads a payment's statement.
func StructurePaymentStatement(line uuid.UUID) string { return ID(StructurePayments(), line, "releve") }

// StructurePaymentSheet downloads a payment's chèques as a sheet.
func StructurePaymentSheet(line uuid.UUID) string {
	return ID(StructurePayments(), line, "cheques.csv")
}

// StructurePaymentBordereau downloads a payment's bordereau de règlement.
func StructurePaymentBordereau(line uuid.UUID) string {
	return ID(StructurePayments(), line, "bordereau")
}

// StructurePaymentYear is what a structure was paid in a year; or a paper of
// that year: « attestation », « recapitulatif », « recapitulatif.csv ».
func StructurePaymentYear(year int, paper ...string) string {
	return Path(StructurePayments()+"/annees", append([]string{strconv.Itoa(year)}, paper...)...)
}

// AdminPaymentBordereau downloads one line's bordereau de règlement.
func AdminPaymentBordereau(id, line uuid.UUID) string {
	return AdminPayment(id, "lignes", line.String(), "bordereau")
}
