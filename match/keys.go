package match

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/person"
)

// Keys are what records are found by in a database: the letters of names, as
// they are compared, without accents, case, spaces, hyphens and apostrophes.
// They change with a new version of this package no more than its grades do;
// when they do, UPGRADING.md says so.
type Keys struct{ Family, Given []string }

// Key returns what a record is to be stored with, in two columns: the letters of
// its birth name, or of the first of two names in one column, and without either
// of its usage name; and those of the first word of its given names. Either is ""
// for none.
func (r Record) Key() (family, given string) {
	for _, column := range []string{r.FamilyName, r.UsageName} {
		names := appendColumn(nil, column)
		if len(names) > 0 {
			family = names[0].letters
			break
		}
	}
	names, all := split(r.GivenNames)
	if placeholderName(letters(all)) {
		return family, ""
	}
	for _, name := range names {
		if buf, ends := appendWords(nil, nil, name); len(ends) > 0 {
			return family, string(buf[:ends[0]])
		}
	}
	return family, ""
}

// PersonKeys returns the keys that records of a person may have: those of the
// birth name and the usage name, with their particles and without; and those of
// each word of the given names, and of the first given name. A record that is
// not Different, whose birth date is another one, has a key of each; one with
// the same date, or a part of it, has a key of one at least. The exceptions are
// those of two slips, and names of which a particle is missing on the person's
// side, whose words are in another order, or the first of which on the record's
// side is not on the other's.
func PersonKeys(who person.Identity) Keys {
	var s side
	s.fill(who)
	k := Keys{Given: append(slices.Clone(s.words), s.first, s.given.letters)}
	for _, name := range s.names(nil) {
		k.Family = append(k.Family, name.letters)
		var rest []string
		for _, word := range strings.FieldsFunc(name.as, isSeparator) {
			if rest = append(rest, letters(word)); isParticle(rest[len(rest)-1]) {
				rest = rest[:len(rest)-1]
			}
		}
		k.Family = append(k.Family, strings.Join(rest, ""))
	}
	// Both names in one column without a word between them, in either order.
	if s.family.letters != "" && s.usage.letters != "" {
		k.Family = append(k.Family, s.family.letters+s.usage.letters, s.usage.letters+s.family.letters)
	}
	if one := s.onlyName(); one != "" { // in either column
		k.Family, k.Given = append(k.Family, one), append(k.Given, one)
	}
	return Keys{tidyKeys(k.Family), tidyKeys(k.Given)}
}

func tidyKeys(all []string) []string {
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), placeholderName)
}
