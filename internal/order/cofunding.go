package order

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// settleShares turns the shares typed as a part of the face value into cents, by
// largest remainder between them and what the rates leave: 33,33 % three times
// loses nothing to rounding.
func (s *Specification) settleShares() {
	s.Cofunders = slices.Clone(s.Cofunders)
	weights, left := make([]int64, len(s.Cofunders)), int64(10_000)
	for i, c := range s.Cofunders {
		weights[i] = int64(max(0, c.Rate))
		left -= weights[i]
	}
	if left < 0 { // more than the whole: each is told its own, and the sum is refused
		for i, c := range s.Cofunders {
			if c.Rate > 0 {
				s.Cofunders[i].Share = c.Rate.Of(s.FaceTotal())
			}
		}
		return
	}
	for i, share := range money.Apportion(max(0, s.FaceTotal()), append(weights, left))[:len(weights)] {
		if weights[i] > 0 {
			s.Cofunders[i].Share = share
		}
	}
}

// keepProgrammes carries over the co-funders that programmes bring: they are not
// the form's to write, and their share was computed on a face value that must
// not move under them.
func keepProgrammes(former Specification, s *Specification) error {
	s.Cofunders = slices.DeleteFunc(s.Cofunders, func(c Cofunder) bool { return c.ProgrammeID != nil })
	for _, c := range former.Cofunders {
		if c.ProgrammeID == nil {
			continue
		}
		if s.FaceTotal() != former.FaceTotal() {
			return fault.Field("carnets", fmt.Sprintf("La commande est rattachée à «\u00a0%s\u00a0» pour %s\u00a0: détachez-la du programme avant de changer la valeur des chèques.", c.Programme, former.FaceTotal()))
		}
		s.Cofunders = append(s.Cofunders, c)
	}
	return nil
}

// awaitsAnswer names the co-funder whose programme has not answered yet.
func (o Order) awaitsAnswer() (Cofunder, bool) {
	for _, c := range o.Cofunders {
		if c.Pending {
			return c, true
		}
	}
	return Cofunder{}, false
}

// byProgramme finds the co-funder that a programme brings.
func (o Order) byProgramme(programme uuid.UUID) (Cofunder, bool) {
	for _, c := range o.Cofunders {
		if c.ProgrammeID != nil && *c.ProgrammeID == programme {
			return c, true
		}
	}
	return Cofunder{}, false
}

// ReadLocked takes an order's row in the caller's transaction and reads it, for
// packages that change who funds it.
func ReadLocked(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Order, error) {
	o, err := find(ctx, tx, id)
	if err != nil {
		return Order{}, err
	}
	return o, relock(ctx, tx, &o)
}

// AttachInTx adds the co-funder that a programme brings to a draft or a quote, in
// the caller's platform transaction. A quote is printed again, and cannot be
// signed before the funder answers.
func (s *Service) AttachInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, c Cofunder) error {
	o, err := openFunding(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, other := range o.Cofunders {
		if other.OrganisationID == c.OrganisationID {
			return fault.New(fault.KindConflict, c.Name+" cofinance déjà cette commande\u00a0: retirez d’abord sa part.")
		}
	}
	o.Cofunders = append(o.Cofunders, c)
	if o.OwnShare() < 0 || len(o.Cofunders) > MostCofunders {
		return fault.New(fault.KindConflict, "Les autres cofinanceurs ne laissent pas de place à cette part\u00a0: diminuez les leurs d’abord.")
	}
	return s.keepFunders(ctx, tx, actor, &o, "Programme «\u00a0"+c.Programme+"\u00a0»\u00a0: "+c.Share.String()+" demandés")
}

// DetachInTx removes the co-funder that a programme brings, in the caller's
// platform transaction.
func (s *Service) DetachInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id, programme uuid.UUID, note string) error {
	o, err := openFunding(ctx, tx, id)
	if err != nil {
		return err
	}
	if _, ok := o.byProgramme(programme); !ok {
		return errNoCofunder
	}
	o.Cofunders = slices.DeleteFunc(o.Cofunders, func(c Cofunder) bool { return c.ProgrammeID != nil && *c.ProgrammeID == programme })
	return s.keepFunders(ctx, tx, actor, &o, note)
}

// ConfirmInTx prints the quote again once a funder agreed, in the caller's
// platform transaction.
func (s *Service) ConfirmInTx(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, note string) error {
	o, err := openFunding(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.keepFunders(ctx, tx, actor, &o, note)
}

// openFunding locks an order whose funders may still change.
func openFunding(ctx context.Context, tx *postgres.Tx, id uuid.UUID) (Order, error) {
	o, err := ReadLocked(ctx, tx, id)
	if err != nil {
		return Order{}, err
	}
	if o.State != Draft && o.State != Quoted {
		return Order{}, errMoved(o.State)
	}
	return o, nil
}

// keepFunders writes who funds an order, and its readers with it.
func (s *Service) keepFunders(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, note string) error {
	if _, err := postgres.Do(ctx, tx, `DELETE FROM order_cofunders WHERE commanditaire_id = @commanditaire AND order_id = @order`, key(o)); err != nil {
		return fmt.Errorf("clear co-funders: %w", err)
	}
	if err := insertCofunders(ctx, tx, o); err != nil {
		return err
	}
	args := key(o)
	args["funders"], args["now"] = o.funders(), tx.Now()
	err := postgres.Must(ctx, tx, `UPDATE orders SET funder_ids = @funders, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order`, args)
	if err != nil {
		return fmt.Errorf("keep readers: %w", err)
	}
	err = audit.Record(ctx, tx, actor, audit.Act{Name: "programme de financement", SubjectKind: "commande", SubjectID: o.ID, Parties: o.parties(), Detail: map[string]any{"note": note}})
	if err != nil {
		return err
	}
	return s.requote(ctx, tx, actor, o, note)
}
