package show

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

// Birth returns when and where: « née le 24 août 1962 à Paris 7e (75107) », « né en
// 1962 (jour et mois inconnus) en Algérie (99352) ». It is empty if neither is
// known.
func (l Formatter) Birth(who person.Identity) string {
	when, where := l.on(who), l.at(who)
	if when == "" && where == "" {
		return ""
	}
	born, ok := l.born[who.Gender]
	if !ok {
		born = l.bornNeutral
	}
	return join(born, join(when, where))
}

// BirthDate returns the date on a line of its own: « 24 août 1962 », « août 1962
// (jour inconnu) ». Its spaces are ordinary ones, as people search for them.
func (l Formatter) BirthDate(who person.Identity) string {
	b := born(who)
	year := strconv.Itoa(b.Year)
	switch {
	case b.IsZero():
		return ""
	case b.Month == 0:
		return year + " (" + l.dayAndMonthUnknown + ")"
	case b.Day == 0:
		return l.months[b.Month-1] + " " + year + " (" + l.dayUnknown + ")"
	}
	return l.day(b.Day) + " " + l.months[b.Month-1] + " " + year
}

// on returns the date in a sentence.
func (l Formatter) on(who person.Identity) string {
	b := born(who)
	switch {
	case b.IsZero():
		return ""
	case b.Day == 0:
		return l.inMonth + l.BirthDate(who)
	}
	return l.onDay + l.BirthDate(who)
}

// born returns the date of birth, as far as it is known: where the register has
// completed the one that the identity provider has, that one. A date that does
// not exist is none.
func born(who person.Identity) person.BirthDate {
	b := who.BirthDate
	if b.IsZero() || completed(who.IdentityProviderBirthDate) == b {
		b = who.IdentityProviderBirthDate
	}
	if _, err := person.ParseBirthDate(b.String()); err != nil {
		return person.BirthDate{}
	}
	return b
}

// completed returns a date as the register has it.
func completed(b person.BirthDate) person.BirthDate {
	b.Month, b.Day = max(b.Month, 1), max(b.Day, 1)
	return b
}

// BirthPlace returns the place on a line of its own: « Paris 7e (75107) », « Le Havre
// (Seine-Maritime, 76351) », « Algérie (99352) », « Commune de code INSEE 75107 »
// where there is no name for it.
func (l Formatter) BirthPlace(who person.Identity) string {
	town, country := birthPlace(who)
	switch {
	case town.IsCommune():
		if name, ok := l.name(who, town); ok {
			return aside(name, string(town))
		}
		return l.commune + string(town)
	case town != "":
		return l.town(who, town, country)
	case country == person.France:
		return l.france
	case inDepartment(who, country):
		return l.algeria(who, country)
	case country.IsCountry():
		if name, ok := l.name(who, country); ok {
			return aside(name, string(country))
		}
		return l.country + string(country)
	}
	return string(country)
}

// at returns the place in a sentence.
func (l Formatter) at(who person.Identity) string {
	town, country := birthPlace(who)
	switch {
	case town.IsCommune():
		if phrase, ok := l.phrase(who, town); ok {
			return aside(phrase, string(town))
		}
		return l.inCommune + string(town)
	case town != "":
		return l.inTown(l.town(who, town, country))
	case country == person.France:
		return l.inFrance
	case inDepartment(who, country):
		if phrase, ok := l.phrase(who, country); ok {
			return phrase
		}
		return l.inAlgeria
	case country.IsCountry():
		if phrase, ok := l.phrase(who, country); ok {
			return aside(phrase, string(country))
		}
		return l.inCoded + string(country)
	case country != "":
		return l.inCountry + string(country)
	}
	return ""
}

// town returns the name of a town that has no code, and the country it is in.
func (l Formatter) town(who person.Identity, town, country person.Place) string {
	switch {
	case country == "" || country == person.France:
		return string(town)
	case inDepartment(who, country):
		return aside(string(town), l.algeria(who, country))
	case !country.IsCountry():
		return aside(string(town), string(country))
	}
	if name, ok := l.name(who, country); ok {
		return aside(string(town), name+", "+string(country))
	}
	return aside(string(town), lowerFirst(l.country)+string(country))
}

// inDepartment reports whether a country's code stands for what was a French
// département on the day of birth: one of Algeria.
func inDepartment(who person.Identity, country person.Place) bool {
	p := person.Pivot{BirthDate: born(who), BirthCountry: country}
	return country != person.France && p.BornInFrance()
}

// algeria returns its name alone: the code is that of a foreign country.
func (l Formatter) algeria(who person.Identity, code person.Place) string {
	if name, ok := l.name(who, code); ok {
		return name
	}
	return l.algeriaName
}

// name returns that of a code, on a line of its own.
func (l Formatter) name(who person.Identity, code person.Place) (string, bool) {
	if l.places == nil {
		return "", false
	}
	name, ok := l.places.Place(string(code), born(who).String())
	return name, ok && name != ""
}

// phrase returns a code in a sentence.
func (l Formatter) phrase(who person.Identity, code person.Place) (string, bool) {
	if l.places == nil {
		return "", false
	}
	phrase, ok := l.in(string(code), born(who).String(), l.places)
	return phrase, ok && phrase != ""
}

// birthPlace sets right what arrives crooked: the code of a country in the
// place of a town, which FranceConnect takes for France, and beside a foreign
// country the code of a French commune, or something that looks like one.
func birthPlace(who person.Identity) (town, country person.Place) {
	town, country = tidy(who.BirthPlace), tidy(who.BirthCountry)
	if code := person.Place(strings.ToUpper(string(town))); code.IsCommune() { // 2a004
		town = code
	}
	if town.IsCountry() {
		if country == "" || country == person.France {
			country = town
		}
		town = ""
	}
	if town.IsCommune() && country.IsCountry() && country != person.France {
		town = ""
	}
	if algerian.MatchString(string(town)) && inDepartment(who, algeria) {
		town, country = "", algeria
	}
	return town, country
}

// algerian are the codes that old registers have for Alger, Oran, Constantine and the
// Sahara: a département of then, and the number of the country of today.
var algerian = regexp.MustCompile(`^9[1-4]352$`)

const algeria person.Place = "99352"

// aside puts more into the parenthesis that a text ends with, or into one of
// its own.
func aside(text, more string) string {
	if before, ok := strings.CutSuffix(text, ")"); ok && strings.Contains(before, " (") {
		return before + ", " + more + ")"
	}
	return text + " (" + more + ")"
}

// lowerFirst is for a word that begins a line elsewhere.
func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }
