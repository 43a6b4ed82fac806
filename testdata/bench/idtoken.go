package main

import (
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	zitadel "github.com/zitadel/oidc/v3/pkg/oidc"
)

// The rows of an ID token whose key is held, with every check.

func idTokenES256() row {
	return row{name: "ID token, ES256", open: func() ([]contender, error) {
		return idTokens(jose.ES256, floorES256, &ecKey.PublicKey, nil, nil), nil
	}}
}

func idTokenRS256() row {
	return row{name: "ID token, RS256", open: func() ([]contender, error) {
		return idTokens(jose.RS256, floorRS256, &rsaKey.PublicKey, nil, nil), nil
	}}
}

// idTokenHS256 returns v1's. cap does not have it.
func idTokenHS256() row {
	return row{name: "ID token, HS256", open: func() ([]contender, error) {
		return idTokens(jose.HS256, floorHS256, []byte(clientSecret), secretKeys{}, parsedSecretKeys{}), nil
	}}
}

func idTokens(alg jose.SignatureAlgorithm, floor func(string, any) error, key any, goOIDC oidc.KeySet, zitadel zitadel.KeySet) []contender {
	p := newIDP()
	text := sign(alg, newIDClaims(p.issuer, clientID, p.nonce))
	all := []contender{
		verifier(floorName, text, func(t string) error { return floor(t, &idClaims{}) }),
		verifier(oursName, text, ourIDToken(p, string(alg))),
		verifier("golang-jwt", text, golangJWTIDToken(p, string(alg), key)),
		verifier("go-jose", text, goJoseIDToken(p, alg, key)),
	}
	if alg != jose.HS256 {
		goOIDC, zitadel = goOIDCKeys(p), zitadelKeys(p)
		all = append(all, verifier("cap", text, capIDToken(p, string(alg))))
	}
	return append(all,
		verifier("go-oidc", text, goOIDCIDToken(p, string(alg), goOIDC)),
		verifier("zitadel", text, zitadelIDToken(p, string(alg), zitadel)))
}
