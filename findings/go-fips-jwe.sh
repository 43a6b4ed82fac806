#!/usr/bin/env bash
# Guess: under GODEBUG=fips140=only Go's JOSE libraries go on opening tokens of
# FranceConnect+: ECDH-ES on P-256 with A256GCM, and RSA-OAEP-256, are all approved, and
# opening a token draws no nonce.
# What happens: none opens. Both libraries call cipher.NewGCM, which Go refuses in that
# mode before it is known whether something is to be sealed or opened. go-jose says what
# it says for a wrong key; jwx repeats Go's words. With fips140=on all open.
# Since: Go 1.24, which has the mode (seen with 1.26); go-jose 4.1.8, jwx 3.4.0.
# Remedy: cipher.NewGCMWithRandomNonce opens iv, text and tag, put one behind the other.
# Source: https://go.dev/doc/security/fips140, "fips140=only"; crypto/cipher, NewGCM.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > go.mod <<'E'
module finding

go 1.26
E
cat > main.go <<'E'
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwe"
)

func main() {
	ec, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	rs, _ := rsa.GenerateKey(rand.Reader, 2048)
	for _, c := range []struct {
		alg         jose.KeyAlgorithm
		jwx         jwa.KeyEncryptionAlgorithm
		public, key any
	}{{jose.ECDH_ES, jwa.ECDH_ES(), ec.Public(), ec}, {jose.RSA_OAEP_256, jwa.RSA_OAEP_256(), rs.Public(), rs}} {
		var token string
		fips140.WithoutEnforcement(func() { // on FranceConnect's side
			e, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: c.alg, Key: c.public, KeyID: "portail"}, (&jose.EncrypterOptions{}).WithContentType("JWT"))
			if err != nil {
				panic(err)
			}
			j, err := e.Encrypt([]byte("a.b.c"))
			if err != nil {
				panic(err)
			}
			token, _ = j.CompactSerialize()
		})
		j, err := jose.ParseEncryptedCompact(token, []jose.KeyAlgorithm{c.alg}, []jose.ContentEncryption{jose.A256GCM})
		var plain []byte
		if err == nil {
			plain, err = j.Decrypt(c.key)
		}
		fmt.Printf("go-jose %s: %q %v\n", c.alg, plain, err)
		plain, err = jwe.Decrypt([]byte(token), jwe.WithKey(c.jwx, c.key))
		fmt.Printf("jwx %s: %q %v\n", c.alg, plain, err)
	}
	block, _ := aes.NewCipher(make([]byte, 32))
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err == nil {
		plain, err := gcm.Open(nil, nil, gcm.Seal(nil, nil, []byte("a.b.c"), nil), nil)
		fmt.Printf("NewGCMWithRandomNonce: %q %v\n", plain, err)
	}
}
E
go get github.com/go-jose/go-jose/v4@v4.1.8 github.com/lestrrat-go/jwx/v3@v3.4.0 > get.log 2>&1 || { cat get.log; exit 1; }
go mod tidy >> get.log 2>&1
go build -o finding .
echo "versions: $(go version | cut -d' ' -f3), go-jose 4.1.8, jwx 3.4.0"
for mode in on only; do
	GODEBUG=fips140=$mode ./finding 2>&1 | sed "s/^/fips140=$mode, /"
done | tee out

expect() { grep -qF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
for alg in ECDH-ES RSA-OAEP-256; do
	expect "fips140=on, go-jose $alg: \"a.b.c\" <nil>"
	expect "fips140=on, jwx $alg: \"a.b.c\" <nil>"
	expect "fips140=only, go-jose $alg: \"\" go-jose/go-jose: error in cryptographic primitive"
	expect "fips140=only, jwx $alg: \"\""
done
expect 'fips140=only, NewGCMWithRandomNonce: "a.b.c" <nil>'
echo "as described: approved algorithms, and no token opens"
