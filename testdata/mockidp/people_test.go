package mockidp_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// identity signs a person in and returns the claims of userinfo, without those
// that every JWT has.
func identity(t *testing.T, platform mockidp.Platform, login, scope string) map[string]any {
	w := start(t, mockidp.Config{Platform: platform, Auto: true, Person: login})
	p := w.userinfo(w.tokens("scope", scope).AccessToken)
	claims := map[string]any{}
	if platform == mockidp.V1 {
		require.NoError(t, json.Unmarshal([]byte(p.body), &claims))
	} else {
		_, claims = w.read(p.body)
	}
	for _, name := range []string{"sub", "aud", "exp", "iat", "iss"} {
		delete(claims, name)
	}
	return claims
}

// TestClaimsOfPeople compares whole identities: what a claim is, and that
// nothing else is told.
func TestClaimsOfPeople(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Name, Login, Scope string
		Platform           mockidp.Platform
		Want               map[string]any
	}
	load(t, "identities.json", &rows)
	for _, r := range rows {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, r.Want, identity(t, r.Platform, r.Login, r.Scope))
		})
	}
}

func TestPeopleDiffer(t *testing.T) {
	t.Parallel()
	people := mockidp.People()
	require.GreaterOrEqual(t, len(people), 40)
	lines, pivots := map[string]string{}, map[string]string{}
	emails, names, birthdays := map[string]int{}, map[string]int{}, map[string]int{}
	for _, who := range people {
		require.NotEmpty(t, who.What, who.Login)
		require.NotEmpty(t, who.WhatFrench, who.Login)
		require.Empty(t, lines[who.What], "%s is for the same as another", who.Login)
		lines[who.What] = who.Login
		// What the sub is made of: a place abroad is not in it.
		place := who.Birthplace
		if who.Birthcountry != "99100" {
			place = ""
		}
		pivot := fmt.Sprint(who.GivenNames, who.FamilyName, who.Gender, who.Birthdate, place, who.Birthcountry)
		require.Empty(t, pivots[pivot], "%s has the sub of another", who.Login)
		pivots[pivot] = who.Login
		if who.Email != "" {
			require.Regexp(t, `^[a-z.]+@example\.(org|fr)$`, who.Email)
		}
		emails[who.Email]++
		names[who.FamilyName]++
		birthdays[fmt.Sprint(who.GivenNames, who.FamilyName, who.Birthdate)]++
	}
	require.Equal(t, map[string]int{"": 4, "famille.fontclaire@example.fr": 2, "alix@example.fr": 2}, several(emails))
	require.Equal(t, map[string]int{"Fontclaire": 2, "Doublet": 2, "Rectificat": 2}, several(names))
	require.Equal(t, map[string]int{"[Lucie]Doublet1992-07-07": 2}, several(birthdays))
	first := people[0]
	require.NotContains(t, []string{first.UsageName, first.Email, first.Gender, first.Birthplace}, "")
	require.Equal(t, "99100", first.Birthcountry)
}

// several keeps what there is more than one of.
func several(count map[string]int) map[string]int {
	maps.DeleteFunc(count, func(_ string, n int) bool { return n < 2 })
	return count
}

// TestPlacesAreReal compares the codes of birth with those of the INSEE, whose
// names a reader can check.
func TestPlacesAreReal(t *testing.T) {
	t.Parallel()
	var cog struct{ Communes, Countries map[string]string }
	load(t, "cog.json", &cog)
	for _, who := range mockidp.People() {
		if who.Birthcountry != "" {
			require.Contains(t, cog.Countries, who.Birthcountry, who.Login)
		}
		if who.Birthcountry == "99100" && who.Birthplace != "" {
			require.Contains(t, cog.Communes, who.Birthplace, who.Login)
		}
	}
}

// TestKindsOfPeople holds that there is somebody of every kind that breaks
// programs.
func TestKindsOfPeople(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(mockidp.Person) bool{
		"ordinary":                    func(p mockidp.Person) bool { return p.Refuse == "" && len(p.GivenNames) == 1 && p.UsageName == "" },
		"usage name":                  func(p mockidp.Person) bool { return p.UsageName != "" },
		"many given names":            func(p mockidp.Person) bool { return len(p.GivenNames) > 6 },
		"given name with a space":     func(p mockidp.Person) bool { return strings.Contains(strings.Join(p.GivenNames, ""), " ") },
		"given name with a hyphen":    func(p mockidp.Person) bool { return strings.Contains(strings.Join(p.GivenNames, ""), "-") },
		"fifty letters":               func(p mockidp.Person) bool { return len(p.GivenNames[0]) == 50 && len(p.FamilyName) == 50 },
		"accents":                     func(p mockidp.Person) bool { return strings.ContainsAny(p.FamilyName, "éèêëÉâçï") },
		"ligature":                    func(p mockidp.Person) bool { return strings.ContainsAny(p.FamilyName+p.GivenNames[0], "œæ") },
		"straight apostrophe":         func(p mockidp.Person) bool { return strings.Contains(p.FamilyName, "'") },
		"curved apostrophe":           func(p mockidp.Person) bool { return strings.Contains(p.FamilyName+p.UsageName, "’") },
		"particle":                    func(p mockidp.Person) bool { return strings.HasPrefix(p.FamilyName, "de ") },
		"Corsica, 2A":                 func(p mockidp.Person) bool { return strings.HasPrefix(p.Birthplace, "2A") },
		"Corsica, 2B":                 func(p mockidp.Person) bool { return strings.HasPrefix(p.Birthplace, "2B") },
		"overseas, 97":                func(p mockidp.Person) bool { return strings.HasPrefix(p.Birthplace, "97") },
		"overseas, 98":                func(p mockidp.Person) bool { return strings.HasPrefix(p.Birthplace, "98") },
		"abroad with a place":         func(p mockidp.Person) bool { return p.Birthcountry == "99139" && p.Birthplace != "" },
		"abroad without a place":      func(p mockidp.Person) bool { return p.Birthcountry == "99350" && p.Birthplace == "" },
		"a country that is no more":   func(p mockidp.Person) bool { return p.Birthcountry == "99115" },
		"presumed day":                func(p mockidp.Person) bool { return strings.HasSuffix(p.Birthdate, "-00") && p.Birthdate[5:7] != "00" },
		"presumed day and month":      func(p mockidp.Person) bool { return strings.HasSuffix(p.Birthdate, "-00-00") },
		"unspecified gender":          func(p mockidp.Person) bool { return p.Gender == "unspecified" },
		"minor":                       func(p mockidp.Person) bool { return p.Birthdate > "2015" },
		"no e-mail":                   func(p mockidp.Person) bool { return !p.European && p.Email == "" },
		"European, substantial":       func(p mockidp.Person) bool { return p.European && p.ACR == "eidas2" },
		"European, high":              func(p mockidp.Person) bool { return p.European && p.ACR == "eidas3" },
		"European, any":               func(p mockidp.Person) bool { return p.European && p.ACR == "" },
		"unknown to the register":     func(p mockidp.Person) bool { return p.Refuse == "Y010004" },
		"homonym":                     func(p mockidp.Person) bool { return p.Refuse == "Y010006" },
		"deceased":                    func(p mockidp.Person) bool { return p.Refuse == "Y010015" },
		"blocked account":             func(p mockidp.Person) bool { return p.Refuse == "Y180001" },
		"blocked provider":            func(p mockidp.Person) bool { return p.Refuse == "Y100011" },
		"register down":               func(p mockidp.Person) bool { return p.Refuse == "Y010012" },
		"civil status corrected":      func(p mockidp.Person) bool { return p.Login == "alix-apres" },
		"civil status, not yet":       func(p mockidp.Person) bool { return p.Login == "alix-avant" },
		"level higher than was asked": func(p mockidp.Person) bool { return p.ACR == "eidas3" && !p.European },
	}
	for kind, is := range kinds {
		require.True(t, slices.ContainsFunc(mockidp.People(), is), kind)
	}
}

// TestEverybodySignsInOrIsRefused signs every one in on every platform.
func TestEverybodySignsInOrIsRefused(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus} {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		subs := map[any]string{}
		for _, who := range mockidp.People() {
			if who.European && platform == mockidp.V2 {
				continue
			}
			w.newBrowser()
			w.idp.Next(mockidp.Scenario{Person: who.Login})
			p, to := w.follow(w.get(w.authorizeURL()))
			if to == nil {
				require.Contains(t, who.What, "page "+yCode.FindString(p.body), "%s on %s", who.Login, platform)
				continue
			}
			require.Empty(t, who.Refuse)
			_, got := w.trade(to.Query().Get("code"))
			_, claims := w.read(w.userinfo(got.AccessToken).body)
			require.Empty(t, subs[claims["sub"]], "%s has the sub of another", who.Login)
			subs[claims["sub"]] = who.Login
		}
		require.Greater(t, len(subs), 30)
	}
}

func TestReadPeople(t *testing.T) {
	t.Parallel()
	people, err := mockidp.ReadPeople(strings.NewReader(`[{"login":"a","given_names":["B C"],"email":"a@example.org"}]`))
	require.NoError(t, err)
	require.Equal(t, []mockidp.Person{{Login: "a", GivenNames: []string{"B C"}, Email: "a@example.org"}}, people)
	for text, want := range map[string]string{
		`{}`:                                "people: want a JSON array",
		`[{"login":"a"},{"name":"b"}]`:      `people[1]: json: unknown field "name"`,
		`[{"login":"a"},{"gender":"male"}]`: "people[1]: login is empty",
	} {
		_, err := mockidp.ReadPeople(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}
