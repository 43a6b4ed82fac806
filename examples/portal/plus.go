package main

import (
	"errors"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// isPlus reports whether an environment is a FranceConnect+.
func isPlus(e franceconnect.Environment) bool {
	return e != nil && e.Parts().Platform == franceconnect.Plus
}

// plusName gives the variables in a text the names that they have for FranceConnect+.
func plusName(text string) string {
	return strings.ReplaceAll(text, "FRANCECONNECT_", "FRANCECONNECT_PLUS_")
}

// plusVariables returns a getenv that finds the variables for FranceConnect+ under
// the names of the others: what ConfigFromEnv reads, it reads for both.
func plusVariables(getenv func(string) string) func(string) string {
	return func(name string) string {
		if name == "FRANCECONNECT_PLATFORM" {
			return string(franceconnect.Plus)
		}
		return getenv(plusName(name))
	}
}

// ofPlus says of the variables for FranceConnect+ what is said of the others.
func ofPlus(err error) error {
	var all []error
	for _, e := range franceconnect.ConfigErrors(err) {
		all = append(all, &franceconnect.ConfigError{Field: plusName(variable(e)), French: plusName(e.French), English: plusName(e.English)})
	}
	if all == nil {
		return err
	}
	return errors.Join(all...)
}
