package ending

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

// Signature is what a person signs: the very document it was shown.
type Signature struct {
	Title  string // in which quality
	Hash   string // of the document, in hexadecimal
	Agreed bool
}

// The refusals of signing.
var (
	ErrChanged   = fault.New(fault.KindConflict, "L’état contradictoire a changé depuis que vous l’avez ouvert. Relisez-le avant de signer.")
	ErrSigned    = fault.New(fault.KindConflict, "Cet état est déjà signé de votre côté. Rien n’a été ajouté.")
	ErrOneSide   = fault.New(fault.KindConflict, "La même personne ne peut pas signer pour les deux parties.")
	ErrContested = fault.New(fault.KindConflict, "Cet état est contesté\u00a0: l’opérateur doit d’abord l’établir de nouveau.")
)

var signing = map[Side]identity.Permission{ForCommanditaire: identity.OrderSign, ForOperator: identity.PlatformFunds}

// Sign records one side's signature of the statement in force. The second one
// closes the order: its avoir is written, its ledger is at zero. ErrChanged,
// ErrSigned, ErrOneSide, ErrContested, ErrNoStatement.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, side Side, id uuid.UUID, sig Signature) error {
	err := s.act(ctx, actor, side, signing[side], "signature d’un état contradictoire", id, func(tx *postgres.Tx, o *purchase) error {
		c, err := live(ctx, tx, *o)
		if err != nil {
			return err
		}
		if err := c.maySign(actor, side, sig); err != nil {
			return err
		}
		if err := putSignature(ctx, tx, actor, side, *o, &c, sig); err != nil {
			return err
		}
		if err := record(ctx, tx, actor, *o, "état contradictoire signé", map[string]any{"numero": c.Number, "empreinte": hex.EncodeToString(c.DocumentHash), "qualite": sig.Title}); err != nil {
			return err
		}
		if !c.Signed() {
			return s.tellOtherSide(ctx, tx, *o, c, side)
		}
		return s.settle(ctx, tx, actor, *o, c)
	})
	return fault.Wrap(err, "sign statement")
}

func (c Closing) maySign(actor identity.Actor, side Side, sig Signature) error {
	var f fault.Collector
	f.Check(sig.Agreed, "accord", "Cochez la case\u00a0: c’est elle qui vaut signature.")
	f.Check(strings.TrimSpace(sig.Title) != "" && len(sig.Title) <= 120, "qualite", "Indiquez votre qualité\u00a0: directrice, comptable…")
	if err := f.Err(); err != nil {
		return err
	}
	mine, other, otherBy := c.ClientSignedAt, c.OperatorSignedAt, c.OperatorSignedBy
	if side == ForOperator {
		mine, other, otherBy = c.OperatorSignedAt, c.ClientSignedAt, c.ClientSignedBy
	}
	hash, err := hex.DecodeString(sig.Hash)
	switch {
	case mine != nil:
		return ErrSigned
	case c.ContestedAt != nil:
		return ErrContested
	case err != nil || !bytes.Equal(hash, c.DocumentHash):
		return ErrChanged
	case other != nil && otherBy != nil && *otherBy == actor.AccountID:
		return ErrOneSide
	}
	return nil
}

func putSignature(ctx context.Context, tx *postgres.Tx, actor identity.Actor, side Side, o purchase, c *Closing, sig Signature) error {
	now, title := tx.Now(), strings.TrimSpace(sig.Title)
	column := "client"
	if side == ForOperator {
		column = "operator"
		c.OperatorSignedAt, c.OperatorSignatory, c.OperatorTitle = &now, actor.Name, title
	} else {
		c.ClientSignedAt, c.ClientSignatory, c.ClientTitle = &now, actor.Name, title
	}
	err := postgres.Must(ctx, tx, fmt.Sprintf(`UPDATE closings SET %[1]s_signed_at = @now, %[1]s_signed_by = @by, %[1]s_signatory = @name, %[1]s_title = @title
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND withdrawn_at IS NULL AND %[1]s_signed_at IS NULL`, column),
		o.with(postgres.Args{"id": c.ID, "now": now, "by": actor.AccountID, "name": actor.Name, "title": title}))
	if err != nil {
		return fmt.Errorf("write signature: %w", err)
	}
	return nil
}

func (s *Service) tellOtherSide(ctx context.Context, tx *postgres.Tx, o purchase, c Closing, signed Side) error {
	words := "L’état contradictoire " + c.Number + " de la " + o.name() + " est signé de l’autre côté. Il manque votre signature."
	if signed == ForOperator {
		return s.tellClient(ctx, tx, o, "État contradictoire à signer", words)
	}
	return s.tellOperator(ctx, tx, o, "État contradictoire à signer", words)
}

// settle writes the avoir at face value, and closes the order: everything that
// circulated is used, or owed back to the commanditaire.
func (s *Service) settle(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, c Closing) error {
	b, err := ledger.OfOrder(ctx, tx, o.CommanditaireID, o.ID)
	if err != nil {
		return err
	}
	if b.Circulation != 0 || b.Expired != c.ExpiredCents || b.Funds != c.FundsCents {
		return errLedger("le grand livre a changé depuis que l’état a été établi")
	}
	if c.Avoir() > 0 {
		if err := s.postAvoir(ctx, tx, actor, o, &c); err != nil {
			return err
		}
	}
	if _, err := carnet.Credit(ctx, tx, o.CommanditaireID, o.ID); err != nil {
		return err
	}
	content, err := s.paper(ctx, tx, o, c)
	if err != nil {
		return err
	}
	signed, _, err := keepDocument(ctx, tx, o, c.Number+"-signe.pdf", content)
	if err != nil {
		return err
	}
	err = postgres.Must(ctx, tx, `UPDATE closings SET settled_at = @now, signed_document_id = @document, avoir_id = @avoir, avoir_number = @number
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND settled_at IS NULL`,
		o.with(postgres.Args{"id": c.ID, "now": tx.Now(), "document": signed, "avoir": c.AvoirID, "number": c.AvoirNumber}))
	if err != nil {
		return fmt.Errorf("settle statement: %w", err)
	}
	if _, err := note(ctx, tx, o, Settled, DayOf(o.ValidUntil, Statement), actor, "", map[string]any{"avoir": c.Avoir(), "numero": c.AvoirNumber}); err != nil {
		return err
	}
	return s.Orders.CloseInTx(ctx, tx, actor, o.ID, avoirSentence(c.Avoir(), c.AvoirNumber))
}

func avoirSentence(amount money.Cents, number string) string {
	switch {
	case amount == 0:
		return "Tout a été utilisé\u00a0: il n’y a pas d’avoir."
	case number == "":
		return "Avoir de " + amount.String() + "."
	default:
		return "Avoir " + number + " de " + amount.String() + "."
	}
}

func (s *Service) postAvoir(ctx context.Context, tx *postgres.Tx, actor identity.Actor, o purchase, c *Closing) error {
	err := ledger.Post(ctx, tx, ledger.Transaction{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Kind: ledger.Avoir, CauseID: c.ID, AccountID: actor.Account(),
		Movements: []ledger.Movement{
			{Debit: ledger.Expired, Credit: ledger.Credit, Amount: c.ExpiredCents},
			{Debit: ledger.Funds, Credit: ledger.Credit, Amount: c.FundsCents},
		},
	})
	if err != nil || s.IssueAvoir == nil {
		return err
	}
	id, number, err := s.IssueAvoir(ctx, tx, actor, Avoir{
		CommanditaireID: o.CommanditaireID, OrderID: o.ID, Face: c.Avoir(), Cheques: c.Cheques, CauseID: c.ID, Parts: c.parts(),
		Reason: "Fin de validité de la commande " + o.Number + ", état contradictoire " + c.Number,
	})
	if err != nil {
		return fmt.Errorf("issue avoir: %w", err)
	}
	c.AvoirID, c.AvoirNumber = &id, number
	return nil
}

// Contest is the commanditaire's refusal of the statement, with its reason: no
// side can sign it any more, and the operator answers by another one.
func (s *Service) Contest(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	err := s.act(ctx, actor, ForCommanditaire, identity.OrderWrite, "", id, func(tx *postgres.Tx, o *purchase) error {
		c, err := live(ctx, tx, *o)
		switch {
		case err != nil:
			return err
		case c.ClientSignedAt != nil:
			return ErrSigned
		case c.ContestedAt != nil:
			return ErrContested
		case reason == "":
			return fault.Field("motif", "Dites ce qui ne va pas, pour que l’opérateur puisse le vérifier.")
		}
		err = postgres.Must(ctx, tx, `UPDATE closings SET contested_at = @now, contested_by = @by, contested_by_name = @name, contested_reason = @reason
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND settled_at IS NULL`,
			o.with(postgres.Args{"id": c.ID, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "reason": reason}))
		if err != nil {
			return fmt.Errorf("contest statement: %w", err)
		}
		if err := record(ctx, tx, actor, *o, "état contradictoire contesté", map[string]any{"numero": c.Number, "motif": reason}); err != nil {
			return err
		}
		return s.tellOperator(ctx, tx, *o, "État contradictoire contesté", o.Commanditaire+" conteste l’état "+c.Number+" de la "+o.name()+"\u00a0: "+reason)
	})
	return fault.Wrap(err, "contest statement")
}

// Withdraw takes back a statement that is not settled: the order moves again, so
// that a dispute can be accepted, and the next day draws another version.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	err := s.act(ctx, actor, ForOperator, identity.PlatformFunds, "retrait d’un état contradictoire", id, func(tx *postgres.Tx, o *purchase) error {
		c, err := live(ctx, tx, *o)
		switch {
		case err != nil:
			return err
		case c.SettledAt != nil:
			return ErrClosed
		case reason == "":
			return fault.Field("motif_retrait", "Dites pourquoi l’état est retiré\u00a0: l’autre partie le lira.")
		}
		err = postgres.Must(ctx, tx, `UPDATE closings SET withdrawn_at = @now, withdrawn_by = @by, withdrawn_by_name = @name, withdrawn_reason = @reason
			WHERE commanditaire_id = @commanditaire AND order_id = @order AND id = @id AND settled_at IS NULL`,
			o.with(postgres.Args{"id": c.ID, "now": tx.Now(), "by": actor.AccountID, "name": actor.Name, "reason": reason}))
		if err != nil {
			return fmt.Errorf("withdraw statement: %w", err)
		}
		err = postgres.Must(ctx, tx, `UPDATE orders SET closing_at = NULL, updated_at = @now WHERE commanditaire_id = @commanditaire AND id = @order AND state = 'active'`,
			o.with(postgres.Args{"now": tx.Now()}))
		if err != nil {
			return fmt.Errorf("unfreeze order: %w", err)
		}
		if err := record(ctx, tx, actor, *o, "état contradictoire retiré", map[string]any{"numero": c.Number, "motif": reason}); err != nil {
			return err
		}
		return s.tellClient(ctx, tx, *o, "État contradictoire retiré", "L’état "+c.Number+" de la "+o.name()+" est retiré par l’opérateur\u00a0: "+reason, "Un autre suivra.")
	})
	return fault.Wrap(err, "withdraw statement")
}
