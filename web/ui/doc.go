// Package ui is the design system: layouts, form fields, tables, figures and
// charts that screens compose. Views hand it display-ready values; it refuses
// to know any domain, to compute amounts and to write inline styles or scripts.
package ui
