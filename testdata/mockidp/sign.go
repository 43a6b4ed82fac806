package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes of the table below
	_ "crypto/sha512"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"
	"time"
)

// sign signs claims with the client's algorithm, with the changes of a
// scenario. It does not use a library because none signs any header with any
// key, even one that does not fit the algorithm.
func (p *Provider) sign(c *client, claims map[string]any, change TokenChange) (string, error) {
	alg := c.SigningAlg
	if change.Alg != "" {
		alg = change.Alg
	}
	key, kid, err := p.currentKeys().signer(alg, c, change.Key == "other")
	if err != nil {
		return "", err
	}
	header := map[string]any{"alg": alg}
	if kid != "" {
		header["kid"] = kid
	}
	if p.platform.name == V1 || p.platform.name == ProConnect {
		header["typ"] = "JWT"
	}
	h, err := encodeSegment(withChanges(header, change.Header))
	if err != nil {
		return "", err
	}
	body, err := encodeSegment(withChanges(withShiftedTimes(claims, change.Shift), change.Claims))
	if err != nil {
		return "", err
	}
	signature, err := signature(alg, key, h+"."+body)
	if err != nil {
		return "", err
	}
	return h + "." + body + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// withChanges returns a copy of a JSON object with members replaced, or removed
// if their value is nil.
func withChanges(object, change map[string]any) map[string]any {
	out := maps.Clone(object)
	for name, v := range change {
		if v == nil {
			delete(out, name)
		} else {
			out[name] = v
		}
	}
	return out
}

// withShiftedTimes returns a copy of claims with iat, exp and auth_time moved.
func withShiftedTimes(claims map[string]any, by time.Duration) map[string]any {
	out := maps.Clone(claims)
	for _, name := range []string{"iat", "exp", "auth_time"} {
		if at, ok := out[name].(int64); ok {
			out[name] = at + int64(by/time.Second)
		}
	}
	return out
}

// signer returns the key for an algorithm, and its kid. For HS256 the key is
// the client's secret, which has no kid. A foreign key, which is not published,
// has the kid of the right one.
func (k *keySet) signer(alg string, c *client, foreign bool) (key any, kid string, err error) {
	switch {
	case alg == "none":
		return nil, "", nil
	case strings.HasPrefix(alg, "HS"):
		secret := *c.secret.Load()
		if foreign {
			secret = randomToken()
		}
		return []byte(secret), "", nil
	case strings.HasPrefix(alg, "RS"), strings.HasPrefix(alg, "PS"):
		if !foreign && k.rsa != nil {
			return k.rsa, k.rsaKID, nil
		}
		key, err = rsa.GenerateKey(rand.Reader, 2048)
		return key, k.rsaKID, err
	case alg == "ES256" && !foreign:
		return k.ec, k.ecKID, nil
	case strings.HasPrefix(alg, "ES"):
		curve := map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}[alg]
		if curve == nil {
			break
		}
		key, err = ecdsa.GenerateKey(curve, rand.Reader)
		return key, k.ecKID, err
	}
	return nil, "", fmt.Errorf("mockidp: no algorithm is named %q", alg)
}

// signature computes a JWS signature (RFC 7518, section 3).
func signature(alg string, key any, input string) ([]byte, error) {
	if alg == "none" {
		return nil, nil
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
	if hash == 0 {
		return nil, fmt.Errorf("mockidp: no algorithm is named %q", alg)
	}
	h := hash.New()
	h.Write([]byte(input))
	digest := h.Sum(nil)
	switch key := key.(type) {
	case []byte:
		mac := hmac.New(hash.New, key)
		mac.Write([]byte(input))
		return mac.Sum(nil), nil
	case *rsa.PrivateKey:
		if alg[:2] == "PS" {
			return rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(nil, key, hash, digest)
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		if err != nil {
			return nil, err
		}
		size := (key.Curve.Params().BitSize + 7) / 8
		out := make([]byte, 2*size)
		r.FillBytes(out[:size])
		s.FillBytes(out[size:])
		return out, nil
	}
	return nil, fmt.Errorf("mockidp: no key for %q", alg)
}
