package mockidp

import (
	"cmp"
	"time"
)

// Lifetimes are how long things last. A zero field has FranceConnect's value.
type Lifetimes struct {
	Code time.Duration // 30 s
	// Grant begins with the code. At its end the access token is refused, even
	// within its expires_in: 30 s.
	Grant       time.Duration
	AccessToken time.Duration // 60 s; expires_in
	IDToken     time.Duration // 60 s; exp of the ID token
	Session     time.Duration // of a browser: 30 min, on plus 10 min
}

// withDefaults returns l with FranceConnect's values in its zero fields.
func (l Lifetimes) withDefaults(platform *platform) Lifetimes {
	return Lifetimes{
		Code:        cmp.Or(l.Code, 30*time.Second),
		Grant:       cmp.Or(l.Grant, 30*time.Second),
		AccessToken: cmp.Or(l.AccessToken, time.Minute),
		IDToken:     cmp.Or(l.IDToken, time.Minute),
		Session:     cmp.Or(l.Session, platform.session),
	}
}
