// Package print turns plain facts into the PDF documents that Passnum prints:
// carnets, proofs, quotes, mandates, letters, statements and delivery slips.
// It knows no domain and no database, decides nothing, and never logs what it
// prints: chèque codes are cash.
package print

// Issuer is the operator, as every document must name it.
type Issuer struct {
	Name    string
	SIRET   string
	Address string // one line
	Email   string
	Phone   string
}

// Party is an organisation that a document is addressed to or that signs it.
type Party struct {
	Name           string
	SIRET          string
	Address        []string // postal lines, in order
	Representative string   // who signs, with the quality: « Mme Aubert, présidente »
}
