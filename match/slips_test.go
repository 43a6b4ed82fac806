package match_test

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

var (
	pairsOfStrangers = flag.Int("strangers", 20_000, "pairs of each kind that TestNoPairOfDifferentPeopleLinks compares; 10000000 takes ten minutes")
	pairsFile        = flag.String("pairs-file", "", "where TestPairsForOtherLibraries writes what testdata/beside compares")
	updateSlips      = flag.Bool("update-slips", false, "write testdata/slips.md")
)

// A population draws invented people, the same ones for the same seed. The
// n-th name is the less common the higher n is: Zipf's law as Mandelbrot has it,
// fitted to how many names more than 500 people have, and to how many people are
// assumed to have the first.
type population struct {
	*rand.Rand
	family, female, male drawn
}

type drawn struct {
	names []string
	upTo  []float64
}

func (d drawn) one(r *rand.Rand) string {
	i, _ := slices.BinarySearch(d.upTo, r.Float64()*d.upTo[len(d.upTo)-1])
	return d.names[i]
}

func newPopulation(t testing.TB, seed uint64) population {
	text, err := os.ReadFile("testdata/names.txt")
	require.NoError(t, err)
	lists := map[string]drawn{}
	for line := range strings.Lines(string(text)) {
		kind, names, _ := strings.Cut(strings.TrimSpace(line), " ")
		d, total := drawn{names: strings.Split(names, ",")}, 0.0
		offset, slope := 45.0, 1.0
		if kind != "family" {
			offset, slope = 2.15, 1.25
		}
		for i := range d.names {
			total += math.Pow(float64(i+1)+offset, -slope)
			d.upTo = append(d.upTo, total)
		}
		lists[kind] = d
	}
	return population{rand.New(rand.NewPCG(seed, 8)), lists["family"], lists["female"], lists["male"]}
}

func (p population) given(of person.Gender) string {
	if of == person.Female {
		return p.female.one(p.Rand)
	}
	return p.male.one(p.Rand)
}

func (p population) born() person.BirthDate {
	at := time.Date(1935, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, p.IntN(27_000))
	return person.BirthDate{Year: at.Year(), Month: at.Month(), Day: at.Day()}
}

// person draws one: three given names at most, a usage name for four in ten
// women and one in twenty men.
func (p population) person() person.Identity {
	who := person.Identity{Pivot: person.Pivot{Gender: person.Female, FamilyName: strings.ToUpper(p.family.one(p.Rand)), BirthDate: p.born(),
		BirthPlace: person.Place(fmt.Sprintf("%02d%03d", 1+p.IntN(19), 1+p.IntN(300))), BirthCountry: person.France}}
	usage := 20
	if p.IntN(2) == 0 {
		who.Gender, usage = person.Male, 1
	}
	if p.IntN(50) < usage {
		who.UsageName = p.family.one(p.Rand)
	}
	for len(who.GivenNames) < 1+p.IntN(3) {
		if name := p.given(who.Gender); !slices.Contains(who.GivenNames, name) {
			who.GivenNames = append(who.GivenNames, name)
		}
	}
	return who
}

// onName applies a change to one of the names, and reports whether it could.
func (p population) onName(r *match.Record, change func([]rune) []rune) bool {
	name := &r.FamilyName
	if p.IntN(2) == 0 {
		name = &r.GivenNames
	}
	before := *name
	if n := []rune(before); len(n) > 3 {
		*name = string(change(n))
	}
	return *name != before
}

// nicknamed are given names of which this test knows what they are called, and
// match may not.
var nicknamed = strings.Fields("Alexandre:Alex Frédéric:Fred Emmanuel:Manu Nicolas:Nico Catherine:Cathy Stéphanie:Steph Philippe:Phil Isabelle:Isa Sébastien:Seb " +
	"Benjamin:Ben Élisabeth:Babeth Thomas:Tom Christophe:Chris Dominique:Dom Valérie:Val Nathalie:Nath Véronique:Véro Guillaume:Guigui Robert:Bob André:Dédé Antoine:Tony " +
	"Jacqueline:Jackie Mohamed:Momo Laurent:Lolo Vincent:Vince Caroline:Caro Sandrine:Sand Stéphane:Stef Christine:Kiki Louis:Loulou")

// mistakes are what records have, one to a record. Each reports whether the
// person can have it.
var mistakes = []struct {
	name string
	make func(p population, r *match.Record) bool
}{
	{"one letter wrong", func(p population, r *match.Record) bool {
		return p.onName(r, func(n []rune) []rune { n[p.IntN(len(n))] = rune('a' + p.IntN(26)); return n })
	}},
	{"one letter left out", func(p population, r *match.Record) bool {
		return p.onName(r, func(n []rune) []rune { i := p.IntN(len(n)); return slices.Delete(n, i, i+1) })
	}},
	{"one letter doubled", func(p population, r *match.Record) bool {
		return p.onName(r, func(n []rune) []rune { i := p.IntN(len(n)); return slices.Insert(n, i, n[i]) })
	}},
	{"two letters exchanged", func(p population, r *match.Record) bool {
		return p.onName(r, func(n []rune) []rune { i := p.IntN(len(n) - 1); n[i], n[i+1] = n[i+1], n[i]; return n })
	}},
	{"day and month exchanged", func(p population, r *match.Record) bool {
		b := &r.BirthDate
		if b.Day > 12 || b.Day == int(b.Month) {
			return false
		}
		b.Day, b.Month = int(b.Month), time.Month(b.Day)
		return true
	}},
	{"a digit of the year wrong", func(p population, r *match.Record) bool {
		y := r.BirthDate.Year
		place := []int{1, 10}[p.IntN(2)]
		r.BirthDate.Year += (p.IntN(10) - y/place%10) * place
		return r.BirthDate.Year != y && !(r.BirthDate.Month == 2 && r.BirthDate.Day == 29)
	}},
	{"ü as ue", func(p population, r *match.Record) bool {
		plain := r.FamilyName
		r.FamilyName = strings.Replace(plain, "U", "UE", 1)
		return plain != r.FamilyName
	}},
	{"a nickname", func(p population, r *match.Record) bool {
		for _, pair := range nicknamed {
			name, short, _ := strings.Cut(pair, ":")
			if rest, is := strings.CutPrefix(r.GivenNames+" ", name+" "); is {
				r.GivenNames = short
				if p.IntN(2) == 0 {
					r.GivenNames = strings.TrimSpace(short + " " + rest)
				}
				return true
			}
		}
		return false
	}},
	{"the second given name alone", func(p population, r *match.Record) bool {
		names := strings.Fields(r.GivenNames)
		r.GivenNames = names[len(names)-1]
		return len(names) > 1
	}},
	{"accents lost to ?", func(p population, r *match.Record) bool {
		before := r.GivenNames
		r.GivenNames = strings.Map(func(c rune) rune {
			if c >= utf8.RuneSelf {
				return '?'
			}
			return c
		}, before)
		return r.GivenNames != before
	}},
	{"UTF-8 read as Windows-1252", func(p population, r *match.Record) bool {
		before := r.GivenNames
		read, err := charmap.Windows1252.NewDecoder().String(before)
		r.GivenNames = read
		return err == nil && read != before && !strings.Contains(read, "\ufffd")
	}},
	{"cut at 20 characters", cutAt(20)},
	{"cut at 25 characters", cutAt(25)},
	{"cut at 30 characters", cutAt(30)},
	{"given names glued", func(p population, r *match.Record) bool {
		before := r.GivenNames
		r.GivenNames = strings.ReplaceAll(before, " ", "")
		return r.GivenNames != before
	}},
	{"birth name and usage name exchanged", func(p population, r *match.Record) bool {
		r.FamilyName, r.UsageName = r.UsageName, r.FamilyName
		return r.FamilyName != "" && r.FamilyName != r.UsageName
	}},
	{"both names in one column", func(p population, r *match.Record) bool {
		had := r.UsageName != ""
		if p.IntN(2) == 0 {
			r.FamilyName += " épouse " + r.UsageName
		} else {
			r.FamilyName = r.UsageName + " née " + r.FamilyName
		}
		r.UsageName = ""
		return had
	}},
	{"the place as a postal code", func(p population, r *match.Record) bool { r.BirthPlace = r.BirthPlace[:2] + "000"; return true }},
	{"the place as a name", func(p population, r *match.Record) bool { r.BirthPlace = "Lyon"; return true }},
	{"the gender wrong", func(p population, r *match.Record) bool {
		r.Gender = map[person.Gender]person.Gender{person.Female: person.Male, person.Male: person.Female}[r.Gender]
		return true
	}},
}

func cutAt(n int) func(population, *match.Record) bool {
	return func(p population, r *match.Record) bool {
		for _, name := range []*string{&r.GivenNames, &r.FamilyName} {
			if c := []rune(*name); len(c) > n {
				*name = strings.TrimSpace(string(c[:n]))
				return true
			}
		}
		return false
	}
}

// kept is what a portal has of a person.
func kept(who person.Identity) match.Record {
	r := record(who)
	r.GivenNames = strings.Join(who.GivenNames, " ")
	return r
}

const ofEachMistake = 2_000

// TestPeopleWithOneSlipAreFound holds testdata/slips.md, which -update-slips
// writes: what each kind of slip is, of two thousand people each.
func TestPeopleWithOneSlipAreFound(t *testing.T) {
	t.Parallel()
	p := newPopulation(t, 1)
	var table strings.Builder
	found, all := 0, 0
	for _, mistake := range mistakes {
		var grades [match.Exact + 1]int
		for n := 0; n < ofEachMistake; {
			who := p.person()
			if strings.HasPrefix(mistake.name, "cut") { // of who has long names
				who.GivenNames = append(who.GivenNames, p.given(who.Gender), p.given(who.Gender)+"-"+p.given(who.Gender))
			}
			r := kept(who)
			if !mistake.make(p, &r) {
				continue
			}
			n++
			answer := match.Compare(who, r)
			grades[answer.Grade]++
			require.False(t, answer.SafeToLink() && mistake.name == "the gender wrong")
		}
		all, found = all+ofEachMistake, found+ofEachMistake-grades[match.Different]
		fmt.Fprintf(&table, "| %s |", mistake.name)
		for _, g := range []match.Grade{match.Exact, match.Folded, match.Partial, match.Near, match.Different} {
			fmt.Fprintf(&table, " %.1f |", 100*float64(grades[g])/ofEachMistake)
		}
		table.WriteString("\n")
	}
	fmt.Fprintf(&table, "\nFound: %.2f %% of all.\n", 100*float64(found)/float64(all))
	require.GreaterOrEqual(t, float64(found)/float64(all), 0.98, table.String())
	const path = "testdata/slips.md"
	const heading = "| slip | Exact | Folded | Partial | Near | Different |\n| --- | --- | --- | --- | --- | --- |\n"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	if *updateSlips {
		before, rest, _ := strings.Cut(string(text), heading)
		_, after, _ := strings.Cut(rest, " % of all.\n")
		text = []byte(before + heading + table.String() + after)
		require.NoError(t, os.WriteFile(path, text, 0o644))
	}
	require.Contains(t, strings.ReplaceAll(string(text), "\r\n", "\n"), heading+table.String(), "run with -args -update-slips")
}

// relatives are pairs of different people.
var relatives = []struct {
	name string
	make func(p population, a person.Identity) person.Identity
	most float64 // candidates in a hundred thousand
}{
	{"strangers", func(p population, a person.Identity) person.Identity { return p.person() }, 1},
	{"strangers of the same day", func(p population, a person.Identity) person.Identity {
		b := p.person()
		b.BirthDate = a.BirthDate
		return b
	}, 400},
	{"homonyms", func(p population, a person.Identity) person.Identity {
		b := p.person()
		b.FamilyName, b.Gender, b.GivenNames = a.FamilyName, a.Gender, []string{a.GivenNames[0]}
		return b
	}, 1_000},
	{"siblings", func(p population, a person.Identity) person.Identity {
		b := p.person()
		b.FamilyName, b.BirthDate = a.FamilyName, later(a.BirthDate, 300+p.IntN(3_600))
		if p.IntN(2) == 0 {
			b.BirthPlace = a.BirthPlace
		}
		if p.IntN(5) == 0 && b.Gender == a.Gender && b.GivenNames[0] != a.GivenNames[0] { // a godparent's
			b.GivenNames = append(b.GivenNames[:1:1], a.GivenNames[len(a.GivenNames)-1])
		}
		return b
	}, 400},
	{"cousins", func(p population, a person.Identity) person.Identity {
		b := p.person()
		b.FamilyName, b.BirthDate = a.FamilyName, later(a.BirthDate, p.IntN(4_000))
		return b
	}, 200},
	{"twins", func(p population, a person.Identity) person.Identity {
		b := p.person()
		b.FamilyName, b.BirthDate, b.BirthPlace = a.FamilyName, a.BirthDate, a.BirthPlace
		// Marie Claude and Marie-Claude are one name: nobody gives it to two.
		words := func(names []string) []string {
			return strings.Fields(strings.ReplaceAll(strings.Join(names, " "), "-", " "))
		}
		shared := func(all, of []string) bool {
			return slices.ContainsFunc(of, func(w string) bool { return slices.Contains(all, w) })
		}
		for shared(words(a.GivenNames), words(b.GivenNames[:1])) || shared(words(b.GivenNames), words(a.GivenNames[:1])) {
			b.GivenNames = []string{p.given(b.Gender)}
		}
		return b
	}, 4_000},
}

func later(b person.BirthDate, days int) person.BirthDate {
	at := time.Date(b.Year, b.Month, b.Day+days, 0, 0, 0, 0, time.UTC)
	return person.BirthDate{Year: at.Year(), Month: at.Month(), Day: at.Day()}
}

func TestNoPairOfDifferentPeopleLinks(t *testing.T) {
	t.Parallel()
	for _, kind := range relatives {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			p := newPopulation(t, 2)
			var grades [match.Exact + 1]int
			for range *pairsOfStrangers {
				a := p.person()
				b := kind.make(p, a)
				answer := match.Compare(a, kept(b))
				grades[answer.Grade]++
			}
			in := func(g match.Grade) float64 { return 1e5 * float64(grades[g]) / float64(*pairsOfStrangers) }
			t.Logf("of 100,000: %.3f near, %.3f partial, %d of all link", in(match.Near), in(match.Partial), grades[match.Folded]+grades[match.Exact])
			require.Zero(t, grades[match.Folded]+grades[match.Exact])
			require.LessOrEqual(t, in(match.Near)+in(match.Partial), max(kind.most, 5e5/float64(*pairsOfStrangers)))
		})
	}
}

// TestPairsForOtherLibraries writes pairs of the same person, with each slip,
// and of different people, with the grade of each. It compares nothing.
func TestPairsForOtherLibraries(t *testing.T) {
	t.Parallel()
	if *pairsFile == "" {
		t.Skip("without -pairs-file there is nobody to write them for")
	}
	f, err := os.Create(*pairsFile)
	require.NoError(t, err)
	defer f.Close()
	w := csv.NewWriter(f)
	row := func(kind, same string, who person.Identity, r match.Record) {
		a := kept(who)
		require.NoError(t, w.Write([]string{kind, same, match.Compare(who, r).Grade.String(),
			a.GivenNames, a.FamilyName, a.UsageName, string(a.Gender), a.BirthDate.String(), string(a.BirthPlace),
			r.GivenNames, r.FamilyName, r.UsageName, string(r.Gender), r.BirthDate.String(), string(r.BirthPlace)}))
	}
	p := newPopulation(t, 3)
	for _, mistake := range mistakes {
		for n := 0; n < 200; {
			who := p.person()
			if strings.HasPrefix(mistake.name, "cut") {
				who.GivenNames = append(who.GivenNames, p.given(who.Gender), p.given(who.Gender)+"-"+p.given(who.Gender))
			}
			if r := kept(who); mistake.make(p, &r) {
				row(mistake.name, "1", who, r)
				n++
			}
		}
	}
	for _, kind := range relatives {
		for range 4_000 {
			who := p.person()
			row(kind.name, "0", who, kept(kind.make(p, who)))
		}
	}
	w.Flush()
	require.NoError(t, w.Error())
}
