package order

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Sheets asks for carnets on A4 pages; Tested says that the scale was measured.
type Sheets struct {
	From, To int
	Tested   bool
}

func (r Sheets) check(o Order) error {
	var c fault.Collector
	c.Check(r.From >= 1 && r.From <= o.Carnets, "de", "Indiquez le premier carnet, de 1 à "+plainCount(o.Carnets)+".")
	c.Check(r.To >= r.From && r.To <= o.Carnets, "a", "Indiquez le dernier carnet, au plus "+plainCount(o.Carnets)+", et pas avant le premier.")
	c.Check(r.To-r.From < print.MostDeskCarnets, "a", "Imprimez 100 carnets au plus à la fois.")
	return c.Err()
}

// PrintSheets gives carnets on A4 pages, for their first and only free time. The
// sheets are drawn before they are counted as taken, so that a failure costs
// nothing; of two people who ask for one carnet, the second is refused.
func (s *Service) PrintSheets(ctx context.Context, actor identity.Actor, id uuid.UUID, r Sheets) (File, error) {
	o, err := s.checkSheets(ctx, actor, id, r)
	if err != nil {
		return File{}, fmt.Errorf("print sheets: %w", err)
	}
	file, err := s.sheets(ctx, o, r.From, r.To)
	if err != nil {
		return File{}, fmt.Errorf("draw sheets: %w", err)
	}
	err = s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if err := lockPrinting(ctx, tx, o); err != nil {
			return err
		}
		if err := neverPrinted(ctx, tx, o, r); err != nil {
			return err
		}
		args := key(o)
		args["id"], args["from"], args["to"], args["now"], args["by"], args["name"] = postgres.NewID(), r.From, r.To, tx.Now(), actor.AccountID, actor.Name
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO desk_prints (commanditaire_id, id, order_id, number_from, number_to, asked_at, asked_by, asked_by_name, printed_at, printed_by, printed_by_name)
			VALUES (@commanditaire, @id, @order, @from, @to, @now, @by, @name, @now, @by, @name)`, args)
		if err != nil {
			return fmt.Errorf("record sheets: %w", err)
		}
		return recordSheets(ctx, tx, actor, o, "impression de carnets sur place", r.From, r.To)
	})
	if err != nil {
		return File{}, fmt.Errorf("print sheets: %w", err)
	}
	return file, nil
}

func (s *Service) checkSheets(ctx context.Context, actor identity.Actor, id uuid.UUID, r Sheets) (found Order, err error) {
	err = s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		found = *o
		if err := o.printable(); err != nil {
			return err
		}
		if err := r.check(*o); err != nil {
			return err
		}
		if !r.Tested {
			return fault.Field("essai", "Imprimez la page d’essai, mesurez son trait, puis cochez cette case.")
		}
		return neverPrinted(ctx, tx, o, r)
	})
	return found, err
}

// lockPrinting makes people who print the same order wait for each other.
func lockPrinting(ctx context.Context, tx *postgres.Tx, o *Order) error {
	_, err := postgres.Do(ctx, tx, `SELECT 1 FROM orders WHERE commanditaire_id = @commanditaire AND id = @order FOR UPDATE`, key(o))
	if err != nil {
		return fmt.Errorf("lock order: %w", err)
	}
	return nil
}

func neverPrinted(ctx context.Context, tx *postgres.Tx, o *Order, r Sheets) error {
	list, err := deskPrints(ctx, tx, o)
	if err != nil {
		return err
	}
	for _, p := range list {
		if !p.Again && p.NumberFrom <= r.To && p.NumberTo >= r.From {
			return fault.Field("de", "Les carnets "+p.Range()+" ont déjà été imprimés par "+p.PrintedByName+
				". Pour les imprimer encore, demandez une réimpression\u00a0: une autre personne doit l’accepter.")
		}
	}
	return nil
}

func recordSheets(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o *Order, name string, from, to int) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: name, SubjectKind: "commande", SubjectID: o.ID, Detail: map[string]any{"de": from, "a": to}})
}

// AskReprint asks for carnets to be printed again, with the reason; somebody
// else must agree.
func (s *Service) AskReprint(ctx context.Context, actor identity.Actor, id uuid.UUID, r Sheets, reason string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if err := o.printable(); err != nil {
			return err
		}
		if err := r.check(*o); err != nil {
			return err
		}
		if reason = strings.TrimSpace(reason); reason == "" || !short(reason, LongestFree) {
			return fault.Field("motif", "Dites pourquoi il faut réimprimer\u00a0: bourrage, feuille déchirée…")
		}
		args := key(o)
		args["id"], args["from"], args["to"], args["now"], args["by"], args["name"], args["reason"] = postgres.NewID(), r.From, r.To, tx.Now(), actor.AccountID, actor.Name, reason
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO desk_prints (commanditaire_id, id, order_id, again, number_from, number_to, reason, asked_at, asked_by, asked_by_name)
			VALUES (@commanditaire, @id, @order, true, @from, @to, @reason, @now, @by, @name)`, args)
		if err != nil {
			return fmt.Errorf("ask again: %w", err)
		}
		return recordSheets(ctx, tx, actor, o, "demande de réimpression", r.From, r.To)
	})
	if err != nil {
		return fmt.Errorf("ask reprint: %w", err)
	}
	return nil
}

// The refusals of a reprint.
var (
	errNoReprint = fault.New(fault.KindNotFound, "Cette demande de réimpression n’existe pas.")
	errSameHand  = fault.New(fault.KindForbidden, "Une autre personne de votre organisation doit accepter cette réimpression\u00a0: vous l’avez demandée.")
	errAnswered  = fault.New(fault.KindConflict, "Cette demande a déjà reçu une réponse.")
	errTaken     = fault.New(fault.KindConflict, "Ces feuilles ne peuvent pas être téléchargées\u00a0: elles l’ont déjà été, ou la demande n’est pas acceptée.")
)

// AnswerReprint agrees to a reprint that somebody else asked for, or refuses it.
func (s *Service) AnswerReprint(ctx context.Context, actor identity.Actor, id, reprint uuid.UUID, agree bool) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		p, err := findReprint(ctx, tx, o, reprint)
		switch {
		case err != nil:
			return err
		case p.AskedBy == actor.AccountID && agree:
			return errSameHand
		case !p.Waiting():
			return errAnswered
		}
		args := key(o)
		args["id"], args["now"], args["by"], args["name"] = reprint, tx.Now(), actor.AccountID, actor.Name
		set, name := "agreed_at = @now, agreed_by = @by, agreed_by_name = @name", "réimpression acceptée"
		if !agree {
			set, name = "refused_at = @now", "réimpression refusée"
		}
		n, err := postgres.Do(ctx, tx, `UPDATE desk_prints SET `+set+` WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id
			AND again AND agreed_at IS NULL AND refused_at IS NULL`, args)
		if err == nil && n == 0 {
			err = errAnswered
		}
		if err != nil {
			return err
		}
		return recordSheets(ctx, tx, actor, o, name, p.NumberFrom, p.NumberTo)
	})
	if err != nil {
		return fmt.Errorf("answer reprint: %w", err)
	}
	return nil
}

func findReprint(ctx context.Context, tx *postgres.Tx, o *Order, id uuid.UUID) (DeskPrint, error) {
	args := key(o)
	args["id"] = id
	p, err := postgres.One[DeskPrint](ctx, tx, `SELECT `+deskColumns+` FROM desk_prints
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND again`, args)
	if errors.Is(err, postgres.ErrNoRow) {
		return p, errNoReprint
	}
	return p, err
}

// Reprint gives the sheets of an agreed request, once.
func (s *Service) Reprint(ctx context.Context, actor identity.Actor, id, reprint uuid.UUID) (File, error) {
	var o Order
	var p DeskPrint
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, found *Order) (err error) {
		o = *found
		if p, err = findReprint(ctx, tx, found, reprint); err == nil && !p.Ready() {
			err = errTaken
		}
		if err == nil {
			err = o.printable()
		}
		return err
	})
	if err != nil {
		return File{}, fmt.Errorf("reprint sheets: %w", err)
	}
	file, err := s.sheets(ctx, o, p.NumberFrom, p.NumberTo)
	if err != nil {
		return File{}, fmt.Errorf("draw sheets: %w", err)
	}
	err = s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		args := key(o)
		args["id"], args["now"], args["by"], args["name"] = reprint, tx.Now(), actor.AccountID, actor.Name
		n, err := postgres.Do(ctx, tx, `UPDATE desk_prints SET printed_at = @now, printed_by = @by, printed_by_name = @name
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND printed_at IS NULL AND agreed_at IS NOT NULL AND refused_at IS NULL`, args)
		if err == nil && n == 0 {
			err = errTaken
		}
		if err != nil {
			return err
		}
		return recordSheets(ctx, tx, actor, o, "réimpression de carnets sur place", p.NumberFrom, p.NumberTo)
	})
	if err != nil {
		return File{}, fmt.Errorf("reprint sheets: %w", err)
	}
	return file, nil
}
