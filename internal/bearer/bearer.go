// Package bearer sends an access token to one data provider, and to nobody
// else.
package bearer

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

// Transport adds a token to the requests to one origin, and refuses every
// other request: a redirect to another host would take the token there (RFC
// 6750, section 5.3).
type Transport struct {
	Token  Token
	Origin *url.URL // of which scheme and host count; nil if it is not one to send a token to
	Base   http.RoundTripper
}

// RoundTrip makes the request with the token. The request itself stays as it
// is.
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := t.check(r.URL); err != nil {
		if r.Body != nil {
			r.Body.Close() // as http.RoundTripper wants it
		}
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+string(t.Token))
	return t.Base.RoundTrip(r)
}

func (t Transport) check(to *url.URL) error {
	switch {
	case t.Origin == nil:
		return errors.New("franceconnect: the data provider is not at an origin of the form https://host")
	case t.Origin.Scheme != to.Scheme || t.Origin.Host != to.Host:
		return fmt.Errorf("franceconnect: the access token is for %s, not for another host", t.Origin.Host)
	case t.Token == "":
		return errors.New("franceconnect: the session holds no access token any more: call data providers in the callback")
	}
	return nil
}
