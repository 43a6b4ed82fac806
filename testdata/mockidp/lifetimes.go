package mockidp

import (
	"cmp"
	"time"
)

// Lifetimes are how long things last. A zero field has FranceConnect's value, on
// ProConnect that of the public source of its server.
type Lifetimes struct {
	Code time.Duration // 30 s, on proconnect 60 s
	// Grant begins with the code. At its end the access token is refused, even
	// within its expires_in: 30 s, on proconnect 12 h.
	Grant       time.Duration
	AccessToken time.Duration // 60 s, on proconnect 1 h; expires_in
	IDToken     time.Duration // 60 s, on proconnect 1 h; exp of the ID token
	Refresh     time.Duration // of a refresh token, which proconnect alone gives: 2 h after the login
	Session     time.Duration // of a browser: 30 min, on plus 10 min, on proconnect 12 h
}

// withDefaults returns l with the platform's values in its zero fields.
func (l Lifetimes) withDefaults(platform *platform) Lifetimes {
	return Lifetimes{
		Code:        cmp.Or(l.Code, platform.lifetimes.Code, 30*time.Second),
		Grant:       cmp.Or(l.Grant, platform.lifetimes.Grant, 30*time.Second),
		AccessToken: cmp.Or(l.AccessToken, platform.lifetimes.AccessToken, time.Minute),
		IDToken:     cmp.Or(l.IDToken, platform.lifetimes.IDToken, time.Minute),
		Refresh:     cmp.Or(l.Refresh, platform.lifetimes.Refresh),
		Session:     cmp.Or(l.Session, platform.lifetimes.Session),
	}
}
