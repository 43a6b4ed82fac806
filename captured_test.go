package franceconnect

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/person"
)

// What a running FranceConnect answered is believed by a Client that is
// configured as its portal would be. Bits, times and claims are changed in
// internal/token.
func TestCapturedExchangesAreBelievedByAConfiguredClient(t *testing.T) {
	t.Parallel()
	var all []struct {
		Name, Platform, Issuer, Nonce, UserInfo string
		ClientID                                string `json:"client_id"`
		ClientSecret                            string `json:"client_secret"`
		IAT                                     int64  `json:"iat"`
		Tokens                                  struct {
			Access string `json:"access_token"`
			ID     string `json:"id_token"`
		} `json:"token_response"`
		Claims     struct{ Sub string } `json:"id_token_claims"`
		JWKS       jose.JSONWebKeySet
		Decryption json.RawMessage `json:"decryption_jwks"`
	}
	text, err := os.ReadFile("testdata/captured/captured-exchanges.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &all))
	require.Len(t, all, 6)
	for _, x := range all {
		t.Run(x.Name, func(t *testing.T) {
			t.Parallel()
			env := Custom{Platform: V2, Issuer: x.Issuer}
			config := Config{ClientID: x.ClientID, ClientSecret: Secret(x.ClientSecret), RedirectURL: "https://portail.example.fr/cb", CookieKeys: []CookieKey{NewCookieKey()}}
			switch {
			case x.Name == "hs256":
				// FranceConnect v2 had clients of this kind; for us they are of v1.
				env = Custom{Platform: V1, Issuer: x.Issuer, UserInfoFormat: "jwt", EndSessionURL: x.Issuer + "/session/end",
					AuthorizationURL: x.Issuer + "/authorize", TokenURL: x.Issuer + "/token", UserInfoURL: x.Issuer + "/userinfo"}
			case x.Platform == "FranceConnect+":
				env.Platform = Plus
				own, err := ParseDecryptionKeys(x.Decryption)
				require.NoError(t, err)
				config.DecryptionKeys = own
			}
			config.Environment = env
			c, err := New(config)
			require.NoError(t, err)
			keys := func(_ context.Context, kid string, _ uint64) ([]jose.JSONWebKey, uint64, error) {
				return x.JWKS.Key(kid), 0, nil
			}
			at := time.Unix(x.IAT, 0)
			verifier := c.verifier()
			id, err := verifier.IDToken(t.Context(), keys, x.Tokens.ID, x.Nonce, x.Tokens.Access, at)
			require.NoError(t, err)
			require.Equal(t, x.Claims.Sub, id.Subject)
			claims, err := verifier.UserInfo(t.Context(), keys, []byte(x.UserInfo), id.Subject, at)
			require.NoError(t, err)
			who := newIdentity(claims)
			require.Equal(t, "DUBOIS", who.FamilyName)
			require.Equal(t, []string{"Angela", "Claire", "Louise"}, who.GivenNames)
			require.Equal(t, person.BirthDate{Year: 1962, Month: time.August, Day: 24}, who.BirthDate)
			require.True(t, who.BirthPlace.IsCommune())
			require.Empty(t, who.Other)
		})
	}
}
