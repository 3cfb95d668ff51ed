package public

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"passnum/internal/reporting/opendata"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// DataHandlers serves the open data.
type DataHandlers struct {
	Data     *opendata.Service
	Communes *territory.Index
	Now      func() time.Time
}

// Routes mounts the screens.
func (h *DataHandlers) Routes(r chi.Router) {
	r.Method(http.MethodGet, urls.OpenData(), httpx.Handler(h.page))
	for path, f := range map[string]opendata.Format{urls.PlacesCSV(): opendata.CSV, urls.PlacesJSON(): opendata.JSON, urls.PlacesGeoJSON(): opendata.GeoJSON} {
		r.Method(http.MethodGet, path, h.file(f))
		r.Method(http.MethodHead, path, h.file(f))
	}
}

type dataView struct {
	Edition      string
	Departements []ui.Option
}

func (h *DataHandlers) page(w http.ResponseWriter, r *http.Request) error {
	e, found, err := h.Data.Latest(r.Context(), opendata.CSV)
	if err != nil {
		return err
	}
	v := dataView{Edition: "Écrit à chaque demande, pour l’instant."}
	if found {
		v.Edition = format.Count(e.Places, "lieu", "lieux") + ", fichier du " + format.DateTime(e.WrittenAt) + ", " + format.Size(e.SizeBytes) + "."
	}
	for _, d := range h.Communes.Departements() {
		v.Departements = append(v.Departements, ui.Option{Value: d.Code, Label: d.Code + " " + d.Name})
	}
	return httpx.Render(w, r, http.StatusOK, dataPage(page(r, "Données ouvertes", "Les données du Pass numérique, à réutiliser librement."), v))
}

// file sends the file of the day, or, for a département and before the first
// day, what is known now.
func (h *DataHandlers) file(f opendata.Format) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		code := httpx.Query(r).Get("departement")
		where, known := h.Communes.Departement(code)
		if code != "" && !known {
			return httpx.ErrNotFound
		}
		e, found, err := h.Data.Latest(r.Context(), f)
		if err != nil {
			return err
		}
		day := h.Now()
		if found && code == "" {
			day = e.WrittenAt
		}
		httpx.Attach(w, h.Data.FileName(f, day, where), f.MediaType)
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cache-Control", "public, max-age=600")
		if found && code == "" {
			return h.edition(w, r, e)
		}
		if r.Method == http.MethodHead {
			return nil
		}
		_, err = h.Data.Write(r.Context(), w, f, code)
		return err
	}
}

// edition sends a file that readers may have kept from the day before.
func (h *DataHandlers) edition(w http.ResponseWriter, r *http.Request, e opendata.Edition) error {
	w.Header().Set("ETag", e.Tag())
	w.Header().Set("Last-Modified", e.WrittenAt.UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Length", strconv.FormatInt(e.SizeBytes, 10)) // a truncated answer must not look whole
	if unchanged(r, e) {
		w.Header().Del("Content-Disposition")
		w.Header().Del("Content-Length")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	if r.Method == http.MethodHead {
		return nil
	}
	return h.Data.Send(r.Context(), w, e)
}

// unchanged compares the tag, which is exact, before the date.
func unchanged(r *http.Request, e opendata.Edition) bool {
	if tags := r.Header.Get("If-None-Match"); tags != "" {
		return strings.Contains(tags, e.Tag()) || tags == "*"
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !e.WrittenAt.Truncate(time.Second).After(since)
}
