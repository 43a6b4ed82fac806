// Package browser holds what a browser brings to a login and what it is sent: a
// callback's parameters, paths on the portal, redirects and their headers.
//
//	browser.go   what it is sent
//	callback.go  what it comes back with
//	path.go      where it may go on to
package browser

import (
	"net/http"
	"strings"
)

// isPrefetch reports whether nobody has asked for this yet (Fetch, section 3.8:
// Sec-Purpose; Safari says Purpose, and Turbo X-Sec-Purpose).
func isPrefetch(r *http.Request) bool {
	for _, name := range [...]string{"Sec-Purpose", "Purpose", "X-Sec-Purpose"} {
		if values := r.Header[name]; len(values) > 0 && strings.HasPrefix(values[0], "prefetch") {
			return true
		}
	}
	return false
}

// AnswerPrefetch reports whether it has answered a request that nobody has made: with
// 503, so that the browser asks again when somebody does.
func AnswerPrefetch(w http.ResponseWriter, r *http.Request) bool {
	if !isPrefetch(r) {
		return false
	}
	setPrivateHeaders(w)
	w.WriteHeader(http.StatusServiceUnavailable)
	return true
}

// Redirect sends the browser on by GET, whatever brought it here, with a cookie if
// there is one.
func Redirect(w http.ResponseWriter, to, cookie string) {
	h, values := w.Header(), [...]string{to, "no-store", "no-referrer", cookie}
	h["Location"], h["Cache-Control"], h["Referrer-Policy"] = values[:1:1], values[1:2:2], values[2:3:3]
	if cookie != "" {
		h["Set-Cookie"] = append(values[3:], h["Set-Cookie"]...)
	}
	w.WriteHeader(http.StatusSeeOther)
}

// setPrivateHeaders keeps an address with a code or a token in it out of caches, and
// out of the Referer of what the next page loads, as Redirect does.
func setPrivateHeaders(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// SetPageHeaders does the same for a page that the portal shows at such an
// address. Other sites learn its origin at most, and its own forms are sent with
// their Origin: under no-referrer that is null (Fetch, section 3.1), which
// gorilla/csrf and others answer with 403. What the portal has set stays, unless
// it gives other sites the whole address.
func SetPageHeaders(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	policies := strings.Split(strings.Join(w.Header()["Referrer-Policy"], ","), ",")
	switch strings.ToLower(strings.TrimSpace(policies[len(policies)-1])) { // the last one counts
	case "no-referrer", "same-origin", "strict-origin", "origin", "strict-origin-when-cross-origin", "origin-when-cross-origin":
	default:
		w.Header().Set("Referrer-Policy", "strict-origin")
	}
}
