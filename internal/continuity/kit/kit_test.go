package kit_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"passnum/internal/continuity/kit"
)

func manifest() kit.Manifest {
	return kit.Manifest{
		Header: kit.Header{At: time.Date(2026, 11, 22, 8, 0, 0, 123000, time.UTC), Schema: 48, Operator: "Coopérative Passnum", SIRET: "84373941800015", Hosts: []string{"a.fr", "b.fr"}, Key: "ab"},
		Files:  []kit.File{{Path: "tables/orders.csv", SHA256: strings.Repeat("a", 64), Bytes: 12, Rows: 3}, {Path: "README.txt", SHA256: strings.Repeat("b", 64), Bytes: 1, Rows: kit.NoRows}},
	}
}

func TestAManifestReadsBack(t *testing.T) {
	t.Parallel()
	m := manifest()
	read, err := kit.ReadManifest(m.Text())
	if err != nil || !reflect.DeepEqual(read, m) {
		t.Fatalf("%+v, %v", read, err)
	}
	m.Operator = "Op\nschema 99\n\nmal"
	if read, err := kit.ReadManifest(m.Text()); err != nil || read.Schema != 48 || len(read.Files) != 2 {
		t.Errorf("a name writes lines of the manifest: %+v, %v", read, err)
	}
}

func TestAHostileManifestIsRefused(t *testing.T) {
	t.Parallel()
	good := string(manifest().Text())
	for name, text := range map[string]string{
		"empty": "", "no files": "passnum-kit 1\n", "leaves its folder": strings.Replace(good, "tables/orders.csv", "../orders.csv", 1),
		"absolute": strings.Replace(good, "tables/orders.csv", "/etc/passwd", 1), "hidden": strings.Replace(good, "tables/orders.csv", "tables/.x", 1),
		"a script": strings.Replace(good, "tables/orders.csv", "a$(id)", 1), "two words": strings.Replace(good, "tables/orders.csv", "tables/or ders.csv", 1),
		"negative": strings.Replace(good, " 12 ", " -12 ", 1), "short hash": strings.Replace(good, "aaaa", "", 1), "no moment": strings.Replace(good, "instant", "autre", 1),
	} {
		if _, err := kit.ReadManifest([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := kit.ReadManifest([]byte(strings.Replace(good, "passnum-kit 1", "passnum-kit 2", 1))); !errors.Is(err, kit.ErrFormat) {
		t.Errorf("a later version: %v", err)
	}
}

func TestKeysInPEM(t *testing.T) {
	t.Parallel()
	signer, err := kit.Signer(bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	read, err := kit.ReadPEM(kit.PEM(kit.Public(signer)))
	if err != nil || !read.Equal(kit.Public(signer)) || len(kit.Fingerprint(read)) != 64 {
		t.Errorf("%v", err)
	}
	for _, wrong := range []string{"", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "age1x"} {
		if _, err := kit.ReadPEM([]byte(wrong)); !errors.Is(err, kit.ErrKey) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := kit.Signer([]byte("court")); err == nil {
		t.Error("a short key is accepted")
	}
}

// A second file of the same name could be what a program reads, and the first
// one what another checks.
func TestAFileTwiceIsSeen(t *testing.T) {
	t.Parallel()
	signer, err := kit.Signer(bytes.Repeat([]byte{3}, 32))
	if err != nil {
		t.Fatal(err)
	}
	var out, doubled bytes.Buffer
	if _, err := kit.NewWriter(&out, signer, kit.Header{At: time.Now()}).Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(&doubled)
	for _, f := range append(r.File, r.File[0]) {
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	k, err := kit.Open(bytes.NewReader(doubled.Bytes()), int64(doubled.Len()))
	if err != nil {
		t.Fatal(err)
	}
	report, err := k.Verify(kit.Public(signer))
	if err != nil || report.OK() || !strings.Contains(report[len(report)-1].Problems[0], "deux fois") {
		t.Errorf("%+v, %v", report, err)
	}
}
