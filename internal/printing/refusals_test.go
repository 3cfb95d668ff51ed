package printing_test

import (
	"bytes"
	"testing"

	"filippo.io/age"
	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/order"
	"passnum/internal/printing"
	"passnum/internal/printing/bundle"
	"passnum/internal/testworld"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	ask := func(actor identity.Actor, id, shop uuid.UUID) error {
		return w.printing.Ask(t.Context(), actor, id, shop)
	}
	for _, actor := range []identity.Actor{w.Finance, w.Commanditaire, w.Agent, w.Mediateur, {}} {
		wantErr(t, ask(actor, o.ID, w.shop), identity.ErrForbidden)
		wantErr(t, w.printing.Acknowledge(t.Context(), actor, o.ID, "x"), identity.ErrForbidden)
		_, err := w.printing.Take(t.Context(), actor, o.ID)
		wantErr(t, err, identity.ErrForbidden)
		_, err = w.printing.Register(t.Context(), actor, printing.NewShop{})
		wantErr(t, err, identity.ErrForbidden)
		if actor.OperatorRole == "" {
			wantErr(t, w.printing.Decide(t.Context(), actor, o.ID, uuid.New(), true), identity.ErrForbidden)
			_, err = w.printing.Status(t.Context(), actor, o.ID)
			wantErr(t, err, identity.ErrForbidden)
		}
	}
	wantErr(t, ask(w.Operator, uuid.New(), w.shop), order.ErrNotFound)
	wantErr(t, ask(w.Operator, o.ID, uuid.New()), printing.ErrNoShop)
	wantErr(t, w.printing.Cancel(t.Context(), w.Operator, o.ID), printing.ErrNothingStopped)
	_, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrNoPack)

	unmade := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, State: "fabrication"})
	w.Exec(`UPDATE orders SET minted_carnets = 1 WHERE id = $1`, unmade.ID)
	wantErr(t, ask(w.Operator, unmade.ID, w.shop), order.ErrNotMade)
	w.Exec(`UPDATE orders SET minted_carnets = 2, print_mode = 'bureau' WHERE id = $1`, unmade.ID)
	wantErr(t, ask(w.Operator, unmade.ID, w.shop), order.ErrByDesk)

	must(t, ask(w.Operator, o.ID, w.shop))
	wantErr(t, ask(w.Operator, o.ID, w.shop), jobs.ErrAlreadyRunning)
	must(t, w.printing.Retire(t.Context(), w.Operator, w.shop))
	wantErr(t, w.printing.Retire(t.Context(), w.Operator, w.shop), printing.ErrNoShop)
	w.drain(t) // a pack asked for before is still made
	wantErr(t, ask(w.Operator, o.ID, w.shop), printing.ErrNoShop)
}

func TestKeysAreRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret, err := age.GenerateHybridIdentity()
	must(t, err)
	register := func(name, email, key string) error {
		_, err := w.printing.Register(t.Context(), w.Operator, printing.NewShop{Name: name, Email: email, PublicKey: key})
		return err
	}
	wantField(t, register("", "", ""), "nom", "Indiquez le nom")
	wantField(t, register("", "", ""), "cle", "commence par age1")
	wantField(t, register("A", "atelier", secret.Recipient().String()), "courriel", "complète")
	wantField(t, register("A", "", w.key.String()), "cle", "clé secrète")
	wantField(t, register("A", "", w.key.Recipient().String()[:60]), "cle", "en entier")
	wantField(t, register("A", "", w.key.Recipient().String()), "cle", "déjà enregistré")
	wantField(t, register("A", "", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"), "cle", "age1")
	must(t, register("A", "", secret.Recipient().String()))
}

func TestWhoHasNotTheKeyReadsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 2})
	w.ask(t, o.ID)
	sealed := w.take(t, o.ID)
	stranger, err := age.GenerateX25519Identity()
	must(t, err)
	_, err = bundle.Open(bytes.NewReader(sealed), int64(len(sealed)), stranger)
	wantErr(t, err, bundle.ErrWrongKey)
	_, err = bundle.Open(bytes.NewReader(sealed[:len(sealed)-1]), int64(len(sealed)-1), w.key)
	wantErr(t, err, bundle.ErrDamaged)
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/2] ^= 1
	if pack, err := bundle.Open(bytes.NewReader(flipped), int64(len(flipped)), w.key); err == nil {
		_, err = pack.Verify()
		wantErr(t, err, bundle.ErrDamaged)
	}
}
