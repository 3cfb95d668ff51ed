package identity_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/audit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/testworld"
)

const secret = "le chat de ma voisine dort"

var visitor = identity.Actor{Address: "192.0.2.7", RequestID: "essai"}

// newPeople is the use cases of people on a fresh world, whose commanditaire
// has a password.
func newPeople(t *testing.T) (*testworld.World, *identity.Service) {
	t.Helper()
	w := testworld.New(t)
	people := identity.NewService(w.DB, &jobs.Inline{}, journal, "https://pass.exemple.fr")
	w.Exec(`UPDATE accounts SET password_hash = $1 WHERE email = $2`, identity.HashPassword(secret), w.Commanditaire.Email)
	return w, people
}

func journal(ctx context.Context, tx *postgres.Tx, actor identity.Actor, act, kind string, subject uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, tx, actor, audit.Act{Name: act, SubjectKind: kind, SubjectID: subject, Detail: detail})
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("error %v, want a refusal of kind %d", err, kind)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// lastLink is the secret of the link in the newest mail to an address.
func lastLink(t *testing.T, w *testworld.World, email string) string {
	t.Helper()
	var text string
	err := w.Owner.QueryRow(t.Context(), `SELECT body_text FROM mail_outbox WHERE recipient = $1 ORDER BY id DESC LIMIT 1`, email).Scan(&text)
	must(t, err)
	found := regexp.MustCompile(`https://pass\.exemple\.fr/(?:mot-de-passe|invitations)/(\S+)`).FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no link in %q", text)
	}
	return found[1]
}
