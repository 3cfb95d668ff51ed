package config

// Invoices says what factures carry beside sums; an empty text takes the usual one.
type Invoices struct {
	// Recovery, Late and Discount are the mentions on the lump sum for recovery
	// costs, late-payment penalties and early payment.
	Recovery, Late, Discount string
	// AtSignature issues what is due at the order as soon as the quote is signed.
	AtSignature bool
}

func (r *reader) invoices() Invoices {
	const prefix = "PASSNUM_INVOICE_"
	return Invoices{
		Recovery: r.text(prefix + "RECOVERY"), Late: r.text(prefix + "LATE"), Discount: r.text(prefix + "DISCOUNT"),
		AtSignature: r.text(prefix+"AT_SIGNATURE") == "1",
	}
}
