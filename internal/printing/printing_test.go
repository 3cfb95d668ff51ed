package printing_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/postgres"
	"passnum/internal/printing"
	"passnum/internal/printing/bundle"
	"passnum/internal/testworld"
)

func TestAPackFromAskToReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 20})
	w.Exec(`INSERT INTO order_deliveries (commanditaire_id, id, order_id, aiguilleur_id, point_id, carnets) VALUES ($1, $2, $3, $4, $5, 20)`,
		w.Departement, postgres.NewID(), o.ID, w.Mairie, w.Point)
	w.ask(t, o.ID)
	st := w.status(t, o.ID)
	live, ok := st.Live()
	if !ok || live.State != printing.Ready || live.ShopName != "Imprimerie du Thaurion" || st.Taken || st.Run.State != jobs.Done || st.Run.Done != 20 {
		t.Fatalf("status %+v", st)
	}
	sealed := w.take(t, o.ID)
	w.readsLikeTheOrder(t, o, sealed)
	w.nothingInClear(t, o)

	wantErr(t, w.printing.Acknowledge(t.Context(), w.Operator, o.ID, "0123456789abcdef"), printing.ErrFingerprint)
	wantErr(t, w.printing.Acknowledge(t.Context(), w.Operator, o.ID, live.Fingerprint()[:8]), printing.ErrFingerprint)
	said := strings.ToUpper(live.Fingerprint()[:4] + " " + live.Fingerprint()[4:8] + " " + live.Fingerprint()[8:16])
	must(t, w.printing.Acknowledge(t.Context(), w.Operator, o.ID, said))
	if n := w.chunks(); n != 0 {
		t.Errorf("%d chunks after the receipt", n)
	}
	_, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrNoPack)
	wantErr(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "encore"), printing.ErrNoPack)
	wantErr(t, w.printing.Acknowledge(t.Context(), w.Operator, o.ID, live.Fingerprint()), printing.ErrNoPack)
	if last := w.status(t, o.ID).Packs[0]; last.State != printing.Received || last.EndedByName != w.Operator.Name || len(last.Contents().Files) != 4 {
		t.Errorf("ended as %+v", last)
	}
	for _, act := range []string{"paquet d’impression demandé", "paquet d’impression prêt", "paquet d’impression téléchargé", "paquet d’impression reçu par l’imprimeur, puis effacé"} {
		if n := w.Count(`SELECT count(*) FROM journal WHERE act = $1 AND subject_id = $2 AND $3 = ANY (party_ids)`, act, o.ID, w.Departement); n != 1 {
			t.Errorf("%d journal lines for « %s »", n, act)
		}
	}
}

// readsLikeTheOrder opens a pack as the print shop does and compares the codes
// of its table, its pages and the order.
func (w *world) readsLikeTheOrder(t *testing.T, o testworld.Order, sealed []byte) {
	t.Helper()
	pack := w.open(t, sealed)
	problems, err := pack.Verify()
	must(t, err)
	if len(problems) > 0 {
		t.Errorf("problems: %q", problems)
	}
	live, _ := w.status(t, o.ID).Live()
	if pack.Fingerprint != live.Fingerprint() || pack.Order != o.Number || pack.Cheques != 100 || pack.Format != 1 || pack.Recipient != w.key.Recipient().String() {
		t.Errorf("manifest %+v", pack.Manifest)
	}
	table, codes := rows(t, pack), o.Codes(1, 20)
	if len(table) != 101 || strings.TrimPrefix(strings.Join(table[0], " "), "\ufeff") != "carnet serie rang code qr valeur accepte_jusqu_au commanditaire lot point commune" {
		t.Fatalf("%d rows, titles %q", len(table), table[0])
	}
	text := strings.Join(strings.Fields(tool(t, "poppler-utils", content(t, pack, bundle.Pages), "pdftotext", "-raw", "-", "-")), " ")
	for i, row := range table[1:] {
		if row[3] != codes[i].Clear() || row[4] != codes[i].QR("PASSNUM.EXAMPLE") || !strings.Contains(text, codes[i].Grouped()) {
			t.Fatalf("row %d is not the order's chèque", i+1)
		}
	}
	if got := strings.Join(append(table[8][:3:3], table[8][5:]...), "|"); got != "2|"+o.Serial(2)+"|3|10,00|31/12/2026|Département de la Creuse|1|Accueil de la mairie|Guéret" {
		t.Errorf("row 8: %s", got)
	}
	if proof := content(t, pack, bundle.Specimen); !strings.Contains(tool(t, "poppler-utils", proof, "pdftotext", "-", "-"), "SPÉCIMEN") {
		t.Error("the proof is not a specimen")
	}
}

// nothingInClear looks for codes in what the database keeps.
func (w *world) nothingInClear(t *testing.T, o testworld.Order) {
	t.Helper()
	for _, c := range o.Codes(1, 1) {
		if n := w.Count(`SELECT count(*) FROM print_pack_chunks WHERE position(convert_to($1, 'UTF8') IN content) > 0`, c.Clear()); n != 0 {
			t.Error("a code is in clear in a chunk")
		}
		if n := w.Count(`SELECT count(*) FROM print_packs WHERE position(convert_to($1, 'UTF8') IN manifest) > 0`, c.Clear()); n != 0 {
			t.Error("a code is in the manifest")
		}
	}
	if n := w.Count(`SELECT count(*) FROM print_pack_chunks WHERE number = 1 AND position('age-encryption.org/v1'::bytea IN content) = 1`); n != 1 {
		t.Error("the content is not an age file")
	}
}

func TestAnotherDownloadNeedsAnotherPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	w.ask(t, o.ID)
	wantErr(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "par prudence"), printing.ErrNotTaken)
	wantErr(t, w.printing.Acknowledge(t.Context(), w.Operator, o.ID, "0123456789ab"), printing.ErrNotTaken)
	first := w.take(t, o.ID)
	_, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrTaken)

	wantField(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, " "), "motif", "pourquoi")
	must(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "Le fichier s’est coupé en route."))
	wantErr(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "bis"), printing.ErrAsked)
	_, err = w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrTaken)
	request := w.status(t, o.ID).Downloads[0]
	wantErr(t, w.printing.Decide(t.Context(), w.Operator, o.ID, request.ID, true), printing.ErrOwnRequest)
	must(t, w.printing.Decide(t.Context(), w.Finance, o.ID, request.ID, true))
	wantErr(t, w.printing.Decide(t.Context(), w.Finance, o.ID, request.ID, false), printing.ErrDecided)
	if again := w.take(t, o.ID); !bytes.Equal(first, again) {
		t.Error("the second download is another file")
	}
	_, err = w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrTaken)

	must(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "Encore."))
	must(t, w.printing.Decide(t.Context(), w.Finance, o.ID, w.status(t, o.ID).Downloads[0].ID, false))
	_, err = w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrTaken)
}

// TestANewPackIsNotANewFirstTime closes the way round: deleting a pack that was
// taken and making another.
func TestANewPackIsNotANewFirstTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	w.ask(t, o.ID)
	w.take(t, o.ID)
	w.ask(t, o.ID)
	if packs := w.status(t, o.ID).Packs; len(packs) != 2 || packs[1].State != printing.Replaced || w.chunks() != int64(packs[0].Chunks) {
		t.Errorf("packs %+v, %d chunks", packs, w.chunks())
	}
	_, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrTaken)
	must(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "Réimpression de carnets abîmés."))
	must(t, w.printing.Decide(t.Context(), w.Finance, o.ID, w.status(t, o.ID).Downloads[0].ID, true))
	w.take(t, o.ID)
}

func TestTwoPeopleCannotBothBeFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	w.ask(t, o.ID)
	other := w.Staff("autre-operateur@exemple.test", identity.OperatorAdministration)
	refusals := make([]error, 8)
	var running sync.WaitGroup
	for i := range refusals {
		actor := []identity.Actor{w.Operator, other}[i%2]
		running.Go(func() { _, refusals[i] = w.printing.Take(t.Context(), actor, o.ID) })
	}
	running.Wait()
	taken := 0
	for _, err := range refusals {
		if err == nil {
			taken++
		} else {
			wantErr(t, err, printing.ErrTaken)
		}
	}
	if taken != 1 {
		t.Errorf("%d people took the pack", taken)
	}
}

// TestTheDatabaseAgrees asks it directly for what the use cases refuse.
func TestTheDatabaseAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	w.ask(t, o.ID)
	w.take(t, o.ID)
	must(t, w.printing.AskAgain(t.Context(), w.Operator, o.ID, "essai"))
	for constraint, sql := range map[string]string{
		"print_downloads_four_eyes": `UPDATE print_downloads SET decided_at = now(), decided_by = requested_by, granted = true WHERE NOT is_first`,
		"print_downloads_granted":   `UPDATE print_downloads SET used_at = now() WHERE NOT is_first`,
		"print_downloads_first_once": `INSERT INTO print_downloads (commanditaire_id, id, order_id, pack_id, is_first, requested_at, requested_by, used_at)
			SELECT commanditaire_id, gen_random_uuid(), order_id, pack_id, true, now(), requested_by, now() FROM print_downloads WHERE is_first`,
	} {
		if err := w.inPlatform(sql, nil); postgres.Constraint(err) != constraint {
			t.Errorf("%s: %v", constraint, err)
		}
	}
	for _, sql := range []string{`UPDATE print_downloads SET is_first = true`, `UPDATE print_downloads SET requested_by = $1`, `DELETE FROM print_downloads`, `UPDATE print_packs SET public_key = 'age1'`, `UPDATE print_shops SET public_key = 'age1'`} {
		if err := w.inPlatform(strings.ReplaceAll(sql, "$1", "gen_random_uuid()"), nil); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestUnclaimedPacksAreDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	w.ask(t, o.ID)
	w.Travel(printing.Kept - time.Minute)
	must(t, w.printing.Expire(t.Context()))
	if w.chunks() == 0 {
		t.Error("deleted before its time")
	}
	w.Travel(2 * time.Minute)
	must(t, w.printing.Expire(t.Context()))
	if last := w.status(t, o.ID).Packs[0]; last.State != printing.Expired || w.chunks() != 0 {
		t.Errorf("state %s, %d chunks", last.State, w.chunks())
	}
	_, err := w.printing.Take(t.Context(), w.Operator, o.ID)
	wantErr(t, err, printing.ErrNoPack)
	w.ask(t, o.ID) // nobody took it: the first time is still to come
	w.take(t, o.ID)
}

func TestAStoppedPackLeavesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	must(t, w.printing.Ask(t.Context(), w.Operator, o.ID, w.shop))
	must(t, w.printing.Cancel(t.Context(), w.Operator, o.ID))
	w.drain(t)
	if st := w.status(t, o.ID); st.Packs[0].State != printing.Stopped || st.Run.State != jobs.Cancelled || w.chunks() != 0 {
		t.Errorf("%s, run %s, %d chunks", st.Packs[0].State, st.Run.State, w.chunks())
	}
	w.ask(t, o.ID)
	args, err := json.Marshal(printing.BuildArgs{OrderID: o.ID})
	must(t, err)
	if strings.Contains(string(args), "age1") {
		t.Error("a job carries more than identifiers")
	}
}

// TestAnInterruptedPackIsMadeAgain plays a server that died while making it.
func TestAnInterruptedPackIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.ActiveOrder(testworld.OrderOptions{Carnets: 1, PerCarnet: 1})
	must(t, w.printing.Ask(t.Context(), w.Operator, o.ID, w.shop))
	w.Exec(`INSERT INTO print_pack_chunks SELECT commanditaire_id, id, n, '\x00' FROM print_packs, generate_series(1, 3) n`)
	w.drain(t)
	problems, err := w.open(t, w.take(t, o.ID)).Verify()
	must(t, err)
	if len(problems) > 0 {
		t.Errorf("problems: %q", problems)
	}
}
