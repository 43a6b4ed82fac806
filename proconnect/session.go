package proconnect

import (
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/oauth2"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/bearer"
)

// A Session is a professional who has signed in: plain data, for the portal's own
// store. It prints and logs its level alone; JSON and gob carry all of it but
// the access token. No refresh token is kept.
type Session struct {
	// Subject is what an account is found by: a UUID. It stays when somebody changes
	// their organisation or address. The server's tests want the same at two portals, the
	// documentation says one for each (2026-08-19): rely on neither.
	Subject      string
	Assurance    Assurance // reached: one of the set that was asked for
	Scopes       []string  // granted, of those that the login asked for on top of openid
	SignedInAt   time.Time // by our clock; ProConnect's own session lasts 12 hours
	Professional Professional
	ReturnTo     string                    // path on the portal to go on to
	IDTokenHint  franceconnect.IDTokenHint // for Logout; keep it on the server

	accessToken franceconnect.Secret
}

// accessLife is how long an access token lives (2026-08-19).
const accessLife = time.Hour

// AccessToken authorises calls to data providers behind ProConnect, for about an hour
// after the login. It is not marshalled with the Session.
func (s *Session) AccessToken() franceconnect.Secret { return s.accessToken }

// TokenSource gives the access token to a client library that takes one of x/oauth2,
// until an hour after the login. There is no refresh token behind it. Of a
// session from a store, Token returns an error.
func (s *Session) TokenSource() oauth2.TokenSource {
	return bearer.Source{Access: bearer.Token(s.accessToken), Until: s.SignedInAt.Add(accessLife)}
}

// Format prints the level, for every verb.
func (s Session) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "session(%s)", s.Assurance) }

// LogValue logs the level.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("assurance", s.Assurance.String()))
}
