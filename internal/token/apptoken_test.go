package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// Of an ECDSA signature (r, s), (r, -s) is one too: whoever holds a token can write
// it another way, and it is still the one that was used.
func TestATokenOfTheAppInItsOtherFormIsTheSame(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: key}, nil)
	require.NoError(t, err)
	signed, err := signer.Sign([]byte(`{"iss":"ami","iat":1795000000,"exp":1795000600,"to":"https://portail.example.fr/"}`))
	require.NoError(t, err)
	raw, err := signed.CompactSerialize()
	require.NoError(t, err)

	dot := strings.LastIndexByte(raw, '.')
	signature, err := base64.RawURLEncoding.DecodeString(raw[dot+1:])
	require.NoError(t, err)
	s := new(big.Int).Sub(elliptic.P256().Params().N, new(big.Int).SetBytes(signature[32:]))
	s.FillBytes(signature[32:])
	other := raw[:dot+1] + encode(signature)
	require.NotEqual(t, raw, other)

	r := Verifier{Issuer: "ami", Algorithms: []string{"ES256"}}
	held := Held([]jose.JSONWebKey{{Key: key.Public()}})
	var digests [][32]byte
	for _, form := range []string{raw, other} {
		app, err := r.AppToken(t.Context(), held, form, "to", time.Unix(1795000000, 0))
		require.NoError(t, err)
		require.Equal(t, "https://portail.example.fr/", app.Destination)
		digests = append(digests, app.Digest)
	}
	require.Equal(t, digests[0], digests[1])
}
