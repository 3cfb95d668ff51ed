package sepa

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"passnum/internal/money"
)

// FieldError is one reason for which a bank would refuse the file. Neither it
// nor its message holds the value, which may be an IBAN.
type FieldError struct {
	Field   string
	Problem string
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string { return "sepa: " + e.Field + " " + e.Problem }

// The most one SEPA transfer may carry.
const maxAmount money.Cents = 999_999_999_99

var (
	ibanShape = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`)
	bicShape  = regexp.MustCompile(`^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$`)
	siret     = regexp.MustCompile(`^([0-9]{14})?$`)
)

type checker struct{ problems []error }

func (c *checker) check(ok bool, field, problem string) {
	if !ok {
		c.problems = append(c.problems, &FieldError{Field: field, Problem: problem})
	}
}

// Validate reports, joined, every FieldError of the file.
func (f File) Validate() error {
	var c checker
	c.check(f.version().Known(), "Version", "is not one that banks take")
	c.id("MessageID", f.MessageID)
	c.check(!f.CreatedAt.IsZero(), "CreatedAt", "is missing")
	c.check(!f.ExecutionDate.IsZero(), "ExecutionDate", "is missing")
	c.check(day(f.ExecutionDate) >= day(f.CreatedAt), "ExecutionDate", "is before the file's creation")
	c.name("InitiatingParty.Name", f.InitiatingParty.Name)
	c.check(siret.MatchString(f.InitiatingParty.SIRET), "InitiatingParty.SIRET", "is not 14 digits")
	c.name("Debtor.Name", f.Debtor.Name)
	c.iban("Debtor.IBAN", f.Debtor.IBAN)
	c.bic("Debtor.BIC", f.Debtor.BIC)
	c.check(len(f.Payments) > 0, "Payments", "is empty")
	seen := map[string]bool{}
	for i, p := range f.Payments {
		c.payment(fmt.Sprintf("Payments[%d].", i), p, seen)
	}
	return errors.Join(c.problems...)
}

func (c *checker) payment(at string, p Payment, seen map[string]bool) {
	c.id(at+"EndToEndID", p.EndToEndID)
	c.unique(at+"EndToEndID", "E"+p.EndToEndID, seen)
	if p.InstructionID != "" {
		c.id(at+"InstructionID", p.InstructionID)
		c.unique(at+"InstructionID", "I"+p.InstructionID, seen)
	}
	c.check(p.Amount > 0, at+"Amount", "is not positive")
	c.check(p.Amount <= maxAmount, at+"Amount", "is over the limit of a transfer")
	c.name(at+"CreditorName", p.CreditorName)
	c.iban(at+"CreditorIBAN", p.CreditorIBAN)
	c.bic(at+"CreditorBIC", p.CreditorBIC)
	c.check(p.CreditorAddress.whole(), at+"CreditorAddress", "is neither whole nor empty")
	remittance := Latin(p.Remittance)
	c.check(remittance != "", at+"Remittance", "is missing")
	c.check(len(remittance) <= maxRemittance, at+"Remittance", "is over 140 characters")
}

func (c *checker) unique(field, key string, seen map[string]bool) {
	c.check(!seen[key], field, "is used twice")
	seen[key] = true
}

// id holds identifiers to the letter: banks send them back, so they are never
// rewritten.
func (c *checker) id(field, id string) {
	c.check(id != "", field, "is missing")
	c.check(len(id) <= maxID, field, "is over 35 characters")
	c.check(strings.IndexFunc(id, func(r rune) bool { return !allowed(r) }) < 0 && strings.TrimSpace(id) == id,
		field, "holds a character banks do not take")
	c.check(!strings.HasPrefix(id, "/") && !strings.HasSuffix(id, "/") && !strings.Contains(id, "//"),
		field, "starts or ends with a slash, or holds two in a row")
}

func (c *checker) name(field, value string) {
	c.check(Nameable(value), field, "is missing")
}

func (c *checker) iban(field, value string) {
	c.check(ValidIBAN(value), field, "is not a valid IBAN")
}

// ValidIBAN reports whether a bank would take this IBAN, written without spaces.
func ValidIBAN(value string) bool { return ibanShape.MatchString(value) && ibanKey(value) == 1 }

func (c *checker) bic(field, value string) {
	c.check(value == "" || bicShape.MatchString(value), field, "is not a valid BIC")
}

// ibanKey is the remainder by 97 of the number an IBAN spells.
func ibanKey(iban string) int {
	rest := 0
	for _, r := range iban[4:] + iban[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
