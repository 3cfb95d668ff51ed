package hours

import (
	"regexp"
	"strings"
)

var (
	notation = regexp.MustCompile(`\b(Mo|Tu|We|Th|Fr|Su|PH|SH)\b|24/7`)
	token    = regexp.MustCompile(`\d{1,2}\s*(?:heures?|h|:)\s*(?:\d{2})?|\p{L}+\.?|\S`)
	clock    = regexp.MustCompile(`^(\d{1,2})\D+(\d{2})?$`)
)

// typedDays are the first letters that tell a day.
var typedDays = []struct{ start, day string }{{"lu", "Mo"}, {"mar", "Tu"}, {"me", "We"}, {"je", "Th"}, {"ve", "Fr"}, {"sa", "Sa"}, {"di", "Su"}, {"féri", "PH"}}

// typedSigns are the words and signs between days and times, and what they mean.
var typedSigns = map[string]string{"à": "-", "a": "-", "au": "-", "jusqu": "-", "-": "-", "et": ",", ",": ",", "du": "", "de": "", "le": "", "les": "", ":": "", "(": "", ")": ""}

// rule is one line of opening hours being read.
type rule struct {
	days  string
	times []string
	shut  bool
}

func (r rule) String() (text string, ok bool) {
	if r.shut {
		return r.days + " off", r.days != "" && len(r.times) == 0
	}
	var spans []string
	for i := 0; i+1 < len(r.times); i += 2 {
		spans = append(spans, r.times[i]+"-"+r.times[i+1])
	}
	return r.days + " " + strings.Join(spans, ","), r.days != "" && len(spans) > 0 && len(r.times)%2 == 0
}

// Read turns « du lundi au vendredi 9 h – 12 h et 14 h – 18 h ; samedi 9h30-12h »
// into « Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:30-12:00 ». Text it does not
// understand, and text already in that notation, comes back as it was.
func Read(typed string) string {
	if notation.MatchString(typed) {
		return typed
	}
	if strings.EqualFold(typed, always) {
		return "24/7"
	}
	text := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "–", "-", "—", "-", "’", "'", "tous les jours", "lundi-dimanche", "jours fériés", "fériés", "jour férié", "fériés").Replace(strings.ToLower(typed))
	var written []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		rules, ok := readRules(line)
		if !ok {
			return typed
		}
		written = append(written, rules...)
	}
	if len(written) == 0 {
		return typed
	}
	return strings.Join(written, "; ")
}

// readRules reads one line; a day after times begins another rule.
func readRules(line string) (written []string, ok bool) {
	var current rule
	sign := ""
	for _, word := range token.FindAllString(strings.TrimSpace(line), -1) {
		if meaning, known := typedSigns[word]; known {
			if meaning != "" {
				sign = meaning
			}
			continue
		}
		day := dayOf(word)
		if day != "" && (len(current.times) > 0 || current.shut) {
			text, ok := current.String()
			if !ok {
				return nil, false
			}
			written, current, sign = append(written, text), rule{}, ""
		}
		if !current.add(word, day, sign) {
			return nil, false
		}
		sign = ""
	}
	text, ok := current.String()
	return append(written, text), ok
}

func (r *rule) add(word, day, sign string) bool {
	switch {
	case day != "" && r.days == "":
		r.days = day
	case day != "" && sign == "-":
		r.days += "-" + day
	case day != "":
		r.days += "," + day
	case strings.HasPrefix(word, "ferm"):
		r.shut = true
	default:
		m := clock.FindStringSubmatch(word)
		if m == nil {
			return false
		}
		r.times = append(r.times, twoDigits(m[1])+":"+twoDigits(m[2]))
	}
	return true
}

func dayOf(word string) string {
	for _, d := range typedDays {
		if strings.HasPrefix(word, d.start) {
			return d.day
		}
	}
	return ""
}

func twoDigits(number string) string {
	return strings.Repeat("0", 2-len(number)) + number
}
