package mockidp

import (
	"net/url"
	"strings"
)

// addParameters writes parameters into a redirect address, in the order given;
// an address that came in another spelling goes out in the normal one.
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

// normalise writes an absolute URL so that two spellings of one address are
// equal, as a browser does: letter case of scheme and host, default port, dot
// segments. A trailing slash, a query and a percent escape stay significant.
func normalise(raw string) (string, bool) {
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

// registered tells whether an address is one of a list, whatever its spelling.
func registered(list []string, address string) bool {
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
