package carnet

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Printable is a carnet as a print run needs it. Its codes are cash: they are
// derived here and must go nowhere but the page.
type Printable struct {
	Serial  string
	Number  int
	Cheques []PrintableCheque
}

// PrintableCheque is one chèque with its code.
type PrintableCheque struct {
	Rank      int
	FaceValue money.Cents
	Code      code.Code
}

type chequeRow struct {
	ID             uuid.UUID
	Serial         string
	Number         int
	Rank           int
	FaceValueCents int64
	KeyID          string
}

// printChunk bounds what is read at once, so that memory does not grow with the
// print run.
const printChunk = 200

// PrintRun iterates over the carnets of an order numbered from to to, in order,
// deriving their codes. Call Next until ok is false.
type PrintRun struct {
	db            *postgres.DB
	keys          *code.Keyring
	minters       map[string]*code.Minter
	commanditaire uuid.UUID
	order         uuid.UUID
	next, to      int
	waiting       []Printable
}

// NewPrintRun prepares a run over carnets from to to, inclusive.
func NewPrintRun(db *postgres.DB, keys *code.Keyring, commanditaire, order uuid.UUID, from, to int) *PrintRun {
	return &PrintRun{db: db, keys: keys, minters: map[string]*code.Minter{}, commanditaire: commanditaire, order: order, next: from, to: to}
}

// Next returns the next carnet; ok is false at the end.
func (p *PrintRun) Next(ctx context.Context) (carnet Printable, ok bool, err error) {
	if len(p.waiting) == 0 && p.next <= p.to {
		if err := p.load(ctx); err != nil {
			return Printable{}, false, fmt.Errorf("read print run: %w", err)
		}
	}
	if len(p.waiting) == 0 {
		return Printable{}, false, nil
	}
	carnet, p.waiting = p.waiting[0], p.waiting[1:]
	return carnet, true, nil
}

func (p *PrintRun) load(ctx context.Context) error {
	last := min(p.next+printChunk-1, p.to)
	var rows []chequeRow
	err := p.db.InPlatform(ctx, postgres.System{}, "impression", func(tx *postgres.Tx) (err error) {
		rows, err = postgres.All[chequeRow](ctx, tx, `
			SELECT c.id, k.serial, k.number, c.rank, c.face_value_cents, c.key_id
			FROM carnets k JOIN cheques c ON c.commanditaire_id = @commanditaire AND c.carnet_id = k.id
			WHERE k.commanditaire_id = @commanditaire AND k.order_id = @order AND k.number BETWEEN @from AND @to
			ORDER BY k.number, c.rank`,
			postgres.Args{"commanditaire": p.commanditaire, "order": p.order, "from": p.next, "to": last})
		return err
	})
	if err != nil {
		return err
	}
	p.next = last + 1
	for _, row := range rows {
		if err := p.add(row); err != nil {
			return err
		}
	}
	return nil
}

func (p *PrintRun) add(row chequeRow) error {
	minter := p.minters[row.KeyID]
	if minter == nil {
		var err error
		if minter, err = p.keys.Minter(row.KeyID); err != nil {
			return err
		}
		p.minters[row.KeyID] = minter
	}
	if n := len(p.waiting); n == 0 || p.waiting[n-1].Number != row.Number {
		p.waiting = append(p.waiting, Printable{Serial: row.Serial, Number: row.Number})
	}
	last := &p.waiting[len(p.waiting)-1]
	last.Cheques = append(last.Cheques, PrintableCheque{Rank: row.Rank, FaceValue: money.Cents(row.FaceValueCents), Code: minter.Derive(row.ID)})
	return nil
}
