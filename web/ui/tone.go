package ui

// Tone is what a state word or a message means for the reader; it is always
// shown with a word, and with a sign where it decides something.
type Tone string

// The tones. Neutral is the zero value.
const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
)

func (t Tone) class(base string) string {
	if t == Neutral {
		return base
	}
	return base + " " + base + "--" + string(t)
}

func (t Tone) icon() string {
	switch t {
	case Good:
		return "check"
	case Bad:
		return "x"
	case Warn:
		return "triangle-alert"
	default:
		return "info"
	}
}
