package public

import (
	"encoding/json"
	"net/http"

	"github.com/go-chi/chi/v5"

	"passnum/internal/money"
	"passnum/internal/sheet"
	"passnum/internal/treasury"
	"passnum/web/httpx"
	"passnum/web/treasuryui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// CoverHandlers shows to anybody that the dedicated account covers what is owed,
// or that nothing proves it.
type CoverHandlers struct {
	Bank *treasury.Service
}

// Routes mounts the screens.
func (h *CoverHandlers) Routes(r chi.Router) {
	get := func(path string, f httpx.Handler) { r.Method(http.MethodGet, path, f) }
	get(urls.Cover(), h.show)
	get(urls.CoverJSON(), h.machine)
	get(urls.Cover()+".csv", h.sheet)
	get(urls.Cover()+"/{number}", h.order)
}

type coverView struct {
	Verdict ui.VerdictArgs
	Bank    string
	Figures []ui.Figure
	Owed    ui.TableArgs
	Orders  ui.TableArgs
}

func (h *CoverHandlers) show(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Bank.PublicCover(r.Context())
	if err != nil {
		return err
	}
	p := page(r, "Couverture des fonds", "Ce que tient le compte dédié, ce qui est dû, et la preuve de la banque.")
	return httpx.Render(w, r, http.StatusOK, coverPage(p, newCoverView(c)))
}

func newCoverView(c treasury.Cover) coverView {
	v := coverView{Verdict: coverVerdict(c), Bank: bankSentence(c), Figures: []ui.Figure{
		{Label: "Fonds attestés", Value: c.Total.AttestedCents.String(), Note: "valeur faciale reçue"},
		{Label: "En circulation", Value: c.Total.CirculationCents.String(), Note: "chèques encore utilisables"},
		{Label: "Payé aux structures", Value: c.Total.PaidCents.String()},
		{Label: "Rendu ou à rendre", Value: (c.Total.CreditCents + c.Total.ReturnedCents).String(), Note: "aux commanditaires"},
	}}
	v.Owed = ui.TableArgs{Caption: "Ce que le compte dédié doit couvrir", HideCaption: true, Columns: ui.Columns("Poste", "#Montant"), Rows: []ui.Row{
		ui.NewRow(ui.Text("Chèques en circulation"), ui.Amount(c.Total.CirculationCents)),
		ui.NewRow(ui.Text("À payer aux structures"), ui.Amount(c.Total.PayableCents)),
		ui.NewRow(ui.Text("En cours de virement"), ui.Amount(c.Total.InTransitCents)),
		ui.NewRow(ui.Text("Périmé, avant avoir"), ui.Amount(c.Total.ExpiredCents)),
		ui.NewRow(ui.Text("À rendre aux commanditaires"), ui.Amount(c.Total.CreditCents)),
		ui.NewRow(ui.Text("Reçu, pas encore en circulation"), ui.Amount(seenFunds(c))),
	}, Foot: []ui.Row{ui.NewRow(ui.Text("Dû"), ui.Amount(c.Owed))}}
	if c.Bank != nil {
		v.Owed.Foot = append(v.Owed.Foot, ui.NewRow(ui.Text("Prouvé par la banque"), ui.Amount(c.Proven)))
	}
	v.Orders = coverOrders(c.Orders)
	return v
}

func seenFunds(c treasury.Cover) (sum money.Cents) {
	for _, o := range c.Orders {
		sum += o.SeenFunds()
	}
	return sum
}

func coverOrders(orders []treasury.OrderCover) ui.TableArgs {
	t := ui.TableArgs{Caption: "Commande par commande", HideCaption: true, Compact: true,
		Columns: ui.Columns("Commande", "Commanditaire", "#Attesté", "#En circulation", "#À payer", "#En virement", "#Payé", "#Périmé", "#Rendu ou à rendre"),
		Empty:   ui.EmptyArgs{Title: "Aucune commande financée", Body: "Les commandes paraissent ici dès que leur argent est reçu."}}
	for _, o := range orders {
		t.Rows = append(t.Rows, ui.NewRow(ui.Link(o.Number, urls.CoverOf(o.Number)), ui.Text(o.Commanditaire), ui.Amount(o.AttestedCents), ui.Amount(o.CirculationCents), ui.Amount(o.PayableCents),
			ui.Amount(o.InTransitCents), ui.Amount(o.PaidCents), ui.Amount(o.ExpiredCents), ui.Amount(o.CreditCents+o.ReturnedCents)))
	}
	return t
}

func coverVerdict(c treasury.Cover) ui.VerdictArgs {
	v := treasuryui.Verdict(c)
	v.Action = ""
	return v
}

func bankSentence(c treasury.Cover) string {
	if c.Bank == nil {
		return "Aucun relevé bancaire n’a été importé."
	}
	return "Dernier relevé de la banque\u00a0: " + format.Date(c.Bank.ClosedOn) + ", " + ageOf(c.Age()) + ". Solde\u00a0: " + c.Bank.ClosingCents.String() + "."
}

func ageOf(days int) string {
	switch {
	case days <= 0:
		return "aujourd’hui"
	case days == 1:
		return "hier"
	default:
		return "il y a " + format.Count(days, "jour", "jours")
	}
}

type orderCoverView struct {
	Order   treasury.OrderCover
	Verdict ui.VerdictArgs
	Bank    string
	Table   ui.TableArgs
}

func (h *CoverHandlers) order(w http.ResponseWriter, r *http.Request) error {
	o, err := h.Bank.OrderCover(r.Context(), chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	c, err := h.Bank.PublicCover(r.Context())
	if err != nil {
		return err
	}
	p := page(r, "Commande "+o.Number, "Où est l’argent de la commande "+o.Number+".")
	p.Crumbs = []ui.Crumb{{Label: "Accueil", Href: urls.Home()}, {Label: "Couverture", Href: urls.Cover()}, {Label: o.Number}}
	return httpx.Render(w, r, http.StatusOK, orderCoverPage(p, newOrderCoverView(o, c)))
}

func newOrderCoverView(o treasury.OrderCover, c treasury.Cover) orderCoverView {
	v := orderCoverView{Order: o, Verdict: coverVerdict(c), Bank: bankSentence(c)}
	if unproven := o.Unproven(); unproven > 0 {
		v.Verdict = ui.VerdictArgs{Tone: ui.Bad, Word: "Non prouvé", Reason: unproven.String() + " sont sortis des fonds de cette commande sans qu’un relevé montre qu’ils ont été reçus."}
	}
	row := func(label, hint string, amount money.Cents) ui.Row {
		return ui.NewRow(ui.TwoLines(ui.Text(label), hint), ui.Amount(amount))
	}
	v.Table = ui.TableArgs{Caption: "Où est l’argent de la commande", HideCaption: true, Columns: ui.Columns("Poste", "#Montant"), Rows: []ui.Row{
		row("Fonds attestés", "Valeur faciale reçue.", o.AttestedCents),
		row("Vus sur un relevé de la banque", "", o.SeenCents),
		row("Pas encore en circulation", "", o.FundsCents),
		row("En circulation", "Chèques encore utilisables.", o.CirculationCents),
		row("À payer aux structures", "Chèques acceptés, en attente du contre-paiement.", o.PayableCents),
		row("En cours de virement", "", o.InTransitCents),
		row("Payé aux structures", "", o.PaidCents),
		row("Périmé, avant avoir", "", o.ExpiredCents),
		row("À rendre au commanditaire", "", o.CreditCents),
		row("Rendu au commanditaire", "", o.ReturnedCents),
	}}
	return v
}

// machineOrder and machineCover are the page for machines: amounts in cents.
type machineOrder struct {
	Number        string      `json:"commande"`
	Commanditaire string      `json:"commanditaire"`
	Attested      money.Cents `json:"atteste_centimes"`
	Seen          money.Cents `json:"vu_sur_releve_centimes"`
	Funds         money.Cents `json:"pas_en_circulation_centimes"`
	Circulation   money.Cents `json:"en_circulation_centimes"`
	Payable       money.Cents `json:"a_payer_centimes"`
	InTransit     money.Cents `json:"en_virement_centimes"`
	Paid          money.Cents `json:"paye_centimes"`
	Expired       money.Cents `json:"perime_centimes"`
	Credit        money.Cents `json:"a_rendre_centimes"`
	Returned      money.Cents `json:"rendu_centimes"`
}

type machineCover struct {
	State   string         `json:"etat"`
	Verdict string         `json:"verdict"`
	Until   string         `json:"dernier_releve,omitempty"`
	Age     *int           `json:"age_jours,omitempty"`
	Balance *money.Cents   `json:"solde_centimes,omitempty"`
	Proven  money.Cents    `json:"prouve_centimes"`
	Owed    money.Cents    `json:"du_centimes"`
	Orders  []machineOrder `json:"commandes"`
}

func (h *CoverHandlers) machine(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Bank.PublicCover(r.Context())
	if err != nil {
		return err
	}
	out := machineCover{State: string(c.State), Verdict: c.Verdict, Proven: c.Proven, Owed: c.Owed, Orders: []machineOrder{}}
	if c.Bank != nil {
		age := c.Age()
		out.Until, out.Age, out.Balance = c.Bank.ClosedOn.Format("2006-01-02"), &age, &c.Bank.ClosingCents
	}
	for _, o := range c.Orders {
		out.Orders = append(out.Orders, machineOrder{o.Number, o.Commanditaire, o.AttestedCents, o.SeenCents, o.FundsCents, o.CirculationCents, o.PayableCents,
			o.InTransitCents, o.PaidCents, o.ExpiredCents, o.CreditCents, o.ReturnedCents})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	return json.NewEncoder(w).Encode(out)
}

func (h *CoverHandlers) sheet(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Bank.PublicCover(r.Context())
	if err != nil {
		return err
	}
	return httpx.CSV(w, "couverture-des-fonds.csv", func(w http.ResponseWriter) error {
		out := sheet.NewWriter(w)
		if err := out.Header("Commande", "Commanditaire", "Attesté", "Vu sur un relevé", "Pas en circulation", "En circulation", "À payer", "En virement", "Payé", "Périmé", "À rendre", "Rendu"); err != nil {
			return err
		}
		for _, o := range c.Orders {
			if err := out.Row(sheet.Text(o.Number), sheet.Text(o.Commanditaire), sheet.Money(o.AttestedCents), sheet.Money(o.SeenCents), sheet.Money(o.FundsCents), sheet.Money(o.CirculationCents),
				sheet.Money(o.PayableCents), sheet.Money(o.InTransitCents), sheet.Money(o.PaidCents), sheet.Money(o.ExpiredCents), sheet.Money(o.CreditCents), sheet.Money(o.ReturnedCents)); err != nil {
				return err
			}
		}
		return out.Flush()
	})
}
