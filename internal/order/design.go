package order

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/postgres"
	"passnum/internal/print"
)

// Design is everything that a proof shows and that every carnet of the order
// repeats. Two equal designs print the same carnets, numbers and codes apart.
type Design struct {
	Layout        int
	Commanditaire string
	Message       string
	Colour        string
	Logo          string // fingerprint of the picture
	FaceCents     int64
	Cheques       int
	Until         string
	Months        int
	Years         string
	Services      string
	Issuer        string
	Places        string
	Host          string
}

// Hash is the design's fingerprint.
func (d Design) Hash() []byte {
	// A struct of texts and numbers always has its JSON.
	text, _ := json.Marshal(d)
	sum := sha256.Sum256(text)
	return sum[:]
}

// Changes names in French what differs between two designs.
func (d Design) Changes(other Design) []string {
	var list []string
	for _, part := range []struct {
		same bool
		name string
	}{
		{d.Commanditaire == other.Commanditaire, "le nom du commanditaire"},
		{d.Logo == other.Logo, "le logo"},
		{d.Colour == other.Colour, "la couleur"},
		{d.Message == other.Message, "le message"},
		{d.FaceCents == other.FaceCents, "la valeur des chèques"},
		{d.Cheques == other.Cheques, "le nombre de chèques par carnet"},
		{d.Until == other.Until && d.Months == other.Months && d.Years == other.Years, "la validité"},
		{d.Services == other.Services, "les services payés"},
		{d.Issuer == other.Issuer, "les mentions de l’opérateur"},
		{d.Places == other.Places, "l’adresse ou le téléphone des lieux"},
		{d.Host == other.Host, "l’adresse portée par les codes"},
		{d.Layout == other.Layout, "la mise en page"},
	} {
		if !part.same {
			list = append(list, part.name)
		}
	}
	return list
}

// design is what the order's carnets would show if they were printed now.
func (s *Service) design(o Order, facts print.CarnetRun) Design {
	d := Design{
		Layout: print.LayoutVersion, Commanditaire: facts.Commanditaire, Message: facts.Message, Colour: facts.Colour,
		FaceCents: int64(facts.FaceValue), Cheques: o.ChequesPerCarnet, Until: facts.Validity.Until.Format("2006-01-02"),
		Months: facts.Validity.MonthsFromHandOver, Years: facts.Validity.Years(), Services: facts.Services,
		Issuer: strings.Join([]string{facts.Issuer.Name, facts.Issuer.SIRET, facts.Issuer.Address}, "\n"),
		Places: facts.PlacesURL + "\n" + facts.PlacesPhone, Host: s.CodeHost,
	}
	if len(facts.Logo) > 0 {
		sum := sha256.Sum256(facts.Logo)
		d.Logo = hex.EncodeToString(sum[:])
	}
	return d
}

// CheckApproved refuses, with a conflict that says what changed, to print
// carnets unlike the proof that the commanditaire approved. It must be asked
// before any code of the order is printed.
func (s *Service) CheckApproved(ctx context.Context, id uuid.UUID) error {
	var o Order
	err := s.asSystem(ctx, id, func(_ *postgres.Tx, found *Order) error { o = *found; return nil })
	if err == nil {
		_, err = s.approvedFacts(ctx, o)
	}
	if err != nil {
		return fmt.Errorf("check approved proof: %w", err)
	}
	return nil
}

// approvedFacts is printFacts that refuses what was not approved. Orders
// approved before designs were kept have none to compare with.
func (s *Service) approvedFacts(ctx context.Context, o Order) (print.CarnetRun, error) {
	facts, err := s.printFacts(ctx, o)
	if err != nil || o.DesignHash == nil {
		return facts, err
	}
	now := s.design(o, facts)
	if subtle.ConstantTimeCompare(now.Hash(), o.DesignHash) == 1 {
		return facts, nil
	}
	changes := []string{"la mise en page"}
	if o.ProofDesign != nil {
		if list := o.ProofDesign.Changes(now); len(list) > 0 {
			changes = list
		}
	}
	return facts, notAsApproved(changes)
}

// notAsApproved is the refusal to print; it names what changed.
func notAsApproved(changes []string) error {
	return fault.New(fault.KindConflict, "Ces carnets ne seraient plus ceux du bon à tirer validé\u00a0: "+strings.Join(changes, ", ")+
		pluralChanged(len(changes))+" depuis. Rien n’a été imprimé. Proposez un nouveau bon à tirer, puis imprimez quand il est validé.")
}

func pluralChanged(n int) string {
	if n > 1 {
		return " ont changé"
	}
	return " a changé"
}

// errDressedSince refuses to approve a proof that no longer shows the order.
var errDressedSince = fault.New(fault.KindConflict, "L’habillage a changé depuis ce bon à tirer. Demandez une correction\u00a0: l’opérateur en proposera un nouveau.")

// keepApproved writes the fingerprint of the design on the proof that is being
// approved, unless the order has changed since the proof was made.
func (s *Service) keepApproved(ctx context.Context, tx *postgres.Tx, o *Order) error {
	if o.ProofDesign == nil {
		return errors.New("the proof has no design")
	}
	facts, err := s.printFactsIn(ctx, tx, *o)
	if err != nil {
		return err
	}
	now := s.design(*o, facts)
	if len(o.ProofDesign.Changes(now)) > 0 {
		return errDressedSince
	}
	args := key(o)
	args["hash"] = now.Hash()
	return postgres.Must(ctx, tx, `UPDATE orders SET design_hash = @hash WHERE commanditaire_id = @commanditaire AND id = @order`, args)
}
