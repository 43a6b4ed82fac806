package token

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// What A256GCM takes (RFC 7518, section 5.3), in bytes.
const (
	contentKeySize = 32
	ivSize         = 12
	tagSize        = 16
)

// An encrypted is a JWE: its parts as they were written, and what they say.
type encrypted struct {
	head       Claims
	protected  string // the head, which the content is bound to
	contentKey []byte // encrypted for one key of ours, or empty
	content    []byte // iv, text and tag, one behind the other
}

// readEncrypted reads the five parts (RFC 7516, section 7.1), each the one text of
// its bytes.
func readEncrypted(parts []string) (*encrypted, error) {
	wrong := &Error{Reason: "format"}
	head, ok := decodeBase64(parts[0])
	if !ok {
		return nil, wrong
	}
	if len(parts[2]) != base64.RawURLEncoding.EncodedLen(ivSize) || len(parts[4]) != base64.RawURLEncoding.EncodedLen(tagSize) {
		return nil, wrong
	}
	j := &encrypted{protected: parts[0], content: make([]byte, 0, ivSize+len(parts[3])+tagSize)}
	if j.contentKey, ok = appendBase64(nil, parts[1]); !ok && parts[1] != "" { // that of ECDH-ES is empty
		return nil, wrong
	}
	for _, p := range parts[2:] {
		if j.content, ok = appendBase64(j.content, p); !ok {
			return nil, wrong
		}
	}
	if j.head, ok = parseObject(head); !ok {
		return nil, &Error{Reason: "jwe.header"}
	}
	return j, nil
}

// decrypt opens a nested JWT (RFC 7519, section 5.2) and returns the signed
// one inside, still to be verified. Where no encryption was agreed, raw is that.
// The error is an *Error, or a *KeyError if it is no fault of the token's.
func (r *Verifier) decrypt(ctx context.Context, raw string) (string, error) {
	if len(r.Decryption) == 0 {
		return raw, nil
	}
	if len(raw) > maxToken {
		return "", &Error{Reason: "size"}
	}
	parts := strings.Split(raw, ".")
	if len(parts) == 3 {
		return "", &Error{Reason: "jwe.missing"} // signed only, where encryption was agreed
	}
	if len(parts) != 5 {
		return "", &Error{Reason: "format"}
	}
	j, err := readEncrypted(parts)
	if err != nil {
		return "", err
	}
	fitting, err := r.keysFor(j.head)
	if err != nil {
		return "", err
	}
	plain, err := openWithAny(ctx, fitting, j)
	if err != errClosed {
		return string(plain), err
	}
	// A key that is held elsewhere may be away. Whether it is, something of our own
	// tells, and never the token: whoever made it learns nothing of what became of
	// it, neither from the answer nor from the time that it takes, for one that fails
	// at the key and one that fails at the content go the same way (RFC 8725,
	// section 3.2; RFC 3447, section 7.1.2). A key that is there is asked once more:
	// it may have been away for a moment.
	elsewhere := slices.DeleteFunc(fitting, func(k DecryptionKey) bool { return !k.state.elsewhere })
	for _, k := range elsewhere {
		if err := k.Try(ctx); err != nil {
			return "", err
		}
	}
	if plain, err = openWithAny(ctx, elsewhere, j); err == errClosed {
		return "", &Error{Reason: "jwe.decrypt"}
	}
	return string(plain), err
}

// openWithAny opens a token with the one of several keys that does. Which of two
// keys without a name it was is for the cipher to say: A256GCM opens with the right
// one only. The error is errClosed, or a *KeyError if a key did not answer.
func openWithAny(ctx context.Context, keys []DecryptionKey, j *encrypted) ([]byte, error) {
	failure := errClosed
	for _, k := range keys {
		plain, err := k.open(ctx, j)
		if err == nil {
			return plain, nil
		}
		if err != errClosed {
			failure = err
		}
	}
	return nil, failure
}

// errClosed: it does not open. Why is for nobody to know.
var errClosed = errors.New("token: does not open")

// open opens a token with one key. The error is as of openWithAny.
func (k DecryptionKey) open(ctx context.Context, j *encrypted) ([]byte, error) {
	operation, ok := k.private.operation(j)
	if !ok {
		return nil, errClosed
	}
	key, err := k.state.do(ctx, operation)
	if e, ok := err.(*KeyError); ok { // and not errors.As, which calls what a module returns
		e.ID = k.ID
		return nil, e
	}
	if err != nil || len(key) != contentKeySize {
		// RFC 7516, section 11.5: one that does not open goes the way of one that
		// opens to something else.
		key = make([]byte, contentKeySize)
		rand.Read(key)
	}
	plain, err := openContent(key, j)
	if err != nil {
		return nil, errClosed
	}
	k.state.worked.Store(true)
	return plain, nil
}

// openContent decrypts the content (RFC 7518, section 5.3). The cipher is the one
// for nonces that lie in front of the text, since that is also allowed where
// FIPS 140-3 alone is (GODEBUG=fips140=only).
func openContent(key []byte, j *encrypted) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, nil, j.content, []byte(j.protected))
}

// keysFor reads the header of a JWE and finds our keys that may open it.
func (r *Verifier) keysFor(h Claims) (fitting []DecryptionKey, err error) {
	if h.hasForbiddenHeader() {
		return nil, &Error{Reason: "jwe.header"}
	}
	// Compressed before encryption, a secret shows in the length, and a small
	// text may open to a giant (RFC 8725, section 3.6).
	if h.has("zip") {
		return nil, &Error{Reason: "jwe.zip"}
	}
	alg, _ := h.text("alg")
	if !slices.ContainsFunc(r.Decryption, func(k DecryptionKey) bool { return k.Algorithm == alg }) {
		return nil, &Error{Reason: "jwe.alg"}
	}
	if enc, _ := h.text("enc"); enc != "A256GCM" {
		return nil, &Error{Reason: "jwe.enc"}
	}
	// RFC 7519, section 5.2: what is inside is a JWT too.
	if cty, _ := h.text("cty"); !strings.EqualFold(cty, "JWT") {
		return nil, &Error{Reason: "jwe.cty"}
	}
	// Section 5.3: claims that the header repeats are the same.
	if iss, ok := h.text("iss"); h.has("iss") && (!ok || iss != r.Issuer) {
		return nil, &Error{Reason: "jwe.iss"}
	}
	if aud, ok := h.list("aud"); h.has("aud") && (!ok || !slices.Contains(aud, r.ClientID)) {
		return nil, &Error{Reason: "jwe.aud"}
	}
	kid, ok := h.kid()
	if !ok {
		return nil, &Error{Reason: "jwe.header"}
	}
	for _, k := range r.Decryption {
		if k.Algorithm == alg && (kid == "" || k.ID == kid) {
			fitting = append(fitting, k)
		}
	}
	if len(fitting) == 0 {
		return nil, &Error{Reason: "jwe.kid", Wanted: kid, Held: r.keyIDs()}
	}
	return fitting, nil
}

func (r *Verifier) keyIDs() (ids []string) {
	for _, k := range r.Decryption {
		ids = append(ids, k.ID)
	}
	return ids
}
