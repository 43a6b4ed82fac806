package match_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

// anybody is made of few values, so that two of them are often alike.
func anybody(r *rand.Rand) person.Identity {
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	list := func(of ...[]string) []string { return of[r.IntN(len(of))] }
	names := []string{"", "Vautrin", "VAUTRIN", "Lestang", "de Lestang", "De Lestang", "Délestang", "Le Goff", "legoff", "-"}
	var born person.BirthDate
	if err := born.UnmarshalText([]byte(one("", "1984-02-29", "1984-02-29", "1984-02-00", "1984-00-00", "1984-01-01", "1984-02-01", "1985-02-28"))); err != nil {
		panic(err)
	}
	return person.Identity{UsageName: one(names...), Pivot: person.Pivot{
		GivenNames: list(nil, []string{"Camille"}, []string{"Camille", "Rose"}, []string{"Rose", "Camille"}, []string{"CAMILLE ROSE"},
			[]string{"Camille-Rose"}, []string{"Camille-Rose", "Zoé"}, []string{"Rose", "Zoe", "Camille"}),
		FamilyName: one(names...),
		Gender:     person.Gender(one("", "female", "male", "female", "male")), BirthDate: born,
		BirthPlace:   person.Place(one("", "69123", "2A004", "20004", "Alger")),
		BirthCountry: person.Place(one("", "99100", "99350", "99352", "99100")),
	}}
}

// two are often one with a field or two changed: strangers differ in all of
// them, and show nothing.
func two(r *rand.Rand) (a, b person.Identity) {
	a, b = anybody(r), anybody(r)
	for _, field := range fields {
		if r.IntN(4) > 0 {
			field.copy(&b, a)
		}
	}
	if r.IntN(2) == 0 {
		b.FamilyName = strings.ToUpper(b.FamilyName)
	}
	return a, b
}

var fields = []struct {
	name    match.Field
	copy    func(to *person.Identity, from person.Identity)
	missing func(person.Identity) bool
}{
	{match.GivenNames, func(to *person.Identity, from person.Identity) { to.GivenNames = from.GivenNames }, func(i person.Identity) bool { return len(i.GivenNames) == 0 }},
	{match.FamilyName, func(to *person.Identity, from person.Identity) { to.FamilyName = from.FamilyName }, func(i person.Identity) bool { return i.FamilyName == "" || i.FamilyName == "-" }},
	{match.UsageName, func(to *person.Identity, from person.Identity) { to.UsageName = from.UsageName }, func(person.Identity) bool { return false }},
	{match.Gender, func(to *person.Identity, from person.Identity) { to.Gender = from.Gender }, func(i person.Identity) bool { return i.Gender == "" }},
	{match.BirthDate, func(to *person.Identity, from person.Identity) { to.BirthDate = from.BirthDate }, func(i person.Identity) bool { return i.BirthDate.Day == 0 }},
	{match.BirthPlace, func(to *person.Identity, from person.Identity) { to.BirthPlace = from.BirthPlace }, func(i person.Identity) bool {
		return i.BirthPlace == "" && i.BirthCountry == person.France
	}},
	{match.BirthCountry, func(to *person.Identity, from person.Identity) { to.BirthCountry = from.BirthCountry }, func(i person.Identity) bool { return i.BirthCountry == "" }},
}

// oneNameOnly reports whether both are people who have one name alone: the only
// ones of whom a missing name is not Different.
func oneNameOnly(a match.Result) bool {
	return slices.ContainsFunc(a.Reasons, func(r match.Reason) bool {
		return r.Found[0] == match.MissingOnBoth || r.Found[0] == match.OtherColumn
	})
}

var matcher = match.Matcher{CurrentPlace: current}

const rounds = 8_000

// TestTheSidesCanBeExchanged leaves out what one side alone has: a column that
// cuts off (it is the database's), and Register (it is FranceConnect's).
func TestTheSidesCanBeExchanged(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	grades := map[match.Grade]int{}
	for range rounds {
		a, b := two(r)
		here, there := matcher.Compare(a, record(b)), matcher.Compare(b, record(a))
		require.Equal(t, here.Grade, there.Grade, "%s, %s", here, there)
		require.Equal(t, here.Fields(), there.Fields(), "%s, %s", here, there)
		grades[here.Grade]++
	}
	for _, g := range []match.Grade{match.Different, match.Partial, match.Folded, match.Exact} {
		require.Greater(t, grades[g], 50, "%s: too few for the test to mean anything", g)
	}
}

func TestAColumnThatCutsOffIsTheRecordsAlone(t *testing.T) {
	t.Parallel()
	who, rec := camille()
	m := match.Matcher{FamilyNameCutAt: 4, GivenNamesCutAt: 6}
	rec.FamilyName, rec.GivenNames = "Vaut", "Camill"
	require.Equal(t, match.Partial, m.Compare(who, rec).Grade)
	require.Equal(t, match.Different, m.Compare(identity(rec), record(who)).Grade)
}

// TestToRemoveAFieldNeverRaisesTheGrade removes each field, from either side
// and from both, on top of what is missing already.
func TestToRemoveAFieldNeverRaisesTheGrade(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	lowered := map[match.Field]int{}
	for range rounds / 4 {
		a, b := two(r)
		before := matcher.Compare(a, record(b))
		for _, field := range fields {
			without := func(who person.Identity) person.Identity {
				field.copy(&who, person.Identity{})
				return who
			}
			for _, after := range []match.Result{
				matcher.Compare(without(a), record(b)),
				matcher.Compare(a, record(without(b))),
				matcher.Compare(without(a), record(without(b))),
			} {
				if oneNameOnly(after) { // what is the same on both sides then
					require.LessOrEqual(t, after.Grade, match.Partial)
					continue
				}
				require.LessOrEqual(t, after.Grade, before.Grade, "without %s: %s, then %s", field.name, before, after)
				if after.Grade < before.Grade {
					lowered[field.name]++
				}
				switch field.name {
				case match.UsageName: // no part of it
				case match.BirthPlace:
					require.False(t, after.SafeToLink() && (a.BirthCountry == person.France || b.BirthCountry == person.France), after)
				default:
					require.False(t, after.SafeToLink(), "without %s: %s", field.name, after)
				}
			}
		}
	}
	for _, field := range fields {
		require.Greater(t, lowered[field.name], 10, "%s: too few for the test to mean anything", field.name)
	}
}

func TestOnlyWholePivotsLink(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	links := 0
	for range rounds {
		a, b := two(r)
		if answer := matcher.Compare(a, record(b)); answer.SafeToLink() {
			links++
			for _, field := range fields {
				require.False(t, field.missing(a) || field.missing(b), "%s is missing: %s", field.name, answer)
			}
			require.Empty(t, answer.Fields())
			require.GreaterOrEqual(t, answer.Grade, match.Folded)
		} else {
			require.NotEmpty(t, answer.Fields())
			require.Less(t, answer.Grade, match.Folded)
		}
	}
	require.Greater(t, links, 100)
}

func TestAPersonAgainstTheirOwnRecordIsExact(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	exact := 0
	for range rounds {
		a := anybody(r)
		whole := true
		for _, field := range fields {
			whole = whole && !field.missing(a)
		}
		answer := match.Compare(a, record(a))
		require.Equal(t, whole, answer.Grade == match.Exact, answer)
		require.Equal(t, whole, answer.SafeToLink(), answer)
		if whole {
			exact++
		}
	}
	require.Greater(t, exact, 100)
}

// FuzzSidesOfNames is TestTheSidesCanBeExchanged with any names.
func FuzzSidesOfNames(f *testing.F) {
	f.Add("Camille Rose", "Vautrin", "Lestang", "Camille", "de Vautrin", "")
	f.Add("Marie Laure, Solange", "Le Goff", "", "MARIE-LAURE", "LEGOFF", "d'Âtre")
	f.Add("ΑΊ\u0345", "İı", "\u0301", "и\u0306", "ß", "ŉ")
	f.Fuzz(func(t *testing.T, given, family, usage, given2, family2, usage2 string) {
		who, rec := camille()
		who.UsageName, who.FamilyName, who.GivenName, who.GivenNames = usage, family, identity(match.Record{GivenNames: given}).GivenName, nil
		rec.GivenNames, rec.FamilyName, rec.UsageName = given2, family2, usage2
		here := match.Compare(who, rec)
		back := identity(rec)
		there := match.Compare(back, match.Record{
			GivenNames: given, FamilyName: family, UsageName: usage, Gender: rec.Gender,
			BirthDate: rec.BirthDate, BirthPlace: rec.BirthPlace, BirthCountry: rec.BirthCountry,
		})
		if here.Grade != there.Grade {
			t.Errorf("%s, %s", here, there)
		}
		rec.FamilyName = ""
		if fewer := match.Compare(who, rec); fewer.Grade > here.Grade || fewer.SafeToLink() {
			t.Errorf("%s, then without a family name %s", here, fewer)
		}
	})
}
