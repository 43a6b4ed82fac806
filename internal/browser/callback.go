package browser

import (
	"net/http"
	"net/url"
	"strings"
)

// maxCode is the most that a code may be long, in bytes.
const maxCode = 1 << 10

// A Callback is what a provider says through the browser.
type Callback struct{ State, Issuer, Code, Err, Description string }

// ReadCallback reads a callback: a GET, each parameter once. Otherwise it returns
// the reason to refuse it.
func ReadCallback(r *http.Request) (_ Callback, reason string) {
	if r.Method != http.MethodGet {
		return Callback{}, "callback.method"
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return Callback{}, "callback.query"
	}
	for _, values := range q {
		if len(values) != 1 { // RFC 6749, section 3.1
			return Callback{}, "callback.query"
		}
	}
	return Callback{q.Get("state"), q.Get("iss"), q.Get("code"), q.Get("error"), q.Get("error_description")}, ""
}

// ValidCode reports whether a code has the form and the length of one. RFC 6749,
// appendix A.11, allows every printable character; FranceConnect's are 43 of
// base64url. Of others a stranger could make what a firewall in front of
// FranceConnect answers with a page of its own, which would look like a fault.
func ValidCode(code string) bool {
	return code != "" && len(code) <= maxCode && !strings.ContainsFunc(code, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~+/=", r)
	})
}
