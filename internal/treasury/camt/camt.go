// Package camt reads what the bank says of an account: statements (camt.053)
// and notices of entries (camt.054), of any version. It refuses to interpret:
// amounts, days and references come out as the bank wrote them.
package camt

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"passnum/internal/fault"
	"passnum/internal/money"
)

// Kind tells a statement from a notice.
type Kind string

// The kinds of report. A notice has no balance: it details entries.
const (
	Statement Kind = "releve"
	Notice    Kind = "avis"
)

// Report is one statement, or one notice, of one account.
type Report struct {
	Kind      Kind
	Reference string
	MessageID string
	Sequence  *int64 // the bank's electronic number, when it gives one
	IBAN      string
	OpenedOn  time.Time
	Opening   money.Cents // negative when overdrawn
	ClosedOn  time.Time
	Closing   money.Cents
	Entries   []Entry // booked only, in an order that does not depend on the file's
}

// Entry is one movement of the account.
type Entry struct {
	Key           string // the same whichever file tells of the movement
	Credit        bool
	Amount        money.Cents
	BookedOn      time.Time
	ValuedOn      *time.Time
	BankReference string // AcctSvcrRef
	Code          string // « PMNT/ICDT/RRTN »
	Reversal      bool
	// Details begins with the entry taken as a whole; the others, if any, split
	// its amount exactly.
	Details []Detail
}

// Detail is what the payer or payee wrote, for an entry or a part of it.
type Detail struct {
	Amount     money.Cents `json:"amount"`
	EndToEndID string      `json:"end_to_end_id,omitempty"`
	PaymentID  string      `json:"payment_id,omitempty"` // PmtInfId
	MessageID  string      `json:"message_id,omitempty"`
	Party      string      `json:"party,omitempty"` // the other side's name
	Remittance string      `json:"remittance,omitempty"`
	ReturnCode string      `json:"return_code,omitempty"`
	ReturnText string      `json:"return_text,omitempty"`
}

// Whole is the entry seen as one.
func (e Entry) Whole() Detail { return e.Details[0] }

// Returned reports whether the bank says that this money comes back.
func (e Entry) Returned() bool {
	return strings.HasSuffix(e.Code, "/RRTN") || e.Reversal || slices.ContainsFunc(e.Details, func(d Detail) bool { return d.ReturnCode != "" })
}

// Totals are the sums of the entries, credits then debits.
func (r Report) Totals() (credits, debits money.Cents) {
	for _, e := range r.Entries {
		if e.Credit {
			credits += e.Amount
		} else {
			debits += e.Amount
		}
	}
	return credits, debits
}

// Check refuses a statement whose entries do not lead from its opening balance
// to its closing one, to the cent.
func (r Report) Check() error {
	if r.Kind == Notice {
		return nil
	}
	credits, debits := r.Totals()
	if sum := r.Opening + credits - debits; sum != r.Closing {
		return fault.New(fault.KindInvalid, fmt.Sprintf("Le relevé %s ne s’additionne pas\u00a0: ses opérations mènent à %s, mais il annonce un solde final de %s. Rien n’a été importé.", r.Reference, sum, r.Closing))
	}
	return nil
}

// Hash sums up everything that counts in the report: two files that say the same
// in another order, version or encoding have the same.
func (r Report) Hash() []byte {
	h := sha256.New()
	fmt.Fprintln(h, r.Kind, r.Reference, r.IBAN, r.OpenedOn.Format(time.DateOnly), int64(r.Opening), r.ClosedOn.Format(time.DateOnly), int64(r.Closing))
	for _, e := range r.Entries {
		fmt.Fprintln(h, e.Key)
		h.Write(e.content())
	}
	return h.Sum(nil)
}

// content is the entry written always the same way.
func (e Entry) content() []byte {
	e.Key = ""
	written, err := json.Marshal(e)
	if err != nil {
		panic(err) // nothing in an entry can fail to be written
	}
	return written
}

// settle sorts the entries and names each: by the bank's own reference when
// there is one, so that a statement and a notice agree; else by its content.
func (r *Report) settle() {
	type named struct {
		base, content string
		entry         Entry
	}
	all := make([]named, len(r.Entries))
	for i, e := range r.Entries {
		content := string(e.content())
		all[i] = named{r.base(e, content), content, e}
	}
	slices.SortFunc(all, func(a, b named) int {
		if c := a.entry.BookedOn.Compare(b.entry.BookedOn); c != 0 {
			return c
		}
		if c := strings.Compare(a.base, b.base); c != 0 {
			return c
		}
		return strings.Compare(a.content, b.content)
	})
	seen := map[string]int{}
	for i, n := range all {
		seen[n.base]++
		r.Entries[i] = n.entry
		r.Entries[i].Key = fmt.Sprintf("%s-%d", n.base, seen[n.base])
	}
}

func (r *Report) base(e Entry, content string) string {
	if e.BankReference != "" {
		return digest("R", e.BankReference, fmt.Sprint(e.Credit, int64(e.Amount)), e.BookedOn.Format(time.DateOnly))
	}
	return digest("C", string(r.Kind), r.Reference, content)
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return parts[0] + hex.EncodeToString(sum[:16])
}
