package admin

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/identity"
	"passnum/internal/jobs"
	"passnum/internal/money"
	"passnum/internal/order"
	"passnum/internal/printing"
	"passnum/internal/printing/bundle"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// printView is the page of an order's printing, ready to show.
type printView struct {
	printing.Status
	Pack       printing.Pack // the live one
	Preparing  bool
	Ready      bool
	Blocked    string // why nothing can be printed
	Acts       bool   // the reader may act
	Decides    bool   // the reader may decide on the request that waits
	Waiting    bool
	Request    printing.Download
	MayTake    bool
	TakenOnce  bool // this pack went out
	Progress   ui.ProgressArgs
	Typed      httpx.Values
	Errors     ui.Errors
	FirstShop  bool // no shop is known yet
	OpenShop   bool // the form of a shop was refused
	KeptDays   int
	Stopped    string // how the last making ended, when not well
	shopChoice ui.Choices
}

func newPrintView(st printing.Status, actor identity.Actor, typed httpx.Values, errors ui.Errors) printView {
	v := printView{Status: st, Acts: actor.Can(identity.PlatformOrders), Typed: typed, Errors: errors,
		FirstShop: len(st.Shops) == 0, OpenShop: typed.Has("cle"), KeptDays: int(printing.Kept.Hours() / 24)}
	v.Pack, _ = st.Live()
	v.Preparing, v.Ready = v.Pack.State == printing.Preparing, v.Pack.State == printing.Ready
	v.Blocked = blocked(st)
	if v.Preparing && st.Began {
		v.Progress = packProgress(st.Order.ID, st.Run, actor)
	}
	if !v.Pack.Live() && st.Began && st.Run.State == jobs.Failed {
		v.Stopped = st.Run.Message
	}
	v.shopChoice = shopChoice(st, typed, errors)
	v.readDownloads(actor)
	return v
}

// blocked says why an order cannot be printed; empty when it can.
func blocked(st printing.Status) string {
	switch o := st.Order; {
	case o.PrintMode == order.PrintDesk:
		return order.ErrByDesk.Sentence
	case !o.State.Reached(order.Making) || !o.Made():
		return order.ErrNotMade.Sentence
	default:
		return ""
	}
}

// readDownloads finds what may be taken, and what waits for a second person.
func (v *printView) readDownloads(actor identity.Actor) {
	v.MayTake = v.Acts && !v.Taken
	for _, d := range v.Downloads {
		v.TakenOnce = v.TakenOnce || d.UsedAt != nil
		v.MayTake = v.MayTake || v.Acts && d.Open()
		if d.Waiting() {
			v.Waiting, v.Request = true, d
			v.Decides = d.RequestedBy != actor.AccountID && (v.Acts || actor.Can(identity.PlatformFunds))
		}
	}
}

// MayAskAgain reports whether another download may be asked for.
func (v printView) MayAskAgain() bool { return v.Acts && v.Taken && !v.MayTake && !v.Waiting }

func shopChoice(st printing.Status, typed httpx.Values, errors ui.Errors) ui.Choices {
	options := make([]ui.Option, len(st.Shops))
	for i, shop := range st.Shops {
		options[i] = ui.Option{Value: shop.ID.String(), Label: shop.Name, Hint: "Clé " + shortKey(shop.PublicKey)}
	}
	chosen := typed.Get("imprimeur")
	if chosen == "" && len(st.Shops) == 1 {
		chosen = st.Shops[0].ID.String()
	}
	return ui.Choices{Name: "imprimeur", Legend: "Pour quel imprimeur\u00a0?", Options: ui.Selected(options, chosen), Error: errors.For("imprimeur"), Small: true}
}

// shortKey is enough of a key to compare it aloud.
func shortKey(key string) string {
	if len(key) < 24 {
		return key
	}
	return key[:12] + "…" + key[len(key)-8:]
}

// typedKey is the key to show again; a secret one is shown to nobody again.
func (v printView) typedKey() string {
	if newShop(v.Typed).HasSecret() {
		return ""
	}
	return v.Typed.Get("cle")
}

func (v printView) packRows() []ui.SummaryRow {
	m := v.Pack.Contents()
	rows := []ui.SummaryRow{
		{Key: "Imprimeur", Value: v.Pack.ShopName},
		{Key: "Chiffré pour la clé", Value: shortKey(v.Pack.PublicKey)},
		{Key: "Contenu", Value: fmt.Sprintf("%s, %s, %s", format.Count(m.Carnets, "carnet", "carnets"), format.Count(m.Cheques, "chèque", "chèques"), format.Size(v.Pack.SizeBytes))},
	}
	if v.Pack.ExpiresAt != nil {
		rows = append(rows, ui.SummaryRow{Key: "Effacé au plus tard", Value: format.Date(*v.Pack.ExpiresAt)})
	}
	return rows
}

func (v printView) fileTable() ui.TableArgs {
	t := ui.TableArgs{Caption: "Fichiers du paquet", HideCaption: true, Compact: true, Columns: ui.Columns("Fichier", "Contenu", "#Taille")}
	for _, f := range v.Pack.Contents().Files {
		t.Rows = append(t.Rows, ui.NewRow(ui.Serial(f.Name), ui.Text(fileContent(f)), ui.Text(format.Size(f.Bytes))))
	}
	return t
}

func fileContent(f bundle.File) string {
	switch f.Kind {
	case bundle.Pages:
		return fmt.Sprintf("carnets %s à %s, %s", format.Number(f.From), format.Number(f.To), format.Count(f.Pages, "page", "pages"))
	case bundle.Codes:
		return format.Count(f.Rows, "ligne", "lignes") + ", une par chèque"
	case bundle.Specimen:
		return "le bon à tirer validé"
	default:
		return "consignes"
	}
}

func (v printView) downloadTable() ui.TableArgs {
	t := ui.TableArgs{Caption: "Téléchargements de ce paquet", HideCaption: true, Compact: true, Columns: ui.Columns("Demandé par", "Autorisé par", "Téléchargé")}
	for _, d := range v.Downloads {
		decided, used := "sans objet, premier téléchargement", "pas encore"
		switch {
		case d.Waiting():
			decided = "en attente"
		case d.Granted != nil && *d.Granted:
			decided = d.DecidedByName
		case d.Granted != nil:
			decided, used = "refusé par "+d.DecidedByName, "non"
		}
		if d.UsedAt != nil {
			used = format.DateTime(*d.UsedAt) + ", " + d.UsedByName
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(d.RequestedByName), d.Reason), ui.Text(decided), ui.Text(used)))
	}
	return t
}

var packWords = map[printing.State]struct {
	word string
	tone ui.Tone
}{
	printing.Preparing: {"en préparation", ui.Info}, printing.Ready: {"prêt", ui.Warn}, printing.Received: {"reçu, effacé", ui.Good},
	printing.Replaced: {"remplacé, effacé", ui.Neutral}, printing.Expired: {"effacé sans accusé", ui.Bad}, printing.Stopped: {"arrêté", ui.Neutral},
}

func (v printView) packTable() ui.TableArgs {
	t := ui.TableArgs{Caption: "Paquets de cette commande", HideCaption: true, Columns: ui.Columns("Demandé", "Imprimeur", "État", "Empreinte du manifeste"),
		Empty: ui.EmptyArgs{Title: "Aucun paquet", Body: "Les paquets préparés pour cette commande resteront listés ici, sans leur contenu."}}
	for _, p := range v.Packs {
		state := packWords[p.State]
		print := "gardée pour l’accusé de réception"
		switch {
		case p.State == printing.Received:
			print = grouped(p.Fingerprint()[:16]) + "…"
		case p.State != printing.Ready:
			print = "–"
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(format.DateTime(p.CreatedAt)), p.CreatedByName), ui.Text(p.ShopName), ui.Tag(state.tone, state.word), ui.Text(print)))
	}
	return t
}

func grouped(s string) string {
	var groups []string
	for ; len(s) > 4; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(append(groups, s), " ")
}

func (v printView) shopTable() ui.TableArgs {
	t := ui.TableArgs{Caption: "Imprimeurs enregistrés", HideCaption: true, Compact: true, Columns: ui.Columns("Imprimeur et clé publique", "Retirer"),
		Empty: ui.EmptyArgs{Title: "Aucun imprimeur", Body: "Enregistrez celui qui imprimera cette commande."}}
	for _, shop := range v.Shops {
		retire := ui.Muted("réservé au suivi des commandes")
		if v.Acts {
			retire = ui.PostButton(urls.AdminPrintShopRetire(v.Order.ID, shop.ID), ui.ButtonArgs{Label: "Retirer", Hidden: shop.Name, Kind: ui.Quiet})
		}
		t.Rows = append(t.Rows, ui.NewRow(ui.TwoLines(ui.Text(shop.Name), strings.TrimPrefix(shop.Email+" · "+shortKey(shop.PublicKey), " · ")), retire))
	}
	return t
}

// packProgress is the making of a pack as the page and its stream show it.
func packProgress(id uuid.UUID, run jobs.Run, actor identity.Actor) ui.ProgressArgs {
	p := ui.ProgressArgs{ID: "impression", Label: "Préparation du paquet", Done: run.Done, Total: run.Total, Over: !run.Live()}
	p.Text = fmt.Sprintf("%s carnets sur %s", money.Count(run.Done), money.Count(run.Total))
	switch {
	case run.State == jobs.Waiting:
		p.Text = "La préparation commence dans un instant."
	case run.State == jobs.Cancelled:
		p.Text += " · arrêtée"
	case p.Over:
		p.Text = run.Message
	case run.Done == run.Total:
		p.Text += " · liste des codes et empreintes"
	}
	if p.Over {
		p.Body = ui.Link("Actualiser la page pour la suite", urls.AdminPrinting(id))
		return p
	}
	p.StreamURL = urls.AdminPrinting(id, "avancement")
	if actor.Can(identity.PlatformOrders) {
		p.Body = ui.PostButton(urls.AdminPrinting(id, "arret"), ui.ButtonArgs{Label: "Arrêter", Kind: ui.Secondary})
	}
	return p
}

// manualView is what the print shop's sheet names.
type manualView struct {
	Order, Commanditaire, File string
	Carnets, Pages             string
}

func newManual(st printing.Status) manualView {
	o := st.Order
	number := orderNumber(o.Number)
	return manualView{
		Order: number, Commanditaire: o.Commanditaire, File: "carnets-" + number, Carnets: o.Format(),
		Pages: format.Count(o.Carnets+o.Cheques(), "page", "pages"),
	}
}

// printKind leaves one main action a page: taking the pack comes before.
func printKind(other bool) ui.ButtonKind {
	if other {
		return ui.Secondary
	}
	return ui.Primary
}
