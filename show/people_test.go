package show_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/show"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

var today = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// A somebody is a person of the mock, as FranceConnect v2 tells them, as it does
// with the scope idp_birthdate, and as FranceConnect+ does.
type somebody struct {
	login             string
	v2, v2Known, plus person.Identity
	european          bool // then there is no v2
}

func people(t testing.TB) []somebody {
	t.Helper()
	var all []somebody
	for _, p := range mockidp.People() {
		born, err := person.ParseBirthDate(p.Birthdate)
		require.NoError(t, err, p.Login)
		provider := person.Pivot{
			GivenName: strings.Join(p.GivenNames, " "), FamilyName: p.FamilyName, Gender: person.Gender(p.Gender),
			BirthDate: born, BirthPlace: person.Place(p.Birthplace), BirthCountry: person.Place(p.Birthcountry),
		}
		provider.GivenNames = strings.Fields(provider.GivenName)
		register := provider
		register.GivenNames = p.GivenNames
		register.FamilyName = strings.ToUpper(p.FamilyName)
		register.BirthDate.Month, register.BirthDate.Day = max(1, born.Month), max(1, born.Day)
		if register.BirthCountry != person.France {
			register.BirthPlace = ""
		}
		who := somebody{p.Login,
			person.Identity{Pivot: register, UsageName: p.UsageName, Email: p.Email},
			person.Identity{Pivot: register, UsageName: p.UsageName, Email: p.Email, IdentityProviderBirthDate: born},
			person.Identity{Pivot: provider, UsageName: p.UsageName, Email: p.Email, RNIPP: &register},
			p.European,
		}
		if p.European {
			who.plus.RNIPP = nil
		}
		all = append(all, who)
	}
	require.Greater(t, len(all), 50)
	return all
}

// everything is all that can be said of somebody, a line each.
func everything(named, coded show.Formatter, who person.Identity) []string {
	all := []string{
		"Name\t" + named.Name(who),
		"Of\t" + named.Of(who),
		"FullName\t" + named.FullName(who),
		"Birth\t" + named.Birth(who),
		"Birth by codes\t" + coded.Birth(who),
		"Age\t" + named.Age(who, today),
	}
	for _, line := range named.Lines(who) {
		s := line.Label + "\t" + line.Value
		if line.Note != "" {
			s += "\t" + line.Note
		}
		all = append(all, s)
	}
	if named.BirthPlace(who) != coded.BirthPlace(who) {
		all = append(all, "Place by code\t"+coded.BirthPlace(who))
	}
	return all
}

// The two files were read by a person, every line; UPDATE_GOLDEN=1 writes them
// anew. Of somebody whom v2 knows, there is besides what the others say that
// differs in more than capitals.
func TestEverybodyIsShown(t *testing.T) {
	t.Parallel()
	for file, in := range map[string][2]show.Formatter{
		"testdata/people.fr.golden": {show.French(places(t)), show.French(nil)},
		"testdata/people.en.golden": {show.English(places(t)), show.English(nil)},
	} {
		var b strings.Builder
		for _, who := range people(t) {
			v2, v2Known, plus := everything(in[0], in[1], who.v2), everything(in[0], in[1], who.v2Known), everything(in[0], in[1], who.plus)
			if who.european {
				v2, v2Known = nil, nil
			}
			said := func(line string) bool {
				return slices.ContainsFunc(v2, func(other string) bool { return strings.EqualFold(line, other) })
			}
			section(&b, who.login+", v2", v2)
			section(&b, who.login+", v2 with idp_birthdate", slices.DeleteFunc(v2Known, said))
			section(&b, who.login+", FranceConnect+", slices.DeleteFunc(plus, said))
		}
		got := strings.TrimPrefix(b.String(), "\n")
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), got, file)
	}
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n%s\n\t%s\n", title, strings.Join(lines, "\n\t"))
	}
}

// A code that the file of names does not have would be shown as a code, and
// nobody would see that a name was meant.
func TestThePlacesOfEverybodyAreKnown(t *testing.T) {
	t.Parallel()
	known := places(t)
	for _, who := range people(t) {
		for _, p := range []person.Place{who.plus.BirthPlace, who.plus.BirthCountry} {
			if p.IsCommune() || p.IsCountry() {
				require.Contains(t, known, string(p), who.login)
			}
		}
	}
}
