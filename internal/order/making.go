package order

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// makingRun is the kind of the visible progress of minting.
const makingRun = "fabrication"

// MintArgs asks for an order's carnets to be made.
type MintArgs struct {
	OrderID uuid.UUID `json:"order_id"`
	RunID   uuid.UUID `json:"run_id"`
}

// Kind names the job.
func (MintArgs) Kind() string { return "order_mint" }

// InsertOpts retries a few times: minting resumes where it stopped.
func (MintArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

// Made reports whether every carnet exists.
func (o Order) Made() bool { return o.Minted >= o.Carnets }

// StartMinting begins making the carnets, or resumes after a stop. Returns
// jobs.ErrAlreadyRunning when it is under way.
func (s *Service) StartMinting(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "fabrication d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		moved := o.State == ProofApproved
		if moved {
			if err := s.advance(ctx, tx, actor, o, Making, identity.PlatformOrders, ""); err != nil {
				return err
			}
		}
		if o.Made() && moved {
			return nil // a new proof was approved: the carnets exist already
		}
		if o.State != Making || o.Made() {
			return errMoved(o.State)
		}
		run, err := jobs.Start(ctx, tx, jobs.Run{OrganisationID: o.CommanditaireID, Kind: makingRun, SubjectID: o.ID, Total: int64(o.Carnets)})
		if err != nil {
			return err
		}
		return s.Queue.Enqueue(ctx, tx, MintArgs{OrderID: o.ID, RunID: run})
	})
	if err != nil {
		return fmt.Errorf("start minting: %w", err)
	}
	return nil
}

// CancelMinting stops after the batch under way; what is made stays, whole.
func (s *Service) CancelMinting(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "arrêt d’une fabrication", id, func(tx *postgres.Tx, o *Order) error {
		run, ok, err := jobs.Latest(ctx, tx, makingRun, o.ID)
		if err != nil {
			return err
		}
		if !ok || !run.Live() {
			return fault.New(fault.KindConflict, "Aucune fabrication n’est en cours pour cette commande.")
		}
		if err := jobs.Cancel(ctx, tx, run.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "arrêt de fabrication", SubjectKind: "commande", SubjectID: o.ID})
	})
	if err != nil {
		return fmt.Errorf("cancel minting: %w", err)
	}
	return nil
}

// Making is the latest progress of the order's making, if it ever began.
func (s *Service) Making(ctx context.Context, actor identity.Actor, id uuid.UUID) (run jobs.Run, ok bool, err error) {
	if err := actor.May(identity.PlatformRead); err != nil {
		return run, false, err
	}
	// The system's scope: a page that follows progress must not fill the journal.
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		run, ok, err = jobs.Latest(ctx, tx, makingRun, id)
		return err
	})
	return run, ok, err
}

var errStopped = errors.New("minting was cancelled")

func (s *Service) workMint(ctx context.Context, job *river.Job[MintArgs]) error {
	err := s.Mint(ctx, job.Args)
	if err != nil && job.JobRow != nil && job.Attempt >= job.MaxAttempts {
		const sentence = "La fabrication s’est arrêtée sur une erreur. Les carnets déjà faits sont entiers\u00a0: relancez pour terminer."
		return errors.Join(err, jobs.Finish(ctx, s.db, job.Args.RunID, jobs.Failed, sentence))
	}
	return err
}

// Mint makes the carnets that do not exist yet, telling its progress. It
// returns nil when it was cancelled.
func (s *Service) Mint(ctx context.Context, args MintArgs) error {
	var o Order
	err := s.asSystem(ctx, args.OrderID, func(_ *postgres.Tx, found *Order) error { o = *found; return nil })
	if err != nil {
		return fmt.Errorf("mint order: %w", err)
	}
	if stop, err := jobs.IsCancelled(ctx, s.db, args.RunID); err != nil || stop {
		return err
	}
	err = carnet.Mint(ctx, s.db, s.Keys, o.Lot(), func(done int) error { return s.progress(ctx, args.RunID, done, o.Carnets) })
	if errors.Is(err, errStopped) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mint order: %w", err)
	}
	if err := s.recordMade(ctx, o.ID); err != nil {
		return err
	}
	return jobs.Finish(ctx, s.db, args.RunID, jobs.Done, count(o.Carnets, "carnet")+" prêts à imprimer")
}

func (s *Service) progress(ctx context.Context, run uuid.UUID, done, total int) error {
	stop, err := jobs.IsCancelled(ctx, s.db, run)
	if err != nil {
		return err
	}
	if stop && done < total {
		return errStopped
	}
	return jobs.Report(ctx, s.db, run, int64(done), int64(total), "")
}

// recordMade writes, once, that the paper value now exists.
func (s *Service) recordMade(ctx context.Context, id uuid.UUID) error {
	return s.asSystem(ctx, id, func(tx *postgres.Tx, o *Order) error {
		if err := relock(ctx, tx, o); err != nil {
			return err
		}
		args := key(o)
		args["id"], args["to"], args["now"] = postgres.NewID(), o.Carnets, tx.Now()
		n, err := postgres.Do(ctx, tx, `
			INSERT INTO custody_moves (commanditaire_id, id, order_id, kind, number_from, number_to, at)
			SELECT @commanditaire, @id, @order, 'fabrication', 1, @to, @now
			WHERE NOT EXISTS (SELECT 1 FROM custody_moves WHERE commanditaire_id = @commanditaire AND order_id = @order AND kind = 'fabrication')`, args)
		if err != nil {
			return fmt.Errorf("record making: %w", err)
		}
		if n == 0 || o.PrintMode != PrintDesk {
			return nil
		}
		return s.tellCommanditaire(ctx, tx, o, "Vos carnets sont prêts à imprimer", "Les codes existent\u00a0: essayez votre imprimante, imprimez les carnets sur place, puis envoyez les colis à vos points.")
	})
}

func (s *Service) page(ctx context.Context, run *carnet.PrintRun) (print.Carnet, bool, error) {
	next, ok, err := run.Next(ctx)
	if err != nil || !ok {
		return print.Carnet{}, false, err
	}
	sheet := print.Carnet{Serial: next.Serial, Cheques: make([]print.Cheque, len(next.Cheques))}
	for i, c := range next.Cheques {
		sheet.Cheques[i] = print.Cheque{Rank: c.Rank, Code: c.Code.Clear(), QRPayload: c.Code.QR(s.CodeHost)}
	}
	return sheet, true, nil
}
