package commanditaire

import (
	"github.com/a-h/templ"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/urls"
)

// orderView is an order's page, ready to show.
type orderView struct {
	order.Order
	Crumbs        []ui.Crumb
	Own           bool            // the reader ordered it, rather than co-funds it
	Ending        templ.Component // nil before the chèques circulate
	Primary       templ.Component
	Secondary     templ.Component
	Next          string
	QuotePrinting bool
	MayCancel     bool
	Usage         Usage
	Timeline      []ui.Step
	Journal       []ui.JournalEntry
	Positions     []order.Position // who funds the face value
	MayAttach     bool             // to a funder's programme
}

func newOrderView(o order.Order, actor identity.Actor) orderView {
	v := orderView{Order: o, Own: o.CommanditaireID == actor.OrganisationID}
	reader := order.ByCommanditaire
	if !v.Own {
		reader = order.ByNobody
	}
	v.Next = orderui.NextOf(o, reader)
	v.Timeline = orderui.Timeline(o, reader)
	if _, printed := o.QuoteDocument(); o.State == order.Quoted && !printed {
		v.QuotePrinting = true
	}
	v.Crumbs = []ui.Crumb{{Label: "Commandes", Href: urls.Orders()}, {Label: numberOrDraft(o)}}
	if !v.Own {
		v.Crumbs[0] = ui.Crumb{Label: "Financements", Href: urls.FundedOrders()}
		return v
	}
	v.MayAttach = actor.Can(identity.OrderWrite) && (o.State == order.Draft || o.State == order.Quoted)
	v.MayCancel = actor.Can(identity.OrderWrite) && order.Moves(o.State, order.Cancelled, identity.OrderWrite)
	v.act(actor)
	return v
}

// act chooses the one thing to do now, if it is the reader's to do.
func (v *orderView) act(actor identity.Actor) {
	link := func(label, act string, kind ui.ButtonKind) templ.Component {
		return ui.Button(ui.ButtonArgs{Label: label, Href: urls.Order(v.ID, act), Kind: kind})
	}
	writes := actor.Can(identity.OrderWrite)
	switch {
	case v.State == order.Draft && writes:
		v.Primary, v.Secondary = link("Vérifier la commande", "verifier", ui.Primary), link("Modifier", "modifier", ui.Secondary)
	case v.State == order.Quoted:
		if actor.Can(identity.OrderSign) {
			v.Primary = link("Signer le devis", "signer", ui.Primary)
		}
		if writes {
			v.Secondary = ui.PostButton(urls.Order(v.ID, "reprendre"), ui.ButtonArgs{Label: "Reprendre le brouillon", Kind: ui.Secondary})
		}
	case v.State == order.ProofProposed && writes:
		v.Primary = link("Relire le bon à tirer", "bat", ui.Primary)
	case v.State == order.Making && v.Who() == order.ByCommanditaire && writes:
		v.Primary = link("Imprimer les carnets", "impression", ui.Primary)
	case v.State == order.Shipped && writes:
		v.Primary = ui.PostButton(urls.Order(v.ID, "livraison"), ui.ButtonArgs{Label: "Confirmer la livraison", Once: true})
	}
}

func numberOrDraft(o order.Order) string {
	if o.Number == "" {
		return "Brouillon"
	}
	return o.Number
}

type checkView struct {
	Order    order.Order
	Problems []fault.FieldError
	MayAsk   bool
}

type proofView struct {
	Order       order.Order
	Proof       order.Document
	Fingerprint string
	Reason      string
	MayJudge    bool
}

// fieldHref leads to the field of the form that must change.
func fieldHref(o order.Order, field string) string { return urls.Order(o.ID, "modifier") + "#" + field }

// summary is the check page's answers, each with its way back.
func (v checkView) summary() []ui.SummaryRow {
	section := func(name string) string { return fieldHref(v.Order, "s-"+name) }
	title := ui.SummaryRow{Key: "Titre", Value: v.Order.Name(), ChangeHref: section("format")}
	return append([]ui.SummaryRow{title}, orderui.Terms(v.Order.Specification, section)...)
}
