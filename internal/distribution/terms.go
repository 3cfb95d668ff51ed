package distribution

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/french"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Terms are what a counter knows of the order a carnet comes from.
type Terms struct {
	Commanditaire  string
	OrderNumber    string
	Title          string
	OrderState     string
	Cheques        int
	FaceValueCents int64
	ValidityUntil  time.Time
	ValidityMonths *int
	PublicCible    string
	Colour         string
	LogoID         *uuid.UUID
	Stopped        bool // its commanditaire asked that nothing of it be given any more
}

// FaceValue is what each chèque is worth.
func (t Terms) FaceValue() money.Cents { return money.Cents(t.FaceValueCents) }

// Format says a carnet in words: « 5 chèques de 10 € ».
func (t Terms) Format() string {
	return french.Count(t.Cheques, "chèque", "chèques") + " de " + t.FaceValue().Short()
}

// Active reports whether the order's chèques are funded and usable.
func (t Terms) Active() bool { return t.OrderState == "active" }

// UsableUntil is the last day of a carnet of this order handed over on a day.
func (t Terms) UsableUntil(day time.Time) time.Time {
	v := carnet.Validity{Until: t.ValidityUntil}
	if t.ValidityMonths != nil {
		v.Months = *t.ValidityMonths
	}
	return v.UsableUntil(day)
}

func termsOf(ctx context.Context, tx *postgres.Tx, commanditaire, order uuid.UUID) (Terms, error) {
	t, err := postgres.One[Terms](ctx, tx, `
		SELECT commanditaire, order_number, title, order_state, cheques, face_value_cents, validity_until, validity_months, public_cible, colour, logo_id,
			hand_overs_stopped(@commanditaire, @order) AS stopped
		FROM counter_terms(@commanditaire, @order)`, postgres.Args{"commanditaire": commanditaire, "order": order})
	if errors.Is(err, postgres.ErrNoRow) {
		return t, carnet.ErrUnknown
	}
	return t, err
}
