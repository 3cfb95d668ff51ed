package admin

import (
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"passnum/internal/fault"
	"passnum/internal/french"
	"passnum/internal/identity"
	"passnum/internal/qualification"
	"passnum/internal/qualification/document"
	"passnum/internal/structure"
	"passnum/web/httpx"
	"passnum/web/networkui"
	"passnum/web/ui"
	"passnum/web/ui/format"
	"passnum/web/urls"
)

// fileView is a structure's file beside its papers, ready to be read.
type fileView struct {
	ID           uuid.UUID
	Title, Lead  string
	Tag          templ.Component
	Organisation string
	Facts        []ui.SummaryRow
	Parts        []partView // those that are only fields
	Place, Bank  partView   // what their own cards say besides
	Paper        partView
	Amendments   []amendmentView
	Corrections  []correctionView
	Papers       []paperView
	Preview      *paperPreview
	Accounts     []ui.SummaryRow
	Places       []ui.Row
	Thread       threadView
	History      []ui.JournalEntry
	Journal      []ui.JournalEntry
	Decides      bool
	MayFlag      bool
	Decisions    []decisionLink
	Errors       ui.Errors
}

type decisionLink struct {
	Label, Href string
	Kind        ui.ButtonKind
}

type partView struct {
	Title, Saved, Empty string
	Tag                 templ.Component
	Rows, Folded        []ui.SummaryRow
	Flags               []string // on the whole step
	Open                bool     // there is something to read in it, or to do
}

type amendmentView struct {
	ID                        uuid.UUID
	Title, By, Accept, Refuse string
	Fields                    []qualification.Field
	Reason, Error             string
}

type correctionView struct{ Label, Sentence, Asked, Withdraw string }

type paperView struct {
	Label, Detail, Href string
	Tag                 templ.Component
	Current             bool
	Flags               []string
}

type paperPreview struct {
	Label, Source, Href string
	Picture             bool
}

type threadView struct {
	Messages        []networkui.Message
	Older, Template string
	Unread          int
	Templates       []ui.Option
	Body            string
	Open            bool // a message is to be written, or was begun
}

// messagesShown is how many messages the page shows before one asks for more.
const messagesShown = 3

func (h *StructureHandlers) file(w http.ResponseWriter, r *http.Request) error {
	return h.renderFile(w, r, http.StatusOK, httpx.Values{}, nil)
}

// renderFile shows a file; typed is what a refused form held.
func (h *StructureHandlers) renderFile(w http.ResponseWriter, r *http.Request, code int, typed httpx.Values, refusal *fault.Error) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	actor := httpx.Actor(r)
	review, err := h.Files.Review(r.Context(), actor, id)
	if err != nil {
		return err
	}
	templates, err := h.Files.Templates(r.Context(), actor)
	if err != nil {
		return err
	}
	page := httpx.Page(r, review.Name)
	page.Crumbs = []ui.Crumb{{Label: "Structures", Href: urls.AdminStructures()}, {Label: review.Name}}
	page.Errors = ui.ErrorsFrom(refusal)
	v := h.newFileView(review, actor, httpx.Query(r))
	v.Errors = page.Errors
	v.Thread.fill(templates, httpx.Query(r).Get("modele"))
	v.Thread.Open = v.Thread.Unread > 0 || httpx.Query(r).Has("modele")
	if refusal != nil {
		v.Thread.Body = typed.Get("message")
		for i := range v.Amendments {
			if v.Amendments[i].ID.String() == typed.Get("modification") {
				v.Amendments[i].Reason, v.Amendments[i].Error = typed.Get("motif"), page.Errors.For("motif")
			}
		}
	}
	if v.Preview != nil && !v.Preview.Picture {
		httpx.AllowFrame(w)
	}
	return httpx.Render(w, r, code, filePage(page, v))
}

func (h *StructureHandlers) newFileView(review qualification.Review, actor identity.Actor, query httpx.Values) fileView {
	id, now := review.OrganisationID, h.Files.Clock()
	v := fileView{ID: id, Title: review.Name, Lead: review.Town + " · SIRET " + format.SIRET(review.SIRET), Tag: structureTag(review.State),
		Organisation: urls.AdminOrganisation(id), Accounts: accountRows(review.Accounts), Places: placeTableRows(review.PlaceList, review.Corrections),
		Journal: journalEntries(review.Journal), History: decisionEntries(review.Decisions), Decides: actor.Can(identity.PlatformDecide)}
	v.MayFlag = v.Decides && qualification.MayFlag(review.State)
	v.addFacts(review, now)
	v.addParts(review)
	v.addPapers(review, query.Get("piece"))
	for _, a := range review.Amendments {
		v.Amendments = append(v.Amendments, amendmentView{ID: a.ID, Title: a.Title, By: "Demandé le " + format.DateTime(a.At) + " par " + a.By, Fields: a.Fields,
			Accept: urls.AdminAmendment(id, a.ID, "accepter"), Refuse: urls.AdminAmendment(id, a.ID, "refuser")})
	}
	for _, c := range review.Corrections {
		if c.Open() {
			v.Corrections = append(v.Corrections, correctionView{c.Label, c.Sentence, "demandé le " + format.Date(c.AskedAt), urls.AdminCorrectionWithdraw(id, c.ID)})
		}
	}
	v.Thread = newThreadView(review.Thread, review.Name, urls.AdminMessages(id))
	if v.Decides {
		v.Decisions = decisionLinks(id, review.State)
	}
	return v
}

func (v *fileView) addPapers(review qualification.Review, chosen string) {
	for _, f := range review.Documents {
		tone := map[document.State]ui.Tone{document.Received: ui.Warn, document.Accepted: ui.Good, document.Refused: ui.Bad}[f.State]
		p := paperView{Label: f.Label(), Detail: f.Name + ", " + format.Size(f.Size) + ", envoyé le " + format.Date(f.UploadedAt), Tag: ui.Tag(tone, f.State.Label()),
			Href: urls.With(urls.AdminStructure(v.ID), "piece", f.ID.String()) + "#pieces", Current: f.ID.String() == chosen,
			Flags: flagsOn(review.Corrections, qualification.StepDocuments, f.Kind)}
		if !f.Readable() {
			p.Href = urls.AdminPaper(v.ID, f.ID)
		} else if p.Current {
			v.Paper.Open = true
			v.Preview = &paperPreview{Label: f.Label(), Source: urls.AdminPaper(v.ID, f.ID, "contenu"), Href: urls.AdminPaper(v.ID, f.ID), Picture: f.MediaType != "application/pdf"}
		}
		v.Papers = append(v.Papers, p)
	}
}

func decisionEntries(list []qualification.PastDecision) []ui.JournalEntry {
	var entries []ui.JournalEntry
	for _, d := range list {
		e := ui.JournalEntry{When: format.DateTime(d.At), Who: d.ByName, What: "Structure " + d.Decision.Label(), Detail: format.List(d.Reasons)}
		if d.Decision == qualification.AskedCorrections || d.Decision == qualification.Renewed || d.Decision == qualification.Reopened {
			e.What = french.Capital(d.Decision.Label())
		}
		if d.Sentence != "" && e.Detail != "" {
			e.Detail += ". "
		}
		e.Detail += d.Sentence
		if d.ValidUntil != nil {
			e.Detail += " Valable jusqu’au " + format.Date(*d.ValidUntil) + "."
		}
		entries = append(entries, e)
	}
	return entries
}

// papersSaid counts the papers, and those that nobody has checked.
func papersSaid(files []document.File) string {
	if len(files) == 0 {
		return "Aucune"
	}
	said := format.Count(len(files), "pièce", "pièces")
	if n := document.ToCheck(files); n > 0 {
		said += ", dont " + format.Number(n) + " à vérifier"
	}
	return said
}

// decisionLinks are the decisions that may be taken now; the mildest stands out.
func decisionLinks(id uuid.UUID, state structure.State) []decisionLink {
	var links []decisionLink
	for _, d := range qualification.Possible(state) {
		words := decisionWords[d]
		link := decisionLink{Label: words.verb, Href: urls.AdminDecision(id, string(d)), Kind: ui.Secondary}
		if d == qualification.Qualified || d == qualification.Reinstated {
			link.Kind = ""
		}
		links = append(links, link)
	}
	return links
}

// addFacts says where the file stands in time.
func (v *fileView) addFacts(review qualification.Review, now time.Time) {
	add := func(key, value string) {
		if value != "" {
			v.Facts = append(v.Facts, ui.SummaryRow{Key: key, Value: value})
		}
	}
	if review.SubmittedAt != nil {
		add("Envoyé", format.DateTime(*review.SubmittedAt))
	}
	if review.QualifiedAt != nil {
		add("Qualifiée", format.Date(*review.QualifiedAt))
	}
	add("Qualification", fileTerm(review.Term, now))
	add("Questionnaire", review.Verdict.Label())
	add("Dernier motif", review.Reason)
	add("Étapes", strconv.Itoa(review.Done())+" complètes sur "+strconv.Itoa(len(review.Parts)))
	v.Facts = append(v.Facts, ui.SummaryRow{Key: "Pièces", Body: ui.Link(papersSaid(review.Documents), "#pieces")})
	if n := review.Thread.Unread; n > 0 {
		v.Facts = append(v.Facts, ui.SummaryRow{Key: "Messages", Body: ui.Link(format.Count(n, "message non lu", "messages non lus"), "#messages")})
	}
}
