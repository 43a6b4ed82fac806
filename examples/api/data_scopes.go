package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/scopes"
)

// defaultDataScopes are what the two calls need, and no more: not who else is in
// the family, nor where they live.
var defaultDataScopes = []string{quotientScope, scholarshipScope, "cnous_echelon_bourse"}

// A wanted datum is one that a page says will be asked for.
type wanted struct{ Label, Provider string }

// labels say in words what scopes ask for. One that the registry does not know
// is called by its name: there are new ones before anybody tells us.
func labels(names []string) (all []wanted) {
	for _, name := range names {
		s, _ := scopes.Find(name)
		all = append(all, wanted{cmp.Or(s.Label, s.Name), s.Provider})
	}
	return all
}

// doubts are the scopes that somebody may want to look at again: FranceConnect
// drops a name that it does not know without a word, and a call for data that
// was not granted fails. They are asked for all the same.
func doubts(names []string, platform string) (all []string) {
	for _, name := range names {
		s, known := scopes.Find(name)
		switch {
		case !known:
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+name+" n’est pas dans le registre de scopes\u202f; est-il bien écrit\u202f? / "+name+" is not in the registry of scopes: is it spelt right?")
		case !slices.Contains(s.Platforms, platform):
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+name+" n’est pas connu de cette plateforme ("+strings.Join(s.Platforms, ", ")+"). / "+name+" is of other platforms ("+strings.Join(s.Platforms, ", ")+").")
		case s.Provider == "":
			all = append(all, "API_PARTICULIER_SCOPES\u00a0: "+name+" est une donnée de FranceConnect\u202f; sa place est dans FRANCECONNECT_SCOPES. / "+name+" is FranceConnect’s own: it belongs in FRANCECONNECT_SCOPES.")
		}
	}
	return all
}
