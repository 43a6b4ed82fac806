package franceconnect

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
)

// logoutTime is how long a Logout waits for FranceConnect's keys.
const logoutTime = 3 * time.Second

// A IDTokenHint tells FranceConnect whose session ends: the signed ID token,
// long expired by then, which FranceConnect accepts. It prints and logs as a
// placeholder, and marshals, so that a Session can be stored.
type IDTokenHint string

// Format prints the word hint, for every verb.
func (IDTokenHint) Format(s fmt.State, _ rune) { fmt.Fprint(s, "hint") }

// LogValue logs the word hint.
func (IDTokenHint) LogValue() slog.Value { return slog.StringValue("hint") }

// Logout sends the browser to FranceConnect, whose session ends there; without
// it, the next person at the same computer signs in with two clicks. The
// portal has ended its own session before, whatever becomes of this one. A POST
// is needed, so that no link and no image signs anybody out.
//
// Without a hint there is nobody that FranceConnect could sign out, and the
// browser goes straight to PostLogoutRedirectURL, or to HomePath.
//
// FranceConnect refuses a hint whose key it has changed since, or withdrawn, with a
// page that leads nowhere. The browser is not sent there then: the error is an
// *Error with ErrStillOpen, whose UserMessage says what the person can do. It is
// looked at with keys of the last minute; if they cannot be had in three seconds,
// the browser is sent.
//
// It has answered the request if the error is nil, and otherwise written
// nothing: the error is an *Error with ErrLoginExpired for any method but POST.
func (c *Client) Logout(w http.ResponseWriter, r *http.Request, hint IDTokenHint) (err error) {
	op := c.startOperation(r.Context(), "logout")
	defer func() { op.end(0, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return (*Error)(failure.Request("logout.method", r, http.MethodPost))
	}
	if hint == "" {
		browser.Redirect(w, cmp.Or(c.config.PostLogoutRedirectURL, c.config.HomePath), "")
		return nil
	}
	ctx, cancel := context.WithTimeout(op.Context, logoutTime)
	defer cancel()
	verifier := c.verifier()
	if withdrawn, err := verifier.Withdrawn(ctx, c.provider.RecentKeysFor(c.observer()), string(hint)); withdrawn && err == nil {
		return &Error{Kind: ErrStillOpen, Reason: "logout.hint"}
	}
	c.endSession(w, hint)
	return nil
}

// EndProviderSession ends the session at FranceConnect right after a Callback, and not the
// portal's: for computers that people share, where the next person would sign
// in with two clicks as the one before. It is instead of the redirect to
// s.ReturnTo, which waits in the portal's session until LogoutCallback is true of the
// return. Whatever needs the access token comes before: it ends too.
//
// The Session is the one that Callback has just returned, so that no link and no
// image makes a browser come by: of one from a store, the error is an *Error with
// ErrLoginExpired. If the error is nil, it has answered the request.
func (c *Client) EndProviderSession(w http.ResponseWriter, r *http.Request, s *Session) (err error) {
	op := c.startOperation(r.Context(), "logout")
	defer func() { op.end(0, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if s.accessToken == "" {
		return &Error{Kind: ErrLoginExpired, Reason: "logout.session"}
	}
	c.endSession(w, s.IDTokenHint)
	return nil
}

// endSession sends the browser to FranceConnect, with a state to recognise its return
// by.
func (c *Client) endSession(w http.ResponseWriter, hint IDTokenHint) {
	back := c.config.PostLogoutRedirectURL
	var state, cookie string
	if back != "" {
		state, cookie = c.cookies.StartLogout()
	}
	browser.Redirect(w, c.provider.EndSessionURL(string(hint), back, state), cookie)
}

// LogoutCallback reports whether a request to PostLogoutRedirectURL is the return
// from a Logout of this browser. Anybody can send a browser to that page: say
// "you are signed out" if it is true, be neutral if it is not, and change
// nothing either way.
func (c *Client) LogoutCallback(w http.ResponseWriter, r *http.Request) bool {
	browser.SetPageHeaders(w)
	return !c.config.Disabled && c.cookies.ConsumeLogout(w, r, r.URL.Query().Get("state"))
}
