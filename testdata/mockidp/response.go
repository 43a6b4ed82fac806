package mockidp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A response is a whole HTTP response, and the fault that is applied when it
// is written.
type response struct {
	status int
	header http.Header
	body   []byte

	delay    time.Duration
	hang     bool
	truncate int
	pad      int
}

func newResponse(status int, contentType string, body []byte) *response {
	return &response{status: status, header: http.Header{"Content-Type": {contentType}}, body: body}
}

const (
	typeHTML = "text/html; charset=utf-8"
	typeJSON = "application/json; charset=utf-8"
	typeJWKS = "application/jwk-set+json; charset=utf-8"
	typeJWT  = "application/jwt; charset=utf-8"
	typeText = "text/plain; charset=utf-8"
)

func textResponse(status int, body string) *response { return newResponse(status, typeText, []byte(body)) }

func jsonResponse(status int, v any) *response {
	body, err := writeJSON(v)
	if err != nil {
		return textResponse(http.StatusInternalServerError, err.Error())
	}
	return newResponse(status, typeJSON, body)
}

// writeJSON leaves <, > and & as they are, as servers in JavaScript do.
func writeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("mockidp: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func redirect(status int, to string) *response {
	a := newResponse(status, typeHTML, nil)
	a.header.Set("Location", to)
	return a
}

// withHeader sets a header, and returns the response for convenience.
func (res *response) withHeader(name, value string) *response {
	res.header.Set(name, value)
	return res
}

// write sends the response. net/http drops the body of a response to HEAD.
func (res *response) write(w http.ResponseWriter, r *http.Request) {
	if res.delay > 0 {
		select {
		case <-time.After(res.delay):
		case <-r.Context().Done():
			return
		}
	}
	if res.hang {
		<-r.Context().Done()
		return
	}
	for name, values := range res.header {
		w.Header()[name] = values
	}
	body := res.body
	if res.truncate > 0 && res.truncate < len(body) {
		// The length promised is the whole one, so the client sees the
		// connection end too soon.
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:res.truncate]
	}
	w.WriteHeader(res.status)
	w.Write(body)
	blank := bytes.Repeat([]byte(" "), 1<<14)
	for left := res.pad; left > 0; left -= len(blank) {
		if _, err := w.Write(blank[:min(left, len(blank))]); err != nil {
			return
		}
	}
}

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
