package continuity_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"

	"passnum/internal/continuity"
	"passnum/internal/continuity/kit"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/mail"
	"passnum/internal/postgres"
)

// office is the operator's own side of a world.
type office struct {
	*world
	service               *continuity.Service
	queue                 *jobs.Inline
	mails                 []mail.Message
	liquidator, successor *age.X25519Identity
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{world: newWorld(t), queue: &jobs.Inline{}}
	o.service = continuity.NewService(continuity.Deps{
		Source: o.source(), Queue: o.queue, BaseURL: "https://pass.ancien.fr",
		Post: func(_ context.Context, _ *postgres.Tx, m mail.Message) error {
			o.mails = append(o.mails, m)
			return nil
		},
	})
	for _, key := range []**age.X25519Identity{&o.liquidator, &o.successor} {
		var err error
		if *key, err = age.GenerateX25519Identity(); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *office) ask(t *testing.T, withSuccessor bool) uuid.UUID {
	t.Helper()
	r := continuity.Request{Reason: "Exercice du trimestre", Liquidator: " " + o.liquidator.Recipient().String() + "\n"}
	if withSuccessor {
		r.Successor = o.successor.Recipient().String()
	}
	id, err := o.service.Ask(t.Context(), o.Operator, r)
	must(t, err)
	return id
}

func (o *office) build(t *testing.T) {
	t.Helper()
	for _, args := range o.queue.Waiting {
		must(t, o.service.Build(t.Context(), args.(continuity.BuildArgs)))
	}
	o.queue.Waiting = nil
}

func (o *office) chunks() int64 { return o.Count(`SELECT count(*) FROM continuity_kit_chunks`) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestTwoPeopleTakeAKitOutOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.ask(t, true)
	if len(o.mails) != 1 || o.mails[0].To != o.Finance.Email {
		t.Errorf("%d people told of the request", len(o.mails))
	}
	_, err := o.service.Ask(t.Context(), o.Operator, continuity.Request{Reason: "x", Liquidator: o.liquidator.Recipient().String()})
	refused(t, "a second request", err, continuity.ErrAsked)
	refused(t, "granting one's own", o.service.Decide(t.Context(), o.Operator, id, true), continuity.ErrOwnRequest)
	_, err = o.service.Take(t.Context(), o.Operator, id)
	refused(t, "taking before it is made", err, continuity.ErrNoKit)
	must(t, o.service.Decide(t.Context(), o.Finance, id, true))
	refused(t, "granting twice", o.service.Decide(t.Context(), o.Finance, id, true), continuity.ErrDecided)
	o.build(t)
	st, err := o.service.Status(t.Context(), o.Finance)
	must(t, err)
	if k, live := st.Live(); !live || k.State != continuity.Ready || k.SizeBytes == 0 || o.chunks() == 0 || st.Run.State != jobs.Done {
		t.Fatalf("made: %+v, run %+v", k, st.Run)
	}
	sealed := o.taken(t, id)
	o.opens(t, sealed)
	if o.chunks() != 0 || o.Count(`SELECT count(*) FROM journal WHERE subject_id = $1`, id) != 4 {
		t.Errorf("%d chunks left, %d lines in the journal", o.chunks(), o.Count(`SELECT count(*) FROM journal WHERE subject_id = $1`, id))
	}
	if len(o.mails) != 2 || o.mails[1].To != o.Operator.Email || !strings.Contains(o.mails[1].Text, o.successor.Recipient().String()) {
		t.Errorf("who was told: %d", len(o.mails))
	}
}

// taken downloads a kit ten times at once: one has it.
func (o *office) taken(t *testing.T, id uuid.UUID) []byte {
	t.Helper()
	var group sync.WaitGroup
	var mu sync.Mutex
	var out []byte
	for range 10 {
		group.Go(func() {
			content, err := o.service.Take(t.Context(), o.Operator, id)
			if errors.Is(err, continuity.ErrNoKit) {
				return
			}
			var got bytes.Buffer
			if err == nil {
				err = content.Send(t.Context(), &got)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil || out != nil || int64(got.Len()) != content.Size {
				t.Errorf("a download: %v, %d bytes", err, got.Len())
			}
			out = got.Bytes()
		})
	}
	group.Wait()
	if out == nil {
		t.Fatal("nobody could take the kit")
	}
	return out
}

// opens reads the kit as each of its recipients.
func (o *office) opens(t *testing.T, sealed []byte) {
	t.Helper()
	read := func(identities ...age.Identity) (*kit.Kit, error) {
		return kit.Open(bytes.NewReader(sealed), int64(len(sealed)), identities...)
	}
	stranger, err := age.GenerateX25519Identity()
	must(t, err)
	_, err = read(stranger)
	refused(t, "a stranger's key", err, kit.ErrSealed)
	_, err = read()
	refused(t, "no key", err, kit.ErrSealed)
	k, err := read(o.liquidator)
	must(t, err)
	o.verified(t, k)
	_, err = k.Unseal(kit.SealedKeysName, o.liquidator)
	refused(t, "the chèque keys, by the liquidator", err, kit.ErrSealed)
	k, err = read(o.successor)
	must(t, err)
	keys, err := k.Unseal(kit.SealedKeysName, o.successor)
	must(t, err)
	if string(keys) != "PASSNUM_CODE_KEYS="+o.keyList+"\n" {
		t.Error("the successor has no keys")
	}
}

func TestARequestIsWellMade(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	key, secret := o.liquidator.Recipient().String(), o.liquidator.String()
	for name, c := range map[string]struct {
		request continuity.Request
		fields  string
	}{
		"empty":        {continuity.Request{}, "motif liquidateur"},
		"cut key":      {continuity.Request{Reason: "x", Liquidator: key[:20]}, "liquidateur"},
		"a secret key": {continuity.Request{Reason: "x", Liquidator: secret, Successor: secret}, "liquidateur successeur successeur"},
		"one hand":     {continuity.Request{Reason: "x", Liquidator: key, Successor: key}, "successeur"},
		"long reason":  {continuity.Request{Reason: strings.Repeat("x", 301), Liquidator: key}, "motif"},
	} {
		_, err := o.service.Ask(t.Context(), o.Operator, c.request)
		refusal, ok := fault.As(err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var fields []string
		for _, f := range refusal.Fields {
			fields = append(fields, f.Field)
			if strings.Contains(f.Sentence, "AGE-SECRET") {
				t.Errorf("%s: a secret is repeated", name)
			}
		}
		if got := strings.Join(fields, " "); got != c.fields {
			t.Errorf("%s: fields %q, want %q", name, got, c.fields)
		}
	}
	for _, actor := range []identity.Actor{o.Finance, o.Commanditaire, {}} {
		_, err := o.service.Ask(t.Context(), actor, continuity.Request{})
		refused(t, "asking", err, identity.ErrForbidden)
	}
	refused(t, "deciding", o.service.Decide(t.Context(), o.Commanditaire, uuid.New(), true), identity.ErrForbidden)
}

func TestAKitThatNobodyTakesIsDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.ask(t, false)
	must(t, o.service.Withdraw(t.Context(), o.Operator, id))
	refused(t, "granting what was withdrawn", o.service.Decide(t.Context(), o.Finance, id, true), continuity.ErrDecided)
	id = o.ask(t, false)
	must(t, o.service.Decide(t.Context(), o.Finance, id, false))
	id = o.ask(t, false)
	must(t, o.service.Decide(t.Context(), o.Finance, id, true))
	must(t, o.service.Withdraw(t.Context(), o.Operator, id))
	o.build(t) // too late: it was stopped
	if o.chunks() != 0 {
		t.Error("a stopped kit keeps its content")
	}
	id = o.ask(t, false)
	must(t, o.service.Decide(t.Context(), o.Finance, id, true))
	o.build(t)
	must(t, o.service.Expire(t.Context()))
	if o.chunks() == 0 {
		t.Error("a kit is deleted before its time")
	}
	o.Travel(continuity.Kept + time.Minute)
	must(t, o.service.Expire(t.Context()))
	_, err := o.service.Take(t.Context(), o.Operator, id)
	refused(t, "taking an expired kit", err, continuity.ErrNoKit)
	if o.chunks() != 0 {
		t.Error("an expired kit keeps its content")
	}
}

func TestTheDatabaseItselfAsksForTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.ask(t, false)
	for name, sql := range map[string]string{
		"one person":         `UPDATE continuity_kits SET granted = true, decided_at = now(), decided_by = requested_by WHERE id = $1`,
		"nobody":             `UPDATE continuity_kits SET state = 'preparation' WHERE id = $1`,
		"taken, not granted": `UPDATE continuity_kits SET downloaded_at = now(), downloaded_by = gen_random_uuid() WHERE id = $1`,
	} {
		if _, err := o.Owner.Exec(t.Context(), sql, id); postgres.Constraint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
