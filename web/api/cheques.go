package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/redemption"
)

// Result answers one code.
type Result struct {
	Index         int        `json:"index" doc:"Rang du code dans la demande, à partir de 0."`
	Status        string     `json:"status" enum:"redeemed,valid,refused,disputed" doc:"disputed : refusé, mais l’opérateur peut encore l’accepter (chèque présenté longtemps après le service)."`
	RedemptionID  string     `json:"redemption_id,omitempty" doc:"Pour annuler ce seul chèque."`
	Serial        string     `json:"serial,omitempty" doc:"Numéro du carnet." example:"C26-014-001258"`
	Rank          int        `json:"rank,omitempty" doc:"Rang du chèque dans le carnet."`
	FaceValue     int64      `json:"face_value_cents,omitempty"`
	Reason        string     `json:"reason,omitempty" enum:"unknown,malformed,not_activated,not_handed_over,already_redeemed,expired,blocked,out_of_territory,service_not_covered,structure_not_accepted,own_handover,too_many_attempts,late_cap,late_too_old,device_revoked"`
	Message       string     `json:"message,omitempty" doc:"La raison et que faire, en français."`
	RedeemedAt    *time.Time `json:"redeemed_at,omitempty"`
	RedeemedPlace string     `json:"redeemed_place,omitempty" doc:"Seulement si c’était dans votre structure."`
	DisputeID     string     `json:"dispute_id,omitempty" doc:"Le litige à suivre dans l’espace de la structure."`
}

// Results answers a request, in the order of its codes.
type Results struct {
	ID      uuid.UUID `json:"id" doc:"Identifie la séance : à donner pour l’annuler."`
	Results []Result  `json:"results"`
}

// ResultsOutput is the answer to a check and to a redemption.
type ResultsOutput struct{ Body Results }

func answer(id uuid.UUID, results []redemption.Result) *ResultsOutput {
	out := &ResultsOutput{Body: Results{ID: id, Results: make([]Result, len(results))}}
	for i, r := range results {
		out.Body.Results[i] = Result{
			Index: r.Index, Status: string(r.Status), Serial: r.Serial, Rank: r.Rank, FaceValue: int64(r.FaceValue),
			Reason: string(r.Reason), Message: r.Message, RedeemedAt: r.RedeemedAt, RedeemedPlace: r.RedeemedPlace,
		}
		if r.ID != uuid.Nil {
			out.Body.Results[i].RedemptionID = r.ID.String()
		}
		if r.Dispute != uuid.Nil {
			out.Body.Results[i].DisputeID = r.Dispute.String()
		}
	}
	return out
}

// CheckInput asks for verdicts.
type CheckInput struct {
	Body struct {
		Codes   []string   `json:"codes" minItems:"1" maxItems:"200" nullable:"false" doc:"Codes tels que tapés ou scannés ; une adresse entière convient."`
		PlaceID *uuid.UUID `json:"place_id,omitempty" doc:"Inutile si la structure n’a qu’un lieu ou si le jeton en nomme un."`
		Entries []int      `json:"entries,omitempty" maxItems:"129" doc:"Services du référentiel ; sans eux, la couverture n’est pas jugée."`
	}
}

// RedemptionInput asks to take chèques.
type RedemptionInput struct {
	Key
	Body struct {
		Codes           []string   `json:"codes" minItems:"1" maxItems:"200" nullable:"false" doc:"Codes tels que tapés ou scannés ; une adresse entière convient."`
		Entries         []int      `json:"entries" minItems:"1" maxItems:"129" nullable:"false" doc:"Services rendus, par leur numéro du référentiel (1 à 129)."`
		Mode            string     `json:"mode" enum:"individuel,collectif"`
		PlaceID         *uuid.UUID `json:"place_id,omitempty" doc:"Inutile si la structure n’a qu’un lieu ou si le jeton en nomme un."`
		At              *time.Time `json:"at,omitempty" doc:"Quand le service a été rendu, au plus 31 jours avant ; maintenant par défaut. Au-delà de 5 minutes, chaque chèque est jugé ce jour-là si sa commande l’admet (7 jours en général), dans la limite d’un nombre de chèques par jour ; un refus imprévisible ouvre un litige."`
		PriceCents      *int64     `json:"price_cents,omitempty" doc:"Prix du service, en centimes."`
		DurationMinutes *int       `json:"duration_minutes,omitempty"`
		FirstVisit      *bool      `json:"first_visit,omitempty" doc:"La personne vient-elle pour la première fois ?"`
	}
}

// UndoInput names what to give back.
type UndoInput struct {
	Key
	ID uuid.UUID `path:"id" doc:"La séance, ou le redemption_id d’un seul chèque."`
}

// UndoOutput is what was given back.
type UndoOutput struct {
	Body struct {
		ID      uuid.UUID `json:"id"`
		Cheques int       `json:"cheques" doc:"Chèques qui peuvent à nouveau servir."`
		Amount  int64     `json:"amount_cents"`
	}
}

func (h *Handlers) chequeCalls(api huma.API) {
	huma.Register(api, operation("check", http.MethodPost, "/v1/cheques/check", "Tester des chèques",
		"Dit de chaque code s’il serait accepté, sans l’encaisser. Droit : check."), call(h.check))
	redeem := operation("redeem", http.MethodPost, "/v1/redemptions", "Encaisser des chèques",
		"Encaisse chaque chèque qui peut l’être et dit de chaque autre pourquoi non. Droit : redeem.")
	redeem.Errors = append(redeem.Errors, http.StatusConflict)
	huma.Register(api, redeem, call(h.redeem))
	undo := operation("undo", http.MethodDelete, "/v1/redemptions/{id}", "Annuler un encaissement",
		"Le jour même et avant le paiement. Annuler deux fois est sans effet. Droit : redeem.")
	undo.Errors = append(undo.Errors, http.StatusNotFound, http.StatusConflict)
	huma.Register(api, undo, call(h.undo))
}

func (h *Handlers) check(ctx context.Context, actor identity.Actor, in *CheckInput) (*ResultsOutput, error) {
	results, err := h.Redemptions.Check(ctx, actor, in.Body.Codes, in.Body.PlaceID, in.Body.Entries)
	if err != nil {
		return nil, err
	}
	return answer(uuid.Must(uuid.NewV7()), results), nil
}

func (h *Handlers) redeem(ctx context.Context, actor identity.Actor, in *RedemptionInput) (*ResultsOutput, error) {
	b := &in.Body
	receipt, err := h.Redemptions.Redeem(ctx, actor, redemption.Request{
		Key: in.IdempotencyKey, Codes: b.Codes, Entries: b.Entries, Mode: redemption.Mode(b.Mode), PlaceID: b.PlaceID,
		GivenAt: b.At, PriceCents: (*money.Cents)(b.PriceCents), DurationMinutes: b.DurationMinutes, FirstVisit: b.FirstVisit,
	})
	if err != nil {
		return nil, err
	}
	return answer(receipt.ID, receipt.Results), nil
}

func (h *Handlers) undo(ctx context.Context, actor identity.Actor, in *UndoInput) (*UndoOutput, error) {
	undone, err := h.Redemptions.Undo(ctx, actor, in.ID, "")
	if err != nil {
		return nil, err
	}
	out := &UndoOutput{}
	out.Body.ID, out.Body.Cheques, out.Body.Amount = in.ID, undone.Cheques, int64(undone.Amount)
	return out, nil
}
