package franceconnect

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"github.com/franceconnect-go/franceconnect/internal/bearer"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/person"
)

// A Session is a person who has signed in: plain data, for the portal's own
// store. It prints and logs its level alone; JSON and gob carry all of it but
// the access token.
type Session struct {
	// Subject names the person, for this portal alone and for as long as their
	// civil status stays as it is: 64 hexadecimal characters and "v1". It is
	// what an account is found by.
	Subject     string
	Level       Level     // reached: at least what was asked for
	AMR         []string  `json:",omitzero"` // how the person proved who they are: "fc" or "eidas" first; empty unless Config.RequestAMR
	Scopes      []string  // granted, of those that the login asked for on top of openid: the person can take some out of the address
	SignedInAt  time.Time // by our clock
	Identity    person.Identity
	ReturnTo    string      // path on the portal to go on to
	IDTokenHint IDTokenHint // for Logout; keep it on the server

	accessToken Secret
	data        http.RoundTripper // for the calls that it is for; it comes and goes with it
}

// European reports whether the person came through another member state's
// identity: with names and birth date alone, without a verified place. It is
// certain if FranceConnect said it, which takes Config.RequestAMR, and otherwise
// read off what FranceConnect never says of them.
func (s *Session) European() (european, certain bool) {
	if len(s.AMR) > 0 {
		return slices.Contains(s.AMR, "eidas"), true
	}
	return s.Identity.MayBeEuropean(), false
}

// AccessToken authorises calls to data providers (API FranceConnectées), until
// about 30 seconds after the login: make them in the callback. It is not
// marshalled with the Session.
func (s *Session) AccessToken() Secret { return s.accessToken }

// Transport is for an http.Client that calls one data provider with the access
// token, such as "https://particulier.api.gouv.fr". A request to any other
// origin fails before it leaves, a redirect there too. base may be nil: the default
// gives connections up as the one to FranceConnect does, sends what has a body
// once and anything else twice at most. Config.HTTPClient says what another should do.
//
// The calls belong in the callback, all at once and with a deadline: the token
// is over when the person has read the next page.
func (s *Session) Transport(origin string, base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = s.data // nil without the token, and then nothing is sent
	}
	to, err := url.Parse(origin)
	if err != nil || settings.SecureURL(origin) != (text.Text{}) {
		to = nil // which the first request says
	}
	return bearer.Transport{Token: bearer.Token(s.accessToken), Origin: to, Base: base}
}

// TokenSource gives the access token to a client library that takes one of
// x/oauth2, with the end that FranceConnect announced. There is no refresh token
// behind it. Transport is safer: it keeps the token to one origin.
//
// Of a session from a store, Token returns an error.
func (s *Session) TokenSource() oauth2.TokenSource {
	return bearer.Source{Access: bearer.Token(s.accessToken), Until: s.SignedInAt.Add(accessLife)}
}

// accessLife is how long FranceConnect announces that an access token lives.
const accessLife = time.Minute

// Format prints the level, for every verb.
func (s Session) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "session(%s)", s.Level) }

// LogValue logs the level.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("level", s.Level.String()))
}
