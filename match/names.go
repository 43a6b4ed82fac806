package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// familyName compares birth names, and if they are not alike in any way, every
// name that one side has with every name of the other: an old database has the
// married name where the birth name should be, or both in one column.
func familyName(a, b *side, cutAt int) Finding {
	found := birthName(a.family, b.family, cutAt)
	switch {
	case alikeInPart(found):
		return found
	case alikeInPart(birthName(a.usage, b.family, cutAt)) || alikeInPart(birthName(a.family, b.usage, cutAt)):
		return UsageForBirth
	case alikeInPart(birthName(a.usage, b.usage, cutAt)):
		return UsageOnly
	case inOneColumn(a, b):
		return OneColumn
	}
	return found
}

func alikeInPart(f Finding) bool { return f != Missing && f != Differs }

// birthName compares two names, of which the second may have been cut off.
func birthName(a, b text, cutAt int) Finding {
	found := writtenOrCut(a, b, cutAt)
	switch {
	case found != Differs:
	case withoutParticles(a, b.letters) || withoutParticles(b, a.letters):
		return ParticleMissing
	case sameWords(a, b):
		return Order
	}
	return found
}

// sameWords reports whether two names have the same words, in whatever order:
// « Garcia Martinez », « TOUR DE LA ».
func sameWords(a, b text) bool {
	if len(a.letters) != len(b.letters) || isOneWord(a.as) || isOneWord(b.as) {
		return false
	}
	return slices.Equal(sortedWords(a.as), sortedWords(b.as))
}

func sortedWords(name string) []string {
	words := strings.FieldsFunc(fold(name, ligatures|accents|letterCase), isSeparator)
	slices.Sort(words)
	return words
}

// writtenOrCut is written of a text and one that may have been cut off.
func writtenOrCut(a, b text, cutAt int) Finding {
	found := written(a, b)
	if found != Missing && cutOff(a, b, cutAt) {
		return CutOff
	}
	return found
}

// cutOff reports whether b fills its column and is how a starts, or all of it:
// then b may go on. A space at the end of a column is not kept, hence the one.
func cutOff(a, b text, cutAt int) bool {
	return cutAt > 0 && utf8.RuneCountInString(norm.NFC.String(b.as)) >= cutAt-1 && strings.HasPrefix(a.letters, b.letters)
}

// withoutParticles reports whether name, less some of its particles, has these
// letters: « de La Tour » has those of « Latour ». It keeps the numbers of
// letters that the words so far can account for.
func withoutParticles(name text, these string) bool {
	if len(these) >= len(name.letters) || isOneWord(name.as) {
		return false
	}
	at := []int{0}
	for word := range strings.FieldsFuncSeq(name.as, isSeparator) {
		if word = letters(word); word == "" {
			continue
		}
		var next []int
		for _, n := range at {
			if strings.HasPrefix(these[n:], word) {
				next = append(next, n+len(word))
			}
			if isParticle(word) {
				next = append(next, n)
			}
		}
		slices.Sort(next)
		at = slices.Compact(next)
	}
	return slices.Contains(at, len(these))
}

// isSeparator reports whether a character is between two words of a name.
func isSeparator(r rune) bool { return kindOf(r)&(spaces|hyphens|apostrophes) != 0 }

// givenNames compares two lists, of which the second may have been cut off.
// They are compared as words, since where one name ends and the next begins is
// often lost: « Marie Laure » is one name, or two. There are two findings if
// some are missing and the others in another order.
func givenNames(a, b *side, cutAt int) (found, order Finding) {
	found = writtenOrCut(a.given, b.given, cutAt)
	if found != Differs {
		return found, ""
	}
	longer, shorter := a, b
	if len(a.words) < len(b.words) {
		longer, shorter = b, a
	}
	switch {
	case !within(shorter.words, longer.words):
		return Differs, ""
	case longer.first == shorter.given.letters:
		return FirstOnly, ""
	case len(shorter.words) == len(longer.words):
		return Order, ""
	case !inOrder(shorter.words, longer.words):
		return SomeMissing, Order
	}
	return SomeMissing, ""
}

// within reports whether each word of some is one of all, as often.
func within(some, all []string) bool {
	for i, word := range some {
		if count(some[:i+1], word) > count(all, word) {
			return false
		}
	}
	return true
}

func count(words []string, word string) (n int) {
	for _, w := range words {
		if w == word {
			n++
		}
	}
	return n
}

// inOrder reports whether some follow one another as in all, with gaps.
func inOrder(some, all []string) bool {
	for _, word := range all {
		if len(some) > 0 && some[0] == word {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// oneName settles names that are missing. Some people have one name alone: a
// given name without a family name, or the other way round, in either column.
// That both sides have the same one, and neither another, is a part of a
// pivot. The two findings are those of the given names and of the family name.
func oneName(a, b *side, given, family Finding) (Finding, Finding) {
	x, y := a.onlyName(), b.onlyName()
	switch {
	case x == "" || x != y:
		return given, family
	case given == Missing && a.given.letters == b.given.letters:
		return MissingOnBoth, family
	case family == Missing && a.family.letters == b.family.letters:
		return given, MissingOnBoth
	case given == Missing || family == Missing: // in two columns, or in both of one side
		return OtherColumn, OtherColumn
	}
	return given, family
}

// onlyName returns the letters of the name of who has one alone, "" for others.
// It may have been filled in twice.
func (s *side) onlyName() string {
	switch {
	case s.given.letters == "":
		return s.family.letters
	case s.family.letters == "" || s.family.letters == s.given.letters:
		return s.given.letters
	}
	return ""
}
