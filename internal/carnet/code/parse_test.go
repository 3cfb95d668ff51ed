package code

import (
	"errors"
	"strings"
	"testing"
)

// What a French computer shows when a US scanner sends each character, written
// from the drawings of the keyboards and not from the tables of the parser.
var (
	windows = strings.NewReplacer(
		"0", "à", "1", "&", "2", "é", "3", `"`, "4", "'", "5", "(", "6", "-", "7", "è", "8", "_", "9", "ç",
		"-", ")", "/", "!", ":", "M", ".", ":", "M", "?", "m", ",", "?", "§",
		"A", "Q", "Q", "A", "W", "Z", "Z", "W", "a", "q", "q", "a", "w", "z", "z", "w")
	windowsLocked = strings.NewReplacer(
		"-", "°", "/", "§", ":", "m", ".", "/", "M", ",",
		"A", "q", "Q", "a", "W", "z", "Z", "w")
	mac = strings.NewReplacer(
		"0", "à", "1", "&", "2", "é", "3", `"`, "4", "'", "5", "(", "6", "§", "7", "è", "8", "!", "9", "ç",
		"-", ")", "/", "=", ":", "M", ".", ":", "M", "?", "m", ",",
		"A", "Q", "Q", "A", "W", "Z", "Z", "W", "a", "q", "q", "a", "w", "z", "z", "w")
)

func TestParseReadsEveryWayOfTyping(t *testing.T) {
	t.Parallel()
	for _, c := range sample(300) {
		clear, grouped, qr := c.Clear(), c.Grouped(), c.QR("www.pass-2026.exampl.fr:8443")
		dashed := strings.ReplaceAll(grouped, " ", "-")
		for name, typed := range map[string]string{
			"clear":          clear,
			"grouped":        "  " + grouped + "\r\n",
			"dashed lower":   strings.ToLower(dashed),
			"long dashes":    strings.ReplaceAll(grouped, " ", " – "),
			"no-break":       strings.ReplaceAll(grouped, " ", "\u00a0"),
			"zero width":     "\ufeff" + strings.ReplaceAll(grouped, " ", "\u200b"),
			"dots":           strings.ReplaceAll(grouped, " ", "."),
			"address":        qr,
			"lower address":  strings.ToLower(qr) + "/",
			"http, query":    "http://127.0.0.1:8080/P/" + clear + "?utm=1#x",
			"no scheme":      "passnum.test/p/" + clear,
			"windows code":   windows.Replace(clear),
			"windows dashed": windows.Replace(dashed),
			"windows lower":  windows.Replace(strings.ToLower(dashed)),
			"windows qr":     windows.Replace(qr),
			"windows qr low": windows.Replace(strings.ToLower(qr)),
			"locked qr":      windowsLocked.Replace(qr),
			"locked dashed":  windowsLocked.Replace(dashed),
			"linux locked":   strings.ToUpper(windows.Replace(clear)),
			"mac code":       mac.Replace(clear),
			"mac qr":         mac.Replace(qr),
		} {
			if got, err := Parse(typed); err != nil || got != c {
				t.Fatalf("%s: %q is not read (%v)", name, typed, err)
			}
		}
	}
}

func TestParseKnownGarbling(t *testing.T) {
	t.Parallel()
	s, n := spell(layouts[1].undo("èKR')BéXN"))
	if n != 8 || string(Alphabet[s[0]]) != "7" || s != mustSpell("7KR4B2XN") {
		t.Error("the measured garbling of 7KR4-B2XN is not undone")
	}
}

func mustSpell(text string) symbols {
	s, _ := spell(text)
	return s
}

func TestParseRefusals(t *testing.T) {
	t.Parallel()
	clear := sample(1)[0].Clear()
	for typed, want := range map[string]error{
		"":                                    ErrMalformed,
		"   ":                                 ErrMalformed,
		clear[:15]:                            ErrMalformed,
		clear + "2":                           ErrMalformed,
		"O" + clear[1:]:                       ErrMalformed,
		"bonjour":                             ErrMalformed,
		"https://passnum.test/P/" + clear[:9]: ErrMalformed,
		strings.Repeat("2", 5000):             ErrMalformed,
		"\xff\xfe\x00":                        ErrMalformed,

		"C26-014-001258":                          ErrCarnetSerial,
		"c26 014 001258":                          ErrCarnetSerial,
		"C26014001258":                            ErrCarnetSerial,
		"C26-014-001258/03":                       ErrCarnetSerial,
		windows.Replace("C26-014-001258"):         ErrCarnetSerial,
		mac.Replace("C26-014-001258"):             ErrCarnetSerial,
		"https://passnum.test/C/C26-014-001258":   ErrCarnetSerial,
		windows.Replace("HTTPS://X/C26-014-0012"): ErrSite,

		"https://www.example.org/menu.pdf":                  ErrSite,
		"https://www.example.org/" + clear:                  ErrSite,
		windows.Replace("https://www.example.org/menu.pdf"): ErrSite,
		"https://social.example/p/CuQ0aZ_":                  ErrSite,
		"WIFI:T:WPA;S:mairie;P:secret;;":                    ErrWiFi,
		windows.Replace("WIFI:S:mairie;;"):                  ErrWiFi,
		"www.example.org":                                   ErrSite,
		"mailto:a@b.fr":                                     ErrForeign,
		"BEGIN:VCARD":                                       ErrForeign,

		windows.Replace(Specimen(3).QR("passnum.test")): ErrSpecimen,
	} {
		got, err := Parse(typed)
		if !errors.Is(err, want) || !got.IsZero() {
			t.Errorf("Parse(%q) = %v, want %v", typed, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	c := sample(1)[0]
	for _, seed := range []string{c.Clear(), c.Grouped(), c.QR("a.fr"), windows.Replace(c.QR("a.fr")), mac.Replace(c.Clear()),
		Specimen(1).Clear(), "C26-014-001258", "WIFI:S:x;;", "https://a/p/", "://", "/P/", "\u200b", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := Parse(typed)
		switch err {
		case nil:
			if again, err := Parse(got.Clear()); err != nil || again != got || got.IsSpecimen() {
				t.Error("an accepted code does not read back")
			}
		case ErrMalformed, ErrSpecimen, ErrCarnetSerial, ErrWiFi, ErrSite, ErrForeign:
			if !got.IsZero() {
				t.Error("a refusal comes with a code")
			}
		default:
			t.Errorf("an error of another kind: %v", err)
		}
	})
}
