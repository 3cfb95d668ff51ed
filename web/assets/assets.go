// Package assets embeds the interface's files (styles, scripts, fonts, icons)
// as web/assets/build.mjs made them, and serves them under names that change
// with their content. It refuses to read the disk or hash anything at run time.
package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where Handler expects to be mounted.
const Prefix = "/assets/"

// ErrNotBuilt says that the binary was compiled before its assets were built.
var ErrNotBuilt = errors.New("the interface's assets are not built: run \"npm ci && node web/assets/build.mjs\", then build again")

type file struct {
	contentType string
	body, gzip  []byte
}

type bundle struct {
	paths map[string]string
	files map[string]file
	icons map[string]string
}

var load = sync.OnceValues(func() (*bundle, error) { return read(dist) })

// Ready returns ErrNotBuilt when the assets are missing, so that a server can
// refuse to start and say why.
func Ready() error {
	_, err := load()
	return err
}

// Path returns the address of an asset from its plain name: « app.css » gives
// « /assets/app.3fa9….css ». An unknown name gives an address that answers 404.
func Path(name string) string {
	b, err := load()
	if err != nil || b.paths[name] == "" {
		return Prefix + name
	}
	return b.paths[name]
}

// Paths returns the addresses of the assets whose plain names keep holds, sorted.
func Paths(keep func(name string) bool) []string {
	b, err := load()
	if err != nil {
		return nil
	}
	var paths []string
	for name, address := range b.paths {
		if keep(name) {
			paths = append(paths, address)
		}
	}
	slices.Sort(paths)
	return paths
}

// Body returns the content of an asset; nil when its name is unknown.
func Body(name string) []byte {
	b, err := load()
	if err != nil {
		return nil
	}
	return b.files[b.paths[name]].body
}

// Icon returns the SVG content of a lucide icon listed in icons.txt.
func Icon(name string) (string, bool) {
	b, err := load()
	if err != nil {
		return "", false
	}
	drawing, ok := b.icons[name]
	return drawing, ok
}

// Handler serves everything under Prefix, cached for ever by browsers since a
// changed file has another name.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		b, err := load()
		if err != nil {
			http.NotFound(w, r)
			return
		}
		f, ok := b.files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		f.serve(w, r)
	})
}

func (f file) serve(w http.ResponseWriter, r *http.Request) {
	body, h := f.body, w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if f.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = f.gzip
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

func read(source fs.FS) (*bundle, error) {
	var names map[string]string
	b := &bundle{paths: map[string]string{}, files: map[string]file{}}
	if err := readJSON(source, "dist/manifest.json", &names); err != nil {
		return nil, err
	}
	if err := readJSON(source, "dist/icons.json", &b.icons); err != nil {
		return nil, err
	}
	for name, hashed := range names {
		body, err := fs.ReadFile(source, "dist/"+hashed)
		if err != nil {
			return nil, fmt.Errorf("asset %s: %w", name, err)
		}
		f := file{contentType: contentType(hashed), body: body}
		if compressed, err := fs.ReadFile(source, "dist/"+hashed+".gz"); err == nil {
			f.gzip = compressed
		}
		b.paths[name] = Prefix + hashed
		b.files[Prefix+hashed] = f
	}
	return b, nil
}

func readJSON(source fs.FS, name string, into any) error {
	body, err := fs.ReadFile(source, name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotBuilt
	}
	if err != nil {
		return fmt.Errorf("asset list %s: %w", name, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("asset list %s: %w", name, err)
	}
	return nil
}

// contentType does not ask the system's tables, which differ between machines.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".webmanifest":
		return "application/manifest+json"
	default:
		return mime.TypeByExtension(ext)
	}
}
