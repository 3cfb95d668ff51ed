package order_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/ledger"
	"passnum/internal/order"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

func TestJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.Active)
	o := w.read(id)
	if o.Number != "2026-001" || o.Signatory != "Marie Aubert" || o.Minted != 12 || o.Active != euros(600) || len(o.ProofHash) != 32 {
		t.Errorf("order %+v", o)
	}
	if len(o.Steps) != 11 {
		t.Errorf("%d steps, want one per state", len(o.Steps))
	}
	if d := o.Deliveries[0]; d.From != 1 || d.To != 12 || d.ShippedAt == nil || d.Tracking != "6A12345678" {
		t.Errorf("delivery %+v", d)
	}
	signed, ok := o.Latest(order.DocumentQuote)
	if !ok || signed.Name != "devis-2026-001-signe.pdf" {
		t.Errorf("signed quote: %+v", signed)
	}
	counts := map[string]int64{
		`SELECT count(*) FROM carnets WHERE state = 'emis' AND point_id IS NOT NULL`:                                    12,
		`SELECT count(*) FROM cheques WHERE state = 'inactif'`:                                                          60,
		`SELECT count(DISTINCT code_hash) FROM cheque_codes`:                                                            60,
		`SELECT count(*) FROM custody_moves WHERE kind IN ('fabrication', 'expedition')`:                                2,
		`SELECT count(*) FROM mail_outbox WHERE recipient = 'referent@exemple.test'`:                                    1,
		`SELECT count(*) FROM mail_outbox WHERE recipient = 'commanditaire@exemple.test' AND subject LIKE 'Vos chèqu%'`: 1,
		`SELECT value FROM counters WHERE series = 'commande' AND year = 2026`:                                          1,
	}
	for sql, want := range counts {
		if got := w.Count(sql); got != want {
			t.Errorf("%d, want %d: %s", got, want, sql)
		}
	}
	if b := w.balances(id); b.Bank != o.Quote().Total || b.Circulation != euros(600) || b.Funds != 0 || b.Fees != 2400 || b.VAT != 480 {
		t.Errorf("ledger %+v", b)
	}
	w.printsCodes(t, id)
}

func (w *world) balances(id uuid.UUID) (b ledger.Balances) {
	w.T.Helper()
	must(w.T, w.DB.InPlatform(w.T.Context(), postgres.System{}, "", func(tx *postgres.Tx) (err error) {
		b, err = ledger.OfOrder(w.T.Context(), tx, w.Departement, id)
		return err
	}))
	return b
}

// printsCodes prepares the order for the press: every carnet, with its codes.
func (w *world) printsCodes(t *testing.T, id uuid.UUID) {
	press, err := w.orders.Press(t.Context(), id)
	must(t, err)
	var pdf bytes.Buffer
	must(t, print.WriteCarnets(&pdf, press.Facts, press.Supply(t.Context(), 1, press.Carnets)))
	proof, err := press.Proof(t.Context())
	must(t, err)
	if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF")) || !bytes.HasPrefix(proof, []byte("%PDF")) {
		t.Error("the print run is not a PDF")
	}
	if last := press.Parcels()[len(press.Deliveries)-1]; last.To != press.Carnets || press.Deliveries[0].From != 1 {
		t.Errorf("parcels end at %d", last.To)
	}
	_, err = w.orders.Press(t.Context(), uuid.New())
	wantErr(t, err, order.ErrNotFound)
	_, err = w.orders.Press(t.Context(), w.draft(w.spec()))
	wantErr(t, err, order.ErrNotMade)
}

func TestDraftIsSavedIncompleteThenRefusedAtTheQuote(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spec := order.Blank(w.Now())
	id := w.draft(spec)
	err := w.orders.RequestQuote(t.Context(), w.Commanditaire, id)
	if got := fields(err); got != "titre livraisons" {
		t.Errorf("told %q", got)
	}
	must(t, w.orders.Save(t.Context(), w.Commanditaire, id, w.spec()))
	must(t, w.orders.RequestQuote(t.Context(), w.Commanditaire, id))
	wantKind(t, w.orders.Save(t.Context(), w.Commanditaire, id, spec), fault.KindConflict)
	must(t, w.orders.Reopen(t.Context(), w.Commanditaire, id))
	must(t, w.orders.Save(t.Context(), w.Commanditaire, id, w.spec()))
	must(t, w.orders.RequestQuote(t.Context(), w.Commanditaire, id))
	if n := w.read(id).Number; n != "2026-001" {
		t.Errorf("the number changed: %s", n)
	}
}

func TestEverythingAskedForIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spec := w.spec()
	spec.Validity = order.Validity{Kind: order.FromHandOver, Until: spec.Validity.Until, Months: 6}
	spec.Cofunders = []order.Cofunder{{OrganisationID: w.Region, Share: euros(200)}}
	spec.Services = []order.ServiceLine{{Kind: order.Training, Description: "Deux journées", Amount: euros(900)}}
	spec.Message, spec.Colour, spec.Structures = "Près  de chez vous", "#0B5A56", order.StructuresAgreed
	id := w.draft(spec)
	must(t, w.orders.AddLogo(t.Context(), w.Commanditaire, id, "logo.png", tinyPNG))
	wantKind(t, w.orders.AddLogo(t.Context(), w.Commanditaire, id, "logo.png", []byte("<svg/>")), fault.KindInvalid)
	o := w.read(id)
	if o.Validity.Months != 6 || len(o.Cofunders) != 1 || o.Cofunders[0].Name != "Région Nouvelle-Aquitaine" || o.OwnShare() != euros(400) ||
		o.Services[0].Amount != euros(900) || o.Message != "Près de chez vous" || o.LogoID == nil || o.Quote().VAT != 18480 {
		t.Errorf("kept %+v", o.Specification)
	}
	if n := w.Count(`SELECT count(*) FROM orders WHERE entries IS NULL AND perimeter_codes = '{FR}' AND funder_ids = ARRAY[$1::uuid]`, w.Region); n != 1 {
		t.Error("the columns that redeeming reads are not in step")
	}
}

func TestNoStockBeforeSignature(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	loose := w.PointOf(w.Stranger, "Sans convention", w.Departement)
	spec := w.spec()
	spec.Deliveries = []order.Delivery{{PointID: loose, Carnets: 12}}
	_, err := w.orders.Create(t.Context(), w.Commanditaire, spec)
	wantKind(t, err, fault.KindInvalid)
	id := w.draft(w.spec())
	w.Exec(`UPDATE conventions SET aiguilleur_signed_at = NULL, aiguilleur_signatory = ''`)
	wantKind(t, w.orders.RequestQuote(t.Context(), w.Commanditaire, id), fault.KindInvalid)
}

func TestStrangersAndCofunders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	spec := w.spec()
	spec.Cofunders = []order.Cofunder{{OrganisationID: w.Region, Share: euros(200)}}
	id := w.draft(spec)
	_, err := w.orders.Order(t.Context(), w.Cofunder, id)
	wantErr(t, err, order.ErrNotFound) // a draft is nobody else's business
	must(t, w.orders.RequestQuote(t.Context(), w.Commanditaire, id))
	_, err = w.orders.Order(t.Context(), w.Cofunder, id)
	must(t, err)
	page, err := w.orders.Funded(t.Context(), w.Cofunder, order.Filter{})
	must(t, err)
	if len(page.Orders) != 1 || page.Orders[0].Share != euros(200) {
		t.Errorf("funded: %+v", page.Orders)
	}
	_, err = w.orders.Order(t.Context(), w.Other, id)
	wantErr(t, err, order.ErrNotFound)
	wantErr(t, w.orders.Sign(t.Context(), w.Other, id, signature), order.ErrNotFound)
	wantErr(t, w.orders.Cancel(t.Context(), w.Other, id, "pour voir"), order.ErrNotFound)
	reader := w.Member(w.Departement, "lecteur@exemple.test", identity.RoleLecteur, w.Commanditaire.Capacities)
	wantErr(t, w.orders.Sign(t.Context(), reader, id, signature), identity.ErrForbidden)
	wantErr(t, w.orders.AttestFunds(t.Context(), w.Commanditaire, id, order.Funding{}), identity.ErrForbidden)
}

func TestSignatureAsksWhatAccountingNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec(`UPDATE organisation_settings SET chorus_engagement_required = true, chorus_service_required = true WHERE organisation_id = $1`, w.Departement)
	id := w.until(order.Quoted)
	err := w.orders.Sign(t.Context(), w.Commanditaire, id, order.Signature{})
	if got := fields(err); got != "nom qualite engagement code_service accord" {
		t.Errorf("told %q", got)
	}
	full := signature
	full.EngagementNumber, full.ServiceCode = "ENG-1", "SVC-1"
	must(t, w.orders.Sign(t.Context(), w.Commanditaire, id, full))
	if o := w.read(id); o.EngagementNumber != "ENG-1" || o.ServiceCode != "SVC-1" {
		t.Errorf("kept %q, %q", o.EngagementNumber, o.ServiceCode)
	}
}

func TestQuoteMustBePrintedAndCurrent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft(w.spec())
	must(t, w.orders.RequestQuote(t.Context(), w.Commanditaire, id))
	wantErr(t, w.orders.Sign(t.Context(), w.Commanditaire, id, signature), order.ErrQuotePrinting)
	w.drain()
	w.Travel(time.Second)
	must(t, w.orders.SetPricing(t.Context(), w.Operator, id, order.Agreement{Pricing: order.Pricing{Fee: 300, FeeTax: order.StandardTax}}))
	wantErr(t, w.orders.Sign(t.Context(), w.Commanditaire, id, signature), order.ErrQuotePrinting)
	w.drain()
	must(t, w.orders.Sign(t.Context(), w.Commanditaire, id, signature))
	wantKind(t, w.orders.SetPricing(t.Context(), w.Operator, id, order.Agreement{Pricing: order.Pricing{Fee: 400, FeeTax: order.StandardTax}}), fault.KindConflict)
}

func TestProofGoesBackAndForth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.until(order.ProofProposed)
	wantErr(t, w.orders.ApproveProof(t.Context(), w.Commanditaire, id, "00"), order.ErrOtherProof)
	wantKind(t, w.orders.RefuseProof(t.Context(), w.Commanditaire, id, " "), fault.KindInvalid)
	must(t, w.orders.RefuseProof(t.Context(), w.Commanditaire, id, "Le logo est trop petit."))
	first, _ := w.read(id).Latest(order.DocumentProof)
	w.Travel(time.Second)
	must(t, w.orders.Dress(t.Context(), w.Operator, id, "Un autre message", "#073D3B"))
	must(t, w.orders.ProposeProof(t.Context(), w.Operator, id, "Logo agrandi"))
	wantErr(t, w.orders.ApproveProof(t.Context(), w.Commanditaire, id, hexOf(first.Hash)), order.ErrOtherProof)
	must(t, w.approve(id))
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	quoted := w.until(order.Quoted)
	wantKind(t, w.orders.Cancel(t.Context(), w.Commanditaire, quoted, ""), fault.KindInvalid)
	must(t, w.orders.Cancel(t.Context(), w.Commanditaire, quoted, "Budget refusé"))
	signed := w.until(order.Signed)
	wantKind(t, w.orders.Cancel(t.Context(), w.Commanditaire, signed, "Trop tard"), fault.KindConflict)
	must(t, w.orders.AttestFunds(t.Context(), w.Finance, signed, w.allFunds(signed)))
	wantKind(t, w.orders.CancelForOperator(t.Context(), w.Operator, signed, "Erreur"), fault.KindConflict)
}

func TestNumbersHaveNoHoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := []uuid.UUID{w.draft(w.spec()), w.draft(w.spec()), w.draft(w.spec())}
	w.Exec(`UPDATE orders SET title = '' WHERE id = $1`, ids[1])
	for i, id := range ids {
		if err := w.orders.RequestQuote(t.Context(), w.Commanditaire, id); (err == nil) == (i == 1) {
			t.Errorf("order %d: %v", i, err)
		}
	}
	if n := w.read(ids[2]).Number; n != "2026-002" {
		t.Errorf("third order is %s", n)
	}
}

func TestListPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 5 {
		w.draft(w.spec())
	}
	seen, f := 0, order.Filter{Limit: 2}
	for {
		page, err := w.orders.List(t.Context(), w.Commanditaire, f)
		must(t, err)
		seen += len(page.Orders)
		if f.After = page.Next; f.After == uuid.Nil {
			break
		}
	}
	none, err := w.orders.List(t.Context(), w.Commanditaire, order.Filter{States: []order.State{order.Active}})
	must(t, err)
	found, err := w.orders.List(t.Context(), w.Commanditaire, order.Filter{Query: "SENIORS"})
	must(t, err)
	other, err := w.orders.List(t.Context(), w.Other, order.Filter{})
	must(t, err)
	if seen != 5 || len(none.Orders) != 0 || len(found.Orders) != 5 || len(other.Orders) != 0 {
		t.Errorf("seen %d, none %d, found %d, other %d", seen, len(none.Orders), len(found.Orders), len(other.Orders))
	}
}
