package code

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// reading is what the browser's script answers to a text.
type reading struct{ Kind, Code, Host, Message string }

// TestTheBrowserReadsAsTheServer reads every kind of text with the script that
// phones run, and expects the server's very words.
func TestTheBrowserReadsAsTheServer(t *testing.T) {
	t.Parallel()
	texts := everyKindOfText()
	for i, got := range readWithScript(t, texts) {
		c, host, err := ParseAddress(texts[i])
		want := reading{Kind: "code", Code: c.Clear(), Host: host}
		if err != nil {
			want = reading{Kind: kinds[err], Message: Explain(texts[i])}
		}
		if got != want {
			t.Errorf("%q: the script answers %+v, the server %+v", texts[i], got, want)
		}
	}
}

var kinds = map[error]string{
	ErrMalformed: "malformed", ErrSpecimen: "specimen", ErrCarnetSerial: "serial", ErrWiFi: "wifi", ErrSite: "site", ErrForeign: "foreign",
}

func everyKindOfText() []string {
	texts := []string{
		"", "   ", "bonjour", "C26-014-001258", "c26 014 001258/03", "https://x.test/C/C26-014-001258", windows.Replace("C26-014-001258"),
		"WIFI:T:WPA;S:mairie;;", "www.exemple.fr", "https://www.exemple.fr/menu.pdf?p=1", "mailto:a@b.fr", "BEGIN:VCARD", "TEL:0102030405",
		Specimen(1).Grouped(), Specimen(2).QR("passnum.test"), strings.Repeat("2", 3000), "\u200b", "straße ŉ", "https://passnum.test/P/234567",
	}
	for i, c := range sample(40) {
		g := strings.Fields(c.Grouped())
		clear := []byte(c.Clear())
		texts = append(texts, c.Clear(), c.Grouped(), strings.ToLower(c.Grouped()), c.QR("Pass-2026.exemple.fr:8443"), "\ufeff"+c.Grouped()+"\r\n",
			windows.Replace(c.QR("a.fr")), windows.Replace(c.Clear()), mac.Replace(c.QR("a.fr")), windowsLocked.Replace(c.QR("a.fr")),
			c.Clear()[:15], c.Clear()+"2", "O"+c.Clear()[1:], g[0]+" "+g[1][:3]+" "+g[2]+" "+g[3], g[0]+"O "+g[1]+" 1"+g[2], g[0]+g[2]+g[1]+g[3], g[3]+g[1]+g[2]+g[0],
			strings.ReplaceAll(c.Grouped(), " ", " – "))
		clear[i%Length] = Alphabet[i%radix]
		texts = append(texts, string(clear))
		clear[(i+5)%Length] = Alphabet[(2*i)%radix]
		texts = append(texts, string(clear))
		inverted := []byte(c.Clear())
		inverted[i%15], inverted[i%15+1] = inverted[i%15+1], inverted[i%15]
		texts = append(texts, string(inverted))
	}
	return texts
}

func readWithScript(t *testing.T, texts []string) []reading {
	t.Helper()
	module, err := filepath.Abs("../../../web/assets/js/code.js")
	if err != nil {
		t.Fatal(err)
	}
	typed, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", "--input-type=module", "-e", `
		import { readFileSync } from "node:fs";
		const { read } = await import(process.argv[1]);
		console.log(JSON.stringify(JSON.parse(readFileSync(0)).map((text) => { const { word, ...answer } = read(text); return answer; })));`, "file://"+module)
	node.Stdin = strings.NewReader(string(typed))
	output, err := node.Output()
	if err != nil {
		t.Fatalf("node is needed to try the browser's scripts (apt-get install nodejs): %v", err)
	}
	var readings []reading
	if err := json.Unmarshal(output, &readings); err != nil {
		t.Fatal(err)
	}
	return readings
}
