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

// A Portal is a running portal to attack. The fields without a default are
// required.
type Portal struct {
	// IDP is the mock that the portal uses, of platform V2, Plus or ProConnect, with
	// two people or more. Nothing else uses it during the attacks.
	IDP Mock
	// Client is the portal's registration at IDP. Its first RedirectURI is the
	// callback of Login, its first PostLogoutRedirectURI, if any, the return
	// from a logout. Other RedirectURIs on that host are other ways into the
	// portal: Run attacks one way in, and is called again with another callback
	// first for the next.
	Client mockidp.Client

	// All of them are on the host of the callback.
	Login  string   // address that sends a browser to FranceConnect, by GET
	Next   string   // Login's parameter that says where to go on to; default none, and no attack by it
	Logout string   // address that signs out, by POST
	Others []string // addresses that also begin a login, at this FranceConnect or another
	Pages  []string // other pages; the form that posts to Logout is looked for there

	// WhoIs returns a name of who is signed in in a browser, which differs from
	// one person to the next, or "" if nobody is. For a person without a family
	// name, return the sub. The client has the browser's cookies and does not
	// follow a redirect to FranceConnect.
	WhoIs func(browser *http.Client) string

	// Patience is the time that the portal may take for one response, whatever
	// FranceConnect does. Default: 30 seconds.
	Patience time.Duration

	// Transport reaches the portal and the mock. Default: one of its own; a
	// portal with a private certificate needs one that trusts it.
	Transport http.RoundTripper
}

// A Mock is a *[mockidp.Provider], or one that another process serves, which is made
// to do the same over [mockidp.Provider.Control].
type Mock interface {
	Issuer() string
	People() []mockidp.Person
	Next(mockidp.Scenario)
	InjectFault(path string, f mockidp.Fault)
	ClearFault(path string)
	Rotate()
	RotateUnderSameKIDs()
	Requests() []mockidp.Request
}

// portalURLs holds the addresses of a Portal.
type portalURLs struct {
	issuer, callback, login, logout *url.URL
	otherCallbacks                  []*url.URL // callbacks on the same host, beside the one of the login
	otherLogins                     []*url.URL
}

// isCallback reports whether an address is one of the portal's callbacks.
func (a portalURLs) isCallback(to *url.URL) bool {
	same := func(c *url.URL) bool { return to.Host == c.Host && to.Path == c.Path }
	return same(a.callback) || slices.ContainsFunc(a.otherCallbacks, same)
}

// parseURLs checks the required fields and parses the addresses.
func (p *Portal) parseURLs() (a portalURLs, err error) {
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
			a.otherCallbacks = append(a.otherCallbacks, u)
		}
	}
	for _, text := range p.Others {
		u, err := url.Parse(text)
		if err != nil || u.Host != a.callback.Host {
			return a, fmt.Errorf("Portal.Others has %q: give addresses on the host of the callback, %s", text, a.callback.Host)
		}
		a.otherLogins = append(a.otherLogins, u)
	}
	if a.login.Host != a.callback.Host || a.logout.Host != a.callback.Host {
		return a, fmt.Errorf("Portal.Login, Portal.Logout and the callback are not on one host: %s, %s, %s", a.login.Host, a.logout.Host, a.callback.Host)
	}
	return a, nil
}
