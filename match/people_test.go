package match_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// a resident is a person of the mock, as v2 tells them from the register and
// as FranceConnect+ tells them from the identity provider.
type resident struct {
	login    string
	register person.Identity
	provider person.Identity
}

func residents(t testing.TB) []resident {
	var all []resident
	for _, p := range mockidp.People() {
		born, err := person.ParseBirthDate(p.Birthdate)
		require.NoError(t, err, p.Login)
		who := person.Identity{UsageName: p.UsageName, Pivot: person.Pivot{
			GivenName: strings.Join(p.GivenNames, " "), GivenNames: p.GivenNames, FamilyName: p.FamilyName,
			Gender: person.Gender(p.Gender), BirthDate: born,
			BirthPlace: person.Place(p.Birthplace), BirthCountry: person.Place(p.Birthcountry),
		}}
		r := resident{p.Login, who, who}
		r.register.FamilyName = strings.ToUpper(p.FamilyName)
		r.register.BirthDate.Month, r.register.BirthDate.Day = max(1, born.Month), max(1, born.Day)
		if r.register.BirthCountry != person.France {
			r.register.BirthPlace = ""
		}
		all = append(all, r)
	}
	require.Greater(t, len(all), 50)
	return all
}

// TestEverybodyIsThemselves takes the word of person.Pivot.Same for who
// has a whole pivot.
func TestEverybodyIsThemselves(t *testing.T) {
	t.Parallel()
	whole := 0
	for _, p := range residents(t) {
		answer := match.Compare(p.register, record(p.register))
		if p.register.Same(p.register.Pivot) {
			whole++
			require.Equal(t, match.Exact, answer.Grade, p.login)
		} else {
			require.Equal(t, match.Partial, answer.Grade, p.login)
		}
		require.Equal(t, p.register.Same(p.register.Pivot), answer.SafeToLink(), p.login)

		// The register's capitals, and its first of January, against what the
		// identity provider wrote.
		answer = match.Compare(p.register, record(p.provider))
		_, known := p.provider.BirthDate.Time()
		require.Equal(t, known && p.register.Same(p.register.Pivot), answer.SafeToLink(), "%s: %s", p.login, answer)
		require.GreaterOrEqual(t, answer.Grade, match.Partial, p.login)
	}
	require.Greater(t, whole, 40)
}

// TestNoTwoPeopleMatch compares everybody with everybody else, as either
// platform tells them. Those of whom a portal could ask whether they are one
// are named here.
func TestNoTwoPeopleMatch(t *testing.T) {
	t.Parallel()
	perhaps := map[string]string{}
	all := residents(t)
	for _, a := range all {
		for _, b := range all {
			if a.login == b.login {
				continue
			}
			for _, who := range []person.Identity{a.register, a.provider} {
				for _, other := range []person.Identity{b.register, b.provider} {
					answer := match.Compare(who, record(other))
					require.False(t, answer.SafeToLink(), "%s and %s: %s", a.login, b.login, answer)
					require.Less(t, answer.Grade, match.Folded, "%s and %s: %s", a.login, b.login, answer)
					if answer.Grade == match.Partial {
						perhaps[a.login+" "+b.login] = fmt.Sprint(answer.Fields())
					}
				}
			}
		}
	}
	require.Equal(t, map[string]string{
		// The same names and birth date, born in two places.
		"lucie-nord lucie-sud": "[birth_place]",
		"lucie-sud lucie-nord": "[birth_place]",
		// One person, before and after a correction of the civil status.
		"alix-avant alix-apres": "[given_names gender]",
		"alix-apres alix-avant": "[given_names gender]",
	}, perhaps)
}

// harmless are changes of writing that databases make. None of them uses the
// code under test.
var harmless = []func(string) string{
	strings.ToUpper,
	strings.ToLower,
	norm.NFD.String,
	strings.NewReplacer("é", "e", "è", "e", "ë", "e", "ï", "i", "ç", "c", "ã", "a", "ô", "o", "É", "E", "Ô", "O", "Â", "A", "Ç", "C").Replace,
	strings.NewReplacer("œ", "oe", "æ", "ae", "Œ", "OE", "Æ", "AE").Replace,
	strings.NewReplacer("-", " ").Replace,
	strings.NewReplacer("-", "\u2011").Replace,
	strings.NewReplacer("’", "'", "'", "’").Replace,
	strings.NewReplacer("’", " ", "'", "").Replace,
	strings.NewReplacer(" ", "\u00a0").Replace,
	func(s string) string { return " " + s + "  " },
}

func rewrite(r *rand.Rand, s string) string { return harmless[r.IntN(len(harmless))](s) }

// spoil does to one field what a form, an import or an agent does to it.
func spoil(r *rand.Rand, rec *match.Record) {
	name := []*string{&rec.GivenNames, &rec.FamilyName, &rec.UsageName}[r.IntN(3)]
	switch r.IntN(11) {
	case 0: // a typing error
		if c := []rune(*name); len(c) > 0 {
			c[r.IntN(len(c))] = rune('a' + r.IntN(26))
			*name = string(c)
		}
	case 1:
		*name = ""
	case 2: // cut off, whatever the column is said to be
		if c := []rune(*name); len(c) > 3 {
			*name = string(c[:3+r.IntN(len(c)-3)])
		}
	case 3:
		rec.GivenNames, _, _ = strings.Cut(rec.GivenNames, ",")
	case 4:
		rec.FamilyName, rec.UsageName = rec.UsageName, rec.FamilyName
	case 5:
		rec.BirthDate.Month, rec.BirthDate.Day = 1, 1
	case 6:
		rec.BirthDate.Day = 0
	case 7:
		rec.BirthDate = person.BirthDate{Year: 1930 + r.IntN(90), Month: 1, Day: 1}
	case 8:
		rec.Gender = []person.Gender{"", person.Female, person.Male, person.Unspecified}[r.IntN(4)]
	case 9:
		rec.BirthPlace = []person.Place{"", "75056", "Lyon"}[r.IntN(3)]
	case 10:
		rec.BirthCountry = []person.Place{"", person.France, "99350"}[r.IntN(3)]
	}
}

// borrow takes some fields of another person's record.
func borrow(r *rand.Rand, rec *match.Record, other match.Record) {
	take := r.IntN(1 << 7)
	for i, field := range []func(){
		func() { rec.GivenNames = other.GivenNames },
		func() { rec.FamilyName = other.FamilyName },
		func() { rec.Gender = other.Gender },
		func() { rec.BirthDate = other.BirthDate },
		func() { rec.BirthPlace = other.BirthPlace },
		func() { rec.BirthCountry = other.BirthCountry },
		func() { rec.UsageName = other.UsageName },
	} {
		if take&(1<<i) != 0 {
			field()
		}
	}
}

// became reports whether a record is now another person's, in all that the pivot
// asks for.
func became(rec, other match.Record) bool {
	other.UsageName = rec.UsageName
	if other.BirthCountry != person.France {
		other.BirthPlace = rec.BirthPlace
	}
	return rec == other
}

func TestAHundredThousandSpoiltRecordsLinkToNobodyElse(t *testing.T) {
	t.Parallel()
	all := residents(t)
	r := rand.New(rand.NewPCG(8, 6))
	grades := map[match.Grade]int{}
	many := 100_000
	if testing.Short() { // of make race: nothing here is shared that changes
		many = 10_000
	}
	for range many {
		a, b := all[r.IntN(len(all))], all[r.IntN(len(all))]
		rec := record(a.register)
		for range r.IntN(4) {
			spoil(r, &rec)
		}
		if r.IntN(2) == 0 {
			borrow(r, &rec, record(b.register))
		}
		spoilt := rec
		if r.IntN(2) == 0 {
			rec.GivenNames, rec.FamilyName = rewrite(r, rec.GivenNames), rewrite(r, rec.FamilyName)
		}
		grades[match.Compare(a.register, rec).Grade]++
		matcher := match.Matcher{GivenNamesCutAt: r.IntN(3) * 10, FamilyNameCutAt: r.IntN(3) * 10, CurrentPlace: current}
		for _, other := range all {
			// Everybody who has anything of it, and the one it was mixed with.
			near := other.login == b.login || other.register.BirthDate == rec.BirthDate || strings.EqualFold(other.register.FamilyName, rec.FamilyName)
			if near && other.login != a.login && !became(spoilt, record(other.register)) {
				answer := matcher.Compare(other.register, rec)
				require.False(t, answer.SafeToLink(), "a record of %s, with parts of %s, links to %s: %s", a.login, b.login, other.login, answer)
			}
		}
	}
	for _, g := range []match.Grade{match.Different, match.Partial, match.Folded, match.Exact} {
		require.Greater(t, grades[g], many/100, "%s: too few for the test to mean anything", g)
	}
}

func TestAnotherWritingOfTheSamePersonLinks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 8))
	for _, p := range residents(t) {
		if !p.register.Same(p.register.Pivot) {
			continue
		}
		for range 200 {
			rec := record(p.register)
			for range 1 + r.IntN(3) {
				rec.GivenNames, rec.FamilyName = rewrite(r, rec.GivenNames), rewrite(r, rec.FamilyName)
			}
			answer := match.Compare(p.register, rec)
			require.True(t, answer.SafeToLink(), "%s: %s", p.login, answer)
		}
	}
}

func TestANameThatFillsItsColumnNeverLinks(t *testing.T) {
	t.Parallel()
	cut := 0
	for _, p := range residents(t) {
		rec := record(p.register)
		name := []rune(rec.FamilyName)
		rec.FamilyName = string(name[:min(10, len(name))])
		answer := match.Matcher{FamilyNameCutAt: 10}.Compare(p.register, rec)
		if utf8.RuneCountInString(rec.FamilyName) >= 9 {
			cut++
			require.Equal(t, match.Partial, answer.Grade, "%s: %s", p.login, answer)
			require.Contains(t, answer.Fields(), match.FamilyName, p.login)
		}
	}
	require.Greater(t, cut, 10)
}
