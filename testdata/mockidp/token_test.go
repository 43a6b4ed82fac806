package mockidp_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestReplayRevokesTheFirstToken(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	code := w.code()
	_, got := w.trade(code)
	require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)

	status, replay := w.trade(code, "client_secret", "wrong")
	require.Equal(t, http.StatusUnauthorized, status)
	require.Equal(t, "invalid_client", replay.Error)
	require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode, "a stranger's replay revokes nothing")

	status, replay = w.trade(code)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "grant request is invalid (authorization code already consumed)", replay.ErrorDescription)
	require.Contains(t, replay.ErrorURI, "code=Y0416228&")
	require.Equal(t, http.StatusUnauthorized, w.userinfo(got.AccessToken).StatusCode)

	_, replay = w.trade(code)
	require.Equal(t, "grant request is invalid (authorization code not found)", replay.ErrorDescription)
}

func TestWhatLivesHowLong(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                  string
		beforeCode, afterCode time.Duration
		token                 int
		userinfo              int
		why                   string
	}{
		{"code of 29 s", 29 * time.Second, 0, 200, 200, ""},
		{"code of 31 s", 31 * time.Second, 0, 400, 0, "code=Y049E20B&"},
		{"token of 29 s", 0, 29 * time.Second, 200, 200, ""},
		{"token of 31 s", 0, 31 * time.Second, 200, 401, "code=Y0489D15&"},
		{"token of 59 s", 0, 59 * time.Second, 200, 401, "code=Y0489D15&"},
		{"token of 61 s", 0, 61 * time.Second, 200, 401, "code=Y040001&"},
		{"16 s after a code of 20 s", 20 * time.Second, 16 * time.Second, 200, 401, "code=Y0489D15&"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := start(t, mockidp.Config{Auto: true})
			code := w.code()
			w.clock.Advance(row.beforeCode)
			status, got := w.trade(code)
			require.Equal(t, row.token, status)
			if status != http.StatusOK {
				require.Contains(t, got.ErrorURI, row.why)
				return
			}
			require.Equal(t, 60, got.ExpiresIn)
			w.clock.Advance(row.afterCode)
			p := w.userinfo(got.AccessToken)
			require.Equal(t, row.userinfo, p.StatusCode)
			require.Contains(t, p.body, row.why)
		})
	}
}

func TestAnIDTokenOfLongAgoStillEndsTheSession(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	got := w.tokens()
	w.clock.Advance(20 * time.Minute)
	p := w.get(w.base + "/session/end?id_token_hint=" + got.IDToken)
	require.Equal(t, http.StatusOK, p.StatusCode)
}

func TestIDTokenSaysNothingOfThePerson(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"ES256", "RS256", "HS256"} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			c := mockidp.DefaultClient(mockidp.V2)
			c.SigningAlg = alg
			w := start(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{c}})
			got := w.tokens("claims", `{"id_token":{"amr":{"essential":true}}}`)
			require.Equal(t, "openid profile birth email", got.Scope)
			header, claims := w.read(got.IDToken)
			wantHeader := map[string]any{"alg": "ES256", "kid": "pkcs11:ES256:hsm"}
			if wantHeader["alg"], wantHeader["kid"] = alg, "pkcs11:"+alg+":hsm"; alg == "HS256" {
				delete(wantHeader, "kid")
			}
			require.Equal(t, wantHeader, header)
			require.Equal(t, []string{"acr", "amr", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sub"}, slices.Sorted(maps.Keys(claims)))
			require.Equal(t, []any{"fc", "pwd"}, claims["amr"])
			require.Equal(t, c.ID, claims["aud"])
			require.InDelta(t, 60, claims["exp"].(float64)-claims["iat"].(float64), 0)
			require.Regexp(t, `^[0-9a-f]{64}v1$`, claims["sub"])

			header, _ = w.read(w.userinfo(got.AccessToken).body)
			require.Equal(t, wantHeader, header)
		})
	}
}

func TestPlusEncryptsAroundTheSignature(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"ECDH-ES", "RSA-OAEP", "RSA-OAEP-256"} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			c := mockidp.DefaultClient(mockidp.Plus)
			c.EncryptionAlg, c.JWKSURI, c.JWKS = alg, "", publicKeys(t)
			w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, Clients: []mockidp.Client{c}})
			got := w.tokens()
			for _, jwt := range []string{got.IDToken, w.userinfo(got.AccessToken).body} {
				outer := segment(t, jwt, 0)
				require.Equal(t, alg == "ECDH-ES", outer["epk"] != nil)
				delete(outer, "epk")
				kid := map[string]string{"ECDH-ES": "rp-ec"}[alg]
				if kid == "" {
					kid = "rp-" + alg
				}
				require.Equal(t, map[string]any{"alg": alg, "enc": "A256GCM", "cty": "JWT", "kid": kid,
					"iss": w.idp.Issuer(), "aud": c.ID}, outer)
				inner, _ := w.read(jwt)
				require.Equal(t, map[string]any{"alg": "ES256", "kid": "pkcs11:hsm"}, inner)
			}
		})
	}
}

func TestPlusFetchesTheKeysOfTheClientDuringTheTokenCall(t *testing.T) {
	t.Parallel()
	var status int
	var body []byte
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		w.Write(body)
	}))
	defer keys.Close()
	c := mockidp.DefaultClient(mockidp.Plus)
	c.JWKSURI = keys.URL
	w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, Clients: []mockidp.Client{c}})
	for _, row := range []struct {
		status int
		body   string
		want   string
		y      string
	}{
		{404, "", "client JSON Web Key Set failed to be refreshed (", "Y044D511"},
		{200, "<html>", "client JSON Web Key Set failed to be refreshed (", "Y044D511"},
		{200, `{"keys":[]}`, "no suitable encryption key found (ECDH-ES) (undefined)", "Y046B607"},
	} {
		status, body = row.status, []byte(row.body)
		code := w.code()
		answered, got := w.trade(code)
		require.Equal(t, http.StatusBadRequest, answered)
		require.Equal(t, "invalid_client_metadata", got.Error)
		require.Contains(t, got.ErrorDescription, row.want)
		require.Contains(t, got.ErrorURI, "code="+row.y+"&")
		_, got = w.trade(code)
		require.Contains(t, got.ErrorDescription, "already consumed", "the code was not used up")
	}
	w.clock.Advance(time.Minute) // for which the set without a key is kept
	status, body = 200, publicKeys(t)
	w.read(w.tokens().IDToken)
}

// As measured on the server source of February 2026 and on oidc-provider 9.1.
func TestPlusKeepsTheKeysOfTheClientAsLongAsTheirAnswerSays(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header http.Header
		kept   time.Duration
	}{
		"nothing":            {http.Header{}, time.Minute},
		"max-age":            {http.Header{"Cache-Control": {"public, max-age=300"}}, 5 * time.Minute},
		"max-age for us":     {http.Header{"Cache-Control": {"private, max-age=300"}}, 5 * time.Minute},
		"max-age in another": {http.Header{"Cache-Control": {"no-transform", "max-age=300"}}, 5 * time.Minute},
		"max-age, short":     {http.Header{"Cache-Control": {"max-age=10"}}, time.Minute},
		"no-store":           {http.Header{"Cache-Control": {"no-store"}}, time.Minute},
		"Age is ignored":     {http.Header{"Cache-Control": {"max-age=300"}, "Age": {"299"}}, 5 * time.Minute},
		"Expires":            {http.Header{"Expires": {"in 10 minutes"}}, 10 * time.Minute},
		"the later of both":  {http.Header{"Cache-Control": {"max-age=300"}, "Expires": {"in 10 minutes"}}, 10 * time.Minute},
		"Expires, past":      {http.Header{"Expires": {"Thu, 01 Jan 1970 00:00:00 GMT"}}, time.Minute},
		"neither is a time":  {http.Header{"Cache-Control": {"max-age=soon"}, "Expires": {"0"}}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fetches, body, status := 0, publicKeys(t), 200
			keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fetches++
				maps.Copy(w.Header(), row.header)
				w.WriteHeader(status)
				w.Write(body)
			}))
			defer keys.Close()
			c := mockidp.DefaultClient(mockidp.Plus)
			c.JWKSURI = keys.URL
			w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, Clients: []mockidp.Client{c}})
			w.clock.Set(w.clock.Now().Truncate(time.Second))
			if row.header.Get("Expires") == "in 10 minutes" {
				row.header.Set("Expires", w.clock.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
			}
			w.tokens()
			w.clock.Advance(row.kept - time.Second)
			status = 503 // an outage that nobody notices
			w.tokens()
			require.Equal(t, 1, fetches)
			w.clock.Advance(time.Second)
			answered, _ := w.trade(w.code())
			require.Equal(t, http.StatusBadRequest, answered)
			status = 200
			w.tokens()
			require.Equal(t, 3, fetches, "what failed is not kept")
		})
	}
}

func TestSubDependsOnThePersonAndTheEntity(t *testing.T) {
	t.Parallel()
	sub := func(edit func(*mockidp.Client), platform mockidp.Platform, person string) any {
		c := newClient(t, platform)
		edit(&c)
		w := start(t, mockidp.Config{Platform: platform, Auto: true, Person: person, Clients: []mockidp.Client{c}})
		_, claims := w.read(w.tokens().IDToken)
		return claims["sub"]
	}
	same := func(*mockidp.Client) {}
	first := sub(same, mockidp.V2, "camille")
	require.Equal(t, first, sub(same, mockidp.V2, "camille"))
	require.NotEqual(t, first, sub(same, mockidp.V2, "anais"))
	require.NotEqual(t, first, sub(func(c *mockidp.Client) { c.ID = "another" }, mockidp.V2, "camille"))
	entity := func(c *mockidp.Client) { c.EntityID = "town-hall" }
	require.Equal(t, sub(entity, mockidp.V2, "camille"),
		sub(func(c *mockidp.Client) { entity(c); c.ID = "another" }, mockidp.Plus, "camille"))
}

// As was seen at FranceConnect and FranceConnect+: the secret is looked at before
// the code, which stays good. Of v1 nobody knows; the mock has one way.
func TestACodeOutlivesAWrongSecretAndAChangeOfIt(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		code, old, next := w.code(), w.client.Secret, strings.Repeat("ab", 32)
		for range 3 {
			status, got := w.trade(code, "client_secret", next)
			require.NotEqual(t, http.StatusOK, status)
			require.Empty(t, got.AccessToken)
		}
		w.idp.ChangeSecret(w.client.ID, next)
		require.Equal(t, next, w.idp.Clients()[0].Secret)
		status, _ := w.trade(code, "client_secret", old)
		require.NotEqual(t, http.StatusOK, status)
		status, got := w.trade(code, "client_secret", next)
		require.Equal(t, http.StatusOK, status, platform)
		require.NotEmpty(t, got.AccessToken)
	}
}
