package mockidp

import (
	"cmp"
	"time"
)

// Lifetimes are how long things last. Zero is what FranceConnect has.
type Lifetimes struct {
	Code time.Duration // 30 s
	// Grant is born with the code; when it is over the access token is worth
	// nothing, whatever expires_in said: 30 s.
	Grant       time.Duration
	AccessToken time.Duration // 60 s, which is what expires_in says
	IDToken     time.Duration // 60 s, exp of the ID token
	Session     time.Duration // of a browser: 30 min, on plus 10 min
}

// withDefaults fills in what FranceConnect has.
func (l Lifetimes) withDefaults(platform *platform) Lifetimes {
	return Lifetimes{
		Code:        cmp.Or(l.Code, 30*time.Second),
		Grant:       cmp.Or(l.Grant, 30*time.Second),
		AccessToken: cmp.Or(l.AccessToken, time.Minute),
		IDToken:     cmp.Or(l.IDToken, time.Minute),
		Session:     cmp.Or(l.Session, platform.session),
	}
}
