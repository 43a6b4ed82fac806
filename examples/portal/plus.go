package main

import (
	"errors"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

// isPlus tells whether an environment is a FranceConnect+.
func isPlus(e franceconnect.Environment) bool {
	return e != nil && e.Parts().Platform == franceconnect.Plus
}

// plusName is what a variable is called for FranceConnect+.
func plusName(text string) string {
	return strings.ReplaceAll(text, "FRANCECONNECT_", "FRANCECONNECT_PLUS_")
}

// plusVariables are the variables for FranceConnect+, under the names of the
// others: what ConfigFromEnv reads, it reads for both.
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
	if err == nil {
		return nil
	}
	var all []error
	for _, err := range each(err) {
		if c, ok := err.(*franceconnect.ConfigError); ok {
			err = &franceconnect.ConfigError{Field: plusName(variable(c)), French: plusName(c.French), English: plusName(c.English)}
		}
		all = append(all, err)
	}
	return errors.Join(all...)
}
