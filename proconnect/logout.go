package proconnect

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
)

// logoutTime is how long a Logout waits for ProConnect's keys.
const logoutTime = 3 * time.Second

// Logout sends the browser to ProConnect, whose session ends there, and that of the
// identity provider; without it, the next person at the same computer signs in with two
// clicks. The portal has ended its own session before. A POST is needed, so that no
// link and no image signs anybody out.
//
// Without a hint there is nobody to sign out, and the browser goes straight to
// PostLogoutRedirectURL, or to HomePath. A hint whose key ProConnect has changed since
// is left out, which it takes since 2025-11-17: it ends the session of the browser.
//
// It has answered the request if the error is nil, and otherwise written
// nothing: the error is a *franceconnect.Error with ErrLoginExpired for any method but
// POST.
func (c *Client) Logout(w http.ResponseWriter, r *http.Request, hint franceconnect.IDTokenHint) (err error) {
	op := c.begin(r.Context(), "logout")
	defer func() { op.end(0, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return failed(failure.Request("logout.method", r, http.MethodPost))
	}
	if hint == "" {
		browser.Redirect(w, cmp.Or(c.config.PostLogoutRedirectURL, c.config.HomePath), "")
		return nil
	}
	ctx, cancel := context.WithTimeout(op.Context, logoutTime)
	defer cancel()
	verifier := c.verifier()
	if withdrawn, _ := verifier.Withdrawn(ctx, c.provider.RecentKeysFor(c.observer()), string(hint)); withdrawn { // an error says nothing of it
		hint = ""
	}
	var state, cookie string
	if c.config.PostLogoutRedirectURL != "" {
		state, cookie = c.cookies.StartLogout()
	}
	browser.Redirect(w, c.provider.ProConnectLogoutURL(string(hint), c.config.ClientID, c.config.PostLogoutRedirectURL, state), cookie)
	return nil
}

// LogoutCallback reports whether a request to PostLogoutRedirectURL is the return
// from a Logout of this browser. Anybody can send a browser to that page: say
// "you are signed out" if it is true, be neutral if it is not, and change
// nothing either way.
func (c *Client) LogoutCallback(w http.ResponseWriter, r *http.Request) bool {
	browser.SetPageHeaders(w)
	return !c.config.Disabled && c.cookies.ConsumeLogout(w, r, r.URL.Query().Get("state"))
}
