package main

import (
	"crypto"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/internal/token"
)

// The rows of FranceConnect+: an ID token signed with ES256 and encrypted.

func encryptedECDH() row {
	return row{name: "decrypt and verify, ECDH-ES", open: func() ([]contender, error) {
		return encrypted(jose.ECDH_ES, ecOpener, floorECDH)
	}}
}

func encryptedRSA() row {
	return row{name: "decrypt and verify, RSA-OAEP-256", open: func() ([]contender, error) {
		return encrypted(jose.RSA_OAEP_256, rsaOpener, floorOAEP)
	}}
}

func encrypted(alg jose.KeyAlgorithm, key crypto.PrivateKey, unwrap func([5][]byte) ([]byte, error)) ([]contender, error) {
	p := newIDP()
	text := encrypt(alg, sign(jose.ES256, newIDClaims(p.issuer, clientID, p.nonce)))
	ours, err := token.NewDecryptionKey("k1", string(alg), key)
	if err != nil {
		return nil, err
	}
	return []contender{
		verifier(floorName, text, func(t string) error {
			inner, err := floorOpen(t, unwrap)
			if err != nil {
				return err
			}
			return floorES256(inner, &idClaims{})
		}),
		verifier(oursName, text, ourIDToken(p, "ES256", ours)),
		verifier("go-jose", text, goJoseOpened(alg, key, goJoseIDToken(p, jose.ES256, &ecKey.PublicKey))),
		verifier("go-jose+go-oidc", text, goJoseOpened(alg, key, goOIDCIDToken(p, "ES256", goOIDCKeys(p)))),
	}, nil
}
