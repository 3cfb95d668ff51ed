// Package upload takes files from strangers: it tells what a file really is from
// its content, refuses what could harm whoever opens it, asks an antivirus when
// there is one, and seals what is kept. It refuses to trust a name, a declared
// type, or an antivirus that does not answer.
package upload

import (
	"bytes"
	"context"
	"strings"
	"unicode"

	"passnum/internal/fault"
)

// MostBytes is the heaviest file accepted: 10 MiB (interop: Lemon Way's limit for
// the same papers).
const MostBytes = 10 << 20

// MediaType is what a file is, told by its content.
type MediaType string

// What is accepted.
const (
	PDF  MediaType = "application/pdf"
	JPEG MediaType = "image/jpeg"
	PNG  MediaType = "image/png"
)

// Label is the type as people call it.
func (m MediaType) Label() string {
	return map[MediaType]string{PDF: "PDF", JPEG: "photo JPEG", PNG: "image PNG"}[m]
}

// File is a file that was found harmless; Content may be a little smaller than
// what was sent, stripped of what a picture carries beside the picture.
type File struct {
	Name      string
	MediaType MediaType
	Content   []byte
}

// What upload refuses, each in a sentence for whoever sent the file.
var (
	ErrEmpty     = fault.New(fault.KindInvalid, "Ce fichier est vide. Choisissez-le de nouveau.")
	ErrTooHeavy  = fault.New(fault.KindInvalid, "Ce fichier est trop lourd\u00a0: 10\u00a0Mo au plus. Réduisez la photo, ou enregistrez le document en PDF allégé.")
	ErrType      = fault.New(fault.KindInvalid, "Ce fichier n’est ni un PDF, ni une photo JPEG ou PNG, quel que soit son nom. Enregistrez le document en PDF, ou prenez-le en photo.")
	ErrHEIC      = fault.New(fault.KindInvalid, "Cette photo est au format HEIC. Sur l’iPhone, faites une capture d’écran de la photo et envoyez-la, ou choisissez «\u00a0Le plus compatible\u00a0» dans Réglages, Appareil photo.")
	ErrPolyglot  = fault.New(fault.KindInvalid, "Ce fichier contient autre chose que le document\u00a0: nous ne pouvons pas le garder. Imprimez-le en PDF, ou faites-en une photo, puis envoyez la copie.")
	ErrActivePDF = fault.New(fault.KindInvalid, "Ce PDF contient un programme, un formulaire ou un fichier joint\u00a0: nous ne pouvons pas le garder. Imprimez-le en PDF («\u00a0Imprimer\u00a0», «\u00a0Enregistrer au format PDF\u00a0»), puis envoyez la copie.")
	ErrLockedPDF = fault.New(fault.KindInvalid, "Ce PDF est protégé\u00a0: nous ne pouvons pas vérifier qu’il est sans danger. Imprimez-le en PDF («\u00a0Imprimer\u00a0», «\u00a0Enregistrer au format PDF\u00a0»), puis envoyez la copie.")
	ErrBrokenPDF = fault.New(fault.KindInvalid, "Ce PDF est abîmé ou incomplet. Ouvrez-le, imprimez-le en PDF, puis envoyez la copie.")
	ErrBomb      = fault.New(fault.KindInvalid, "Ce fichier se déplie en quelque chose de bien trop grand. Prenez le document en photo, et envoyez la photo.")
	ErrPicture   = fault.New(fault.KindInvalid, "Cette image est abîmée ou incomplète. Prenez de nouveau la photo.")
	ErrTooWide   = fault.New(fault.KindInvalid, "Cette image est trop grande\u00a0: 60 millions de points au plus. Réduisez-la, puis envoyez-la de nouveau.")
	ErrInfected  = fault.New(fault.KindInvalid, "L’antivirus a reconnu un logiciel dangereux dans ce fichier. Il n’a pas été gardé. Vérifiez votre ordinateur avant d’envoyer une autre copie.")
	ErrNoScanner = fault.New(fault.KindConflict, "L’antivirus ne répond pas\u00a0: par prudence, votre fichier n’a pas été gardé. Réessayez dans quelques minutes.")
)

// Scanner is an antivirus. It returns nil only when the content was read whole and
// found clean; ErrInfected; any other error means that it is not known.
type Scanner interface {
	Scan(ctx context.Context, content []byte) error
}

// Gate is what every file goes through.
type Gate struct {
	// Scanner may be nil: no antivirus is then asked.
	Scanner Scanner
}

// Pass tells what the content is and refuses what must not be kept; name is only
// kept to show it.
func (g Gate) Pass(ctx context.Context, name string, content []byte) (File, error) {
	f := File{Name: CleanName(name)}
	switch {
	case len(content) == 0:
		return f, ErrEmpty
	case len(content) > MostBytes:
		return f, ErrTooHeavy
	}
	var err error
	if f.MediaType, err = sniff(content); err != nil {
		return f, err
	}
	if f.Content, err = inTurn(ctx, f.MediaType, content); err != nil {
		return f, err
	}
	if g.Scanner == nil {
		return f, nil
	}
	// The antivirus reads what was sent, not what was kept of it.
	if err := g.Scanner.Scan(ctx, content); err != nil {
		if _, told := fault.As(err); told {
			return f, err
		}
		return f, fault.Wrap(ErrNoScanner, err.Error())
	}
	return f, nil
}

func sniff(content []byte) (MediaType, error) {
	switch {
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return PDF, nil
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return JPEG, nil
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, nil
	case len(content) > 12 && string(content[4:8]) == "ftyp":
		return "", ErrHEIC
	default:
		return "", ErrType
	}
}

// turn lets one file be examined at a time: a picture of 60 million points fills
// several hundred megabytes while it is opened, and ten at once would stop us.
var turn = make(chan struct{}, 1)

func inTurn(ctx context.Context, kind MediaType, content []byte) ([]byte, error) {
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.Wrap(ctx.Err(), "wait for another file")
	}
	defer func() { <-turn }()
	return examine(kind, content)
}

func examine(kind MediaType, content []byte) ([]byte, error) {
	if hidesAnother(kind, content) {
		return nil, ErrPolyglot
	}
	switch kind {
	case PDF:
		return content, examinePDF(content)
	case JPEG:
		return cleanJPEG(content)
	default:
		return cleanPNG(content)
	}
}

const longestName = 120

// CleanName keeps of a file's name what can be shown and downloaded: its last
// part, without control characters or path signs, 120 characters at most.
func CleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>:|?*;`, r) {
			return -1
		}
		return r
	}, name))
	if runes := []rune(name); len(runes) > longestName {
		name = string(runes[len(runes)-longestName:])
	}
	if name == "" {
		return "document"
	}
	return name
}
