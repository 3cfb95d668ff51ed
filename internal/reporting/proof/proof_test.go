package proof_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/carnet/code"
	"passnum/internal/custody"
	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/opposition"
	"passnum/internal/postgres"
	"passnum/internal/print"
	"passnum/internal/redemption"
	"passnum/internal/redemption/dispute"
	"passnum/internal/reporting/proof"
	"passnum/internal/settlement"
	"passnum/internal/testworld"
)

// life is a world where everything happened: chèques used, undone, paid, on
// their way to the bank, waiting for approval, and just taken.
func life(t *testing.T) *testworld.World {
	t.Helper()
	w := testworld.New(t)
	w.At(time.Date(2026, 8, 3, 8, 0, 0, 0, time.UTC))
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 4})
	other := w.ActiveOrder(testworld.OrderOptions{Carnets: 2, PerCarnet: 10, FaceValue: 500})
	w.ActiveOrder(testworld.OrderOptions{Carnets: 1, State: "livree"})
	w.Exec(`UPDATE orders SET downstream_fee_basis_points = 400 WHERE id = $1`, other.ID)
	codes := slices.Concat(order.HandedOver(3), other.HandedOver(1))
	take := redemption.NewService(w.DB, w.Keys)
	accept(t, take, w.Mediateur, codes[0:4])
	accept(t, take, w.Other, codes[15:18])
	undone := accept(t, take, w.Mediateur, codes[4:5])
	if _, err := take.Undo(t.Context(), w.Mediateur, undone.Results[0].ID, "erreur"); err != nil {
		t.Fatal(err)
	}
	for month, last := range []bool{true, false} {
		w.At(time.Date(2026, time.Month(9+month), 2, 8, 0, 0, 0, time.UTC))
		pay(t, w, last)
		accept(t, take, w.Mediateur, codes[5+2*month:7+2*month])
	}
	w.At(time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC))
	if _, err := service(w).Prepare(t.Context(), w.Operator, settlement.SuggestedCutoff(w.Now())); err != nil {
		t.Fatal(err)
	}
	accept(t, take, w.Mediateur, codes[9:10])
	settle(t, w, take, codes[10:13])
	travel(t, w)
	lose(t, w)
	correct(t, w)
	finish(t, w)
	invoice(t, w)
	promise(w, other.ID)
	bank(t, w)
	seal(t, w)
	return w
}

// travel has carnets on their way, others in an open case, others given back.
func travel(t *testing.T, w *testworld.World) {
	t.Helper()
	order, annex := w.ActiveOrder(testworld.OrderOptions{Carnets: 12}), w.PointOf(w.Mairie, "Annexe", w.Departement)
	hands := custody.NewService(w.DB, custody.Options{Queue: &jobs.Inline{}})
	send := func(from, to int, where string, giveback bool) custody.Transfer {
		sent, err := hands.Send(t.Context(), w.Agent, custody.CounterDesk, custody.Sending{Key: uuid.NewString(), PointID: w.Point, Destination: where, Giveback: giveback,
			Serials: order.Serial(from) + " à " + order.Serial(to), Count: to - from + 1})
		if err != nil {
			t.Fatal(err)
		}
		return sent
	}
	receive := func(actor identity.Actor, desk custody.Desk, sent custody.Transfer, r custody.Reception) {
		if _, err := hands.Receive(t.Context(), actor, desk, sent.ID, r); err != nil {
			t.Fatal(err)
		}
	}
	send(1, 2, annex.String(), false)
	receive(w.Agent, custody.CounterDesk, send(3, 6, annex.String(), false), custody.Reception{Count: 3, Missing: "4", Note: "colis ouvert"})
	receive(w.Commanditaire, custody.CommanditaireDesk, send(7, 8, "commanditaire", true), custody.Reception{Count: 2})
}

// settle has three chèques scanned yesterday disputed: one is accepted, one
// rejected, one waits.
func settle(t *testing.T, w *testworld.World, take *redemption.Service, codes []code.Code) {
	t.Helper()
	w.Exec(`UPDATE orders SET late_cap = 0`)
	claim := redemption.Claim{Key: uuid.NewString(), ScannedAt: w.Now().Add(-24 * time.Hour), Entries: []int{3}, Mode: redemption.Individuel}
	for _, c := range codes {
		claim.Codes = append(claim.Codes, c.Clear())
	}
	answers, err := take.Claim(t.Context(), w.Mediateur, redemption.Queue{Device: uuid.New(), SentAt: w.Now(), Claims: []redemption.Claim{claim}})
	if err != nil {
		t.Fatal(err)
	}
	disputes, results := dispute.NewService(w.DB), answers[0].Results
	if _, err := disputes.Accept(t.Context(), w.Operator, results[0].Dispute, "vu", false); err != nil {
		t.Fatal(err)
	}
	if _, err := disputes.Reject(t.Context(), w.Operator, results[1].Dispute, "vu", false); err != nil {
		t.Fatal(err)
	}
}

func service(w *testworld.World) *settlement.Service {
	debtor := settlement.Debtor{Name: "Coopérative", SIRET: "84373941800018", IBAN: "FR7630001007941234567890185"}
	return settlement.NewService(w.DB, debtor, print.Issuer{}).OnApproved(settlement.BillDownstream(invoices(w)))
}

// pay settles last month, up to the bank's execution or only its approval.
func pay(t *testing.T, w *testworld.World, execute bool) {
	t.Helper()
	s := service(w)
	id, err := s.Prepare(t.Context(), w.Operator, s.Suggestion())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), w.Finance, id); err != nil {
		t.Fatal(err)
	}
	if execute {
		if err := s.Execute(t.Context(), w.Finance, id, s.Today()); err != nil {
			t.Fatal(err)
		}
	}
}

func accept(t *testing.T, take *redemption.Service, actor identity.Actor, codes []code.Code) redemption.Receipt {
	t.Helper()
	request := redemption.Request{Key: uuid.NewString(), Entries: []int{3}, Mode: redemption.Individuel}
	for _, c := range codes {
		request.Codes = append(request.Codes, c.Clear())
	}
	receipt, err := take.Redeem(t.Context(), actor, request)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := receipt.Taken(); n != len(codes) {
		t.Fatalf("%d of %d chèques taken: %+v", n, len(codes), receipt.Results)
	}
	return receipt
}

func seal(t *testing.T, w *testworld.World) proof.Seal {
	t.Helper()
	last, ok, err := proof.Append(t.Context(), w.DB)
	if err != nil || !ok {
		t.Fatalf("seal: %v, %v", ok, err)
	}
	return last
}

func verify(t *testing.T, w *testworld.World) proof.Report {
	t.Helper()
	var report proof.Report
	err := w.DB.InPlatform(t.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		report, err = proof.Verify(t.Context(), tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// lose has carnets stopped, one of them found again, another one replaced.
func lose(t *testing.T, w *testworld.World) {
	t.Helper()
	order := w.ActiveOrder(testworld.OrderOptions{Carnets: 5})
	accept(t, redemption.NewService(w.DB, w.Keys), w.Mediateur, order.HandedOver(2)[0:1])
	losses := opposition.NewService(opposition.Deps{DB: w.DB, Queue: &jobs.Inline{}, Keys: w.Keys})
	stop := func(number int) opposition.Opposition {
		o, err := losses.Declare(t.Context(), w.Agent, opposition.ByCounter, opposition.Declaration{
			Selection: opposition.Selection{Numbers: order.Serial(number)}, Cause: opposition.Theft, Expected: 1})
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	stop(1)
	if _, err := losses.Lift(t.Context(), w.Agent, opposition.ByCounter, stop(2).ID, opposition.LiftRequest{Reason: "retrouvé"}); err != nil {
		t.Fatal(err)
	}
	if _, err := losses.Replace(t.Context(), w.Operator, stop(3).ID); err != nil {
		t.Fatal(err)
	}
}

func TestAHealthyWorldPasses(t *testing.T) {
	t.Parallel()
	report := verify(t, life(t))
	for _, failed := range report.Failed() {
		t.Errorf("%s: %+v", failed.Name, failed.Offenders)
	}
	empty := map[string]bool{}
	for _, result := range report {
		if result.Counted == 0 {
			empty[result.Name] = true
		}
	}
	if len(empty) > 0 {
		t.Errorf("these checks looked at nothing: %v", empty)
	}
}

func TestAnEmptyDatabasePasses(t *testing.T) {
	t.Parallel()
	if report := verify(t, testworld.New(t)); !report.OK() {
		t.Errorf("%+v", report.Failed())
	}
}

// Each fault is written as the owner with every guard down, as someone who owns
// the server could; the checks named must see it. One world serves them all:
// each fault is rolled back.
func TestPlantedFaults(t *testing.T) {
	t.Parallel()
	w := life(t)
	for name, fault := range map[string]struct {
		sql  string
		seen []string
	}{
		"a movement deleted":             {`DELETE FROM ledger_movements WHERE (transaction_id, line) IN (SELECT id, 1 FROM ledger_transactions WHERE kind = 'redemption' LIMIT 1)`, []string{"mouvements", "encaissements au grand livre", "valeur en circulation", "dû, en cours, payé"}},
		"a movement's amount altered":    {`UPDATE ledger_movements SET amount_cents = amount_cents + 1 WHERE debit = 'in_transit' AND (transaction_id) IN (SELECT transaction_id FROM ledger_movements WHERE debit = 'in_transit' LIMIT 1)`, []string{"dû, en cours, payé"}},
		"money for another structure":    {`UPDATE ledger_movements m SET structure_id = (SELECT id FROM organisations WHERE name LIKE 'Mairie%') WHERE debit = 'circulation' AND transaction_id IN (SELECT id FROM ledger_transactions WHERE kind = 'redemption' LIMIT 1)`, []string{"mouvements", "dû, en cours, payé"}},
		"an undo forgotten":              {`UPDATE redemptions SET undone_at = NULL WHERE undone_at IS NOT NULL`, []string{"annulations au grand livre", "un chèque, un encaissement", "dû, en cours, payé"}},
		"an undo without its chèque":     {`UPDATE redemptions SET undone_at = now() WHERE id IN (SELECT id FROM redemptions WHERE undone_at IS NULL AND settlement_line_id IS NULL LIMIT 1)`, []string{"annulations au grand livre", "un chèque, un encaissement"}},
		"a used chèque usable again":     {`UPDATE cheques SET state = 'actif' WHERE id IN (SELECT id FROM cheques WHERE state = 'utilise' LIMIT 1)`, []string{"un chèque, un encaissement", "valeur en circulation"}},
		"a chèque used by nobody":        {`UPDATE cheques SET state = 'utilise' WHERE id IN (SELECT id FROM cheques WHERE state = 'actif' LIMIT 1)`, []string{"un chèque, un encaissement", "valeur en circulation"}},
		"a chèque worth more":            {`UPDATE cheques SET face_value_cents = 5000 WHERE id IN (SELECT id FROM cheques WHERE state = 'inactif' LIMIT 1)`, []string{"format des carnets"}},
		"a redemption paid dearer":       {`UPDATE redemptions SET amount_cents = 5000 WHERE id IN (SELECT id FROM redemptions WHERE settlement_line_id IS NULL AND undone_at IS NULL LIMIT 1)`, []string{"encaissements fidèles", "encaissements au grand livre", "dû, en cours, payé"}},
		"a chèque redeemed twice":        {`DROP INDEX redemptions_one_live; INSERT INTO redemptions SELECT commanditaire_id, gen_random_uuid(), cheque_id, carnet_id, order_id, seance_id, structure_id, place_id, serial, rank, amount_cents, at, day FROM redemptions WHERE undone_at IS NULL LIMIT 1`, []string{"un chèque, un encaissement", "contraintes", "encaissements au grand livre", "encaissements au journal"}},
		"a hand-over dropped":            {`DELETE FROM handovers WHERE id IN (SELECT id FROM handovers LIMIT 1)`, []string{"remises"}},
		"a chèque held by nobody":        {`DELETE FROM handover_cheques WHERE rank = 1`, []string{"chèques remis"}},
		"a hand-over that says less":     {`UPDATE handovers SET ranks = '{1}' WHERE id IN (SELECT id FROM handovers LIMIT 1)`, []string{"chèques remis"}},
		"a carnet given twice":           {`INSERT INTO handovers (commanditaire_id, id, order_id, carnet_id, aiguilleur_id, point_id, serial, at, idempotency_key, ranks) SELECT commanditaire_id, gen_random_uuid(), order_id, carnet_id, aiguilleur_id, point_id, serial, at, 'x', '{1}' FROM handovers LIMIT 1`, []string{"remises", "chèques remis"}},
		"a chèque in two people's hands": {`ALTER TABLE handover_cheques DROP CONSTRAINT handover_cheques_pkey`, []string{"contraintes"}},
		"a carnet put back in stock":     {`UPDATE carnets SET state = 'stock', handed_over_at = NULL WHERE id IN (SELECT carnet_id FROM redemptions WHERE undone_at IS NULL LIMIT 1)`, []string{"remises", "rien avant la remise"}},
		"a chèque opened in stock":       {`UPDATE cheques SET state = 'actif', accepted_until = '2027-01-31' WHERE id IN (SELECT id FROM cheques WHERE state = 'inactif' LIMIT 1)`, []string{"rien avant la remise"}},
		"a stopped carnet in use again":  {`UPDATE carnets SET state = 'remis' WHERE state = 'bloque' AND handed_over_at IS NOT NULL`, []string{"carnets en opposition"}},
		"a carnet stopped by nobody":     {`UPDATE oppositions SET state = 'levee' WHERE state = 'en_vigueur'`, []string{"carnets en opposition"}},
		"opposed value forgotten":        {`UPDATE orders SET opposed_cents = 0 WHERE opposed_cents > 0`, []string{"valeur en opposition"}},
		"opposed value spent elsewhere":  {`UPDATE ledger_movements SET credit = 'credit' WHERE debit = 'circulation' AND credit = 'funds'`, []string{"oppositions au grand livre"}},
		"a replacement of nothing":       {`DELETE FROM carnet_replacements`, []string{"remplacements", "valeur en opposition"}},
		"one person stops a hundred":     {`ALTER TABLE oppositions DROP CONSTRAINT oppositions_two_above_ten`, []string{"contraintes"}},
		"a carnet renumbered":            {`UPDATE carnets SET number = 99 WHERE number = 4`, []string{"numéros de série"}},
		"a carnet lost":                  {`DELETE FROM carnets WHERE number = 4`, []string{"numéros de série"}},
		"a chèque lost":                  {`DELETE FROM cheques WHERE id IN (SELECT id FROM cheques WHERE state = 'inactif' AND rank = 3 LIMIT 1)`, []string{"format des carnets", "registre des codes"}},
		"a code lost":                    {`DELETE FROM cheque_codes WHERE code_hash IN (SELECT code_hash FROM cheque_codes LIMIT 1)`, []string{"registre des codes"}},
		"a second code":                  {`INSERT INTO cheque_codes SELECT decode(md5('x'), 'hex'), commanditaire_id, cheque_id FROM cheque_codes LIMIT 1`, []string{"registre des codes"}},
		"funds attested from nowhere":    {`UPDATE orders SET attested_cents = attested_cents + 100 WHERE state = 'active'`, []string{"valeur faciale conservée"}},
		"a mandat that never came":       {`UPDATE order_funds SET face_cents = face_cents + 100, fees_cents = 1`, []string{"valeur faciale conservée", "frais et TVA reçus"}},
		"more active than activated":     {`UPDATE orders SET active_cents = active_cents - 100 WHERE state = 'active'`, []string{"activations"}},
		"an order that is not active":    {`UPDATE orders SET state = 'fonds_attestes' WHERE state = 'active'`, []string{"valeur en circulation"}},
		"money gone from the bank":       {`UPDATE ledger_movements SET amount_cents = amount_cents - 100, debit = 'fees' WHERE debit = 'bank' AND credit = 'funds'`, []string{"couverture", "valeur faciale conservée"}},
		"a line that pays more":          {`UPDATE settlement_lines SET amount_cents = amount_cents + 100, gross_cents = gross_cents + 100 WHERE id IN (SELECT id FROM settlement_lines LIMIT 1)`, []string{"lignes de paiement", "contre-paiements"}},
		"a line marked paid":             {`UPDATE settlement_lines SET state = 'executee' WHERE state = 'approuvee'`, []string{"dû, en cours, payé", "contre-paiements"}},
		"a chèque untied from its line":  {`UPDATE redemptions SET settlement_line_id = NULL WHERE id IN (SELECT r.id FROM redemptions r JOIN settlement_lines l ON l.id = r.settlement_line_id AND l.state = 'executee' LIMIT 1)`, []string{"lignes de paiement", "dû, en cours, payé"}},
		"a chèque paid before its cut":   {`UPDATE redemptions SET day = '2026-12-24' WHERE settlement_line_id IS NOT NULL`, []string{"lignes de paiement"}},
		"one pair of eyes":               {`ALTER TABLE settlements DROP CONSTRAINT settlements_four_eyes; UPDATE settlements SET approved_by = prepared_by WHERE approved_by IS NOT NULL`, []string{"contre-paiements", "contraintes", "approbations au journal"}},
		"a dispute accepted unpaid":      {`ALTER TABLE disputes DROP CONSTRAINT disputes_accepted_is_redeemed; UPDATE disputes SET state = 'accepte', decision = 'x', decided_at = now() WHERE state = 'ouvert'`, []string{"litiges réglés", "litiges au journal", "contraintes"}},
		"a dispute paid and rejected":    {`ALTER TABLE disputes DROP CONSTRAINT disputes_accepted_is_redeemed; UPDATE disputes SET state = 'rejete' WHERE state = 'accepte'`, []string{"litiges réglés"}},
		"a dispute of another chèque":    {`UPDATE disputes SET cheque_id = (SELECT cheque_id FROM disputes WHERE state = 'ouvert') WHERE state = 'accepte'`, []string{"litiges réglés"}},
		"one redemption, two disputes":   {`DROP INDEX disputes_redemption_once; UPDATE disputes SET state = 'accepte', decision = 'x', decided_at = now(), redemption_id = (SELECT redemption_id FROM disputes WHERE state = 'accepte') WHERE state = 'ouvert'`, []string{"litiges réglés", "contraintes"}},
		"a decision erased":              {`DELETE FROM journal WHERE act = 'rejet_litige'`, []string{"litiges au journal"}},
		"a journal line erased":          {`DELETE FROM journal WHERE act = 'encaissement'`, []string{"encaissements au journal"}},
		"an approval erased":             {`DELETE FROM journal WHERE act = 'approbation'`, []string{"approbations au journal"}},
		"a carnet that skipped a hand":   {`UPDATE carnets SET state = 'emis', aiguilleur_id = NULL, point_id = NULL WHERE id IN (SELECT id FROM carnets WHERE state = 'stock' LIMIT 1)`, []string{"mouvements rejoués"}},
		"a carnet moved by hand":         {`UPDATE carnets SET point_id = (SELECT id FROM points WHERE name = 'Annexe') WHERE id IN (SELECT c.id FROM carnets c JOIN points p ON p.id = c.point_id WHERE c.state = 'stock' AND p.name <> 'Annexe' LIMIT 1)`, []string{"mouvements rejoués"}},
		"a reception erased":             {`DELETE FROM custody_moves WHERE kind = 'reception'`, []string{"mouvements rejoués"}},
		"a carnet at two holders":        {`ALTER TABLE carnets DROP CONSTRAINT carnets_one_holder; UPDATE carnets SET transfer_id = (SELECT id FROM transfers WHERE state = 'en_route') WHERE state = 'stock'`, []string{"un seul endroit", "contraintes", "mouvements rejoués"}},
		"a carnet in two transfers":      {`INSERT INTO transfer_ranges SELECT t.commanditaire_id, t.id, r.from_aiguilleur_id, r.to_aiguilleur_id, r.order_id, r.order_number, 9, 9 FROM transfers t JOIN transfer_ranges r ON r.transfer_id = t.id WHERE t.state = 'en_route' LIMIT 1`, []string{"un seul endroit", "détenteurs"}},
		"a transfer that never ends":     {`UPDATE transfers SET state = 'recu', received_at = now(), received_carnets = 2 WHERE state = 'en_route'`, []string{"un seul endroit", "détenteurs"}},
		"a missing carnet forgotten":     {`UPDATE custody_case_lines SET outcome = 'recu', settled_at = now()`, []string{"un seul endroit", "détenteurs"}},
		"a case closed on nothing":       {`UPDATE custody_cases SET closed_at = now()`, []string{"un seul endroit"}},
		"an answer that promises":        {`UPDATE redemption_requests SET claimed = claimed || '[{"index": 9}]'`, []string{"encaissements au journal"}},
		"an old amount altered":          {`UPDATE ledger_movements SET amount_cents = amount_cents + 1 WHERE debit = 'funds' AND credit = 'circulation'`, []string{"chaîne scellée", "activations"}},
		"an old date altered":            {`UPDATE ledger_transactions SET at = at - interval '1 second' WHERE kind = 'funding'`, []string{"chaîne scellée"}},
		"a journal line altered":         {`UPDATE journal SET actor_name = 'Personne' WHERE act = 'approbation'`, []string{"chaîne scellée"}},
		"an operation slipped in":        {`INSERT INTO ledger_transactions (commanditaire_id, id, kind, cause_id, order_id, at, day, stamp) SELECT commanditaire_id, gen_random_uuid(), 'funding', gen_random_uuid(), order_id, at, day, stamp FROM ledger_transactions LIMIT 1`, []string{"chaîne scellée", "mouvements"}},
		"a block rewritten":              {`UPDATE seals SET transactions = transactions - 1`, []string{"chaîne scellée"}},
		"a right to rewrite":             {`GRANT UPDATE ON ledger_movements TO passnum_platform`, []string{"historique inaltérable"}},
		"a right on one column":          {`GRANT UPDATE (amount_cents) ON ledger_movements TO passnum_org`, []string{"historique inaltérable"}},
		"a right to truncate":            {`GRANT TRUNCATE ON journal TO PUBLIC`, []string{"historique inaltérable"}},
		"a trigger dropped":              {`DROP TRIGGER append_only ON ledger_transactions`, []string{"historique inaltérable"}},
		"a trigger disabled":             {`ALTER TABLE ledger_movements DISABLE TRIGGER append_only_truncate`, []string{"historique inaltérable"}},
		"a table no longer kept apart":   {`ALTER TABLE redemptions NO FORCE ROW LEVEL SECURITY`, []string{"cloisonnement"}},
		"funds no longer bound to value": {`ALTER TABLE orders DROP CONSTRAINT orders_active_within_attested`, []string{"contraintes"}},
	} {
		t.Run(name, func(t *testing.T) {
			var seen []string
			for _, failed := range verifyWith(t, w, fault.sql).Failed() {
				seen = append(seen, failed.Name)
				for _, offender := range failed.Offenders {
					if offender.Subject == "" || offender.Detail == "" {
						t.Errorf("%s names nothing: %+v", failed.Name, offender)
					}
				}
			}
			for _, want := range fault.seen {
				if !slices.Contains(seen, want) {
					t.Errorf("« %s » did not see it, only %q did", want, seen)
				}
			}
		})
	}
}

// verifyWith runs the checks in a transaction where sql was run, then undoes it.
func verifyWith(t *testing.T, w *testworld.World, sql string) proof.Report {
	t.Helper()
	tx, err := w.Owner.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tx.Rollback(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	// A replica runs neither triggers nor foreign keys.
	_, err = tx.Exec(t.Context(), "SET LOCAL session_replication_role = replica; "+sql+"; SET LOCAL ROLE passnum_platform")
	if err != nil {
		t.Fatalf("plant: %v", err)
	}
	report, err := proof.Verify(t.Context(), &postgres.Tx{Tx: tx})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestOffendersAreBounded(t *testing.T) {
	t.Parallel()
	w := testworld.New(t)
	w.ActiveOrder(testworld.OrderOptions{Carnets: 5})
	failed := verifyWith(t, w, `DELETE FROM cheque_codes`).Failed()
	if len(failed) != 1 || len(failed[0].Offenders) != 20 || !failed[0].More || failed[0].Counted != 0 {
		t.Errorf("%+v", failed)
	}
}
