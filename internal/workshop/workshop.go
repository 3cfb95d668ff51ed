// Package workshop is the ateliers of structures: planned once or every week,
// shown to everyone, booked with a carnet's number, and who came. It refuses to
// know anybody's name, to give a seat twice, and to promise a chèque that a
// carnet no longer holds.
package workshop

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/territory"
)

// Workshop is one dated atelier, with what is told of its place.
type Workshop struct {
	StructureID  uuid.UUID
	ID           uuid.UUID
	SeriesID     uuid.UUID
	PlaceID      uuid.UUID
	Title        string
	Note         string
	Entries      []int16
	StartsAt     time.Time
	Minutes      int
	Mode         string
	Seats        int
	Taken        int
	Waiting      int
	Cheques      int
	Language     string
	Level        int
	Published    bool
	Revision     int
	UpdatedAt    time.Time
	CancelledAt  *time.Time
	CancelReason string
	ClosedAt     *time.Time
	Place        string
	Structure    string
	Street       string
	Complement   string
	PostalCode   string
	Town         string
	Insee        string
	Phone        string
	Latitude     *float64
	Longitude    *float64
}

const workshopColumns = `w.structure_id, w.id, w.series_id, w.place_id, w.title, w.note, w.entries, w.starts_at, w.minutes, w.mode, w.seats, w.taken,
	w.waiting, w.cheques, w.language, w.level, w.published, w.revision, w.updated_at, w.cancelled_at, w.cancel_reason, w.closed_at,
	p.name AS place, p.structure_name AS structure, p.street, p.complement, p.postal_code, p.town, p.insee, p.phone, p.latitude, p.longitude`

const fromWorkshops = `
	FROM workshops w JOIN places p ON p.structure_id = w.structure_id AND p.id = w.place_id `

const workshopSelect = `SELECT ` + workshopColumns + fromWorkshops

// Starts is when it begins, on Paris clocks.
func (w Workshop) Starts() time.Time { return w.StartsAt.In(postgres.Paris) }

// Ends is when it ends, on Paris clocks.
func (w Workshop) Ends() time.Time { return w.Starts().Add(time.Duration(w.Minutes) * time.Minute) }

// Left is how many seats are free.
func (w Workshop) Left() int { return max(0, w.Seats-w.Taken) }

// Cancelled reports whether it will not take place.
func (w Workshop) Cancelled() bool { return w.CancelledAt != nil }

// Open reports whether a seat, or a rank on the waiting list, may be asked for.
func (w Workshop) Open(now time.Time) bool { return !w.Cancelled() && now.Before(w.StartsAt) }

// Address is where it takes place, in one line.
func (w Workshop) Address() string {
	return identifier.PostalAddress{Complement: w.Complement, Street: w.Street, PostalCode: w.PostalCode, Town: w.Town}.OneLine()
}

// Numbers are its services.
func (w Workshop) Numbers() []int {
	list := make([]int, len(w.Entries))
	for i, e := range w.Entries {
		list[i] = int(e)
	}
	return list
}

// ForOne and ForSeveral are the two ways of giving an atelier.
const (
	ForOne     = "individuel"
	ForSeveral = "collectif"
)

// Language is a language in which an atelier is given.
type Language struct{ Code, Label string }

// Languages lists those that are offered, French first.
var Languages = []Language{
	{"fr", "Français"}, {"fsl", "Langue des signes française"}, {"en", "Anglais"}, {"ar", "Arabe"}, {"es", "Espagnol"}, {"it", "Italien"},
	{"pt", "Portugais"}, {"ro", "Roumain"}, {"ru", "Russe"}, {"ti", "Tigrigna"}, {"tr", "Turc"}, {"uk", "Ukrainien"}, {"zh", "Chinois"},
}

// LanguageLabel names a language; its code when it is not ours.
func LanguageLabel(code string) string {
	for _, l := range Languages {
		if l.Code == code {
			return l.Label
		}
	}
	return code
}

// DurationWords says how long an atelier lasts.
func DurationWords(minutes int) string {
	if minutes%60 == 0 {
		return strconv.Itoa(minutes/60) + "\u00a0h"
	}
	return strconv.Itoa(minutes/60) + "\u00a0h\u00a0" + strconv.Itoa(minutes%60)
}

// Options are what the rest of the installation lends to this package.
type Options struct {
	// Queue takes the notices that follow an act.
	Queue jobs.Queue
	// BaseURL is the site's address, without its last slash.
	BaseURL string
}

// Service is the use cases of ateliers.
type Service struct {
	db     *postgres.DB
	places *territory.Index
	Options
}

// NewService makes the use cases.
func NewService(db *postgres.DB, index *territory.Index, options Options) *Service {
	return &Service{db: db, places: index, Options: options}
}

// Now is the clock by which an atelier is past.
func (s *Service) Now() time.Time { return s.db.Now() }

// What this package refuses.
var (
	// ErrNotFound hides ateliers that do not exist, and those of others.
	ErrNotFound = fault.New(fault.KindNotFound, "Cet atelier n’existe pas, ou il n’est plus affiché.")
	// ErrNoPlace hides places that are not shown.
	ErrNoPlace = fault.New(fault.KindNotFound, "Ce lieu n’existe pas, ou il n’est plus affiché.")
	// ErrOver refuses to change what was cancelled or has begun.
	ErrOver = fault.New(fault.KindConflict, "Cet atelier est annulé ou a déjà commencé\u00a0: il ne se modifie plus.")
	// ErrTwice refuses the same atelier at the same time.
	ErrTwice = fault.Field("jour", "Cet atelier est déjà prévu ce jour-là, à cette heure et dans ce lieu.")
	// ErrTaken refuses fewer seats than were given.
	ErrTaken = fault.Field("places", "Plus de places que cela sont déjà réservées. Retirez d’abord des réservations, ou gardez ce nombre.")
)

// inOrganisation names what an own use case was doing when it fails.
func (s *Service) inOrganisation(ctx context.Context, scope postgres.Scope, doing string, fn func(*postgres.Tx) error) error {
	return fault.Wrap(s.db.InOrganisation(ctx, scope, fn), doing)
}
