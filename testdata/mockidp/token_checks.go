package mockidp

import (
	"slices"
	"strings"
)

// firstError returns the first error, or nil.
func firstError(checks ...*oauthError) *oauthError {
	for _, failed := range checks {
		if failed != nil {
			return failed
		}
	}
	return nil
}

// checkOnce refuses parameters that came twice.
func checkOnce(f form, names ...string) *oauthError {
	twice := slices.DeleteFunc(names, func(n string) bool { return !f.repeated(n) })
	if len(twice) == 0 {
		return nil
	}
	return invalidRequest(yTwice, quoteList(twice)+" "+parameterWord(twice)+" must not be provided twice")
}

// checkPresent refuses a form in which a parameter is missing or empty.
func checkPresent(f form, names ...string) *oauthError {
	missing := slices.DeleteFunc(names, func(n string) bool { return f.get(n) != "" })
	if len(missing) == 0 {
		return nil
	}
	return invalidRequest(yMissing, "missing required "+parameterWord(missing)+" "+quoteList(missing))
}

// parameterWord returns parameter, or parameters for several names.
func parameterWord(names []string) string {
	if len(names) > 1 {
		return "parameters"
	}
	return "parameter"
}

// quoteList returns quoted names: 'a', 'b' and 'c'.
func quoteList(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return "'" + names[0] + "'"
	}
	return "'" + strings.Join(names[:last], "', '") + "' and '" + names[last] + "'"
}
