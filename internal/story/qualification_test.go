package story_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"passnum/internal/postgres"
	"passnum/web/webtest"
)

// candidacy is a structure that asks to accept chèques and the operator that
// reads its file, each in a browser of their own.
type candidacy struct {
	candidate, reviewer *tab
}

// TestTheStoryOfAQualification plays a file from the request to join to what
// changes after the decision, with everything that may be refused on the way.
func TestTheStoryOfAQualification(t *testing.T) {
	t.Parallel()
	chromium := webtest.Browser(t, webtest.Unoptimised())
	s := newSite(t, func(s *site) {
		s.clock.set(time.Date(2026, 10, 5, 9, 0, 0, 0, postgres.Paris))
		s.password = passphrase
		s.config.Papers.Clamd = clamd(t)
		s.addStaff(t)
	})
	p := &candidacy{candidate: s.tab(t, chromium, ""), reviewer: s.tab(t, chromium, operatorEmail)}
	for _, step := range []struct {
		name string
		play func()
	}{
		{"join", p.join}, {"fill in", p.fillIn}, {"hostile", p.sendHostile}, {"send", p.send},
		{"flag", p.askCorrection}, {"correct", p.correct}, {"decide", p.decide}, {"amend", p.amend},
	} {
		begun := time.Now()
		step.play()
		t.Logf("%-10s %s", step.name, time.Since(begun).Round(100*time.Millisecond))
		p.candidate.console.Empty(t)
		p.reviewer.console.Empty(t)
		if t.Failed() {
			t.FailNow()
		}
	}
}

func (p *candidacy) join() {
	p.candidate.asksToJoin("Médiathèque de Guéret", "99900103500016", "Intercommunalité", "Accompagner des personnes", "mediateur@exemple.test")
	p.reviewer.letsIn("Médiathèque de Guéret")
}

func (p *candidacy) fillIn() {
	c := p.candidate
	c.fileIn()
	c.bankIn()
	c.placeIn()
	c.open("/structure/qualification")
	c.sees("8 sur 9 étapes", "Il manque encore")
}

// eicar is the harmless text that every antivirus must recognise, cut in two so
// that none recognises it here.
const eicar = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-` + `ANTIVIRUS-TEST-FILE!$H+H*`

// sendHostile sends papers that nobody should open: each refusal is a sentence
// beside its file, and nothing is kept.
func (p *candidacy) sendHostile() {
	c := p.candidate
	for _, hostile := range []struct{ name, content, refusal string }{
		{"programme.pdf", pdf("3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"), "Ce PDF contient un programme"},
		{"dessin.pdf", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "Ce fichier n’est ni un PDF"},
		{"virus.pdf", pdf("3 0 obj\n(" + eicar + ")\nendobj"), "L’antivirus a reconnu un logiciel dangereux"},
	} {
		c.sendsFile("rib", hostile.name, []byte(hostile.content))
		c.sees(hostile.refusal)
		if strings.Contains(c.text(), hostile.name) {
			c.t.Errorf("%s is kept", hostile.name)
		}
	}
	c.check("/structure/qualification/documents refused")
}

func (p *candidacy) send() {
	c := p.candidate
	c.sendsPaper("rib")
	c.sendsPaper("deliberation")
	c.open("/structure/qualification")
	c.sees("9 sur 9 étapes", "Tout est prêt")
	c.press("Envoyer le dossier")
	c.sees("Le dossier est envoyé")
}

// askCorrection reads the file beside its papers, and asks for another price.
func (p *candidacy) askCorrection() {
	r := p.reviewer
	r.open("/admin/structures")
	r.follow("Médiathèque de Guéret")
	r.sees("Un chèque pour une heure.", "9 complètes sur 9", "Médiathèque, espace numérique")
	r.follow("RIB de moins")
	r.until(`document.querySelector("img.pn-preview")?.naturalWidth === 60`)
	r.check("/admin/structures with a paper")
	r.follow("Demander des corrections")
	r.unfold("Offre")
	r.fill("Tarifs", "Dites ce que coûte une heure d’aide.")
	r.press("Demander ces corrections")
	r.sees("À corriger : Dites ce que coûte une heure d’aide.")
}

// correct answers what was asked, from the task list to the field.
func (p *candidacy) correct() {
	c := p.candidate
	c.open("/structure/qualification")
	c.sees("Des corrections vous sont demandées")
	c.follow("Offre")
	c.sees("À corriger : Dites ce que coûte une heure d’aide.")
	c.fill("Vos prix en résumé", "12 € l’heure, rien avec un chèque.")
	c.press("Enregistrer l’offre")
	c.press("Envoyer le dossier")
	c.sees("Le dossier est envoyé")
}

func (p *candidacy) decide() {
	r := p.reviewer
	r.open("/admin/structures")
	r.follow("Médiathèque de Guéret")
	r.sees("12 € l’heure, rien avec un chèque.")
	if strings.Contains(r.text(), "À corriger") {
		r.t.Error("what was corrected is still asked")
	}
	r.follow("Qualifier")
	r.press("Qualifier")
	r.sees("est qualifiée")
	p.candidate.open("/structure/qualification")
	p.candidate.sees("qualifiée")
}

// amend changes who represents the structure: it waits for the operator.
func (p *candidacy) amend() {
	c, r := p.candidate, p.reviewer
	c.open("/structure/qualification/organisation")
	c.fill("Prénom et nom", "Dominique Faure")
	c.press("Demander ce changement")
	c.sees("Un changement attend l’opérateur", "Camille Martin", "Dominique Faure")
	r.open("/admin/structures")
	r.follow("Médiathèque de Guéret")
	r.sees("Modification à accepter", "Dominique Faure")
	r.press("Accepter la modification")
	r.sees("La modification prend effet")
	c.open("/structure/qualification")
	c.unfold("Organisation")
	c.sees("Dominique Faure")
	if strings.Contains(c.text(), "Un changement attend") {
		c.t.Error("an accepted change still waits")
	}
}

// pdf is a whole document around an object.
func pdf(object string) string {
	return "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" + object + "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
}

// clamd is an antivirus that knows one virus, spoken to by INSTREAM (clamd(8)).
func clamd(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			verdict := "stream: OK\x00"
			if bytes.Contains(instream(conn), []byte(eicar)) {
				verdict = "stream: Eicar-Test-Signature FOUND\x00"
			}
			_, _ = io.WriteString(conn, verdict)
			_ = conn.Close()
		}
	}()
	return "tcp:" + listener.Addr().String()
}

// instream reads the content that a command sends, chunk by chunk.
func instream(r io.Reader) []byte {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(r, command); err != nil || string(command) != "zINSTREAM\x00" {
		return nil
	}
	var content bytes.Buffer
	for {
		var length uint32
		if err := binary.Read(r, binary.BigEndian, &length); err != nil || length == 0 {
			return content.Bytes()
		}
		if _, err := io.CopyN(&content, r, int64(length)); err != nil {
			return nil
		}
	}
}
