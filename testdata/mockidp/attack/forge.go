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
	attackerECKey = sync.OnceValue(func() *ecdsa.PrivateKey {
		k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // cannot fail, as of Go 1.24
		return k
	})
	attackerRSAKey = sync.OnceValue(func() *rsa.PrivateKey {
		k, _ := rsa.GenerateKey(rand.Reader, 2048)
		return k
	})
)

const attackerKID = "attacker"

// attackerJWKS returns a key set of the attacker's.
func attackerJWKS() string {
	return jsonText(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{attackerJWK("sig")}})
}

func attackerJWK(use string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: attackerECKey().Public(), KeyID: attackerKID, Algorithm: "ES256", Use: use}
}

func jsonText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of values in this package
	}
	return string(b)
}

func encodeBase64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func decodeBase64(part string) []byte {
	b, _ := base64.RawURLEncoding.DecodeString(part) // of genuine tokens
	return b
}

// claimsOf returns the claims of an ID token that the attacker wants accepted:
// all of them right, and about the attacker.
func (s *attempt) claimsOf(l *login) map[string]any {
	return s.genuineTokens(l.nonce, s.people[attacker]).claims
}

// forgeIDToken signs claims under any header: with HMAC if the key is bytes,
// with ECDSA or RSA if it is such a key, not at all if it is nil. No page may
// show the result.
func (s *attempt) forgeIDToken(header map[string]any, claims any, key any) mockidp.Scenario {
	raw := jws(header, claims, key)
	s.addSecret(raw, "the ID token")
	return mockidp.Scenario{IDToken: mockidp.TokenChange{Raw: raw}}
}

func jws(header map[string]any, claims any, key any) string {
	input := encodeBase64([]byte(jsonText(header))) + "." + encodeBase64([]byte(jsonText(claims)))
	return input + "." + encodeBase64(sign(input, key))
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

// withMembers returns a copy of an object with members replaced.
func withMembers(object map[string]any, change map[string]any) map[string]any {
	out := maps.Clone(object)
	maps.Copy(out, change)
	return out
}

// publicKey returns the kid of the key that FranceConnect publishes for an
// algorithm, and the encodings in which a careless verifier might take that key
// for a secret.
func (s *attempt) publicKey(alg string) (kid string, spellings map[string][]byte) {
	for _, k := range s.publishedKeys().Keys {
		if k.Algorithm != alg {
			continue
		}
		der, err := x509.MarshalPKIXPublicKey(k.Key)
		if err != nil {
			s.fatalf("the mock's key cannot be read: %v", err)
		}
		block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		spellings = map[string][]byte{"pem": block, "pem-trimmed": []byte(strings.TrimSpace(string(block))), "der": der, "jwk": []byte(jsonText(k))}
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

// certificate returns a self-signed certificate of the attacker's key.
func certificate() string {
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, attackerECKey().Public(), attackerECKey())
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}
