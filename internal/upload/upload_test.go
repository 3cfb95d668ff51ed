package upload_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"passnum/internal/upload"
)

func picture(t *testing.T, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 {
		m.Set(i, i%30, color.RGBA{R: 200, A: 255})
	}
	var out bytes.Buffer
	if err := encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(t *testing.T) []byte {
	return picture(t, func(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) })
}

func pngOf(t *testing.T) []byte {
	return picture(t, func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) })
}

// pdf is a small document with one object more.
func pdf(object string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" + object + "\ntrailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n")
}

func deflated(text []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(text)
	_ = w.Close()
	return out.Bytes()
}

func stream(dictionary string, body []byte) string {
	return fmt.Sprintf("9 0 obj\n<< %s /Length %d >>\nstream\n%s\nendstream\nendobj", dictionary, len(body), body)
}

func archive(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create("zéros")
	if err == nil {
		_, err = f.Write(make([]byte, 4<<20))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestHostileFilesAreRefused(t *testing.T) {
	t.Parallel()
	action := "9 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"
	objects := "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":                            {nil, upload.ErrEmpty},
		"too heavy":                          {append(pdf(""), make([]byte, upload.MostBytes)...), upload.ErrTooHeavy},
		"a page called .pdf":                 {[]byte("<html><script>alert(1)</script>"), upload.ErrType},
		"a drawing with a script":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), upload.ErrType},
		"an archive called .pdf":             {archive(t), upload.ErrType},
		"a photo of an iPhone":               {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), upload.ErrHEIC},
		"a PDF and an archive":               {join(pdf(""), archive(t)), upload.ErrPolyglot},
		"a picture and an archive":           {join(jpegOf(t), archive(t)), upload.ErrPolyglot},
		"a picture and a page":               {join(pngOf(t), []byte("<script>alert(1)</script>")), upload.ErrPolyglot},
		"a picture and a PDF":                {join(jpegOf(t), pdf(action)), upload.ErrPolyglot},
		"a PDF and a page":                   {join([]byte("%PDF-1.4\n<!--<html><body><script>1</script>-->"), pdf("")), upload.ErrPolyglot},
		"a PDF and a program":                {join(pdf(""), []byte("MZ\x90\x00")), upload.ErrPolyglot},
		"a PDF that runs a program":          {pdf(action), upload.ErrActivePDF},
		"written otherwise":                  {pdf(strings.Replace(action, "/JavaScript", "/J#61v#61Script", 1)), upload.ErrActivePDF},
		"within an object stream":            {pdf(stream(objects, deflated([]byte("9 0 << /S /JavaScript /JS (1) >>")))), upload.ErrActivePDF},
		"within one whose name is hidden":    {pdf(stream("/N 1 /F#69rst 4 /Filter /FlateDecode", deflated([]byte("9 0 << /S /J#61vaScript >>")))), upload.ErrActivePDF},
		"an object stream under LZW":         {pdf(stream("/N 1 /First 4 /Filter [/LZWDecode]", []byte("x"))), upload.ErrLockedPDF},
		"folded twice":                       {pdf(stream("/N 1 /First 4 /Filter [/FlateDecode /FlateDecode]", deflated(deflated([]byte("9 0 << /S /JavaScript >>"))))), upload.ErrLockedPDF},
		"folded twice, unsaid":               {pdf(stream("/N 1 /First 4 /X (endobj) /Filter [/FlateDecode /FlateDecode]", deflated(deflated([]byte("9 0 << /S /JavaScript >>"))))), upload.ErrActivePDF},
		"folded as is said elsewhere":        {pdf(stream("/N 1 /First 4 /Filter 7 0 R", []byte("39203020"))), upload.ErrLockedPDF},
		"under a predictor":                  {pdf(stream("/N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>", deflated([]byte("\x029 0 ")))), upload.ErrLockedPDF},
		"said to be folded, and is not":      {pdf(stream("/N 1 /First 4 /Filter /FlateDecode", []byte("\xff\xff"))), upload.ErrLockedPDF},
		"a dictionary that hides its name":   {pdf(stream("/N 1 /First 4 /X (endobj) /Filter /FlateDecode", deflated([]byte("9 0 << /S /JavaScript >>")))), upload.ErrActivePDF},
		"nothing but streams":                {pdf(strings.Repeat("stream ", 1<<20)), upload.ErrBomb},
		"streams that each read the rest":    {greedy(600), upload.ErrBomb},
		"a PDF that starts a program":        {pdf("9 0 obj\n<< /S /Launch /F (calc.exe) >>\nendobj"), upload.ErrActivePDF},
		"a PDF with a file inside":           {pdf("9 0 obj\n<< /Type /EmbeddedFile >>\nendobj"), upload.ErrActivePDF},
		"a PDF with a file that is not said": {pdf("9 0 obj\n<< /Type /Filespec /F (a.exe) /EF << /F 8 0 R >> >>\nendobj"), upload.ErrActivePDF},
		"a PDF under a password":             {pdf("9 0 obj\n<< /Encrypt 8 0 R >>\nendobj"), upload.ErrLockedPDF},
		"a PDF cut short":                    {pdf("")[:60], upload.ErrBrokenPDF},
		"a bomb in a PDF":                    {pdf(stream("/Filter /FlateDecode", deflated(make([]byte, 70<<20)))), upload.ErrBomb},
		"a picture cut short":                {pngOf(t)[:60], upload.ErrPicture},
		"a picture as wide as a département": {wide(t), upload.ErrTooWide},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := (upload.Gate{}).Pass(t.Context(), "rib.pdf", c.content); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// greedy is a PDF of n streams, each compressed by the same bytes as all the ones
// after it, which unfold to almost nothing.
func greedy(n int) []byte {
	const begin = "endobj stream\nx\x9c"
	kept := "\x00" + string([]byte{byte(len(begin)), 0, ^byte(len(begin)), 0xff}) + begin
	return pdf(begin + strings.Repeat(strings.Repeat("\x00\x00\x00\xff\xff", 400)+kept, n))
}

// wide says in its header that it measures 60,000 × 60,000.
func wide(t *testing.T) []byte {
	content := pngOf(t)
	copy(content[16:24], []byte{0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60})
	return fixCRC(content)
}

func TestOrdinaryFilesPass(t *testing.T) {
	t.Parallel()
	speaking := pdf(stream("/Filter /FlateDecode", deflated([]byte("BT (Our offer: /JavaScript for beginners) Tj ET"))))
	for name, c := range map[string]struct {
		content []byte
		want    upload.MediaType
	}{
		"a pdf whose list of files is empty": {pdf("9 0 obj\n<< /Names << /EmbeddedFiles << /Names [ ] >> >> >>\nendobj"), upload.PDF},
		"pdf":                                {pdf(""), upload.PDF}, "a pdf that speaks of programs": {speaking, upload.PDF},
		"jpeg": {jpegOf(t), upload.JPEG}, "png": {pngOf(t), upload.PNG},
	} {
		f, err := upload.Gate{}.Pass(t.Context(), "C:\\Docs\\mon rib.pdf", c.content)
		if err != nil || f.MediaType != c.want || f.Name != "mon rib.pdf" {
			t.Errorf("%s: %q %s %v", name, f.Name, f.MediaType, err)
		}
	}
}

func TestAPictureIsKeptAlone(t *testing.T) {
	t.Parallel()
	exif := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00GPS 46.17 1.87"
	original := jpegOf(t)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	sent := join(original[:2], segment, original[2:], []byte("tail of the camera"))
	f, err := upload.Gate{}.Pass(t.Context(), "photo.jpg", sent)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(f.Content, []byte("GPS")) || bytes.Contains(f.Content, []byte("tail")) {
		t.Error("the picture still tells where it was taken")
	}
	if !bytes.Contains(f.Content, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) {
		t.Error("the picture no longer says which side is up")
	}
	if _, err := jpeg.Decode(bytes.NewReader(f.Content)); err != nil {
		t.Errorf("what is kept does not open: %v", err)
	}
}

func TestNamesAreHarmless(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"../../etc/passwd": "passwd", "": "document", "a\u202egpj.exe": "agpj.exe", "r\x00ib\n.pdf": "rib.pdf", `"x";<y>.png`: "xy.png",
	} {
		if got := upload.CleanName(typed); got != want {
			t.Errorf("%q gives %q, want %q", typed, got, want)
		}
	}
}
