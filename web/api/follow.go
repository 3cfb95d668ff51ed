package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/identity"
	"passnum/internal/reporting"
)

// HandOverInput asks to give a carnet.
type HandOverInput struct {
	Key
	Body struct {
		Carnet         string     `json:"carnet" minLength:"1" maxLength:"100" doc:"Numéro du carnet." example:"C26-014-001258"`
		PointID        *uuid.UUID `json:"point_id,omitempty" doc:"Point de distribution ; celui du jeton par défaut."`
		PublicCategory string     `json:"public_category,omitempty" doc:"Public, en gros ; jamais un nom."`
		Ranks          []int      `json:"ranks,omitempty" minItems:"1" maxItems:"20" doc:"Rangs des chèques à remettre ; le carnet entier quand ils manquent. Obligatoires quand le carnet est entamé." example:"[1,2]"`
	}
}

// HandOverOutput is the hand-over made.
type HandOverOutput struct {
	Body struct {
		ID          uuid.UUID `json:"id"`
		Carnet      string    `json:"carnet"`
		At          time.Time `json:"at"`
		Ranks       []int     `json:"ranks,omitempty" doc:"Rangs remis ; absents quand le carnet l’est entier."`
		UsableUntil string    `json:"usable_until" format:"date" doc:"Dernier jour d’utilisation imprimé."`
	}
}

// OrderInput names an order.
type OrderInput struct {
	ID uuid.UUID `path:"id"`
}

// Lot is carnets, chèques and their face value.
type Lot struct {
	Carnets int   `json:"carnets"`
	Cheques int64 `json:"cheques"`
	Amount  int64 `json:"amount_cents"`
}

// Order is where an order stands.
type Order struct {
	ID               uuid.UUID `json:"id"`
	Number           string    `json:"number" example:"2026-014"`
	Title            string    `json:"title"`
	State            string    `json:"state"`
	Carnets          int       `json:"carnets" doc:"Carnets commandés."`
	ChequesPerCarnet int       `json:"cheques_per_carnet"`
	FaceValue        int64     `json:"face_value_cents"`
	ValidUntil       string    `json:"valid_until" format:"date"`
	Issued           Lot       `json:"issued"`
	InStock          Lot       `json:"in_stock"`
	HandedOver       Lot       `json:"handed_over"`
	Started          Lot       `json:"started" doc:"Carnets dont un chèque au moins a servi."`
	Expired          Lot       `json:"expired"`
	Used             Usage     `json:"used"`
}

// Usage is what was used; a séance counts once, whatever it was paid with.
type Usage struct {
	Cheques int64 `json:"cheques"`
	Seances int64 `json:"seances"`
	Amount  int64 `json:"amount_cents"`
}

// OrderOutput is an order.
type OrderOutput struct{ Body Order }

// Statistics is the published national figures; a count too small to be
// published is left out.
type Statistics struct {
	ComputedAt *time.Time       `json:"computed_at,omitempty"`
	Carnets    *int64           `json:"carnets,omitempty"`
	Cheques    *int64           `json:"cheques_used,omitempty"`
	Seances    *int64           `json:"seances,omitempty"`
	Structures *int64           `json:"structures,omitempty"`
	Places     *int64           `json:"places,omitempty"`
	Communes   *int64           `json:"communes,omitempty"`
	Bank       int64            `json:"bank_cents" doc:"Compte dédié."`
	Owed       int64            `json:"owed_cents" doc:"Ce que le compte dédié doit couvrir."`
	Paid       int64            `json:"paid_cents" doc:"Payé aux structures."`
	Months     []MonthStatistic `json:"months"`
}

// MonthStatistic is the chèques used in a month.
type MonthStatistic struct {
	Month   string `json:"month" example:"2026-11"`
	Cheques *int64 `json:"cheques_used,omitempty"`
}

// StatisticsOutput is the national figures.
type StatisticsOutput struct{ Body Statistics }

func (h *Handlers) otherCalls(api huma.API) {
	give := operation("handover", http.MethodPost, "/v1/handovers", "Remettre un carnet",
		"Remet à une personne un carnet en stock, ou quelques chèques d’un carnet, ce qui les ouvre. Droit : handover.")
	give.Errors = append(give.Errors, http.StatusNotFound, http.StatusConflict)
	huma.Register(api, give, call(h.handOver))
	order := operation("order", http.MethodGet, "/v1/orders/{id}", "Suivre une commande", "Où sont les carnets d’une commande, et ce qui a servi. Droit : read.")
	order.Errors = append(order.Errors, http.StatusNotFound)
	huma.Register(api, order, call(h.order))
	huma.Register(api, operation("statistics", http.MethodGet, "/v1/statistics", "Lire les chiffres nationaux",
		"Les chiffres publiés ; un nombre trop petit pour l’être est absent. Droit : read."), call(h.statistics))
}

func (h *Handlers) handOver(ctx context.Context, actor identity.Actor, in *HandOverInput) (*HandOverOutput, error) {
	given, err := h.HandOvers.HandOver(ctx, actor, distribution.Request{
		Key: in.IdempotencyKey, Serial: in.Body.Carnet, PointID: in.Body.PointID, PublicCategory: in.Body.PublicCategory, Ranks: in.Body.Ranks,
	})
	if err != nil {
		return nil, err
	}
	out := &HandOverOutput{}
	out.Body.ID, out.Body.Carnet, out.Body.At, out.Body.Ranks = given.ID, given.Serial, given.At, given.Ranks
	out.Body.UsableUntil = given.UsableUntil.Format(time.DateOnly)
	return out, nil
}

func (h *Handlers) order(ctx context.Context, actor identity.Actor, in *OrderInput) (*OrderOutput, error) {
	if !actor.Can(identity.OrderRead) && !actor.Can(identity.FundedRead) {
		return nil, identity.ErrForbidden
	}
	f, err := h.Figures.OrderFigures(ctx, actor, uuid.Nil, in.ID)
	if err != nil {
		return nil, err
	}
	o := f.One()
	return &OrderOutput{Body: Order{
		ID: o.ID, Number: o.Number, Title: o.Title, State: o.State, Carnets: o.Ordered, ChequesPerCarnet: o.PerCarnet,
		FaceValue: int64(o.FaceValue), ValidUntil: o.ValidUntil.Format(time.DateOnly),
		Issued: lot(f.Issued), InStock: lot(f.InStock), HandedOver: lot(f.HandedOver), Started: lot(f.Started), Expired: lot(f.Expired),
		Used: Usage{Cheques: f.Used.Cheques, Seances: f.Used.Seances, Amount: int64(f.Used.Amount)},
	}}, nil
}

func lot(l reporting.Lot) Lot {
	return Lot{Carnets: l.Carnets, Cheques: l.Cheques, Amount: int64(l.Amount)}
}

func (h *Handlers) statistics(ctx context.Context, actor identity.Actor, _ *struct{}) (*StatisticsOutput, error) {
	if err := actor.May(identity.StatisticsRead); err != nil {
		return nil, err
	}
	n, err := h.Figures.National(ctx)
	if err != nil {
		return nil, err
	}
	s := Statistics{
		Carnets: told(n.Carnets), Cheques: told(n.Cheques), Seances: told(n.Seances), Structures: told(n.Structures),
		Places: told(n.Places), Communes: told(n.Communes), Bank: int64(n.Bank), Owed: int64(n.Owed), Paid: int64(n.Paid),
		Months: []MonthStatistic{},
	}
	if !n.ComputedAt.IsZero() {
		s.ComputedAt = &n.ComputedAt
	}
	for _, m := range n.Months {
		s.Months = append(s.Months, MonthStatistic{Month: m.Month.Format("2006-01"), Cheques: told(m.Cheques)})
	}
	return &StatisticsOutput{Body: s}, nil
}

// told is a count that may be published, or nothing.
func told(n int64) *int64 {
	if n == reporting.Masked {
		return nil
	}
	return &n
}
