package token

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// A captured exchange is what a running FranceConnect answered.
type captured struct {
	Name, Platform, Issuer, Nonce string
	ClientID                      string `json:"client_id"`
	ClientSecret                  string `json:"client_secret"`
	IAT                           int64  `json:"iat"`
	TokenResponse                 struct {
		AccessToken string `json:"access_token"`
		IDToken     string `json:"id_token"`
	} `json:"token_response"`
	IDToken       string `json:"id_token"` // of the sandbox
	UserInfo      string
	IDTokenClaims map[string]any `json:"id_token_claims"`
	JWKS          jose.JSONWebKeySet
	Decryption    json.RawMessage `json:"decryption_jwks"`

	decryptionKeys []DecryptionKey // read once: an RSA key is checked when it is read
}

func (c captured) rules() *Verifier {
	r := &Verifier{Issuer: c.Issuer, ClientID: c.ClientID, Algorithms: []string{"ES256", "RS256"}}
	if c.Name == "hs256" {
		r.Algorithms, r.Secret = []string{"HS256"}, c.ClientSecret
	}
	if len(c.Decryption) > 0 {
		r.Algorithms = r.Algorithms[:1]
		r.Decryption = c.decryptionKeys
	}
	return r
}

func (c captured) keys(_ context.Context, kid string, _ uint64) ([]jose.JSONWebKey, uint64, error) {
	if kid == "" {
		return c.JWKS.Keys, 0, nil
	}
	return c.JWKS.Key(kid), 0, nil
}

func (c captured) idToken(raw string, at time.Time) error {
	_, err := c.rules().IDToken(context.Background(), c.keys, raw, c.Nonce, c.TokenResponse.AccessToken, at)
	return err
}

func (c captured) userInfo(raw string, at time.Time) error {
	_, err := c.rules().UserInfo(context.Background(), c.keys, []byte(raw), fmt.Sprint(c.IDTokenClaims["sub"]), at)
	return err
}

func readCaptured(t testing.TB) (all []captured) {
	text, err := os.ReadFile("../../testdata/captured/captured-exchanges.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &all))
	require.Len(t, all, 6)
	for i := range all {
		if len(all[i].Decryption) > 0 {
			all[i].decryptionKeys, err = ParseDecryptionKeys(all[i].Decryption)
			require.NoError(t, err)
		}
	}
	text, err = os.ReadFile("../../testdata/captured/sandbox-id-token.json")
	require.NoError(t, err)
	var sandbox captured
	require.NoError(t, json.Unmarshal(text, &sandbox))
	sandbox.TokenResponse.IDToken = sandbox.IDToken
	return append(all, sandbox)
}

func TestCapturedExchangesVerifyWhenTheyWereMade(t *testing.T) {
	t.Parallel()
	for _, c := range readCaptured(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			at := time.Unix(c.IAT, 0)
			require.NoError(t, c.idToken(c.TokenResponse.IDToken, at))
			require.NoError(t, c.idToken(c.TokenResponse.IDToken, at.Add(60*time.Second+leeway-time.Second)))
			requireReason(t, "exp", c.idToken(c.TokenResponse.IDToken, at.Add(60*time.Second+leeway)))
			require.NoError(t, c.idToken(c.TokenResponse.IDToken, at.Add(-leeway)))
			requireReason(t, "iat", c.idToken(c.TokenResponse.IDToken, at.Add(-leeway-time.Second)))
			if c.UserInfo == "" {
				return
			}
			require.NoError(t, c.userInfo(c.UserInfo, at))
			if c.Decryption != nil {
				plain := c.rules()
				plain.Decryption = nil
				_, err := plain.IDToken(t.Context(), c.keys, c.TokenResponse.IDToken, c.Nonce, "", at)
				requireReason(t, "format", err)
				token, err := c.rules().IDToken(t.Context(), c.keys, c.TokenResponse.IDToken, c.Nonce, "", at)
				require.NoError(t, err)
				require.Equal(t, 2, strings.Count(token.Raw, "."), "the hint for the logout is the inner one")
			}
			requireReason(t, "exp", c.userInfo(c.UserInfo, at.Add(60*time.Second+leeway)))
			requireReason(t, "iat", c.userInfo(c.UserInfo, at.Add(-leeway-time.Second)))
			// The one is not the other, although both are FranceConnect's.
			requireReason(t, "nonce", c.idToken(c.UserInfo, at))
		})
	}
}

func TestCapturedTokensWithOneBitChangedAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range readCaptured(t) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			at := time.Unix(c.IAT, 0)
			rsa := strings.HasPrefix(c.Name, "rsa")
			for i, bit := range bitsOf(c.TokenResponse.IDToken, rsa) {
				require.Error(t, c.idToken(flip(c.TokenResponse.IDToken, i, bit), at), "byte %d, bit %d", i, bit)
			}
			for i, bit := range bitsOf(c.UserInfo, rsa) {
				require.Error(t, c.userInfo(flip(c.UserInfo, i, bit), at), "byte %d, bit %d", i, bit)
			}
		})
	}
}

var everyBit = flag.Bool("every-bit", false, "change every bit of the captured tokens")

// bitsOf are the bits of a token that are changed one at a time, by byte and bit:
// one of each byte, and each of the last two bytes of a part, of which base64 uses
// some. For RSA by private key, which takes its time, it is one of each byte, and
// of the long part, the ciphertext, one byte of each block.
func bitsOf(token string, rsa bool) iter.Seq2[int, int] {
	return func(yield func(i, bit int) bool) {
		part := 0
		for i := range len(token) {
			if token[i] == '.' {
				part++
			}
			bits := 1
			switch ends := i+2 >= len(token) || token[i+1] == '.' || token[i+2] == '.'; {
			case rsa && part == 3 && !ends && i%16 != 0 && !*everyBit:
				continue
			case !rsa && (ends || *everyBit):
				bits = 7
			}
			for bit := range bits {
				if !yield(i, (i+bit)%7) {
					return
				}
			}
		}
	}
}

func flip(s string, i, bit int) string {
	b := []byte(s)
	b[i] ^= 1 << bit
	return string(b)
}

func TestCapturedTokensWithOneClaimChangedAreRefused(t *testing.T) {
	t.Parallel()
	c := readCaptured(t)[0]
	at := time.Unix(c.IAT, 0)
	parts := strings.Split(c.TokenResponse.IDToken, ".")
	payload, ok := decodeBase64(parts[1])
	require.True(t, ok)
	claims, ok := parseObject(payload)
	require.True(t, ok)
	require.NotEmpty(t, claims)
	for _, one := range claims {
		changed := map[string]json.RawMessage{}
		for _, c := range claims {
			changed[c.Name] = json.RawMessage(c.Value)
		}
		changed[one.Name] = json.RawMessage(`"other"`)
		text, err := json.Marshal(changed)
		require.NoError(t, err)
		requireReason(t, "signature", c.idToken(parts[0]+"."+encode(text)+"."+parts[2], at))
	}
}

func TestCapturedTokensOfOneClientAreNotAnothers(t *testing.T) {
	t.Parallel()
	all := readCaptured(t)
	for _, c := range all {
		outer := "" // FranceConnect+ says it in the outer header already
		if c.Decryption != nil {
			outer = "jwe."
		}
		other := c
		other.ClientID = "another"
		requireReason(t, outer+"aud", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
		other = c
		other.Nonce += "0"
		requireReason(t, "nonce", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
		other = c
		other.Issuer = "https://oidc.franceconnect.gouv.fr/api/v2"
		requireReason(t, outer+"iss", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
	}
}

func requireReason(t testing.TB, reason string, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason)
}
