package match_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
)

func TestKeysAreTheLettersOfNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		given, family, usage, familyKey, givenKey string
	}{
		{"Camille Rose", "Vautrin", "Lestang", "VAUTRIN", "CAMILLE"},
		{"Jean-Baptiste", "d’Âtre", "", "DATRE", "JEAN"},
		{"Marie Laure, Solange", "Le Goff", "", "LEGOFF", "MARIE"},
		{"Camille", "MARTIN née DUPONT", "", "MARTIN", "CAMILLE"},
		{"Camille", "(née DUPONT)", "", "DUPONT", "CAMILLE"},
		{"Camille", "", "Lestang", "LESTANG", "CAMILLE"},
		{"XXX", "SANS NOM", "", "", ""},
		{"", "-", "", "", ""},
	} {
		family, given := match.Record{GivenNames: test.given, FamilyName: test.family, UsageName: test.usage}.Key()
		require.Equal(t, test.familyKey, family, test)
		require.Equal(t, test.givenKey, given, test)
	}
}

func TestAPersonHasTheKeysOfEachOfTheirNames(t *testing.T) {
	t.Parallel()
	keys := match.PersonKeys(person.Identity{UsageName: "MARTIN née DE LA TOUR", Pivot: person.Pivot{
		GivenNames: []string{"Marie Laure", "Jean-Baptiste"}, FamilyName: "DE LA TOUR"}})
	require.Subset(t, keys.Family, []string{"DELATOUR", "TOUR", "MARTIN"})
	require.ElementsMatch(t, []string{"MARIE", "LAURE", "MARIELAURE", "JEAN", "BAPTISTE", "MARIELAUREJEANBAPTISTE"}, keys.Given)
	one := match.PersonKeys(person.Identity{Pivot: person.Pivot{GivenNames: []string{"XXX"}, FamilyName: "Kumar"}})
	require.Equal(t, match.Keys{Family: []string{"KUMAR"}, Given: []string{"KUMAR"}}, one)
	nobody := match.PersonKeys(person.Identity{})
	require.Empty(t, nobody.Family)
	require.Empty(t, nobody.Given)
}

// TestWhoIsAlikeInPartHasAKey holds what the SQL of a portal relies on, over
// the rows of pairs.txt: without one, it is by another name.
func TestWhoIsAlikeInPartHasAKey(t *testing.T) {
	t.Parallel()
	found, missed := 0, 0
	for _, p := range pairs(t) {
		if p.matcher.Compare(p.who, p.record).Grade < match.Partial {
			continue
		}
		keys := match.PersonKeys(p.who)
		family, given := p.record.Key()
		if !slices.Contains(keys.Family, family) && !slices.Contains(keys.Given, given) {
			missed++
			t.Log(p.text)
			continue
		}
		found++
	}
	require.Greater(t, found, 200)
	require.Zero(t, missed)
}
