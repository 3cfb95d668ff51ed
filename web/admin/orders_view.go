package admin

import (
	"fmt"
	"strings"
	"time"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/web/httpx"
	"passnum/web/orderui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// adminOrderView is an order's page for the operator, ready to show.
type adminOrderView struct {
	order.Order
	Next      string
	Timeline  []ui.Step
	Journal   []ui.JournalEntry
	Progress  ui.ProgressArgs
	Making    bool // the making is under way
	Stopped   bool // it began, then stopped before the end
	Orders    bool // the reader may act on orders
	Funding   bool // the reader may attest and activate
	MayCancel bool
	Typed     httpx.Values
	Errors    ui.Errors
	Printable bool          // the carnets exist, for a print shop
	Expected  order.Receipt // of the commanditaire
	Today     string
	Positions []order.Position
}

func newOrderView(o order.Order, actor identity.Actor, today time.Time, typed httpx.Values, errors ui.Errors) adminOrderView {
	v := adminOrderView{
		Order: o, Next: orderui.NextOf(o, order.ByOperator), Timeline: orderui.Timeline(o, order.ByOperator),
		Orders: actor.Can(identity.PlatformOrders), Funding: actor.Can(identity.PlatformFunds), Typed: typed, Errors: errors,
		Today: format.Typed(today),
	}
	for _, r := range o.Payers() {
		if r.PayerID == nil {
			v.Expected = r
		}
	}
	v.MayCancel = v.Orders && order.Moves(o.State, order.Cancelled, identity.PlatformOrders) && o.Received() == 0
	v.Printable = o.State.Reached(order.Making) && o.Made() && o.PrintMode != order.PrintDesk
	return v
}

// typedOr is what was typed before a refusal, else the value to propose.
func (v adminOrderView) typedOr(name, proposed string) string {
	if v.Typed.Has(name) {
		return v.Typed.Get(name)
	}
	return proposed
}

func (v adminOrderView) amount(name string, c money.Cents) string {
	return v.typedOr(name, plainAmount(c))
}

func plainAmount(c money.Cents) string {
	s := c.Decimal()
	return s[:len(s)-3] + "," + s[len(s)-2:]
}

// CanStart reports whether the making may begin or resume.
func (v adminOrderView) CanStart() bool {
	return v.Orders && (v.State == order.ProofApproved || v.State == order.Making && !v.Made() && !v.Making)
}

// CanShip reports whether the parcels may leave.
func (v adminOrderView) CanShip() bool {
	return v.Orders && v.State == order.Making && v.Made() && !v.Desk()
}

// Desk reports whether the commanditaire prints and sends by itself.
func (v adminOrderView) Desk() bool { return v.PrintMode == order.PrintDesk }

// CanReopenProof reports whether an approved proof may be taken back.
func (v adminOrderView) CanReopenProof() bool {
	return v.Orders && (v.State == order.ProofApproved || v.State == order.Making)
}

// CanFund reports whether money may be recorded.
func (v adminOrderView) CanFund() bool {
	return v.Funding && v.AwaitsFunds()
}

// Waiting reports whether the operator has nothing to do but wait.
func (v adminOrderView) Waiting() bool {
	return v.Who() != order.ByOperator && v.State != order.Active && v.State != order.Closed && v.State != order.Cancelled
}

func (v adminOrderView) startLabel() string {
	if v.State == order.Making {
		return fmt.Sprintf("Reprendre la fabrication (%s sur %s)", format.Number(v.Minted), format.Number(v.Carnets))
	}
	return "Fabriquer " + format.Count(v.Carnets, "carnet", "carnets")
}

// makingProgress is the making as the page and its stream show it.
func makingProgress(o order.Order, run jobs.Run, actor identity.Actor) ui.ProgressArgs {
	p := ui.ProgressArgs{ID: "fabrication", Label: "Fabrication des carnets", Done: run.Done, Total: run.Total, Over: !run.Live()}
	p.Text = fmt.Sprintf("%s carnets sur %s", money.Count(run.Done), money.Count(run.Total))
	switch run.State {
	case jobs.Waiting:
		p.Text = "La fabrication commence dans un instant."
	case jobs.Done:
		p.Text = run.Message
	case jobs.Cancelled:
		p.Text += " · arrêtée. Les carnets déjà faits sont entiers\u00a0: reprenez pour terminer."
	case jobs.Failed:
		p.Text = run.Message
	}
	if p.Over {
		p.Body = ui.Link("Actualiser la page pour la suite", urls.AdminOrder(o.ID))
		return p
	}
	p.StreamURL = urls.AdminOrder(o.ID, "avancement")
	if actor.Can(identity.PlatformOrders) {
		p.Body = ui.PostButton(urls.AdminOrder(o.ID, "arret"), ui.ButtonArgs{Label: "Arrêter", Kind: ui.Secondary})
	}
	return p
}

// feeRate writes a rate without its sign: « 4 », « 4,5 ».
func feeRate(fee money.BasisPoints) string { return strings.TrimSuffix(fee.String(), "\u00a0%") }

func signatureRows(o order.Order) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "Par", Value: o.Signatory + ", " + o.SignatoryTitle}}
	if o.SignedAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Le", Value: format.DateTime(*o.SignedAt)})
	}
	if o.EngagementNumber != "" {
		rows = append(rows, ui.SummaryRow{Key: "Engagement", Value: o.EngagementNumber})
	}
	if o.ServiceCode != "" {
		rows = append(rows, ui.SummaryRow{Key: "Code service", Value: o.ServiceCode})
	}
	return rows
}
