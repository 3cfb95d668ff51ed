package structure

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identifier"
	"passnum/internal/postgres"
)

// accountEvent is what an AccountNotice is about.
type accountEvent string

const (
	accountDeclared  accountEvent = "declare"
	accountRefused   accountEvent = "refus"
	accountEffective accountEvent = "effet"
	accountDoubtful  accountEvent = "titulaire"
)

// AccountNotice is the job that tells a structure what happens to its bank
// account. It runs as the operator, who alone knows everyone's address.
type AccountNotice struct {
	StructureID uuid.UUID    `json:"structure_id"`
	AccountID   uuid.UUID    `json:"account_id"`
	Event       accountEvent `json:"event"`
}

// Kind names the job.
func (AccountNotice) Kind() string { return "structure_account_notice" }

type accountTeller struct {
	river.WorkerDefaults[AccountNotice]
	service *Service
}

// Work tells, once.
func (w *accountTeller) Work(ctx context.Context, job *river.Job[AccountNotice]) error {
	return w.service.TellAccount(ctx, job.Args)
}

// TellAccount does what a notice asks.
func (s *Service) TellAccount(ctx context.Context, n AccountNotice) error {
	err := s.db.InPlatform(ctx, postgres.System{}, "", func(tx *postgres.Tx) error {
		a, err := lockAccount(ctx, tx, n.StructureID, n.AccountID)
		if err != nil {
			return err
		}
		name, err := postgres.Value[string](ctx, tx, `SELECT name FROM organisations WHERE id = @id`, postgres.Args{"id": n.StructureID})
		if err != nil {
			return err
		}
		l, err := s.accountLetter(ctx, tx, n.Event, name, a)
		if err != nil {
			return err
		}
		addresses, err := accountContacts(ctx, tx, n.StructureID)
		if err != nil {
			return err
		}
		if err := s.tellOperator(ctx, tx, n, name); err != nil {
			return err
		}
		for _, address := range addresses {
			if err := s.post(ctx, tx, address, l); err != nil {
				return err
			}
		}
		return nil
	})
	return fault.Wrap(err, "tell of a bank account")
}

// tellOperator asks the operator to call the structure back.
func (s *Service) tellOperator(ctx context.Context, tx *postgres.Tx, n AccountNotice, name string) error {
	if n.Event != accountDeclared || s.OperatorEmail == "" {
		return nil
	}
	return s.post(ctx, tx, s.OperatorEmail, letter{
		subject: "Un changement de compte bancaire est à vérifier",
		body: []string{name + " demande un changement de son compte bancaire.",
			"Rappelez-la à un numéro connu avant ce changement, ou laissez un autre de ses responsables confirmer."},
		label: "Voir le changement", path: "/admin/comptes-bancaires/" + n.StructureID.String(),
	})
}

// accountContacts are the responsables of a structure, and who declared the
// account in force: whoever takes over a mailbox cannot keep both from knowing.
func accountContacts(ctx context.Context, tx *postgres.Tx, structure uuid.UUID) ([]string, error) {
	return postgres.Values[string](ctx, tx, `
		SELECT a.email FROM memberships m JOIN accounts a ON a.id = m.account_id
		WHERE m.organisation_id = @id AND m.role = 'responsable' AND m.ended_at IS NULL AND a.disabled_at IS NULL
		UNION
		SELECT a.email FROM structure_bank_accounts b JOIN accounts a ON a.id = b.declared_by
		WHERE b.structure_id = @id AND a.disabled_at IS NULL
			AND (b.state = 'active' OR b.ended_at = (SELECT max(ended_at) FROM structure_bank_accounts p WHERE p.structure_id = @id AND p.state = 'remplacee'))
		ORDER BY 1`, postgres.Args{"id": structure})
}

func (s *Service) accountLetter(ctx context.Context, tx *postgres.Tx, event accountEvent, name string, a Account) (letter, error) {
	masked := identifier.IBAN(a.IBAN).Masked()
	switch {
	case event == accountDeclared && a.Kind == AccountChange:
		secret, err := s.newRefusal(ctx, tx, a)
		return letter{"Changement de compte bancaire\u00a0: " + name, []string{
			a.DeclaredByName + " a demandé que " + name + " soit payée sur un autre compte\u00a0: " + masked + ", au nom de " + a.AccountHolder + ".",
			"Ce changement doit être confirmé par une deuxième personne. Il ne prendra pas effet avant le " + moment(a.HeldUntil) + ". D’ici là, rien n’est payé, ni sur l’ancien compte ni sur le nouveau.",
			"Vous n’êtes pas au courant\u00a0? Refusez-le tout de suite\u00a0: c’est ainsi que l’on détourne un virement.",
		}, "Voir et refuser ce changement", "/changement-de-compte/" + secret}, err
	case event == accountDeclared:
		return letter{"Titulaire du compte bancaire corrigé\u00a0: " + name, []string{
			a.DeclaredByName + " a corrigé le titulaire du compte " + masked + "\u00a0: " + a.AccountHolder + ". Le numéro du compte ne change pas.",
		}, "Voir le compte bancaire", "/structure/qualification/banque"}, nil
	case event == accountRefused:
		body := []string{"Le changement vers le compte " + masked + " est refusé par " + a.EndedByName + ". Le compte précédent reste en vigueur."}
		if a.EndedReason != "" {
			body = append(body, "Motif\u00a0: "+a.EndedReason)
		}
		return letter{"Changement de compte refusé", body, "Voir le compte bancaire", "/structure/qualification/banque"}, nil
	case event == accountDoubtful:
		return letter{"Le titulaire de votre compte bancaire est à vérifier", a.doubt(), "Corriger le titulaire", "/structure/qualification/banque"}, nil
	default:
		return letter{"Nouveau compte bancaire en vigueur\u00a0: " + name, []string{
			"Les prochains paiements iront sur le compte " + masked + ", au nom de " + a.AccountHolder + ".",
		}, "Voir le compte bancaire", "/structure/qualification/banque"}, nil
	}
}

// moment writes an instant as people of Paris say it.
func moment(t time.Time) string {
	t = t.In(postgres.Paris)
	return french.Date(t) + " à " + t.Format("15") + "\u00a0h\u00a0" + t.Format("04")
}

// newRefusal makes the secret of the link that refuses a change. Only its hash
// is kept.
func (s *Service) newRefusal(ctx context.Context, tx *postgres.Tx, a Account) (string, error) {
	secret := rand.Text()
	err := postgres.Must(ctx, tx, `UPDATE structure_bank_accounts SET refusal_hash = @hash WHERE structure_id = @structure AND id = @id`,
		postgres.Args{"hash": hashSecret(secret), "structure": a.StructureID, "id": a.ID})
	return secret, err
}
