package upload

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
)

// Bounds on what the streams of a PDF unfold to, and on what reading them costs:
// a file made of nothing but the word « stream » must not keep a processor busy.
const (
	mostStream = 64 << 20
	mostInAll  = 256 << 20
	perStream  = 4 << 10 // spent by each one, however small
	mostLayers = 4       // a stream may be compressed more than once
)

// examineStreams searches what the file holds compressed. A stream of objects is
// recognised by its dictionary or by how it begins, since a dictionary can be
// written to hide what it says; one that cannot be read whole is refused.
func examineStreams(content []byte) error {
	spent, start := 0, 0
	for at := 0; ; {
		next := bytes.Index(content[at:], []byte("stream"))
		if next < 0 {
			return nil
		}
		word, before := at+next, at
		at = word + len("stream")
		if bytes.HasSuffix(content[:word], []byte("end")) {
			start = word
			continue
		}
		if end := bytes.LastIndex(content[before:word], []byte("endobj")); end >= 0 {
			start = before + end
		}
		if spent += perStream + word - start; spent > mostInAll {
			return ErrBomb
		}
		cost, err := examineStream(plainNames(content[start:word]), content[at:])
		if err != nil {
			return err
		}
		if spent += cost; spent > mostInAll {
			return ErrBomb
		}
	}
}

// examineStream searches one stream under its dictionary, and says what reading
// and unfolding it cost: one may read all that follows and unfold to nothing.
func examineStream(dictionary, body []byte) (int, error) {
	objects := named(dictionary, []byte("/First"))
	if objects && !simplyFolded(dictionary) {
		return 0, ErrLockedPDF
	}
	cost := 0
	for layer := range mostLayers {
		text, read, err := unfold(body)
		if err != nil {
			return cost, err
		}
		if text == nil {
			if objects && layer == 0 && named(dictionary, []byte("/Filter")) {
				return cost, ErrLockedPDF
			}
			return cost, nil
		}
		cost, body = cost+read+len(text), text
		if names := plainNames(text); (objects || numbered.Match(text)) && (acts(names) || named(names, []byte("/Encrypt"))) {
			return cost, ErrActivePDF
		}
	}
	return cost, ErrBomb
}

// numbered is how a stream of objects begins: the number and the place of each
// (ISO 32000-1 §7.5.7).
var numbered = regexp.MustCompile(`^(?:[\s\x00]|%[^\r\n]*[\r\n])*\d+[\s\x00]+\d+[\s\x00]`)

// deflated is the one way of folding objects that is searched here.
var deflated = regexp.MustCompile(`/Filter[\s\x00]*(?:/FlateDecode|\[[\s\x00]*/FlateDecode[\s\x00]*\])[\s\x00/>]`)

// simplyFolded tells a stream that is in clear or deflated once, without a
// predictor that would write it otherwise.
func simplyFolded(dictionary []byte) bool {
	if named(dictionary, []byte("/DecodeParms")) || bytes.Contains(dictionary, []byte("/Crypt")) {
		return false
	}
	filters := bytes.Count(dictionary, []byte("/Filter"))
	return filters == 0 || filters == 1 && deflated.Match(dictionary)
}

// unfold inflates a stream, and says how much of the body it read; one that is
// not compressed gives nil, since its bytes were searched with the rest of the file.
func unfold(body []byte) (text []byte, read int, err error) {
	source := bytes.NewReader(bytes.TrimLeft(body, "\r\n "))
	length := source.Len()
	reader, err := zlib.NewReader(source)
	if err != nil {
		return nil, 0, nil
	}
	out := bytes.NewBuffer([]byte{})
	n, _ := io.Copy(out, io.LimitReader(reader, mostStream+1)) // what is cut short was still read
	if n > mostStream {
		return nil, 0, ErrBomb
	}
	return out.Bytes(), length - source.Len(), nil
}
