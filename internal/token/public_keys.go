package token

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"

	"github.com/go-jose/go-jose/v4"
)

// ParsePublicKeys reads the public keys of an algorithm, ES256 or RS256, from a
// key set in JSON (RFC 7517, section 5) or from PEM (RFC 7468, section 13). Keys
// of a set that are for something else are left out. The error is a *KeyProblem.
func ParsePublicKeys(text []byte, alg string) (keys []jose.JSONWebKey, err error) {
	if text = bytes.TrimSpace(text); bytes.HasPrefix(text, []byte("{")) {
		keys, err = parseKeySet(text)
	} else {
		keys, err = parsePEM(text)
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(keys, func(k jose.JSONWebKey) bool { return !k.IsPublic() }) {
		return nil, problem("contient une clé privée ou partagée, qui n’a rien à faire ici", "holds a private or a shared key, which has no place here")
	}
	keys = slices.DeleteFunc(keys, func(k jose.JSONWebKey) bool { return !keyMatches(k, alg) || k.Use != "" && k.Use != "sig" })
	if len(keys) == 0 {
		return nil, problem("ne contient aucune clé publique pour "+alg, "holds no public key for "+alg)
	}
	return keys, nil
}

// parseKeySet passes over keys of a type that nobody here knows, as a set may have
// (RFC 7517, section 5), and over no other.
func parseKeySet(text []byte) (keys []jose.JSONWebKey, err error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	err = json.Unmarshal(text, &set)
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		bad := k.UnmarshalJSON(raw)
		switch {
		case bad == nil:
			keys = append(keys, k)
		case !errors.Is(bad, jose.ErrUnsupportedKeyType):
			err = bad
		}
	}
	if err != nil {
		return nil, problem("n’est pas un jeu de clés (JWKS) bien formé", "is not a well-formed key set (JWKS)")
	}
	return keys, nil
}

func parsePEM(text []byte) (keys []jose.JSONWebKey, err error) {
	for len(text) > 0 {
		block, rest := pem.Decode(text)
		if block == nil {
			return nil, problem("n’est ni un jeu de clés (JWKS), ni des clés publiques en PEM", "is neither a key set (JWKS) nor public keys in PEM")
		}
		if bytes.Count(text[:len(text)-len(rest)], []byte("-----BEGIN")) > 1 { // which pem passes over
			return nil, problem("contient un bloc PEM abîmé", "holds a damaged PEM block")
		}
		text = bytes.TrimSpace(rest)
		if bytes.HasSuffix([]byte(block.Type), []byte("PRIVATE KEY")) {
			return nil, problem("contient une clé privée, qui n’a rien à faire ici", "holds a private key, which has no place here")
		}
		key, bad := x509.ParsePKIXPublicKey(block.Bytes)
		if bad != nil || block.Type != "PUBLIC KEY" {
			return nil, problem("contient autre chose que des clés publiques (PUBLIC KEY)", "holds something else than public keys (PUBLIC KEY)")
		}
		keys = append(keys, jose.JSONWebKey{Key: key})
	}
	return keys, nil
}
