package portaltest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// policies are those of Referrer Policy, section 3. A browser takes the last one
// that it knows.
var policies = []string{"no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin",
	"origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"}

// setOrigin sets what a browser sends with a form of a page: Sec-Fetch-Site, and
// Origin and Referer as the page's Referrer-Policy has it (Fetch, section 3.1;
// Referrer Policy, section 8.3).
func setOrigin(r *http.Request, p Page) {
	policy := "strict-origin-when-cross-origin"
	for text := range strings.SplitSeq(strings.Join(p.Header.Values("Referrer-Policy"), ","), ",") {
		if name := strings.ToLower(strings.TrimSpace(text)); slices.Contains(policies, name) {
			policy = name
		}
	}
	own := p.At.Scheme + "://" + p.At.Host
	same := own == r.URL.Scheme+"://"+r.URL.Host
	down := p.At.Scheme == "https" && r.URL.Scheme == "http"
	whole := url.URL{Scheme: p.At.Scheme, Host: p.At.Host, Path: p.At.Path, RawQuery: p.At.RawQuery}

	origin, referer := own, own+"/"
	switch policy {
	case "no-referrer":
		origin, referer = "null", ""
	case "same-origin":
		if referer = whole.String(); !same {
			origin, referer = "null", ""
		}
	case "origin-when-cross-origin", "strict-origin-when-cross-origin":
		if same {
			referer = whole.String()
		}
	case "unsafe-url", "no-referrer-when-downgrade":
		referer = whole.String()
	}
	if down && policy != "origin" && policy != "origin-when-cross-origin" && policy != "unsafe-url" {
		origin, referer = "null", ""
	}
	r.Header.Set("Origin", origin)
	if referer != "" {
		r.Header.Set("Referer", referer)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if same {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
}
