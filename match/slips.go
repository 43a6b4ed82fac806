package match

import (
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/franceconnect-go/franceconnect/person"
)

// slip looks for a slip in the one of three fields that differs, if the two
// others do not: two slips are somebody else. None is a finding of people who
// have one name alone, of whom there is too little to be a slip away from.
func slip(a, b *side, given, family, date Finding) (Finding, Finding, Finding) {
	differ := 0
	for _, f := range [...]Finding{given, family, date} {
		switch f {
		case Differs:
			differ++
		case Missing, MissingOnBoth, OtherColumn:
			return given, family, date
		}
	}
	switch {
	case differ != 1:
	case given == Differs:
		given = givenSlip(a, b)
	case family == Differs:
		family = familySlip(a, b)
	default:
		date = dateSlip(a.born, b.born)
	}
	return given, family, date
}

// familySlip finds the slip between two birth names, or between any two names of
// the sides: « MARTIN née DUPOND ».
func familySlip(a, b *side) Finding {
	if found := nameSlip(a.family, b.family); found != Differs {
		return found
	}
	others := b.names(nil)
	for _, x := range a.names(nil) {
		for _, y := range others {
			if found := nameSlip(x, y); found != Differs {
				return found
			}
		}
	}
	return Differs
}

// nameSlip finds the slip between two names.
func nameSlip(a, b text) Finding {
	switch {
	case damaged(a, b):
		return Damaged
	case umlauts(a.as) == b.letters || umlauts(b.as) == a.letters:
		return Umlauts
	case oneLetter(a.letters, b.letters):
		return Typo
	case part(a, b) || part(b, a) || saints(a.as) == saints(b.as):
		return Shortened
	}
	return Differs
}

// saints returns the letters of a name of which St and Ste are written out.
func saints(name string) string {
	var all strings.Builder
	for word := range strings.FieldsFuncSeq(name, isSeparator) {
		switch word = letters(word); word {
		case "ST", "STE":
			word = "SAINT" + word[2:]
		}
		all.WriteString(word)
	}
	return all.String()
}

// givenSlip finds the slip between two lists of given names, some of which may
// be missing in one: it is in one word, or makes initials of words.
func givenSlip(a, b *side) Finding {
	found := nameSlip(a.given, b.given)
	if found != Differs {
		return found
	}
	if x, y := repair(a.given.as), repair(b.given.as); x != a.given.as || y != b.given.as {
		here, there := side{given: text{as: x}}, side{given: text{as: y}}
		here.fold(nil, &side{})
		there.fold(nil, &here)
		if found, _ = givenNames(&here, &there, 0); found != Differs {
			return Damaged
		}
	}
	longer, shorter := a.words, b.words
	if len(longer) < len(shorter) {
		longer, shorter = shorter, longer
	}
	var few, fewOthers [16]string
	left := append(few[:0], longer...) // without what the shorter has
	others := fewOthers[:0]            // what the longer has not
	for _, word := range shorter {
		if i := index(left, word); i >= 0 {
			left = append(left[:i], left[i+1:]...)
		} else {
			others = append(others, word)
		}
	}
	if allInitials(others, left) {
		return Initial
	}
	if len(others) > 1 {
		return Differs
	}
	if few := others[0]; len(few) <= 3 && allInitials(strings.Split(few, ""), left) { // « J.B. »
		return Initial
	}
	for _, word := range left {
		switch x, y := (text{word, word}), (text{others[0], others[0]}); {
		case oneLetter(x.letters, y.letters):
			return Typo
		case startsWith(x.letters, y.letters, 3) || startsWith(y.letters, x.letters, 3), nickname(x.letters, y.letters):
			return Shortened
		case wildcards(x.letters, y.letters):
			return Damaged
		}
	}
	return Differs
}

func index(words []string, word string) int {
	for i, w := range words {
		if w == word {
			return i
		}
	}
	return -1
}

// allInitials reports whether each word is, in order, the initial of one of
// names, or has it for its own.
func allInitials(words, names []string) bool {
	for _, word := range words {
		for len(names) > 0 && !initial(word, names[0]) && !initial(names[0], word) {
			names = names[1:]
		}
		if len(names) == 0 {
			return false
		}
		names = names[1:]
	}
	return true
}

func initial(of, name string) bool {
	return utf8.RuneCountInString(of) == 1 && strings.HasPrefix(name, of)
}

// oneLetter reports whether one letter was typed wrong, left out, added or
// exchanged with the next, in three letters or more: of two, one is half of the
// name. That is a question, not a distance, and takes no library.
func oneLetter(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > utf8.UTFMax || utf8.RuneCountInString(a) < 3 {
		return false
	}
	for len(b) > 0 {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if x != y {
			break
		}
		a, b = a[n:], b[m:]
	}
	for len(b) > 0 {
		x, n := utf8.DecodeLastRuneInString(a)
		y, m := utf8.DecodeLastRuneInString(b)
		if x != y {
			break
		}
		a, b = a[:len(a)-n], b[:len(b)-m]
	}
	x, n := utf8.DecodeRuneInString(a)
	y, m := utf8.DecodeRuneInString(b)
	switch {
	case n == len(a) && m == len(b): // at most one letter each
		return true
	}
	return a[n:] == string(y) && b[m:] == string(x)
}

// part reports whether b is how a starts, a name cut off by a column that nobody
// spoke of, of ten letters at least; or its first or last words, the half of a
// double name.
func part(a, b text) bool {
	if startsWith(a.letters, b.letters, 10) {
		return true
	}
	rest := len(a.letters) - len(b.letters)
	return startsWith(a.letters, b.letters, 3) && endsAtWord(a.as, len(b.letters)) ||
		len(b.letters) >= 3 && rest > 0 && strings.HasSuffix(a.letters, b.letters) && endsAtWord(a.as, rest)
}

// startsWith reports whether b, of so many letters at least, is how a starts.
func startsWith(a, b string, atLeast int) bool {
	return len(b) >= atLeast && len(b) < len(a) && strings.HasPrefix(a, b)
}

// endsAtWord reports whether that many bytes of letters are whole words of a name.
func endsAtWord(name string, n int) bool {
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return kindOf(r)&(spaces|hyphens) != 0 }) {
		if n -= len(letters(word)); n <= 0 {
			return n == 0
		}
	}
	return false
}

// umlauts returns the letters of a name of which ü is written ue, as German does.
func umlauts(name string) string {
	if kindsOf(name)&(accents|ligatures) == 0 {
		return ""
	}
	return letters(strings.NewReplacer("Ä", "AE", "Ö", "OE", "Ü", "UE", "Å", "AA", "Ø", "OE").Replace(strings.ToUpper(norm.NFC.String(name))))
}

// damaged reports whether two names are the same but for characters that a
// program has lost, or read in the wrong encoding.
func damaged(a, b text) bool {
	x, y := repair(a.as), repair(b.as)
	if x != a.as || y != b.as {
		a, b = text{x, letters(x)}, text{y, letters(y)}
	}
	return a.letters == b.letters || wildcards(a.letters, b.letters)
}

// repair reads a text again that was in UTF-8 and read as Windows-1252, « FranÃ§ois »,
// or the other way round, or was escaped for HTML, « D&#39;ORVAULT ».
func repair(s string) string {
	s = html.UnescapeString(s)
	if !utf8.ValidString(s) {
		var b strings.Builder
		for i, r := range s {
			if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") {
				r = charmap.Windows1252.DecodeByte(s[i])
			}
			b.WriteRune(r)
		}
		return b.String()
	}
	if !strings.ContainsAny(s, "ÃÂÅÄ") {
		return s
	}
	read, err := charmap.Windows1252.NewEncoder().String(s)
	if err != nil || !utf8.ValidString(read) {
		return s
	}
	return read
}

// wildcards reports whether one of two names has ? or U+FFFD, at most four of
// them, where the other has letters that take an accent, and otherwise the same.
func wildcards(a, b string) bool {
	lost := func(s string) bool {
		n := strings.Count(s, "?") + strings.Count(s, "\ufffd")
		return n > 0 && n <= 4
	}
	return lost(b) && likeWildcards(a, b, false) || lost(a) && likeWildcards(b, a, false)
}

// likeWildcards compares a name with one that has lost characters. One that is
// two bytes of UTF-8 may have become two, and a ligature has two letters.
func likeWildcards(name, lost string, before bool) bool {
	if lost == "" {
		return name == ""
	}
	r, n := utf8.DecodeRuneInString(lost)
	if r != '?' && r != '\ufffd' {
		return strings.HasPrefix(name, lost[:n]) && likeWildcards(name[n:], lost[n:], false)
	}
	if before && likeWildcards(name, lost[n:], false) {
		return true
	}
	if strings.HasPrefix(name, "OE") || strings.HasPrefix(name, "AE") {
		if likeWildcards(name[2:], lost[n:], true) {
			return true
		}
	}
	letter, size := utf8.DecodeRuneInString(name)
	return size > 0 && (letter >= utf8.RuneSelf || strings.ContainsRune("ACEINOUY", letter)) && likeWildcards(name[size:], lost[n:], true)
}

// dateSlip finds the slip between two dates that are known whole.
func dateSlip(a, b person.BirthDate) Finding {
	_, x := a.Time()
	_, y := b.Time()
	switch {
	case !x || !y:
		return Differs
	case a.Year == b.Year && a.Day == int(b.Month) && b.Day == int(a.Month):
		return DayMonth
	case oneDigit(a.String(), b.String()):
		return OneDigit
	}
	return Differs
}

// oneDigit reports whether one digit was typed wrong, or two neighbours were
// exchanged.
func oneDigit(a, b string) bool {
	first, differ := 0, 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if differ++; differ == 1 {
			first = i
		}
	}
	return differ == 1 || differ == 2 && a[first] == b[first+1] && a[first+1] == b[first]
}
