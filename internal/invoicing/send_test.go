package invoicing_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"passnum/internal/fault"
	"passnum/internal/invoicing"
)

func TestThePaperIsDrawnOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.issue(t, s.signed())
	one, err := s.PDF(t.Context(), s.Commanditaire, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.Travel(48 * time.Hour)
	two, err := s.PDFForOperator(t.Context(), s.Finance, d.ID)
	if err != nil || !bytes.Equal(one.Content, two.Content) {
		t.Fatalf("two papers: %v", err)
	}
	hash := sha256.Sum256(one.Content)
	if row := s.row(t, d.ID); row.PDFHash != hex.EncodeToString(hash[:]) {
		t.Errorf("hash %s", row.PDFHash)
	}
	file, err := s.XML(t.Context(), s.Commanditaire, d.ID)
	if err != nil || !strings.Contains(string(file.Content), d.Number) {
		t.Errorf("no message: %v", err)
	}
	if _, err := s.PDF(t.Context(), s.Other, d.ID); !errors.Is(err, invoicing.ErrNotFound) {
		t.Errorf("a stranger reads it: %v", err)
	}
}

func TestADepositIsTypedBack(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.issue(t, s.signed())
	ctx := t.Context()
	if err := s.Answer(ctx, s.Finance, d.ID, invoicing.Accepted, ""); !errors.Is(err, invoicing.ErrNotDeposited) {
		t.Errorf("answered before: %v", err)
	}
	if _, err := s.Send(ctx, s.Finance, d.ID, invoicing.ByChorus); !errors.Is(err, invoicing.ErrChannel) {
		t.Errorf("an API that is not there: %v", err)
	}
	if file, err := s.Send(ctx, s.Finance, d.ID, invoicing.ByDownload); err != nil || file.Name != d.Number+".pdf" {
		t.Fatalf("%s %v", file.Name, err)
	}
	if err := s.Deposit(ctx, s.Finance, d.ID, s.Today().AddDate(0, 0, 1), ""); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("tomorrow, without a number: %v", err)
	}
	if err := s.Deposit(ctx, s.Finance, d.ID, s.Today(), "CPP-123"); err != nil {
		t.Fatal(err)
	}
	if err := s.Answer(ctx, s.Finance, d.ID, invoicing.Rejected, " "); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("rejected without a reason: %v", err)
	}
	if err := s.Answer(ctx, s.Finance, d.ID, invoicing.Rejected, "Engagement inconnu"); err != nil {
		t.Fatal(err)
	}
	row := s.row(t, d.ID)
	if row.Sending != invoicing.Rejected || len(row.Events) != 3 || row.Events[0].ActorName == "" || row.Events[1].Reference != "CPP-123" {
		t.Errorf("%s %+v", row.Sending, row.Events)
	}
}

func TestLatePayersAreReminded(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.issue(t, s.signed())
	ctx := t.Context()
	if err := s.Remind(ctx, s.Finance, d.ID); !errors.Is(err, invoicing.ErrNotLate) {
		t.Errorf("not late yet: %v", err)
	}
	s.Travel(invoicing.Terms + 24*time.Hour)
	if err := s.Remind(ctx, s.Finance, d.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Remind(ctx, s.Finance, d.ID); !errors.Is(err, invoicing.ErrRemindedToday) {
		t.Errorf("twice in a day: %v", err)
	}
	letters := *s.letters
	if len(letters) != 2 || !strings.Contains(letters[1].Subject, "retard") {
		t.Errorf("letters %v", letters)
	}
	if row := s.row(t, d.ID); row.State != invoicing.Late || row.Events[0].Kind != invoicing.Reminded || row.Events[0].Note == "" {
		t.Errorf("%s %+v", row.State, row.Events)
	}
}

func TestListsAndExports(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	ctx := t.Context()
	order := s.signed()
	d := s.issue(t, order)
	if _, err := s.avoir(order, 1_000, order.ID); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		filter invoicing.Filter
		want   int
	}{
		"all":        {invoicing.Filter{}, 2},
		"to pay":     {invoicing.Filter{State: invoicing.ToPay}, 1},
		"avoirs":     {invoicing.Filter{State: invoicing.Given}, 1},
		"year":       {invoicing.Filter{Year: 2025}, 0},
		"buyer":      {invoicing.Filter{BuyerID: s.Region}, 0},
		"order":      {invoicing.Filter{OrderID: order.ID}, 2},
		"number":     {invoicing.Filter{Number: "F2026"}, 1},
		"structures": {invoicing.Filter{Side: invoicing.Structures}, 0},
		"after":      {invoicing.Filter{After: &invoicing.Key{On: d.IssuedOn, ID: d.ID}}, 0},
	} {
		page, _, err := s.List(ctx, s.Finance, c.filter)
		if err != nil || len(page) != c.want {
			t.Errorf("%s: %d documents, %v", name, len(page), err)
		}
	}
	sum, err := s.Summary(ctx, s.Finance, invoicing.Orders)
	if err != nil || sum.Issued != d.Total-1_000 || sum.Due != d.Total-1_000 || sum.DueCount != 1 {
		t.Errorf("%+v %v", sum, err)
	}
	var csv, archive bytes.Buffer
	if err := s.Sheet(ctx, s.Finance, invoicing.Filter{}, &csv); err != nil || strings.Count(csv.String(), "\n") != 3 {
		t.Errorf("%v\n%s", err, csv.String())
	}
	if err := s.Year(ctx, s.Finance, 2026, &archive); err != nil {
		t.Fatal(err)
	}
	files, err := zip.NewReader(bytes.NewReader(archive.Bytes()), int64(archive.Len()))
	if err != nil || len(files.File) != 3 || files.File[0].Name != "F2026-000001.pdf" {
		t.Errorf("%v %v", files, err)
	}
}
