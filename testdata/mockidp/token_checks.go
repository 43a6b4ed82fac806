package mockidp

import (
	"slices"
	"strings"
)

// withCORS adds the headers that the back channel has for browsers, which
// it does not serve: a request with an Origin is refused as soon as its client
// is known, and loses the header that would let a page read the answer.
func withCORS(r *request, known bool, a *response) *response {
	a.withHeader("Vary", "Origin").withHeader("Access-Control-Expose-Headers", "WWW-Authenticate")
	switch origin := r.Header.Get("Origin"); {
	case origin == "":
		a.withHeader("Access-Control-Allow-Origin", "*")
	case !known:
		a.withHeader("Access-Control-Allow-Origin", origin)
	}
	return a
}

// refuseOrigin refuses a browser's call on behalf of a client.
func refuseOrigin(r *request, c *client) *oauthError {
	if origin := r.Header.Get("Origin"); origin != "" {
		return invalidRequest(yOrigin, "origin "+origin+" not allowed for client: "+c.ID)
	}
	return nil
}

// firstError is the failure that counts when checks were made in this order.
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

// checkPresent refuses a form without some parameters; an empty one is absent.
func checkPresent(f form, names ...string) *oauthError {
	missing := slices.DeleteFunc(names, func(n string) bool { return f.get(n) != "" })
	if len(missing) == 0 {
		return nil
	}
	return invalidRequest(yMissing, "missing required "+parameterWord(missing)+" "+quoteList(missing))
}

func parameterWord(names []string) string {
	if len(names) > 1 {
		return "parameters"
	}
	return "parameter"
}

// quoteList quotes names: 'a', 'b' and 'c'.
func quoteList(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return "'" + names[0] + "'"
	}
	return "'" + strings.Join(names[:last], "', '") + "' and '" + names[last] + "'"
}

// challenge is a WWW-Authenticate value: RFC 6750 section 3.
func challenge(scheme string, parameters ...string) string {
	var pairs []string
	for i := 0; i+1 < len(parameters); i += 2 {
		pairs = append(pairs, parameters[i]+`="`+parameters[i+1]+`"`)
	}
	return scheme + " " + strings.Join(pairs, ", ")
}
