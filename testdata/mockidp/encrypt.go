package mockidp

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// encrypt encrypts a JWS for the client as a nested JWT (RFC 7519, section 5.2)
// whose header repeats iss and aud.
func (p *Provider) encrypt(c *client, jws string) (string, *oauthError) {
	p.mu.Lock()
	keys := c.jwks
	p.mu.Unlock()
	if keys == nil {
		var err error
		if keys, err = p.fetchKeys(c.JWKSURI); err != nil {
			return "", &oauthError{http.StatusBadRequest, "invalid_client_metadata",
				"client JSON Web Key Set failed to be refreshed", err.Error(), "Y044D511"}
		}
	}
	key, ok := encryptionKey(keys, c.EncryptionAlg)
	if !ok {
		return "", &oauthError{http.StatusBadRequest, "invalid_client_metadata",
			"no suitable encryption key found (" + c.EncryptionAlg + ")", "", "Y046B607"}
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
	return &oauthError{http.StatusInternalServerError, "server_error", err.Error(), "", yUnknown}
}

// fetchTimeout and maxKeys bound the fetch of a client's key set.
const (
	fetchTimeout = 5 * time.Second
	maxKeys      = 1 << 18
)

// fetchKeys fetches a client's jwks_uri. The text of its errors goes into the
// error_description, in brackets.
func (p *Provider) fetchKeys(uri string) (*jose.JSONWebKeySet, error) {
	res, err := p.httpClient.Get(uri)
	if err != nil {
		return nil, errors.New("fetch failed")
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("unexpected jwks_uri response status code, expected 200 OK, got %s", res.Status)
	}
	set := new(jose.JSONWebKeySet)
	if err := json.NewDecoder(io.LimitReader(res.Body, maxKeys)).Decode(set); err != nil {
		return nil, fmt.Errorf("not a key set: %w", err)
	}
	return set, nil
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
