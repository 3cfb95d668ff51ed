package upload

import "bytes"

// markers open what a browser or a shell would run. They are long enough never to
// be met by chance in 10 MiB of a compressed picture.
var markers = [][]byte{[]byte("<script"), []byte("<html"), []byte("<!doctype"), []byte("<?php"), []byte("<svg"), []byte("#!/bin/")}

// headReach is how far readers look for the beginning of a file, whatever is
// before it (Acrobat accepts « %PDF- » within the first 1,024 bytes).
const headReach = 1024

// hidesAnother tells a file that is also another: an archive, a page, a program.
func hidesAnother(kind MediaType, content []byte) bool {
	if endsAsArchive(content) {
		return true
	}
	places := content
	if kind == PDF {
		// The text of a PDF may speak of pages; only its ends can make it one.
		places = append(append([]byte{}, content[:min(headReach, len(content))]...), afterLast(content, []byte("%%EOF"))...)
	} else if bytes.Contains(content, []byte("%PDF-")) {
		return true
	}
	lower := bytes.ToLower(places)
	for _, marker := range markers {
		if bytes.Contains(lower, marker) {
			return true
		}
	}
	return false
}

// endsAsArchive finds the end of a ZIP's directory, whose last field says how many
// bytes follow it: archives are read from their end (APPNOTE 4.3.16).
func endsAsArchive(content []byte) bool {
	const record = 22
	reach := max(0, len(content)-record-1<<16)
	for at := len(content) - record; at >= reach; at-- {
		if bytes.HasPrefix(content[at:], []byte("PK\x05\x06")) {
			comment := int(content[at+20]) | int(content[at+21])<<8
			if at+record+comment <= len(content) {
				return true
			}
		}
	}
	return bytes.HasPrefix(content, []byte("PK\x03\x04"))
}

func afterLast(content, mark []byte) []byte {
	at := bytes.LastIndex(content, mark)
	if at < 0 {
		return nil
	}
	return content[at+len(mark):]
}
