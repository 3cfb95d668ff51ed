package order

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
)

type orderRow struct {
	CommanditaireID          uuid.UUID
	Commanditaire            string
	ID                       uuid.UUID
	Number                   string
	Title                    string
	State                    string
	ChequesPerCarnet         int
	FaceValueCents           int64
	Carnets                  int
	Validity                 string
	ValidUntil               time.Time
	ValidityMonths           *int
	Perimeter                territory.Perimeter
	Coverage                 referentiel.Coverage
	AcceptedStructures       string
	PublicCible              string
	Message                  string
	Colour                   string
	LogoID                   *uuid.UUID
	FeeBasisPoints           int64
	FixedFeeCents            int64
	FeeTax                   string
	FeeVATBasisPoints        int64
	FeeVATReason             string
	DownstreamFeeBasisPoints int64
	HoldDays                 int
	Notes                    string
	CreatedAt                time.Time
	UpdatedAt                time.Time
	SignedAt                 *time.Time
	Signatory                string
	SignatoryTitle           string
	EngagementNumber         string
	ServiceCode              string
	BatApprovedAt            *time.Time
	BatHash                  []byte
	ProofDesign              *Design
	DesignHash               []byte
	PrintMode                string
	LateDays                 int
	LateCap                  int
	OwnHandovers             string
	DocumentsToBring         string
	Announced                bool
	MintedCarnets            int
	AttestedCents            int64
	ActiveCents              int64
}

const selectOrder = `
	SELECT o.commanditaire_id, g.name AS commanditaire, o.id, o.number, o.title, o.state, o.cheques_per_carnet, o.face_value_cents,
		o.carnets, o.validity, o.valid_until, o.validity_months, o.perimeter, o.coverage, o.accepted_structures, o.public_cible,
		o.message, o.colour, o.logo_id, o.fee_basis_points, o.fixed_fee_cents, o.fee_tax, o.fee_vat_basis_points, o.fee_vat_reason,
		o.downstream_fee_basis_points, o.hold_days, o.notes, o.created_at, o.updated_at, o.signed_at, o.signatory,
		o.signatory_title, o.engagement_number, o.service_code, o.bat_approved_at, o.bat_hash,
		o.proof_design, o.design_hash, o.print_mode, o.late_days, o.late_cap, o.own_handovers, o.documents_to_bring, o.announced, o.minted_carnets, o.attested_cents, o.active_cents
	FROM orders o JOIN organisations g ON g.id = o.commanditaire_id`

func (r orderRow) order() Order {
	o := Order{
		CommanditaireID: r.CommanditaireID, Commanditaire: r.Commanditaire, ID: r.ID, Number: r.Number, State: State(r.State),
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, SignedAt: r.SignedAt,
		Signatory: r.Signatory, SignatoryTitle: r.SignatoryTitle, EngagementNumber: r.EngagementNumber, ServiceCode: r.ServiceCode,
		ProofApprovedAt: r.BatApprovedAt, ProofHash: r.BatHash, ProofDesign: r.ProofDesign, DesignHash: r.DesignHash, Minted: r.MintedCarnets,
		Attested: money.Cents(r.AttestedCents), Active: money.Cents(r.ActiveCents),
	}
	o.Pricing = Pricing{
		Fee: money.BasisPoints(r.FeeBasisPoints), Fixed: money.Cents(r.FixedFeeCents), Downstream: money.BasisPoints(r.DownstreamFeeBasisPoints),
		HoldDays: r.HoldDays, FeeTax: Tax{Category: TaxCategory(r.FeeTax), Rate: money.BasisPoints(r.FeeVATBasisPoints), Reason: r.FeeVATReason},
	}
	o.Specification = Specification{
		Title: r.Title, ChequesPerCarnet: r.ChequesPerCarnet, FaceValue: money.Cents(r.FaceValueCents), Carnets: r.Carnets,
		Validity: Validity{Kind: r.Validity, Until: r.ValidUntil}, Perimeter: r.Perimeter, Coverage: r.Coverage,
		Structures: r.AcceptedStructures, PublicCible: r.PublicCible, Message: r.Message, Colour: r.Colour, LogoID: r.LogoID, Notes: r.Notes,
		PrintMode: r.PrintMode, Late: &LateTrust{Days: r.LateDays, Cap: r.LateCap},
		HandOvers: HandOverRules{Own: OwnHandovers(r.OwnHandovers), Documents: r.DocumentsToBring, Unannounced: !r.Announced},
	}
	if r.ValidityMonths != nil {
		o.Validity.Months = *r.ValidityMonths
	}
	return o
}

// findOwn reads an order that the organisation itself placed.
func findOwn(ctx context.Context, tx *postgres.Tx, commanditaire, id uuid.UUID) (Order, error) {
	return load(ctx, tx, selectOrder+` WHERE o.commanditaire_id = @commanditaire AND o.id = @id`,
		postgres.Args{"commanditaire": commanditaire, "id": id})
}

// find reads any order the scope can see.
func find(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Order, error) {
	return load(ctx, tx, selectOrder+` WHERE o.id = @id`, postgres.Args{"id": id})
}

func load(ctx context.Context, tx *postgres.Tx, sql string, args postgres.Args) (Order, error) {
	row, err := postgres.One[orderRow](ctx, tx, sql, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return Order{}, ErrNotFound
	}
	if err != nil {
		return Order{}, fmt.Errorf("read order: %w", err)
	}
	o := row.order()
	for _, part := range []func(context.Context, *postgres.Tx, *Order) error{
		loadCofunders, loadServices, loadDeliveries, loadSteps, loadReceipts, loadDocuments,
	} {
		if err := part(ctx, tx, &o); err != nil {
			return Order{}, fmt.Errorf("read parts of order: %w", err)
		}
	}
	return o, nil
}

func key(o *Order) postgres.Args {
	return postgres.Args{"commanditaire": o.CommanditaireID, "order": o.ID}
}

func loadDeliveries(ctx context.Context, tx *postgres.Tx, o *Order) (err error) {
	o.Deliveries, err = postgres.All[Delivery](ctx, tx, `
		SELECT d.id, d.aiguilleur_id, g.name AS aiguilleur_name, d.point_id, coalesce(p.name, g.name) AS point_name,
			coalesce(p.town, g.town) AS town, d.carnets, coalesce(d.number_from, 0) AS "from", coalesce(d.number_to, 0) AS "to",
			d.tracking, d.shipped_at, d.received_at, coalesce(d.received_carnets, 0) AS received, d.received_note AS note
		FROM order_deliveries d JOIN organisations g ON g.id = d.aiguilleur_id
		LEFT JOIN points p ON p.aiguilleur_id = d.aiguilleur_id AND p.id = d.point_id
		WHERE d.commanditaire_id = @commanditaire AND d.order_id = @order ORDER BY d.id`, key(o))
	return err
}

func loadSteps(ctx context.Context, tx *postgres.Tx, o *Order) (err error) {
	o.Steps, err = postgres.All[Step](ctx, tx, `
		SELECT state, at, actor_name, note FROM order_steps
		WHERE commanditaire_id = @commanditaire AND order_id = @order ORDER BY at, id`, key(o))
	return err
}

func loadDocuments(ctx context.Context, tx *postgres.Tx, o *Order) (err error) {
	o.Documents, err = postgres.All[Document](ctx, tx, `
		SELECT id, kind, name, media_type, length(content) AS size, sha256 AS hash, created_at FROM documents
		WHERE organisation_id = @commanditaire AND subject_id = @order AND kind <> 'logo_essai' ORDER BY created_at DESC, id DESC`, key(o))
	return err
}
