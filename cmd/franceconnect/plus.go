package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A portal of FranceConnect can have FranceConnect+ beside it, as a client of
// its own, whose variables have the same names with PLUS in them, as in
// examples/portal. With -plus, they are the ones that are looked at.
const (
	prefix     = "FRANCECONNECT_"
	plusPrefix = "FRANCECONNECT_PLUS_"
)

// called is the name that a variable of this client really has.
func (p *portal) variableName(variable string) string {
	switch {
	case p.file != "":
		return keyNames(variable)
	case !p.plus:
		return variable
	}
	return strings.ReplaceAll(variable, prefix, plusPrefix)
}

// lookup is getenv for this client.
func (p *portal) getenvOfClient(getenv func(string) string) func(string) string {
	switch {
	case p.file != "":
		return p.getenvOfFile(getenv)
	case !p.plus:
		return getenv
	}
	return func(name string) string {
		switch value := getenv(p.variableName(name)); {
		case name == "FRANCECONNECT_PLATFORM":
			return string(franceconnect.Plus)
		case name == "FRANCECONNECT_COOKIE_KEYS" && value == "":
			return getenv(name) // one portal, one set of keys
		default:
			return value
		}
	}
}

// rename lets findings speak of the variables by the names that they have.
// What is said of other clients’ variables stays.
func (p *portal) renameVariables(f findings) {
	for i := range f {
		if f[i].check == "swapped" {
			continue
		}
		for _, said := range []*text.Text{&f[i].what, &f[i].action} {
			said.French, said.English = p.variableName(said.French), p.variableName(said.English)
		}
	}
}

// origins are the FranceConnects that the portal's pages lead to: this one, and
// the other one if the variables name one.
func (p *portal) providerOrigins() []string {
	all := []string{}
	for _, env := range []franceconnect.Environment{p.environment.preset, p.otherEnvironment} {
		if origin := environmentOf(env).origin(); env != nil && !slices.Contains(all, origin) {
			all = append(all, origin)
		}
	}
	return all
}

// readBeside reads where the other FranceConnect is, if there is one.
func (p *portal) readOtherEnvironment(getenv func(string) string) {
	other := getenv(plusPrefix + "ENVIRONMENT")
	if p.plus {
		other = getenv(prefix + "ENVIRONMENT")
	}
	if env, err := franceconnect.ParseEnvironment(other); other != "" && err == nil {
		p.otherEnvironment = env
	}
}
