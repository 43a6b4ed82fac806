package token

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// FuzzVerifyNeverAcceptsWhatGoJoseRefuses plays our verifier against another
// one, with keys that both know: what we believe, go-jose must believe too, and
// read as the same bytes.
func FuzzVerifyNeverAcceptsWhatGoJoseRefuses(f *testing.F) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(f, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(f, err)
	secret := []byte(strings.Repeat("k", 32))
	for alg, key := range map[jose.SignatureAlgorithm]any{jose.ES256: ec, jose.RS256: rs, jose.HS256: secret} {
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", string(alg)))
		require.NoError(f, err)
		jws, err := s.Sign([]byte(`{"sub":"a"}`))
		require.NoError(f, err)
		compact, err := jws.CompactSerialize()
		require.NoError(f, err)
		f.Add(compact)
		f.Add(compact + "=")
		f.Add(strings.Replace(compact, ".", "..", 1))
	}
	for _, c := range readCaptured(f) {
		f.Add(c.TokenResponse.IDToken)
	}
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: ec.Public(), KeyID: "ES256"}, {Key: rs.Public(), KeyID: "RS256"}}}
	keys := func(_ context.Context, kid string, _ uint64) ([]jose.JSONWebKey, uint64, error) {
		if kid == "" {
			return set.Keys, 0, nil
		}
		return set.Key(kid), 0, nil
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for alg, key := range map[jose.SignatureAlgorithm]crypto.PublicKey{jose.ES256: ec.Public(), jose.RS256: rs.Public(), jose.HS256: secret} {
			r := &Verifier{Algorithms: []string{string(alg)}, Secret: string(secret)}
			payload, err := r.verify(context.Background(), keys, raw)
			if err != nil {
				continue
			}
			jws, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{alg})
			require.NoError(t, err)
			theirs, err := jws.Verify(key)
			require.NoError(t, err)
			require.Equal(t, string(theirs), payload)
		}
	})
}

// FuzzIDToken: whatever comes, an answer or a reason, never both and never a
// panic.
func FuzzIDToken(f *testing.F) {
	c := readCaptured(f)[0]
	parts := strings.Split(c.TokenResponse.IDToken, ".")
	header, _ := decodeBase64(parts[0])
	payload, _ := decodeBase64(parts[1])
	f.Add([]byte(header), []byte(payload))
	f.Add([]byte(`{"alg":"ES256","kid":1}`), []byte(`{"aud":[],"exp":1e400}`))
	f.Fuzz(func(t *testing.T, header, payload []byte) {
		r := c.rules()
		token, err := r.IDToken(context.Background(), c.keys, encode(header)+"."+encode(payload)+"."+parts[2], c.Nonce, "", time.Unix(c.IAT, 0))
		require.True(t, (token == nil) != (err == nil))
		if claims, ok := parseObject(string(payload)); ok { // and without the signature in the way
			_ = claims.checkRegisteredClaims(r, time.Unix(c.IAT, 0))
			_, _ = claims.subject()
			_, _ = claims.list("amr")
		}
	})
}

func TestATokenOfMoreThan32KiBIsNotLookedAt(t *testing.T) {
	t.Parallel()
	keys, err := ParseDecryptionKeys(readCaptured(t)[3].Decryption)
	require.NoError(t, err)
	long := strings.Repeat("A", 32<<10)
	signed, encrypted := &Verifier{}, &Verifier{Decryption: keys}
	_, err = signed.verify(t.Context(), nil, long)
	requireReason(t, "format", err)
	_, err = signed.verify(t.Context(), nil, long+"A")
	requireReason(t, "size", err)
	_, err = encrypted.decrypt(t.Context(), long)
	requireReason(t, "format", err)
	_, err = encrypted.decrypt(t.Context(), long+"A")
	requireReason(t, "size", err)
}

// RFC 7518, section 3.4: 64 bytes, whatever numbers they could also be read as.
func TestAnES256SignatureIs64Bytes(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	digest := sha256.Sum256([]byte("signed"))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	require.NoError(t, err)
	first, second := r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))
	require.True(t, es256(&key.PublicKey, "signed", string(slices.Concat(first, second))))
	for name, signature := range map[string][]byte{
		"a zero before the second number": slices.Concat(first, []byte{0}, second),
		"a zero before the first":         slices.Concat([]byte{0}, first, second),
		"a zero at the end":               slices.Concat(first, second, []byte{0}),
		"a byte less":                     slices.Concat(first, second[:31]),
		"none":                            nil,
	} {
		require.False(t, es256(&key.PublicKey, "signed", string(signature)), name)
	}
}

// One signature in a hundred has a number that begins with a zero.
func TestTheNumbersOfASignatureAreWrittenAsTheStandardLibraryWritesThem(t *testing.T) {
	t.Parallel()
	for _, n := range [][]byte{{0}, {0, 0}, {0, 1}, {0, 0x7f}, {0, 0x80}, {0, 0xff}, {0, 0, 5}, {1}, {0x7f, 0}, {0x80}, {0x80, 0}, {0xff, 0xff}} {
		want, err := asn1.Marshal(new(big.Int).SetBytes(n))
		require.NoError(t, err)
		require.Equal(t, want, appendInteger(nil, string(n)), "%x", n)
	}
}

func TestAKeyOfATypeThatNoAlgorithmHereUsesFitsNone(t *testing.T) {
	t.Parallel()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	for _, alg := range []string{"ES256", "RS256", "HS256", "EdDSA"} {
		require.False(t, keyMatches(jose.JSONWebKey{Key: public}, alg), alg)
		require.False(t, keyMatches(jose.JSONWebKey{Key: []byte(strings.Repeat("k", 32))}, alg), alg)
	}
}

func TestHS256NeedsAKeyOf32Bytes(t *testing.T) {
	t.Parallel()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(strings.Repeat("k", 32))}, nil)
	require.NoError(t, err)
	jws, err := s.Sign([]byte(`{}`))
	require.NoError(t, err)
	compact, err := jws.CompactSerialize()
	require.NoError(t, err)
	long := &Verifier{Algorithms: []string{"HS256"}, Secret: strings.Repeat("k", 32)}
	_, err = long.verify(context.Background(), nil, compact)
	require.NoError(t, err)
	// RFC 7518, section 3.2: and an empty one would let anybody sign.
	short := &Verifier{Algorithms: []string{"HS256"}}
	parts := strings.Split(compact, ".")
	_, err = short.verify(context.Background(), nil, parts[0]+"."+parts[1]+"."+encode(hmacOf(nil, parts[0]+"."+parts[1])))
	requireReason(t, "signature", err)
}

func TestRSAKeysBelow2048BitsAreNotUsed(t *testing.T) {
	t.Parallel()
	k := &rsa.PublicKey{E: 65537}
	var ok bool
	k.N, ok = bigOfBits(1024)
	require.True(t, ok)
	require.False(t, keyMatches(jose.JSONWebKey{Key: k}, "RS256"))
	k.N, _ = bigOfBits(2047)
	require.False(t, keyMatches(jose.JSONWebKey{Key: k}, "RS256"))
	k.N, _ = bigOfBits(2048)
	require.True(t, keyMatches(jose.JSONWebKey{Key: k}, "RS256"))
	require.False(t, keyMatches(jose.JSONWebKey{Key: k, Algorithm: "PS256"}, "RS256"))
}
