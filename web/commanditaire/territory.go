package commanditaire

import (
	"fmt"
	"regexp"
	"strings"

	"passnum/internal/fault"
	"passnum/internal/fold"
	"passnum/internal/territory"
)

// perimeter reads where the chèques serve. Communes and EPCI come one a line,
// as typed: without JavaScript no list of 35,000 names can be offered.
func (f *orderForm) perimeter(c *fault.Collector) territory.Perimeter {
	kind := territory.PerimeterKind(f.Perimeter)
	var codes []string
	switch kind {
	case territory.PerimeterRegions:
		codes = f.Regions
	case territory.PerimeterDepartements:
		codes = f.Departements
	case territory.PerimeterEPCI:
		codes = resolve(c, "epci", f.EPCI, findEPCI)
	case territory.PerimeterCommunes:
		codes = resolve(c, "communes", f.Communes, findCommune)
	}
	p, err := territory.NewPerimeter(kind, codes...)
	if refusal, ok := fault.As(err); ok && (len(codes) > 0 || kind == "") {
		c.Add("perimetre", refusal.Sentence)
	}
	return p
}

// resolve reads one territory a line and tells the first line it cannot read.
func resolve(c *fault.Collector, field, text string, find func(string) (code, refusal string)) []string {
	var codes []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ';' }) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		code, refusal := find(line)
		if refusal != "" {
			c.Add(field, refusal)
			return codes
		}
		codes = append(codes, code)
	}
	return codes
}

var (
	inseeCode = regexp.MustCompile(`^[0-9][0-9AB][0-9]{3}$`)
	siren     = regexp.MustCompile(`[0-9]{9}`)
	brackets  = strings.NewReplacer("(", " ", ")", " ")
)

func findCommune(line string) (code, refusal string) {
	c, refusal := commune(line)
	return c.Code, refusal
}

func commune(line string) (territory.Commune, string) {
	ix, err := territory.Load()
	if err != nil {
		return territory.Commune{}, "La liste des communes n’est pas disponible."
	}
	if inseeCode.MatchString(line) {
		if c, ok := ix.Commune(line); ok {
			return c, ""
		}
	}
	found := ix.Search(brackets.Replace(line), 6)
	switch {
	case len(found) == 0:
		return territory.Commune{}, "Aucune commune ne s’appelle «\u00a0" + line + "\u00a0». Vérifiez l’orthographe, ou tapez son code INSEE."
	case len(found) == 1 || exact(found[0], line) && !exact(found[1], line):
		return found[0], ""
	}
	names := make([]string, 0, 3)
	for _, c := range found[:min(3, len(found))] {
		names = append(names, c.Label())
	}
	return territory.Commune{}, fmt.Sprintf("«\u00a0%s\u00a0» peut désigner plusieurs communes\u00a0: %s… Ajoutez le code postal.", line, strings.Join(names, ", "))
}

// exact reports whether the line is the commune's whole name, digits apart.
func exact(c territory.Commune, line string) bool {
	letters := strings.TrimFunc(brackets.Replace(line), func(r rune) bool { return r == ' ' || r >= '0' && r <= '9' })
	return fold.Text(c.Name) == fold.Text(letters)
}

func findEPCI(line string) (code, refusal string) {
	ix, err := territory.Load()
	if err != nil {
		return "", "La liste des intercommunalités n’est pas disponible."
	}
	if code = siren.FindString(line); code != "" {
		if _, ok := ix.EPCI(code); ok {
			return code, ""
		}
		return "", "Aucune intercommunalité ne porte le numéro " + code + "."
	}
	c, refusal := commune(line)
	switch {
	case refusal != "":
		return "", refusal
	case c.EPCI == "":
		return "", c.Name + " n’appartient à aucune intercommunalité."
	}
	return c.EPCI, ""
}

func communeLines(codes []string) []string {
	ix, err := territory.Load()
	lines := make([]string, len(codes))
	for i, code := range codes {
		lines[i] = code
		if err != nil {
			continue
		}
		// A name that reads back as another commune is written as its code.
		if c, ok := ix.Commune(code); ok {
			if back, _ := findCommune(c.Label()); back == c.Code {
				lines[i] = c.Label()
			}
		}
	}
	return lines
}

func epciLines(codes []string) []string {
	ix, err := territory.Load()
	lines := make([]string, len(codes))
	for i, code := range codes {
		lines[i] = code
		if err != nil {
			continue
		}
		if e, ok := ix.EPCI(code); ok {
			lines[i] = e.LongName() + " (" + code + ")"
		}
	}
	return lines
}
