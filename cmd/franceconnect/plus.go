package main

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// A portal of FranceConnect can have FranceConnect+ beside it, as a client of
// its own, whose variables have the same names with PLUS in them, as in
// examples/portal. With -plus, they are the ones that are looked at.
const (
	prefix     = "FRANCECONNECT_"
	plusPrefix = "FRANCECONNECT_PLUS_"
)

// setting returns the name under which people meet a setting of this client: its
// variable, with PLUS in it if that is so, its key in the file, or its label on the
// screen of a hosted product. Other names stay as they are.
func (p *portal) setting(variable string) string {
	own, ok := strings.CutPrefix(variable, prefix)
	key := strings.ToLower(own)
	switch {
	case p.cells[key] != "":
		return p.cells[key]
	case variable == "PORTAL_URL" && p.address != "":
		return "host"
	case !ok:
		return variable
	case p.file != "" || p.content != nil:
		return key
	case p.product.isHosted() && p.product.profile.LabelOf(key) != "":
		return p.product.profile.LabelOf(key)
	}
	return p.variable(variable)
}

// variable returns the variable of this client in which a setting is.
func (p *portal) variable(name string) string {
	if own, ok := strings.CutPrefix(name, prefix); ok && p.plus {
		return plusPrefix + own
	}
	return name
}

// getenvOfClient returns the variables of this client, by the names that the
// library knows them by.
func (p *portal) getenvOfClient(getenv func(string) string) func(string) string {
	switch {
	case p.content != nil:
		return p.getenvOfJSON(p.content, p.secrets, getenv)
	case p.file != "":
		return p.getenvOfFile(getenv)
	case !p.plus:
		return getenv
	}
	return func(name string) string {
		switch value := getenv(p.variable(name)); {
		case name == "FRANCECONNECT_PLATFORM":
			return string(franceconnect.Plus)
		case name == "FRANCECONNECT_COOKIE_KEYS" && value == "":
			return getenv(name) // one portal, one set of keys
		default:
			return value
		}
	}
}

// providerOrigins returns the FranceConnects that the portal's pages lead to:
// this one, and the other one if the variables name one.
func (p *portal) providerOrigins() []string {
	all := []string{}
	for _, e := range []environment{p.environment, p.otherEnvironment} {
		if e.isKnown() && !slices.Contains(all, e.origin()) {
			all = append(all, e.origin())
		}
	}
	return all
}

// readOtherEnvironment reads where the other FranceConnect is, if there is one.
func (p *portal) readOtherEnvironment(getenv func(string) string) {
	other := getenv(plusPrefix + "ENVIRONMENT")
	if p.plus {
		other = getenv(prefix + "ENVIRONMENT")
	}
	if env, err := franceconnect.ParseEnvironment(other); other != "" && err == nil {
		p.otherEnvironment = environmentOf(env)
	}
}
