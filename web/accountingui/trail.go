package accountingui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/reporting/accounting"
	"passnum/web/httpx"
	"passnum/web/paymentui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// entryView is one entry of the ledger.
type entryView struct {
	accounting.Entry
	Title, Lead    string
	Summary        []ui.SummaryRow
	Lines, Cheques ui.TableArgs
}

func (h *OperatorHandlers) entry(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	e, err := h.Accounts.Entry(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	v := entryView{Entry: e, Title: accounting.KindLabel(e.Kind), Lead: "Écriture du " + format.Date(e.Day) + ", journal « " + accounting.JournalOf(e.Kind).Label + " »."}
	v.Summary = []ui.SummaryRow{
		{Key: "Commanditaire", Value: e.Commanditaire}, {Key: "Commande", Body: ui.Link(e.OrderNumber, urls.AdminTrail(e.OrderID))},
		{Key: "Enregistrée", Value: format.DateTime(e.At)},
	}
	if e.Piece != "" {
		v.Summary = append(v.Summary, ui.SummaryRow{Key: "Pièce", Body: v.piece()})
	}
	if e.By != "" {
		v.Summary = append(v.Summary, ui.SummaryRow{Key: "Par", Value: e.By})
	}
	v.Lines = ui.TableArgs{Caption: "Mouvements", HideCaption: true, Columns: ui.Columns("Compte", "Tiers", "#Débit", "#Crédit")}
	for _, l := range e.Lines {
		v.Lines.Rows = append(v.Lines.Rows, ui.NewRow(ui.TwoLines(ui.Text(l.Number), l.Label), ui.Text(l.Party), amountOrNothing(l.Debit), amountOrNothing(l.Credit)))
	}
	v.Cheques = ui.TableArgs{Caption: "Chèques", HideCaption: true, Compact: true, Columns: ui.Columns("Chèque", "Accepté le", "Structure", "Paiement", "#Montant")}
	for _, c := range e.Cheques {
		paid := ui.Text("")
		if c.LineID != nil && c.SettlementID != nil {
			paid = ui.Link(c.PaymentNumber, urls.AdminPaymentLine(*c.SettlementID, *c.LineID))
		}
		when := format.Typed(c.At)
		if c.Undone {
			when += ", annulé"
		}
		v.Cheques.Rows = append(v.Cheques.Rows, ui.NewRow(ui.TwoLines(ui.Link(c.Serial, urls.AdminCarnet(c.Serial)), "n°\u00a0"+strconv.Itoa(c.Rank)), ui.Text(when), ui.Text(c.Structure), paid, ui.Amount(c.AmountCents)))
	}
	return httpx.Render(w, r, http.StatusOK, entryPage(operatorPage(r, v.Title, ui.Crumb{Label: e.OrderNumber, Href: urls.AdminTrail(e.OrderID)}, ui.Crumb{Label: "Écriture"}), v))
}

// piece leads to the transfer when the entry is about one.
func (v entryView) piece() templ.Component {
	if v.LineID != nil && v.SettlementID != nil {
		return ui.Link(v.Piece, urls.AdminPaymentLine(*v.SettlementID, *v.LineID))
	}
	return ui.Text(v.Piece)
}

// trailView is every cent of an order.
type trailView struct {
	accounting.Trail
	Title, Lead                                    string
	Figures                                        []ui.Figure
	Where, Receipts, Structures, Transfers, Events ui.TableArgs
	CSV, Order                                     string
}

func (h *OperatorHandlers) trail(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	t, err := h.Accounts.Trail(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	a := t.After
	v := trailView{
		Trail: t, Title: "Piste d’audit " + t.Number, Lead: t.Commanditaire + ", « " + t.Title + " ».", CSV: urls.AdminTrail(id, "csv"), Order: urls.AdminOrder(id),
		Figures: []ui.Figure{
			{Label: "Valeur reçue", Value: (a.Received + a.CarriedIn).String(), Note: "sur " + a.Ordered.String() + " commandés"},
			{Label: "Utilisés et payés", Value: a.Paid.String(), Note: "valeur faciale"},
			{Label: "Détenu aujourd’hui", Value: a.Held().String(), Note: "sur le compte dédié"},
			{Label: "Centimes inexpliqués", Value: a.Gap().String(), Note: "reçu, moins sorti, moins détenu"},
		},
		Where: whereTable(a), Receipts: trailReceipts(t), Structures: trailStructures(t), Transfers: trailTransfers(t), Events: trailEvents(t),
	}
	return httpx.Render(w, r, http.StatusOK, trailPage(operatorPage(r, v.Title, ui.Crumb{Label: t.Commanditaire, Href: urls.AdminReddition(t.CommanditaireID, h.Accounts.Today().Year())}, ui.Crumb{Label: t.Number}), v))
}

// whereTable says where every cent is, or went.
func whereTable(a accounting.Standing) ui.TableArgs {
	t := ui.TableArgs{Caption: "Où est chaque centime", HideCaption: true, Columns: ui.Columns("", "#Montant")}
	add := func(strong bool, label string, amount templ.Component) {
		t.Rows = append(t.Rows, ui.Row{Strong: strong, Cells: []templ.Component{ui.Text(label), amount}})
	}
	add(true, "Entré", ui.Amount(a.Received+a.CarriedIn+a.Gestures))
	for _, l := range []struct {
		label string
		c     accounting.Column
	}{
		{"Virements aux structures, moins ceux qui sont revenus", accounting.Column{Amount: a.NetPaid}}, {"Frais retenus aux structures et leur TVA", accounting.Column{Amount: a.DownFees + a.DownVAT}},
		{"Avoirs remboursés", accounting.Column{Amount: a.Refunded}}, {"Avoirs reportés sur une autre commande", accounting.Column{Amount: a.CarriedOut}},
		{"Reçu, à mettre en circulation", accounting.Column{Amount: a.Funds}}, {"Chèques en circulation", accounting.Column{Amount: a.Circulation}},
		{"Dû aux structures", accounting.Column{Amount: a.Payable}}, {"Virements ordonnés", accounting.Column{Amount: a.InTransit}},
		{"Chèques périmés, sans avoir encore", accounting.Column{Amount: a.Expired}}, {"Avoirs à rendre", accounting.Column{Amount: a.Credit}},
	} {
		if l.c.Amount != 0 {
			add(false, l.label, ui.Amount(l.c.Amount))
		}
	}
	add(true, "Inexpliqué", ui.Amount(a.Gap()))
	return t
}

func trailReceipts(t accounting.Trail) ui.TableArgs {
	table := ui.TableArgs{Caption: "Reçu", HideCaption: true, Columns: ui.Columns("Mandat", "Reçu le", "Payeur", "#Valeur", "#Frais", "#TVA", "#Total"), Empty: ui.EmptyArgs{Title: "Rien n’a été reçu encore"}}
	for _, l := range t.Receipts {
		first := ui.Text(l.Mandat)
		if l.EntryID != nil {
			first = ui.Link(l.Mandat, urls.AdminEntry(*l.EntryID))
		}
		table.Rows = append(table.Rows, ui.NewRow(first, ui.Text(format.Typed(l.ReceivedOn)), ui.Text(l.Payer), ui.Amount(l.FaceCents), ui.Amount(l.FeesCents), ui.Amount(l.VATCents), ui.Amount(l.Total())))
	}
	return table
}

func trailStructures(t accounting.Trail) ui.TableArgs {
	table := ui.TableArgs{Caption: "Accepté", HideCaption: true, Columns: ui.Columns("Structure", "SIRET", "#Chèques", "#Accepté", "#Payé", "#À payer"), Empty: ui.EmptyArgs{Title: "Aucun chèque accepté encore"}}
	for _, l := range t.Structures {
		table.Rows = append(table.Rows, ui.NewRow(ui.Text(l.Name), ui.Text(format.SIRET(l.SIRET)), ui.Number(int(l.Cheques)), ui.Amount(l.AmountCents), ui.Amount(l.PaidCents), ui.Amount(l.AmountCents-l.PaidCents)))
	}
	return table
}

func trailTransfers(t accounting.Trail) ui.TableArgs {
	table := ui.TableArgs{Caption: "Virements", HideCaption: true, Compact: true,
		Columns: ui.Columns("Paiement", "Structure, référence", "État", "#Valeur", "#Retenues", "#Net viré"), Empty: ui.EmptyArgs{Title: "Aucun virement ordonné encore"}}
	for _, l := range t.Transfers {
		note := ""
		if l.Repays != "" {
			note = "remplace " + l.Repays
		}
		table.Rows = append(table.Rows, ui.NewRow(ui.TwoLines(paymentui.Number(l.Number, urls.AdminPaymentLine(l.SettlementID, l.LineID)), note), ui.TwoLines(ui.Text(l.Structure), l.EndToEndID),
			transferState(l), ui.Amount(l.GrossCents), ui.Amount(l.AdjustCents-l.FeeCents-l.VATCents), ui.Amount(l.NetCents)))
	}
	return table
}

func transferState(l accounting.TrailTransfer) templ.Component {
	state := accounting.StateLabel(l.State)
	switch {
	case l.ReturnedOn != nil:
		return ui.TwoLines(ui.Tag(ui.Warn, state), strings.TrimSpace("le "+format.Typed(*l.ReturnedOn)+" "+l.ReturnCode))
	case l.ExecutedOn != nil:
		return ui.TwoLines(ui.Tag(ui.Good, state), "le "+format.Typed(*l.ExecutedOn))
	default:
		return ui.Tag(ui.Info, state)
	}
}

func trailEvents(t accounting.Trail) ui.TableArgs {
	table := ui.TableArgs{Caption: "Autres écritures", HideCaption: true, Columns: ui.Columns("Écriture", "Date", "Pièce", "#Montant"), Empty: ui.EmptyArgs{Title: "Aucune autre écriture"}}
	for _, e := range t.Events {
		table.Rows = append(table.Rows, ui.NewRow(ui.Link(accounting.KindLabel(e.Kind), urls.AdminEntry(e.EntryID)), ui.Text(format.Typed(e.Day)), ui.Text(e.Piece), ui.Amount(e.AmountCents)))
	}
	return table
}

func (h *OperatorHandlers) trailSheet(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	name, write, err := h.Accounts.TrailSheet(r.Context(), httpx.Actor(r), id)
	return sendSheet(w, name, write, err)
}

// searchView is what a reference leads to.
type searchView struct {
	What  string
	Tabs  []ui.Tab
	Table ui.TableArgs
}

func (h *OperatorHandlers) search(w http.ResponseWriter, r *http.Request) error {
	what := strings.TrimSpace(httpx.Query(r).Get("q"))
	found, err := h.Accounts.Find(r.Context(), httpx.Actor(r), what)
	if err != nil {
		return err
	}
	year, _, err := yearAsked(r, h.Accounts)
	if err != nil {
		return err
	}
	v := searchView{What: what, Tabs: operatorTabs(year, urls.AdminAccountsSearch())}
	v.Table = ui.TableArgs{Caption: "Résultats", HideCaption: true, Columns: ui.Columns("Trouvé", "Date", "Commanditaire", "#Montant"),
		Empty: ui.EmptyArgs{Title: "Rien ne porte cette référence", Body: "Vérifiez le numéro, ou cherchez celui de la commande."}}
	for _, f := range found {
		first := ui.TwoLines(ui.Link("Commande "+f.OrderNumber, urls.AdminTrail(f.OrderID)), "piste d’audit")
		if f.EntryID != uuid.Nil {
			first = ui.TwoLines(ui.Link(accounting.KindLabel(f.Kind), urls.AdminEntry(f.EntryID)), "commande "+f.OrderNumber)
		}
		v.Table.Rows = append(v.Table.Rows, ui.NewRow(first, ui.Text(format.Typed(f.Day)), ui.Text(f.Commanditaire), ui.Amount(f.AmountCents)))
	}
	return httpx.Render(w, r, http.StatusOK, searchPage(operatorPage(r, "Retrouver un montant", ui.Crumb{Label: "Recherche"}), v))
}
