package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"passnum/internal/fault"
	"passnum/internal/postgres"
)

// triesWindow is how long failed tries weigh.
const triesWindow = 10 * time.Minute

// tries are the counters one attempt weighs on. An attempt is counted before it
// is judged, so that simultaneous guesses cannot slip through together, and
// given back when it succeeds.
type tries struct {
	subjects []string
	limits   []int
}

// byAccount weighs on an account, by a fingerprint of its address.
func byAccount(kind, email string, limit int) tries {
	sum := sha256.Sum256([]byte(email))
	return tries{[]string{kind + ":compte:" + hex.EncodeToString(sum[:12])}, []int{limit}}
}

// byAddress weighs on where the request comes from, which a whole town hall may
// share.
func byAddress(kind, address string, limit int) tries {
	return tries{[]string{kind + ":adresse:" + address}, []int{limit}}
}

func (t tries) and(other tries) tries {
	return tries{append(t.subjects, other.subjects...), append(t.limits, other.limits...)}
}

// count adds one try and reports whether a limit is passed. Refused tries stop
// counting, so that a locked account opens again after the window.
func (t tries) count(ctx context.Context, tx *postgres.Tx) (over bool, err error) {
	window := tx.Now().Truncate(triesWindow)
	over, err = postgres.Value[bool](ctx, tx, `
		SELECT EXISTS (
			SELECT FROM unnest(@subjects::text[], @limits::int[]) AS s(subject, cap)
			WHERE (SELECT coalesce(sum(f.tries), 0) FROM failed_tries f WHERE f.subject = s.subject AND f.window_start >= @since) >= s.cap)`,
		postgres.Args{"subjects": t.subjects, "limits": t.limits, "since": tx.Now().Add(-triesWindow)})
	if err != nil || over {
		return over, fault.Wrap(err, "read tries")
	}
	// The account first, the address last: attempts that share one cannot deadlock.
	counts, err := postgres.Values[int32](ctx, tx, `
		INSERT INTO failed_tries AS f (subject, window_start, tries)
		SELECT s, @window, 1 FROM unnest(@subjects::text[]) AS s
		ON CONFLICT (subject, window_start) DO UPDATE SET tries = f.tries + 1
		RETURNING tries`, postgres.Args{"subjects": t.subjects, "window": window})
	if err != nil {
		return false, fault.Wrap(err, "count tries")
	}
	for i, n := range counts {
		over = over || int(n) > t.limits[i]
	}
	return over, nil
}

// giveBack forgets a try that succeeded. It takes the rows in the order of
// count, so that the two cannot wait for each other.
func (t tries) giveBack(ctx context.Context, tx *postgres.Tx, counted time.Time) error {
	for _, subject := range t.subjects {
		_, err := postgres.Do(ctx, tx, `
			UPDATE failed_tries SET tries = tries - 1 WHERE subject = @subject AND window_start = @window AND tries > 0`,
			postgres.Args{"subject": subject, "window": counted.Truncate(triesWindow)})
		if err != nil {
			return fault.Wrap(err, "give try back")
		}
	}
	return nil
}

// forgive opens an account whose owner has just proved who they are.
func forgive(ctx context.Context, tx *postgres.Tx, email string) error {
	_, err := postgres.Do(ctx, tx, `UPDATE failed_tries SET tries = 0 WHERE subject = @subject`,
		postgres.Args{"subject": byAccount("connexion", email, 0).subjects[0]})
	return fault.Wrap(err, "forget tries")
}
