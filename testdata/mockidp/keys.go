package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// The keys are part of the source so that a restarted provider has the same
// ones, as clients that cache them expect, and because RSA keys are slow to
// generate. See the first lines of the file.
//
//go:embed data/signing-keys.pem
var keysPEM []byte

// embeddedKeys are those keys, read once.
var embeddedKeys = sync.OnceValues(func() (keys []crypto.Signer, err error) {
	for rest := keysPEM; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("embedded keys: %w", err)
		}
		keys = append(keys, key.(crypto.Signer))
	}
	if len(keys) < 3 {
		return nil, fmt.Errorf("embedded keys: %d of them, want 3 and those after rotations", len(keys))
	}
	return keys, nil
})

// A keySet holds the current signing keys, by algorithm.
type keySet struct {
	ec, rsa       crypto.Signer // rsa is nil on Plus
	ecKID, rsaKID string
	generation    int
	after         []crypto.Signer // the RSA keys to come; without any, one is drawn
}

// publishedKeys returns the keys that a platform starts with.
func publishedKeys(platform *platform) (*keySet, error) {
	keys, err := embeddedKeys()
	if err != nil {
		return nil, err
	}
	if platform.name == Plus {
		return &keySet{ec: keys[2], ecKID: "pkcs11:hsm"}, nil
	}
	return &keySet{ec: keys[0], ecKID: "pkcs11:ES256:hsm", rsa: keys[1], rsaKID: "pkcs11:RS256:hsm", after: keys[3:]}, nil
}

// Rotate replaces the signing keys and their kids. The old keys are published
// no longer.
func (p *Provider) Rotate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = p.keys.rotated()
}

// RotateUnderSameKIDs replaces the signing keys and keeps their kids, as
// FranceConnect can: its kids are labels of a hardware module. The old keys are
// published no longer.
func (p *Provider) RotateUnderSameKIDs() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = p.keys.replaced()
}

// replaced returns new keys with the same kids.
func (k *keySet) replaced() *keySet {
	fresh := k.rotated()
	fresh.ecKID, fresh.rsaKID, fresh.generation = k.ecKID, k.rsaKID, k.generation
	return fresh
}

// poisonedJWKS returns a key set with the kids that a platform starts with, and
// somebody else's key under all of them: that of RFC 7517, appendix A.1.
func poisonedJWKS() string {
	var keys []string
	for _, kid := range []string{"pkcs11:ES256:hsm", "pkcs11:hsm"} {
		keys = append(keys, `{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","alg":"ES256","kid":"`+kid+`"}`)
	}
	return `{"keys":[` + strings.Join(keys, ",") + `]}`
}

// rotated returns new keys with new kids.
func (k *keySet) rotated() *keySet {
	fresh := *k
	fresh.generation++
	suffix := fmt.Sprintf(":%d", fresh.generation)
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // cannot fail, as of Go 1.24
	fresh.ec, fresh.ecKID = ec, baseKID(k.ecKID, k.generation)+suffix
	if k.rsa != nil {
		if len(k.after) > 0 {
			fresh.rsa, fresh.after = k.after[0], k.after[1:]
		} else {
			fresh.rsa, _ = rsa.GenerateKey(rand.Reader, 2048)
		}
		fresh.rsaKID = baseKID(k.rsaKID, k.generation) + suffix
	}
	return &fresh
}

// baseKID returns a kid without the number of its generation.
func baseKID(kid string, generation int) string {
	if generation == 0 {
		return kid
	}
	return kid[:len(kid)-len(fmt.Sprintf(":%d", generation))]
}

// publicJWKS returns the public keys.
func (k *keySet) publicJWKS() jose.JSONWebKeySet {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: k.ec.Public(), KeyID: k.ecKID, Algorithm: "ES256", Use: "sig"},
	}}
	if k.rsa != nil {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.rsa.Public(), KeyID: k.rsaKID, Algorithm: "RS256", Use: "sig"})
	}
	return set
}

func (p *Provider) currentKeys() *keySet {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys
}
