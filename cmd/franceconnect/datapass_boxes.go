package main

import (
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/scopes"
)

// isKnownScope reports whether a platform has a scope; it drops others silently.
// Of a data provider’s scopes not all are known here.
func isKnownScope(name string, on franceconnect.Platform) bool {
	s, known := scopes.Find(name)
	if !known {
		return s.Provider != ""
	}
	return slices.Contains(s.Platforms, string(on))
}

// dataProviderOf says whose data a scope is, and what, or "".
func dataProviderOf(name string) string {
	s, _ := scopes.Find(name)
	if s.Provider == "" || s.Label == "" {
		return s.Provider
	}
	return s.Provider + ", " + s.Label
}

// dataPassBoxes returns the boxes of DataPass to tick, in its order, and the
// scopes that have none there.
func dataPassBoxes(names []string, on franceconnect.Platform) (ticked, others []string) {
	all := scopes.Expand(names)
	for _, s := range scopes.On(string(on)) {
		if s.Provider == "" && s.Label != "" && slices.Contains(all, s.Name) {
			ticked = append(ticked, s.Label)
			all = slices.DeleteFunc(all, func(name string) bool { return name == s.Name })
		}
	}
	return ticked, all
}
