package settlement

import "passnum/internal/money"

// split tells which bank file carries each transfer, in their order: a file is
// closed when the next transfer would pass the bank's number or amount. No limit
// of amount when most is zero.
func split(amounts []money.Cents, mostTransfers int, most money.Cents) (parts []int, files int) {
	parts = make([]int, len(amounts))
	files = min(1, len(amounts))
	inFile, total := 0, money.Cents(0)
	for i, amount := range amounts {
		if inFile == mostTransfers || most > 0 && inFile > 0 && total+amount > most {
			files++
			inFile, total = 0, 0
		}
		parts[i] = files
		inFile++
		total += amount
	}
	return parts, files
}
