package facturx_test

import (
	"bytes"
	"compress/zlib"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"passnum/internal/facturx"
	"passnum/internal/print"
)

func embedded(t *testing.T) (pdf, message []byte) {
	t.Helper()
	message, err := invoice().XML()
	if err != nil {
		t.Fatal(err)
	}
	page, err := print.Invoice(print.InvoiceFacts{
		Issuer: print.Issuer{Name: "Opérateur SCIC"}, Number: "F2026-000123", Date: date(2026, 11, 21),
		Lines: []print.Line{{Description: "Chèques « valeur faciale »", Quantity: 1000, UnitPrice: 1000, OutOfScope: true, Amount: 1000000}},
	})
	if err != nil {
		t.Fatal(err)
	}
	pdf, err = facturx.Embed(page, message, facturx.Description{
		Title: "Facture F2026-000123", Author: "Opérateur & SCIC", Subject: "Commande 2026-014", CreatedAt: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Profile: facturx.LevelExtended,
	})
	if err != nil {
		t.Fatal(err)
	}
	return pdf, message
}

func TestAPageBecomesAnArchive(t *testing.T) {
	t.Parallel()
	pdf, message := embedded(t)
	objects := readObjects(t, pdf)
	catalog := objects[referred(t, trailer(t, pdf), "Root")]
	for _, want := range []string{"/Type /Catalog", "/AF [", "/EmbeddedFiles", "/GTS_PDFA1", "/Lang (fr-FR)"} {
		if !strings.Contains(catalog.dict, want) {
			t.Errorf("the catalog lacks %s:\n%s", want, catalog.dict)
		}
	}
	if id := regexp.MustCompile(`/ID \[ <([0-9a-f]{32})> <([0-9a-f]{32})> \]`).FindStringSubmatch(trailer(t, pdf)); id == nil {
		t.Error("no identifier in the trailer")
	}
	if bytes.Contains(pdf, []byte("/Encrypt")) || bytes.Contains(pdf, []byte("/JavaScript")) || bytes.Contains(pdf, []byte("/SMask")) || bytes.Contains(pdf, []byte("/ExtGState << ")) {
		t.Error("encryption, scripts or transparency")
	}
	spec := objects[referred(t, catalog.dict, `AF \[`)]
	for _, want := range []string{"/F (factur-x.xml)", "/UF (factur-x.xml)", "/AFRelationship /Alternative", "/Type /Filespec"} {
		if !strings.Contains(spec.dict, want) {
			t.Errorf("the attachment lacks %s: %s", want, spec.dict)
		}
	}
	file := objects[referred(t, spec.dict, `/F`)]
	if !strings.Contains(file.dict, "/Subtype /text#2Fxml") || !bytes.Equal(inflate(t, file.stream), message) {
		t.Errorf("the attachment is not the message: %s", file.dict)
	}
	if icc := objects[referred(t, catalog.dict, "DestOutputProfile")]; !strings.Contains(icc.dict, "/N 3") || !bytes.Contains(inflate(t, icc.stream)[:64], []byte("acsp")) {
		t.Errorf("no colour profile: %s", icc.dict)
	}
}

func TestMetadataSayWhatThePDFIs(t *testing.T) {
	t.Parallel()
	pdf, _ := embedded(t)
	objects := readObjects(t, pdf)
	metadata := objects[referred(t, objects[referred(t, trailer(t, pdf), "Root")].dict, "Metadata")]
	if strings.Contains(metadata.dict, "/Filter") {
		t.Error("metadata are compressed")
	}
	decoder := xml.NewDecoder(bytes.NewReader(metadata.stream))
	for {
		if _, err := decoder.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("metadata are not XML: %v", err)
		}
	}
	for _, want := range []string{
		"<pdfaid:part>3</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "<fx:DocumentType>INVOICE</fx:DocumentType>",
		"<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>", "<fx:Version>1.0</fx:Version>", "<fx:ConformanceLevel>EXTENDED</fx:ConformanceLevel>",
		"<pdfaSchema:prefix>fx</pdfaSchema:prefix>", "Opérateur &amp; SCIC", "<xmp:CreateDate>2026-11-21T09:00:00Z</xmp:CreateDate>",
	} {
		if !bytes.Contains(metadata.stream, []byte(want)) {
			t.Errorf("metadata lack %s", want)
		}
	}
	info := objects[referred(t, trailer(t, pdf), "Info")]
	if !strings.Contains(info.dict, "(D:20261121090000Z)") {
		t.Errorf("the dates of the two descriptions differ: %s", info.dict)
	}
}

func TestFontsAreEmbedded(t *testing.T) {
	t.Parallel()
	pdf, _ := embedded(t)
	fonts, files := 0, 0
	for _, o := range readObjects(t, pdf) {
		if strings.Contains(o.dict, "/Type /FontDescriptor") {
			fonts++
			if strings.Contains(o.dict, "/FontFile2") {
				files++
			}
		}
		if strings.Contains(o.dict, "/Subtype /Type1") {
			t.Errorf("a font that no reader must have: %s", o.dict)
		}
	}
	if fonts == 0 || fonts != files {
		t.Errorf("%d fonts, %d embedded", fonts, files)
	}
}

func TestTheSameInvoiceGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	one, _ := embedded(t)
	two, _ := embedded(t)
	if !bytes.Equal(one, two) {
		t.Error("two papers of one invoice differ")
	}
}

func TestQPDFAcceptsAndGivesTheMessageBack(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("qpdf"); err != nil {
		t.Fatal("qpdf is missing: apt-get install -y qpdf")
	}
	pdf, message := embedded(t)
	path := filepath.Join(t.TempDir(), "facture.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "qpdf", "--check", path).CombinedOutput(); err != nil || bytes.Contains(out, []byte("WARNING")) {
		t.Errorf("qpdf --check: %v\n%s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), "qpdf", "--show-attachment=factur-x.xml", path).Output()
	if err != nil || !bytes.Equal(out, message) {
		t.Errorf("the attachment is not the message: %v", err)
	}
}

func TestWhatIsNotAPlainPDFIsRefused(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "%PDF-1.4", "<html>", "%PDF-1.4\ntrailer\n<< /Size 3 /Root 1 0 R /Info 2 0 R /Encrypt 3 0 R >>\nstartxref\n9\n%%EOF"} {
		if _, err := facturx.Embed([]byte(page), nil, facturx.Description{}); err == nil {
			t.Errorf("%q is taken", page)
		}
	}
}

type object struct {
	dict   string
	stream []byte
}

var objectPattern = regexp.MustCompile(`(?s)(?:^|\n)(\d+) 0 obj\r?\n(.*?)\r?\nendobj`)

// readObjects keeps the last version of each object, as a reader would.
func readObjects(t *testing.T, pdf []byte) map[string]object {
	t.Helper()
	objects := map[string]object{}
	for _, m := range objectPattern.FindAllSubmatch(pdf, -1) {
		o := object{dict: string(m[2])}
		if at := bytes.Index(m[2], []byte("stream\n")); at >= 0 {
			end := bytes.LastIndex(m[2], []byte("\nendstream"))
			if end < 0 {
				t.Fatalf("object %s has no end", m[1])
			}
			o.dict, o.stream = string(m[2][:at]), m[2][at+len("stream\n"):end]
		}
		objects[string(m[1])] = o
	}
	return objects
}

func trailer(t *testing.T, pdf []byte) string {
	t.Helper()
	at := bytes.LastIndex(pdf, []byte("trailer"))
	if at < 0 {
		t.Fatal("no trailer")
	}
	return string(pdf[at:])
}

func referred(t *testing.T, dict, key string) string {
	t.Helper()
	m := regexp.MustCompile(key + `\s*(\d+) 0 R`).FindStringSubmatch(dict)
	if m == nil {
		t.Fatalf("no %s in %s", key, dict)
	}
	return m[1]
}

func inflate(t *testing.T, content []byte) []byte {
	t.Helper()
	r, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
