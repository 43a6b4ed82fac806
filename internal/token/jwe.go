package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// A DecryptionKey opens what FranceConnect+ encrypts for us.
type DecryptionKey struct {
	ID, Algorithm string
	public        crypto.PublicKey
	private       any // for go-jose
}

// NewDecryptionKey checks that a private key is one for the algorithm. A key
// held elsewhere is a crypto.Decrypter with an RSA public key.
func NewDecryptionKey(id, algorithm string, private crypto.PrivateKey) (DecryptionKey, error) {
	k := DecryptionKey{ID: id, Algorithm: algorithm, private: private}
	if id == "" {
		return k, errors.New("has no key id (kid)")
	}
	switch key := private.(type) {
	case *ecdsa.PrivateKey:
		if algorithm != "ECDH-ES" {
			return k, fmt.Errorf("is an EC key, which is for ECDH-ES and not for %q", algorithm)
		}
		k.public = &key.PublicKey
		return k, nil
	case crypto.Decrypter: // an *rsa.PrivateKey is one
		public, ok := key.Public().(*rsa.PublicKey)
		if !ok {
			break
		}
		hash, ok := oaep[algorithm]
		if !ok {
			return k, fmt.Errorf("is an RSA key, which is for RSA-OAEP or RSA-OAEP-256 and not for %q", algorithm)
		}
		if public.N.BitLen() < 2048 {
			return k, errors.New("is an RSA key of less than 2048 bits")
		}
		k.public, k.private = public, rsaDecrypter{key, hash}
		return k, nil
	}
	return k, errors.New("is neither an EC nor an RSA private key")
}

// oaep are the hashes of RSA-OAEP (RFC 7518, section 4.3). SHA-1 is no
// weakness there, and FranceConnect+ offers it.
var oaep = map[string]crypto.Hash{"RSA-OAEP": crypto.SHA1, "RSA-OAEP-256": crypto.SHA256}

// rsaDecrypter is an RSA key of which only its operation is known: in a hardware
// module, a key service, or in memory, there is one way.
type rsaDecrypter struct {
	crypto.Decrypter
	hash crypto.Hash
}

func (e rsaDecrypter) DecryptKey(encrypted []byte, _ jose.Header) ([]byte, error) {
	return e.Decrypt(rand.Reader, encrypted, &rsa.OAEPOptions{Hash: e.hash})
}

// ParseDecryptionKeys reads a private key set (RFC 7517, section 5).
func ParseDecryptionKeys(text []byte) ([]DecryptionKey, error) {
	var set jose.JSONWebKeySet
	if json.Unmarshal(text, &set) != nil {
		return nil, errors.New("is not a key set (JWKS) with private keys") // whose text no error repeats
	}
	if len(set.Keys) == 0 {
		return nil, errors.New("is an empty key set")
	}
	keys := make([]DecryptionKey, len(set.Keys))
	for i, k := range set.Keys {
		var err error
		if keys[i], err = NewDecryptionKey(k.KeyID, k.Algorithm, k.Key); err != nil {
			return nil, fmt.Errorf("has a key, number %d, that %w", i+1, err)
		}
	}
	return keys, nil
}

// PublishKeys writes the public halves, as FranceConnect+ reads them: it takes
// the first that fits the algorithm the client is registered with.
func PublishKeys(keys []DecryptionKey) []byte {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.public, KeyID: k.ID, Algorithm: k.Algorithm, Use: "enc"})
	}
	text, _ := json.Marshal(set) // keys that NewDecryptionKey has checked
	return text
}

// decrypt opens a nested JWT (RFC 7519, section 5.2) and returns the signed
// one inside, still to be verified. Where no encryption was agreed, raw is that.
func (r *Verifier) decrypt(raw string) (string, error) {
	if len(r.Decryption) == 0 {
		return raw, nil
	}
	if len(raw) > maxToken {
		return "", &Error{Reason: "size"}
	}
	// RFC 7516, section 7.1.
	parts := strings.Split(raw, ".")
	if len(parts) == 3 {
		return "", &Error{Reason: "jwe.missing"} // signed only, where encryption was agreed
	}
	if len(parts) != 5 {
		return "", &Error{Reason: "format"}
	}
	head, ok := decodeBase64(parts[0])
	if !ok {
		return "", &Error{Reason: "format"}
	}
	for _, p := range parts[1:] {
		if !isCanonical(p) {
			return "", &Error{Reason: "format"}
		}
	}
	alg, fitting, err := r.keysFor(head)
	if err != nil {
		return "", err
	}
	jwe, err := jose.ParseEncryptedCompact(raw, []jose.KeyAlgorithm{jose.KeyAlgorithm(alg)}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return "", &Error{Reason: "jwe.decrypt"}
	}
	for _, k := range fitting {
		// Which of two keys without a name it was is for the cipher to say:
		// A256GCM opens with the right one only.
		if plain, err := jwe.Decrypt(k.private); err == nil {
			return string(plain), nil
		}
	}
	return "", &Error{Reason: "jwe.decrypt"}
}

// isCanonical reports whether a part is the one text of its bytes, if it is
// base64url at all, which go-jose looks at. It may be empty: the encrypted key
// of ECDH-ES is (RFC 7518, section 4.6).
func isCanonical(part string) bool {
	tail := part[len(part)-len(part)%4:]
	_, ok := decodeBase64(tail)
	return (ok || tail == "") && !strings.ContainsAny(part, "\r\n")
}

// keysFor reads the header of a JWE and finds our keys that may open it.
func (r *Verifier) keysFor(text []byte) (alg string, fitting []DecryptionKey, err error) {
	h, ok := parseObject(text)
	if !ok {
		return "", nil, &Error{Reason: "jwe.header"}
	}
	if h.hasForbiddenHeader() {
		return "", nil, &Error{Reason: "jwe.header"}
	}
	// Compressed before encryption, a secret shows in the length, and a small
	// text may open to a giant (RFC 8725, section 3.6).
	if h.has("zip") {
		return "", nil, &Error{Reason: "jwe.zip"}
	}
	alg, _ = h.text("alg")
	if !slices.ContainsFunc(r.Decryption, func(k DecryptionKey) bool { return k.Algorithm == alg }) {
		return "", nil, &Error{Reason: "jwe.alg"}
	}
	if enc, _ := h.text("enc"); enc != string(jose.A256GCM) {
		return "", nil, &Error{Reason: "jwe.enc"}
	}
	// RFC 7519, section 5.2: what is inside is a JWT too.
	if cty, _ := h.text("cty"); !strings.EqualFold(cty, "JWT") {
		return "", nil, &Error{Reason: "jwe.cty"}
	}
	// Section 5.3: claims that the header repeats are the same.
	if iss, ok := h.text("iss"); h.has("iss") && (!ok || iss != r.Issuer) {
		return "", nil, &Error{Reason: "jwe.iss"}
	}
	if aud, ok := h.list("aud"); h.has("aud") && (!ok || !slices.Contains(aud, r.ClientID)) {
		return "", nil, &Error{Reason: "jwe.aud"}
	}
	kid, ok := h.kid()
	if !ok {
		return "", nil, &Error{Reason: "jwe.header"}
	}
	for _, k := range r.Decryption {
		if k.Algorithm == alg && (kid == "" || k.ID == kid) {
			fitting = append(fitting, k)
		}
	}
	if len(fitting) == 0 {
		return "", nil, &Error{Reason: "jwe.kid", Wanted: kid, Held: r.keyIDs()}
	}
	return alg, fitting, nil
}

func (r *Verifier) keyIDs() (ids []string) {
	for _, k := range r.Decryption {
		ids = append(ids, k.ID)
	}
	return ids
}
