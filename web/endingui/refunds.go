package endingui

import (
	"net/http"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/ending"
	"passnum/internal/fault"
	"passnum/internal/identifier"
	"passnum/internal/identity"
	"passnum/internal/settlement"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
)

// refundView is one refund and what may be done with it.
type refundView struct {
	ending.Refund
	Rows                                          []ui.SummaryRow
	MayDecide, MayFile, MayExecute                bool
	MayReturn, MayRepay, AskAccount               bool
	Approve, Refuse, File, Execute, Return, Repay string
}

// sent reports whether the form of a refund that holds a control was just sent,
// and refused.
func (v detailView) sent(r refundView, name string) bool {
	return v.typed.Get("restitution") == r.Number && v.typed.Has(name)
}

// field is one control of a refund's form. A page holds several refunds: what
// was typed, and why it was refused, is shown on the one that was sent.
func (v detailView) field(p ui.Page, r refundView, f ui.Field) ui.Field {
	if v.typed.Get("restitution") == r.Number {
		f.Value, f.Error = v.typed.Get(f.Name), p.Errors.For(f.Name)
		return f
	}
	f.ID = f.Name + "-" + r.Number
	return f
}

func refundTag(state string) templ.Component {
	switch state {
	case ending.RefundPrepared:
		return ui.Tag(ui.Warn, "à approuver")
	case ending.RefundApproved:
		return ui.Tag(ui.Info, "approuvée")
	case ending.RefundExecuted:
		return ui.Tag(ui.Good, "faite")
	case ending.RefundRejected:
		return ui.Tag(ui.Bad, "refusée par la banque")
	case ending.RefundReturned:
		return ui.Tag(ui.Bad, "revenue")
	default:
		return ui.Tag(ui.Bad, "écartée")
	}
}

func refunds(h *Handlers, d ending.Detail, actor identity.Actor) []refundView {
	var list []refundView
	for _, r := range d.Refunds {
		at := func(act string) string { return h.of(d.ID, "restitutions", r.ID.String(), act) }
		may := h.operator() && actor.Can(identity.PlatformPayments)
		v := refundView{Refund: r, Approve: at("approuver"), Refuse: at("ecarter"), File: at("fichier"), Execute: at("executer"), Return: at("retour"), Repay: at("representer")}
		v.MayDecide = may && r.State == ending.RefundPrepared && r.PreparedBy != actor.AccountID
		v.MayFile = may && r.Kind == ending.PaidBack && (r.State == ending.RefundApproved || r.State == ending.RefundExecuted)
		v.MayExecute = may && r.Kind == ending.PaidBack && r.State == ending.RefundApproved
		v.MayReturn, v.MayRepay = v.MayFile, may && r.Repayable()
		v.AskAccount = !h.operator() && r.Repayable()
		v.Rows = refundRows(r, h.operator())
		list = append(list, v)
	}
	return list
}

func refundRows(r ending.Refund, operator bool) []ui.SummaryRow {
	rows := []ui.SummaryRow{{Key: "État", Body: refundTag(r.State)}, {Key: "Montant", Value: r.AmountCents.String()}}
	if r.Kind == ending.Carried {
		rows = append(rows, ui.SummaryRow{Key: "Vers la commande", Value: r.ToNumber})
	} else {
		account := identifier.IBAN(r.Iban).Masked()
		if operator {
			account = identifier.IBAN(r.Iban).Grouped()
		}
		rows = append(rows, ui.SummaryRow{Key: "Compte", Value: r.AccountHolder + ", " + account}, ui.SummaryRow{Key: "Référence bancaire", Value: r.EndToEndID})
	}
	rows = append(rows, ui.SummaryRow{Key: "Préparée", Value: "par " + r.PreparedByName + ", le " + format.DateTime(r.PreparedAt)})
	if r.DecidedAt != nil {
		word := "Approuvée"
		if r.State == ending.RefundRefused {
			word = "Écartée"
		}
		rows = append(rows, ui.SummaryRow{Key: word, Value: "par " + r.DecidedByName + ", le " + format.DateTime(*r.DecidedAt)})
	}
	if r.Refusal != "" {
		rows = append(rows, ui.SummaryRow{Key: "Motif", Value: r.Refusal})
	}
	if r.ExecutedOn != nil {
		rows = append(rows, ui.SummaryRow{Key: "Faite", Value: "le " + format.Date(*r.ExecutedOn)})
	}
	return append(rows, returnRows(r)...)
}

// returnRows says why a refund did not arrive, and which ones follow each other.
func returnRows(r ending.Refund) []ui.SummaryRow {
	var rows []ui.SummaryRow
	if r.ReturnedOn != nil {
		word := "Revenue"
		if r.State == ending.RefundRejected {
			word = "Refusée"
		}
		why := settlement.ReasonOf(r.ReturnCode).Label
		if r.ReturnText != "" {
			why += " («\u00a0" + r.ReturnText + "\u00a0»)"
		}
		rows = append(rows, ui.SummaryRow{Key: word, Value: "le " + format.Date(*r.ReturnedOn) + "\u00a0: " + why})
	}
	if r.RepaysNumber != "" {
		rows = append(rows, ui.SummaryRow{Key: "Présente de nouveau", Value: r.RepaysNumber})
	}
	if r.RepaidByNumber != "" {
		rows = append(rows, ui.SummaryRow{Key: "Présentée de nouveau par", Value: r.RepaidByNumber})
	}
	return rows
}

func (h *Handlers) bounced(w http.ResponseWriter, r *http.Request) error {
	return h.onRefund(w, r, "Le retour est enregistré\u00a0: la somme est de nouveau due, le commanditaire est prévenu.", func(id, refund uuid.UUID, form httpx.Values) error {
		on, _ := form.Date("revenu_le")
		return h.Endings.ReturnRefund(r.Context(), httpx.Actor(r), id, refund, ending.ReturnForm{Code: form.Get("code"), Text: form.Get("texte"), On: on})
	})
}

func (h *Handlers) repay(w http.ResponseWriter, r *http.Request) error {
	return h.onRefund(w, r, "La restitution est préparée de nouveau\u00a0: une autre personne doit l’approuver.", func(id, refund uuid.UUID, form httpx.Values) error {
		_, err := h.Endings.PrepareRefund(r.Context(), httpx.Actor(r), id, ending.RefundRequest{Repays: refund, Holder: form.Get("titulaire"), IBAN: form.Get("iban"), BIC: form.Get("bic")})
		return err
	})
}

// returnCodes are the reasons that banks give, the most frequent first.
func returnCodes(chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Label: "Choisir"}}
	for _, code := range settlement.ReturnCodes {
		options = append(options, ui.Option{Value: code, Label: code + ", " + settlement.ReasonOf(code).Label})
	}
	return ui.Selected(options, chosen)
}

func (h *Handlers) prepare(w http.ResponseWriter, r *http.Request) error {
	return h.do(w, r, "La restitution est préparée\u00a0: une autre personne doit l’approuver.", func(id uuid.UUID, form httpx.Values) error {
		req := ending.RefundRequest{Kind: form.Get("nature"), Holder: form.Get("titulaire"), IBAN: form.Get("iban"), BIC: form.Get("bic")}
		req.ToOrder, _ = form.UUID("commande")
		if form.Get("montant") != "" {
			amount, ok := form.Cents("montant")
			if !ok || amount <= 0 {
				return fault.Field("montant", "Écrivez une somme en euros, par exemple 1 234,50.")
			}
			req.Amount = amount
		}
		_, err := h.Endings.PrepareRefund(r.Context(), httpx.Actor(r), id, req)
		return err
	})
}

func (h *Handlers) onRefund(w http.ResponseWriter, r *http.Request, sentence string, act func(id, refund uuid.UUID, form httpx.Values) error) error {
	refund, err := httpx.PathUUID(r, "restitution")
	if err != nil {
		return err
	}
	return h.do(w, r, sentence, func(id uuid.UUID, form httpx.Values) error { return act(id, refund, form) })
}

func (h *Handlers) approve(w http.ResponseWriter, r *http.Request) error {
	return h.onRefund(w, r, "La restitution est approuvée.", func(id, refund uuid.UUID, _ httpx.Values) error {
		return h.Endings.ApproveRefund(r.Context(), httpx.Actor(r), id, refund)
	})
}

func (h *Handlers) refuse(w http.ResponseWriter, r *http.Request) error {
	return h.onRefund(w, r, "La restitution est écartée\u00a0: rien ne part.", func(id, refund uuid.UUID, form httpx.Values) error {
		return h.Endings.RefuseRefund(r.Context(), httpx.Actor(r), id, refund, form.Get("motif"))
	})
}

func (h *Handlers) execute(w http.ResponseWriter, r *http.Request) error {
	return h.onRefund(w, r, "Le virement est daté\u00a0: l’avoir est rendu.", func(id, refund uuid.UUID, form httpx.Values) error {
		on, _ := form.Date("execute_le")
		return h.Endings.ExecuteRefund(r.Context(), httpx.Actor(r), id, refund, on)
	})
}

// bankFile answers the file for the bank. It is a POST: taking it is journaled.
func (h *Handlers) bankFile(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	refund, err := httpx.PathUUID(r, "restitution")
	if err != nil {
		return err
	}
	name, content, err := h.Endings.BankFile(r.Context(), httpx.Actor(r), id, refund)
	if refusal, ok := fault.ForForm(err); ok {
		return h.showWith(w, r, httpx.NewValues(nil), refusal)
	}
	if err != nil {
		return err
	}
	return httpx.File(w, name, "application/xml", content)
}
