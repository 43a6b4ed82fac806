package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A folding is a set of differences of writing that do not make another name.
type folding uint8

const (
	ligatures folding = 1 << iota
	spaces
	accents
	letterCase
	hyphens
	apostrophes
	dots
	afterParticles

	all     folding = 1<<iota - 1
	nothing folding = 0
)

// folded are the findings, in the order of their bits. It is the one in which
// [needed] tries to do without each: first those that would take the credit for
// another's work. A non-breaking space is the matter of Spaces before it is
// one of Ligatures, and the space of « Le Goff » one of Particles.
var folded = [...]Finding{Ligatures, Spaces, Accents, Case, Hyphens, Apostrophes, Dots, Particles}

// letters returns a name without all that: what names are compared by.
func letters(name string) string { return fold(name, all) }

// fold does away with some differences of writing. With none of them it is the
// name itself, in one of the forms which Unicode says are the same text.
func fold(name string, by folding) string {
	form := norm.NFD
	if by&ligatures != 0 {
		form = norm.NFKD // ﬁ, ĳ, full-width letters
	}
	name = form.String(name)
	if by&(afterParticles|spaces) == afterParticles {
		name = joinParticles(name)
	}
	var b strings.Builder
	b.Grow(len(name))
	foreign := false // the letter just before is of another script, where a mark may be half of it
	for i, r := range name {
		kind := kindOf(r)
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(name[i:], "\ufffd"): // not UTF-8: one such byte is not like another
			fmt.Fprintf(&b, "\ufffd%X", name[i])
		case kind == nothing:
			writeLetter(&b, r, by)
		case kind == accents && foreign || by&kind == 0:
			b.WriteRune(r)
		}
		foreign = foreign && kind == accents || kind == nothing && r != utf8.RuneError && r >= 0x80 && !unicode.Is(unicode.Latin, r)
	}
	return b.String()
}

// writeLetter writes r in the writing that is left.
func writeLetter(b *strings.Builder, r rune, by folding) {
	plain := ""
	if r >= 0x80 && by&ligatures != 0 {
		plain = plainLetters[r]
	}
	switch {
	case by&letterCase == 0 && plain == "":
		b.WriteRune(r)
	case plain == "":
		b.WriteRune(unicode.ToUpper(r))
	case by&letterCase == 0:
		b.WriteString(plain)
	default:
		b.WriteString(strings.ToUpper(plain))
	}
}

// kindOf tells which folding a character falls to. What is not a mark or a
// separator counts as a letter, an asterisk or a digit too: nobody knows what
// a database means by it.
func kindOf(r rune) folding {
	switch {
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return nothing
	case unicode.Is(unicode.M, r):
		return accents
	case unicode.Is(unicode.Pd, r), r == '\u2212', r == '\u00ad': // minus sign, soft hyphen
		return hyphens
	case strings.ContainsRune("'`´‘’‛′＇ʹʻʼʽʾʿˈꞌ", r): // those that are typed, and letters that look like one
		return apostrophes
	case strings.ContainsRune(".·․", r):
		return dots
	case unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf): // non-breaking and zero-width ones, the NUL that pads a column
		return spaces
	}
	return nothing
}

// plainLetters are what is written, in France, for letters that Unicode does
// not take apart.
var plainLetters = map[rune]string{
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ẞ': "SS", 'þ': "th", 'Þ': "TH",
	'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D",
	'ħ': "h", 'Ħ': "H", 'ŧ': "t", 'Ŧ': "T", 'ŋ': "n", 'Ŋ': "N",
}

// particles are the words that stand before a name, and are written with or
// without a space after them, or not at all.
var particles = []string{
	"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", // French
	"VON", "VAN", "DER", "DEN", "DA", "DO", "DOS", "DAS", "DI", "DEL", "DELLA", "EL", "AL",
}

func isParticle(word string) bool { return slices.Contains(particles, strings.ToUpper(word)) }

// joinParticles leaves out the spaces after particles.
func joinParticles(name string) string {
	var joined, word strings.Builder
	over := false // the last word was a particle, and its space
	for _, r := range name {
		kind := kindOf(r)
		if kind == spaces && isParticle(word.String()) {
			over = true
			continue
		}
		inWord := kind == nothing || kind == accents
		if over || !inWord {
			word.Reset()
		}
		if inWord {
			word.WriteRune(r)
		}
		over = false
		joined.WriteRune(r)
	}
	return joined.String()
}

// needed returns the foldings that it takes to make two names the same whose
// letters are; none if they are the same text.
func needed(a, b string) []Finding {
	by := all
	for bit := folding(1); bit != 0; bit <<= 1 {
		if fold(a, by&^bit) == fold(b, by&^bit) {
			by &^= bit
		}
	}
	var found []Finding
	for i, f := range folded {
		if by&(1<<i) != 0 {
			found = append(found, f)
		}
	}
	return found
}

// writing compares two texts that are either the same, or the same but for
// their writing, or not.
func writing(a, b string) []Finding {
	switch x, y := letters(a), letters(b); {
	case x == "" || y == "":
		return []Finding{Missing}
	case x != y:
		return []Finding{Differs}
	case fold(a, nothing) == fold(b, nothing):
		return []Finding{Same}
	}
	return needed(a, b)
}
