package match

import (
	"slices"
	"strings"
	"unicode"
)

// inOneColumn reports whether a side has two names in a column of one,
// « DUPONT épouse MARTIN », and one of them is a name of the other side; or both
// names of the other side, one after the other.
func inOneColumn(a, b *side) bool {
	if !a.severalNames() && !b.severalNames() {
		return joined(a, b.family) || joined(b, a.family)
	}
	var fewA, fewB [8]text
	ofA, ofB := a.names(fewA[:0]), b.names(fewB[:0])
	for _, x := range ofA {
		for _, y := range ofB {
			if alikeInPart(birthName(x, y, 0)) {
				return true
			}
		}
	}
	return joined(a, b.family) || joined(b, a.family)
}

// joined reports whether a name is the birth name and the usage name of a side,
// in either order: « Dupont-Martin ».
func joined(s *side, name text) bool {
	x, y, both := s.family.letters, s.usage.letters, name.letters
	return x != "" && y != "" && len(both) == len(x)+len(y) &&
		(strings.HasPrefix(both, x) && strings.HasSuffix(both, y) || strings.HasPrefix(both, y) && strings.HasSuffix(both, x))
}

// severalNames reports whether a column of the side may have more than a name:
// it has a word or a sign that stands between two.
func (s *side) severalNames() bool { return isSeveral(s.family.as) || isSeveral(s.usage.as) }

func isSeveral(column string) bool {
	if isOneWord(column) {
		return false
	}
	for word := range strings.FieldsFuncSeq(column, unicode.IsSpace) {
		if strings.ContainsFunc(word, betweenNames) || marker(word) {
			return true
		}
	}
	return false
}

// names appends every name that a side has, columns taken apart.
func (s *side) names(all []text) []text {
	return appendColumn(appendColumn(all, s.family.as), s.usage.as)
}

func appendColumn(all []text, column string) []text {
	if placeholderName(letters(column)) {
		return all
	}
	for part := range strings.FieldsFuncSeq(column, betweenNames) {
		all = appendNames(all, part)
	}
	return all
}

// betweenNames reports whether a character stands between two names. A hyphen
// and an apostrophe are parts of one.
func betweenNames(r rune) bool { return strings.ContainsRune("()[]/\\|,;:=+&«»\"“”<>_*", r) }

// appendNames appends the names of a text, which are between its markers.
func appendNames(all []text, part string) []text {
	var words []string
	end := func() {
		if name := strings.Join(words, " "); letters(name) != "" {
			all = append(all, text{name, letters(name)})
		}
		words = nil
	}
	for word := range strings.FieldsSeq(part) {
		switch {
		case marker(word):
			// « nom de jeune fille »: the particle is the marker's, not the name's.
			if n := len(words) - 1; n == 0 && isParticle(letters(words[n])) {
				words = nil
			}
			end()
		default:
			words = append(words, word)
		}
	}
	end()
	return all
}

// marker reports whether a word tells, in registers and old databases, which
// name comes next or came before, or is a title.
func marker(word string) bool {
	var few [32]byte
	if len(word) > len(few) {
		return false
	}
	folded := string(appendFold(few[:0], word, all))
	if folded == "MARIE" { // a name, too, unless it has its accent
		return strings.HasSuffix(strings.ToLower(word), "é")
	}
	_, found := slices.BinarySearch(markers, folded)
	return found
}

// markers are in the order of the alphabet, as letters. A hyphen or a dot is no
// matter: « vve. ».
var markers = []string{
	"ALIAS", "CONJOINT", "CONJOINTE", "DEPOUSE", "DEPOUX", "DIT", "DITE", "DIV", "DIVORCE", "DIVORCEE", "DUSAGE", "DV", "DVC", "DVCEE",
	"EP", "EPOUSE", "EPOUX", "EPS", "EPSE", "EPX", "EX", "EXEPOUSE", "EXEPOUX", "FEMME", "FILLE", "FME", "JEUNE", "JF",
	"MADAME", "MADEMOISELLE", "MARIEE", "MARITAL", "MELLE", "MLLE", "MME", "MONSIEUR", "MR",
	"NAISS", "NAISSANCE", "NDF", "NDJF", "NE", "NEE", "NJF", "NOM", "PACSE", "PACSEE", "PARTENAIRE", "PATRONYME", "PATRONYMIQUE",
	"REMARIEE", "SEP", "SEPARE", "SEPAREE", "USAGE", "VE", "VEUF", "VEUVE", "VF", "VV", "VVE",
}
