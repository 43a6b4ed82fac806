package franceconnect

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// A LogoutHint tells FranceConnect whose session ends: the signed ID token,
// long expired by then, which FranceConnect accepts. It prints and logs as a
// placeholder, and marshals, so that a Session can be stored.
type LogoutHint string

// Format prints the word hint, for every verb.
func (LogoutHint) Format(s fmt.State, _ rune) { fmt.Fprint(s, "hint") }

// LogValue logs the word hint.
func (LogoutHint) LogValue() slog.Value { return slog.StringValue("hint") }

const logoutTime = 10 * time.Minute

// Logout sends the browser to FranceConnect, whose session ends there; without
// it, the next person at the same computer signs in with two clicks. The
// portal has ended its own session before, whatever becomes of this one. A POST
// is needed, so that no link and no image signs anybody out.
//
// Without a hint there is nobody that FranceConnect could sign out, and the
// browser goes straight to PostLogoutRedirectURL, or to "/".
//
// It has answered the request if the error is nil, and otherwise written
// nothing: the error is an *Error with ErrStale for any method but POST.
func (c *Client) Logout(w http.ResponseWriter, r *http.Request, hint LogoutHint) (err error) {
	start := c.config.Now()
	ctx := c.begin(r.Context(), "logout")
	defer func() { c.observe(ctx, "logout", 0, start, err) }()
	if err := c.off(); err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return &Error{Kind: ErrStale, Reason: "logout.method"}
	}
	if hint == "" {
		redirect(w, cmp.Or(c.config.PostLogoutRedirectURL, "/"))
		return nil
	}
	c.end(w, hint)
	return nil
}

// Leave ends the session at FranceConnect right after a Callback, and not the
// portal's: for computers that people share, where the next person would sign
// in with two clicks as the one before. It is instead of the redirect to
// s.ReturnTo, which waits in the portal's session until LoggedOut is true of the
// return. Whatever needs the access token comes before: it ends too.
//
// The Session is the one that Callback has just returned, so that no link and no
// image makes a browser come by: of one from a store, the error is an *Error with
// ErrStale. If the error is nil, it has answered the request.
func (c *Client) Leave(w http.ResponseWriter, r *http.Request, s *Session) (err error) {
	start := c.config.Now()
	ctx := c.begin(r.Context(), "logout")
	defer func() { c.observe(ctx, "logout", 0, start, err) }()
	if err := c.off(); err != nil {
		return err
	}
	if s.accessToken == "" {
		return &Error{Kind: ErrStale, Reason: "logout.session"}
	}
	c.end(w, s.LogoutHint)
	return nil
}

// end sends the browser to FranceConnect, with a state to recognise its return
// by.
func (c *Client) end(w http.ResponseWriter, hint LogoutHint) {
	back := c.config.PostLogoutRedirectURL
	var state string
	if back != "" {
		var b [32]byte
		rand.Read(b[:])
		state = hex.EncodeToString(b[:])
		name := c.logoutName()
		c.setCookie(w, name, c.logouts.Seal(name, []byte(state)), logoutTime)
	}
	redirect(w, c.provider.LogoutURL(string(hint), back, state))
}

// LoggedOut tells whether a request to PostLogoutRedirectURL is the return
// from a Logout of this browser. Anybody can send a browser to that page: say
// "you are signed out" if it is true, be neutral if it is not, and change
// nothing either way.
func (c *Client) LoggedOut(w http.ResponseWriter, r *http.Request) bool {
	neverStored(w)
	if c.config.Disabled {
		return false
	}
	name := c.logoutName()
	k, err := r.Cookie(name)
	if err != nil {
		return false
	}
	state, ok := c.logouts.Open(name, k.Value)
	if !ok || r.URL.Query().Get("state") != string(state) {
		return false
	}
	c.deleteCookie(w, name)
	return true
}
