// Package webtest drives Chromium in tests: sessions, widths, accessibility
// checks, screenshots, and a collector of console and policy errors. It refuses
// to know any screen.
package webtest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// requireVar makes a missing Chromium a failure instead of a skipped test.
const requireVar = "PASSNUM_REQUIRE_BROWSER"

// patience bounds one step, so that what never comes fails soon and by name.
const patience = 30 * time.Second

// lifetime bounds a whole browser, in case a test forgets it: until the tests'
// own deadline, when they have one.
func lifetime(t testing.TB) time.Time {
	if test, ok := t.(*testing.T); ok {
		if deadline, ok := test.Deadline(); ok {
			return deadline
		}
	}
	return time.Now().Add(8 * time.Minute)
}

// Action is a step in a tab that reads nothing.
type Action = chromedp.Action[chromedp.Void]

// Option is how a test wants its Chromium.
type Option = chromedp.ExecAllocatorOption

// Profile keeps what the browser remembers in a directory, to open it again.
func Profile(dir string) Option { return chromedp.UserDataDir(dir) }

// Unoptimised lets scripts run as they are: on pages that each live a second,
// compiling them better costs more than it saves.
func Unoptimised() Option { return chromedp.Flag("js-flags", "--no-opt,--no-maglev") }

// FakeCamera shows a film, MJPEG or Y4M, in place of a camera, and allows it.
func FakeCamera(film string) Option {
	return func(a *chromedp.ExecAllocator) {
		chromedp.Flag("use-fake-device-for-media-stream", true)(a)
		chromedp.Flag("use-fake-ui-for-media-stream", true)(a)
		chromedp.Flag("use-file-for-fake-video-capture", film)(a)
	}
}

// Browser starts a headless Chromium, with a fresh profile unless told
// otherwise, and returns the context of its first tab; everything stops with
// the test, or with Close.
func Browser(t testing.TB, more ...Option) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)),
		chromedp.NoSandbox,
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "fr-FR"),
		chromedp.Env("TZ=Europe/Paris"),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	options = append(options, more...)
	ctx, cancelAll := context.WithDeadline(context.Background(), lifetime(t))
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		// Cancel waits for Chromium to end, so that its profile can be removed.
		if ctx.Err() == nil {
			_ = chromedp.Cancel(ctx)
		}
		closeTab()
		stop()
		cancelAll()
	})
	start(t, ctx)
	return ctx
}

// Close ends a browser as a person does, so that its profile is written.
func Close(t testing.TB, browser context.Context) {
	t.Helper()
	if err := chromedp.Cancel(browser); err != nil {
		t.Errorf("close browser: %v", err)
	}
}

// Session opens a tab with its own cookies in a browser already started: one
// person among several.
func Session(t testing.TB, browser context.Context) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	start(t, ctx)
	return ctx
}

// start opens the tab: what bounded this call would bound the tab's life.
func start(t testing.TB, ctx context.Context) {
	t.Helper()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browser: %v", err)
	}
}

// Do runs actions in a tab and stops the test at the first that fails.
func Do(t testing.TB, ctx context.Context, actions ...Action) {
	t.Helper()
	for i, action := range actions {
		step, cancel := context.WithTimeout(ctx, patience)
		err := chromedp.Do(step, action)
		cancel()
		if err != nil {
			t.Fatalf("browser, step %d: %v", i+1, err)
		}
	}
}

// Read runs one action in a tab and returns what it read, or stops the test.
func Read[T any](t testing.TB, ctx context.Context, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	return value
}

// Desktop is a 1280 px wide window.
func Desktop() Action { return chromedp.EmulateViewport(1280, 900) }

// Phone is a 390 px wide touch screen.
func Phone() Action {
	return chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile)
}

// Narrow is the 320 px at which nothing may be cut (WCAG 1.4.10).
func Narrow() Action { return chromedp.EmulateViewport(320, 640) }

// Open goes to an address and waits for the page and its fonts.
func Open(url string) Action {
	return chromedp.Steps(
		chromedp.Navigate(url),
		chromedp.Evaluate[chromedp.Void](`document.fonts.ready.then(() => true)`, chromedp.EvalAwaitPromise),
	)
}

// Screenshot writes the whole page as a PNG file.
func Screenshot(t testing.TB, ctx context.Context, path string) {
	t.Helper()
	image := Read(t, ctx, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, image, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Overflow returns by how many pixels the page is wider than its window.
func Overflow(t testing.TB, ctx context.Context) int {
	t.Helper()
	return Read(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
}

func chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "Chromium is missing: apt-get install chromium"
	if os.Getenv(requireVar) == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}
