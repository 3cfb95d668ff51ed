package print

import (
	"errors"
	"fmt"
	"io"
	"time"

	"passnum/internal/money"
)

// MostCarnets is how many carnets one file holds; a larger run is split by the
// caller so that a file stays small enough for a print shop to open.
const MostCarnets = 1000

// What WriteCarnets refuses.
var (
	ErrTooManyCarnets = errors.New("print: more than 1,000 carnets for one file")
	ErrNoCarnet       = errors.New("print: no carnet to print")
	ErrMixedCarnets   = errors.New("print: carnets of different sizes in one file")
	ErrSerial         = errors.New("print: a serial number must be plain ASCII")
)

// CarnetRun holds what all carnets of a file have in common.
type CarnetRun struct {
	Issuer        Issuer
	Commanditaire string
	Logo          []byte // PNG or JPEG; empty for none
	Colour        string // « #073D3B », dark enough for white text on it
	Message       string // the commanditaire's words, two short lines
	Services      string // what the chèque pays for; empty means digital mediation in general
	FaceValue     money.Cents
	Validity      Validity
	PlacesURL     string // short, as a person types it: « passnum.fr/lieux »
	PlacesPhone   string
	Specimen      bool
	CreatedAt     time.Time
}

// Validity says until when a chèque is accepted. With MonthsFromHandOver,
// Until is the outer limit.
type Validity struct {
	From, Until        time.Time
	MonthsFromHandOver int
}

// Years is the validity as a mention: « 2026 », or « 2026–2027 ».
func (v Validity) Years() string {
	until := v.Until.Format("2006")
	if from := v.From.Format("2006"); !v.From.IsZero() && from != until {
		return from + "–" + until
	}
	return until
}

// Carnet is one booklet; its serial number is also what the counter scans.
type Carnet struct {
	Serial  string
	Cheques []Cheque
}

// Cheque is one voucher: its rank, its secret code of 16 characters and the
// upper-case URL that its QR code carries.
type Cheque struct {
	Rank      int
	Code      string
	QRPayload string
}

// WriteCarnets writes a print-ready PDF, one cover then one page per chèque for
// each carnet that next returns, until next answers false. Pages carry a bleed
// of 3 mm outside their trim box, and trim marks outside the bleed. Pages leave as they are drawn, so memory does
// not grow with the run; on error the caller must discard what was written.
// All carnets of a run have the same number of chèques.
func WriteCarnets(w io.Writer, facts CarnetRun, next func() (Carnet, bool, error)) error {
	carnet, ok, err := next()
	if err == nil && !ok {
		err = ErrNoCarnet
	}
	if err != nil {
		return err
	}
	p, err := newPress(w, facts, len(carnet.Cheques))
	if err != nil {
		return err
	}
	for n := 1; ok; n++ {
		if n > MostCarnets {
			return ErrTooManyCarnets
		}
		if err := p.carnet(carnet); err != nil {
			return fmt.Errorf("print: carnet %s: %w", carnet.Serial, err)
		}
		if carnet, ok, err = next(); err != nil {
			return err
		}
	}
	return p.stream.close()
}
