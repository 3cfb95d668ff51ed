package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"mime"
	"strings"
	"testing"
	"time"

	"passnum/internal/money"
)

func TestWriterSpeaksFrench(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := NewWriter(&b)
	at := time.Date(2026, 7, 4, 22, 30, 5, 0, time.UTC)
	if err := w.Header("Chèque", "Nombre", "Montant", "Jour", "Moment"); err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Text("un « mot » ; \"deux\""), Int(-12345), Money(-123456), Date(at), Time(at)); err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Text("deux\nlignes"), Int(int64(0)), Money(7), Date(time.Time{}), Cell{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffChèque;Nombre;Montant;Jour;Moment\r\n" +
		"\"un « mot » ; \"\"deux\"\"\";-12345;-1234,56;04/07/2026;05/07/2026 00:30:05\r\n" +
		"\"deux\r\nlignes\";0;0,07;;\r\n"
	if b.String() != want {
		t.Errorf("got %q\nwant %q", b.String(), want)
	}
}

func TestTextNeverBecomesAFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"=1+1":                  "'=1+1",
		"+33 5 55 01 02 03":     "'+33 5 55 01 02 03",
		"+33555010203":          "'+33555010203",
		"-cmd|' /C calc'!A0":    "'-cmd|' /C calc'!A0",
		"@SUM(A1)":              "'@SUM(A1)",
		"\t=1":                  "'\t=1",
		"\r=1":                  "'\r=1",
		"\n=1":                  "'\n=1",
		"\x00=1":                "'=1",
		"＝1+1":                  "'＝1+1",
		"-":                     "'-",
		"-2+3":                  "'-2+3",
		"-12":                   "-12",
		"-12,50":                "-12,50",
		"-12.5":                 "-12.5",
		"12":                    "12",
		"":                      "",
		"Saint-Étienne @ midi":  "Saint-Étienne @ midi",
		"'déjà une apostrophe ": "'déjà une apostrophe ",
	} {
		if got := Text(text).text; got != want {
			t.Errorf("Text(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTitlesAreSafeToo(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := NewWriter(&b)
	if err := errors.Join(w.Header("=A1", "B"), w.Flush()); err != nil || b.String() != "\ufeff'=A1;B\r\n" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

func TestWidthIsKept(t *testing.T) {
	t.Parallel()
	w := NewWriter(io.Discard)
	if err := w.Header("A", "B"); err != nil {
		t.Fatal(err)
	}
	if err := w.Row(Int(1)); !errors.Is(err, ErrWidth) {
		t.Errorf("a short row: %v", err)
	}
}

func TestEmptySheetIsStillASheet(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := NewWriter(&b).Flush(); err != nil || b.String() != "\ufeff" {
		t.Errorf("%q, %v", b.String(), err)
	}
}

type broken struct{ allowed int }

func (w *broken) Write(p []byte) (int, error) {
	if w.allowed -= len(p); w.allowed < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestLostReaderIsTold(t *testing.T) {
	t.Parallel()
	if err := NewWriter(&broken{}).Header("A"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("at the mark: %v", err)
	}
	w := NewWriter(&broken{allowed: 100})
	var err error
	for range 10_000 {
		if err = w.Row(Text("ligne")); err != nil {
			break
		}
	}
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("in the middle: %v", err)
	}
}

func TestRowsStream(t *testing.T) {
	t.Parallel()
	reader, out := io.Pipe()
	go func() {
		w := NewWriter(out)
		for i := range 20_000 {
			if err := w.Row(Int(i), Money(money.Cents(i)), Text("é;\"")); err != nil {
				out.CloseWithError(err)
				return
			}
		}
		out.CloseWithError(w.Flush())
	}()
	r := csv.NewReader(reader)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 20_000 || rows[19_999][1] != "199,99" || rows[1][2] != "é;\"" {
		t.Errorf("%d rows read back, %v", len(rows), err)
	}
}

func TestAttachment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"cheques-2026.csv":          `attachment; filename="cheques-2026.csv"`,
		"chèques d'été.csv":         `attachment; filename="cheques d'ete.csv"; filename*=UTF-8''ch%C3%A8ques%20d%27%C3%A9t%C3%A9.csv`,
		"../../etc/a\"b\r\nX: y":    `attachment; filename="-..-etc-a-bX- y"`,
		"100 %.csv":                 `attachment; filename="100 _.csv"; filename*=UTF-8''100%20%25.csv`,
		"Œuvre\u00a0\u202fn°\x00 1": `attachment; filename="_uvre  n_ 1"; filename*=UTF-8''%C5%92uvre%20%20n%C2%B0%201`,
	} {
		got := Attachment(name)
		if got != want {
			t.Errorf("Attachment(%q) = %s\nwant %s", name, got, want)
		}
		if kind, params, err := mime.ParseMediaType(got); err != nil || kind != "attachment" || params["filename"] == "" ||
			strings.ContainsAny(params["filename"], "/\\\r\n\"") {
			t.Errorf("a browser reads %q, %v", params, err)
		}
	}
}
