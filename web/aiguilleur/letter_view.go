package aiguilleur

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"passnum/internal/distribution"
	"passnum/internal/guidance"
	"passnum/internal/referentiel"
	"passnum/internal/tongue"
	"passnum/web/ui"
	"passnum/web/urls"
)

type letterDrawing func(ui.Page, letterView) templ.Component

// letterView is the letter in one language, ready to be drawn. What stays in
// French is marked so, for screen readers and for the direction of writing.
type letterView struct {
	words                          *tongue.Words
	large                          bool
	editions                       []edition
	photoEditions                  []edition
	otherHref, letterHref, pdfHref string
	commanditaire, counter, day    string
	serials                        []string
	cheques                        string // « 5 × 10 € »
	until                          []part
	pathway                        string
	steps                          []letterStep
	services                       []letterStep
	placesTitle                    string
	places                         []letterPlace
	ateliers                       []letterAtelier
	placesURL, phone               string
	foreign                        bool
}

type letterStep struct {
	title string // in French
	means string // what its category is, in the letter's language
}

type letterPlace struct {
	name, address, distance string
	call                    []part
	hours                   []string
	frenchHours             bool
	transport, access       string // in French
	learn                   string
}

// letterAtelier is a date to go to; its title and place are in French.
type letterAtelier struct{ day, hour, title, where string }

// part is a piece of a sentence. Kind says how it is written: as the letter's
// language, as French, or as figures, always from left to right.
type part struct {
	text string
	kind partKind
}

type partKind int

const (
	spoken partKind = iota
	inFrench
	inFigures
	inAddress // of a page: it may break
)

// fill puts pieces in the holes of a sentence.
func fill(sentence string, pieces ...part) []part {
	var parts []part
	for i, text := range strings.Split(sentence, "%s") {
		if text != "" {
			parts = append(parts, part{text: text})
		}
		if i < len(pieces) {
			parts = append(parts, pieces[i])
		}
	}
	return parts
}

func newLetterView(l distribution.Letter, asked string) letterView {
	words, key := wordsOf(asked)
	v := letterView{
		words: words, large: key == large, foreign: words.Code != "fr",
		editions:      editionsOf(l.HandOver.ID, urls.LetterIn, key),
		photoEditions: editionsOf(l.HandOver.ID, urls.LetterPhoto, key),
		otherHref:     urls.LetterPhoto(l.HandOver.ID, key), letterHref: urls.LetterIn(l.HandOver.ID, key),
		commanditaire: l.Terms.Commanditaire, counter: l.Point.Name, day: words.Day(l.Date), serials: l.Serials,
		cheques:     fmt.Sprintf("%d\u00a0×\u00a0%s", l.Cheques, l.Terms.FaceValue().Short()),
		until:       fill(words.Until, part{text: words.Day(l.UsableUntil)}),
		placesTitle: placesTitle(words, l.Places), placesURL: l.PlacesURL, phone: l.OperatorPhone,
	}
	if !v.foreign {
		v.pdfHref = urls.With(urls.LetterPDF(l.HandOver.ID), "langue", key)
	}
	v.addProposal(l)
	for _, place := range l.Places {
		v.places = append(v.places, newLetterPlace(words, place))
		if v.large { // two sheets hold no more
			v.places[len(v.places)-1].learn = ""
		}
	}
	most := len(l.Ateliers)
	if v.large || v.foreign { // nor more dates
		most = min(most, 1)
	}
	for _, a := range l.Ateliers[:most] {
		v.ateliers = append(v.ateliers, letterAtelier{day: words.Day(a.StartsAt), hour: a.StartsAt.Format("15:04"), title: a.Title, where: a.Where()})
	}
	return v
}

// addProposal shows the parcours, else the services alone.
func (v *letterView) addProposal(l distribution.Letter) {
	if l.Pathway != nil {
		v.pathway = l.Pathway.Title
		for _, s := range l.Pathway.Steps() {
			v.steps = append(v.steps, v.step(s))
		}
		return
	}
	for _, e := range l.Entries {
		v.services = append(v.services, v.step(guidance.Step{Entry: e}))
	}
}

func (v *letterView) step(s guidance.Step) letterStep {
	step := letterStep{title: s.Title()}
	if e, ok := referentiel.Load().Entry(s.Entry); ok && v.foreign {
		m := v.words.Category(e.Category)
		step.means = m.Name + " – " + m.Means
	}
	return step
}

func newLetterPlace(words *tongue.Words, p distribution.NearPlace) letterPlace {
	v := letterPlace{name: p.Name, address: p.Address, distance: words.Distance(p.Km, p.SameTown), access: p.Access, transport: p.Transport}
	number, referent := part{phone(p.Phone), inFigures}, part{p.Referent, inFrench}
	switch {
	case p.Phone != "" && p.Referent != "":
		v.call = fill(words.CallSomeone, referent, number)
	case p.Phone != "":
		v.call = fill(words.Call, number)
	case p.Referent != "":
		v.call = fill(words.AskFor, referent)
	}
	var known bool
	if v.hours, known = words.Hours(p.OpeningHours); !known && p.OpeningHours != "" {
		v.hours, v.frenchHours = []string{p.OpeningHours}, true
	}
	v.learn = learn(words, p)
	return v
}

// learn says what a place gives: services in French, families in other
// languages.
func learn(words *tongue.Words, p distribution.NearPlace) string {
	if words.Code == "fr" {
		return words.List(p.Services)
	}
	var names []string
	for _, f := range referentiel.Load().FamiliesOf(p.Entries) {
		if len(names) < 4 {
			names = append(names, words.Family(string(f)))
		}
	}
	return words.List(names)
}

// forPhoto turns the links of a letter to its page to photograph.
func (v letterView) forPhoto() letterView {
	v.editions, v.otherHref, v.pdfHref = v.photoEditions, v.letterHref, ""
	return v
}

func current(e edition) string {
	if e.current {
		return "page"
	}
	return "false"
}
