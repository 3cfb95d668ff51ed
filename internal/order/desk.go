package order

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// DeskPrint is carnets that left, or are asked to leave again, on A4 sheets.
type DeskPrint struct {
	ID            uuid.UUID
	Again         bool
	NumberFrom    int
	NumberTo      int
	Reason        string
	AskedAt       time.Time
	AskedBy       uuid.UUID
	AskedByName   string
	AgreedAt      *time.Time
	AgreedByName  string
	RefusedAt     *time.Time
	PrintedAt     *time.Time
	PrintedByName string
}

// Range says which carnets: « 1 à 40 ».
func (p DeskPrint) Range() string {
	if p.NumberFrom == p.NumberTo {
		return money.Count(int64(p.NumberFrom))
	}
	return money.Count(int64(p.NumberFrom)) + " à " + money.Count(int64(p.NumberTo))
}

// Waiting reports whether a second person is still to answer.
func (p DeskPrint) Waiting() bool { return p.Again && p.AgreedAt == nil && p.RefusedAt == nil }

// Ready reports whether the sheets may be downloaded, once.
func (p DeskPrint) Ready() bool {
	return p.Again && p.AgreedAt != nil && p.RefusedAt == nil && p.PrintedAt == nil
}

const deskColumns = `id, again, number_from, number_to, reason, asked_at, asked_by, asked_by_name, agreed_at, agreed_by_name, refused_at, printed_at, printed_by_name`

// DeskPrints lists what was printed of an order on A4 sheets, newest first.
func (s *Service) DeskPrints(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]DeskPrint, error) {
	var list []DeskPrint
	err := s.asOwner(ctx, actor, identity.OrderRead, id, func(tx *postgres.Tx, o *Order) (err error) {
		list, err = deskPrints(ctx, tx, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list desk prints: %w", err)
	}
	return list, nil
}

func deskPrints(ctx context.Context, tx *postgres.Tx, o *Order) ([]DeskPrint, error) {
	list, err := postgres.All[DeskPrint](ctx, tx, `SELECT `+deskColumns+` FROM desk_prints
		WHERE commanditaire_id = @commanditaire AND order_id = @order ORDER BY asked_at DESC, id DESC`, key(o))
	if err != nil {
		return nil, fmt.Errorf("read desk prints: %w", err)
	}
	return list, nil
}

// NextToPrint is the first carnet that never left on a sheet; 0 when all did.
func (o Order) NextToPrint(done []DeskPrint) int {
	left := make([]bool, o.Carnets+1)
	for _, p := range done {
		if !p.Again && p.PrintedAt != nil {
			for n := p.NumberFrom; n <= min(p.NumberTo, o.Carnets); n++ {
				left[n] = true
			}
		}
	}
	for n := 1; n <= o.Carnets; n++ {
		if !left[n] {
			return n
		}
	}
	return 0
}

// ChoosePrinting says who prints the carnets, until they are being made.
func (s *Service) ChoosePrinting(ctx context.Context, actor identity.Actor, id uuid.UUID, mode string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if mode != PrintShop && mode != PrintDesk {
			return fault.Field("impression", "Choisissez qui imprime les carnets.")
		}
		if o.State.Reached(Making) || o.State == Cancelled || o.Minted > 0 {
			return errMoved(o.State)
		}
		args := key(o)
		args["mode"], args["now"] = mode, tx.Now()
		if err := postgres.Must(ctx, tx, `UPDATE orders SET print_mode = @mode, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order`, args); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "choix de l’impression", SubjectKind: "commande", SubjectID: o.ID, Detail: map[string]any{"impression": mode}})
	})
	if err != nil {
		return fmt.Errorf("choose printing: %w", err)
	}
	return nil
}

// DeskTestPage prints the page to try before any real carnet.
func (s *Service) DeskTestPage(ctx context.Context, actor identity.Actor, id uuid.UUID) ([]byte, error) {
	var facts print.DeskRun
	var specimen print.Carnet
	err := s.asOwner(ctx, actor, identity.OrderRead, id, func(tx *postgres.Tx, o *Order) (err error) {
		n := numbered(*o)
		facts.Order, specimen = n.Number, s.sampleCarnet(n)
		facts.CarnetRun, err = s.printFactsIn(ctx, tx, *o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("print test page: %w", err)
	}
	return print.DeskTest(facts, specimen)
}

// The refusals of desk printing.
var (
	errNotDesk = fault.New(fault.KindConflict, "Cette commande est imprimée par un imprimeur\u00a0: ses carnets ne s’impriment pas ici.")
	errUnmade  = fault.New(fault.KindConflict, "Les carnets ne sont pas encore tous fabriqués\u00a0: revenez quand l’opérateur aura terminé.")
)

// printable refuses an order whose carnets may not be printed at a desk now.
func (o Order) printable() error {
	switch {
	case o.PrintMode != PrintDesk:
		return errNotDesk
	case !o.State.Reached(Making) || !o.Made():
		return errUnmade
	default:
		return nil
	}
}

// sheets draws carnets from to to as A4 pages. They are cash: the caller writes
// in the journal before it lets them go.
func (s *Service) sheets(ctx context.Context, o Order, from, to int) (File, error) {
	facts, err := s.approvedFacts(ctx, o)
	if err != nil {
		return File{}, err
	}
	run := carnet.NewPrintRun(s.db, s.Keys, o.CommanditaireID, o.ID, from, to)
	var out bytes.Buffer
	err = print.WriteSheets(&out, print.DeskRun{CarnetRun: facts, Order: o.Number}, func() (print.Carnet, bool, error) { return s.page(ctx, run) })
	name := fmt.Sprintf("feuilles-%s-%06d-%06d.pdf", o.Number, from, to)
	return File{Name: name, MediaType: "application/pdf", Content: out.Bytes()}, err
}
