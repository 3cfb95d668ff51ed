package mail

import (
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"
)

func TestRenderText(t *testing.T) {
	t.Parallel()
	m := Render(" Votre\r\nBcc: x ", "Bonjour,", []string{"Un.", "Deux\nlignes <b>."}, &Action{"Ouvrir", "https://a.test/?b=1&c=2"}, "Le pied")
	want := "Bonjour,\n\nUn.\n\nDeux\nlignes <b>.\n\nOuvrir\u00a0:\nhttps://a.test/?b=1&c=2\n\n-- \nLe pied\n"
	if m.Text != want {
		t.Errorf("text = %q", m.Text)
	}
	if m.Subject != "Votre Bcc: x" {
		t.Errorf("subject = %q", m.Subject)
	}
	if bare := Render("S", "Bonjour,", nil, nil, ""); bare.Text != "Bonjour,\n" || strings.Contains(bare.HTML, "<a ") {
		t.Errorf("bare = %q", bare.Text)
	}
}

func TestRenderHTMLEscapes(t *testing.T) {
	t.Parallel()
	m := Render("<script>x</script>", "Bonjour <b>", []string{"a & b\n\"c\""}, &Action{"L'é<u>", "https://a.test/?b=1&c=\"><script>"}, "<i>pied</i>")
	for _, want := range []string{`<html lang="fr">`, "Bonjour &lt;b&gt;", "a &amp; b<br>&#34;c&#34;", "L&#39;é&lt;u&gt;",
		`href="https://a.test/?b=1&amp;c=%22%3e%3cscript%3e"`, "&lt;i&gt;pied&lt;/i&gt;", "max-width:600px", "navigateur&nbsp;:"} {
		if !strings.Contains(m.HTML, want) {
			t.Errorf("%s is not in the HTML", want)
		}
	}
	for _, never := range []string{"<script", "<i>", "<u>", "<style", "<img"} {
		if strings.Contains(m.HTML, never) {
			t.Errorf("%s is in the HTML", never)
		}
	}
	if trap := Render("S", "B", nil, &Action{"Ouvrir", "javascript:alert(1)"}, ""); strings.Contains(trap.HTML, `href="javascript:`) {
		t.Error("a link runs a script")
	}
}

func TestRenderHTMLIsWellFormed(t *testing.T) {
	t.Parallel()
	m := sample()
	for _, tag := range []string{"table", "tr", "td", "p", "a", "h1", "body", "html"} {
		opened := len(regexp.MustCompile(`<`+tag+`[ >]`).FindAllString(m.HTML, -1))
		if closed := strings.Count(m.HTML, "</"+tag+">"); opened == 0 || opened != closed {
			t.Errorf("<%s>: %d opened, %d closed", tag, opened, closed)
		}
	}
	if tables := strings.Count(m.HTML, "<table"); tables != strings.Count(m.HTML, `<table role="presentation"`) {
		t.Error("a layout table is announced as data")
	}
}

func TestWhatTheReaderGets(t *testing.T) {
	t.Parallel()
	s := newSink(t, false, false)
	sender, err := NewSender("smtp://"+s.address, from)
	if err != nil {
		t.Fatal(err)
	}
	sent := sample()
	if err := sender.Send(t.Context(), sent); err != nil {
		t.Fatal(err)
	}
	mail, err := netmail.ReadMessage(strings.NewReader((<-s.mails).content))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(mail.Header.Get("Subject"))
	if err != nil || subject != sent.Subject {
		t.Errorf("subject = %q, %v", subject, err)
	}
	for header, want := range map[string]string{"Message-Id": "<01890a5d@passnum.test>", "Auto-Submitted": "auto-generated",
		"From": `"Passnum" <ne-pas-repondre@passnum.test>`, "To": "<zoe@mairie.test>"} {
		if got := mail.Header.Get(header); got != want {
			t.Errorf("%s = %q, want %q", header, got, want)
		}
	}
	if _, err := mail.Header.Date(); err != nil {
		t.Errorf("date: %v", err)
	}
	parts := readParts(t, mail)
	if len(parts) != 2 || parts["text/plain"] != sent.Text || parts["text/html"] != sent.HTML {
		t.Errorf("parts = %q", parts)
	}
}

func readParts(t *testing.T, mail *netmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(mail.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %q, %v", kind, err)
	}
	parts := map[string]string{}
	reader := multipart.NewReader(mail.Body, params["boundary"])
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
			t.Fatalf("part %q, %v", kind, err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[kind] = strings.ReplaceAll(string(content), "\r\n", "\n")
	}
}
