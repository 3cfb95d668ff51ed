package structure

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// ReportKinds are what visitors may say is wrong, in the order screens offer it.
var ReportKinds = []Word{{"ferme", "Le lieu est fermé, ou a déménagé"}, {"adresse", "L’adresse ou la position sur la carte est fausse"}, {"horaires", "Les horaires sont faux"},
	{"contact", "Le téléphone ou le courriel ne répond pas"}, {"services", "Un service affiché n’y est pas donné"},
	{"paye", "On m’a demandé un complément, ou refusé mes chèques"}, {"autre", "Autre chose"}}

// Report is an error that a visitor signalled on a place. Nothing is kept of who.
type Report struct {
	ID             uuid.UUID
	StructureID    *uuid.UUID
	StructureName  string
	PlaceID        uuid.UUID
	PlaceName      string
	Town           string
	Kind           string
	Message        string
	ReportedAt     time.Time
	State          ReportState
	Answer         string
	AnsweredAt     *time.Time
	AnsweredByName string
	EscalatedAt    *time.Time
}

// ReportState is what became of a report.
type ReportState string

// The states of a report.
const (
	ReportOpen      ReportState = "ouvert"
	ReportCorrected ReportState = "corrige"
	ReportDismissed ReportState = "sans_suite"
)

// Label is the kind in French.
func (r Report) Label() string {
	for _, k := range ReportKinds {
		if k.Code == r.Kind {
			return k.Label
		}
	}
	return r.Kind
}

// ReportForm is what a visitor types; comments give the names of the fields.
type ReportForm struct {
	Kind    string // probleme
	Message string // message
}

func (f ReportForm) read() (ReportForm, error) {
	var c fault.Collector
	f.Message = strings.TrimSpace(f.Message)
	c.Check(slices.Contains(codes(ReportKinds), f.Kind), "probleme", "Dites ce qui ne va pas.")
	c.Check(f.Kind != "autre" || f.Message != "", "message", "Dites en quelques mots ce qui ne va pas.")
	c.Check(len([]rune(f.Message)) <= 1000, "message", "Raccourcissez ce message\u00a0: 1\u202f000 caractères au plus.")
	return f, c.Err()
}

// What reports refuse.
var (
	// ErrNoPublicPlace hides places that are not shown.
	ErrNoPublicPlace = fault.New(fault.KindNotFound, "Ce lieu n’existe pas, ou il n’est plus affiché.")
	// ErrNoReport hides reports that do not exist and those of others.
	ErrNoReport = fault.New(fault.KindNotFound, "Ce signalement n’existe pas, ou il n’est pas pour vous.")
	// ErrManyReports slows down who reports over and over.
	ErrManyReports = fault.New(fault.KindTooMany, "Plusieurs erreurs viennent d’être signalées d’ici. Réessayez dans une heure.")
)

const (
	reportsPerAddress = 6  // in an hour; a whole media library may share it
	reportsPerPlace   = 12 // in an hour, by everybody
)

// PublicPlace finds a published place, whoever's it is; ErrNoPublicPlace.
func (s *Service) PublicPlace(ctx context.Context, id uuid.UUID) (KnownPlace, error) {
	var p KnownPlace
	err := s.db.InPublic(ctx, func(tx *postgres.Tx) (err error) {
		p, err = postgres.One[KnownPlace](ctx, tx, `SELECT `+knownColumns+` FROM places p WHERE p.published AND p.id = @id`, postgres.Args{"id": id})
		return err
	})
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrNoPublicPlace
	}
	return p, fault.Wrap(err, "read public place")
}

// Report keeps what a visitor says is wrong with a published place, and tells
// its structure. It returns ErrNoPublicPlace or ErrManyReports.
func (s *Service) Report(ctx context.Context, visitor identity.Actor, place uuid.UUID, form ReportForm) error {
	p, err := s.PublicPlace(ctx, place)
	if err != nil {
		return err
	}
	if form, err = form.read(); err != nil {
		return err
	}
	over := false
	err = s.db.InIdentity(ctx, func(tx *postgres.Tx) error {
		if over, err = tooManyReports(ctx, tx, visitor.Address, place); err != nil || over {
			return err
		}
		id := postgres.NewID()
		err := postgres.Must(ctx, tx, `
			INSERT INTO place_reports (id, structure_id, place_id, kind, message, reported_at) VALUES (@id, @structure, @place, @kind, @message, @now)`,
			postgres.Args{"id": id, "structure": p.StructureID, "place": place, "kind": form.Kind, "message": form.Message, "now": tx.Now()})
		if err != nil || p.StructureID == nil {
			return err
		}
		return s.Queue.Enqueue(ctx, tx, ReportNotice{ReportID: id})
	})
	if err == nil && over {
		err = ErrManyReports
	}
	return fault.Wrap(err, "report an error")
}

func tooManyReports(ctx context.Context, tx *postgres.Tx, address string, place uuid.UUID) (bool, error) {
	return postgres.Value[bool](ctx, tx, `
		WITH tried AS (
			INSERT INTO failed_tries AS f (subject, window_start, tries)
			SELECT s, @hour, 1 FROM unnest(@subjects::text[]) AS s
			ON CONFLICT (subject, window_start) DO UPDATE SET tries = f.tries + 1 RETURNING subject, tries
		)
		SELECT bool_or(t.tries > l.most) FROM tried t JOIN unnest(@subjects::text[], @most::int[]) AS l(subject, most) USING (subject)`,
		postgres.Args{"hour": tx.Now().Truncate(time.Hour), "most": []int32{reportsPerPlace, reportsPerAddress},
			"subjects": []string{"signalement:lieu:" + place.String(), "signalement:adresse:" + address}})
}

// ReportNotice is the job that tells a structure of a report.
type ReportNotice struct {
	ReportID uuid.UUID `json:"report_id"`
}

// Kind names the job.
func (ReportNotice) Kind() string { return "structure_report_notice" }

type reportTeller struct {
	river.WorkerDefaults[ReportNotice]
	service *Service
}

// Work tells, once.
func (w *reportTeller) Work(ctx context.Context, job *river.Job[ReportNotice]) error {
	return w.service.TellReport(ctx, job.Args)
}

// TellReport writes to the structure: once a day for a place, however many
// visitors say so.
func (s *Service) TellReport(ctx context.Context, n ReportNotice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		r, err := postgres.One[Report](ctx, tx, reportSelect+` WHERE r.id = @id`, postgres.Args{"id": n.ReportID})
		if errors.Is(err, postgres.ErrNoRow) {
			return nil
		}
		if err != nil || r.StructureID == nil {
			return err
		}
		told, err := postgres.Value[bool](ctx, tx, `
			SELECT EXISTS (SELECT FROM place_reports WHERE place_id = @place AND id <> @id AND (reported_at, id) < (@at, @id) AND reported_at > @day)`,
			postgres.Args{"place": r.PlaceID, "id": r.ID, "at": r.ReportedAt, "day": r.ReportedAt.Add(-24 * time.Hour)})
		if err != nil || told {
			return err
		}
		return s.tellPlaceTeam(ctx, tx, *r.StructureID, letter{
			subject: "Une erreur est signalée sur un de vos lieux",
			body: []string{"Un visiteur signale une erreur sur la page de " + r.PlaceName + ", à " + r.Town + "\u00a0: «\u00a0" + r.Label() + "\u00a0».",
				"Corrigez la page ou dites que tout est juste. Sans réponse sous sept jours, le signalement passe à l’opérateur."},
			label: "Lire le signalement", path: "/structure/lieux/signalements",
		})
	})
	return fault.Wrap(err, "tell of a report")
}
