package ui

import "github.com/a-h/templ"

func (c Choices) baseAttributes(class, kind string, i int) templ.Attributes {
	o := c.Options[i]
	a := templ.Attributes{"class": class, "type": kind, "id": c.optionID(i), "name": c.Name, "value": o.Value}
	if o.Checked {
		a["checked"] = true
	}
	if o.Disabled {
		a["disabled"] = true
	}
	for key, value := range c.Attrs {
		a[key] = value
	}
	return a
}

func (c Choices) optionAttributes(kind string, i int) templ.Attributes {
	class := map[string]string{"radio": "govuk-radios__input", "checkbox": "govuk-checkboxes__input"}[kind]
	a := c.baseAttributes(class, kind, i)
	if c.Options[i].Hint != "" {
		a["aria-describedby"] = c.optionID(i) + "-item-hint"
	}
	return a
}

func (c Choices) tileAttributes(kind string, i int) templ.Attributes {
	return c.baseAttributes("pn-tile__input", kind, i)
}

func checkboxAttributes(f Field, checked bool) templ.Attributes {
	a := f.attributes("govuk-checkboxes__input")
	a["type"], a["value"] = "checkbox", "oui"
	if f.Value != "" {
		a["value"] = f.Value
	}
	if checked {
		a["checked"] = true
	}
	return a
}
