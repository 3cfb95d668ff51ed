package order_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/print"
)

// deskOrder is an order that its commanditaire prints, made and ready.
func (w *world) deskOrder() uuid.UUID {
	w.T.Helper()
	ctx, id := w.T.Context(), w.until(order.ProofApproved)
	must(w.T, w.orders.ChoosePrinting(ctx, w.Commanditaire, id, order.PrintDesk))
	must(w.T, w.orders.StartMinting(ctx, w.Operator, id))
	w.drain()
	return id
}

func (w *world) colleague() identity.Actor {
	second := w.Commanditaire
	second.AccountID, second.Name = uuid.New(), "Luc Second"
	return second
}

func TestDeskPrinting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.deskOrder()
	if o := w.read(id); o.Who() != order.ByCommanditaire || !strings.Contains(o.Expected(), "imprimer") {
		t.Errorf("%s must %s", o.Who(), o.Expected())
	}
	wantKind(t, w.ship(id), fault.KindConflict)
	for name, r := range map[string]order.Sheets{
		"essai": {From: 1, To: 4}, "de": {From: 0, To: 4, Tested: true}, "a": {From: 5, To: 4, Tested: true},
	} {
		_, err := w.orders.PrintSheets(ctx, w.Commanditaire, id, r)
		if f, ok := fault.As(err); !ok || len(f.Fields) == 0 || f.Fields[0].Field != name {
			t.Errorf("%+v: got %v, want a refusal of %q", r, err, name)
		}
	}
	file, err := w.orders.PrintSheets(ctx, w.Commanditaire, id, order.Sheets{From: 1, To: 8, Tested: true})
	must(t, err)
	if !bytes.HasPrefix(file.Content, []byte("%PDF")) || !strings.HasPrefix(file.Name, "feuilles-") {
		t.Errorf("printed %q", file.Name)
	}
	_, err = w.orders.PrintSheets(ctx, w.Commanditaire, id, order.Sheets{From: 8, To: 12, Tested: true})
	wantKind(t, err, fault.KindInvalid)
	wantKind(t, w.orders.ShipOwn(ctx, w.Commanditaire, id, nil), fault.KindConflict)
	_, err = w.orders.PrintSheets(ctx, w.Commanditaire, id, order.Sheets{From: 9, To: 12, Tested: true})
	must(t, err)
	must(t, w.orders.ShipOwn(ctx, w.Commanditaire, id, nil))
	o := w.read(id)
	if o.State != order.Shipped || o.Deliveries[0].From != 1 || o.Deliveries[0].To != 12 || !strings.Contains(o.Steps[len(o.Steps)-1].Note, "sur place") {
		t.Errorf("shipped %+v", o.Deliveries)
	}
}

func TestOnlyOneFirstPrint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.deskOrder()
	won, lost := race(4, func() error {
		_, err := w.orders.PrintSheets(t.Context(), w.Commanditaire, id, order.Sheets{From: 1, To: 2, Tested: true})
		return err
	})
	if won != 1 {
		t.Errorf("%d people printed the same carnets", won)
	}
	for _, err := range lost {
		wantKind(t, err, fault.KindInvalid)
	}
}

func TestReprintNeedsTwoPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.deskOrder()
	_, err := w.orders.PrintSheets(ctx, w.Commanditaire, id, order.Sheets{From: 1, To: 12, Tested: true})
	must(t, err)
	again := order.Sheets{From: 2, To: 3}
	wantKind(t, w.orders.AskReprint(ctx, w.Commanditaire, id, again, " "), fault.KindInvalid)
	must(t, w.orders.AskReprint(ctx, w.Commanditaire, id, again, "bourrage"))
	list, err := w.orders.DeskPrints(ctx, w.Commanditaire, id)
	must(t, err)
	if len(list) != 2 || !list[0].Waiting() {
		t.Fatalf("listed %+v", list)
	}
	reprint := list[0].ID
	_, err = w.orders.Reprint(ctx, w.Commanditaire, id, reprint)
	wantKind(t, err, fault.KindConflict)
	wantKind(t, w.orders.AnswerReprint(ctx, w.Commanditaire, id, reprint, true), fault.KindForbidden)
	must(t, w.orders.AnswerReprint(ctx, w.colleague(), id, reprint, true))
	wantKind(t, w.orders.AnswerReprint(ctx, w.colleague(), id, reprint, false), fault.KindConflict)
	_, err = w.orders.Reprint(ctx, w.Commanditaire, id, reprint)
	must(t, err)
	_, err = w.orders.Reprint(ctx, w.Commanditaire, id, reprint)
	wantKind(t, err, fault.KindConflict)
	if _, err := w.Owner.Exec(ctx, `UPDATE desk_prints SET agreed_by = asked_by WHERE id = $1`, reprint); err == nil {
		t.Error("the database lets one person agree with itself")
	}
	_, err = w.orders.Reprint(ctx, w.Commanditaire, id, uuid.New())
	wantKind(t, err, fault.KindNotFound)
}

// TestOnlyTheApprovedIsPrinted changes what carnets would show after the proof
// was approved: nothing is printed until a new one is.
func TestOnlyTheApprovedIsPrinted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.deskOrder()
	must(t, w.orders.CheckApproved(ctx, id))
	w.Exec(`UPDATE orders SET message = 'Autre message', colour = '#123456' WHERE id = $1`, id)
	err := w.orders.CheckApproved(ctx, id)
	if f, ok := fault.As(err); !ok || f.Kind != fault.KindConflict || !strings.Contains(f.Sentence, "la couleur, le message ont changé") {
		t.Errorf("got %v", err)
	}
	all := order.Sheets{From: 1, To: 12, Tested: true}
	_, err = w.orders.PrintSheets(ctx, w.Commanditaire, id, all)
	wantKind(t, err, fault.KindConflict)
	if list, err := w.orders.DeskPrints(ctx, w.Commanditaire, id); err != nil || len(list) != 0 {
		t.Errorf("a refused print was counted: %v, %v", list, err)
	}
	wantKind(t, w.orders.ReopenProof(ctx, w.Operator, id, ""), fault.KindInvalid)
	must(t, w.orders.ReopenProof(ctx, w.Operator, id, "message changé"))
	wantKind(t, w.orders.CancelForOperator(ctx, w.Operator, id, "non"), fault.KindConflict)
	must(t, w.orders.ProposeProof(ctx, w.Operator, id, ""))
	must(t, w.approve(id))
	must(t, w.orders.StartMinting(ctx, w.Operator, id))
	w.drain()
	_, err = w.orders.PrintSheets(ctx, w.Commanditaire, id, all)
	must(t, err)
}

func TestDressing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.draft(w.spec())
	try, err := w.orders.TryLogo(ctx, w.Commanditaire, id, tinyPNG)
	must(t, err)
	same, err := w.orders.TryLogo(ctx, w.Commanditaire, id, tinyPNG)
	must(t, err)
	if same != try {
		t.Error("the same logo is kept twice")
	}
	_, err = w.orders.TryLogo(ctx, w.Commanditaire, id, []byte("<svg><script/></svg>"))
	wantKind(t, err, fault.KindInvalid)
	dress := order.Dressing{Message: "  Près de\nchez vous ", Colour: "#FFD500", LogoID: &try}
	picture, err := w.orders.Picture(ctx, w.Commanditaire, id, dress, 1, 400)
	must(t, err)
	if !bytes.HasPrefix(picture, []byte("\x89PNG")) {
		t.Error("the preview is no picture")
	}
	must(t, w.orders.DressOwn(ctx, w.Commanditaire, id, dress))
	o := w.read(id)
	if o.Message != "Près de chez vous" || print.Contrast(o.Colour) < 4.5 || o.LogoID == nil || *o.LogoID == try || len(o.Documents) != 1 {
		t.Errorf("kept %q, %s, %v, %d documents", o.Message, o.Colour, o.LogoID, len(o.Documents))
	}
	stranger := uuid.New()
	wantKind(t, w.orders.DressOwn(ctx, w.Commanditaire, id, order.Dressing{LogoID: &stranger}), fault.KindInvalid)
	wantKind(t, w.orders.DressOwn(ctx, w.Commanditaire, id, order.Dressing{Colour: "rouge"}), fault.KindInvalid)
	proposed := w.until(order.ProofProposed)
	wantKind(t, w.orders.DressOwn(ctx, w.Commanditaire, proposed, order.Dressing{}), fault.KindConflict)
	_, err = w.orders.Picture(ctx, w.Mediateur, id, dress, 1, 400)
	if !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("somebody else sees the preview: %v", err)
	}
}

func TestPapersAndKit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, id := t.Context(), w.until(order.Signed)
	for _, kind := range order.PaperKinds {
		file, err := w.orders.Paper(ctx, w.Commanditaire, id, kind)
		must(t, err)
		other, err := w.orders.PaperForOperator(ctx, w.Operator, id, kind)
		must(t, err)
		if !bytes.HasPrefix(file.Content, []byte("%PDF")) || other.Name != file.Name || kind.Label() == "" {
			t.Errorf("%s: %s", kind, file.Name)
		}
	}
	for _, piece := range order.KitPieces {
		_, err := w.orders.Kit(ctx, w.Commanditaire, id, piece)
		must(t, err)
	}
	_, err := w.orders.Kit(ctx, w.Commanditaire, id, "tasse")
	wantKind(t, err, fault.KindNotFound)
	_, err = w.orders.Paper(ctx, w.Commanditaire, w.draft(w.spec()), order.Slip)
	wantKind(t, err, fault.KindNotFound)
	_, err = w.orders.KitPicture(ctx, w.Commanditaire, id, print.PosterA4, 1, 300)
	wantKind(t, err, fault.KindNotFound)
}
