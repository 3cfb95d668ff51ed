package territory

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"passnum/internal/fold"
)

//go:embed all:data
var data embed.FS

// ErrNotBuilt is returned by Load in a binary compiled before the data was
// built from its npm package.
var ErrNotBuilt = errors.New("the communes are missing from this binary: run « npm ci && node internal/territory/build.mjs », then build again")

var load = sync.OnceValues(func() (*Index, error) {
	f, err := data.Open("data/territory.gz")
	if err != nil {
		return nil, ErrNotBuilt
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("opening the communes: %w", err)
	}
	return parse(text)
})

// Load gives the country, read once for the life of the process; a caller that
// serves requests loads it at start and stops on an error.
func Load() (*Index, error) { return load() }

func parse(text io.Reader) (*Index, error) {
	ix := &Index{
		byCode: map[string]int{}, former: map[string]string{}, epcis: map[string]EPCI{},
		departements: map[string]Departement{}, regions: map[string]Region{},
	}
	var formers [][]string
	lines := bufio.NewScanner(text)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Split(lines.Text(), "\t")
		if fields[0] == "F" {
			formers = append(formers, fields)
			continue
		}
		if err := ix.add(fields); err != nil {
			return nil, fmt.Errorf("reading the communes, line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading the communes: %w", err)
	}
	ix.order()
	ix.addFormers(formers)
	return ix, nil
}

var fieldCounts = map[string]int{"R": 3, "D": 5, "E": 4, "C": 11}

func (ix *Index) add(f []string) error {
	if want, ok := fieldCounts[f[0]]; !ok || len(f) != want {
		return fmt.Errorf("unexpected line of kind %q with %d fields", f[0], len(f))
	}
	switch f[0] {
	case "R":
		ix.regions[f[1]] = Region{Code: f[1], Name: f[2]}
		return nil
	case "D":
		liaison, err := strconv.Atoi(f[4])
		ix.departements[f[1]] = Departement{Code: f[1], Region: f[2], Name: f[3], liaison: liaison}
		return err
	case "E":
		ix.epcis[f[1]] = EPCI{Code: f[1], Kind: f[2], Name: f[3], text: " " + fold.Text(f[3])}
		return nil
	}
	return ix.addCommune(f)
}

func (ix *Index) addCommune(f []string) error {
	numbers := make([]int, 4)
	for i, j := range []int{6, 8, 9, 10} {
		n, err := strconv.Atoi(f[j])
		if err != nil {
			return err
		}
		numbers[i] = n
	}
	ix.communes = append(ix.communes, Commune{
		Code: f[1], Name: f[2], Departement: f[3], Region: ix.departements[f[3]].Region, EPCI: f[4], Parent: f[5],
		Population: numbers[0], PostalCodes: strings.Fields(f[7]),
		lat: float64(numbers[1]) / 1e4, lon: float64(numbers[2]) / 1e4, precision: Precision(numbers[3]),
		text: " " + fold.Text(f[2]),
	})
	return nil
}

// order sorts by population and draws what follows from the communes.
func (ix *Index) order() {
	slices.SortStableFunc(ix.communes, func(a, b Commune) int {
		return cmp.Or(cmp.Compare(b.Population, a.Population), cmp.Compare(a.Code, b.Code))
	})
	for i, c := range ix.communes {
		ix.byCode[c.Code] = i
		if e, ok := ix.epcis[c.EPCI]; ok && c.Parent == "" {
			e.Population += c.Population
			e.Departement = cmp.Or(e.Departement, c.Departement)
			ix.epcis[c.EPCI] = e
		}
	}
	for _, c := range ix.communes {
		if i, ok := ix.byCode[c.Parent]; ok {
			ix.communes[i].split = true
		}
	}
}

func (ix *Index) addFormers(lines [][]string) {
	for _, f := range lines {
		i, ok := ix.byCode[f[2]]
		if !ok {
			continue
		}
		if _, alive := ix.byCode[f[1]]; !alive {
			ix.former[f[1]] = f[2]
		}
		if text := " " + fold.Text(f[3]); text != ix.communes[i].text {
			ix.formerNames = append(ix.formerNames, formerName{name: f[3], text: text, commune: i})
		}
	}
	slices.SortStableFunc(ix.formerNames, func(a, b formerName) int { return cmp.Compare(a.commune, b.commune) })
}
