package cog_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/cog"
)

var kinds = map[string]cog.Kind{
	"Unknown": cog.Unknown, "Commune": cog.Commune, "Arrondissement": cog.Arrondissement, "FormerCommune": cog.FormerCommune,
	"Country": cog.Country, "FormerCountry": cog.FormerCountry,
}

func TestEveryKindOfPlaceIsFoundAsItWasThen(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/places.tsv")
	require.NoError(t, err)
	seen := map[cog.Kind]int{}
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, f, 12, line)
		require.Contains(t, kinds, f[2], line)
		require.NotEmpty(t, f[11], "%s: a row without a source", line)
		p := cog.Find(f[0], f[1])
		got := []string{p.Code, f[1], f[2], p.Name, p.DepartmentCode, p.Department, p.Successor, p.Today, f[8], p.String(), p.In(), f[11]}
		require.Equal(t, f, got)
		require.Equal(t, kinds[f[2]], p.Kind, line)
		require.Contains(t, []string{"certain", "uncertain"}, f[8], line)
		require.Equal(t, f[8] == "uncertain", p.Uncertain, line)
		name, ok := cog.Names{}.Place(f[0], f[1])
		require.Equal(t, p.Known(), ok, line)
		require.Equal(t, p.String(), name)
		in, ok := cog.Names{}.In(f[0], f[1])
		require.Equal(t, p.Known(), ok, line)
		require.Equal(t, p.In(), in)
		seen[p.Kind]++
	}
	require.Len(t, seen, len(kinds), "a kind is not in the file")
}

// What is no date is any day, and never an error.
func TestWhatIsNoDateIsAnyDay(t *testing.T) {
	t.Parallel()
	any := cog.Find("14762", "")
	require.True(t, any.Uncertain)
	for _, born := range []string{"1975", "1975-03", "02/03/1975", "1975-03-02T00:00", "1975/03/02", "0000-00-00", "----------", "1975-03-0x", "\xff", strings.Repeat("1", 10), strings.Repeat("9", 1000)} {
		require.Equal(t, any, cog.Find("14762", born), born)
	}
}

// On each day that a name changed, and on the one before.
func TestANameEndsOnTheDayThatTheDataSay(t *testing.T) {
	t.Parallel()
	day := func(n int) string { return fmt.Sprintf("%04d-%02d-%02d", n/10000, n/100%100, n%100) }
	names, changes := 0, 0
	for code := range cog.All() {
		before, until := cog.Before(code)
		for i, name := range before {
			names++
			if name == "?" {
				continue
			}
			last, err := time.Parse(time.DateOnly, day(until[i]))
			require.NoError(t, err, code)
			p := cog.Find(code, last.AddDate(0, 0, -1).Format(time.DateOnly))
			if strings.HasPrefix(code, "75") && p.Kind == cog.FormerCommune && until[i] > 19680101 {
				continue
			}
			require.Equal(t, name, p.Name, "%s, %d", code, until[i])
			require.False(t, p.Uncertain, code)
			after := cog.Find(code, last.Format(time.DateOnly))
			require.True(t, after.Uncertain || after.Name != name, "%s, %d", code, until[i])
			changes++
		}
	}
	require.Greater(t, names, 2900)
	require.Greater(t, changes, 2900)
}

func TestTheLetterOfCorsicaMayBeInLowerCase(t *testing.T) {
	t.Parallel()
	require.Equal(t, cog.Find("2A004", ""), cog.Find("2a004", ""))
	require.Equal(t, cog.Find("2B050", ""), cog.Find("2b050", ""))
	require.Equal(t, "2B050", cog.Find("2b050", "").Code)
}

func TestACodeThatIsNotKnownIsItsOwnName(t *testing.T) {
	t.Parallel()
	for _, code := range []string{
		"33000",                            // a postal code
		"00000", "99999", "99000", "97999", // nothing
		"75", "2A", "971", // départements are not places
		"90900", "Alger", "Saint-Louis du Sénégal", // what identity providers send
		"7510", "751070", " 75107", "75107\n", "75107\x00", "２A004", // nearly
		"-----", "\x00\x00\x00\x00\x00", "\xff\xff\xff\xff\xff", strings.Repeat("75107", 100_000),
	} {
		p := cog.Find(code, "")
		require.Equal(t, cog.Place{Code: code, Name: code}, p)
		require.False(t, p.Known())
		require.Equal(t, code, p.String())
		require.Equal(t, "à "+code, p.In())
		name, ok := cog.Names{}.Place(code, "1962-08-24")
		require.False(t, ok)
		require.Equal(t, code, name)
		in, ok := cog.Names{}.In(code, "1962-08-24")
		require.False(t, ok)
		require.Equal(t, "à "+code, in)
	}
	require.Equal(t, cog.Place{}, cog.Find("", ""))
	require.Empty(t, cog.Find("", "").String())
	require.Empty(t, cog.Find("", "").In())
}

var (
	preposition = regexp.MustCompile(`^(à|au|aux|en|dans les|dans le) [a-zA-ZÀ-ÿŒ]|^(dans|sur) l’`)
	article     = regexp.MustCompile(`^(à|au|aux) (Le|Les|le|les) `)
)

// These hold for every code there is.
func TestEveryCodeIsWhole(t *testing.T) {
	t.Parallel()
	n := 0
	for code := range cog.All() {
		n++
		p := cog.Find(code, "")
		require.Equal(t, code, p.Code)
		require.NotEmpty(t, p.Name, code)
		require.NotEqual(t, code, p.Name)
		require.NotContains(t, p.Name+p.In()+p.Department, "'", code)
		require.Equal(t, p.Name, strings.TrimSpace(p.Name))
		require.True(t, preposition.MatchString(p.In()), p.In())
		require.False(t, article.MatchString(p.In()), p.In())
		require.Contains(t, p.String(), strings.TrimSuffix(strings.TrimSuffix(p.Name, " Arrondissement"), ")"))
		before, _ := cog.Before(code)
		require.Equal(t, len(before) > 0 && before[0] != "?", p.Uncertain, code)
		for _, name := range before {
			require.Contains(t, p.String()+"?", name, code)
		}
		abroad := p.Kind == cog.Country || p.Kind == cog.FormerCountry
		require.Equal(t, strings.HasPrefix(code, "99"), abroad, code)
		require.Equal(t, abroad, p.Department == "", code)
		require.Equal(t, abroad, p.DepartmentCode == "", code)
		require.Equal(t, p.Kind == cog.FormerCommune, p.Successor != "", code)
		if p.Kind == cog.FormerCommune {
			s := cog.Find(p.Successor, "")
			require.Equal(t, cog.Commune, s.Kind, code)
			require.Equal(t, s.Department, p.Department, code)
			require.NotEqual(t, code, s.Code)
		} else if !abroad {
			require.True(t, strings.HasPrefix(code, p.DepartmentCode), code)
		}
	}
	require.Greater(t, n, 39_000)
}

// The package show of the root module, and it alone, wants these two methods;
// neither module imports the other.
var _ interface {
	Place(code, born string) (name string, ok bool)
	In(code, born string) (phrase string, ok bool)
} = cog.Names{}

func TestFindAllocatesNothing(t *testing.T) {
	for _, born := range []string{"", "1962-08-24", "1956-10-00", "1956-00-00"} {
		for _, code := range []string{"75107", "2a004", "20325", "01033", "78228", "99352", "99123", "33000", "Alger", ""} {
			require.Zero(t, testing.AllocsPerRun(100, func() { found = cog.Find(code, born) }), code)
		}
	}
}

// What a first page waits for is one of a hundred blocks.
func TestTheFirstFindReadsOneDépartement(t *testing.T) {
	for code, want := range map[string]int{"62041": 1, "2A004": 1, "99352": 1, "98735": 1, "00000": 0, "33000": 1, "Alger": 0, "": 0} {
		_, blocks := cog.First(code)
		require.Equal(t, want, blocks, code)
	}
	require.Less(t, testing.AllocsPerRun(10, func() { line, _ = cog.First("62041") }), 60.0)
}

// Beside a search among the codes alone, so that a slow machine does not decide,
// and the best of many rounds, so that a busy one does not; each round looks up a
// hundred places far from one another.
func TestFindTakesNoLongerThanAFewSearches(t *testing.T) {
	codes := slices.Sorted(cog.All())
	const round = 100
	best := func(find func(code string)) time.Duration {
		best := time.Hour
		for i := range 200 {
			start := time.Now()
			for j := range round {
				find(codes[(i*round+j)*7919%len(codes)])
			}
			best = min(best, time.Since(start)/round)
		}
		return best
	}
	search := best(func(code string) { at, _ = slices.BinarySearch(codes, code) })
	find := best(func(code string) { found = cog.Find(code, "1962-08-24") })
	require.Less(t, find, 10*search)
	t.Log(find, search)
}

var (
	found cog.Place
	at    int
	line  string
)

func BenchmarkFind(b *testing.B) {
	for name, code := range map[string]string{"commune": "63113", "former": "20325", "country": "99352", "unknown": "33000"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				found = cog.Find(code, "1962-08-24")
			}
		})
	}
}

// BenchmarkFindAny has the memory cold: another code each time.
func BenchmarkFindAny(b *testing.B) {
	var codes []string
	for code := range cog.All() {
		codes = append(codes, code)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i += 7919 {
		found = cog.Find(codes[i%len(codes)], "1962-08-24")
	}
}

// BenchmarkFirstFind is what the first Find of a program does.
func BenchmarkFirstFind(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		line, _ = cog.First("62041")
	}
}

func FuzzAnyTextIsItselfOrAPlace(f *testing.F) {
	for _, code := range []string{"", "75107", "2a004", "20325", "98412", "99352", "Alger", "-----", "2A00é", "99\n00", "01033", "98506", "75010"} {
		for _, born := range []string{"", "1956-10-00", "1950-01-01", "soon"} {
			f.Add(code, born)
		}
	}
	f.Fuzz(func(t *testing.T, code, born string) {
		p := cog.Find(code, born)
		_, _ = p.String(), p.In()
		if !p.Known() {
			require.Equal(t, cog.Place{Code: code, Name: code}, p)
			return
		}
		require.Equal(t, strings.ToUpper(code), p.Code)
		require.Equal(t, p, cog.Find(p.Code, born))
		require.NotEmpty(t, p.Name)
	})
}

func TestCurrentIsForOldCodesAlone(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{"20004": "2A004", "2A004": "", "75107": "", "99115": "", "99352": "", "33000": "", "": ""} {
		current, ok := cog.Current(code)
		require.Equal(t, want, current, code)
		require.Equal(t, want != "", ok, code)
	}
}
