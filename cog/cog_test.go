package cog_test

import (
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
	"Commune": cog.Commune, "Arrondissement": cog.Arrondissement, "FormerCommune": cog.FormerCommune,
	"Country": cog.Country, "FormerCountry": cog.FormerCountry,
}

func TestEveryKindOfPlaceIsFound(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/places.tsv")
	require.NoError(t, err)
	seen := map[cog.Kind]int{}
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, f, 9, line)
		require.Contains(t, kinds, f[1], line)
		p := cog.Find(f[0])
		got := []string{p.Code, f[1], p.Name, p.DepartmentCode, p.Department, p.Successor, f[6], p.String(), p.In()}
		require.Equal(t, f, got)
		require.Equal(t, kinds[f[1]], p.Kind, line)
		require.Equal(t, f[6] == "borrowed", p.Borrowed, line)
		require.True(t, p.Known(), line)
		name, ok := cog.Names{}.Place(f[0])
		require.True(t, ok, line)
		require.Equal(t, p.String(), name)
		in, ok := cog.Names{}.In(f[0])
		require.True(t, ok, line)
		if p.Borrowed {
			require.Equal(t, p.In()+" (commune actuelle)", in)
		} else {
			require.Equal(t, p.In(), in)
		}
		seen[p.Kind]++
	}
	require.Len(t, seen, len(kinds), "a kind is not in the file")
}

func TestTheLetterOfCorsicaMayBeInLowerCase(t *testing.T) {
	t.Parallel()
	require.Equal(t, cog.Find("2A004"), cog.Find("2a004"))
	require.Equal(t, cog.Find("2B050"), cog.Find("2b050"))
	require.Equal(t, "2B050", cog.Find("2b050").Code)
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
		p := cog.Find(code)
		require.Equal(t, cog.Place{Code: code, Name: code}, p)
		require.False(t, p.Known())
		require.Equal(t, code, p.String())
		require.Equal(t, "à "+code, p.In())
		name, ok := cog.Names{}.Place(code)
		require.False(t, ok)
		require.Equal(t, code, name)
		in, ok := cog.Names{}.In(code)
		require.False(t, ok)
		require.Equal(t, "à "+code, in)
	}
	require.Equal(t, cog.Place{}, cog.Find(""))
	require.Empty(t, cog.Find("").String())
	require.Empty(t, cog.Find("").In())
}

var (
	preposition = regexp.MustCompile(`^(à|au|aux|en|dans les) [a-zA-ZÀ-ÿŒ]|^(dans|sur) l’`)
	article     = regexp.MustCompile(`^(à|au|aux) (Le|Les|le|les) `)
)

// These hold for every code there is.
func TestEveryCodeIsWhole(t *testing.T) {
	t.Parallel()
	n := 0
	for code := range cog.All() {
		n++
		p := cog.Find(code)
		require.Equal(t, code, p.Code)
		require.NotEmpty(t, p.Name, code)
		require.NotEqual(t, code, p.Name)
		require.NotContains(t, p.Name+p.In()+p.Department, "'", code)
		require.Equal(t, p.Name, strings.TrimSpace(p.Name))
		require.True(t, preposition.MatchString(p.In()), p.In())
		require.False(t, article.MatchString(p.In()), p.In())
		require.Contains(t, p.String(), strings.TrimSuffix(strings.TrimSuffix(p.Name, " Arrondissement"), ")"))
		abroad := p.Kind == cog.Country || p.Kind == cog.FormerCountry
		require.Equal(t, strings.HasPrefix(code, "99"), abroad, code)
		require.Equal(t, abroad, p.Department == "", code)
		require.Equal(t, abroad, p.DepartmentCode == "", code)
		require.Equal(t, p.Kind == cog.FormerCommune, p.Successor != "", code)
		if p.Kind == cog.FormerCommune {
			s := cog.Find(p.Successor)
			require.Equal(t, cog.Commune, s.Kind, code)
			require.Equal(t, s.Department, p.Department, code)
			require.NotEqual(t, code, s.Code)
			if p.Borrowed {
				require.Equal(t, s.Name, p.Name, code)
				require.Contains(t, p.String(), "commune actuelle", code)
			}
		} else if !abroad {
			require.True(t, strings.HasPrefix(code, p.DepartmentCode), code)
		}
	}
	require.Greater(t, n, 39_000)
}

// The package show of the root module, and it alone, wants these two methods;
// neither module imports the other.
var _ interface {
	Place(code string) (name string, ok bool)
	In(code string) (phrase string, ok bool)
} = cog.Names{}

func TestFindAllocatesNothing(t *testing.T) {
	for _, code := range []string{"75107", "2a004", "20325", "99352", "33000", "Alger", ""} {
		require.Zero(t, testing.AllocsPerRun(100, func() { found = cog.Find(code) }), code)
	}
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
	find := best(func(code string) { found = cog.Find(code) })
	require.Less(t, find, 10*search)
	t.Log(find, search)
}

var (
	found cog.Place
	at    int
)

func BenchmarkFind(b *testing.B) {
	for name, code := range map[string]string{"commune": "63113", "former": "20325", "country": "99352", "unknown": "33000"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				found = cog.Find(code)
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
		found = cog.Find(codes[i%len(codes)])
	}
}

func FuzzAnyTextIsItselfOrAPlace(f *testing.F) {
	for _, code := range []string{"", "75107", "2a004", "20325", "98412", "99352", "Alger", "-----", "2A00é", "99\n00"} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		p := cog.Find(code)
		_, _ = p.String(), p.In()
		if !p.Known() {
			require.Equal(t, cog.Place{Code: code, Name: code}, p)
			return
		}
		require.Equal(t, strings.ToUpper(code), p.Code)
		require.Equal(t, p, cog.Find(p.Code))
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
