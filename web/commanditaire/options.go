package commanditaire

import (
	"strconv"

	"passnum/internal/order"
	"passnum/internal/referentiel"
	"passnum/internal/territory"
	"passnum/web/ui"
)

// formats are the presets, then a format of one's own.
func (v formView) formats() []ui.Option {
	var options []ui.Option
	for _, p := range presets {
		options = append(options, ui.Option{Value: p.value, Label: p.label})
	}
	options = append(options, ui.Option{Value: otherFormat, Label: "Un autre format", Reveal: otherFormatFields(v)})
	return ui.Selected(options, v.Preset)
}

// rows are the co-funders, then blank lines.
func (v formView) rows() []cofunderRow {
	rows := append([]cofunderRow{}, v.Cofunders...)
	for range blankRows {
		if len(rows) < order.MostCofunders {
			rows = append(rows, cofunderRow{})
		}
	}
	return rows
}

func (v formView) logoPresent() string {
	if v.HasLogo {
		return "oui"
	}
	return ""
}

func (v formView) regions() []ui.Option {
	ix, err := territory.Load()
	if err != nil {
		return nil
	}
	var options []ui.Option
	for _, r := range ix.Regions() {
		options = append(options, ui.Option{Value: r.Code, Label: r.Name})
	}
	return ui.Selected(options, v.Regions...)
}

func (v formView) departements() []ui.Option {
	ix, err := territory.Load()
	if err != nil {
		return nil
	}
	var options []ui.Option
	for _, d := range ix.Departements() {
		options = append(options, ui.Option{Value: d.Code, Label: d.Code + " " + d.Name})
	}
	return ui.Selected(options, v.Departements...)
}

func (v formView) levels() []ui.Option {
	var options []ui.Option
	for _, l := range referentiel.Load().Levels() {
		options = append(options, ui.Option{Value: strconv.Itoa(l.Number), Label: l.Name})
	}
	return ui.Selected(options, v.Levels...)
}

func (v formView) categories() []ui.Option {
	var options []ui.Option
	for _, c := range referentiel.Load().Categories() {
		options = append(options, ui.Option{Value: c.Code, Label: c.Code + " " + c.Name})
	}
	return ui.Selected(options, v.Categories...)
}

func (v formView) entries(category string) []ui.Option {
	var options []ui.Option
	for _, e := range referentiel.Load().All() {
		if e.Category == category {
			options = append(options, ui.Option{Value: strconv.Itoa(e.Number), Label: referentiel.Load().Label(e.Number)})
		}
	}
	return ui.Selected(options, v.Entries...)
}
