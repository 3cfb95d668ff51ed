package picture

import "strconv"

// reader is told what the operators are made of, in order.
type reader interface {
	number(float64)
	named(string)
	quoted(string)
	operator(string)
}

// scan cuts operators into their parts.
func scan(content []byte, to reader) {
	for i := 0; i < len(content); {
		switch c := content[i]; {
		case space(c) || c == '[' || c == ']':
			i++
		case c == '(':
			var text string
			text, i = literal(content, i+1)
			to.quoted(text)
		case c == '/':
			end := word(content, i+1)
			to.named(string(content[i+1 : end]))
			i = end
		default:
			end := word(content, i)
			token := string(content[i:end])
			if v, err := strconv.ParseFloat(token, 64); err == nil {
				to.number(v)
			} else {
				to.operator(token)
			}
			i = end
		}
	}
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// word is where the token that holds position i ends; it moves on at least once.
func word(content []byte, i int) int {
	for start := i; i < len(content); i++ {
		if c := content[i]; i > start && (c == '/' || c == '(') || space(c) || c == '[' || c == ']' {
			break
		}
	}
	return i
}

// literal reads a text in brackets, with the escapes that the library writes.
func literal(content []byte, i int) (string, int) {
	var out []byte
	for ; i < len(content); i++ {
		switch c := content[i]; c {
		case ')':
			return string(out), i + 1
		case '\\':
			i++
			if i == len(content) {
				return string(out), i
			}
			if content[i] == 'r' {
				out = append(out, '\r')
			} else {
				out = append(out, content[i])
			}
		default:
			out = append(out, c)
		}
	}
	return string(out), i
}
