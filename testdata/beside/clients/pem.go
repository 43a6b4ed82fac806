package main

import (
	"crypto/x509"
	"encoding/pem"
	"os"

	"github.com/go-jose/go-jose/v4"
)

// writeKey writes a private JWK as PEM (PKCS #8).
func writeKey(file string, jwk []byte) error {
	var k jose.JSONWebKey
	if err := k.UnmarshalJSON(jwk); err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.Key)
	if err != nil {
		return err
	}
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}
