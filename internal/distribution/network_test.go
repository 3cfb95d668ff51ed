package distribution_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/testworld"
)

var aMairie = distribution.PointForm{Name: "Accueil", ReferentName: "Claude Roy", Street: "1 place de l’Église", Commune: "Aubusson", CommuneCode: "23008", OpeningHours: "lun.–ven. 9 h–12 h"}

func TestPoints(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	point, err := n.AddPoint(t.Context(), n.Agent, aMairie)
	if err != nil {
		t.Fatal(err)
	}
	if point.PostalCode != "23200" || point.Latitude == nil || point.Ancestors[len(point.Ancestors)-1] != "C-23008" {
		t.Errorf("point is not placed: %+v", point)
	}
	if got := n.Count(`SELECT count(*) FROM points WHERE id = $1 AND $2 = ANY (reader_ids)`, point.ID, n.Departement); got != 1 {
		t.Error("the commanditaire of a signed convention does not see a new point")
	}
	_, err = n.AddPoint(t.Context(), n.Agent, distribution.PointForm{ReferentEmail: "x", Commune: "Nullepart"})
	f, _ := fault.As(err)
	if f == nil || len(f.Fields) != 5 {
		t.Errorf("every field error at once: %v", f)
	}
	changed := aMairie
	changed.Name = "Maison France services"
	if err := n.EditPoint(t.Context(), n.Agent, point.ID, changed); err != nil {
		t.Fatal(err)
	}
	if err := n.EditPoint(t.Context(), n.Other, point.ID, changed); !errors.Is(err, distribution.ErrPointNotFound) {
		t.Errorf("edited by a stranger: %v", err)
	}
	n.ActiveOrder(testworld.OrderOptions{})
	if err := n.ClosePoint(t.Context(), n.Agent, n.World.Point); !errors.Is(err, distribution.ErrPointBusy) {
		t.Errorf("closing a point with stock: %v", err)
	}
	if err := n.ClosePoint(t.Context(), n.Agent, point.ID); err != nil {
		t.Fatal(err)
	}
	current, open, err := n.Counter(t.Context(), n.Agent, point.ID)
	if err != nil || len(open) != 1 || current.ID != n.World.Point {
		t.Errorf("a closed point still serves: %v %v", current.Name, err)
	}
	if _, _, err := n.Counter(t.Context(), n.Other, uuid.Nil); !errors.Is(err, distribution.ErrNoPoint) {
		t.Errorf("no point: %v", err)
	}
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestConventionIsSignedByBoth(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	found, err := n.SearchAiguilleurs(t.Context(), n.Commanditaire, "ailleurs assoc")
	if err != nil || len(found) != 0 {
		t.Fatalf("words must follow: %v, %v", found, err)
	}
	found, err = n.SearchAiguilleurs(t.Context(), n.Commanditaire, "ASSOCIÀTION")
	if err != nil || len(found) != 1 {
		t.Fatalf("search: %v, %v", found, err)
	}
	if found, err = n.SearchAiguilleurs(t.Context(), n.Commanditaire, "775 672 272"); err != nil || len(found) != 1 || found[0].ID != n.Stranger {
		t.Fatalf("search by SIRET: %v, %v", found, err)
	}
	proposal := distribution.Proposal{AiguilleurID: n.Stranger, StartsOn: day("2026-12-01"), EndsOn: day("2028-11-30")}
	c, err := n.Propose(t.Context(), n.Commanditaire, proposal)
	if err != nil || c.Number != "CM-2026-001" {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := n.Propose(t.Context(), n.Commanditaire, proposal); !errors.Is(err, distribution.ErrConventionExists) {
		t.Errorf("a second live convention: %v", err)
	}
	point := n.PointOf(n.Stranger, "Chez Ailleurs")
	visible := func() int64 {
		return n.Count(`SELECT count(*) FROM points WHERE id = $1 AND $2 = ANY (reader_ids)`, point, n.Departement)
	}
	signing := distribution.Signing{Name: "Dominique Aubert", Title: "présidente", Agree: true}
	_, err = n.Sign(t.Context(), n.Commanditaire, c.ID, distribution.Signing{})
	if f, _ := fault.As(err); f == nil || len(f.Fields) != 3 {
		t.Errorf("an empty signature: %v", err)
	}
	if _, err = n.Sign(t.Context(), n.Commanditaire, c.ID, signing); err != nil {
		t.Fatal(err)
	}
	if visible() != 0 {
		t.Error("points are read before the aiguilleur agreed")
	}
	if _, err = n.Sign(t.Context(), n.Commanditaire, c.ID, signing); !errors.Is(err, distribution.ErrAlreadySigned) {
		t.Errorf("signed twice: %v", err)
	}
	if _, err = n.Sign(t.Context(), n.Agent, c.ID, signing); !errors.Is(err, distribution.ErrConventionNotFound) {
		t.Errorf("signed by a stranger: %v", err)
	}
	if c, err = n.Sign(t.Context(), n.Other, c.ID, signing); err != nil || !c.Signed() {
		t.Fatalf("signed by both: %v", err)
	}
	if visible() != 1 {
		t.Error("points stay hidden after signature")
	}
	n.keptOnce(t, c)
	n.tell()
	if len(n.mails) != 3 || !strings.Contains(n.mails[2].To, "22230962700016") || !strings.Contains(n.mails[2].Subject, "est signée") {
		t.Errorf("mails: %+v", n.mails)
	}
	if err := n.End(t.Context(), n.Other, c.ID); err == nil && n.Count(`SELECT count(*) FROM conventions WHERE ended_at IS NOT NULL`) > 0 {
		t.Error("ended by the aiguilleur")
	}
	if err := n.End(t.Context(), n.Commanditaire, c.ID); err != nil {
		t.Fatal(err)
	}
	if visible() != 0 {
		t.Error("points stay read after the end")
	}
}

// keptOnce checks that the signed convention is one file for both sides.
func (n *network) keptOnce(t *testing.T, c distribution.Convention) {
	t.Helper()
	theirs, err := n.ConventionPDF(t.Context(), n.Commanditaire, c.ID)
	if err != nil || !strings.HasPrefix(string(theirs.Content), "%PDF") {
		t.Fatalf("PDF: %v", err)
	}
	ours, err := n.ConventionPDF(t.Context(), n.Other, c.ID)
	if err != nil || string(ours.Content) != string(theirs.Content) {
		t.Errorf("the two sides read different files, %v", err)
	}
	if got := n.Count(`SELECT count(*) FROM documents WHERE kind = 'convention'`); got != 1 {
		t.Errorf("%d files kept", got)
	}
	if _, err := n.ConventionPDF(t.Context(), n.Agent, c.ID); !errors.Is(err, distribution.ErrConventionNotFound) {
		t.Errorf("a stranger reads it: %v", err)
	}
}

func TestNetworkIsTheCommanditaires(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	order := n.ActiveOrder(testworld.OrderOptions{Carnets: 10})
	for number := 1; number <= 9; number++ {
		n.give(order.Serial(number))
	}
	stocks, err := n.Network(t.Context(), n.Commanditaire)
	if err != nil || len(stocks) != 1 || stocks[0].HandedOver() != 9 || !stocks[0].Low() || stocks[0].Point.AiguilleurName != "Mairie de Guéret" {
		t.Errorf("%+v, %v", stocks, err)
	}
	if stocks, err = n.Network(t.Context(), n.Other); err != nil || len(stocks) != 0 {
		t.Errorf("a stranger sees %d points, %v", len(stocks), err)
	}
	if _, err := n.Network(t.Context(), n.Agent); !errors.Is(err, identity.ErrForbidden) {
		t.Errorf("an aiguilleur sees the network: %v", err)
	}
}

func TestLetterNamesTheNearestPlaces(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	far := n.ActiveOrder(testworld.OrderOptions{})
	near := n.ActiveOrder(testworld.OrderOptions{PerimeterCodes: []string{"D-23"}, Entries: []int16{44, 48}})
	agreed := n.ActiveOrder(testworld.OrderOptions{OnlyAgreed: true})
	uncovered := n.ActiveOrder(testworld.OrderOptions{Entries: []int16{129}})
	for name, c := range map[string]struct {
		order testworld.Order
		want  int
	}{"everywhere": {far, 2}, "in the département": {near, 1}, "agreed structures only": {agreed, 0}, "other services": {uncovered, 0}} {
		card, err := n.Look(t.Context(), n.Agent, n.World.Point, c.order.Serial(1))
		if err != nil || !card.Ready() {
			t.Fatalf("%s: %+v, %v", name, card, err)
		}
		if places, err := n.Preview(t.Context(), n.Agent, card); err != nil || len(places) != c.want {
			t.Errorf("%s: %d places, %v", name, len(places), err)
		}
	}
	letter, err := n.Letter(t.Context(), n.Agent, n.give(near.Serial(1)).ID)
	if err != nil || len(letter.Places) != 1 || letter.Places[0].Name != "Médiathèque de Guéret" || letter.Places[0].Distance == "" {
		t.Fatalf("%+v, %v", letter.Places, err)
	}
	if len(letter.Places[0].Services) == 0 || letter.UsableUntil.Format(time.DateOnly) != "2026-12-31" {
		t.Errorf("letter: %+v", letter)
	}
	pdf, err := n.LetterPDF(t.Context(), n.Agent, letter.HandOver.ID, false)
	if err != nil || !strings.HasPrefix(string(pdf.Content), "%PDF") {
		t.Errorf("PDF: %v", err)
	}
	if _, err := n.Undo(t.Context(), n.Agent, n.World.Point, letter.HandOver.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Letter(t.Context(), n.Agent, letter.HandOver.ID); !errors.Is(err, distribution.ErrUndone) {
		t.Errorf("letter of an undone hand-over: %v", err)
	}
}
