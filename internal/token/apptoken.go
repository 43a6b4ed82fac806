package token

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// maxAppLife is how long a token of the State's app lives at most, by its own iat
// and exp.
const maxAppLife = time.Hour

// An AppToken is one with which the State's app sends a person here: its
// signature and its issuer are good.
type AppToken struct {
	Destination string // as it says; "" if it does not say it as text

	// Digest names the token, for its one use. It is of what is signed: of an ECDSA
	// signature there are two forms, and who holds one can write the other.
	Digest [sha256.Size]byte
}

// AppToken checks a token of the State's app, whose destination is in the claim
// of that name. Who may be sent there is for the caller to say. Of one that is no
// longer, or not yet, good, it is returned beside the error.
func (r *Verifier) AppToken(ctx context.Context, keys Keys, raw, destination string, now time.Time) (*AppToken, error) {
	payload, err := r.verify(ctx, keys, raw)
	if err != nil {
		return nil, err
	}
	c, err := claims(payload)
	if err != nil {
		return nil, err
	}
	if iss, ok := c.text("iss"); !ok || iss != r.Issuer { // RFC 7519, section 4.1.1
		return nil, &Error{Reason: "iss"}
	}
	t := &AppToken{Digest: digestOf(raw[:strings.LastIndexByte(raw, '.')])}
	t.Destination, _ = c.text(destination)
	return t, c.checkAppTimes(now)
}

// checkAppTimes checks when a token is good, and that it is not for long.
func (c Claims) checkAppTimes(now time.Time) error {
	iat, issued := c.time("iat")
	exp, ends := c.time("exp")
	switch {
	case !issued || iat.After(now.Add(leeway)):
		return &Error{Reason: "iat"}
	case !ends || !now.Before(exp.Add(leeway)):
		return &Error{Reason: "exp"}
	case exp.Sub(iat) > maxAppLife:
		return &Error{Reason: "life"}
	}
	if c.has("nbf") {
		if nbf, ok := c.time("nbf"); !ok || nbf.After(now.Add(leeway)) {
			return &Error{Reason: "nbf"}
		}
	}
	return nil
}

// AppTokenLife is how long a token is remembered that was used: until no clock
// takes it any more.
const AppTokenLife = maxAppLife + 2*leeway

// Held returns the keys of a set that does not change. A key without a name is
// meant by every name.
func Held(set []jose.JSONWebKey) Keys {
	return func(_ context.Context, kid string, _ uint64) (held []jose.JSONWebKey, next uint64, err error) {
		for _, k := range set {
			if kid == "" || k.KeyID == "" || k.KeyID == kid {
				held = append(held, k)
			}
		}
		return held, 0, nil
	}
}
