package show

import (
	"cmp"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

// A Line is a line of an account page.
type Line struct {
	Label string // « Nom de naissance »
	Value string // never empty
	Note  string // what to know about the value, or nothing: « déclarée, non vérifiée »
}

// Lines returns what FranceConnect said about somebody, for an account page, in the
// order of civil status. What it did not say has no line.
func (l Formatter) Lines(who person.Identity) []Line {
	title := l.Title(who)
	if who.Gender == person.Unspecified {
		title = l.unspecified
	}
	given := l.labels.givenNames
	if len(givenNames(who)) == 1 {
		given = l.labels.givenName
	}
	family, usage := l.labels.birthName, tidy(who.UsageName)
	if who.MayBeEuropean() {
		family, usage = l.labels.familyName, ""
	}
	var said []Line
	for _, line := range []Line{
		{Label: l.labels.title, Value: title},
		{Label: given, Value: l.GivenNames(who)},
		{Label: family, Value: tidy(who.FamilyName)},
		{Label: l.labels.usageName, Value: usage},
		{Label: l.labels.birthDate, Value: l.BirthDate(who)},
		{Label: l.labels.birthPlace, Value: l.BirthPlace(who)},
		{Label: l.labels.email, Value: tidy(who.Email), Note: l.labels.unverified},
		{Label: l.labels.address, Value: address(who.Address)},
		{Label: l.labels.phone, Value: tidy(who.PhoneNumber)},
	} {
		if line.Value != "" {
			said = append(said, line)
		}
	}
	return said
}

// labels are those of the lines.
type labels struct {
	title, givenName, givenNames, birthName, familyName, usageName, birthDate, birthPlace string

	email, unverified, address, phone string
}

// address returns one line. Only the FranceConnect before v2 gives any.
func address(a *person.Address) string {
	if a == nil {
		return ""
	}
	text := cmp.Or(a.Formatted, strings.Join([]string{a.StreetAddress, a.PostalCode + " " + a.Locality, a.Region, a.Country}, "\n"))
	var lines []string
	for line := range strings.Lines(text) {
		if line = tidy(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ", ")
}
