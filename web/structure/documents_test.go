package structure_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"passnum/internal/identity"
	"passnum/internal/qualification/document"
	"passnum/internal/testworld"
	"passnum/internal/upload"
	"passnum/web/admin"
	"passnum/web/httpx"
	"passnum/web/structure"
	"passnum/web/urls"
)

// papers serves the papers' screens, of a structure and of the operator.
type papers struct {
	*testworld.World
	routes func(actor identity.Actor) http.Handler
}

func newPapers(t *testing.T, gate upload.Gate) papers {
	t.Helper()
	w := testworld.New(t)
	vault, err := upload.NewVault("", bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	service := document.NewService(w.DB, gate, vault)
	return papers{w, func(actor identity.Actor) http.Handler {
		r := chi.NewRouter()
		r.Use(httpx.Headers(false), httpx.LimitBody, httpx.As(actor))
		r.Route("/structure", (&structure.DocumentHandlers{Documents: service}).Routes)
		r.Route("/admin", (&admin.DocumentHandlers{Documents: service}).Routes)
		return r
	}}
}

func (p papers) send(t *testing.T, actor identity.Actor, kind, name string, content []byte) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("piece", kind)
	file, err := form.CreateFormFile("fichier_"+kind, name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write(content)
	_ = form.Close()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, urls.Papers(), &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	return answerOf(p.routes(actor), request)
}

func (p papers) get(t *testing.T, actor identity.Actor, address string) (*httptest.ResponseRecorder, string) {
	t.Helper()
	return answerOf(p.routes(actor), httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
}

func answerOf(h http.Handler, r *http.Request) (*httptest.ResponseRecorder, string) {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer, strings.NewReplacer("\u00a0", " ", "\u202f", " ", "&#39;", "'").Replace(answer.Body.String())
}

type infected struct{}

func (infected) Scan(_ context.Context, content []byte) error {
	if bytes.Contains(content, []byte("EICAR")) {
		return upload.ErrInfected
	}
	return nil
}

const plainPDF = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

func TestHostilePapersAreRefusedOnScreen(t *testing.T) {
	t.Parallel()
	p := newPapers(t, upload.Gate{Scanner: infected{}})
	for name, c := range map[string]struct{ content, says string }{
		"dessin.pdf":    {`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, "ni un PDF, ni une photo"},
		"bombe.pdf":     {"PK\x03\x04" + strings.Repeat("\x00", 40), "ni un PDF, ni une photo"},
		"actif.pdf":     {strings.Replace(plainPDF, "/Catalog", "/Catalog /OpenAction << /S /JavaScript /JS (1) >>", 1), "contient un programme"},
		"virus.pdf":     {strings.Replace(plainPDF, "trailer", "% EICAR\ntrailer", 1), "L’antivirus a reconnu"},
		"trop-gros.pdf": {plainPDF + strings.Repeat(" ", upload.MostBytes), "trop lourd : 10 Mo"},
	} {
		answer, page := p.send(t, p.Mediateur, "rib", name, []byte(c.content))
		if answer.Code != http.StatusUnprocessableEntity || !strings.Contains(page, c.says) || !strings.Contains(page, `id="fichier_rib-error"`) {
			t.Errorf("%s: %d, the sentence is missing", name, answer.Code)
		}
	}
	if n := p.Count(`SELECT count(*) FROM dossier_documents`); n != 0 {
		t.Errorf("%d papers kept", n)
	}
}

func TestAPaperFromOneScreenToTheOther(t *testing.T) {
	t.Parallel()
	p := newPapers(t, upload.Gate{})
	if answer, _ := p.send(t, p.Mediateur, "rib", "mon rib.pdf", []byte(plainPDF)); answer.Code != http.StatusSeeOther {
		t.Fatalf("sending answers %d", answer.Code)
	}
	_, page := p.get(t, p.Mediateur, urls.Papers())
	if !strings.Contains(page, "mon rib.pdf") || !strings.Contains(page, "envoyée") {
		t.Error("the paper is not listed")
	}
	address := page[strings.Index(page, urls.Papers()+"/"):]
	address = address[:strings.IndexByte(address, '"')]
	answer, content := p.get(t, p.Mediateur, address)
	if content != plainPDF || !strings.HasPrefix(answer.Header().Get("Content-Security-Policy"), "default-src 'none'") || answer.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the paper is served as %v", answer.Header())
	}
	if policy := answer.Header().Get("Content-Security-Policy"); strings.Contains(policy, "sandbox") {
		t.Errorf("no browser shows a PDF under %q", policy)
	}
	if answer, _ := p.get(t, p.Other, address); answer.Code != http.StatusNotFound {
		t.Errorf("another structure gets %d", answer.Code)
	}
	read := "/admin/structures/" + p.Mediatheque.String() + "/documents/" + strings.TrimPrefix(address, urls.Papers()+"/")
	if answer, page := p.get(t, p.Operator, read); answer.Code != http.StatusOK || !strings.Contains(page, "Elle est bonne") || !strings.Contains(answer.Header().Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Errorf("the operator gets %d", answer.Code)
	}
	if _, content := p.get(t, p.Operator, read+"/contenu"); content != plainPDF {
		t.Error("the operator reads something else")
	}
	if n := p.Count(`SELECT count(*) FROM journal WHERE act = 'pièce lue'`); n != 1 {
		t.Errorf("%d readings in the journal", n)
	}
}
