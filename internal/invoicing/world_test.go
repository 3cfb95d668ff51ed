package invoicing_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/facturx"
	"passnum/internal/invoicing"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/testworld"
)

// scene is the world with invoicing, and the letters it wrote.
type scene struct {
	*testworld.World
	*invoicing.Service
	letters *[]mail.Message
}

func newScene(t *testing.T) scene {
	t.Helper()
	w := testworld.New(t)
	letters := &[]mail.Message{}
	service := invoicing.NewService(invoicing.Deps{
		DB: w.DB, Queue: &jobs.Inline{}, IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", BaseURL: "https://pass.test",
		Seller: facturx.Party{Name: "Opérateur SCIC", SIRET: "99999999800019", Street: "1 rue de test", PostalCode: "33000", Town: "Bordeaux", VATNumber: "FR11999999998"},
		Issuer: print.Issuer{Name: "Opérateur SCIC", SIRET: "99999999800019"},
		Post: func(_ context.Context, _ *postgres.Tx, m mail.Message) error {
			*letters = append(*letters, m)
			return nil
		},
	})
	return scene{w, service, letters}
}

// signed is an order of 200 chèques of 10 €, with a fee of 4 %.
func (s scene) signed() testworld.Order {
	order := s.ActiveOrder(testworld.OrderOptions{Carnets: 40, State: "livree"})
	s.Exec(`UPDATE orders SET signed_at = $1, signatory = 'Claire Aubert', engagement_number = 'EJ-1' WHERE id = $2`, s.Now(), order.ID)
	return order
}

// receive attests money for an order; a nil payer is the commanditaire.
func (s scene) receive(order testworld.Order, payer *uuid.UUID, mandat string, face, fees, vat money.Cents) {
	s.Exec(`INSERT INTO order_funds (commanditaire_id, id, order_id, mandat_number, face_cents, fees_cents, vat_cents, received_on, recorded_at, recorded_by, payer_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz::date, $8, $9, $10)`,
		s.Departement, postgres.NewID(), order.ID, mandat, int64(face), int64(fees), int64(vat), s.Now(), s.Finance.AccountID, payer)
}

// platform runs fn as another package would, in one transaction.
func (s scene) platform(fn func(ctx context.Context, tx *postgres.Tx) error) error {
	ctx := s.T.(*testing.T).Context()
	return s.DB.InPlatform(ctx, postgres.System{}, "essai", func(tx *postgres.Tx) error { return fn(ctx, tx) })
}

func (s scene) issue(t *testing.T, order testworld.Order) invoicing.Document {
	t.Helper()
	d, err := s.Issue(t.Context(), s.Finance, order.ID, s.Departement, order.ID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s scene) row(t *testing.T, id uuid.UUID) invoicing.Dossier {
	t.Helper()
	d, err := s.Dossier(t.Context(), s.Finance, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (s scene) avoir(order testworld.Order, face money.Cents, cause uuid.UUID) (d invoicing.Document, err error) {
	err = s.platform(func(ctx context.Context, tx *postgres.Tx) (err error) {
		d, err = s.IssueAvoirInTx(ctx, tx, s.Finance, invoicing.Avoir{
			CommanditaireID: s.Departement, OrderID: order.ID, Face: face, Reason: "Chèques non utilisés", CauseID: cause})
		return err
	})
	return d, err
}

func (s scene) read(fn func([]invoicing.UnpaidFacture)) error {
	return s.platform(func(ctx context.Context, tx *postgres.Tx) error {
		list, err := invoicing.Unpaid(ctx, tx)
		fn(list)
		return err
	})
}
