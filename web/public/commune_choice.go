package public

import (
	"strings"

	"passnum/internal/fault"
	"passnum/internal/territory"
	"passnum/web/ui"
)

// communesProposed is how many communes a text that fits several proposes.
const communesProposed = 6

// communeChoices offers the communes that bear a name, each with its
// département; href leads to the same search there.
func communeChoices(index *territory.Index, several []territory.Commune, href func(territory.Commune) string) []ui.NumberedItem {
	items := make([]ui.NumberedItem, len(several))
	for i, c := range several {
		d, _ := index.Departement(c.Departement)
		items[i] = ui.NumberedItem{Title: c.Label(), Href: href(c), Detail: d.Name}
		if c.Former != "" {
			items[i].Detail += ", avec " + c.Former
		}
	}
	return items
}

// meant is what a typed commune leads to.
type meant struct {
	commune *territory.Commune
	several []territory.Commune
	refusal *fault.Error
}

// meantBy resolves a commune; a code that no longer fits what was typed
// over it gives way to the text, as happens without script.
func meantBy(index *territory.Index, typed, code string) meant {
	if c, ok := index.Commune(code); ok && typed != "" && !strings.EqualFold(typed, c.Label()) {
		code = ""
	}
	c, err := index.Resolve(code, typed)
	if err == nil {
		return meant{commune: &c}
	}
	if several := index.Search(typed, communesProposed); len(several) > 1 {
		return meant{several: several}
	}
	if refusal, ok := fault.As(err); ok {
		return meant{refusal: fault.Field("commune", refusal.Sentence)}
	}
	return meant{}
}
