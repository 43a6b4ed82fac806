// Package scopes is a registry of the scopes that FranceConnect is known to
// have: what each gives, who gives it, and what DataPass calls it. It is for
// labels and for warnings, not a closed list: data providers add scopes before
// anybody tells us.
package scopes

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// A Scope is one of them.
type Scope struct {
	Name      string
	Platforms []string // that have it: "v2", "plus", "v1"
	Provider  string   // of the data; "" is FranceConnect itself
	Label     string   // in French, as on DataPass; may be empty
}

// Find finds a scope. One that is not in the registry but begins as a data
// provider's do is that provider's, on platforms that are not known.
func Find(name string) (s Scope, known bool) {
	for _, s := range all() {
		if s.Name == name {
			return s, true
		}
	}
	for _, s := range all() {
		begin, _, _ := strings.Cut(s.Name, "_")
		if s.Provider != "" && slices.Contains(families, begin) && strings.HasPrefix(name, begin+"_") {
			return Scope{Name: name, Provider: s.Provider}, false
		}
	}
	return Scope{Name: name}, false
}

// families are what the scopes of one data provider alone begin with.
var families = []string{"dgfip", "cnaf", "cnam", "cnous", "mesri", "dsnj", "ants"}

// On returns the scopes of a platform, in the order of the registry: DataPass's.
func On(platform string) (on []Scope) {
	for _, s := range all() {
		if slices.Contains(s.Platforms, platform) {
			on = append(on, s)
		}
	}
	return on
}

// groups are the scopes that stand for several.
var groups = map[string][]string{
	"identite_pivot": {"family_name", "given_name", "birthdate", "birthplace", "birthcountry", "gender"},
	"birth":          {"birthplace", "birthcountry"},
	"profile":        {"family_name", "given_name", "birthdate", "gender", "preferred_username"},
}

// Expand replaces the scopes that stand for several by these, each once, behind
// openid, which is always there.
func Expand(names []string) []string {
	expanded := []string{"openid"}
	for _, name := range names {
		parts := groups[name]
		if parts == nil {
			parts = []string{name}
		}
		for _, part := range parts {
			if !slices.Contains(expanded, part) {
				expanded = append(expanded, part)
			}
		}
	}
	return expanded
}

// Group returns the scopes that one stands for, or nil. It is not written to.
func Group(name string) []string { return groups[name] }

//go:embed scopes.tsv
var file string

// all of them, read when they are first asked for, and never written to.
var all = sync.OnceValue(func() (scopes []Scope) {
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		field := strings.Split(line, "\t") // four of them: a test reads the file
		scopes = append(scopes, Scope{field[0], strings.Fields(field[1]), field[2], field[3]})
	}
	return scopes
})
