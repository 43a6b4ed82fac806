package main

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
)

// goJoseSigned returns go-jose with one decode, by hand.
func goJoseSigned(text string, alg jose.SignatureAlgorithm, key, into any) error {
	parsed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{alg})
	if err != nil {
		return err
	}
	payload, err := parsed.Verify(key)
	if err != nil {
		return err
	}
	return json.Unmarshal(payload, into)
}

func goJoseIDToken(p *idp, alg jose.SignatureAlgorithm, key any) func(string) error {
	return func(text string) error {
		var c idClaims
		if err := goJoseSigned(text, alg, key, &c); err != nil {
			return err
		}
		return c.check(p.issuer, p.nonce)
	}
}

func goJoseUserinfo(p *idp) func(string) error {
	return func(text string) error {
		var c userClaims
		if err := goJoseSigned(text, jose.ES256, &ecKey.PublicKey, &c); err != nil {
			return err
		}
		return c.check(p.issuer)
	}
}

// goJoseOpened decrypts, and verifies what is inside.
func goJoseOpened(alg jose.KeyAlgorithm, key any, verify func(string) error) func(string) error {
	return func(text string) error {
		parsed, err := jose.ParseEncryptedCompact(text, []jose.KeyAlgorithm{alg}, []jose.ContentEncryption{jose.A256GCM})
		if err != nil {
			return err
		}
		plain, err := parsed.Decrypt(key)
		if err != nil {
			return err
		}
		return verify(string(plain))
	}
}
