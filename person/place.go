package person

import "regexp"

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
