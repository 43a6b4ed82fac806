package match

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

func TestLettersOfEveryCharacterAreFoldedOnce(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= 0x1ffff; r++ { // beyond are Chinese characters, tags and private ones
		for _, s := range []string{"e" + string(r), "и" + string(r)} {
			if once := letters(s); letters(once) != once {
				require.Failf(t, "not folded once", "U+%04X: %+q, then %+q", r, once, letters(once))
			}
		}
	}
}

// TestLatinLettersOfEuropeAreFoldedToAscii takes the letters of European
// languages: those up to Latin Extended-B's start, and what Vietnamese adds.
func TestLatinLettersOfEuropeAreFoldedToAscii(t *testing.T) {
	t.Parallel()
	not := map[rune]bool{'ĸ': true} // of Greenland, until 1973
	for _, span := range [][2]rune{{'A', 0x17f}, {0x1ea0, 0x1ef9}, {0xfb00, 0xfb06}} {
		for r := span[0]; r <= span[1]; r++ {
			if !unicode.Is(unicode.Latin, r) || not[r] {
				continue
			}
			folded := letters(string(r))
			require.NotEmpty(t, folded, "%q", r)
			require.Empty(t, strings.Trim(folded, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "%q becomes %q", r, folded)
		}
	}
}

func TestMarksOfOtherScriptsStay(t *testing.T) {
	t.Parallel()
	for a, b := range map[string]string{"Андрей": "Андреи", "कि": "की", "がく": "かく"} {
		require.NotEqual(t, letters(a), letters(b))
		require.Equal(t, letters(norm.NFC.String(a)), letters(norm.NFD.String(a)))
	}
}

func TestOnlySeparatorsAreNothing(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", " ", "-", "- -", "’", ".", "\u00a0\u200b\ufeff", "—", "´", "\x00", "\u0301"} {
		require.Empty(t, letters(s), "%+q", s)
	}
	for _, s := range []string{"*", "2", "?", "\ufffd", "\ue000", "/", "_", "(", "&"} {
		require.Equal(t, s, letters(s), "nobody knows what it means")
	}
}

func TestBytesThatAreNotUTF8AreEachTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{letters("\ufffd"): true}
	for b := 0x80; b <= 0xff; b++ {
		folded := letters(string([]byte{byte(b)}))
		require.False(t, seen[folded], "%x", b)
		seen[folded] = true
	}
}

func TestAMarkBelongsToTheLetterJustBefore(t *testing.T) {
	t.Parallel()
	for in, out := range map[string]string{
		"и\u0301\u0323":  "И\u0323\u0301", // both, in Unicode's order
		"и-\u0323":       "И",
		"и\u0301-\u0323": "И\u0301",
		"иe\u0323":       "ИE",
		"eи\u0323":       "EИ\u0323",
		"и\xff\u0323":    "И\ufffdFF",
		"и\ufffd\u0323":  "И\ufffd",
	} {
		require.Equal(t, out, letters(in), "%+q", in)
		require.Equal(t, out, letters(out), "%+q", in)
	}
}

// TestManyParticlesAreSoonCounted: there are 2 to the power of 600 ways to leave
// some of them out.
func TestManyParticlesAreSoonCounted(t *testing.T) {
	t.Parallel()
	name := strings.Repeat("de l' ", 300) + "Martin"
	require.True(t, withoutParticles(text{name, letters(name)}, strings.Repeat("DEL", 150)+"MARTIN"))
	require.False(t, withoutParticles(text{name, letters(name)}, strings.Repeat("DEL", 150)+"MARTEL"))
}

// FuzzNeeded: what is needed is enough, each of it is, and nothing is needed
// of what is the same text.
func FuzzNeeded(f *testing.F) {
	f.Add("", "")
	f.Add("Le Goff", "LEGOFF")
	f.Add("ϑ", "ϴ") // the same but for case, and no capital of one another
	f.Add("Bœufmont", "BOEUF-MONT.")
	f.Add("Nguyễn", "Nguye\u0303\u0302n")
	f.Add("Fran\xe7ois", "Fran\xe8ois")
	f.Add("\xef", "\ufffd")
	f.Add("ﬁ\u00a0’\u0345", "FI'")
	f.Fuzz(func(t *testing.T, a, b string) {
		if letters(letters(a)) != letters(a) {
			t.Errorf("%+q is not folded once", a)
		}
		if letters(norm.NFC.String(a)) != letters(norm.NFD.String(a)) {
			t.Errorf("%+q folds in two ways", a)
		}
		if letters(a) != letters(b) {
			return
		}
		found, by := needed(nil, a, b), nothing
		for i, f := range folded {
			if slices.Contains(found, f) {
				by |= 1 << i
			}
		}
		if fold(a, by) != fold(b, by) {
			t.Errorf("%+q, %+q: %s is not enough", a, b, found)
		}
		if len(found) == 0 != (norm.NFC.String(a) == norm.NFC.String(b)) {
			t.Errorf("%+q, %+q: %s", a, b, found)
		}
		for bit := folding(1); bit != 0; bit <<= 1 {
			if by&bit != 0 && fold(a, by&^bit) == fold(b, by&^bit) {
				t.Errorf("%+q, %+q: %s is one too many", a, b, found)
			}
		}
	})
}
