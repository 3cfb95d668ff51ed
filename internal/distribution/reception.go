package distribution

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Parcel is carnets of one order sent to one point.
type Parcel struct {
	CommanditaireID uuid.UUID
	Commanditaire   string
	ID              uuid.UUID
	OrderID         uuid.UUID
	OrderNumber     string
	Title           string
	PointID         uuid.UUID
	PointName       string
	Carnets         int
	NumberFrom      int
	NumberTo        int
	Cheques         int
	FaceValueCents  int64
	Tracking        string
	ShippedAt       time.Time
	ReceivedAt      *time.Time
	ReceivedCarnets *int
	ReceivedNote    string
	Mandated        bool // a signed convention lets the point take it
}

// First is the serial number of the parcel's first carnet.
func (p Parcel) First() string { return carnet.Serial(p.OrderNumber, p.NumberFrom) }

// Last is the serial number of the parcel's last carnet.
func (p Parcel) Last() string { return carnet.Serial(p.OrderNumber, p.NumberTo) }

// Terms are the parcel's carnets in words.
func (p Parcel) Terms() Terms {
	return Terms{Commanditaire: p.Commanditaire, OrderNumber: p.OrderNumber, Title: p.Title, Cheques: p.Cheques, FaceValueCents: p.FaceValueCents}
}

// The refusals of a reception.
var (
	ErrParcelNotFound  = fault.New(fault.KindNotFound, "Ce colis n’existe pas, ou il n’est pas pour vous.")
	ErrAlreadyReceived = fault.New(fault.KindConflict, "La réception de ce colis est déjà confirmée.")
	ErrMissingUnread   = fault.Field("manquants", "Écrivez les numéros manquants, séparés par des virgules\u00a0: un numéro, ou «\u00a0premier à dernier\u00a0». Ils doivent être dans ce colis.")
	ErrNothingReceived = fault.Field("manquants", "Il manquerait tous les carnets. Si rien n’est arrivé, ne confirmez pas\u00a0: prévenez le commanditaire.")
	ErrNoteMissing     = fault.Field("note", "Dites ce qui s’est passé\u00a0: colis ouvert, carnets abîmés, erreur d’envoi…")
)

const parcelSelect = `
	SELECT d.commanditaire_id, t.commanditaire, d.id, d.order_id, t.order_number, t.title, d.point_id, p.name AS point_name, d.carnets,
		d.number_from, d.number_to, t.cheques, t.face_value_cents, d.tracking, d.shipped_at, d.received_at, d.received_carnets, d.received_note,
		d.commanditaire_id = @me OR EXISTS (SELECT 1 FROM conventions c WHERE c.commanditaire_id = d.commanditaire_id AND c.aiguilleur_id = @me
			AND c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= @today) AS mandated
	FROM order_deliveries d
	JOIN points p ON p.aiguilleur_id = d.aiguilleur_id AND p.id = d.point_id
	CROSS JOIN LATERAL counter_terms(d.commanditaire_id, d.order_id) t
	WHERE d.aiguilleur_id = @me AND d.shipped_at IS NOT NULL AND d.number_from IS NOT NULL`

// Parcels lists what was sent to the organisation's points: those to confirm
// first, then the last ones received.
func (s *Service) Parcels(ctx context.Context, actor identity.Actor) ([]Parcel, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return nil, err
	}
	var parcels []Parcel
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		parcels, err = postgres.All[Parcel](ctx, tx, parcelSelect+`
			ORDER BY d.received_at IS NOT NULL, d.received_at DESC, d.shipped_at, d.id LIMIT 100`,
			postgres.Args{"me": actor.OrganisationID, "today": tx.Today()})
		return err
	})
	return parcels, wrap(err, "list parcels")
}

// Parcel finds one parcel; ErrParcelNotFound otherwise.
func (s *Service) Parcel(ctx context.Context, actor identity.Actor, id uuid.UUID) (Parcel, error) {
	if err := actor.May(identity.StockRead); err != nil {
		return Parcel{}, err
	}
	var p Parcel
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		p, err = findParcel(ctx, tx, actor, id, "")
		return err
	})
	return p, wrap(err, "read parcel")
}

// Reception is what a counter declares of a parcel. Missing is empty for a
// complete one.
type Reception struct {
	Missing string // manquants, as typed
	Note    string // note, needed when something is missing
}

// Receive puts a parcel's carnets, but the missing ones, into the point's stock
// and tells the commanditaire. ErrConventionMissing, ErrAlreadyReceived, or a
// refusal of what was declared.
func (s *Service) Receive(ctx context.Context, actor identity.Actor, id uuid.UUID, declared Reception) (Parcel, error) {
	if err := actor.May(identity.HandOver); err != nil {
		return Parcel{}, err
	}
	var p Parcel
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) (err error) {
		if p, err = findParcel(ctx, tx, actor, id, " FOR UPDATE OF d"); err != nil {
			return err
		}
		if p.ReceivedAt != nil {
			return ErrAlreadyReceived
		}
		if err := mandated(ctx, tx, p.CommanditaireID, actor.OrganisationID); err != nil {
			return err
		}
		return s.receive(ctx, tx, actor, &p, declared)
	})
	return p, wrap(err, "receive parcel")
}

func (s *Service) receive(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p *Parcel, declared Reception) error {
	missing, err := parseMissing(declared.Missing, p.NumberFrom, p.NumberTo)
	if err != nil {
		return err
	}
	note := strings.TrimSpace(declared.Note)
	if len(missing) > 0 && note == "" {
		return ErrNoteMissing
	}
	arrived := without(span{p.NumberFrom, p.NumberTo}, missing)
	if len(arrived) == 0 {
		return ErrNothingReceived
	}
	if len(missing) > 0 {
		note = "manquent " + p.words(missing) + ". " + note
	}
	received, holder := 0, carnet.Holder{AiguilleurID: actor.OrganisationID, PointID: p.PointID}
	for _, part := range arrived {
		r := carnet.Range{CommanditaireID: p.CommanditaireID, OrderID: p.OrderID, From: part.from, To: part.to}
		if err := carnet.Receive(ctx, tx, r, holder, actor.Account(), note); err != nil {
			return err
		}
		received += r.Count()
	}
	return s.recordReception(ctx, tx, actor, p, received, note)
}

func (s *Service) recordReception(ctx context.Context, tx *postgres.Tx, actor identity.Actor, p *Parcel, received int, note string) error {
	err := postgres.Must(ctx, tx, `
		UPDATE order_deliveries SET received_at = @now, received_by = @account, received_carnets = @received, received_note = @note
		WHERE commanditaire_id = @commanditaire AND id = @id AND received_at IS NULL`,
		postgres.Args{"now": tx.Now(), "account": actor.Account(), "received": received, "note": note, "commanditaire": p.CommanditaireID, "id": p.ID})
	if err != nil {
		return err
	}
	now := tx.Now()
	p.ReceivedAt, p.ReceivedCarnets, p.ReceivedNote = &now, &received, note
	err = audit.Record(ctx, tx, actor, audit.Act{Name: "réception d’un colis", SubjectKind: "commande", SubjectID: p.OrderID, Parties: []uuid.UUID{p.CommanditaireID},
		Detail: map[string]any{"point": p.PointName, "carnets": received, "attendus": p.Carnets, "note": note}})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, Notice{Event: EventParcelReceived, CommanditaireID: p.CommanditaireID, SubjectID: p.ID, By: actor.OrganisationID})
}

func (p Parcel) words(spans []span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = carnet.Serial(p.OrderNumber, s.from)
		if s.to > s.from {
			parts[i] += " à " + carnet.Serial(p.OrderNumber, s.to)
		}
	}
	return strings.Join(parts, ", ")
}

func findParcel(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, lock string) (Parcel, error) {
	p, err := postgres.One[Parcel](ctx, tx, parcelSelect+` AND d.id = @id`+lock,
		postgres.Args{"me": actor.OrganisationID, "id": id, "today": tx.Today()})
	if errors.Is(err, postgres.ErrNoRow) {
		return p, ErrParcelNotFound
	}
	return p, err
}
