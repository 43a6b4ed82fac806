package token

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"
)

// Verifier are what was agreed with FranceConnect when the relying party was
// registered. No token changes them.
type Verifier struct {
	Issuer, ClientID string
	Algorithms       []string // of the signatures: ES256, RS256; HS256 on v1 alone
	Secret           string   // the key of HS256, also where that was not agreed on
	JSONUserInfo     bool     // userinfo is JSON, not a JWT
	AnyKey           bool     // a token that names no key may be of any: they were handed over, not published

	// Decryption are our keys, where encryption was agreed: on FranceConnect+,
	// and then whatever is not encrypted is refused.
	Decryption []DecryptionKey
}

// An Error is a token that is not believed. Reason is one stable word; there
// is nothing of the token in it but the name of a key that nobody here has.
type Error struct {
	Reason string
	Wanted string   // jwe.kid: the key that a token is encrypted for
	Held   []string // and those we have
}

func (e *Error) Error() string { return "token: " + e.Reason }

// An IDToken is one that is believed.
type IDToken struct {
	Subject string
	ACR     string
	AMR     []string
	Raw     string // the signed token, decrypted: the hint for the logout
}

// IDToken checks an ID token that answers a login with this nonce and came
// together with this access token (OpenID Connect Core, section 3.1.3.7).
func (r *Verifier) IDToken(ctx context.Context, keys Keys, raw, nonce, access string, now time.Time) (*IDToken, error) {
	c, raw, err := r.openAndVerify(ctx, keys, raw, now)
	if err != nil {
		return nil, err
	}
	// Item 11: the token answers this login, not an older or another one.
	if n, ok := c.text("nonce"); !ok || subtle.ConstantTimeCompare([]byte(n), []byte(nonce)) != 1 {
		return nil, &Error{Reason: "nonce"}
	}
	// Section 3.1.3.6. FranceConnect sent it until 2025 and no longer does.
	if c.has("at_hash") {
		if h, ok := c.text("at_hash"); !ok || subtle.ConstantTimeCompare([]byte(h), []byte(accessHash(access))) != 1 {
			return nil, &Error{Reason: "at_hash"}
		}
	}
	t := &IDToken{Raw: raw}
	if t.Subject, err = c.subject(); err != nil {
		return nil, err
	}
	t.Subject = strings.Clone(t.Subject) // outlives the rest, which it would keep
	// Item 12: for the caller to weigh. Empty, it weighs nothing.
	t.ACR, _ = c.text("acr")
	// Item 13 is not made: max_age is refused, and auth_time tells when the
	// person last clicked, not when they signed in. It is a time, though.
	if c.has("auth_time") {
		if _, ok := c.time("auth_time"); !ok {
			return nil, &Error{Reason: "auth_time"}
		}
	}
	t.AMR, _ = c.list("amr") // v1 sends an empty list
	return t, nil
}

// Withdrawn reports whether a signed token is one that no published key verifies any
// longer, or that is signed as on another platform. It may have expired. The error is one of keys.
func (r *Verifier) Withdrawn(ctx context.Context, keys Keys, signed string) (bool, error) {
	_, err := r.verify(ctx, keys, signed)
	refused := (*Error)(nil)
	if errors.As(err, &refused) {
		return slices.Contains([]string{"kid", "key", "signature", "alg", "hs256"}, refused.Reason), nil
	}
	return false, err
}

// openAndVerify opens a token, verifies it and makes the checks that all of them
// share. It returns the signed token as well, decrypted.
func (r *Verifier) openAndVerify(ctx context.Context, keys Keys, raw string, now time.Time) (Claims, string, error) {
	jws, err := r.decrypt(ctx, raw)
	if err != nil {
		return nil, "", err
	}
	payload, err := r.verify(ctx, keys, jws)
	if err != nil {
		return nil, "", err
	}
	c, err := claims(payload)
	if err != nil {
		return nil, "", err
	}
	return c, jws, c.checkRegisteredClaims(r, now)
}

func claims(text string) (Claims, error) {
	c, ok := parseObject(text)
	if !ok {
		return nil, &Error{Reason: "claims"}
	}
	return c, nil
}

// accessHash returns the left half of the SHA-256 of an access token. All the
// algorithms FranceConnect ever signed with hash with SHA-256.
func accessHash(access string) string {
	sum := sha256.Sum256([]byte(access))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// UserInfo checks a userinfo as strictly as an ID token, and that it is about
// the same person (OpenID Connect Core, section 5.3.4).
func (r *Verifier) UserInfo(ctx context.Context, keys Keys, body []byte, subject string, now time.Time) (Claims, error) {
	var c Claims
	var err error
	if r.JSONUserInfo {
		c, err = claims(string(body))
	} else {
		c, _, err = r.openAndVerify(ctx, keys, string(bytes.TrimSpace(body)), now)
	}
	if err != nil {
		return nil, err
	}
	// An ID token is no userinfo, though one key signs both (RFC 8725, section
	// 3.12). The other way round, IDToken asks for the nonce of a login, which no
	// userinfo has.
	if c.has("nonce") {
		return nil, &Error{Reason: "nonce"}
	}
	sub, err := c.subject()
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare([]byte(sub), []byte(subject)) != 1 {
		return nil, &Error{Reason: "sub"}
	}
	return c, nil
}
