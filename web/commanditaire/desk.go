package commanditaire

import (
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/identity"
	"passnum/internal/order"
	"passnum/internal/print"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// deskView is the printing of an order by its commanditaire, ready to show.
type deskView struct {
	order.Order
	Prints  []order.DeskPrint
	Me      uuid.UUID
	Writes  bool
	Next    int // first carnet never printed; 0 when all are
	Typed   httpx.Values
	Errors  ui.Errors
	Choices []ui.Option
}

// Choosable reports whether who prints may still change.
func (v deskView) Choosable() bool {
	return v.Writes && !v.State.Reached(order.Making) && v.State != order.Cancelled && v.Minted == 0
}

// Desk reports whether the commanditaire prints itself.
func (v deskView) Desk() bool { return v.PrintMode == order.PrintDesk }

// CanPrint reports whether sheets may leave now.
func (v deskView) CanPrint() bool {
	return v.Writes && v.Desk() && v.State.Reached(order.Making) && v.Made()
}

// CanShip reports whether the parcels may be sent.
func (v deskView) CanShip() bool { return v.CanPrint() && v.Next == 0 && v.State == order.Making }

func (v deskView) typedOr(name, proposed string) string {
	if v.Typed.Has(name) {
		return v.Typed.Get(name)
	}
	return proposed
}

func (v deskView) from() string { return strconv.Itoa(max(v.Next, 1)) }

func (v deskView) to() string {
	return strconv.Itoa(min(max(v.Next, 1)+print.MostDeskCarnets-1, v.Carnets))
}

func (v deskView) progress() string {
	if v.Next == 0 {
		return "Tous les carnets sont imprimés."
	}
	return "Prochain carnet à imprimer\u00a0: le " + format.Number(v.Next) + ", sur " + format.Number(v.Carnets) + "."
}

// rows are the prints, newest first, each with what can be done about it.
func (v deskView) rows() ui.TableArgs {
	t := ui.TableArgs{Caption: "Feuilles imprimées", HideCaption: true, Columns: ui.Columns("Carnets", "Demandé", "État", "Que faire"),
		Empty: ui.EmptyArgs{Title: "Rien n’est encore imprimé", Body: "Chaque impression s’inscrit ici, avec qui l’a faite."}}
	for _, p := range v.Prints {
		asked := ui.TwoLines(ui.Text(p.AskedByName), format.DateTime(p.AskedAt))
		if p.Again {
			asked = ui.TwoLines(ui.Text(p.AskedByName+"\u00a0: "+p.Reason), format.DateTime(p.AskedAt))
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.Text(p.Range()), asked, deskState(p), v.act(p)))
	}
	return t
}

func deskState(p order.DeskPrint) templ.Component {
	switch {
	case p.RefusedAt != nil:
		return ui.Tag(ui.Bad, "réimpression refusée")
	case p.Waiting():
		return ui.Tag(ui.Warn, "attend une autre personne")
	case p.Ready():
		return ui.TwoLines(ui.Tag(ui.Info, "réimpression acceptée"), "par "+p.AgreedByName)
	case p.Again:
		return ui.TwoLines(ui.Tag(ui.Good, "réimprimé"), "par "+p.PrintedByName+", accord de "+p.AgreedByName)
	default:
		return ui.TwoLines(ui.Tag(ui.Good, "imprimé"), "par "+p.PrintedByName)
	}
}

func (v deskView) act(p order.DeskPrint) templ.Component {
	address := func(act string) string { return urls.Order(v.ID, "impression", "reprises", p.ID.String(), act) }
	switch {
	case !v.Writes:
		return ui.Muted("—")
	case p.Waiting() && p.AskedBy == v.Me:
		return templ.Join(ui.Muted("Une autre personne doit accepter."), ui.PostButton(address("refuser"), ui.ButtonArgs{Label: "Retirer la demande", Kind: ui.Quiet}))
	case p.Waiting():
		return templ.Join(ui.PostButton(address("accepter"), ui.ButtonArgs{Label: "Accepter", Hidden: "la réimpression des carnets " + p.Range(), Kind: ui.Secondary, Once: true}),
			ui.PostButton(address("refuser"), ui.ButtonArgs{Label: "Refuser", Hidden: "la réimpression des carnets " + p.Range(), Kind: ui.Quiet, Once: true}))
	case p.Ready():
		return ui.PostButton(address("feuilles"), ui.ButtonArgs{Label: "Télécharger, une seule fois", Kind: ui.Secondary, Icon: "printer"})
	default:
		return ui.Muted("—")
	}
}

func (h *OrderHandlers) desk(w http.ResponseWriter, r *http.Request) error {
	return h.deskPage(w, r, http.StatusOK, httpx.NewValues(nil), nil)
}

func (h *OrderHandlers) deskPage(w http.ResponseWriter, r *http.Request, status int, typed httpx.Values, refusal *fault.Error) error {
	o, err := h.readOwn(r, identity.OrderRead)
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	v := deskView{Order: o, Me: actor.AccountID, Writes: actor.Can(identity.OrderWrite), Typed: typed, Errors: ui.ErrorsFrom(refusal)}
	if v.Prints, err = h.Orders.DeskPrints(r.Context(), actor, o.ID); err != nil {
		return err
	}
	v.Next = o.NextToPrint(v.Prints)
	v.Choices = ui.Selected(printChoices(), v.typedOr("impression", o.PrintMode))
	page := orderPage(r, o, "Impression des carnets")
	page.Errors = v.Errors
	return httpx.Render(w, r, status, deskTemplate(page, v))
}

func printChoices() []ui.Option {
	return []ui.Option{
		{Value: order.PrintShop, Label: "Un imprimeur, choisi par l’opérateur", Hint: "Carnets agrafés, découpe nette. À préférer au-delà de 200 carnets."},
		{Value: order.PrintDesk, Label: "Nous-mêmes, sur une imprimante de bureau", Hint: "Des feuilles A4 à découper, trois chèques par page. Mêmes codes, même suivi. Il faut deux personnes et une armoire fermée."},
	}
}

// deskAct runs one act of desk printing; a refusal shows the page with what was typed.
func (h *OrderHandlers) deskAct(act func(r *http.Request, id uuid.UUID, form httpx.Values) (done string, err error)) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := httpx.PathUUID(r, "id")
		if err != nil {
			return err
		}
		form, err := httpx.Form(r)
		if err != nil {
			return err
		}
		done, err := act(r, id, form)
		if f, ok := fault.ForForm(err); ok {
			return h.deskPage(w, r, httpx.Status(f.Kind), form, f)
		}
		if err != nil {
			return err
		}
		httpx.Flash(r, ui.Good, done)
		return httpx.SeeOther(w, r, urls.Order(id, "impression"))
	}
}

func (h *OrderHandlers) choosePrinting(r *http.Request, id uuid.UUID, form httpx.Values) (string, error) {
	return "Votre choix est enregistré.", h.Orders.ChoosePrinting(r.Context(), httpx.Actor(r), id, form.Get("impression"))
}

func (h *OrderHandlers) askReprint(r *http.Request, id uuid.UUID, form httpx.Values) (string, error) {
	from, _ := form.Int("reprise_de")
	to, _ := form.Int("reprise_a")
	err := h.Orders.AskReprint(r.Context(), httpx.Actor(r), id, order.Sheets{From: from, To: to}, form.Get("motif"))
	if f, ok := fault.As(err); ok && f.Kind == fault.KindInvalid {
		err = renamed(f, map[string]string{"de": "reprise_de", "a": "reprise_a"})
	}
	return "La demande est enregistrée. Une autre personne de votre organisation doit l’accepter sur cette page.", err
}

// renamed gives the fields of a refusal the names they have on this form.
func renamed(f *fault.Error, names map[string]string) *fault.Error {
	fields := append([]fault.FieldError{}, f.Fields...)
	for i, field := range fields {
		if name, ok := names[field.Field]; ok {
			fields[i].Field = name
		}
	}
	return fault.Invalid(fields...)
}

func (h *OrderHandlers) answerReprint(agree bool) func(*http.Request, uuid.UUID, httpx.Values) (string, error) {
	return func(r *http.Request, id uuid.UUID, _ httpx.Values) (string, error) {
		reprint, err := httpx.PathUUID(r, "reprise")
		if err != nil {
			return "", err
		}
		done := "La réimpression est acceptée\u00a0: les feuilles se téléchargent une seule fois."
		if !agree {
			done = "La réimpression est refusée."
		}
		return done, h.Orders.AnswerReprint(r.Context(), httpx.Actor(r), id, reprint, agree)
	}
}

func (h *OrderHandlers) shipOwn(r *http.Request, id uuid.UUID, form httpx.Values) (string, error) {
	tracking := map[uuid.UUID]string{}
	for _, parcel := range form.UUIDs("colis") {
		tracking[parcel] = form.Get("suivi_" + parcel.String())
	}
	return "L’envoi est enregistré. Les points sont prévenus par mail.", h.Orders.ShipOwn(r.Context(), httpx.Actor(r), id, tracking)
}

// notYet says what must happen before sheets are printed.
func notYet(o order.Order) string {
	switch {
	case !o.State.Reached(order.ProofApproved):
		return "Vous pourrez les imprimer ici quand le bon à tirer sera validé et les carnets fabriqués."
	case !o.Made():
		return "Le bon à tirer est validé. L’opérateur crée maintenant les codes des carnets\u00a0: revenez quand c’est terminé."
	default:
		return "Seule une personne qui peut modifier la commande imprime les carnets."
	}
}
