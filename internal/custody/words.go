package custody

import "passnum/internal/money"

func carnets(n int) string {
	if n < 2 {
		return money.Count(int64(n)) + "\u00a0carnet"
	}
	return money.Count(int64(n)) + "\u00a0carnets"
}

// clip keeps what a sentence can hold of a list.
func clip(s string) string {
	const most = 240
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
