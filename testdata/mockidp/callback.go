package mockidp

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// overrideParameters changes the parameters of a callback; see
// [Scenario].Callback.
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

// redirectToClient sends the browser back to the client, with the issuer in
// the parameters (RFC 9207).
func (a *authorization) redirectToClient(fragment bool, add form) *response {
	return redirect(http.StatusSeeOther, addParameters(a.redirectURI, fragment, a.p.withStateAndIssuer(add, a.state))).withHeader("Cache-Control", "no-store")
}

// withStateAndIssuer adds the parameters that every callback ends with. v1 has
// no iss.
func (p *Provider) withStateAndIssuer(add form, state string) form {
	if state != "" {
		add = append(add, field{"state", state})
	}
	if p.platform.name != V1 {
		add = append(add, field{"iss", p.issuer})
	}
	return add
}
