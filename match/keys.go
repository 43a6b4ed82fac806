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
	family = letters(r.FamilyName)
	if isSeveral(r.FamilyName) {
		if names := appendColumn(nil, r.FamilyName); len(names) > 0 {
			family = names[0].letters
		}
	}
	if family == "" || placeholderName(family) {
		family = letters(r.UsageName)
	}
	_, words := givenKeys(r)
	if len(words) > 0 && !placeholderName(strings.Join(words, "")) {
		given = words[0]
	}
	return family, given
}

func givenKeys(r Record) (names, words []string) {
	names, _ = split(r.GivenNames)
	for _, name := range names {
		buf, ends := appendWords(nil, nil, name)
		from := 0
		for _, end := range ends {
			words = append(words, string(buf[from:end]))
			from = end
		}
	}
	return names, words
}

// PersonKeys returns the keys that records of a person may have: those of the
// birth name and the usage name, with their particles and without; and those of
// each word of the given names, and of the first given name. A record that is
// not Different, whose birth date is another one, has a key of each; one with
// the same date, or a part of it, has a key of one at least. The exceptions are
// those of two slips, and names of which a particle is missing on the person's
// side, or the first name on the record's side is not on the other's.
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
	return slices.DeleteFunc(slices.Compact(all), func(key string) bool { return key == "" || placeholderName(key) })
}
