// Package token decides whether what FranceConnect signed is to be believed,
// and why not.
package token

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// maxToken is the most a token may be long, in bytes. FranceConnect's are
// below 4 kB.
const maxToken = 32 << 10

// Keys finds the published keys named kid, or all of them when kid is empty: with
// want zero those that are held. A token that they do not verify asks again with
// next as want, for newer ones, until next is zero.
type Keys func(ctx context.Context, kid string, want uint64) (held []jose.JSONWebKey, next uint64, err error)

// verify takes a compact JWS apart (RFC 7515, section 5.2) and returns its
// payload once its signature is good, and not before.
func (r *Verifier) verify(ctx context.Context, keys Keys, raw string) (payload string, err error) {
	// Before any decoding: nobody makes us work on a giant.
	if len(raw) > maxToken {
		return "", &Error{Reason: "size"}
	}
	// RFC 7515, section 7.1: three parts, none of them empty.
	signed, rest := raw, ""
	if dot := strings.LastIndexByte(raw, '.'); dot >= 0 {
		signed, rest = raw[:dot], raw[dot+1:]
	}
	first, second, _ := strings.Cut(signed, ".")
	head, ok1 := decodeBase64(first)
	payload, ok2 := decodeBase64(second) // a third dot is not base64url
	signature, ok3 := decodeBase64(rest)
	if !ok1 || !ok2 || !ok3 {
		return "", &Error{Reason: "format"}
	}
	alg, kid, err := r.header(head)
	if err != nil {
		if alg == "HS256" && hs256(r.Secret, signed, signature) {
			// It is still not believed. Nobody but FranceConnect has the secret: the
			// client is registered for it. Of a forger's, this says nothing.
			return "", &Error{Reason: "hs256"}
		}
		return "", err
	}
	if alg == "HS256" {
		if !hs256(r.Secret, signed, signature) {
			return "", &Error{Reason: "signature"}
		}
		return payload, nil
	}
	for want := uint64(0); ; {
		held, next, err := keys(ctx, kid, want)
		if err != nil {
			return "", err
		}
		err = verifySignature(held, alg, kid != "" || r.AnyKey, signed, signature)
		if err == nil {
			return payload, nil
		}
		if next == 0 {
			return "", err
		}
		want = next
	}
}

// decodeBase64 reads unpadded base64url (RFC 7515, section 2), one text for each
// value: no padding, no line breaks, no bits left over at the end.
func decodeBase64(part string) (string, bool) {
	var room [1024]byte
	b, ok := appendBase64(room[:0], part)
	return string(b), ok
}

// appendBase64 writes what it reads behind b.
func appendBase64(b []byte, part string) ([]byte, bool) {
	if part == "" || strings.ContainsAny(part, "\r\n") { // which Go would skip
		return b, false
	}
	b, err := base64.RawURLEncoding.Strict().AppendDecode(b, []byte(part))
	return b, err == nil
}

// forbiddenHeaders are the header parameters of a token that brings its own key, or
// that asks for processing we do not do: it is not FranceConnect's (RFC 7515,
// sections 4.1.2 to 4.1.6 and 4.1.11; RFC 7797, section 3).
var forbiddenHeaders = []string{"jwk", "jku", "x5c", "x5u", "crit", "b64"}

func (h Claims) hasForbiddenHeader() bool {
	return slices.ContainsFunc(h, func(c Claim) bool { return slices.Contains(forbiddenHeaders, c.Name) })
}

// kid returns the name of the key, or empty if the header has none. A name that is
// no text, or empty, is not one.
func (h Claims) kid() (kid string, ok bool) {
	if !h.has("kid") {
		return "", true
	}
	kid, _ = h.text("kid")
	return kid, kid != ""
}

// header reads the JOSE header. The algorithm is one that was agreed on
// beforehand, never the token's choice (RFC 8725, sections 3.1 and 3.2): another
// is returned with the error.
func (r *Verifier) header(text string) (alg, kid string, err error) {
	h, ok := parseObject(text)
	if !ok {
		return "", "", &Error{Reason: "header"}
	}
	if h.hasForbiddenHeader() {
		return "", "", &Error{Reason: "header"}
	}
	if alg, _ = h.text("alg"); !slices.Contains(r.Algorithms, alg) {
		return alg, "", &Error{Reason: "alg"}
	}
	if kid, ok = h.kid(); !ok {
		return "", "", &Error{Reason: "header"}
	}
	// RFC 8725, section 3.11. FranceConnect sends none today; v1 sent JWT.
	if h.has("typ") {
		if typ, ok := h.text("typ"); !ok || !strings.EqualFold(typ, "JWT") {
			return "", "", &Error{Reason: "header"}
		}
	}
	return alg, kid, nil
}

// verifySignature tries the keys that have the token's kid; a set may have two
// of one name while FranceConnect changes them. Without a name, the only one that
// fits is meant (OpenID Connect Core, section 10.1), unless several may be.
func verifySignature(held []jose.JSONWebKey, alg string, several bool, signed, signature string) error {
	if len(held) == 0 {
		return &Error{Reason: "kid"}
	}
	fitting := 0
	for _, k := range held {
		if keyMatches(k, alg) {
			fitting++
		}
	}
	switch {
	case fitting == 0:
		return &Error{Reason: "key"} // of another type
	case fitting > 1 && !several:
		return &Error{Reason: "kid"}
	}
	for _, k := range held {
		if !keyMatches(k, alg) {
			continue
		}
		good := false
		switch key := k.Key.(type) {
		case *ecdsa.PublicKey:
			good = es256(key, signed, signature)
		case *rsa.PublicKey:
			good = rs256(key, signed, signature)
		}
		if good {
			return nil
		}
	}
	return &Error{Reason: "signature"}
}

// keyMatches reports whether a key is of the type that alg needs (RFC 7518, sections
// 3.3 and 3.4) and not meant for another algorithm (RFC 7517, section 4.4).
func keyMatches(k jose.JSONWebKey, alg string) bool {
	if k.Algorithm != "" && k.Algorithm != alg {
		return false
	}
	switch key := k.Key.(type) {
	case *ecdsa.PublicKey:
		return alg == "ES256" && key.Curve == elliptic.P256()
	case *rsa.PublicKey:
		return alg == "RS256" && key.N.BitLen() >= 2048
	}
	return false
}

// es256 returns RFC 7518, section 3.4: two numbers of 32 bytes each, which
// crypto/ecdsa takes as ASN.1.
func es256(key *ecdsa.PublicKey, signed, signature string) bool {
	if len(signature) != 64 {
		return false
	}
	digest := digestOf(signed)
	var room [72]byte
	der := append(room[:0], 0x30, 0)
	der = appendInteger(appendInteger(der, signature[:32]), signature[32:])
	der[1] = byte(len(der) - 2)
	return ecdsa.VerifyASN1(key, digest[:], der)
}

// digestOf returns the SHA-256 of a text, which is not copied as a whole for it.
func digestOf(text string) (sum [sha256.Size]byte) {
	h, part := sha256.New(), make([]byte, 256)
	for text != "" {
		n := copy(part, text)
		h.Write(part[:n])
		text = text[n:]
	}
	h.Sum(sum[:0])
	return sum
}

// appendInteger writes a number in DER (X.690, section 8.3): without leading
// zeros but the one that keeps it positive.
func appendInteger(der []byte, n string) []byte {
	for len(n) > 1 && n[0] == 0 {
		n = n[1:]
	}
	if n[0] >= 0x80 {
		return append(append(der, 2, byte(len(n)+1), 0), n...)
	}
	return append(append(der, 2, byte(len(n))), n...)
}

// rs256 returns RFC 7518, section 3.3.
func rs256(key *rsa.PublicKey, signed, signature string) bool {
	digest := digestOf(signed)
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], []byte(signature)) == nil
}

// hs256 returns RFC 7518, section 3.2, which also asks for a key of 32 bytes.
func hs256(key, signed, signature string) bool {
	if len(key) < sha256.Size {
		return false
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(signed))
	return hmac.Equal(mac.Sum(make([]byte, 0, sha256.Size)), []byte(signature))
}
