package token

import (
	"slices"
	"time"
)

// leeway is how far FranceConnect's clock and ours may be apart. Its tokens
// live 60 seconds, and none is accepted twice: the nonce sees to that.
const leeway = 30 * time.Second

// checkRegisteredClaims makes the checks that an ID token and a signed userinfo share.
func (c Claims) checkRegisteredClaims(r *Verifier, now time.Time) error {
	// OpenID Connect Core, section 3.1.3.7, item 2.
	if iss, ok := c.text("iss"); !ok || iss != r.Issuer {
		return &Error{Reason: "iss"}
	}
	// Items 3 to 5: we are an audience, and if there are others, azp says
	// that the token was issued to us.
	aud, ok := c.list("aud")
	if !ok || !slices.Contains(aud, r.ClientID) {
		return &Error{Reason: "aud"}
	}
	azp, named := c.text("azp")
	if c.has("azp") != named || named && azp != r.ClientID || !named && len(aud) > 1 {
		return &Error{Reason: "azp"}
	}
	// Items 9 and 10.
	if exp, ok := c.time("exp"); !ok || !now.Before(exp.Add(leeway)) {
		return &Error{Reason: "exp"}
	}
	if iat, ok := c.time("iat"); !ok || iat.After(now.Add(leeway)) {
		return &Error{Reason: "iat"}
	}
	// RFC 7519, section 4.1.5.
	if c.has("nbf") {
		if nbf, ok := c.time("nbf"); !ok || nbf.After(now.Add(leeway)) {
			return &Error{Reason: "nbf"}
		}
	}
	return nil
}

// subject returns sub (OpenID Connect Core, section 2): ASCII, at most 255
// characters, never empty.
func (c Claims) subject() (string, error) {
	sub, ok := c.text("sub")
	if !ok || sub == "" || len(sub) > 255 || slices.ContainsFunc([]byte(sub), func(b byte) bool { return b < 0x20 || b > 0x7e }) {
		return "", &Error{Reason: "sub"}
	}
	return sub, nil
}
