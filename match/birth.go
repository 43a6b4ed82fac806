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
	x, y := country(a), country(b)
	if codedOtherwise(a, b) {
		return NotComparable
	}
	if x != person.France && y != person.France && (x.IsCountry() || y.IsCountry()) {
		return NotNeeded
	}
	found := written(a.place, b.place)
	if found == Differs && (m.isNow(a.place, b.place) || m.isNow(b.place, a.place)) {
		return OldCode
	}
	return found
}

// birthCountry compares countries.
func birthCountry(a, b *side) Finding {
	if codedOtherwise(a, b) {
		return NotComparable
	}
	return written(a.country, b.country)
}

// wasFrench are the countries of today of which a register may have a birth as one
// in a French commune, the day from which none does, and how such a code
// begins: Service-public F33078 has those of Algeria, Morocco and Tunisia; the
// overseas territories had 98, as they have today.
var wasFrench = map[person.Place]struct {
	until person.BirthDate
	codes string // two digits each
}{
	"99352": {person.BirthDate{Year: 1962, Month: 7, Day: 3}, "91 92 93 94"}, // Algeria, declaration of 3 July 1962
	"99350": {person.BirthDate{Year: 1956, Month: 3, Day: 2}, "95"},          // Morocco, declaration of 2 March 1956
	"99351": {person.BirthDate{Year: 1956, Month: 3, Day: 20}, "96"},         // Tunisia, protocol of 20 March 1956
	"99397": {person.BirthDate{Year: 1975, Month: 12, Day: 31}, "98"},        // Comoros, law 75-1337
	"99399": {person.BirthDate{Year: 1977, Month: 6, Day: 27}, "98"},         // Djibouti, law 77-625
}

// codedOtherwise reports whether one side may have, as a country of today, what
// the other has as a French commune of the time: neither code is wrong, and they
// say nothing about one another.
func codedOtherwise(a, b *side) bool {
	if country(a) == country(b) {
		return false
	}
	if country(a) == person.France {
		a, b = b, a
	}
	then, ok := wasFrench[country(a)]
	if !ok || country(b) != person.France {
		return false
	}
	for _, born := range []person.BirthDate{a.born, b.born} {
		if presumed(born).String() >= then.until.String() {
			return false
		}
	}
	place := person.Place(strings.ToUpper(strings.TrimSpace(b.place.as)))
	return !place.IsCommune() || strings.Contains(then.codes, string(place[:2]))
}

func country(s *side) person.Place { return person.Place(s.country.letters) }

// isNow reports whether the commune of an old code has this one today.
func (m Matcher) isNow(old, code text) bool {
	if m.CurrentPlace == nil {
		return false
	}
	now, ok := m.CurrentPlace(strings.TrimSpace(old.as))
	return ok && letters(now) == code.letters
}
