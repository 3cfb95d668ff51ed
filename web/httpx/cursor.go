package httpx

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"unicode/utf8"

	"passnum/web/ui"
)

// cursorKey is the query's name for where a list continues.
const cursorKey = "apres"

// Cursor reads where a keyset-paginated list continues into after, the key of
// the last row shown; false on the first page or on nonsense.
func Cursor(r *http.Request, after any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(r.URL.Query().Get(cursorKey))
	return err == nil && len(raw) > 0 && utf8.Valid(raw) && !bytes.Contains(raw, []byte(`\u0000`)) && json.Unmarshal(raw, after) == nil
}

// NextPage is the address of this list after the row whose key is last, with
// the same filters.
func NextPage(r *http.Request, last any) string {
	raw, err := json.Marshal(last)
	if err != nil {
		return ""
	}
	query := r.URL.Query()
	query.Set(cursorKey, base64.RawURLEncoding.EncodeToString(raw))
	return r.URL.Path + "?" + query.Encode()
}

// FirstPage is the address of this list from its start, with the same filters.
func FirstPage(r *http.Request) string {
	query := r.URL.Query()
	query.Del(cursorKey)
	if len(query) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + query.Encode()
}

// Pager is the pagination of a list: back to its start, and on when more is
// true, after the row whose key is last.
func Pager(r *http.Request, more bool, last any) ui.Pagination {
	var p ui.Pagination
	if r.URL.Query().Has(cursorKey) {
		p.PrevHref = FirstPage(r)
		p.Text = "Suite de la liste"
	}
	if more {
		p.NextHref = NextPage(r, last)
	}
	return p
}
