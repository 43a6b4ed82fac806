package mockidp

import (
	"net/url"
	"slices"
	"strings"
)

// addParameters returns a redirect address, normalised, with parameters added
// in the order given.
func addParameters(address string, fragment bool, add form) string {
	normal, ok := normalise(address)
	if !ok {
		return address
	}
	pairs := make([]string, len(add))
	for i, p := range add {
		pairs[i] = url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value)
	}
	query := strings.Join(pairs, "&")
	switch {
	case query == "":
		return normal
	case fragment:
		return normal + "#" + query
	case strings.Contains(normal, "?"):
		return normal + "&" + query
	}
	return normal + "?" + query
}

// normalise returns an absolute URL in the spelling that a browser gives it:
// scheme and host in lower case, no default port, no dot segments. It keeps a
// trailing slash, the query and percent escapes. ok is false if raw is not an
// absolute URL.
func normalise(raw string) (normal string, ok bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "", false
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u = u.ResolveReference(u)
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	out := u.Scheme + "://"
	if u.User != nil {
		out += u.User.String() + "@"
	}
	out += u.Host + path
	if u.RawQuery != "" || u.ForceQuery {
		out += "?" + u.RawQuery
	}
	if _, fragment, ok := strings.Cut(raw, "#"); ok {
		out += "#" + fragment
	}
	return out, true
}

// registered reports whether an address is in a list, once both are normalised.
func registered(list []string, address string) bool {
	if slices.Contains(list, address) && isURL(address) {
		return true
	}
	want, ok := normalise(address)
	if !ok {
		return false
	}
	for _, known := range list {
		if n, ok := normalise(known); ok && n == want {
			return true
		}
	}
	return false
}
