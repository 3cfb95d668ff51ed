package custody

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Sending is what a sender declares. PointID is the point it leaves from, at a
// counter; Destination is « commanditaire », « operateur » or a point's id.
type Sending struct {
	Key         string
	PointID     uuid.UUID
	Destination string
	Serials     string // lignes: scanned one a line, or « premier à dernier »
	Count       int    // nombre: what the sender counted
	Giveback    bool   // a return of undistributed carnets
	Tracking    string
	Note        string
	RequestID   *uuid.UUID
}

// mostCarnets bounds one transfer.
const mostCarnets = 200_000

// Send makes carnets leave the actor's desk. The same key gives the first
// transfer again. What is declared and cannot leave is refused field by field,
// and nothing moves.
func (s *Service) Send(ctx context.Context, actor identity.Actor, desk Desk, sending Sending) (Transfer, error) {
	spans, err := sending.read()
	if err != nil {
		return Transfer{}, err
	}
	var t Transfer
	err = s.in(ctx, actor, desk, true, "envoi de carnets", func(tx *postgres.Tx) (err error) {
		t, err = s.send(ctx, tx, actor, desk, sending, spans)
		return err
	})
	if postgres.Constraint(err) == "transfers_key_once" {
		return s.sent(ctx, actor, desk, sending.Key)
	}
	return t, err
}

func (f Sending) read() ([]Span, error) {
	var c fault.Collector
	c.Check(f.Key != "" && len(f.Key) <= 200, "cle", ErrKeyMissing.Fields[0].Sentence)
	spans, unread := ParseSpans(f.Serials, "")
	n := total(spans)
	switch {
	case unread != "":
		c.Add("lignes", "«\u00a0"+unread+"\u00a0» n’est pas un numéro de carnet, ni «\u00a0premier à dernier\u00a0». Exemple\u00a0: C26-014-001258 à C26-014-001262.")
	case n == 0:
		c.Add("lignes", "Scannez les carnets, ou écrivez leurs numéros.")
	case n > mostCarnets:
		c.Add("lignes", "C’est trop pour un seul transfert\u00a0: 200\u00a0000 carnets au plus.")
	}
	switch {
	case f.Count <= 0:
		c.Add("nombre", "Comptez les carnets qui partent, et écrivez leur nombre.")
	case unread == "" && n > 0 && n != f.Count:
		c.Add("nombre", fmt.Sprintf("Vous comptez %s, et les numéros en donnent %d\u00a0: recomptez, ou corrigez les numéros.", carnets(f.Count), n))
	}
	c.Check(f.Destination != "", "destination", "Choisissez où vont les carnets.")
	return spans, c.Err()
}

func (s *Service) send(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, f Sending, spans []Span) (Transfer, error) {
	d := carnet.Dispatch{ID: postgres.NewID(), Purpose: carnet.Transfer, Tracking: f.Tracking, Note: f.Note, RequestID: f.RequestID, Key: f.Key, By: by(actor)}
	if f.Giveback {
		d.Purpose = carnet.Giveback
	}
	if err := resolve(ctx, tx, &d, spans); err != nil {
		return Transfer{}, err
	}
	if err := shippedOrders(ctx, tx, desk, d); err != nil {
		return Transfer{}, err
	}
	var err error
	if d.From, err = origin(ctx, tx, actor, desk, d.CommanditaireID, f.PointID); err != nil {
		return Transfer{}, err
	}
	if d.To, err = destination(ctx, tx, desk, d, f.Destination); err != nil {
		return Transfer{}, err
	}
	number, err := carnet.Send(ctx, tx, d)
	if errors.Is(err, carnet.ErrRange) {
		return Transfer{}, elsewhere(ctx, tx, d)
	}
	if err != nil {
		return Transfer{}, err
	}
	if err := answer(ctx, tx, actor, d); err != nil {
		return Transfer{}, err
	}
	if err := s.recordSending(ctx, tx, actor, d, number, spans); err != nil {
		return Transfer{}, err
	}
	return findTransfer(ctx, tx, actor, desk, d.ID, "")
}

// resolve finds whose carnets these are: one commanditaire's, of known orders.
func resolve(ctx context.Context, tx *postgres.Tx, d *carnet.Dispatch, spans []Span) error {
	firsts := make([]string, len(spans))
	for i, span := range spans {
		firsts[i] = span.First()
	}
	type known struct {
		Serial                   string
		CommanditaireID, OrderID uuid.UUID
	}
	rows, err := postgres.All[known](ctx, tx, `SELECT serial, commanditaire_id, order_id FROM carnets WHERE serial = ANY (@serials)`, postgres.Args{"serials": firsts})
	if err != nil {
		return fmt.Errorf("resolve carnets: %w", err)
	}
	bySerial := map[string]known{}
	for _, row := range rows {
		bySerial[row.Serial] = row
		if d.CommanditaireID != uuid.Nil && d.CommanditaireID != row.CommanditaireID {
			return fault.Field("lignes", "Ces carnets sont de plusieurs commanditaires\u00a0: faites un transfert pour chacun.")
		}
		d.CommanditaireID = row.CommanditaireID
	}
	for _, span := range spans {
		k, ok := bySerial[span.First()]
		if !ok {
			return fault.Field("lignes", "Le carnet "+span.First()+" n’existe pas, ou il n’est pas chez vous.")
		}
		d.Ranges = append(d.Ranges, carnet.Range{CommanditaireID: k.CommanditaireID, OrderID: k.OrderID, From: span.From, To: span.To})
		d.OrderNumbers = append(d.OrderNumbers, span.OrderNumber)
	}
	return nil
}

// shippedOrders keeps the operator from taking carnets out of an order before it
// leaves: its parcels are numbered from its page.
func shippedOrders(ctx context.Context, tx *postgres.Tx, desk Desk, d carnet.Dispatch) error {
	if desk != OperatorDesk {
		return nil
	}
	orders := make([]uuid.UUID, len(d.Ranges))
	for i, r := range d.Ranges {
		orders[i] = r.OrderID
	}
	early, err := postgres.Values[string](ctx, tx, `SELECT number FROM orders WHERE commanditaire_id = @commanditaire AND id = ANY (@orders)
		AND state NOT IN ('expediee', 'livree', 'fonds_attestes', 'active', 'close')`, postgres.Args{"commanditaire": d.CommanditaireID, "orders": orders})
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	if len(early) > 0 {
		return fault.Field("lignes", "La commande "+early[0]+" n’est pas encore expédiée\u00a0: expédiez-la depuis sa page.")
	}
	return nil
}

func origin(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, commanditaire, point uuid.UUID) (carnet.Seat, error) {
	switch desk {
	case OperatorDesk:
		return carnet.OperatorSeat(), nil
	case CommanditaireDesk:
		if commanditaire != actor.OrganisationID {
			return carnet.Seat{}, fault.Field("lignes", "Ces carnets ne sont pas de vos commandes.")
		}
		return carnet.Seat{Place: carnet.AtCommanditaire, Label: actor.OrganisationName}, nil
	}
	label, err := postgres.Value[string](ctx, tx, `SELECT name FROM points WHERE aiguilleur_id = @me AND id = @point`,
		postgres.Args{"me": actor.OrganisationID, "point": point})
	if errors.Is(err, postgres.ErrNoRow) {
		return carnet.Seat{}, fault.Field("point", "Choisissez le point d’où partent les carnets.")
	}
	if err != nil {
		return carnet.Seat{}, fmt.Errorf("read point: %w", err)
	}
	return carnet.PointSeat(actor.OrganisationID, point, label), nil
}

var errDestination = fault.Field("destination", "Ces carnets ne peuvent pas aller là\u00a0: choisissez un point ouvert, sous convention avec leur commanditaire.")

func destination(ctx context.Context, tx *postgres.Tx, desk Desk, d carnet.Dispatch, wanted string) (carnet.Seat, error) {
	if wanted == string(carnet.AtOperator) && desk != OperatorDesk && d.Purpose == carnet.Giveback {
		return carnet.OperatorSeat(), nil
	}
	if wanted == string(carnet.AtCommanditaire) && desk != CommanditaireDesk {
		label, err := postgres.Value[string](ctx, tx, `SELECT name FROM organisations WHERE id = @id`, postgres.Args{"id": d.CommanditaireID})
		if err != nil {
			return carnet.Seat{}, fmt.Errorf("name commanditaire: %w", err)
		}
		return carnet.Seat{Place: carnet.AtCommanditaire, Label: label}, nil
	}
	id, err := uuid.Parse(wanted)
	if err != nil || d.Purpose == carnet.Giveback {
		return carnet.Seat{}, errDestination
	}
	points, err := destinations(ctx, tx, desk, d.CommanditaireID)
	if err != nil {
		return carnet.Seat{}, err
	}
	for _, p := range points {
		if p.ID == id && (d.From.PointID == nil || *d.From.PointID != id) {
			return carnet.PointSeat(p.AiguilleurID, p.ID, p.Name), nil
		}
	}
	return carnet.Seat{}, errDestination
}

// elsewhere says which carnets kept the transfer from leaving.
func elsewhere(ctx context.Context, tx *postgres.Tx, d carnet.Dispatch) error {
	missing, err := carnet.Elsewhere(ctx, tx, d, 3)
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		return fault.Field("lignes", "Une partie de ces numéros n’existe pas\u00a0: vérifiez le dernier.")
	}
	sentence := "Le carnet " + missing[0] + " n’est pas disponible ici\u00a0: il n’est pas en stock, il est déjà parti, ou il a été remis."
	if len(missing) > 1 {
		sentence = "Ces carnets ne sont pas disponibles ici\u00a0: " + strings.Join(missing, ", ") + ". Ils ne sont pas en stock, sont déjà partis, ou ont été remis."
	}
	return &fault.Error{Kind: fault.KindConflict, Sentence: sentence, Fields: []fault.FieldError{{Field: "lignes", Sentence: sentence}}}
}

func (s *Service) recordSending(ctx context.Context, tx *postgres.Tx, actor identity.Actor, d carnet.Dispatch, number string, spans []Span) error {
	act := "envoi de carnets"
	if d.Purpose == carnet.Giveback {
		act = "retour de carnets"
	}
	parties := []uuid.UUID{d.CommanditaireID}
	if d.To.AiguilleurID != nil {
		parties = append(parties, *d.To.AiguilleurID)
	}
	err := audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: "transfert", SubjectID: d.ID, Parties: parties,
		Detail: map[string]any{"transfert": number, "de": d.From.Label, "vers": d.To.Label, "carnets": d.Count(), "numéros": clip(Say(spans))}})
	if err != nil {
		return err
	}
	return s.notify(ctx, tx, Notice{Event: EventSent, CommanditaireID: d.CommanditaireID, SubjectID: d.ID})
}

// sent is the transfer that a key already made.
func (s *Service) sent(ctx context.Context, actor identity.Actor, desk Desk, key string) (Transfer, error) {
	var t Transfer
	err := s.in(ctx, actor, desk, false, "lecture d’un transfert de carnets", func(tx *postgres.Tx) error {
		id, err := postgres.Value[uuid.UUID](ctx, tx, `SELECT x.id FROM transfers x WHERE x.idempotency_key = @key AND `+sees, desk.args(actor, postgres.Args{"key": key}))
		if err != nil {
			return ErrTransferNotFound
		}
		t, err = findTransfer(ctx, tx, actor, desk, id, "")
		return err
	})
	return t, err
}

// Spot is a point that carnets may be sent to.
type Spot struct {
	ID           uuid.UUID
	AiguilleurID uuid.UUID
	Name         string
	Aiguilleur   string
	Town         string
}

// Destinations lists the points that carnets of a commanditaire may go to.
func (s *Service) Destinations(ctx context.Context, actor identity.Actor, desk Desk, commanditaire uuid.UUID) ([]Spot, error) {
	var spots []Spot
	err := s.in(ctx, actor, desk, false, "points où envoyer des carnets", func(tx *postgres.Tx) (err error) {
		spots, err = destinations(ctx, tx, desk, commanditaire)
		return err
	})
	return spots, err
}

func destinations(ctx context.Context, tx *postgres.Tx, desk Desk, commanditaire uuid.UUID) ([]Spot, error) {
	if desk == OperatorDesk {
		return postgres.All[Spot](ctx, tx, `
			SELECT p.id, p.aiguilleur_id, p.name, g.name AS aiguilleur, p.town FROM points p JOIN organisations g ON g.id = p.aiguilleur_id
			WHERE p.closed_at IS NULL AND (p.aiguilleur_id = @commanditaire OR EXISTS (
				SELECT 1 FROM conventions c WHERE c.commanditaire_id = @commanditaire AND c.aiguilleur_id = p.aiguilleur_id
				AND c.commanditaire_signed_at IS NOT NULL AND c.aiguilleur_signed_at IS NOT NULL AND c.ended_at IS NULL AND c.ends_on >= @today))
			ORDER BY g.name, p.name, p.id`, postgres.Args{"commanditaire": commanditaire, "today": tx.Today()})
	}
	return postgres.All[Spot](ctx, tx, `SELECT id, aiguilleur_id, name, aiguilleur, town FROM transfer_points(@commanditaire)`,
		postgres.Args{"commanditaire": commanditaire})
}
