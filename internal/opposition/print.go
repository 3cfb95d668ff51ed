package opposition

import (
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// The refusals of printing new carnets.
var (
	// ErrPrintedOnce refuses to give the same pages to the same person twice.
	ErrPrintedOnce = fault.New(fault.KindConflict, "Vous avez déjà téléchargé ces carnets, qui valent de l’argent. Un collègue doit le faire cette fois.")
	// ErrPrintedTwice refuses a third time, whoever asks.
	ErrPrintedTwice = fault.New(fault.KindConflict, "Ces carnets ont déjà été téléchargés deux fois, par deux personnes. S’ils manquent, déclarez-les perdus et remplacez-les.")
)

// WriteReplacements prints following new carnets that the operator still holds,
// up to print.MostCarnets: those nobody has printed, else those that somebody
// else has, once. The pages are cash: every printing is recorded before the
// first byte. It answers ErrNothingToShip, ErrPrintedOnce and ErrPrintedTwice.
func (s *Service) WriteReplacements(ctx context.Context, actor identity.Actor, id uuid.UUID, w io.Writer) error {
	var o Opposition
	var pages printable
	err := s.act(ctx, actor, ByOperator, identity.PlatformOrders, "impression de carnets de remplacement", func(tx *postgres.Tx) (err error) {
		if o, _, err = s.take(ctx, tx, actor, ByOperator, id); err != nil {
			return err
		}
		if pages, err = nextPages(ctx, tx, o, actor); err != nil {
			return err
		}
		if err := recordPages(ctx, tx, o, actor, pages); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "impression", SubjectKind: "opposition", SubjectID: o.ID,
			Detail: map[string]any{"numero": o.Number, "de": carnet.Serial(o.OrderNumber, pages.from), "a": carnet.Serial(o.OrderNumber, pages.to), "fois": pages.turn}})
	})
	if err != nil {
		return fault.Wrap(err, "print replacements")
	}
	return fault.Wrap(s.Print.PrintRange(ctx, o.OrderID, pages.from, pages.to, w), "print replacements")
}

// printable is following carnets to print, for the first time or the second.
type printable struct{ from, to, turn int }

// heldCarnet is a new carnet at the operator's, with how often it was printed.
type heldCarnet struct {
	Number  int
	Printed int
	ByMe    bool
}

func nextPages(ctx context.Context, tx *postgres.Tx, o Opposition, actor identity.Actor) (printable, error) {
	args := key(o)
	args["by"] = actor.AccountID
	held, err := postgres.All[heldCarnet](ctx, tx, `
		SELECT k.number, count(p.turn)::int AS printed, coalesce(bool_or(p.account_id = @by), false) AS by_me
		FROM `+atTheOperator+`
		LEFT JOIN replacement_prints p ON p.commanditaire_id = r.commanditaire_id AND p.opposition_id = r.opposition_id AND p.number = k.number
		WHERE `+stillHeld+` GROUP BY k.number ORDER BY k.number`, args)
	if err != nil {
		return printable{}, fmt.Errorf("find replacements to print: %w", err)
	}
	return choosePages(held)
}

// choosePages takes the first run of carnets that nobody has printed, else of
// those that one other person has.
func choosePages(held []heldCarnet) (printable, error) {
	for _, turn := range []int{1, 2} {
		var run printable
		for _, c := range held {
			due := c.Printed == turn-1 && !c.ByMe
			switch {
			case due && run.turn == 0:
				run = printable{c.Number, c.Number, turn}
			case due && c.Number == run.to+1 && c.Number-run.from < print.MostCarnets:
				run.to = c.Number
			}
		}
		if run.turn != 0 {
			return run, nil
		}
	}
	for _, c := range held {
		if c.Printed == 1 {
			return printable{}, ErrPrintedOnce
		}
	}
	if len(held) == 0 {
		return printable{}, ErrNothingToShip
	}
	return printable{}, ErrPrintedTwice
}

func recordPages(ctx context.Context, tx *postgres.Tx, o Opposition, actor identity.Actor, p printable) error {
	args := key(o)
	args["from"], args["to"], args["turn"], args["by"], args["name"], args["now"] = p.from, p.to, p.turn, actor.AccountID, actor.Name, tx.Now()
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO replacement_prints (commanditaire_id, opposition_id, number, turn, account_id, account_name, at)
		SELECT @commanditaire, @id, n, @turn, @by, @name, @now FROM generate_series(@from::int, @to::int) AS n`, args)
	switch postgres.Constraint(err) {
	case "replacement_prints_pkey", "replacement_prints_once_each":
		return ErrPrintedOnce
	}
	if err != nil {
		return fmt.Errorf("record printing: %w", err)
	}
	return nil
}
