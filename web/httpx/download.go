package httpx

import (
	"net/http"
	"strconv"
	"strings"

	"passnum/internal/sheet"
)

// Media types of what people download.
const (
	TypeCSV = sheet.ContentType
	TypePDF = "application/pdf"
	TypeXML = "application/xml; charset=utf-8"
)

// Attach announces a file to save under name; the caller then streams it. An
// error returned after the first byte cuts the answer short.
func Attach(w http.ResponseWriter, name, mediaType string) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", sheet.Attachment(name))
	h.Set("Cache-Control", "no-store")
}

// File answers a whole file to save under name.
func File(w http.ResponseWriter, name, mediaType string, content []byte) error {
	Attach(w, name, mediaType)
	return whole(w, content)
}

// Inline answers a whole file that the browser may show, such as a PDF.
func Inline(w http.ResponseWriter, name, mediaType string, content []byte) error {
	Attach(w, name, mediaType)
	w.Header().Set("Content-Disposition", strings.Replace(sheet.Attachment(name), "attachment", "inline", 1))
	return whole(w, content)
}

// CSV answers a sheet written by write; nothing is buffered.
func CSV(w http.ResponseWriter, name string, write func(http.ResponseWriter) error) error {
	Attach(w, name, TypeCSV)
	return write(w)
}

// PDF answers a document to save under name.
func PDF(w http.ResponseWriter, name string, content []byte) error {
	return File(w, name, TypePDF, content)
}

func whole(w http.ResponseWriter, content []byte) error {
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // a reader who left is not a failure
	return nil
}
