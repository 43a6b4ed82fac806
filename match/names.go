package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// familyName compares birth names, and if they are not alike in any way, every
// name that one side has with every name of the other: an old database has the
// married name where the birth name should be.
func familyName(a, b compared, cutAt int) []Finding {
	found := birthName(a.familyName, b.familyName, cutAt)
	alike := func(x, y string) bool { return alikeInPart(birthName(x, y, cutAt)) }
	switch {
	case alikeInPart(found):
		return found
	case alike(a.usageName, b.familyName) || alike(a.familyName, b.usageName):
		return []Finding{UsageForBirth}
	case alike(a.usageName, b.usageName):
		return []Finding{UsageOnly}
	}
	return found
}

func alikeInPart(found []Finding) bool { return found[0] != Missing && found[0] != Differs }

// birthName compares two names, of which the second may have been cut off.
func birthName(a, b string, cutAt int) []Finding {
	found := writingOrCut(a, b, cutAt)
	if found[0] == Differs && (withoutParticles(a, letters(b)) || withoutParticles(b, letters(a))) {
		return []Finding{ParticleMissing}
	}
	return found
}

// writingOrCut is writing of a text and one that may have been cut off.
func writingOrCut(a, b string, cutAt int) []Finding {
	found := writing(a, b)
	if found[0] != Missing && cutOff(a, b, cutAt) {
		return []Finding{CutOff}
	}
	return found
}

// cutOff reports whether b fills its column and is how a starts, or all of it:
// then b may go on. A space at the end of a column is not kept, hence the one.
func cutOff(a, b string, cutAt int) bool {
	return cutAt > 0 && utf8.RuneCountInString(norm.NFC.String(b)) >= cutAt-1 && strings.HasPrefix(letters(a), letters(b))
}

// withoutParticles reports whether name, less some of its particles, has these
// letters: « de La Tour » has those of « Latour ». It keeps the numbers of
// letters that the words so far can account for.
func withoutParticles(name, these string) bool {
	at := []int{0}
	for _, word := range words(name) {
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

// words returns the letters of a name, one by one of its words.
func words(name string) []string {
	var all []string
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool {
		return kindOf(r)&(spaces|hyphens|apostrophes) != 0
	}) {
		if word = letters(word); word != "" {
			all = append(all, word)
		}
	}
	return all
}

// givenNames compares two lists, of which the second may have been cut off.
// They are compared as words, since where one name ends and the next begins is
// often lost: « Marie Laure » is one name, or two.
func givenNames(a, b []string, cutAt int) []Finding {
	found := writingOrCut(strings.Join(a, " "), strings.Join(b, " "), cutAt)
	if found[0] != Differs {
		return found
	}
	longer, shorter := givenWords(a), givenWords(b)
	first := a
	if len(longer) < len(shorter) {
		longer, shorter, first = shorter, longer, b
	}
	if !within(shorter, longer) {
		return found
	}
	var soft []Finding
	switch {
	case letters(first[0]) == strings.Join(shorter, ""):
		return []Finding{FirstOnly}
	case len(shorter) < len(longer):
		soft = append(soft, SomeMissing)
	}
	if !inOrder(shorter, longer) {
		soft = append(soft, Order)
	}
	return soft
}

// givenWords returns the words of given names. An apostrophe is inside one: M'Hamed.
func givenWords(names []string) []string {
	var all []string
	for _, name := range names {
		for word := range strings.FieldsFuncSeq(name, func(r rune) bool {
			return kindOf(r)&(spaces|hyphens) != 0
		}) {
			if word = letters(word); word != "" {
				all = append(all, word)
			}
		}
	}
	return all
}

// within reports whether each word of some is one of all, as often.
func within(some, all []string) bool {
	left := map[string]int{}
	for _, word := range all {
		left[word]++
	}
	for _, word := range some {
		if left[word]--; left[word] < 0 {
			return false
		}
	}
	return true
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
