package mockidp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestNextAnswersQueueUp(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	w.idp.Next(mockidp.Scenario{Cancel: true})
	w.idp.Next(mockidp.Scenario{Error: "temporarily_unavailable", ErrorDescription: "soon"})
	w.idp.Next(mockidp.Scenario{Callback: map[string]string{"state": "other", "iss": "", "extra": "1"}})
	state, iss := strings.Repeat("5", 64), w.idp.Issuer()
	require.Equal(t, url.Values{"error": {"access_denied"}, "error_description": {"User auth aborted"}, "state": {state}, "iss": {iss}}, w.callback())
	require.Equal(t, url.Values{"error": {"temporarily_unavailable"}, "error_description": {"soon"}, "state": {state}, "iss": {iss}}, w.callback())
	got := w.callback()
	require.NotEmpty(t, got.Get("code"))
	got.Del("code")
	require.Equal(t, url.Values{"state": {"other"}, "extra": {"1"}}, got)
	got = w.callback()
	require.Equal(t, state, got.Get("state"), "the fourth login is an ordinary one")
}

func TestNextWithoutAuto(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	w.idp.Next(mockidp.Scenario{Person: "sacha"})
	p := w.userinfo(w.tokens("scope", "openid gender").AccessToken)
	_, claims := w.read(p.body)
	require.Equal(t, "unspecified", claims["gender"])

	w.idp.Next(mockidp.Scenario{Refuse: "Y010011"})
	p, to := w.follow(w.get(w.authorizeURL()))
	require.Nil(t, to)
	require.Equal(t, http.StatusGatewayTimeout, p.StatusCode)
	require.Equal(t, "temporarily_unavailable", w.linkBack(p).Get("error"))

	w.idp.Next(mockidp.Scenario{Person: "nobody"})
	p, _ = w.follow(w.get(w.authorizeURL()))
	require.Contains(t, p.body, "nobody has the login nobody")
}

func TestTokensCanBeChanged(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true})
	login := func(a mockidp.Scenario) (idToken string, userinfo page) {
		w.idp.Next(a)
		got := w.tokens()
		return got.IDToken, w.userinfo(got.AccessToken)
	}

	idToken, userinfo := login(mockidp.Scenario{ACR: "eidas3",
		IDToken:  mockidp.TokenChange{Claims: map[string]any{"aud": []string{"a", "b"}, "nonce": nil}, Header: map[string]any{"typ": "JWT"}},
		UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": "other"}}})
	header, claims := w.read(idToken)
	require.Equal(t, "JWT", header["typ"])
	require.Equal(t, []any{"a", "b"}, claims["aud"])
	require.Equal(t, "eidas3", claims["acr"])
	require.NotContains(t, claims, "nonce")
	_, claims = w.read(userinfo.body)
	require.Equal(t, "other", claims["sub"])

	idToken, userinfo = login(mockidp.Scenario{IDToken: mockidp.TokenChange{Plain: true}, UserInfo: mockidp.TokenChange{JSON: true}})
	require.Equal(t, 2, strings.Count(idToken, "."), "still encrypted")
	require.True(t, json.Valid([]byte(userinfo.body)))
	require.Equal(t, "application/json; charset=utf-8", userinfo.Header.Get("Content-Type"))

	idToken, userinfo = login(mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "none"}, UserInfo: mockidp.TokenChange{Raw: "a.b.c"}})
	idToken = decrypt(t, idToken)
	require.Equal(t, map[string]any{"alg": "none"}, segment(t, idToken, 0))
	require.True(t, strings.HasSuffix(idToken, "."), "signed with none")
	require.Equal(t, "a.b.c", userinfo.body)

	for _, alg := range []string{"ES256", "ES384", "RS256", "PS256", "HS512"} {
		idToken, _ = login(mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: alg, Key: "other"}})
		require.Equal(t, alg, segment(t, decrypt(t, idToken), 0)["alg"])
	}
	idToken, _ = login(mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}})
	require.Equal(t, "pkcs11:hsm", segment(t, decrypt(t, idToken), 0)["kid"], "a foreign key goes by the name of the right one")
}

func TestRotationReplacesTheKeys(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	before := w.tokens().IDToken
	w.read(before)
	for range 2 {
		w.idp.Rotate()
		header, _ := w.read(w.tokens().IDToken)
		require.Len(t, w.keys().Keys, 2)
		require.Empty(t, w.keys().Key(segment(t, before, 0)["kid"].(string)), "the old key is still published")
		require.Regexp(t, `^pkcs11:ES256:hsm:\d$`, header["kid"])
	}
}

func TestFaultsOfOneLogin(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	w.idp.Next(mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503, Body: "later", Header: http.Header{"Retry-After": {"9"}}}})
	code := w.code()
	p := w.do(w.back, "POST", w.base+"/token", w.tokenForm(code), nil)
	require.Equal(t, 503, p.StatusCode)
	require.Equal(t, "later", p.body)
	require.Equal(t, "9", p.Header.Get("Retry-After"))
	status, _ := w.trade(w.code())
	require.Equal(t, http.StatusOK, status, "the fault stayed for the next login")

	w.idp.Next(mockidp.Scenario{UserInfoFault: mockidp.Fault{Truncate: 10}})
	got := w.tokens()
	req, err := http.NewRequest("GET", w.base+"/userinfo", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+got.AccessToken)
	res, err := w.back.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Greater(t, res.ContentLength, int64(10), "the whole length is not promised")
	var body bytes.Buffer
	_, err = body.ReadFrom(res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, 10, body.Len())
}

func TestBreakAndMend(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	w.idp.InjectFault("/jwks", mockidp.Fault{Status: 500})
	require.Equal(t, 500, w.do(w.back, "GET", w.base+"/jwks", nil, nil).StatusCode)
	w.idp.ClearFault("/jwks")
	require.Len(t, w.keys().Keys, 2)

	for _, late := range []mockidp.Fault{{Hang: true}, {Delay: time.Hour}} {
		w.idp.InjectFault("/token", late)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "POST", w.base+"/token", nil)
		require.NoError(t, err)
		_, err = w.back.Do(req)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
	w.idp.ClearFault("/token")
	w.tokens()
}

// TestRequestsTellNoSecret drives every endpoint and looks for what must not
// be remembered.
func TestRequestsTellNoSecret(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	code := w.code()
	_, got := w.trade(code)
	w.do(w.back, "GET", w.base+"/userinfo?access_token="+got.AccessToken, nil, http.Header{"Origin": {"https://rp.example.org"}})
	w.do(w.back, "POST", w.base+"/token", url.Values{"code": {code}}, http.Header{"Authorization": {w.client.Secret}})
	w.userinfo(got.AccessToken)
	w.do(w.back, "POST", w.base+"/token/revocation", url.Values{"token": {got.AccessToken}, "client_secret": {w.client.Secret}}, nil)
	w.submit(w.get(w.base + "/session/end?id_token_hint=" + got.IDToken))
	w.get(w.base + "/nowhere?code=" + code)

	requests := w.idp.Requests()
	text, err := json.Marshal(requests)
	require.NoError(t, err)
	for name, secret := range map[string]string{"code": code, "access token": got.AccessToken, "ID token": got.IDToken, "client secret": w.client.Secret} {
		require.NotContains(t, string(text), secret, name)
	}
	first := requests[0]
	require.Equal(t, "/authorize", first.Path)
	require.Equal(t, []string{"openid profile birth email"}, first.Params["scope"])
	for _, r := range requests {
		if r.Path == "/token" && r.Authorization == "" {
			require.Equal(t, []string{mockidp.Hidden}, r.Params["client_secret"])
			require.Equal(t, "application/x-www-form-urlencoded", r.ContentType)
			return
		}
	}
	require.Fail(t, "the token request was not recorded")
}

func TestManyLoginsAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			one := *w
			one.newBrowser()
			got := one.tokens()
			one.read(one.userinfo(got.AccessToken).body)
			one.idp.Requests()
		})
	}
	w.idp.Rotate()
	w.idp.InjectFault("/token/revocation", mockidp.Fault{Status: 500})
	all.Wait()
}

func TestKeysCanBeReplacedUnderTheirNames(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus} {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		before := w.keys()
		w.idp.RotateUnderSameKIDs()
		after := w.keys()
		w.read(w.tokens().IDToken)
		for i, k := range after.Keys {
			require.Equal(t, before.Keys[i].KeyID, k.KeyID)
			require.NotEqual(t, before.Keys[i].Key, k.Key)
		}
		w.idp.Next(mockidp.Scenario{RotateUnderSameKIDs: true})
		w.read(w.tokens().IDToken)
		require.Equal(t, before.Keys[0].KeyID, w.keys().Keys[0].KeyID)
		require.NotEqual(t, after.Keys[0].Key, w.keys().Keys[0].Key)
		w.idp.Rotate()
		require.Equal(t, before.Keys[0].KeyID+":1", w.keys().Keys[0].KeyID)
	}
}

// More often than there are keys in the source.
func TestEveryRotationBringsKeysThatWereNotThereBefore(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	seen := w.keys().Keys
	for range 6 {
		w.idp.Rotate()
		for _, k := range w.keys().Keys {
			for _, old := range seen {
				require.NotEqual(t, old.Key, k.Key, k.KeyID)
			}
			seen = append(seen, k)
		}
	}
}

// The keys and the people of the source are read once, for all.
func TestWhoeverChangesThePeopleChangesTheirOwn(t *testing.T) {
	t.Parallel()
	people := mockidp.People()
	people[0].GivenNames[0], people[0].FamilyName = "Autre", "Autre"
	require.NotEqual(t, people[0], mockidp.People()[0])
	require.NotEqual(t, "Autre", mockidp.People()[0].GivenNames[0])
}

func TestAScenarioGoesThroughJSONAndBack(t *testing.T) {
	t.Parallel()
	sent := mockidp.Scenario{Person: "moussa", IDToken: mockidp.TokenChange{Shift: -90 * time.Second, Claims: map[string]any{"nonce": nil}},
		Faults: map[string]mockidp.Fault{"/jwks": {Status: 503, Delay: 20 * time.Millisecond}}}
	text, err := json.Marshal(sent)
	require.NoError(t, err)
	require.Contains(t, string(text), `"shift":"-1m30s"`)
	var got mockidp.Scenario
	require.NoError(t, json.Unmarshal(text, &got))
	require.Equal(t, sent, got)
}
