package person

import (
	"regexp"
	"time"
)

// A Place is a birth place or country: a code of INSEE's Code officiel
// géographique, nothing, or free text.
type Place string

// France is the country code of people born in France.
const France Place = "99100"

var (
	commune = regexp.MustCompile(`^(2[AB]|[0-9]{2})[0-9]{3}$`)
	country = regexp.MustCompile(`^99[0-9]{3}$`)
)

// IsCommune reports whether p has the form of a commune's code.
func (p Place) IsCommune() bool { return commune.MatchString(string(p)) && !p.IsCountry() }

// IsCountry reports whether p has the form of a country's code.
func (p Place) IsCountry() bool { return country.MatchString(string(p)) }

// algeria is the country code of people born in Algeria, whenever that was.
const algeria Place = "99352"

// BornInFrance reports whether somebody was born in France as it was that day:
// the country is France, or it is Algeria and the birth before 3 July 1962, when
// its départements became another State. Who was born in 1962, in a month or on
// a day that is not known, may have been.
//
// Nowhere else is a birth under a country's code one in a French département.
// The overseas territories of the time (the Comoros, Djibouti, West and
// Equatorial Africa, Madagascar) and the colony of Cochinchina were of the
// Republic and no part of what the Code civil, article 17-4, calls France;
// Morocco, Tunisia and the rest of Indochina were protectorates, Togo and
// Cameroon mandates.
func (p Pivot) BornInFrance() bool {
	return p.BirthCountry == France || p.BirthCountry == algeria && p.BirthDate.mayBeBefore(1962, time.July, 3)
}

// mayBeBefore reports whether a day was, or may have been, before another. No date
// at all was not.
func (b BirthDate) mayBeBefore(year int, month time.Month, day int) bool {
	return b.valid() && b.date().Before(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}
