package aiguilleur

import (
	"net/http"

	"github.com/google/uuid"

	"passnum/internal/distribution"
	"passnum/internal/tongue"
	"passnum/web/httpx"
	"passnum/web/ui"
	"passnum/web/urls"
)

// large is the French letter in big type.
const large = "gros"

// letter is the orientation letter, to print from the browser, in the language
// chosen at the counter.
func (h *Handlers) letter(w http.ResponseWriter, r *http.Request) error {
	return h.showLetter(w, r, letterPage)
}

func (h *Handlers) letterPDF(w http.ResponseWriter, r *http.Request) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	document, err := h.Network.LetterPDF(r.Context(), httpx.Actor(r), id, httpx.Query(r).Get("langue") == large)
	if err != nil {
		return err
	}
	return httpx.Inline(w, document.Name, httpx.TypePDF, document.Content)
}

// photo is the letter's places alone, for the person to photograph.
func (h *Handlers) photo(w http.ResponseWriter, r *http.Request) error {
	return h.showLetter(w, r, photoPage)
}

func (h *Handlers) showLetter(w http.ResponseWriter, r *http.Request, draw letterDrawing) error {
	id, err := httpx.PathUUID(r, "id")
	if err != nil {
		return err
	}
	letter, err := h.Network.Letter(r.Context(), httpx.Actor(r), id)
	if err != nil {
		return err
	}
	return httpx.Render(w, r, http.StatusOK, draw(letterSheet(w, r, letter), newLetterView(letter, httpx.Query(r).Get("langue"))))
}

// letterSheet is the page around a letter; its script prints it when the address
// asks for it.
func letterSheet(w http.ResponseWriter, r *http.Request, letter distribution.Letter) ui.Page {
	p := httpx.Page(r, "Lettre du carnet "+letter.HandOver.Serial)
	p.Back = &ui.Crumb{Label: "Remise suivante", Href: urls.With(urls.HandOver(), "point", letter.HandOver.PointID.String())}
	p.Scripts = append(p.Scripts, "letter.js")
	w.Header().Set("Cache-Control", "no-store")
	return p
}

// edition is one way of reading the letter.
type edition struct {
	key, label, lang, dir, href string
	current                     bool
}

// editionsOf lists the languages of a page of the letter, the chosen one marked.
func editionsOf(id uuid.UUID, page func(uuid.UUID, string) string, chosen string) []edition {
	var list []edition
	for _, words := range tongue.All {
		list = append(list, edition{key: words.Code, label: words.Name, lang: words.Code, dir: words.Dir})
		if words.Code == "fr" {
			list = append(list, edition{key: large, label: "Gros caractères", lang: "fr", dir: "ltr"})
		}
	}
	for i := range list {
		list[i].href, list[i].current = page(id, list[i].key), list[i].key == chosen
	}
	return list
}

// wordsOf is the language of an edition; French for an unknown one.
func wordsOf(key string) (words *tongue.Words, edition string) {
	if w, ok := tongue.For(key); ok {
		return w, key
	}
	if key != large {
		key = "fr"
	}
	return tongue.All[0], key
}

// title is what stands above the places.
func placesTitle(words *tongue.Words, places []distribution.NearPlace) string {
	switch len(places) {
	case 0:
		return words.NoPlace
	case 1:
		return words.OnePlace
	}
	return words.Many
}
