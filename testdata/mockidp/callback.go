package mockidp

import (
	"maps"
	"net/url"
	"slices"
)

// overrideParameters changes the parameters of a callback, as [Answer] has it.
func overrideParameters(a *response, change map[string]string) *response {
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil || len(change) == 0 {
		return a
	}
	f := parseForm(to.RawQuery)
	for _, name := range slices.Sorted(maps.Keys(change)) {
		value := change[name]
		i := slices.IndexFunc(f, func(p field) bool { return p.name == name })
		switch {
		case i < 0 && value != "":
			f = append(f, field{name, value})
		case i >= 0 && value != "":
			f[i].value = value
		case i >= 0:
			f = slices.Delete(f, i, i+1)
		}
	}
	to.RawQuery = ""
	return a.withHeader("Location", addParameters(to.String(), false, f))
}
