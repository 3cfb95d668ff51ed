package settlement_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/settlement"
)

// words is a PDF's text, with ordinary spaces.
func words(t *testing.T, pdf []byte) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), tool(t, "pdftotext", "poppler-utils"), "-layout", "-", "-")
	command.Stdin = bytes.NewReader(pdf)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(out))), " ")
}

func wantWords(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// corrected is a scene whose October line bears an incident and a downstream
// fee: 50 € of chèques, less 10 €, less 2 € and 0.40 € of VAT.
func corrected(t *testing.T) (*scene, settlement.Line) {
	t.Helper()
	s := newScene(t)
	s.Exec(`UPDATE orders SET downstream_fee_basis_points = 400`)
	s.accept(t, s.Mediateur, 5)
	s.Exec(`INSERT INTO incidents (commanditaire_id, id, order_id, structure_id, number, kind, amount_cents, reason, state, proposed_at, proposed_by, proposed_by_name, decided_at, decided_by)
		SELECT commanditaire_id, gen_random_uuid(), id, $1, 'IN-2026-001', 'trop_percu', -1000, 'chèque compté deux fois', 'valide', $2, $3, 'Jean', $2, $4 FROM orders`,
		s.Mediatheque, s.Now(), s.Operator.AccountID, s.Finance.AccountID)
	s.november()
	id := s.prepare(t, october)
	s.approve(t, id)
	return s, s.dossier(t, id).Page[0]
}

func TestPapersExplainTheNet(t *testing.T) {
	t.Parallel()
	s, line := corrected(t)
	if line.AmountCents != 3760 {
		t.Fatalf("the line pays %s", line.AmountCents)
	}
	_, pdf, err := s.pay.OwnStatement(t.Context(), s.Mediateur, line.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Valeur des chèques 5 50,00 €", "Incident IN-2026-001, trop-perçu : chèque compté deux fois −10,00 €", "hors taxes −2,00 €", "TVA sur les frais de gestion −0,40 €",
		"Net payé 37,60 €", line.EndToEndID, "FR14 •••• •••• 2606")
	_, pdf, err = s.pay.Bordereau(t.Context(), s.Finance, line.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Bordereau de règlement", "Ce n’est pas un achat", "Préparé par", "37,60 €", line.StructureSIRET[:3])
	if _, _, err := s.pay.OwnBordereau(t.Context(), s.Other, line.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's bordereau: %v", err)
	}
	_, write, err := s.pay.OwnSheet(t.Context(), s.Mediateur, line.ID)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	wantWords(t, b.String(), "Correction;;;;;Incident IN-2026-001, trop-perçu", ";-10,00;CP-2026-001;", ";-2,00;", ";-0,40;")
	e, err := s.pay.OwnExplanation(t.Context(), s.Mediateur, line.ID)
	if err != nil || len(e.Corrections) != 3 || e.Gross != 5000 || e.Cheques != 5 {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestWhatCameBackIsPaidOnceInTheYear(t *testing.T) {
	t.Parallel()
	s, line := corrected(t)
	s.execute(t, line.SettlementID)
	// It comes back in January, and is paid again in February.
	s.At(time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC))
	s.Exec(`UPDATE settlement_lines SET state = 'retournee', returned_on = '2027-01-12', return_code = 'AC04', return_text = 'compte clos' WHERE id = $1`, line.ID)
	again := uuid.New()
	s.Exec(`INSERT INTO settlements (id, number, cutoff, state, prepared_at, prepared_by, prepared_by_name, approved_at, approved_by, executed_on, message_id, debtor_name, debtor_iban, total_cents, lines, frozen_hash)
		SELECT $1, 'CP-2027-001', '2027-01-31', state, prepared_at, prepared_by, prepared_by_name, approved_at, approved_by, '2027-02-02', 'PN2', debtor_name, debtor_iban, total_cents, 1, frozen_hash FROM settlements`, again)
	s.Exec(`INSERT INTO settlement_lines (id, settlement_id, structure_id, structure_name, structure_siret, account_holder, iban, end_to_end_id, cheques, gross_cents, amount_cents, period_from, period_to, settlement_number, state, executed_on, repays_line_id, root_line_id)
		SELECT $1, $1, structure_id, structure_name, structure_siret, account_holder, iban, 'E2E2', 0, amount_cents, amount_cents, period_from, period_to, 'CP-2027-001', 'executee', '2027-02-02', id, id FROM settlement_lines WHERE id = $2`, again, line.ID)
	_, pdf, err := s.pay.OwnStatement(t.Context(), s.Mediateur, again)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Ce virement remplace celui du paiement CP-2026-001, revenu le 12 janvier 2027 : compte clos.", "5 chèques", "Valeur des chèques 5 50,00 €", "Net payé 37,60 €", "C26-001-000001")
	_, pdf, err = s.pay.OwnStatement(t.Context(), s.Mediateur, line.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Le paiement CP-2027-001 le remplace.")
	s.At(time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC))
	net := settlement.Sums{Cheques: 5, Gross: 5000, Adjust: -1000, Fees: 240, Net: 3760}
	for year, want := range map[int]settlement.Sums{2026: net, 2027: {}} {
		y, err := s.pay.OwnYear(t.Context(), s.Mediateur, year)
		if err != nil || y.Total != want || len(y.Transfers) != 1+year-2026 {
			t.Errorf("%d: %+v, %v", year, y, err)
		}
	}
	if years, err := s.pay.OwnYears(t.Context(), s.Mediateur); err != nil || len(years) != 2 || years[0] != 2027 {
		t.Errorf("%v, %v", years, err)
	}
	_, pdf, err = s.pay.OwnAttestation(t.Context(), s.Mediateur, 2026)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Attestation annuelle 2026", "R.1617-7", "30 jours après la fin du mois", "Net payé 37,60 €", "3 jours")
	_, pdf, err = s.pay.OwnRecap(t.Context(), s.Mediateur, 2027)
	if err != nil {
		t.Fatal(err)
	}
	wantWords(t, words(t, pdf), "Récapitulatif des paiements 2027", "CP-2026-001, revenu · 12/01/2027", "−37,60 €", "CP-2027-001 · 02/02/2027")
	if _, err := s.pay.OwnYear(t.Context(), s.Other, 2026); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another's year: %v", err)
	}
}
