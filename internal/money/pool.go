package money

import (
	"bytes"
	"slices"
)

// Part is one contributor's share of a Pool. Key tells equal shares apart for
// good: names and the order of a list change, whose cent is whose does not.
type Part struct {
	Key   [16]byte
	Share Cents
}

// Pool is what several put together. Its cents are in a row, each somebody's
// (Cascade), whatever the order in which the parts are listed; so every place
// that tells what became of a share tells the same cents.
type Pool []Part

// Whole is what the shares add up to.
func (p Pool) Whole() Cents {
	var whole Cents
	for _, part := range p {
		whole += part.Share
	}
	return whole
}

// First is whose the first t cents of the row are, part by part: what is used.
// Below nothing it is nothing, above the whole it is the whole.
func (p Pool) First(t Cents) []Cents {
	order := make([]int, len(p))
	for i := range p {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(p[a].Key[:], p[b].Key[:]) })
	shares := make([]Cents, len(p))
	for i, of := range order {
		shares[i] = p[of].Share
	}
	first := make([]Cents, len(p))
	for i, part := range Cascade(shares, min(max(0, t), p.Whole())) {
		first[order[i]] = part
	}
	return first
}

// Last is whose the last t cents are, part by part: what is given back. First of
// some and Last of all the rest leave nobody anything.
func (p Pool) Last(t Cents) []Cents {
	last := p.First(p.Whole() - t)
	for i := range last {
		last[i] = p[i].Share - last[i]
	}
	return last
}
