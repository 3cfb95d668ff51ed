package mediateur_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/go-chi/chi/v5"

	"passnum/internal/redemption"
	"passnum/internal/redemption/seal"
	"passnum/internal/testworld"
	"passnum/web/assets"
	"passnum/web/httpx"
	"passnum/web/mediateur"
	"passnum/web/webtest"
)

// bench is a scanner in a real browser, on a server that can fall silent.
type bench struct {
	*testworld.World
	t       *testing.T
	order   testworld.Order
	codes   []string
	address string
	handler http.Handler
	tab     context.Context
	console *webtest.Console

	warned atomic.Int32 // times the browser asked before leaving

	mu     sync.Mutex
	cut    func(*http.Request) bool // requests served but not answered
	server *http.Server
}

// newBench opens the world at the browser's own time.
func newBench(t *testing.T, carnets int) *bench {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Now())
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: carnets, Until: time.Now().AddDate(1, 0, 0)})
	b := &bench{World: w, t: t, order: order, codes: clear(order.HandedOver(carnets)), cut: func(*http.Request) bool { return false }}
	sealer, err := seal.New([]byte("test"))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = listener.Addr().String()
	redemptions := redemption.NewService(w.DB, w.Keys)
	r := chi.NewRouter()
	r.Use(httpx.Headers(false), httpx.SameOrigin)
	r.Handle(assets.Prefix+"*", assets.Handler())
	r.Post("/deconnexion", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("Au revoir")) })
	r.Group(func(r chi.Router) {
		r.Use(httpx.As(w.Mediateur))
		r.Route("/mediateur", func(r chi.Router) {
			(&mediateur.Handlers{Redemptions: redemptions, Seal: sealer, Host: b.address, Now: w.Now}).Routes(r)
			(&mediateur.LateHandlers{Redemptions: redemptions, Now: w.Now}).Routes(r)
		})
	})
	b.handler = b.losing(r)
	b.serve(listener)
	t.Cleanup(b.silence)
	return b
}

// losing serves every request, and drops the answers of those that cut names: the
// network breaks between commit and answer.
func (b *bench) losing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		lost := b.cut(r)
		b.mu.Unlock()
		if !lost {
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(nowhere{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	})
}

type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

func (b *bench) lose(cut func(*http.Request) bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut = cut
}

func (b *bench) serve(listener net.Listener) {
	server := &http.Server{Handler: b.handler, ReadHeaderTimeout: 10 * time.Second}
	b.server = server
	go func() { _ = server.Serve(listener) }()
}

// silence cuts the network: nobody listens any more.
func (b *bench) silence() { _ = b.server.Close() }

// speak brings the network back at the same address.
func (b *bench) speak() {
	b.t.Helper()
	listener, err := net.Listen("tcp", b.address)
	if err != nil {
		b.t.Fatal(err)
	}
	b.serve(listener)
}

// enter makes a browser the bench's own, on a phone's screen; questions asked
// before leaving are answered yes, and counted.
func (b *bench) enter(tab context.Context) {
	b.t.Helper()
	b.tab, b.console = tab, webtest.Watch(b.t, tab, http.StatusUnprocessableEntity)
	err := chromedp.Listen(tab, func(event any) {
		if _, asked := event.(*page.EventJavascriptDialogOpening); asked {
			b.warned.Add(1)
			go func() {
				_, _ = chromedp.Call(tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do(webtest.Phone())
}

func (b *bench) do(actions ...webtest.Action) {
	b.t.Helper()
	webtest.Do(b.t, b.tab, actions...)
}

// open shows a page and waits for the scanner's script when it has one.
func (b *bench) open(path string) {
	b.t.Helper()
	b.do(webtest.Open("http://" + b.address + path))
	if path == "/mediateur/scanner" {
		b.until(`document.documentElement.dataset.scanner === "ready"`)
	}
}

func (b *bench) until(condition string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, 40*time.Second)
	defer cancel()
	for {
		// A page that leaves takes the question with it.
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err == nil {
			return
		}
		if ctx.Err() != nil {
			b.console.Empty(b.t)
			b.t.Fatalf("waited in vain for %s:\n%s", condition, b.text())
		}
	}
}

func (b *bench) text() string {
	b.t.Helper()
	return webtest.Read(b.t, b.tab, chromedp.Evaluate[string](`document.body.innerText`))
}

// sees waits for words on the page.
func (b *bench) sees(words ...string) {
	b.t.Helper()
	for _, w := range words {
		text, _ := json.Marshal(w)
		b.until(`document.body.innerText.replace(/[\s\u00a0\u202f]+/g, " ").includes(` + string(text) + `)`)
	}
}

// scan types as a USB scanner does, wherever the cursor is.
func (b *bench) scan(text string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text + kb.Enter))
}

// stutter types as a scanner that stops in the middle for longer than a burst
// lasts.
func (b *bench) stutter(text string) {
	b.t.Helper()
	const middle = 12
	b.do(chromedp.KeyEvent(text[:middle]))
	b.do(chromedp.Evaluate[chromedp.Void](`new Promise((go) => setTimeout(go, 300))`, chromedp.EvalAwaitPromise))
	b.scan(text[middle:])
}

func (b *bench) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// press clicks by script: a page that redraws itself may move the button under
// the mouse.
func (b *bench) press(selector string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("` + selector + `").click()`))
}

// submit presses without the second during which a button ignores another press:
// nobody ends two séances within it, a test does.
func (b *bench) submit(selector string) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](`{ const button = document.querySelector("` + selector + `"); button.form.requestSubmit(button); }`))
}

// download clicks and returns what the browser saves.
func (b *bench) download(selector string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.tab, 40*time.Second)
	defer cancel()
	dir, events := b.t.TempDir(), true
	progress := chromedp.Events(ctx, browser.DownloadProgress)
	b.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
			DownloadPath: dir, EventsEnabled: &events,
		})
		return err
	}))
	b.press(selector)
	for event, err := range progress {
		if err != nil {
			b.t.Fatalf("download: %v", err)
		}
		if event.State != browser.DownloadProgressStateCompleted {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, event.GUID))
		if err != nil {
			b.t.Fatal(err)
		}
		return string(content)
	}
	return ""
}

// tick chooses the place's first usual service.
func (b *bench) tick() {
	b.t.Helper()
	b.until(`document.querySelector("[data-services] input")?.checkVisibility()`)
	b.do(chromedp.Evaluate[chromedp.Void](`(() => { const box = document.querySelector("[data-services] input"); if (!box.checked) box.click(); })()`))
}

const confirm = `[data-confirm] button`

func (b *bench) redemptions() int64 {
	return b.Count(`SELECT count(*) FROM redemptions WHERE undone_at IS NULL`)
}

func (b *bench) qr(code string) string { return "HTTP://" + strings.ToUpper(b.address) + "/P/" + code }

func never(*http.Request) bool { return false }

// posts holds for everything a script sends.
func posts(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Path != "/deconnexion" }

// redeems holds for what takes chèques.
func redeems(r *http.Request) bool {
	return r.Method == http.MethodPost && (r.URL.Path == "/mediateur/scanner/encaisser" || r.URL.Path == "/mediateur/file")
}
