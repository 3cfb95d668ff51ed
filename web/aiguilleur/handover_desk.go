package aiguilleur

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"passnum/internal/carnet"
	"passnum/internal/distribution"
	"passnum/web/httpx"
	"passnum/web/urls"
)

// desk is what the work screen is about: public serial numbers and how they are
// given. It travels in addresses and hidden fields, so that nothing of a person
// waits on a shared computer.
type desk struct {
	point    uuid.UUID
	serials  []string // of one household; the first is the carnet's own
	together bool     // more carnets may come
	part     bool     // some chèques only
	post     bool     // by post
	services []int    // what an orientation proposed
	pathway  *uuid.UUID
}

const yes = "oui"

// readDesk reads an address or a form; what is not a serial number is left out.
func readDesk(v httpx.Values, point uuid.UUID) desk {
	d := desk{point: point, together: v.Get("foyer") == yes, part: v.Get("part") == yes, post: v.Get("courrier") == yes}
	for _, typed := range append([]string{v.Get("carnet")}, strings.Split(v.Get("avec"), ",")...) {
		if serial, err := carnet.ParseSerial(typed); err == nil && len(d.serials) <= distribution.MaxHousehold { // one too many is refused, not forgotten
			d.add(serial)
		}
	}
	d.together = d.together || len(d.serials) > 1
	d.part = d.part && !d.together
	for _, typed := range append(strings.Split(v.Get("services"), ","), v.All("service")...) {
		if n, err := strconv.Atoi(strings.TrimSpace(typed)); err == nil && !slices.Contains(d.services, n) {
			d.services = append(d.services, n)
		}
	}
	if id, ok := v.UUID("parcours"); ok {
		d.pathway = &id
	}
	return d
}

// add puts a carnet beside the others, once.
func (d *desk) add(serial string) {
	if !slices.Contains(d.serials, serial) {
		d.serials = append(d.serials, serial)
	}
}

// carnet is the number of the first carnet; empty when none was shown.
func (d desk) carnet() string {
	if len(d.serials) == 0 {
		return ""
	}
	return d.serials[0]
}

// others are the further numbers, as a field or an address holds them.
func (d desk) others() string {
	if len(d.serials) < 2 {
		return ""
	}
	return strings.Join(d.serials[1:], ",")
}

// all is every number, as others is.
func (d desk) all() string { return strings.Join(d.serials, ",") }

func (d desk) servicesText() string {
	numbers := make([]string, len(d.services))
	for i, n := range d.services {
		numbers[i] = strconv.Itoa(n)
	}
	return strings.Join(numbers, ",")
}

func (d desk) pairs() []string {
	pathway := ""
	if d.pathway != nil {
		pathway = d.pathway.String()
	}
	return []string{"carnet", d.carnet(), "avec", d.others(), "point", d.point.String(), "foyer", flag(d.together), "part", flag(d.part),
		"courrier", flag(d.post), "services", d.servicesText(), "parcours", pathway}
}

func flag(on bool) string {
	if on {
		return yes
	}
	return ""
}

// href is the work screen about this desk.
func (d desk) href() string { return urls.With(urls.HandOver(), d.pairs()...) }

// with is the desk after a change, as an address.
func (d desk) with(change func(*desk)) string {
	d.serials = slices.Clone(d.serials)
	change(&d)
	return d.href()
}

// without is the desk when one carnet of the household is put back.
func (d desk) without(serial string) string {
	return d.with(func(d *desk) {
		d.serials = slices.DeleteFunc(d.serials, func(s string) bool { return s == serial })
	})
}

// choices are what the person at the counter typed or chose, shown again when
// something is refused. The address lives no longer than the request.
type choices struct {
	category, language, address string
	ranks                       []int
}

func readChoices(v httpx.Values) choices {
	a := choices{category: v.Get("public"), language: languageOf(v.Get("langue")), address: v.Get("adresse")}
	for _, typed := range v.All("ranks") {
		if n, err := strconv.Atoi(typed); err == nil {
			a.ranks = append(a.ranks, n)
		}
	}
	return a
}
