package dispute

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/money"
	"passnum/internal/postgres"
)

const maxText = 1000

// Explain keeps what the structure has to say, in place of what it said before,
// while the dispute is open. It answers ErrNotFound and ErrSettled.
func (s *Service) Explain(ctx context.Context, actor identity.Actor, id uuid.UUID, text string) error {
	text = strings.TrimSpace(text)
	if err := checkText("explication", text, "Écrivez ce qui s’est passé."); err != nil {
		return err
	}
	return s.byStructure(ctx, actor, id, "explication_litige", `
		UPDATE disputes SET explanation = @text, explained_at = @now, explained_by_name = @name
		WHERE id = @id AND structure_id = @structure AND state = 'ouvert'`, postgres.Args{"text": text})
}

// Withdraw gives a dispute up: the chèque stays unpaid. It answers ErrNotFound
// and ErrSettled.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id uuid.UUID) error {
	return s.byStructure(ctx, actor, id, "retrait_litige", `
		UPDATE disputes SET state = 'retire', decided_at = @now, decided_by = @account, decided_by_name = @name
		WHERE id = @id AND structure_id = @structure AND state = 'ouvert'`, postgres.Args{"account": actor.Account()})
}

func (s *Service) byStructure(ctx context.Context, actor identity.Actor, id uuid.UUID, act, sql string, args postgres.Args) error {
	if err := actor.May(identity.Redeem); err != nil {
		return err
	}
	err := s.db.InOrganisation(ctx, actor, func(tx *postgres.Tx) error {
		d, err := readOne(ctx, tx, id, reach{structure: &actor.OrganisationID})
		if err != nil {
			return err
		}
		args["id"], args["structure"], args["now"], args["name"] = id, actor.OrganisationID, tx.Now(), actor.Name
		n, err := postgres.Do(ctx, tx, sql, args)
		if err != nil {
			return fmt.Errorf("write dispute: %w", err)
		}
		if n == 0 {
			return ErrSettled
		}
		return record(ctx, tx, actor, act, d, nil)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// Settlement is what accepting did.
type Settlement struct {
	Cheques int
	Amount  money.Cents
}

// Accept redeems the chèque of a dispute for its structure, with the operator's
// cause; and, when together, those of the same claim disputed for the same
// reason. It answers ErrNotFound, ErrSettled, or a conflict that says why the
// chèque cannot be paid; those beside it that cannot are left open.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, id uuid.UUID, cause string, together bool) (Settlement, error) {
	cause = strings.TrimSpace(cause)
	if err := actor.May(identity.PlatformPayments); err != nil {
		return Settlement{}, err
	}
	if err := checkText("motif", cause, "Écrivez pourquoi le litige est accepté\u00a0: la structure et le commanditaire le liront."); err != nil {
		return Settlement{}, err
	}
	var done Settlement
	err := s.asOperator(ctx, actor, identity.PlatformPayments, "règlement d’un litige", func(tx *postgres.Tx) (err error) {
		done, err = s.accept(ctx, tx, actor, id, cause, together)
		return err
	})
	if err != nil {
		return Settlement{}, fmt.Errorf("accept dispute: %w", err)
	}
	return done, nil
}

func (s *Service) accept(ctx context.Context, tx *postgres.Tx, actor identity.Actor, id uuid.UUID, cause string, together bool) (Settlement, error) {
	d, err := readOne(ctx, tx, id, reach{})
	if err != nil {
		return Settlement{}, err
	}
	list := []uuid.UUID{id}
	if together {
		others, err := postgres.Values[uuid.UUID](ctx, tx, `
			SELECT id FROM disputes WHERE structure_id = @structure AND request_id = @request AND reason = @reason AND state = 'ouvert' AND id <> @id
			ORDER BY id`, postgres.Args{"structure": d.StructureID, "request": d.RequestID, "reason": string(d.Reason), "id": id})
		if err != nil {
			return Settlement{}, fmt.Errorf("find the others: %w", err)
		}
		list = append(list, others...)
	}
	seance := postgres.NewID()
	taken, err := redeem(ctx, tx, actor, list, seance, cause)
	if err != nil {
		return Settlement{}, err
	}
	after, err := readAll(ctx, tx, list)
	if err != nil {
		return Settlement{}, err
	}
	ours := func(d Dispute) bool { return d.SeanceID != nil && *d.SeanceID == seance }
	if !ours(after[0]) {
		return Settlement{}, unacceptable(after[0])
	}
	for _, a := range after {
		if !ours(a) {
			continue
		}
		if err := record(ctx, tx, actor, "acceptation_litige", a, map[string]any{"motif": cause}); err != nil {
			return Settlement{}, err
		}
	}
	return taken, s.tellDecided(ctx, tx, after[0], taken.Cheques)
}

// unacceptable is the refusal to accept a dispute that stays as it is.
func unacceptable(d Dispute) error {
	if d.State != Open {
		return ErrSettled
	}
	return fault.New(fault.KindConflict, d.ObstacleSentence())
}

// redeem calls the one SQL function that takes disputed chèques.
func redeem(ctx context.Context, tx *postgres.Tx, actor identity.Actor, disputes []uuid.UUID, seance uuid.UUID, cause string) (Settlement, error) {
	hash := sha256.New()
	ids, transactions := make([]uuid.UUID, len(disputes)), make([]uuid.UUID, len(disputes))
	for i, d := range disputes {
		hash.Write(d[:])
		ids[i], transactions[i] = postgres.NewID(), postgres.NewID()
	}
	raw, err := postgres.Value[[]byte](ctx, tx, `
		SELECT accept_disputes(@disputes, @seance, @hash, @ids, @transactions, @now, @today, @account, @name, @request, @device, @cause)`,
		postgres.Args{
			"disputes": disputes, "seance": seance, "hash": hash.Sum(nil), "ids": ids, "transactions": transactions,
			"now": tx.Now(), "today": tx.Today(), "account": actor.Account(), "name": actor.Name, "request": actor.RequestID, "device": actor.Device, "cause": cause,
		})
	if err != nil {
		return Settlement{}, fmt.Errorf("call accept_disputes: %w", err)
	}
	var claimed []struct {
		Cents money.Cents `json:"cents"`
	}
	if err := json.Unmarshal(raw, &claimed); err != nil {
		return Settlement{}, fmt.Errorf("decode accepted: %w", err)
	}
	done := Settlement{Cheques: len(claimed)}
	for _, c := range claimed {
		done.Amount += c.Cents
	}
	return done, nil
}

// Reject settles a dispute without paying, with the reason the structure reads;
// and, when together, those of the same claim disputed for the same reason. It
// answers ErrNotFound and ErrSettled.
func (s *Service) Reject(ctx context.Context, actor identity.Actor, id uuid.UUID, reason string, together bool) (int, error) {
	reason = strings.TrimSpace(reason)
	if err := actor.May(identity.PlatformPayments); err != nil {
		return 0, err
	}
	if err := checkText("motif", reason, "Écrivez pourquoi le litige est rejeté\u00a0: la structure le lira."); err != nil {
		return 0, err
	}
	rejected := 0
	err := s.asOperator(ctx, actor, identity.PlatformPayments, "règlement d’un litige", func(tx *postgres.Tx) error {
		d, err := readOne(ctx, tx, id, reach{})
		if err != nil {
			return err
		}
		list, err := postgres.Values[uuid.UUID](ctx, tx, `
			UPDATE disputes SET state = 'rejete', decided_at = @now, decided_by = @account, decided_by_name = @name, decision = @reason
			WHERE state = 'ouvert' AND (id = @id OR @together AND structure_id = @structure AND request_id = @request AND reason = @why)
			RETURNING id`,
			postgres.Args{"now": tx.Now(), "account": actor.Account(), "name": actor.Name, "reason": reason, "id": id,
				"together": together, "structure": d.StructureID, "request": d.RequestID, "why": string(d.Reason)})
		if err != nil {
			return fmt.Errorf("write dispute: %w", err)
		}
		if !slices.Contains(list, id) {
			return ErrSettled
		}
		rejected = len(list)
		return s.rejected(ctx, tx, actor, id, list, reason)
	})
	if err != nil {
		return 0, fmt.Errorf("reject dispute: %w", err)
	}
	return rejected, nil
}

func (s *Service) rejected(ctx context.Context, tx *postgres.Tx, actor identity.Actor, first uuid.UUID, list []uuid.UUID, reason string) error {
	after, err := readAll(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, d := range after {
		if err := record(ctx, tx, actor, "rejet_litige", d, map[string]any{"motif": reason}); err != nil {
			return err
		}
		if d.ID == first {
			if err := s.tellDecided(ctx, tx, d, len(list)); err != nil {
				return err
			}
		}
	}
	return nil
}

// readAll reads disputes in the order of ids.
func readAll(ctx context.Context, tx *postgres.Tx, ids []uuid.UUID) ([]Dispute, error) {
	rows, err := postgres.All[row](ctx, tx, columns+` WHERE d.id = ANY (@ids) ORDER BY array_position(@ids, d.id)`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read disputes again: %w", err)
	}
	list := make([]Dispute, len(rows))
	for i, r := range rows {
		list[i] = r.dispute()
	}
	return list, nil
}

func record(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act string, d Dispute, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["serial"], detail["rank"], detail["cents"] = d.Serial, d.Rank, d.Amount
	return audit.Record(ctx, tx, actor, audit.Act{
		Name: act, SubjectKind: "litige", SubjectID: d.ID, Parties: []uuid.UUID{d.CommanditaireID, d.StructureID}, Detail: detail,
	})
}

func checkText(field, text, missing string) error {
	switch {
	case text == "":
		return fault.Field(field, missing)
	case utf8.RuneCountInString(text) > maxText:
		return fault.Field(field, "Ce texte doit tenir en 1\u00a0000 signes.")
	default:
		return nil
	}
}
