package mockidp_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// read verifies a token with the published keys, after decrypting it if it is
// encrypted, and returns its header and claims.
func (w *world) read(jwt string) (header, claims map[string]any) {
	w.t.Helper()
	jwt = decrypt(w.t, jwt)
	header, claims = segment(w.t, jwt, 0), segment(w.t, jwt, 1)
	jws, err := jose.ParseSignedCompact(jwt, []jose.SignatureAlgorithm{jose.ES256, jose.RS256, jose.HS256})
	require.NoError(w.t, err)
	if header["alg"] == "HS256" {
		_, err = jws.Verify([]byte(w.client.Secret))
	} else {
		keys := w.keys().Key(header["kid"].(string))
		require.Len(w.t, keys, 1, "the kid is not published")
		_, err = jws.Verify(keys[0])
	}
	require.NoError(w.t, err)
	return header, claims
}

func (w *world) keys() *jose.JSONWebKeySet {
	w.t.Helper()
	set := new(jose.JSONWebKeySet)
	require.NoError(w.t, json.Unmarshal([]byte(w.do(w.back, "GET", w.base+"/jwks", nil, nil).body), set))
	return set
}

func segment(t testing.TB, jwt string, i int) map[string]any {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[i])
	require.NoError(t, err)
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

// rpKeys returns the private keys of the client under test.
func rpKeys(t testing.TB) jose.JSONWebKeySet {
	t.Helper()
	var set jose.JSONWebKeySet
	load(t, "rp-keys.json", &set)
	return set
}

func publicKeys(t testing.TB) json.RawMessage {
	t.Helper()
	var set jose.JSONWebKeySet
	for _, k := range rpKeys(t).Keys {
		set.Keys = append(set.Keys, k.Public())
	}
	text, err := json.Marshal(set)
	require.NoError(t, err)
	return text
}

func decrypt(t testing.TB, jwt string) string {
	t.Helper()
	if strings.Count(jwt, ".") != 4 {
		return jwt
	}
	jwe, err := jose.ParseEncryptedCompact(jwt,
		[]jose.KeyAlgorithm{jose.ECDH_ES, jose.RSA_OAEP, jose.RSA_OAEP_256}, []jose.ContentEncryption{jose.A256GCM})
	require.NoError(t, err)
	set := rpKeys(t)
	for _, k := range set.Keys {
		if k.Algorithm == jwe.Header.Algorithm {
			text, err := jwe.Decrypt(k.Key)
			require.NoError(t, err)
			return string(text)
		}
	}
	require.Fail(t, "no key for the token")
	return ""
}
