package attack

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// The attacker's own keys.
var (
	ownEC = sync.OnceValue(func() *ecdsa.PrivateKey {
		k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // cannot fail, as of Go 1.24
		return k
	})
	ownRSA = sync.OnceValue(func() *rsa.PrivateKey {
		k, _ := rsa.GenerateKey(rand.Reader, 2048)
		return k
	})
)

const ownKID = "attacker"

// foreignKeys is a key set of the attacker.
func foreignKeys() string {
	return text(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{ownJWK("sig")}})
}

func ownJWK(use string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: ownEC().Public(), KeyID: ownKID, Algorithm: "ES256", Use: use}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of values in this package
	}
	return string(b)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decode(part string) []byte {
	b, _ := base64.RawURLEncoding.DecodeString(part) // of genuine tokens
	return b
}

// claimsOf are those that the attacker wants believed: all right, and about the
// attacker.
func (s *scene) claimsOf(l *login) map[string]any {
	return s.genuine(l.nonce, s.people[attacker]).claims
}

// forge signs claims under any header: with HMAC if the key is bytes, with
// ECDSA or RSA if it is such a key, not at all if it is nil. The result is never to be
// seen on a page.
func (s *scene) forge(header map[string]any, claims any, key any) mockidp.Scenario {
	raw := jws(header, claims, key)
	s.secret(raw, "the ID token")
	return mockidp.Scenario{IDToken: mockidp.TokenChange{Raw: raw}}
}

func jws(header map[string]any, claims any, key any) string {
	input := encode([]byte(text(header))) + "." + encode([]byte(text(claims)))
	return input + "." + encode(sign(input, key))
}

func sign(input string, key any) []byte {
	digest := sha256.Sum256([]byte(input))
	switch key := key.(type) {
	case []byte:
		m := hmac.New(sha256.New, key)
		m.Write([]byte(input))
		return m.Sum(nil)
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
		if err != nil {
			panic(err) // of a key in this package
		}
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case *rsa.PrivateKey:
		b, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			panic(err)
		}
		return b
	}
	return nil
}

// with is a copy of an object, with members replaced.
func with(object map[string]any, change map[string]any) map[string]any {
	out := maps.Clone(object)
	maps.Copy(out, change)
	return out
}

// publicKey is the key that FranceConnect publishes for an algorithm, and the
// ways in which a careless verifier might take it for a secret.
func (s *scene) publicKey(alg string) (kid string, spellings map[string][]byte) {
	for _, k := range s.publishedKeys().Keys {
		if k.Algorithm != alg {
			continue
		}
		der, err := x509.MarshalPKIXPublicKey(k.Key)
		if err != nil {
			s.fatalf("the mock's key cannot be read: %v", err)
		}
		block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		spellings = map[string][]byte{"pem": block, "pem-trimmed": []byte(strings.TrimSpace(string(block))), "der": der, "jwk": []byte(text(k))}
		if public, ok := k.Key.(*ecdsa.PublicKey); ok {
			point, err := public.Bytes()
			if err != nil {
				s.fatalf("the mock's key cannot be read: %v", err)
			}
			spellings["point"] = point
		}
		return k.KeyID, spellings
	}
	s.fatalf("the mock publishes no key for %s", alg)
	return "", nil
}

// certificate is one that the attacker made of the attacker's key.
func certificate() string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, ownEC().Public(), ownEC())
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}
