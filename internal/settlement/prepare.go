package settlement

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Preview is what a cut-off would pay, before anything is written.
type Preview struct {
	Cutoff time.Time
	Rhythm Rhythm
	Rules  Rules
	Dues   []Due
	// Files is how many bank files it would make.
	Files int
	// Last is the batch before, of the same rhythm; nil for the first.
	Last *Batch
	// Gone are the structures that it paid and that would receive nothing now.
	Gone []Gone
}

// Gone is a structure of the last batch that is owed nothing now.
type Gone struct {
	StructureName string
	AmountCents   money.Cents
}

// Payable are the structures that would be paid.
func (p Preview) Payable() []Due { return withoutHolds(p.Dues) }

// Preview tells what would be paid at a cut-off and what would be held, and why.
// ErrCutoff, ErrCutoffTaken.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, rhythm Rhythm, cutoff time.Time) (Preview, error) {
	p := Preview{Cutoff: cutoff, Rhythm: rhythm}
	err := s.asOperator(ctx, actor, "aperçu d'un contre-paiement", func(tx *postgres.Tx) (err error) {
		if err := possible(ctx, tx, rhythm, cutoff); err != nil {
			return err
		}
		if p.Rules, err = rulesInForce(ctx, tx); err != nil {
			return err
		}
		if p.Dues, err = (cut{cutoff: cutoff, rhythm: rhythm}).plan(ctx, tx, p.Rules); err != nil {
			return err
		}
		_, p.Files = split(amountsOf(p.Payable()), p.Rules.MostTransfers, p.Rules.MostCents)
		return p.compare(ctx, tx)
	})
	return p, fault.Wrap(err, "preview settlement")
}

// compare finds the batch before and whom it paid that would receive nothing.
func (p *Preview) compare(ctx context.Context, tx *postgres.Tx) error {
	id, err := lastBatch(ctx, tx, p.Rhythm)
	if err != nil || id == uuid.Nil {
		return err
	}
	last, err := findBatch(ctx, tx, id)
	if err != nil {
		return err
	}
	p.Last = &last
	due := make([]uuid.UUID, len(p.Dues))
	for i, d := range p.Dues {
		due[i] = d.StructureID
	}
	p.Gone, err = postgres.All[Gone](ctx, tx, `
		SELECT structure_name, sum(amount_cents)::bigint AS amount_cents FROM settlement_lines
		WHERE settlement_id = @id AND structure_id <> ALL (@due) GROUP BY structure_id, structure_name ORDER BY structure_name`,
		postgres.Args{"id": id, "due": due})
	return fault.Wrap(err, "compare with the last batch")
}

func possible(ctx context.Context, tx *postgres.Tx, rhythm Rhythm, cutoff time.Time) error {
	if !cutoff.Before(tx.Today()) {
		return ErrCutoff
	}
	taken, err := cutoffTaken(ctx, tx, rhythm, cutoff)
	if err != nil || taken {
		return cmp.Or(err, error(ErrCutoffTaken))
	}
	return nil
}

// Prepare cuts the month: each payable structure gets one line, and one more for
// each transfer that came back; every chèque and incident is tied to its line.
// ErrCutoff, ErrCutoffTaken, ErrNothingDue, ErrMoved.
func (s *Service) Prepare(ctx context.Context, actor identity.Actor, cutoff time.Time) (uuid.UUID, error) {
	return s.prepare(ctx, actor, Monthly, cutoff)
}

// PrepareWeekly is Prepare for the structures that asked to be paid every week.
func (s *Service) PrepareWeekly(ctx context.Context, actor identity.Actor, cutoff time.Time) (uuid.UUID, error) {
	return s.prepare(ctx, actor, Weekly, cutoff)
}

func (s *Service) prepare(ctx context.Context, actor identity.Actor, rhythm Rhythm, cutoff time.Time) (uuid.UUID, error) {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return uuid.Nil, err
	}
	id := postgres.NewID()
	err := s.db.InPlatform(ctx, actor, "préparation d'un contre-paiement", func(tx *postgres.Tx) error {
		if err := oneAtATime(ctx, tx); err != nil {
			return err
		}
		if err := possible(ctx, tx, rhythm, cutoff); err != nil {
			return err
		}
		rules, err := rulesInForce(ctx, tx)
		if err != nil {
			return err
		}
		dues, err := (cut{cutoff: cutoff, rhythm: rhythm, lock: true}).plan(ctx, tx, rules)
		if err != nil {
			return err
		}
		payable := withoutHolds(dues)
		if len(payable) == 0 {
			return ErrNothingDue
		}
		batch, lines, shares := s.draw(actor, id, rhythm, cutoff, rules, payable)
		if err := s.write(ctx, tx, batch, lines, shares); err != nil {
			return err
		}
		return record(ctx, tx, actor, ActPrepared, batch)
	})
	if err != nil {
		return uuid.Nil, fmt.Errorf("prepare settlement: %w", err)
	}
	return id, nil
}

// oneAtATime makes preparations wait for one another, until they end.
func oneAtATime(ctx context.Context, tx *postgres.Tx) error {
	_, err := postgres.Do(ctx, tx, `SELECT pg_advisory_xact_lock(hashtext('settlement'))`, nil)
	return err
}

func (s *Service) write(ctx context.Context, tx *postgres.Tx, batch Batch, lines []Line, shares []Share) error {
	if err := insertBatch(ctx, tx, batch); err != nil {
		return err
	}
	if err := insertLines(ctx, tx, batch, lines); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	if err := insertShares(ctx, tx, shares); err != nil {
		return fmt.Errorf("write shares: %w", err)
	}
	return tie(ctx, tx, batch, lines)
}

// Discard undoes a preparation: its chèques and incidents wait again for the next
// cut, and no number is lost, since the number comes with the approval.
func (s *Service) Discard(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "abandon d'un contre-paiement", func(tx *postgres.Tx) error {
		batch, err := lockBatch(ctx, tx, id)
		if err != nil {
			return err
		}
		if batch.State != Prepared {
			return ErrNotPrepared
		}
		if err := deleteBatch(ctx, tx, id); err != nil {
			return err
		}
		return record(ctx, tx, actor, ActDropped, batch)
	})
	return fault.Wrap(err, "discard settlement")
}

// draw turns what is payable into a batch, its lines in the order of the files,
// and what each order bears of them.
func (s *Service) draw(actor identity.Actor, id uuid.UUID, rhythm Rhythm, cutoff time.Time, rules Rules, payable []Due) (Batch, []Line, []Share) {
	var lines []Line
	var shares []Share
	for _, due := range payable {
		own, ownShares := due.lines(id)
		lines, shares = append(lines, own...), append(shares, ownShares...)
	}
	amounts := make([]money.Cents, len(lines))
	batch := Batch{
		ID: id, Number: provisional(cutoff, rhythm), Cutoff: cutoff, Rhythm: rhythm, State: Prepared,
		PreparedBy: actor.AccountID, PreparedByName: actor.Name, Lines: len(lines), MessageID: bankID(id, "PN"),
		DebtorName: s.debtor.Name, DebtorIBAN: s.debtor.IBAN, DebtorBIC: s.debtor.BIC,
		BankVersion: rules.BankVersion, BatchBooking: rules.BatchBooking, DelayDays: rules.DelayDays,
	}
	for i, l := range lines {
		amounts[i] = l.AmountCents
		batch.TotalCents += l.AmountCents
	}
	parts, files := split(amounts, rules.MostTransfers, rules.MostCents)
	for i := range lines {
		lines[i].Part = parts[i]
	}
	batch.Parts = files
	return batch, lines, shares
}

// lines are the structure's new line, if it has one, then one for each transfer
// that is paid again: its chèques and fees stay with the first of its chain.
func (d Due) lines(batch uuid.UUID) ([]Line, []Share) {
	var lines []Line
	var shares []Share
	add := func(l Line) uuid.UUID {
		l.ID, l.SettlementID, l.StructureID, l.State = postgres.NewID(), batch, d.StructureID, Prepared
		l.StructureName, l.StructureSIRET, l.AccountHolder, l.IBAN, l.BIC = d.StructureName, d.SIRET, d.AccountHolder, d.IBAN, d.BIC
		l.Street, l.Building, l.PostalCode, l.Town = d.Address.Street, d.Address.Building, d.Address.PostalCode, d.Address.Town
		l.EndToEndID = bankID(l.ID, "")
		lines = append(lines, l)
		return l.ID
	}
	if d.hasLine() {
		id := add(Line{Cheques: d.Cheques, GrossCents: d.GrossCents, AdjustCents: d.AdjustCents, FeeCents: d.FeeCents, FeeVATCents: d.FeeVATCents, AmountCents: d.AmountCents,
			PeriodFrom: d.From, PeriodTo: d.To})
		for _, share := range d.shares {
			share.LineID, share.StructureID = id, d.StructureID
			shares = append(shares, share)
		}
	}
	for _, r := range d.Repays {
		add(Line{GrossCents: r.AmountCents, AmountCents: r.AmountCents, RepaysLineID: &r.LineID, RootLineID: &r.RootID, PeriodFrom: r.From, PeriodTo: r.To})
	}
	return lines, shares
}

func amountsOf(payable []Due) []money.Cents {
	var amounts []money.Cents
	for _, due := range payable {
		if due.hasLine() {
			amounts = append(amounts, due.AmountCents)
		}
		for _, r := range due.Repays {
			amounts = append(amounts, r.AmountCents)
		}
	}
	return amounts
}

// provisional names a batch until it is approved.
func provisional(cutoff time.Time, rhythm Rhythm) string {
	name := "LOT-" + cutoff.Format(time.DateOnly)
	if rhythm == Weekly {
		name += "-H"
	}
	return name
}

// bankID writes an identifier in the 35 characters banks keep.
func bankID(id uuid.UUID, prefix string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(id.String(), "-", ""))
}

func withoutHolds(dues []Due) []Due {
	var payable []Due
	for _, due := range dues {
		if due.Hold == "" && (due.hasLine() || len(due.Repays) > 0) {
			payable = append(payable, due)
		}
	}
	return payable
}
