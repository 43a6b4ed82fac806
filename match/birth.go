package match

import (
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/person"
)

// birthDate compares dates of which parts may be unknown. Two unknown days are
// not the same day.
func birthDate(a, b person.BirthDate) Finding {
	differ := func(x, y int) bool { return x != y && x != 0 && y != 0 }
	_, whole := a.Time()
	switch {
	case a.Year == 0 || b.Year == 0:
		return Missing
	case a.Year != b.Year || differ(int(a.Month), int(b.Month)) || differ(a.Day, b.Day):
		return Differs
	case a == b && whole:
		return Same
	case a != b && (presumed(a) == b || presumed(b) == a):
		return Presumed
	}
	return PartUnknown
}

// presumed returns what registers and databases write for a date that is not known
// whole: the first of the month, or the first of January.
func presumed(d person.BirthDate) person.BirthDate {
	if d.Month == 0 {
		d.Month = time.January
	}
	if d.Day == 0 {
		d.Day = 1
	}
	return d
}

// birthPlace compares communes. It is nothing to go by for people who were born
// abroad: the register leaves it empty, databases and identity providers do
// with it what they like.
func (m Matcher) birthPlace(a, b *side) Finding {
	x, y := person.Place(a.country.letters), person.Place(b.country.letters)
	if x != person.France && y != person.France && (x.IsCountry() || y.IsCountry()) {
		return NotNeeded
	}
	found := written(a.place, b.place)
	if found == Differs && (m.isNow(a.place, b.place) || m.isNow(b.place, a.place)) {
		return OldCode
	}
	return found
}

// isNow reports whether the commune of an old code has this one today.
func (m Matcher) isNow(old, code text) bool {
	if m.CurrentPlace == nil {
		return false
	}
	now, ok := m.CurrentPlace(strings.TrimSpace(old.as))
	return ok && letters(now) == code.letters
}
