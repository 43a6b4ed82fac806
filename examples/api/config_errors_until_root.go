package main

import "github.com/franceconnect-go/franceconnect"

// configErrors returns the wrong settings that an error joins. It is
// franceconnect.ConfigErrors, once the library has that: this file goes then.
func configErrors(err error) (all []*franceconnect.ConfigError) {
	switch e := err.(type) {
	case *franceconnect.ConfigError:
		return []*franceconnect.ConfigError{e}
	case interface{ Unwrap() []error }:
		for _, err := range e.Unwrap() {
			all = append(all, configErrors(err)...)
		}
	}
	return all
}
