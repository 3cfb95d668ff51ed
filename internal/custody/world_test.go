package custody_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"passnum/internal/custody"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/reporting/proof"
	"passnum/internal/testworld"
)

// hands is the service in a world with a second aiguilleur under convention.
type hands struct {
	*testworld.World
	*custody.Service
	mu    sync.Mutex
	queue jobs.Inline
	mails []mail.Message

	Annex      uuid.UUID // another point of the Mairie
	Library    uuid.UUID // a point of another aiguilleur
	Librarian  identity.Actor
	LibraryOrg uuid.UUID
}

func newHands(t *testing.T) *hands {
	t.Helper()
	h := &hands{World: testworld.New(t)}
	h.Service = custody.NewService(h.DB, custody.Options{
		Queue: h, Issuer: print.Issuer{Name: "Coopérative"}, Email: "operateur@passnum.test", BaseURL: "https://pass.exemple.test",
		Post: func(_ context.Context, _ *postgres.Tx, m mail.Message) error {
			h.mails = append(h.mails, m)
			return nil
		},
	})
	counts := identity.Capacities{Aiguilleur: true}
	h.Annex = h.PointOf(h.Mairie, "Annexe", h.Departement)
	h.LibraryOrg = h.Organisation("Bibliothèque d’Aubusson", "21230008100012", "commune", counts)
	h.Librarian = h.Member(h.LibraryOrg, "bibliotheque@exemple.test", identity.RoleResponsable, counts)
	h.Library = h.PointOf(h.LibraryOrg, "Bibliothèque", h.Departement)
	h.Exec(`INSERT INTO conventions (commanditaire_id, id, aiguilleur_id, number, starts_on, ends_on, proposed_at, proposed_by,
			commanditaire_signatory, commanditaire_signed_at, commanditaire_signed_by, aiguilleur_signatory, aiguilleur_signed_at, aiguilleur_signed_by)
		VALUES ($1, $2, $3, 'CM-2026-002', '2026-01-01', '2028-12-31', $4, $5, 'La présidente', $4, $5, 'La maire', $4, $6)`,
		h.Departement, postgres.NewID(), h.LibraryOrg, h.World.Now(), h.Commanditaire.AccountID, h.Librarian.AccountID)
	return h
}

// Enqueue keeps jobs; races enqueue from several goroutines.
func (h *hands) Enqueue(ctx context.Context, tx *postgres.Tx, args river.JobArgs) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.queue.Enqueue(ctx, tx, args)
}

// tell runs the notices that are waiting.
func (h *hands) tell() {
	h.T.Helper()
	for _, args := range h.queue.Waiting {
		if err := h.Tell(context.Background(), args.(custody.Notice)); err != nil {
			h.T.Fatal(err)
		}
	}
	h.queue.Waiting = nil
}

func (h *hands) sending(o testworld.Order, from, to int, destination string) custody.Sending {
	return custody.Sending{Key: uuid.NewString(), PointID: h.Point, Destination: destination, Serials: o.Serial(from) + " à " + o.Serial(to), Count: to - from + 1}
}

func (h *hands) send(actor identity.Actor, desk custody.Desk, s custody.Sending) custody.Transfer {
	h.T.Helper()
	t, err := h.Send(h.T.Context(), actor, desk, s)
	if err != nil {
		h.T.Fatal(err)
	}
	return t
}

func (h *hands) where(o testworld.Order, number int) string {
	h.T.Helper()
	var holder string
	err := h.Owner.QueryRow(h.T.Context(), `SELECT state || ' ' || carnet_holder(state, point_id, transfer_id, case_id, reserve, handed_over_at) FROM carnets WHERE serial = $1`, o.Serial(number)).Scan(&holder)
	if err != nil {
		h.T.Fatal(err)
	}
	return holder
}

// sound fails unless every proof of custody holds.
func (h *hands) sound() {
	h.T.Helper()
	err := h.DB.InPlatform(h.T.Context(), postgres.System{}, "", func(tx *postgres.Tx) error {
		report, err := proof.Verify(h.T.Context(), tx)
		for _, failed := range report.Failed() {
			h.T.Errorf("%s: %+v", failed.Name, failed.Offenders)
		}
		return err
	})
	if err != nil {
		h.T.Fatal(err)
	}
}

func refused(t *testing.T, err error, field, words string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok {
		t.Fatalf("got %v, want a refusal with %q", err, words)
	}
	for _, e := range f.Fields {
		if e.Field == field && strings.Contains(e.Sentence, words) {
			return
		}
	}
	t.Errorf("got %q %+v, want %s with %q", f.Sentence, f.Fields, field, words)
}
