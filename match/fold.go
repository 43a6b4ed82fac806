package match

import (
	"bytes"
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
	return string(appendFold(make([]byte, 0, len(name)), name, by))
}

// appendFold appends what fold returns.
func appendFold(b []byte, name string, by folding) []byte {
	if by&(afterParticles|spaces) == afterParticles {
		return appendAny(b, name, by)
	}
	start := len(b)
	for i := range len(name) {
		c := name[i]
		if c >= utf8.RuneSelf {
			return appendAny(b[:start], name, by)
		}
		switch kind := asciiKinds[c]; {
		case kind == nothing && by&letterCase != 0 && c >= 'a' && c <= 'z':
			b = append(b, c-'a'+'A')
		case by&kind == 0:
			b = append(b, c)
		}
	}
	return b
}

// appendAny is appendFold of a name that may have other characters than ASCII.
func appendAny(b []byte, name string, by folding) []byte {
	form := norm.NFD
	if by&ligatures != 0 {
		form = norm.NFKD // ﬁ, ĳ, full-width letters
	}
	if !latin(name) {
		name = form.String(name)
	}
	if by&(afterParticles|spaces) == afterParticles {
		name = joinParticles(name)
	}
	foreign := false // the letter just before is of another script, where a mark may be half of it
	for i, r := range name {
		if r < utf8.RuneSelf {
			b, foreign = appendRune(b, r, by, foreign)
			continue
		}
		if r == utf8.RuneError && !strings.HasPrefix(name[i:], "\ufffd") { // not UTF-8: one such byte is not like another
			b, foreign = fmt.Appendf(b, "\ufffd%X", name[i]), false
			continue
		}
		part := form.PropertiesString(name[i:]).Decomposition()
		if part == nil {
			b, foreign = appendRune(b, r, by, foreign)
			continue
		}
		for len(part) > 0 {
			r, n := utf8.DecodeRune(part)
			b, foreign = appendRune(b, r, by, foreign)
			part = part[n:]
		}
	}
	return b
}

// appendRune appends what is left of a character, and reports whether a mark
// that follows it belongs to a letter of another script.
func appendRune(b []byte, r rune, by folding, foreign bool) ([]byte, bool) {
	kind := kindOf(r)
	switch {
	case kind == nothing:
		return appendLetter(b, r, by), r >= utf8.RuneSelf && r != utf8.RuneError && !unicode.Is(unicode.Latin, r)
	case kind == accents && foreign || by&kind == 0:
		b = utf8.AppendRune(b, r)
	}
	return b, foreign && kind == accents
}

// isOneWord reports whether a name is ASCII letters alone, as most are.
func isOneWord(name string) bool {
	for i := range len(name) {
		if c := name[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// latin reports whether a name has nothing but ASCII, letters of European
// languages and typographic hyphens and apostrophes, each of which Unicode takes
// apart by itself, in an order that is right already.
func latin(name string) bool {
	for _, r := range name {
		switch {
		case r < utf8.RuneSelf, r >= 0xc0 && r < 0x250, r >= 0x1e00 && r < 0x1f00, r >= 0x2010 && r < 0x201a:
		default:
			return false
		}
	}
	return true
}

// appendLetter appends r in the writing that is left.
func appendLetter(b []byte, r rune, by folding) []byte {
	plain := ""
	if r >= utf8.RuneSelf && by&ligatures != 0 {
		plain = plainLetters[r]
	}
	switch {
	case by&letterCase == 0 && plain == "":
		return utf8.AppendRune(b, r)
	case plain == "":
		return utf8.AppendRune(b, unicode.ToUpper(r))
	case by&letterCase == 0:
		return append(b, plain...)
	}
	return append(b, strings.ToUpper(plain)...)
}

// kindOf tells which folding a character falls to. What is not a mark or a
// separator counts as a letter, an asterisk or a digit too: nobody knows what
// a database means by it.
func kindOf(r rune) folding {
	switch {
	case r < utf8.RuneSelf:
		return asciiKinds[r]
	case r >= 0xc0 && r < 0x250: // letters of Latin
		return nothing
	case r >= 0x300 && r < 0x370, unicode.Is(unicode.M, r):
		return accents
	case unicode.Is(unicode.Pd, r), r == '\u2212', r == '\u00ad': // minus sign, soft hyphen
		return hyphens
	case strings.ContainsRune("´‘’‛′＇ʹʻʼʽʾʿˈꞌ", r): // those that are typed, and letters that look like one
		return apostrophes
	case strings.ContainsRune("·․", r):
		return dots
	case unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf): // non-breaking and zero-width ones, the NUL that pads a column
		return spaces
	}
	return nothing
}

// asciiKinds are the kinds of those characters that most names are made of.
var asciiKinds = func() (kinds [utf8.RuneSelf]folding) {
	for c := range kinds {
		if c <= ' ' || c == 0x7f { // the NUL that pads a column, too
			kinds[c] = spaces
		}
	}
	kinds['-'], kinds['\''], kinds['`'], kinds['.'] = hyphens, apostrophes, apostrophes, dots
	return kinds
}()

// kindsOf returns the foldings that may have something to do in a name, and
// perhaps some more.
func kindsOf(name string) folding {
	if !latin(name) {
		return all
	}
	kinds := nothing
	for i, r := range name {
		switch kind := kindOf(r); {
		case kind == spaces:
			kinds |= spaces | afterParticles
		case r >= utf8.RuneSelf && kind != nothing:
			kinds |= kind | ligatures
		case kind != nothing:
			kinds |= kind
		case r >= utf8.RuneSelf && norm.NFD.PropertiesString(name[i:]).Decomposition() != nil:
			kinds |= accents | letterCase
		case r >= utf8.RuneSelf:
			return all // a ligature may have any of them, as ŉ an apostrophe
		case r >= 'a' && r <= 'z':
			kinds |= letterCase
		}
	}
	return kinds
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

func isParticle(word string) bool {
	return len(word) <= len("DELLA") && slices.ContainsFunc(particles, func(p string) bool { return strings.EqualFold(p, word) })
}

// joinParticles leaves out the spaces after particles.
func joinParticles(name string) string {
	var joined []byte
	from, word := 0, 0 // what is not yet copied, and where the last word begins
	over := false      // the last word was a particle, and its space
	for i, r := range name {
		kind := kindOf(r)
		if kind == spaces && (over || isParticle(name[word:i])) {
			joined = append(joined, name[from:i]...)
			from, over = i+utf8.RuneLen(r), true
			word = from
			continue
		}
		switch inWord := kind == nothing || kind == accents; {
		case !inWord:
			word = i + utf8.RuneLen(r)
		case over:
			word = i
		}
		over = false
	}
	if from == 0 {
		return name
	}
	return string(append(joined, name[from:]...))
}

// sameText reports whether two names are the same text, as Unicode says.
func sameText(a, b string) bool {
	var x, y [64]byte
	return a == b || (kindsOf(a)|kindsOf(b))&accents != 0 && bytes.Equal(appendFold(x[:0], a, nothing), appendFold(y[:0], b, nothing))
}

// needed appends the foldings that it takes to make two names the same whose
// letters are; none if they are the same text.
func needed(found []Finding, a, b string) []Finding {
	if sameText(a, b) {
		return found
	}
	by := kindsOf(a) | kindsOf(b)
	if by&(accents|ligatures) == 0 && strings.EqualFold(a, b) {
		return append(found, Case)
	}
	if by&(by-1) == 0 {
		return appendFindings(found, by) // only one can have made them the same
	}
	var x, y [64]byte
	for bit := folding(1); bit != 0; bit <<= 1 {
		if by&bit == 0 {
			continue
		}
		if bytes.Equal(appendFold(x[:0], a, by&^bit), appendFold(y[:0], b, by&^bit)) {
			by &^= bit
		}
	}
	return appendFindings(found, by)
}

func appendFindings(found []Finding, by folding) []Finding {
	for i, f := range folded {
		if by&(1<<i) != 0 {
			found = append(found, f)
		}
	}
	return found
}
