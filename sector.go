package franceconnect

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// SectorIdentifierHandler serves the sector identifier document: a JSON array of the
// RedirectURL of this Client and of the others, and of nothing else (OpenID Connect
// Core, section 8.1; Dynamic Client Registration, section 5). A client that is
// registered with redirect URLs on several hosts needs one, on https, at the
// address that is registered as its sector_identifier_uri; without it, everybody who
// leaves ends on page Y043310B. The others are the Clients of the same client
// identifier at the other hosts, and only those; one that is Disabled has no
// address. An address for after the logout does not belong there.
//
// "franceconnect check -reseau -aussi https://…" reads it as FranceConnect does.
func (c *Client) SectorIdentifierHandler(others ...*Client) http.Handler {
	urls := []string{}
	for _, one := range append([]*Client{c}, others...) {
		if url := one.config.RedirectURL; !one.config.Disabled && !slices.Contains(urls, url) {
			urls = append(urls, url)
		}
	}
	if len(urls) == 0 {
		return http.NotFoundHandler()
	}
	text, _ := json.Marshal(urls) // of texts
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isRead(w, r) {
			writeDocument(w, r, "application/json", text)
		}
	})
}

// isRead reports whether a request reads a document, and has answered it if not.
func isRead(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	w.WriteHeader(http.StatusMethodNotAllowed)
	return false
}

// writeDocument answers a GET or a HEAD.
func writeDocument(w http.ResponseWriter, r *http.Request, contentType string, text []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(text) // who hung up does not want it
	}
}
