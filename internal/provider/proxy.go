package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A ProxyError is what the outbound proxy did instead of letting a call through,
// or what stands between us and FranceConnect without being known. It holds the
// proxy's host and never its credentials.
type ProxyError struct {
	Proxy  string // host:port; "" if none is known
	Status int    // what was answered; 0 if nothing
	Page   bool   // the answer is a page, where FranceConnect's was due
	Err    error  // why there is no answer; it may be nil
}

func (e *ProxyError) Error() string { return e.Text().English }
func (e *ProxyError) Unwrap() error { return e.Err }

// Text says it.
func (e *ProxyError) Text() text.Text {
	status, op := strconv.Itoa(e.Status), (*net.OpError)(nil)
	switch {
	case e.Page && e.Proxy == "":
		return text.Of("une page (HTTP "+status+") est venue au lieu de la réponse de FranceConnect\u00a0: un mandataire (proxy) ou un pare-feu répond à sa place",
			"a page (HTTP "+status+") came where FranceConnect's answer was due: a proxy or a firewall answers in its stead")
	case e.Page && !fromProxy(e.Status):
		return text.Of("une page (HTTP "+status+") est venue par le mandataire (proxy) "+e.Proxy+" au lieu de la réponse de FranceConnect",
			"a page (HTTP "+status+") came by way of the proxy at "+e.Proxy+" where FranceConnect's answer was due")
	case e.Status != 0:
		return text.Of("le mandataire (proxy) "+e.Proxy+" a répondu "+status, "the proxy at "+e.Proxy+" answered "+status)
	case errors.As(e.Err, &op) && op.Op == "proxyconnect":
		return text.Of("le mandataire (proxy) "+e.Proxy+" ne répond pas", "the proxy at "+e.Proxy+" does not answer")
	}
	return text.Of("aucune réponse n’est venue par le mandataire (proxy) "+e.Proxy, "no answer came by way of the proxy at "+e.Proxy)
}

// fromProxy reports whether a status is a proxy's alone: Proxy Authentication
// Required (RFC 9110, section 15.5.8), Network Authentication Required (RFC 6585,
// section 6).
func fromProxy(status int) bool {
	return status == http.StatusProxyAuthRequired || status == http.StatusNetworkAuthenticationRequired
}

// onProxyConnect is for http.Transport.OnProxyConnectResponse.
func onProxyConnect(_ context.Context, proxy *url.URL, _ *http.Request, res *http.Response) error {
	if res.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Status: res.StatusCode}
}

// ErrProxyAddress is a proxy of which nobody can say where it is.
const ErrProxyAddress Cause = "the address of the proxy cannot be read"

// ProxyOf returns the proxy by which a transport sends a request, as host:port, or
// "" if there is none, or none that we can know.
func ProxyOf(base http.RoundTripper, req *http.Request) (host string, err error) {
	t, ok := base.(*http.Transport)
	if !ok || t.Proxy == nil {
		return "", nil
	}
	proxy, err := t.Proxy(req)
	if err != nil {
		return "", ErrProxyAddress // the text of err has it, with its password
	}
	if proxy == nil {
		return "", nil
	}
	return proxy.Host, nil
}

// ByProxy names the proxy in the error of a call that got no answer by it.
func ByProxy(base http.RoundTripper, req *http.Request, err error) error {
	if already := (*ProxyError)(nil); err == nil || errors.As(err, &already) || errors.Is(err, context.Canceled) || err == errCut {
		return err
	}
	host, unreadable := ProxyOf(base, req)
	switch {
	case unreadable != nil:
		return unreadable
	case host == "":
		return err
	}
	return &ProxyError{Proxy: host, Status: connectStatus(err), Err: err}
}

// connectStatus returns what a proxy answered to CONNECT, of which the error of a
// transport that is not ours has the name alone, or 0.
func connectStatus(err error) int {
	for status := http.StatusBadRequest; status < 600; status++ {
		if name := http.StatusText(status); name != "" && err.Error() == name {
			return status
		}
	}
	return 0
}

// PageInstead returns a *ProxyError if an answer is a page of somebody else's: a proxy's,
// a firewall's, a portal's of the network. FranceConnect answers in JSON, or with
// a JWT. A page that is not there is most often a wrong address.
func PageInstead(base http.RoundTripper, req *http.Request, status int, body []byte) error {
	page := isPage(body) || fromProxy(status)
	if status == http.StatusOK && !page && len(body) > 0 {
		return nil
	}
	host, _ := ProxyOf(base, req)
	if host != "" && !json.Valid(body) {
		page = true // whatever it is
	}
	if !page || host == "" && status == http.StatusNotFound {
		return nil
	}
	return &ProxyError{Proxy: host, Status: status, Page: true}
}

// isPage reports whether a text is a page, or a sentence. What it is called says
// nothing: FranceConnect labels pages application/jwt, and a proxy says what it
// likes.
func isPage(body []byte) bool {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		return true
	case bytes.HasPrefix(body, []byte("{")): // JSON, or what is left of it
		return false
	}
	return bytes.ContainsAny(body, " \n") && !json.Valid(body)
}
