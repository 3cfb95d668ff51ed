package order

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

func plainCount(n int) string { return money.Count(int64(n)) }

// Paper is a document that travels with parcels.
type Paper string

// The papers of a shipment.
const (
	Slip   Paper = "bordereau"
	Labels Paper = "etiquettes"
	Letter Paper = "lettre"
)

// PaperKinds lists the papers of a shipment, in the order they are used.
var PaperKinds = []Paper{Slip, Labels, Letter}

// Label is the paper in French.
func (p Paper) Label() string {
	switch p {
	case Slip:
		return "Bordereaux de livraison"
	case Labels:
		return "Étiquettes de colis"
	case Letter:
		return "Lettres d’accompagnement"
	default:
		return ""
	}
}

// perBox is how many carnets a box holds: a ream of paper, that one person lifts.
const perBox = 200

var errNoPaper = fault.New(fault.KindNotFound, "Ce document n’existe pas\u00a0: la commande n’a pas encore de numéro ou de colis.")

// Paper prints a paper of the shipment for the order's own commanditaire.
func (s *Service) Paper(ctx context.Context, actor identity.Actor, id uuid.UUID, kind Paper) (File, error) {
	err := s.asOwner(ctx, actor, identity.OrderRead, id, func(_ *postgres.Tx, _ *Order) error { return nil })
	if err != nil {
		return File{}, fmt.Errorf("print shipment: %w", err)
	}
	return s.paper(ctx, id, kind)
}

// PaperForOperator is Paper for the operator.
func (s *Service) PaperForOperator(ctx context.Context, actor identity.Actor, id uuid.UUID, kind Paper) (File, error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return File{}, err
	}
	return s.paper(ctx, id, kind)
}

func (s *Service) paper(ctx context.Context, id uuid.UUID, kind Paper) (File, error) {
	var facts print.DeliveryFacts
	var number string
	err := s.asSystem(ctx, id, func(tx *postgres.Tx, o *Order) (err error) {
		if o.Number == "" || len(o.Deliveries) == 0 {
			return errNoPaper
		}
		number = o.Number
		facts, err = s.deliveryFacts(ctx, tx, o)
		return err
	})
	if err != nil {
		return File{}, fmt.Errorf("print shipment: %w", err)
	}
	var pdf []byte
	switch kind {
	case Slip:
		pdf, err = print.DeliverySlip(facts)
	case Labels:
		pdf, err = print.ParcelLabels(facts)
	case Letter:
		pdf, err = print.CoverLetter(facts)
	default:
		err = errNoPaper
	}
	return File{Name: string(kind) + "-" + number + ".pdf", MediaType: "application/pdf", Content: pdf}, err
}

type addressRow struct {
	ID                                                        uuid.UUID
	ReferentName, Phone, Street, Complement, PostalCode, Town string
}

func (a addressRow) line() string {
	return strings.Join(nonEmpty(a.Street, a.Complement, strings.TrimSpace(a.PostalCode+" "+a.Town)), ", ")
}

// addresses are the points of the order, as a carrier needs them.
func addresses(ctx context.Context, tx *postgres.Tx, o *Order) (map[uuid.UUID]addressRow, error) {
	rows, err := postgres.All[addressRow](ctx, tx, `
		SELECT p.id, p.referent_name, p.phone, p.street, p.complement, p.postal_code, p.town
		FROM order_deliveries d JOIN points p ON p.aiguilleur_id = d.aiguilleur_id AND p.id = d.point_id
		WHERE d.commanditaire_id = @commanditaire AND d.order_id = @order`, key(o))
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	byPoint := map[uuid.UUID]addressRow{}
	for _, row := range rows {
		byPoint[row.ID] = row
	}
	return byPoint, nil
}

func (s *Service) deliveryFacts(ctx context.Context, tx *postgres.Tx, o *Order) (print.DeliveryFacts, error) {
	buyer, err := buyerOf(ctx, tx, o)
	if err != nil {
		return print.DeliveryFacts{}, err
	}
	byPoint, err := addresses(ctx, tx, o)
	f := print.DeliveryFacts{
		Issuer: s.Issuer, Number: "L" + o.Number, Order: o.Number, Commanditaire: buyer, Total: o.Carnets, CreatedAt: tx.Now().In(postgres.Paris),
		Format: o.carnetFormat(), Sender: s.Issuer.Name, ReceptionURL: s.shortURL() + "/aiguilleur",
	}
	if o.PrintMode == PrintDesk {
		f.Sender = o.Commanditaire
	}
	for _, d := range o.Parcels() {
		address := byPoint[d.PointID]
		if d.ShippedAt != nil {
			f.ShippedOn = d.ShippedAt.In(postgres.Paris)
		}
		f.Points = append(f.Points, print.DeliveryPoint{
			Name: d.PointName, Address: address.line(), Contact: strings.Join(nonEmpty(address.ReferentName, address.Phone), ", "),
			Carnets: d.Carnets, Ranges: boxes(o.Number, d.From, d.To),
		})
	}
	return f, err
}

// carnetFormat says one carnet: « 5 chèques de 10 € ».
func (o Order) carnetFormat() string {
	return count(o.ChequesPerCarnet, "chèque") + " de " + o.FaceValue.Short()
}

func (s *Service) shortURL() string {
	return strings.TrimPrefix(strings.TrimPrefix(s.BaseURL, "https://"), "http://")
}

// boxes cuts a parcel's range in boxes that one person lifts.
func boxes(number string, from, to int) []print.SerialRange {
	var list []print.SerialRange
	for ; from <= to; from += perBox {
		last := min(from+perBox-1, to)
		list = append(list, print.SerialRange{First: carnet.Serial(number, from), Last: carnet.Serial(number, last), Carnets: last - from + 1})
	}
	return list
}
