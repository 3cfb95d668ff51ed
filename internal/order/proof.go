package order

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/carnet/code"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// OpenCadrage records the framing meeting and its decisions.
func (s *Service) OpenCadrage(ctx context.Context, actor identity.Actor, id uuid.UUID, note string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "cadrage d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if note = strings.TrimSpace(note); note == "" || !short(note, LongestFree) {
			return fault.Field("note", "Notez en quelques lignes ce que la réunion a décidé.")
		}
		return s.advance(ctx, tx, actor, o, Framing, identity.PlatformOrders, note)
	})
	if err != nil {
		return fmt.Errorf("open cadrage: %w", err)
	}
	return nil
}

// ProposeProof prints a specimen carnet, whose codes can never be redeemed, and
// submits it to the commanditaire.
func (s *Service) ProposeProof(ctx context.Context, actor identity.Actor, id uuid.UUID, note string) error {
	if err := actor.May(identity.PlatformOrders); err != nil {
		return err
	}
	o, err := s.OrderForOperator(ctx, actor, id)
	if err != nil {
		return err
	}
	if !Moves(o.State, ProofProposed, identity.PlatformOrders) {
		return errMoved(o.State)
	}
	pdf, design, err := s.specimen(ctx, o)
	if err != nil {
		return fmt.Errorf("print proof: %w", err)
	}
	err = s.asOperator(ctx, actor, identity.PlatformOrders, "bon à tirer d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		if err := s.advance(ctx, tx, actor, o, ProofProposed, identity.PlatformOrders, strings.TrimSpace(note)); err != nil {
			return err
		}
		args := key(o)
		args["design"] = design
		if err := postgres.Must(ctx, tx, `UPDATE orders SET proof_design = @design, design_hash = NULL WHERE commanditaire_id = @commanditaire AND id = @order`, args); err != nil {
			return err
		}
		_, err := addDocument(ctx, tx, o, DocumentProof, "bon-a-tirer-"+o.Number+".pdf", "application/pdf", pdf)
		return err
	})
	if err != nil {
		return fmt.Errorf("propose proof: %w", err)
	}
	return nil
}

// specimen prints the proof, and tells the design that it shows.
func (s *Service) specimen(ctx context.Context, o Order) ([]byte, Design, error) {
	facts, err := s.printFacts(ctx, o)
	if err != nil {
		return nil, Design{}, err
	}
	design, sample := s.design(o, facts), s.sampleCarnet(o)
	facts.Specimen = true
	given := false
	var out bytes.Buffer
	err = print.WriteCarnets(&out, facts, func() (print.Carnet, bool, error) {
		if given {
			return print.Carnet{}, false, nil
		}
		given = true
		return sample, true, nil
	})
	return out.Bytes(), design, err
}

// sampleCarnet is a carnet of the order whose codes can never be redeemed.
func (s *Service) sampleCarnet(o Order) print.Carnet {
	sample := print.Carnet{Serial: carnet.Serial(o.Number, 0)}
	for rank := 1; rank <= o.ChequesPerCarnet; rank++ {
		c := code.Specimen(rank)
		sample.Cheques = append(sample.Cheques, print.Cheque{Rank: rank, Code: c.Clear(), QRPayload: c.QR(s.CodeHost)})
	}
	return sample
}

// printFacts is what every page of the order's carnets has in common.
func (s *Service) printFacts(ctx context.Context, o Order) (facts print.CarnetRun, err error) {
	err = s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		facts, err = s.printFactsIn(ctx, tx, o)
		return err
	})
	return facts, err
}

// printFactsIn is printFacts in a scope that sees the order.
func (s *Service) printFactsIn(ctx context.Context, tx *postgres.Tx, o Order) (print.CarnetRun, error) {
	facts := print.CarnetRun{
		Issuer: s.Issuer, Commanditaire: o.Commanditaire, Colour: o.Colour, Message: o.Message, FaceValue: o.FaceValue,
		Validity:  print.Validity{From: o.CreatedAt.In(postgres.Paris), Until: o.Validity.Until},
		PlacesURL: strings.TrimPrefix(strings.TrimPrefix(s.BaseURL, "https://"), "http://") + "/lieux", PlacesPhone: s.Issuer.Phone,
		CreatedAt: o.UpdatedAt,
	}
	if o.Validity.Kind == FromHandOver {
		facts.Validity.MonthsFromHandOver = o.Validity.Months
	}
	if o.SignedAt != nil {
		facts.Validity.From = o.SignedAt.In(postgres.Paris)
	}
	if o.LogoID == nil {
		return facts, nil
	}
	var err error
	if facts.Logo, err = postgres.Value[[]byte](ctx, tx, `SELECT content FROM documents WHERE id = @id`, postgres.Args{"id": *o.LogoID}); err != nil {
		return facts, fmt.Errorf("read logo: %w", err)
	}
	return facts, nil
}

// ErrOtherProof refuses to approve a proof other than the one on screen.
var ErrOtherProof = fault.New(fault.KindConflict, "Un autre bon à tirer a été proposé entre-temps. Relisez-le avant de valider.")

// ApproveProof accepts the proof whose fingerprint the person had before them,
// in hexadecimal; that fingerprint is kept with the order.
func (s *Service) ApproveProof(ctx context.Context, actor identity.Actor, id uuid.UUID, fingerprint string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		proof, ok := o.Latest(DocumentProof)
		seen, err := hex.DecodeString(fingerprint)
		if !ok || err != nil || subtle.ConstantTimeCompare(seen, proof.Hash) != 1 {
			return ErrOtherProof
		}
		if err := s.advance(ctx, tx, actor, o, ProofApproved, identity.OrderWrite, ""); err != nil {
			return err
		}
		if err := s.keepApproved(ctx, tx, o); err != nil {
			return err
		}
		args := key(o)
		args["now"], args["hash"] = tx.Now(), proof.Hash
		return postgres.Must(ctx, tx, `UPDATE orders SET bat_approved_at = @now, bat_hash = @hash WHERE commanditaire_id = @commanditaire AND id = @order`, args)
	})
	if err != nil {
		return fmt.Errorf("approve proof: %w", err)
	}
	return nil
}

// RefuseProof sends the proof back with what must change.
func (s *Service) RefuseProof(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	err := s.asOwner(ctx, actor, identity.OrderWrite, id, func(tx *postgres.Tx, o *Order) error {
		if reason = strings.TrimSpace(reason); reason == "" || !short(reason, LongestFree) {
			return fault.Field("motif", "Dites ce qui doit changer sur le bon à tirer.")
		}
		return s.advance(ctx, tx, actor, o, Framing, identity.OrderWrite, reason)
	})
	if err != nil {
		return fmt.Errorf("refuse proof: %w", err)
	}
	return nil
}

// ReopenProof takes back an approved proof that must change: the carnets are
// not printed yet, or will be printed again from the new one.
func (s *Service) ReopenProof(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "reprise d’un bon à tirer", id, func(tx *postgres.Tx, o *Order) error {
		if reason = strings.TrimSpace(reason); reason == "" || !short(reason, LongestFree) {
			return fault.Field("motif_bat", "Dites ce qui doit changer sur le bon à tirer.")
		}
		if !o.State.Reached(ProofApproved) {
			return errMoved(o.State)
		}
		return s.advance(ctx, tx, actor, o, Framing, identity.PlatformOrders, reason)
	})
	if err != nil {
		return fmt.Errorf("reopen proof: %w", err)
	}
	return nil
}

// Dress changes what is printed, while the proof is being prepared: the message
// and the colour, as the framing meeting decides them.
func (s *Service) Dress(ctx context.Context, actor identity.Actor, id uuid.UUID, message, colour string) error {
	err := s.asOperator(ctx, actor, identity.PlatformOrders, "habillage d’une commande", id, func(tx *postgres.Tx, o *Order) error {
		o.Message, o.Colour = strings.Join(strings.Fields(message), " "), strings.TrimSpace(colour)
		if err := o.Storable(); err != nil {
			return err
		}
		if o.Colour != "" {
			o.Colour, _ = print.Legible(o.Colour)
		}
		args := key(o)
		args["message"], args["colour"], args["now"] = o.Message, o.Colour, tx.Now()
		n, err := postgres.Do(ctx, tx, `UPDATE orders SET message = @message, colour = @colour, updated_at = @now
			WHERE commanditaire_id = @commanditaire AND id = @order AND state IN ('signee', 'cadrage')`, args)
		if err == nil && n == 0 {
			return movedSince(ctx, tx, o)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("dress order: %w", err)
	}
	return nil
}
