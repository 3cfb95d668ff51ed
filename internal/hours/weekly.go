package hours

// Weekly lists when a place is open on each day of an ordinary week, from Monday,
// then on public holidays: the last rule that speaks of a day stands. ok is false
// for hours that Rules does not read.
func Weekly(osm string) (days [8][]TimeRange, ok bool) {
	rules, ok := Rules(osm)
	for _, r := range rules {
		for day := range days {
			switch {
			case r.Always:
				days[day] = []TimeRange{{"0:00", "24:00"}}
			case r.speaksOf(day):
				days[day] = r.Times
			}
		}
	}
	return days, ok
}
