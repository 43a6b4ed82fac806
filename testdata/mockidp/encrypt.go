package mockidp

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

// encrypt encrypts a JWS for the client as a nested JWT (RFC 7519, section 5.2)
// whose header repeats iss and aud.
func (p *Provider) encrypt(c *client, jws string) (string, *oauthError) {
	keys, err := p.clientKeys(c)
	if err != nil {
		return "", &oauthError{http.StatusBadRequest, "invalid_client_metadata", "client JSON Web Key Set failed to be refreshed", err.Error(), "Y044D511",
			"its jwks_uri is " + c.JWKSURI}
	}
	key, ok := encryptionKey(keys, c.EncryptionAlg)
	if !ok {
		return "", &oauthError{http.StatusBadRequest, "invalid_client_metadata", "no suitable encryption key found (" + c.EncryptionAlg + ")", "", "Y046B607",
			"a set that was read is kept for as long as its max-age says, a minute at least"}
	}
	opts := (&jose.EncrypterOptions{}).WithContentType("JWT").WithHeader("iss", p.issuer).WithHeader("aud", c.ID)
	enc, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.KeyAlgorithm(c.EncryptionAlg), Key: key.Key, KeyID: key.KeyID}, opts)
	if err != nil {
		return "", serverError(err)
	}
	jwe, err := enc.Encrypt([]byte(jws))
	if err != nil {
		return "", serverError(err)
	}
	compact, err := jwe.CompactSerialize()
	if err != nil {
		return "", serverError(err)
	}
	return compact, nil
}

func serverError(err error) *oauthError {
	return &oauthError{http.StatusInternalServerError, "server_error", err.Error(), "", yUnknown, ""}
}

// encryptionKey returns the client's first key of the right type for an
// algorithm whose use and alg do not say otherwise.
func encryptionKey(set *jose.JSONWebKeySet, alg string) (jose.JSONWebKey, bool) {
	for _, k := range set.Keys {
		if k.Use != "" && k.Use != "enc" || k.Algorithm != "" && k.Algorithm != alg {
			continue
		}
		k = k.Public()
		if algorithmFamily(k.Key) == alg[:2] {
			return k, true
		}
	}
	return jose.JSONWebKey{}, false
}

// algorithmFamily returns how the names of a key's algorithms begin.
func algorithmFamily(key any) string {
	switch key.(type) {
	case *ecdsa.PublicKey:
		return "EC"
	case *rsa.PublicKey:
		return "RS"
	}
	return ""
}
