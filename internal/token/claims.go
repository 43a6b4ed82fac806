package token

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	strict "github.com/go-jose/go-jose/v4/json"
)

// Claims are the members of a token or of a userinfo, by name.
type Claims map[string]json.RawMessage

// object reads a JSON object whose members have one value each (RFC 7515,
// section 4; RFC 7519, section 4): of two, encoding/json would take the last
// and another reader the first.
func object(text []byte) (Claims, bool) {
	var c Claims
	return c, strict.Unmarshal(text, &c) == nil && c != nil
}

// text returns a claim that is a string.
func (c Claims) text(name string) (string, bool) {
	raw := c[name]
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var s string
	return s, json.Unmarshal(raw, &s) == nil
}

// time returns a NumericDate (RFC 7519, section 2): seconds, as a number.
func (c Claims) time(name string) (time.Time, bool) {
	raw := c[name]
	if len(raw) == 0 || raw[0] < '0' || raw[0] > '9' {
		return time.Time{}, false
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || seconds > 1<<40 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true
}

// list returns a claim that is a string or a list of strings.
func (c Claims) list(name string) ([]string, bool) {
	if s, ok := c.text(name); ok {
		return []string{s}, true
	}
	var all []any
	if json.Unmarshal(c[name], &all) != nil || len(all) == 0 {
		return nil, false
	}
	texts := make([]string, len(all))
	for i, v := range all {
		s, ok := v.(string)
		if !ok {
			return nil, false
		}
		texts[i] = s
	}
	return texts, true
}

// leeway is how far FranceConnect's clock and ours may be apart. Its tokens
// live 60 seconds, and none is accepted twice: the nonce sees to that.
const leeway = 30 * time.Second

// common makes the checks that an ID token and a signed userinfo share.
func (c Claims) common(r *Rules, now time.Time) error {
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
	if _, there := c["azp"]; there != named || named && azp != r.ClientID || !named && len(aud) > 1 {
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
	if _, there := c["nbf"]; there {
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
