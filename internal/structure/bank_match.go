package structure

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Match is what a bank answers when asked whether an account is held by a name
// (Verification of Payee); empty when nobody asked.
type Match string

// The answers of a bank.
const (
	MatchYes         Match = "RCVC"
	MatchClose       Match = "RVMC"
	MatchNo          Match = "RVNM"
	MatchUnavailable Match = "RVNA"
)

// Matches lists the answers in the order a form offers them.
var Matches = []Match{MatchYes, MatchClose, MatchNo, MatchUnavailable}

// Label is the answer in French.
func (m Match) Label() string {
	switch m {
	case MatchYes:
		return "titulaire vérifié"
	case MatchClose:
		return "nom proche"
	case MatchNo:
		return "nom différent"
	case MatchUnavailable:
		return "vérification impossible"
	default:
		return "pas encore vérifié"
	}
}

// refuses reports whether a payment is held after such an answer.
func (m Match) refuses() bool { return m == MatchClose || m == MatchNo }

// MatchHolds reports whether what the bank answered, or did not answer yet,
// keeps the account from being paid.
func (a Account) MatchHolds() bool {
	return a.VoPResult.refuses() && a.VoPAcceptedAt == nil || a.VoPNeeded && a.VoPResult == ""
}

// stillDoubtful reports whether a corrected holder's name has to be verified
// again: unless it is the one that the bank itself suggested.
func (a Account) stillDoubtful(corrected string) bool {
	if !a.VoPResult.refuses() && !a.VoPNeeded {
		return false
	}
	return a.VoPResult != MatchClose || !sameName(corrected, a.VoPName)
}

// doubt explains to a structure what its bank answered.
func (a Account) doubt() []string {
	said := "Avant de payer, la banque compare le titulaire déclaré («\u00a0" + a.AccountHolder + "\u00a0») à celui du compte. Ils diffèrent."
	do := "Reprenez le titulaire exactement comme sur votre RIB, puis corrigez-le dans votre espace. Le numéro du compte ne change pas\u00a0: il n’y a pas de délai."
	if a.VoPResult == MatchClose && a.VoPName != "" {
		said = "Avant de payer, la banque compare le titulaire déclaré («\u00a0" + a.AccountHolder + "\u00a0») à celui du compte. Elle connaît ce compte au nom «\u00a0" + a.VoPName + "\u00a0»."
		do = "Si c’est bien vous, corrigez le titulaire dans votre espace avec ce nom\u00a0: vous serez payé au prochain paiement."
	}
	return []string{said, do, "En attendant, vos paiements sont retenus\u00a0: rien n’est perdu."}
}

// Verification is what a bank answered about an account.
type Verification struct {
	Result Match
	Name   string // the one the bank suggests, for a close match
}

func (v *Verification) read() error {
	var c fault.Collector
	v.Name = strings.Join(strings.Fields(v.Name), " ")
	c.Check(v.Result.known(), "resultat", "Choisissez ce que la banque a répondu.")
	c.Check(v.Result != MatchClose || v.Name != "", "nom", "Écrivez le nom que la banque propose.")
	c.Check(len([]rune(v.Name)) <= 140, "nom", "Un nom compte 140 caractères au plus.")
	if v.Result != MatchClose {
		v.Name = ""
	}
	return c.Err()
}

func (m Match) known() bool {
	for _, known := range Matches {
		if m == known {
			return true
		}
	}
	return false
}

// RecordMatch keeps what the bank answered about an account that lives. A close
// match or none holds the payments and is told to the structure. ErrNoAccount,
// ErrAccountMoved, or a refusal of the form.
func (s *Service) RecordMatch(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, v Verification) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if err := v.read(); err != nil {
		return err
	}
	err := s.db.InPlatform(ctx, actor, "vérification d’un titulaire", func(tx *postgres.Tx) error {
		a, err := lockAccount(ctx, tx, structure, id)
		if err != nil {
			return err
		}
		return s.recordMatch(ctx, tx, actor, a, v)
	})
	return fault.Wrap(err, "record verification of payee")
}

func (s *Service) recordMatch(ctx context.Context, tx *postgres.Tx, actor identity.Actor, a Account, v Verification) error {
	n, err := postgres.Do(ctx, tx, `
		UPDATE structure_bank_accounts SET vop_result = @result, vop_name = @name, vop_at = @now, vop_by = @by, vop_by_name = @actor, vop_needed = false,
			vop_accepted_by = NULL, vop_accepted_by_name = '', vop_accepted_at = NULL, vop_reason = ''
		WHERE structure_id = @structure AND id = @id AND state IN ('attente', 'active')`,
		postgres.Args{"result": string(v.Result), "name": v.Name, "now": tx.Now(), "by": actor.AccountID, "actor": actor.Name, "structure": a.StructureID, "id": a.ID})
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrAccountMoved
	}
	if err := recordAccount(ctx, tx, actor, a, "titulaire vérifié auprès de la banque", v.Result.Label()); err != nil {
		return err
	}
	if !v.Result.refuses() {
		return nil
	}
	return s.Queue.Enqueue(ctx, tx, AccountNotice{StructureID: a.StructureID, AccountID: a.ID, Event: accountDoubtful})
}

// ErrMatchSameHand refuses that whoever recorded the bank's answer sets it aside.
var ErrMatchSameHand = fault.New(fault.KindConflict, "Vous avez saisi la réponse de la banque\u00a0: une autre personne doit accepter de payer malgré elle.")

// AcceptMatch lets an account be paid in spite of what the bank answered, with a
// reason; whoever recorded the answer may not. ErrMatchSameHand, ErrAccountMoved.
func (s *Service) AcceptMatch(ctx context.Context, actor identity.Actor, structure, id uuid.UUID, reason string) error {
	if err := actor.May(identity.PlatformPayments); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) < 10 {
		return fault.Field("motif", "Écrivez ce qui montre que le compte est bien le sien\u00a0: RIB reçu, appel, Trésor public…")
	}
	err := s.db.InPlatform(ctx, actor, "acceptation d’un titulaire", func(tx *postgres.Tx) error {
		a, err := lockAccount(ctx, tx, structure, id)
		if err != nil {
			return err
		}
		n, err := postgres.Do(ctx, tx, `
			UPDATE structure_bank_accounts SET vop_accepted_by = @by, vop_accepted_by_name = @name, vop_accepted_at = @now, vop_reason = @reason
			WHERE structure_id = @structure AND id = @id AND state IN ('attente', 'active') AND vop_result IN ('RVMC', 'RVNM') AND vop_accepted_by IS NULL`,
			postgres.Args{"by": actor.AccountID, "name": actor.Name, "now": tx.Now(), "reason": reason, "structure": structure, "id": id})
		switch {
		case postgres.Constraint(err) == "structure_bank_accounts_vop_four_eyes":
			return ErrMatchSameHand
		case err != nil:
			return err
		case n == 0:
			return ErrAccountMoved
		}
		return recordAccount(ctx, tx, actor, a, "titulaire accepté malgré la banque", reason)
	})
	return fault.Wrap(err, "accept payee")
}
