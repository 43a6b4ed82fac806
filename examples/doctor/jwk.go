package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"
)

// rsaBits are enough beyond 2030 (ANSSI, Guide des mécanismes
// cryptographiques); FranceConnect+ wants 2048.
const rsaBits = 3072

// newJWK draws a private key (RFC 7517, RFC 7518 section 6), called after the
// day and its own thumbprint (RFC 7638), as examples/keys does.
func newJWK(alg string, now time.Time) (map[string]string, error) {
	key, thumbprint := map[string]string{"use": "enc", "alg": alg}, ""
	if alg == "ECDH-ES" {
		private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		point, err := private.PublicKey.Bytes() // 4, x, y
		if err != nil {
			return nil, err
		}
		d, err := private.Bytes()
		if err != nil {
			return nil, err
		}
		key["kty"], key["crv"] = "EC", "P-256"
		key["x"], key["y"], key["d"] = b64(point[1:33]), b64(point[33:]), b64(d)
		thumbprint = fmt.Sprintf(`{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, key["x"], key["y"])
	} else {
		private, err := rsa.GenerateKey(rand.Reader, rsaBits)
		if err != nil {
			return nil, err
		}
		private.Precompute()
		key["kty"] = "RSA"
		for name, n := range map[string]*big.Int{"n": private.N, "e": big.NewInt(int64(private.E)), "d": private.D, "p": private.Primes[0], "q": private.Primes[1],
			"dp": private.Precomputed.Dp, "dq": private.Precomputed.Dq, "qi": private.Precomputed.Qinv} {
			key[name] = b64(n.Bytes())
		}
		thumbprint = fmt.Sprintf(`{"e":"%s","kty":"RSA","n":"%s"}`, key["e"], key["n"])
	}
	sum := sha256.Sum256([]byte(thumbprint))
	key["kid"] = now.UTC().Format(time.DateOnly) + "-" + hex.EncodeToString(sum[:4])
	return key, nil
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
