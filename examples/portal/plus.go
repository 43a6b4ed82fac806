package main

import (
	"errors"

	"github.com/franceconnect-go/franceconnect"
)

// The variables of the client at FranceConnect and of the one at FranceConnect+.
const (
	prefix     = "FRANCECONNECT_"
	plusPrefix = "FRANCECONNECT_PLUS_"
)

// isPlus reports whether an environment is a FranceConnect+.
func isPlus(e franceconnect.Environment) bool {
	return e != nil && e.Parts().Platform == franceconnect.Plus
}

// onPlus returns a getenv that knows the platform of the second client.
func onPlus(getenv func(string) string) func(string) string {
	return func(name string) string {
		if name == plusPrefix+"PLATFORM" {
			return string(franceconnect.Plus)
		}
		return getenv(name)
	}
}

// named says of the variables of a client what New said of the fields.
func named(prefix string, err error) error {
	var all []error
	for _, e := range franceconnect.ConfigErrors(err) {
		named := *e
		switch name, ok := variables[e.Field]; {
		case e.Field == "RedirectURL" || e.Field == "PostLogoutRedirectURL":
			named.Field = "PORTAL_URL"
		case ok:
			named.Field = prefix + name
		}
		all = append(all, &named)
	}
	if all == nil {
		return err
	}
	return errors.Join(all...)
}
