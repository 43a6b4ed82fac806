package mockidp

import (
	"bytes"
	"maps"
	"net/http"
	"strconv"
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
	reset    bool
	truncate int
	pad      int

	notes []Note
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

func textResponse(status int, body string) *response {
	return newResponse(status, typeText, []byte(body))
}

func jsonResponse(status int, v any) *response {
	body, err := writeJSON(v)
	if err != nil {
		return textResponse(http.StatusInternalServerError, err.Error())
	}
	return newResponse(status, typeJSON, body)
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
	if res.reset {
		panic(http.ErrAbortHandler) // as net/http wants it
	}
	maps.Copy(w.Header(), res.header)
	body := res.body
	if res.truncate > 0 && res.truncate < len(body) {
		// The length promised is the whole one, so the client sees the
		// connection end too soon.
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		body = body[:res.truncate]
	}
	w.WriteHeader(res.status)
	w.Write(body)
	if res.pad == 0 {
		return
	}
	blank := bytes.Repeat([]byte(" "), 1<<14)
	for left := res.pad; left > 0; left -= len(blank) {
		if _, err := w.Write(blank[:min(left, len(blank))]); err != nil {
			return
		}
	}
}
