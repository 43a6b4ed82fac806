package show_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// crooked is what no text may have: an empty parenthesis, one in another, two
// spaces, a space in the wrong place, a preposition with nothing after it, or a
// comma with nothing beside it.
var crooked = regexp.MustCompile(`\(\s*\)|\([^)]*\(| {2}|^\s|\s$|[( ] |\s[,)]|,(\S|$)|(^|\s)(à|au|aux|en|le|de|dans|in|on|of|born|né|née|et|entre)$|(^|\s)(à|au|aux|en|le) (à|au|aux|en|le|Le|Les|dans)( |$)|\bde [AEÉIOUaeéiou]|[\x00-\x1f]|<no value>|%!`)

// Names may hold what words may not: they are taken out first.
func TestWordsAreWellWritten(t *testing.T) {
	t.Parallel()
	own := map[string]bool{}
	for _, who := range mockidp.People() {
		for _, name := range append([]string{who.FamilyName, who.UsageName, who.Email}, who.GivenNames...) {
			own[name], own[strings.ToUpper(name)] = true, true
		}
	}
	delete(own, "")
	lines := 0
	for _, file := range []string{"testdata/people.fr.golden", "testdata/people.en.golden"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.True(t, utf8.Valid(text))
		for line := range strings.Lines(string(text)) {
			line, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "\t")
			if !ok {
				continue // who it is
			}
			label, value, _ := strings.Cut(line, "\t")
			value, _, _ = strings.Cut(value, "\t") // the note is a constant
			require.NotEmpty(t, value, line)
			lines++
			if label == "Birth" || label == "Birth by codes" || label == "Age" {
				require.NotRegexp(t, crooked, value, line)
			}
			for name := range own {
				if len(name) > 2 {
					value = strings.ReplaceAll(value, name, "N")
				}
			}
			require.NotContains(t, value, "'", line)
			require.NotContains(t, value, "·", line)
			require.NotRegexp(t, `[^\x{a0}]:|[^\x{202f}][;!?]|[^\x{a0}]»|«[^\x{a0}]`, value, line)
			require.NotRegexp(t, `INSEE [0-9]|code [0-9]`, value, "a code may stand alone on the next line")
		}
	}
	require.Greater(t, lines, 1000)
}

// FuzzWords holds that whatever FranceConnect says, all texts are one line, as
// straight as what went in, and that nobody's name is lost or changed.
func FuzzWords(f *testing.F) {
	f.Add("Rose Ariane", "VAUTRIN", "Lestang", "female", "75107", "99100", "1962-08-24")
	f.Add("", "", "", "", "", "", "")
	f.Add("É", "O", " ", "unspecified", "Le Caire", "99352", "1962-00-00")
	f.Add("Yves", "", "L’Hermelin", "male", "99352", "99100", "1962-11-00")
	f.Add("Hélène Hugo", "d'Orvault", "", "X", "90900", "Portugal", "1977-00-03")
	f.Add("\x80", "\u202e", "\n", "\x00", "Le ", "Les", "")
	known := places(f)
	straight := regexp.MustCompile(`[(),\x00-\x1f\x7f]|%!|(?i)\b(à|au|aux|en|les?|la|de|dans|in|on|of|born|née?|et|entre)\b`)
	f.Fuzz(func(t *testing.T, given, family, usage, gender, place, country, born string) {
		who := identity{UsageName: usage, Pivot: pivot{
			GivenName: given, FamilyName: family, Gender: person.Gender(gender),
			BirthPlace: person.Place(place), BirthCountry: person.Place(country),
		}}
		_ = who.BirthDate.UnmarshalText([]byte(born)) // none, if it is none
		in := strings.Join([]string{given, family, usage, place, country}, "\n")
		for _, l := range []show.Formatter{show.French(known), show.French(nil), show.English(known), show.English(nil)} {
			texts := []string{l.Name(who), l.Of(who), l.FullName(who), l.Title(who), l.FirstName(who), l.GivenNames(who),
				l.Birth(who), l.BirthDate(who), l.BirthPlace(who), l.Age(who, today)}
			for _, line := range l.Lines(who) {
				require.NotEmpty(t, line.Value)
				require.NotEmpty(t, line.Label)
				texts = append(texts, line.Value)
			}
			for _, text := range texts {
				require.NotContains(t, text, "\n")
				require.Equal(t, strings.TrimSpace(text), text)
				if utf8.ValidString(in) {
					require.True(t, utf8.ValidString(text))
				}
			}
			if !straight.MatchString(strings.ReplaceAll(in, "\n", " ")) {
				for _, text := range []string{l.Birth(who), l.BirthPlace(who), l.Age(who, today)} {
					if text != "" {
						require.NotRegexp(t, crooked, text)
					}
				}
			}
			name := strings.Join(strings.Fields(family), " ")
			require.Contains(t, l.FullName(who), name)
			require.Equal(t, l.Name(who) == "", l.Of(who) == "")
			require.Contains(t, l.Of(who), l.Name(who))
			for word := range strings.FieldsSeq(given) {
				require.Contains(t, l.GivenNames(who), word)
			}
			if p := person.Place(place); p.IsCommune() && (country == "" || country == string(person.France)) {
				require.Contains(t, l.Birth(who), place)
				require.Contains(t, l.BirthPlace(who), place)
			}
		}
	})
}
