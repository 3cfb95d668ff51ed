package code

import (
	"crypto/sha256"
	"strconv"
)

// A word is valid when its symbols, and its symbols weighted by their position
// (1 to 16), both sum to zero modulo 23. 23 being prime and the positions
// distinct, one or two wrong symbols, or two symbols swapped, always break one
// of the two sums.

// specimenShift is added to both check symbols of a specimen: a specimen is
// thus a word that no rule of the house can take for a live code.
const specimenShift = 11

type verdict int

const (
	wrong verdict = iota
	valid
	specimen
)

// seal computes the two check symbols of the 14 data symbols, plus shift.
func (s *symbols) seal(shift int) {
	plain, weighted := s.sums(dataLen)
	last := mod(15*plain - weighted)
	s[dataLen] = byte(mod(-plain - last + shift))
	s[dataLen+1] = byte(mod(last + shift))
}

func (s *symbols) sums(n int) (plain, weighted int) {
	for i := range n {
		plain += int(s[i])
		weighted += (i + 1) * int(s[i])
	}
	return mod(plain), mod(weighted)
}

func judge(s symbols) verdict {
	plain, weighted := s.sums(Length)
	switch {
	case plain == 0 && weighted == 0:
		return valid
	case plain == mod(2*specimenShift) && weighted == mod((15+16)*specimenShift):
		return specimen
	default:
		return wrong
	}
}

func mod(n int) int { return ((n % radix) + radix) % radix }

// Specimen returns the n-th specimen code, always the same one: it looks like
// a code, for proofs and pictures, and every reader refuses it.
func Specimen(n int) Code {
	var s symbols
	for i, filled := 0, 0; filled < dataLen; i++ {
		block := sha256.Sum256([]byte("passnum specimen " + strconv.Itoa(n) + "/" + strconv.Itoa(i)))
		filled = s.fill(filled, block[:])
	}
	s.seal(specimenShift)
	return newCode(s)
}

// fill draws data symbols from random bytes and returns how many it has. Bytes
// from 253 up are thrown away: keeping them would favour three symbols.
func (s *symbols) fill(from int, random []byte) int {
	const fair = 256 - 256%radix
	for _, b := range random {
		if from == dataLen {
			break
		}
		if int(b) < fair {
			s[from] = b % byte(radix)
			from++
		}
	}
	return from
}
