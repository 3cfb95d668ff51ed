package assets

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHandlerServesBuiltFiles(t *testing.T) {
	t.Parallel()
	if err := Ready(); err != nil {
		t.Fatal(err)
	}
	for name, contentType := range map[string]string{
		"app.css":              "text/css; charset=utf-8",
		"app.js":               "text/javascript; charset=utf-8",
		"htmx.js":              "text/javascript; charset=utf-8",
		"atkinson-latin.woff2": "font/woff2",
		"favicon.svg":          "image/svg+xml",
		"licences.txt":         "text/plain; charset=utf-8",
	} {
		plain, zipped := fetch(Path(name), ""), fetch(Path(name), "gzip, br")
		if plain.Code != http.StatusOK || plain.Header().Get("Content-Type") != contentType {
			t.Errorf("%s: %d %s", name, plain.Code, plain.Header().Get("Content-Type"))
		}
		if !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s is not cached for ever", name)
		}
		if !bytes.Equal(plain.Body.Bytes(), decoded(t, zipped)) {
			t.Errorf("%s differs once decompressed", name)
		}
	}
}

func TestHandlerRefuses(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/assets/", "/assets/app.css", "/assets/manifest.json", "/assets/../go.mod"} {
		if got := fetch(path, ""); got.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, got.Code)
		}
	}
	rec := httptest.NewRecorder()
	Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodPost, Path("app.css"), nil))
	if rec.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d, want 405", rec.Code)
	}
}

func TestStylesStayLight(t *testing.T) {
	t.Parallel()
	if got := fetch(Path("app.css"), "gzip").Body.Len(); got > 25*1024 {
		t.Errorf("app.css is %d bytes compressed, want at most 25 KB", got)
	}
}

func TestMissingBuildIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := read(fstest.MapFS{}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("read without a build: %v, want ErrNotBuilt", err)
	}
}

func fetch(path, encoding string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("Accept-Encoding", encoding)
	Handler().ServeHTTP(rec, req)
	return rec
}

func decoded(t *testing.T, rec *httptest.ResponseRecorder) []byte {
	t.Helper()
	if rec.Header().Get("Content-Encoding") != "gzip" {
		return rec.Body.Bytes()
	}
	zr, err := gzip.NewReader(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
