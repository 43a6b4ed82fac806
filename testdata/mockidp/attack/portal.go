package attack

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A Portal is what is attacked. The fields without a default are required.
type Portal struct {
	// IDP is the portal's FranceConnect, of platform v2, with the people of
	// mockidp.People. Nobody else uses it meanwhile.
	IDP *mockidp.Provider
	// Client is the portal as it is registered there. Its first RedirectURI is
	// the callback, its first PostLogoutRedirectURI, if any, the return from a
	// logout.
	Client mockidp.Client

	// All of them are on the host of the callback.
	Login  string   // address that sends a browser to FranceConnect, by GET
	Next   string   // Login's parameter that says where to go on to; default none, and no attack by it
	Logout string   // address that signs out, by POST
	Pages  []string // other pages; the form that posts to Logout is looked for there

	// WhoIs tells who is signed in in a browser, by any name that differs from
	// one person to the next, and "" if nobody is. The client has the browser's
	// cookies and does not follow a redirect to FranceConnect.
	WhoIs func(browser *http.Client) string

	// Patience is how long the portal may take for one answer, whatever
	// FranceConnect does. Default: 30 seconds.
	Patience time.Duration

	// Transport reaches the portal and the mock. Default: one of its own; a
	// portal with a certificate of its own needs one that trusts it.
	Transport http.RoundTripper
}

// addresses are those of a Portal, parsed.
type addresses struct{ issuer, callback, login, logout *url.URL }

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
	if a.login.Host != a.callback.Host || a.logout.Host != a.callback.Host {
		return a, fmt.Errorf("Portal.Login, Portal.Logout and the callback are not on one host: %s, %s, %s", a.login.Host, a.logout.Host, a.callback.Host)
	}
	return a, nil
}
