package mediateur

import (
	"regexp"
	"strings"
	"unicode"

	"passnum/internal/carnet/code"
)

// glued is where a scanner that sends no Enter runs one address into the next.
var glued = regexp.MustCompile(`(?i)https?://`)

// printed is how many groups of four a code is printed in.
const printed = 4

// splitCodes finds the codes in what was typed, pasted or scanned: one a line,
// or several on a line, in groups of four or not. What is no code comes out as
// one text, to be refused as such.
func splitCodes(text string) []string {
	var codes []string
	text = glued.ReplaceAllString(text, "\n$0")
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if isCode(line) {
			codes = append(codes, line)
			continue
		}
		codes = append(codes, splitLine(strings.FieldsFunc(line, func(r rune) bool {
			return unicode.IsSpace(r) || r == ',' || r == ';'
		}))...)
	}
	return codes
}

// splitLine takes the shortest run of words that makes a code, again and again;
// words that make none are kept together up to a code's length.
func splitLine(words []string) []string {
	var codes []string
	var rest []string
	flush := func() {
		if len(rest) > 0 {
			codes, rest = append(codes, strings.Join(rest, " ")), nil
		}
	}
	for i := 0; i < len(words); {
		n := codeLength(words[i:])
		if n == 0 {
			rest = append(rest, words[i])
			i++
			if len(strings.Join(rest, "")) >= code.Length {
				flush()
			}
			continue
		}
		flush()
		codes = append(codes, strings.Join(words[i:i+n], " "))
		i += n
	}
	flush()
	return codes
}

func codeLength(words []string) int {
	for n := 1; n <= min(len(words), printed*2); n++ {
		if isCode(strings.Join(words[:n], "")) {
			return n
		}
	}
	return 0
}

func isCode(text string) bool {
	_, err := code.Parse(text)
	return err == nil
}
