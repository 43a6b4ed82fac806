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
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A ProxyError is what the outbound proxy did instead of letting a call through,
// or what stands between us and FranceConnect without being known. It holds the
// proxy's host and never its credentials.
type ProxyError struct {
	Proxy  string // host:port; "" if none is known
	Status int    // what was answered; 0 if nothing
	Page   bool   // the answer is a page, where FranceConnect's was due
	Object bool   // the answer is JSON, and nothing that FranceConnect says
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
	case e.Object && !fromProxy(e.Status):
		return text.Of("une réponse qui n’est pas de FranceConnect (JSON, HTTP "+status+") est venue par le mandataire (proxy) "+e.Proxy,
			"an answer that is not FranceConnect's (JSON, HTTP "+status+") came by way of the proxy at "+e.Proxy)
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
	host, err := hostOf(proxy)
	if err != nil {
		return err
	}
	return &ProxyError{Proxy: host, Status: res.StatusCode}
}

// ErrProxyAddress is a proxy of which nobody can say where it is.
const ErrProxyAddress Cause = "the address of the proxy cannot be read"

// fromEnvironment is http.ProxyFromEnvironment, but for an address that nobody can
// read: its password would be taken for a host, be looked up, and be named.
func fromEnvironment(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil || proxy == nil {
		return nil, err
	}
	_, err = hostOf(proxy)
	return proxy, err
}

// hostOf returns the host of a proxy, or ErrProxyAddress. Of a user name or a password
// with a / ? or # that is not escaped, the part before it is read as the host and
// its port, and the host as a path: then there is an @ behind the host.
func hostOf(proxy *url.URL) (host string, err error) {
	behind := proxy.Opaque + proxy.Path + proxy.RawQuery + proxy.Fragment
	if proxy.Hostname() == "" || strings.HasSuffix(proxy.Host, ":") || strings.Contains(behind, "@") {
		return "", ErrProxyAddress
	}
	return proxy.Host, nil
}

// ReadableProxy reports whether the value of a variable is a proxy's address. One that
// is none, net/http passes over without a word.
func ReadableProxy(value string) bool {
	proxy, err := url.Parse(value)
	if err != nil || proxy.Scheme == "" || proxy.Host == "" {
		proxy, err = url.Parse("http://" + value)
	}
	if err == nil {
		_, err = hostOf(proxy)
	}
	return err == nil
}

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
	return hostOf(proxy)
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

// Instead returns a *ProxyError if an answer is somebody else's: a page of a proxy's, of
// a firewall's, of a portal's of the network; and by a proxy that we know, which may
// decrypt, JSON of its own. FranceConnect answers in JSON, or with a JWT. A page
// that is not there is most often a wrong address.
func Instead(base http.RoundTripper, req *http.Request, status int, body []byte) error {
	page := isPage(body) || fromProxy(status)
	host, _ := ProxyOf(base, req)
	if host == "" {
		if page && status != http.StatusNotFound {
			return &ProxyError{Status: status, Page: true}
		}
		return nil
	}
	switch object := json.Valid(body); {
	case page:
	case object && !isFranceConnects(body):
		return &ProxyError{Proxy: host, Status: status, Object: true}
	case object, status == http.StatusOK && len(body) > 0: // FranceConnect's, or a token
		return nil
	}
	return &ProxyError{Proxy: host, Status: status, Page: true} // whatever it is
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

// isFranceConnects reports whether JSON is something that FranceConnect says: tokens, claims,
// keys, its discovery document, an OAuth error (RFC 6749, section 5.2), or a
// failure of v1's. It need not be right; that is for others.
func isFranceConnects(body []byte) bool {
	var said map[string]any
	if json.Unmarshal(body, &said) != nil {
		return false
	}
	for _, member := range []string{"access_token", "id_token", "token_type", "sub", "keys", "issuer"} {
		if _, ok := said[member]; ok {
			return true
		}
	}
	code, _ := said["error"].(string)
	_, described := said["error_description"].(string)
	return code != "" && (described || standard.MatchString(code) || unavailableCode(code)) || said["status"] == "fail" && said["message"] != nil
}

// unavailableCode reports whether an error is one of the two by which an OAuth server
// says that it cannot answer (RFC 6749, section 4.1.2.1).
func unavailableCode(code string) bool {
	return code == "server_error" || code == "temporarily_unavailable"
}
