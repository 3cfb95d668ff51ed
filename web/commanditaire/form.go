package commanditaire

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
	"passnum/web/httpx"
	"passnum/web/ui/format"
)

// orderForm is the form as typed, so that a refusal loses nothing.
type orderForm struct {
	Title, Preset, PerCarnet, Face, Carnets string
	Validity, Months, Until                 string
	Perimeter                               string
	Regions, Departements                   []string
	EPCI, Communes                          string
	Coverage                                string
	Levels, Categories, Entries             []string
	Structures, PublicCible                 string
	LateDays, LateCap                       string
	Own, Documents                          string
	Unannounced                             bool
	Cofunders                               []cofunderRow
	Programmes                              []string // what programmes bring, which the form does not change
	Services                                map[order.ServiceKind]serviceRow
	Deliveries                              map[uuid.UUID]string
	Message, Colour, Notes                  string
	HasLogo                                 bool
	PrintMode                               string
}

// cofunderRow is a co-funder as typed: its share in euros, or with a per cent
// sign.
type cofunderRow struct {
	Name, ID, Share string
	Direct          bool
}

type serviceRow struct{ Description, Amount string }

// blankRows are offered after the co-funders already there.
const blankRows = 2

// presets are the formats most often ordered.
var presets = []struct {
	value, label string
	size         int
	face         money.Cents
}{
	{"5x10", "5 chèques de 10\u00a0€", 5, 1000},
	{"10x10", "10 chèques de 10\u00a0€", 10, 1000},
}

const otherFormat = "autre"

func formOf(s order.Specification) orderForm {
	f := orderForm{
		Title: s.Title, Preset: otherFormat, PerCarnet: strconv.Itoa(s.ChequesPerCarnet), Face: typedAmount(s.FaceValue), Carnets: strconv.Itoa(s.Carnets),
		Validity: s.Validity.Kind, Until: format.Typed(s.Validity.Until), Perimeter: string(s.Perimeter.Kind()), Coverage: string(s.Coverage.Kind()),
		Structures: s.Structures, PublicCible: s.PublicCible, Message: s.Message, Colour: s.Colour, Notes: s.Notes, HasLogo: s.LogoID != nil, PrintMode: cmp.Or(s.PrintMode, order.PrintShop),
		Services: map[order.ServiceKind]serviceRow{}, Deliveries: map[uuid.UUID]string{},
		LateDays: strconv.Itoa(s.Trust().Days), LateCap: strconv.Itoa(s.Trust().Cap),
		Own: cmp.Or(string(s.HandOvers.Own), string(order.OwnAccepted)), Documents: s.HandOvers.Documents, Unannounced: s.HandOvers.Unannounced,
	}
	for _, p := range presets {
		if p.size == s.ChequesPerCarnet && p.face == s.FaceValue {
			f.Preset = p.value
		}
	}
	if s.Validity.Months > 0 {
		f.Months = strconv.Itoa(s.Validity.Months)
	}
	f.setPerimeter(s.Perimeter)
	f.setCoverage(s.Coverage)
	for _, c := range s.Cofunders {
		row := cofunderRow{c.Name, c.OrganisationID.String(), typedAmount(c.Share), c.Direct}
		if c.Rate > 0 {
			row.Share = c.Rate.String()
		}
		if c.ProgrammeID == nil {
			f.Cofunders = append(f.Cofunders, row)
			continue
		}
		f.Programmes = append(f.Programmes, c.Name+", au titre de «\u00a0"+c.Programme+"\u00a0»\u00a0: "+c.Share.String())
	}
	for _, line := range s.Services {
		f.Services[line.Kind] = serviceRow{line.Description, typedAmount(line.Amount)}
	}
	for _, d := range s.Deliveries {
		f.Deliveries[d.PointID] = strconv.Itoa(d.Carnets)
	}
	return f
}

func (f *orderForm) setPerimeter(p territory.Perimeter) {
	switch p.Kind() {
	case territory.PerimeterRegions:
		f.Regions = p.Codes()
	case territory.PerimeterDepartements:
		f.Departements = p.Codes()
	case territory.PerimeterEPCI:
		f.EPCI = strings.Join(epciLines(p.Codes()), "\n")
	case territory.PerimeterCommunes:
		f.Communes = strings.Join(communeLines(p.Codes()), "\n")
	}
}

func (f *orderForm) setCoverage(c referentiel.Coverage) {
	switch c.Kind() {
	case referentiel.CoverageLevels:
		for _, l := range c.Levels() {
			f.Levels = append(f.Levels, strconv.Itoa(l))
		}
	case referentiel.CoverageCategories:
		f.Categories = c.Categories()
	case referentiel.CoverageList:
		for _, n := range c.Entries() {
			f.Entries = append(f.Entries, strconv.Itoa(n))
		}
	}
}

func readForm(v httpx.Values, points []order.Point) orderForm {
	f := orderForm{
		Title: v.Get("titre"), Preset: v.Get("format"), PerCarnet: v.Get("cheques_par_carnet"), Face: v.Get("valeur"), Carnets: v.Get("carnets"),
		Validity: v.Get("validite"), Months: v.Get("mois"), Until: v.Get("valable_jusquau"), Perimeter: v.Get("perimetre"),
		Regions: v.All("regions"), Departements: v.All("departements"), EPCI: v.Get("epci"), Communes: v.Get("communes"),
		Coverage: v.Get("couverture"), Levels: v.All("niveaux"), Categories: v.All("categories"), Entries: v.All("services"),
		Structures: v.Get("structures"), PublicCible: v.Get("public"), Message: v.Get("message"), Colour: v.Get("couleur"), Notes: v.Get("notes"),
		Services: map[order.ServiceKind]serviceRow{}, Deliveries: map[uuid.UUID]string{}, HasLogo: v.Bool("logo_present"),
		PrintMode: cmp.Or(v.Get("impression"), order.PrintShop),
		LateDays:  v.Get("tardif_jours"), LateCap: v.Get("tardif_plafond"),
		Own: cmp.Or(v.Get("remise_propre"), string(order.OwnAccepted)), Documents: v.Get("documents"), Unannounced: v.Bool("discrete"),
	}
	for i := range order.MostCofunders + blankRows {
		row := cofunderRow{v.Get(fmt.Sprintf("cofinanceur_%d", i)), v.Get(fmt.Sprintf("cofinanceur_%d_id", i)), v.Get(fmt.Sprintf("part_%d", i)), v.Bool(fmt.Sprintf("direct_%d", i))}
		if row.Name != "" || row.Share != "" {
			f.Cofunders = append(f.Cofunders, row)
		}
	}
	for _, kind := range order.ServiceKinds {
		row := serviceRow{v.Get("service_" + string(kind) + "_texte"), v.Get("service_" + string(kind))}
		if row.Amount != "" {
			f.Services[kind] = row
		}
	}
	for _, p := range points {
		if n := v.Get("livraison_" + p.ID.String()); n != "" && n != "0" {
			f.Deliveries[p.ID] = n
		}
	}
	return f
}

// partnerLookup finds an organisation by what was typed.
type partnerLookup func(query string) ([]order.Partner, error)

// specification reads the form. Field refusals are collected in c: what cannot
// be read at all (a commune that does not exist) is told with what the domain
// refuses.
func (f *orderForm) specification(c *fault.Collector, find partnerLookup) (order.Specification, error) {
	s := order.Specification{
		Title: f.Title, Carnets: typedInt(f.Carnets), ChequesPerCarnet: typedInt(f.PerCarnet), FaceValue: typedCents(f.Face),
		Validity: order.Validity{Kind: f.Validity}, Structures: f.Structures, PublicCible: f.PublicCible,
		Message: f.Message, Colour: f.Colour, Notes: f.Notes, Late: lateTrust(f.LateDays, f.LateCap),
		HandOvers: order.HandOverRules{Own: order.OwnHandovers(f.Own), Documents: f.Documents, Unannounced: f.Unannounced},
	}
	for _, p := range presets {
		if p.value == f.Preset {
			s.ChequesPerCarnet, s.FaceValue = p.size, p.face
		}
	}
	s.Validity.Until, _ = format.ParseDay(f.Until)
	if f.Validity == order.FromHandOver {
		s.Validity.Months = typedInt(f.Months)
	}
	s.Perimeter = f.perimeter(c)
	s.Coverage = f.coverage(c)
	for _, kind := range order.ServiceKinds {
		if row, ok := f.Services[kind]; ok {
			s.Services = append(s.Services, order.ServiceLine{Kind: kind, Description: row.Description, Amount: typedCents(row.Amount)})
		}
	}
	for point, n := range f.Deliveries {
		s.Deliveries = append(s.Deliveries, order.Delivery{PointID: point, Carnets: typedInt(n)})
	}
	slices.SortFunc(s.Deliveries, func(a, b order.Delivery) int { return slices.Compare(a.PointID[:], b.PointID[:]) })
	var err error
	s.Cofunders, err = f.cofunders(c, find)
	return s, err
}

func (f *orderForm) cofunders(c *fault.Collector, find partnerLookup) ([]order.Cofunder, error) {
	var list []order.Cofunder
	for i := range f.Cofunders {
		row := &f.Cofunders[i]
		found, err := find(row.Name)
		if err != nil {
			return nil, err
		}
		chosen := choose(found, row)
		if chosen == nil {
			c.Add(fmt.Sprintf("cofinanceur_%d", i), "Choisissez une organisation de la liste, ou tapez son SIRET. Elle doit d’abord être inscrite sur Passnum.")
			continue
		}
		row.Name, row.ID = chosen.Name, chosen.ID.String()
		share, rate := typedShare(row.Share)
		list = append(list, order.Cofunder{OrganisationID: chosen.ID, Name: chosen.Name, Share: share, Rate: rate, Direct: row.Direct})
	}
	return list, nil
}

// choose prefers what was picked in the list, then the only or the exact match.
func choose(found []order.Partner, row *cofunderRow) *order.Partner {
	for i, p := range found {
		if p.ID.String() == row.ID {
			return &found[i]
		}
	}
	if len(found) == 1 || len(found) > 1 && strings.EqualFold(found[0].Name, row.Name) && !strings.EqualFold(found[1].Name, row.Name) {
		return &found[0]
	}
	return nil
}

func (f *orderForm) coverage(c *fault.Collector) referentiel.Coverage {
	var coverage referentiel.Coverage
	var err error
	switch referentiel.CoverageKind(f.Coverage) {
	case referentiel.CoverageAll:
		return referentiel.Everything()
	case referentiel.CoverageLevels:
		coverage, err = referentiel.OfLevels(typedInts(f.Levels)...)
	case referentiel.CoverageCategories:
		coverage, err = referentiel.OfCategories(f.Categories...)
	case referentiel.CoverageList:
		coverage, err = referentiel.OfEntries(typedInts(f.Entries)...)
	default:
		err = referentiel.ErrCoverageKind
	}
	if refusal, ok := fault.As(err); ok {
		c.Add("couverture", refusal.Sentence)
	}
	return coverage
}

// lateTrust is what was typed; nil when the form did not ask, and refused by the
// domain when it is no number.
func lateTrust(days, most string) *order.LateTrust {
	if days == "" && most == "" {
		return nil
	}
	trust := order.LateTrust{Days: -1, Cap: -1}
	if n, err := strconv.Atoi(days); err == nil {
		trust.Days = n
	}
	if n, err := strconv.Atoi(most); err == nil {
		trust.Cap = n
	}
	return &trust
}

func typedAmount(c money.Cents) string {
	s := strings.TrimSuffix(c.Decimal(), ".00")
	return strings.Replace(s, ".", ",", 1)
}

// typedShare reads « 40 000 » as euros and « 35 % » as a part of the face value.
func typedShare(typed string) (money.Cents, money.BasisPoints) {
	percent, isRate := strings.CutSuffix(strings.TrimSpace(typed), "%")
	if !isRate {
		return typedCents(typed), 0
	}
	return 0, money.BasisPoints(typedCents(percent))
}

func typedCents(s string) money.Cents {
	c, err := money.Parse(s)
	if err != nil {
		return 0
	}
	return c
}

func typedInt(s string) int {
	n, err := strconv.Atoi(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s))
	if err != nil {
		return 0
	}
	return n
}

func typedInts(list []string) []int {
	var numbers []int
	for _, s := range list {
		if n := typedInt(s); n > 0 {
			numbers = append(numbers, n)
		}
	}
	return numbers
}
