package token

import (
	"context"
	"encoding/json"
	"fmt"
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
}

func (c captured) rules() *Rules {
	r := &Rules{Issuer: c.Issuer, ClientID: c.ClientID, Algorithms: []string{"ES256", "RS256"}}
	if c.Name == "hs256" {
		r.Algorithms, r.Secret = []string{"HS256"}, []byte(c.ClientSecret)
	}
	return r
}

func (c captured) keys(_ context.Context, kid string) ([]jose.JSONWebKey, error) {
	if kid == "" {
		return c.JWKS.Keys, nil
	}
	return c.JWKS.Key(kid), nil
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
	all = all[:3] // the rest is encrypted
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
			for i := range len(c.TokenResponse.IDToken) {
				for bit := range 7 {
					require.Error(t, c.idToken(flip(c.TokenResponse.IDToken, i, bit), at), "byte %d, bit %d", i, bit)
				}
			}
			for i := range len(c.UserInfo) {
				require.Error(t, c.userInfo(flip(c.UserInfo, i, i%7), at), "byte %d", i)
			}
		})
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
	payload, ok := decode(parts[1])
	require.True(t, ok)
	claims, ok := object(payload)
	require.True(t, ok)
	require.NotEmpty(t, claims)
	for name := range claims {
		changed := map[string]json.RawMessage{}
		for n, v := range claims {
			changed[n] = v
		}
		changed[name] = json.RawMessage(`"other"`)
		text, err := json.Marshal(changed)
		require.NoError(t, err)
		requireReason(t, "signature", c.idToken(parts[0]+"."+encode(text)+"."+parts[2], at))
	}
}

func TestCapturedTokensOfOneClientAreNotAnothers(t *testing.T) {
	t.Parallel()
	all := readCaptured(t)
	for _, c := range all {
		other := c
		other.ClientID = "another"
		requireReason(t, "aud", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
		other = c
		other.Nonce += "0"
		requireReason(t, "nonce", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
		other = c
		other.Issuer = "https://oidc.franceconnect.gouv.fr/api/v2"
		requireReason(t, "iss", other.idToken(c.TokenResponse.IDToken, time.Unix(c.IAT, 0)))
	}
}

func requireReason(t testing.TB, reason string, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, reason, e.Reason)
}
