package httpx

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/web/ui/format"
)

// Sizes beyond which a form is refused.
const (
	maxForm   = 1 << 20
	maxUpload = 6 << 20
)

// MostPicture is how much the form of a logo may weigh.
const MostPicture = 24 << 20

var errTooLarge = fault.New(fault.KindInvalid, "Ce que vous envoyez est trop lourd : 6 Mo au plus.")

// Values is what a form, or an address's query, holds.
type Values struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
}

// Form reads the request's body, of a bounded size, plain or multipart.
func Form(r *http.Request) (Values, error) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
		if err := r.ParseMultipartForm(maxUpload); err != nil {
			return Values{}, formError(err)
		}
		clean(r.PostForm)
		return Values{values: r.PostForm, files: r.MultipartForm.File}, nil
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return Values{}, formError(err)
	}
	clean(r.PostForm)
	return Values{values: r.PostForm}, nil
}

// Query reads the address's query as a form.
func Query(r *http.Request) Values { return Values{values: r.URL.Query()} }

// NewValues is a form already read, for tests.
func NewValues(v url.Values) Values { return Values{values: v} }

// PictureForm is Form for a page that takes pictures; what is heavy waits on disk.
func PictureForm(r *http.Request) (Values, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, MostPicture)
	if err := r.ParseMultipartForm(maxForm); err != nil {
		return Values{}, formError(err)
	}
	clean(r.PostForm)
	return Values{values: r.PostForm, files: r.MultipartForm.File}, nil
}

func formError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return errTooLarge
	}
	return fault.New(fault.KindInvalid, "Le formulaire reçu est illisible.")
}

// Without is the form but for one field.
func (v Values) Without(name string) Values {
	rest := make(url.Values, len(v.values))
	for key, values := range v.values {
		if key != name {
			rest[key] = values
		}
	}
	return Values{values: rest, files: v.files}
}

// Get is the field's text without the spaces around it; empty when missing.
func (v Values) Get(name string) string { return strings.TrimSpace(v.values.Get(name)) }

// Raw is the field's text as typed, for passwords.
func (v Values) Raw(name string) string { return v.values.Get(name) }

// Has reports whether the field was sent, even empty.
func (v Values) Has(name string) bool { return v.values.Has(name) }

// All is every non-empty value of a field sent several times.
func (v Values) All(name string) []string {
	var all []string
	for _, value := range v.values[name] {
		if value = strings.TrimSpace(value); value != "" {
			all = append(all, value)
		}
	}
	return all
}

// List is every value of a repeated field, empty ones kept, so that the rows of
// a table stay aligned.
func (v Values) List(name string) []string {
	list := make([]string, len(v.values[name]))
	for i, value := range v.values[name] {
		list[i] = strings.TrimSpace(value)
	}
	return list
}

// Int reads a whole number, spaces between thousands allowed.
func (v Values) Int(name string) (int, bool) {
	n, err := strconv.Atoi(withoutSpaces(v.Get(name)))
	return n, err == nil
}

// Cents reads an amount in euros.
func (v Values) Cents(name string) (money.Cents, bool) {
	c, err := money.Parse(v.Get(name))
	return c, err == nil && v.Get(name) != ""
}

// Date reads a day, « 31/12/2026 » or « 2026-12-31 », at midnight UTC.
func (v Values) Date(name string) (time.Time, bool) {
	day, err := format.ParseDay(v.Get(name))
	if err != nil {
		return time.Time{}, false
	}
	year, month, date := day.Date()
	return time.Date(year, month, date, 0, 0, 0, 0, time.UTC), true
}

// UUID reads an identifier.
func (v Values) UUID(name string) (uuid.UUID, bool) {
	id, err := uuid.Parse(v.Get(name))
	return id, err == nil && id != uuid.Nil
}

// UUIDs reads every identifier of a repeated field; nonsense is dropped.
func (v Values) UUIDs(name string) []uuid.UUID {
	var ids []uuid.UUID
	for _, value := range v.All(name) {
		if id, err := uuid.Parse(value); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// Bool reports whether a box is ticked, or a question answered yes.
func (v Values) Bool(name string) bool {
	switch v.Get(name) {
	case "oui", "on", "true", "1":
		return true
	default:
		return false
	}
}

// Upload is a file sent with a form.
type Upload struct {
	Name    string
	Content []byte
}

// File reads an uploaded file; false when none was chosen.
func (v Values) File(name string) (Upload, bool, error) {
	if len(v.files[name]) == 0 || v.files[name][0].Size == 0 {
		return Upload{}, false, nil
	}
	header := v.files[name][0]
	file, err := header.Open()
	if err != nil {
		return Upload{}, false, fmt.Errorf("open upload: %w", err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return Upload{}, false, fmt.Errorf("read upload: %w", err)
	}
	return Upload{Name: header.Filename, Content: content}, true, nil
}

// PathUUID reads an identifier of the address; nonsense is not found.
func PathUUID(r *http.Request, name string) (uuid.UUID, error) {
	id, err := uuid.Parse(chi.URLParam(r, name))
	if err != nil {
		return uuid.Nil, ErrNotFound
	}
	return id, nil
}

// withoutSpaces drops every space people and spreadsheets put between thousands.
func withoutSpaces(s string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\u2009", "").Replace(s)
}
