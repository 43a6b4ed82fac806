package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

func newAppKey(t *testing.T) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

func appVerifier() *Verifier {
	return &Verifier{Issuer: "ami", Algorithms: []string{"ES256"}, AnyKey: true}
}

// signAppToken signs a payload; kid may be empty.
func signAppToken(t *testing.T, key *ecdsa.PrivateKey, kid, payload string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	require.NoError(t, err)
	signed, err := signer.Sign([]byte(payload))
	require.NoError(t, err)
	raw, err := signed.CompactSerialize()
	require.NoError(t, err)
	return raw
}

// Of an ECDSA signature (r, s), (r, -s) is one too: whoever holds a token can write
// it another way, and it is still the one that was used.
func TestATokenOfTheAppInItsOtherFormIsTheSame(t *testing.T) {
	t.Parallel()
	key := newAppKey(t)
	raw := signAppToken(t, key, "", `{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"https://portail.example.fr/"}`)
	dot := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(raw[dot+1:])
	require.NoError(t, err)
	s := new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(signature[32:]))
	s.FillBytes(signature[32:])
	other := raw[:dot+1] + encode(signature)
	require.NotEqual(t, raw, other)

	held := Held([]jose.JSONWebKey{{Key: key.Public()}})
	var digests [][32]byte
	for _, form := range []string{raw, other} {
		app, err := appVerifier().AppToken(t.Context(), held, form, "to", time.Unix(1795000000, 0))
		require.NoError(t, err)
		require.Equal(t, "https://portail.example.fr/", app.Destination)
		digests = append(digests, app.Digest)
	}
	require.Equal(t, digests[0], digests[1])
}

func TestWhatTheAppSignedIsReadAsItsClaimsHaveIt(t *testing.T) {
	t.Parallel()
	key, now := newAppKey(t), time.Unix(1795000000, 0)
	held := Held([]jose.JSONWebKey{{Key: key.Public()}})
	for payload, reason := range map[string]string{
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"/"}`:                       "",
		`{"iss":"ami","iat":1795000030,"exp":1795003600.5,"to":"/"}`:                     "",
		`{"iss":"ami","iat":1.795e9,"exp":1.7950006e9,"nbf":1795000030,"to":"/"}`:        "",
		`{"iss":"ami","iat":1795000031,"exp":1795000600,"to":"/"}`:                       "iat",
		`{"iss":"ami","iat":"1795000000","exp":1795000600,"to":"/"}`:                     "iat",
		`{"iss":"ami","iat":-1,"exp":1795000600,"to":"/"}`:                               "iat",
		`{"iss":"ami","iat":1795000000,"exp":"1795000600","to":"/"}`:                     "exp",
		`{"iss":"ami","iat":1795000000,"exp":null,"to":"/"}`:                             "exp",
		`{"iss":"ami","iat":1794999000,"exp":1794999970,"to":"/"}`:                       "exp",
		`{"iss":"ami","iat":1795000000,"exp":1795003600.5,"to":"/"}`:                     "life",
		`{"iss":"ami","iat":0,"exp":1099511627776,"to":"/"}`:                             "life",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"nbf":1795000031,"to":"/"}`:      "nbf",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"nbf":"1795000000","to":"/"}`:    "nbf",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"nbf":null,"to":"/"}`:            "nbf",
		`{"iss":"AMI","iat":1795000000,"exp":1795000600,"to":"/"}`:                       "iss",
		`{"iss":["ami"],"iat":1795000000,"exp":1795000600,"to":"/"}`:                     "iss",
		`{"iat":1795000000,"exp":1795000600,"to":"/"}`:                                   "iss",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"/","to":"/b"}`:             "claims",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"\u0065xp":1795000601,"to":"/"}`: "claims",
		`[{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"/"}]`:                     "claims",
		`{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"/"} {}`:                    "claims",
	} {
		app, err := appVerifier().AppToken(t.Context(), held, signAppToken(t, key, "", payload), "to", now)
		if reason == "" {
			require.NoError(t, err, payload)
			require.Equal(t, "/", app.Destination)
			continue
		}
		require.Equal(t, &Error{Reason: reason}, err, payload)
	}
}

// The app changes its key while the portal has both: by name where it names them.
func TestATokenOfTheAppIsOfAnyKeyThatItMayBeOf(t *testing.T) {
	t.Parallel()
	before, after, strange := newAppKey(t), newAppKey(t), newAppKey(t)
	for _, test := range []struct {
		kids   [2]string // of the keys held
		key    *ecdsa.PrivateKey
		kid    string
		reason string
	}{
		{[2]string{"", ""}, before, "", ""},
		{[2]string{"", ""}, after, "", ""},
		{[2]string{"", ""}, after, "any", ""},
		{[2]string{"a", "b"}, after, "", ""},
		{[2]string{"a", "b"}, after, "b", ""},
		{[2]string{"a", "b"}, after, "a", "signature"},
		{[2]string{"a", "b"}, after, "c", "kid"},
		{[2]string{"", ""}, strange, "", "signature"},
	} {
		held := Held([]jose.JSONWebKey{{Key: before.Public(), KeyID: test.kids[0]}, {Key: after.Public(), KeyID: test.kids[1]}})
		_, err := appVerifier().AppToken(t.Context(), held, signAppToken(t, test.key, test.kid, `{"iss":"ami","iat":1795000000,"exp":1795000600}`), "to", time.Unix(1795000000, 0))
		if test.reason == "" {
			require.NoError(t, err, "%+v", test)
			continue
		}
		require.Equal(t, &Error{Reason: test.reason}, err, "%+v", test)
	}
}

func TestEveryKeyOfTheAppThatWasPastedIsReadOrRefused(t *testing.T) {
	t.Parallel()
	pemOf := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	key := newAppKey(t)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	sec1, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	public := pemOf("PUBLIC KEY", der)
	half := public[:len(public)/2]
	jwk, err := json.Marshal(jose.JSONWebKey{Key: key.Public(), KeyID: "a"})
	require.NoError(t, err)
	for what, test := range map[string]struct {
		text string
		keys int
		says string
	}{
		"one":                           {public, 1, ""},
		"with a comment before it":      {"the app's, of May\n" + public, 1, ""},
		"of Windows":                    {strings.ReplaceAll(public+public, "\n", "\r\n"), 2, ""},
		"a half before it":              {half + "\n" + public, 0, "a damaged PEM block"},
		"half a private key before it":  {pemOf("PRIVATE KEY", private)[:80] + "\n" + public, 0, "a damaged PEM block"},
		"a half behind it":              {public + half, 0, "neither a key set"},
		"something else behind it":      {public + "and more", 0, "neither a key set"},
		"a private key behind it":       {public + pemOf("PRIVATE KEY", private), 0, "a private key"},
		"a private key of openssl's":    {pemOf("EC PRIVATE KEY", sec1) + public, 0, "a private key"},
		"a private key that is hidden":  {pemOf("PUBLIC KEY", private), 0, "something else"},
		"a certificate behind it":       {public + pemOf("CERTIFICATE", der), 0, "something else"},
		"no bytes in it":                {pemOf("PUBLIC KEY", nil), 0, "something else"},
		"a key of no type that we know": {`{"keys":[{"kty":"of tomorrow"},` + string(jwk) + `]}`, 1, ""},
		"a key that is damaged":         {`{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},` + string(jwk) + `]}`, 0, "not a well-formed key set"},
		"keys that are no list":         {`{"keys":` + string(jwk) + `}`, 0, "not a well-formed key set"},
		"a shared key":                  {`{"keys":[{"kty":"oct","k":"AAAA"},` + string(jwk) + `]}`, 0, "a private or a shared key"},
		"a key alone":                   {string(jwk), 0, "no public key"},
	} {
		keys, err := ParsePublicKeys([]byte(test.text), "ES256")
		require.Len(t, keys, test.keys, what)
		if test.says == "" {
			require.NoError(t, err, what)
			continue
		}
		require.ErrorContains(t, err, test.says, what)
	}
}
