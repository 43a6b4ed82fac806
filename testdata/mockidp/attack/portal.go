package attack

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A Portal is what is attacked. The fields without a default are required.
type Portal struct {
	// IDP is the portal's FranceConnect, of platform v2 or FranceConnect+, with
	// the people of mockidp.People. Nobody else uses it meanwhile.
	IDP *mockidp.Provider
	// Client is the portal as it is registered there. Its first RedirectURI is
	// the callback of Login, its first PostLogoutRedirectURI, if any, the return
	// from a logout. Other RedirectURIs on that host are taken for other ways
	// into the portal; Run attacks one way in, and is called again, with its
	// callback first, for the next.
	Client mockidp.Client

	// All of them are on the host of the callback.
	Login  string   // address that sends a browser to FranceConnect, by GET
	Next   string   // Login's parameter that says where to go on to; default none, and no attack by it
	Logout string   // address that signs out, by POST
	Pages  []string // other pages; the form that posts to Logout is looked for there

	// WhoIs tells who is signed in in a browser, by any name that differs from
	// one person to the next, and "" if nobody is. Who is signed in without a
	// family name is somebody, too: the sub is a good name then. The client has
	// the browser's cookies and does not follow a redirect to FranceConnect.
	WhoIs func(browser *http.Client) string

	// Patience is how long the portal may take for one answer, whatever
	// FranceConnect does. Default: 30 seconds.
	Patience time.Duration

	// Transport reaches the portal and the mock. Default: one of its own; a
	// portal with a certificate of its own needs one that trusts it.
	Transport http.RoundTripper
}

// addresses are those of a Portal, parsed.
type addresses struct {
	issuer, callback, login, logout *url.URL
	others                          []*url.URL // callbacks on the same host, beside the one of the login
}

// isCallback tells whether a browser that goes there is back from FranceConnect.
func (a addresses) isCallback(to *url.URL) bool {
	same := func(c *url.URL) bool { return to.Host == c.Host && to.Path == c.Path }
	return same(a.callback) || slices.ContainsFunc(a.others, same)
}

// parse checks the required fields.
func (p *Portal) parse() (a addresses, err error) {
	switch {
	case p.IDP == nil:
		return a, errors.New("Portal.IDP is nil: give the mock provider that the portal uses")
	case p.WhoIs == nil:
		return a, errors.New("Portal.WhoIs is nil: give a func that tells who is signed in")
	case len(p.Client.RedirectURIs) == 0 || p.Client.Secret == "":
		return a, errors.New("Portal.Client is not whole: give what the mock was given")
	case p.Client.SigningAlg == "HS256":
		return a, errors.New("Portal.Client has HS256, which is agreed on with few: give a client of ES256 or RS256")
	}
	for _, field := range []struct {
		name, text string
		to         **url.URL
	}{
		{"Portal.IDP.Issuer()", p.IDP.Issuer(), &a.issuer}, {"Portal.Client.RedirectURIs[0]", p.Client.RedirectURIs[0], &a.callback},
		{"Portal.Login", p.Login, &a.login}, {"Portal.Logout", p.Logout, &a.logout},
	} {
		u, err := url.Parse(field.text)
		if err != nil || u.Host == "" {
			return a, fmt.Errorf("%s is %q: give an address with its host", field.name, field.text)
		}
		*field.to = u
	}
	for _, text := range p.Client.RedirectURIs[1:] {
		if u, err := url.Parse(text); err == nil && u.Host == a.callback.Host && u.Path != a.callback.Path {
			a.others = append(a.others, u)
		}
	}
	if a.login.Host != a.callback.Host || a.logout.Host != a.callback.Host {
		return a, fmt.Errorf("Portal.Login, Portal.Logout and the callback are not on one host: %s, %s, %s", a.login.Host, a.logout.Host, a.callback.Host)
	}
	return a, nil
}
