package custody

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/carnet"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/postgres"
)

// Case is a discrepancy between what left and what arrived.
type Case struct {
	CommanditaireID  uuid.UUID
	Commanditaire    string
	ID               uuid.UUID
	Number           string
	TransferID       uuid.UUID
	TransferNumber   string
	FromHolder       string
	FromAiguilleurID *uuid.UUID
	FromLabel        string
	ToHolder         string
	ToAiguilleurID   *uuid.UUID
	ToLabel          string
	Declared         int
	Counted          int
	OpenedAt         time.Time
	OpenedByName     string
	OwnerName        string
	ClosedAt         *time.Time
	ClosedByName     string
	Missing          int // declared, did not come
	Damaged          int
	Extra            int        // came undeclared
	Waiting          int        // carnets without an outcome
	Lines            []CaseLine `db:"-"`
	Notes            []Note     `db:"-"`
}

// Open reports whether a carnet of the case still has no outcome.
func (c Case) Open() bool { return c.ClosedAt == nil }

// CaseLine is one disputed carnet.
type CaseLine struct {
	CarnetID      uuid.UUID
	OrderID       uuid.UUID
	Number        int
	Serial        string
	Kind          string
	Outcome       string
	SettledAt     *time.Time
	SettledByName string
}

// Note is one line of a case's thread.
type Note struct {
	At     time.Time
	Author string
	Side   string
	Body   string
}

// What is wrong with a disputed carnet.
const (
	Missing = "manquant"
	Damaged = "abime"
	Extra   = "en_trop"
)

// ErrCaseNotFound hides cases that do not exist and those of others.
var ErrCaseNotFound = fault.New(fault.KindNotFound, "Cet écart n’existe pas, ou il ne vous concerne pas.")

func (s *Service) openCase(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t *Transfer, o sorted) error {
	series, err := postgres.Next(ctx, tx, "ecarts", tx.Today().Year())
	if err != nil {
		return fmt.Errorf("number case: %w", err)
	}
	c := Case{ID: postgres.NewID(), Number: fmt.Sprintf("E%02d-%04d", tx.Today().Year()%100, series)}
	_, err = postgres.Do(ctx, tx, `
		INSERT INTO custody_cases (commanditaire_id, id, number, transfer_id, from_holder, from_aiguilleur_id, from_label, to_holder, to_aiguilleur_id, to_label,
			declared, counted, opened_at, opened_by, opened_by_name)
		VALUES (@commanditaire, @id, @number, @transfer, @from_place, @from, @from_label, @to_place, @to, @to_label, @declared, @counted, @now, @account, @name)`,
		postgres.Args{"commanditaire": t.CommanditaireID, "id": c.ID, "number": c.Number, "transfer": t.ID, "from_place": t.FromHolder, "from": t.FromAiguilleurID,
			"from_label": t.FromLabel, "to_place": t.ToHolder, "to": t.ToAiguilleurID, "to_label": t.ToLabel, "declared": t.Carnets, "counted": o.counted,
			"now": tx.Now(), "account": actor.Account(), "name": actor.Name})
	if err != nil {
		return fmt.Errorf("open case: %w", err)
	}
	for kind, spans := range map[string][]Span{Missing: o.missing, Damaged: o.damaged} {
		for _, span := range spans {
			if err := dispute(ctx, tx, actor, t, c.ID, kind, span); err != nil {
				return err
			}
		}
	}
	if err := claim(ctx, tx, actor, t, c.ID, o.extra); err != nil {
		return err
	}
	return insertNote(ctx, tx, actor, *t, c.ID, o.note)
}

func dispute(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t *Transfer, id uuid.UUID, kind string, span Span) error {
	r := t.rangeOf(span)
	if err := carnet.Dispute(ctx, tx, t.way(actor), id, r, t.To()); err != nil {
		return err
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO custody_case_lines (commanditaire_id, case_id, carnet_id, from_aiguilleur_id, to_aiguilleur_id, order_id, number, serial, kind)
		SELECT commanditaire_id, @case, id, @sender, @receiver, order_id, number, serial, @kind FROM carnets
		WHERE commanditaire_id = @commanditaire AND order_id = @order AND number BETWEEN @from AND @to`,
		postgres.Args{"case": id, "sender": t.FromAiguilleurID, "receiver": t.ToAiguilleurID, "kind": kind,
			"commanditaire": r.CommanditaireID, "order": r.OrderID, "from": r.From, "to": r.To})
	if err != nil {
		return fmt.Errorf("dispute carnets: %w", err)
	}
	return nil
}

func claim(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t *Transfer, id uuid.UUID, extra []Span) error {
	if len(extra) == 0 {
		return nil
	}
	wanted := serials(extra)
	found, err := carnet.Claim(ctx, tx, t.way(actor), id, wanted, t.To())
	if err != nil {
		return err
	}
	for _, f := range found {
		wanted = slices.DeleteFunc(wanted, func(serial string) bool { return serial == f.Serial })
		_, err := postgres.Do(ctx, tx, `
			INSERT INTO custody_case_lines (commanditaire_id, case_id, carnet_id, from_aiguilleur_id, to_aiguilleur_id, order_id, number, serial, kind)
			VALUES (@commanditaire, @case, @carnet, @sender, @receiver, @order, @number, @serial, @kind)`,
			postgres.Args{"commanditaire": t.CommanditaireID, "case": id, "carnet": f.ID, "sender": t.FromAiguilleurID, "receiver": t.ToAiguilleurID,
				"order": f.OrderID, "number": f.Number, "serial": f.Serial, "kind": Extra})
		if err != nil {
			return fmt.Errorf("dispute carnets: %w", err)
		}
	}
	if len(wanted) > 0 {
		return fault.Field("en_trop", "«\u00a0"+t.FromLabel+"\u00a0» n’avait pas "+clip(strings.Join(wanted, ", "))+
			"\u00a0: retirez ces numéros d’ici, mettez les carnets de côté et prévenez leur commanditaire.")
	}
	return nil
}

func insertNote(ctx context.Context, tx *postgres.Tx, actor identity.Actor, t Transfer, id uuid.UUID, body string) error {
	side := CounterDesk
	switch actor.OrganisationID {
	case uuid.Nil:
		side = OperatorDesk
	case t.CommanditaireID:
		side = CommanditaireDesk
	}
	_, err := postgres.Do(ctx, tx, `
		INSERT INTO custody_notes (commanditaire_id, id, case_id, from_aiguilleur_id, to_aiguilleur_id, at, account_id, author, side, body)
		VALUES (@commanditaire, @id, @case, @from, @to, @now, @account, @author, @side, @body)`,
		postgres.Args{"commanditaire": t.CommanditaireID, "id": postgres.NewID(), "case": id, "from": t.FromAiguilleurID, "to": t.ToAiguilleurID,
			"now": tx.Now(), "account": actor.Account(), "author": signature(actor), "side": string(side), "body": body})
	if err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	return nil
}

// signature is a person as the others read it.
func signature(actor identity.Actor) string {
	switch {
	case actor.OrganisationID == uuid.Nil:
		return actor.Name + ", opérateur"
	case actor.OrganisationName == "":
		return actor.Name
	default:
		return actor.Name + ", " + actor.OrganisationName
	}
}

const caseSelect = `
	SELECT x.commanditaire_id, g.name AS commanditaire, x.id, x.number, x.transfer_id, t.number AS transfer_number, x.from_holder, x.from_aiguilleur_id, x.from_label,
		x.to_holder, x.to_aiguilleur_id, x.to_label, x.declared, x.counted, x.opened_at, x.opened_by_name, x.owner_name, x.closed_at, x.closed_by_name,
		l.missing, l.damaged, l.extra, l.waiting
	FROM custody_cases x JOIN organisations g ON g.id = x.commanditaire_id
	JOIN transfers t ON t.commanditaire_id = x.commanditaire_id AND t.id = x.transfer_id
	CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE kind = 'manquant')::int AS missing, count(*) FILTER (WHERE kind = 'abime')::int AS damaged,
		count(*) FILTER (WHERE kind = 'en_trop')::int AS extra, count(*) FILTER (WHERE settled_at IS NULL)::int AS waiting
		FROM custody_case_lines y WHERE y.commanditaire_id = x.commanditaire_id AND y.case_id = x.id) l
	WHERE ` + sees

// Cases lists the discrepancies a desk is a party to, open ones first and the
// oldest of them first; closed ones too when all is true.
func (s *Service) Cases(ctx context.Context, actor identity.Actor, desk Desk, all bool) ([]Case, error) {
	var list []Case
	err := s.in(ctx, actor, desk, false, "écarts de carnets", func(tx *postgres.Tx) (err error) {
		list, err = postgres.All[Case](ctx, tx, caseSelect+` AND (@all OR x.closed_at IS NULL)
			ORDER BY x.closed_at IS NOT NULL, x.closed_at DESC, x.opened_at, x.id LIMIT 200`, desk.args(actor, postgres.Args{"all": all}))
		return err
	})
	return list, err
}

// Case finds one discrepancy with its carnets and its thread; ErrCaseNotFound.
func (s *Service) Case(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID) (Case, error) {
	var c Case
	err := s.in(ctx, actor, desk, false, "lecture d’un écart de carnets", func(tx *postgres.Tx) (err error) {
		c, err = findCase(ctx, tx, actor, desk, id, "")
		return err
	})
	return c, err
}

func findCase(ctx context.Context, tx *postgres.Tx, actor identity.Actor, desk Desk, id uuid.UUID, lock string) (Case, error) {
	c, err := postgres.One[Case](ctx, tx, caseSelect+` AND x.id = @id`+lock, desk.args(actor, postgres.Args{"id": id}))
	if errors.Is(err, postgres.ErrNoRow) {
		return c, ErrCaseNotFound
	}
	if err != nil {
		return c, fmt.Errorf("find case: %w", err)
	}
	args := postgres.Args{"commanditaire": c.CommanditaireID, "id": c.ID}
	c.Lines, err = postgres.All[CaseLine](ctx, tx, `
		SELECT carnet_id, order_id, number, serial, kind, outcome, settled_at, settled_by_name FROM custody_case_lines
		WHERE commanditaire_id = @commanditaire AND case_id = @id ORDER BY kind, order_id, number`, args)
	if err != nil {
		return c, fmt.Errorf("read lines: %w", err)
	}
	c.Notes, err = postgres.All[Note](ctx, tx, `
		SELECT at, author, side, body FROM custody_notes WHERE commanditaire_id = @commanditaire AND case_id = @id ORDER BY at, id`, args)
	if err != nil {
		return c, fmt.Errorf("read notes: %w", err)
	}
	return c, nil
}

// TakeCase makes the actor the owner of a case.
func (s *Service) TakeCase(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID) error {
	return s.in(ctx, actor, desk, true, "prise en charge d’un écart", func(tx *postgres.Tx) error {
		c, err := findCase(ctx, tx, actor, desk, id, " FOR UPDATE OF x")
		if err != nil {
			return err
		}
		err = postgres.Must(ctx, tx, `UPDATE custody_cases SET owner_id = @account, owner_name = @name WHERE commanditaire_id = @commanditaire AND id = @id`,
			postgres.Args{"account": actor.Account(), "name": signature(actor), "commanditaire": c.CommanditaireID, "id": c.ID})
		if err != nil {
			return fmt.Errorf("take case: %w", err)
		}
		return audit.Record(ctx, tx, actor, audit.Act{Name: "prise en charge d’un écart", SubjectKind: "écart", SubjectID: c.ID,
			Parties: []uuid.UUID{c.CommanditaireID}, Detail: map[string]any{"écart": c.Number}})
	})
}

// AddNote writes in a case's thread; both sides and the operator read it.
func (s *Service) AddNote(ctx context.Context, actor identity.Actor, desk Desk, id uuid.UUID, body string) error {
	body = strings.TrimSpace(body)
	if body == "" || len([]rune(body)) > 2000 {
		return fault.Field("note", "Écrivez une note, en 2\u00a0000 signes au plus.")
	}
	return s.in(ctx, actor, desk, true, "note sur un écart", func(tx *postgres.Tx) error {
		c, err := findCase(ctx, tx, actor, desk, id, "")
		if err != nil {
			return err
		}
		return insertNote(ctx, tx, actor, Transfer{CommanditaireID: c.CommanditaireID, FromAiguilleurID: c.FromAiguilleurID, ToAiguilleurID: c.ToAiguilleurID}, c.ID, body)
	})
}
