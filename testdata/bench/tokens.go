package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// One person signs in, at one client. The lengths are FranceConnect's.
const (
	clientID     = "a9e8c6f1d2b34750968f7e6d5c4b3a29180716253443526170f8e9dacbbcad9e"
	clientSecret = "5f0e1d2c3b4a59687786950a1b2c3d4e5f60718293a4b5c6d7e8f9fa0b1c2d3e"
	redirectURL  = "https://portail.example.fr/franceconnect/callback"
	subject      = "c0ffee5eed0123456789abcdef0123456789abcdef0123456789abcdef012345v1"
	accessToken  = "q3Zt0eVxk9Y2mB7cJ5nL1pR8sU4wA6dF0gH2jK5lM9o"
	code         = "Xk2Lr9Tq4Wz7Yb1Nc5Vd8Pe3Ms6Ha0JgUfOiKlQwEr"
	level        = "eidas1"
)

var scopes = []string{"openid", "given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry", "email"}

// idClaims are those of FranceConnect's ID token.
type idClaims struct {
	Subject  string `json:"sub"`
	AuthTime int64  `json:"auth_time"`
	ACR      string `json:"acr"`
	Nonce    string `json:"nonce"`
	Audience string `json:"aud"`
	Expiry   int64  `json:"exp"`
	IssuedAt int64  `json:"iat"`
	Issuer   string `json:"iss"`
}

// userClaims are those of FranceConnect's userinfo.
type userClaims struct {
	Subject string `json:"sub"`
	identityClaims
	Audience string `json:"aud,omitempty"`
	Expiry   int64  `json:"exp,omitempty"`
	IssuedAt int64  `json:"iat,omitempty"`
	Issuer   string `json:"iss,omitempty"`
}

// identityClaims say who it is.
type identityClaims struct {
	GivenName    string   `json:"given_name"`
	GivenNames   []string `json:"given_name_array"`
	FamilyName   string   `json:"family_name"`
	BirthDate    string   `json:"birthdate"`
	Gender       string   `json:"gender"`
	Email        string   `json:"email"`
	BirthPlace   string   `json:"birthplace"`
	BirthCountry string   `json:"birthcountry"`
}

func newIDClaims(issuer, client, nonce string) idClaims {
	now := time.Now().Unix()
	return idClaims{subject, now, level, nonce, client, now + 3600, now, issuer}
}

func newUserClaims(issuer string) userClaims {
	now := time.Now().Unix()
	angela := identityClaims{"Angela Claire Louise", []string{"Angela", "Claire", "Louise"}, "DUBOIS", "1962-08-24", "female",
		"angela.dubois@example.fr", "75107", "99100"}
	return userClaims{subject, angela, clientID, now + 3600, now, issuer}
}

var (
	errClaims = errors.New("claims")

	ecKey     = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) // the provider's
	rsaKey    = must(rsa.GenerateKey(rand.Reader, 2048))
	ecOpener  = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) // the client's
	rsaOpener = must(rsa.GenerateKey(rand.Reader, 2048))

	published = must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: &ecKey.PublicKey, KeyID: "pkcs11:ES256:hsm", Algorithm: "ES256", Use: "sig"},
		{Key: &rsaKey.PublicKey, KeyID: "pkcs11:RS256:hsm", Algorithm: "RS256", Use: "sig"},
	}}))
)

// check returns what a caller looks at itself when a peer only checks signatures.
func (c *idClaims) check(issuer, nonce string) error {
	if c.Issuer != issuer || c.Audience != clientID || c.Nonce != nonce || c.ACR != level || c.Expiry <= time.Now().Unix() || c.Subject == "" {
		return errClaims
	}
	return nil
}

func (c *userClaims) check(issuer string) error {
	if c.Issuer != issuer || c.Audience != clientID || c.Subject != subject || c.Expiry <= time.Now().Unix() {
		return errClaims
	}
	return nil
}

// sign makes a token as FranceConnect does: alg and kid in its header.
func sign(alg jose.SignatureAlgorithm, claims any) string {
	key := jose.SigningKey{Algorithm: alg}
	switch alg {
	case jose.ES256:
		key.Key = jose.JSONWebKey{Key: ecKey, KeyID: "pkcs11:ES256:hsm"}
	case jose.RS256:
		key.Key = jose.JSONWebKey{Key: rsaKey, KeyID: "pkcs11:RS256:hsm"}
	case jose.HS256:
		key.Key = []byte(clientSecret)
	}
	signer := must(jose.NewSigner(key, nil))
	return must(must(signer.Sign(must(json.Marshal(claims)))).CompactSerialize())
}

// encrypt seals a token for the client, as FranceConnect+ does.
func encrypt(alg jose.KeyAlgorithm, token string) string {
	to := jose.Recipient{Algorithm: alg, Key: &rsaOpener.PublicKey, KeyID: "k1"}
	if alg == jose.ECDH_ES {
		to.Key = &ecOpener.PublicKey
	}
	options := (&jose.EncrypterOptions{}).WithContentType("JWT")
	sealer := must(jose.NewEncrypter(jose.A256GCM, to, options))
	return must(must(sealer.Encrypt([]byte(token))).CompactSerialize())
}

// spoil changes one character in the middle of the last part.
func spoil(token string) string {
	i := (strings.LastIndexByte(token, '.') + len(token)) / 2
	if token[i] == 'x' {
		return token[:i] + "y" + token[i+1:]
	}
	return token[:i] + "x" + token[i+1:]
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
