package mockidp_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestStateAndNonceCanBeUsedTwice(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	for range 3 {
		w.tokens()
	}
}

func TestACodeOfAnotherClientIsRefused(t *testing.T) {
	t.Parallel()
	other := mockidp.DefaultClient(mockidp.V2)
	other.ID = "other"
	w := start(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{mockidp.DefaultClient(mockidp.V2), other}})
	code := w.code()
	status, got := w.trade(code, "client_id", "other")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "grant request is invalid (client mismatch)", got.ErrorDescription)
	status, _ = w.trade(code)
	require.Equal(t, http.StatusOK, status, "a stranger used the code up")
}

func TestLogoutTakesAnUnusedCodeWithIt(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	first := w.tokens()
	code := w.code()
	w.follow(w.submit(w.get(w.base + "/session/end?id_token_hint=" + first.IDToken)))
	_, got := w.trade(code)
	require.Equal(t, "grant request is invalid (authorization code not found)", got.ErrorDescription)
	require.Equal(t, http.StatusOK, w.userinfo(first.AccessToken).StatusCode, "an earlier login goes on")
}

func TestLogoutTakesAHintOfEveryAlgorithm(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"ES256", "RS256", "HS256"} {
		c := mockidp.DefaultClient(mockidp.V2)
		c.SigningAlg = alg
		w := start(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{c}})
		p := w.get(w.base + "/session/end?id_token_hint=" + w.tokens().IDToken)
		require.Equal(t, http.StatusOK, p.StatusCode, alg)
	}
}

func TestUserinfoCanBeAskedAgain(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	got := w.tokens()
	for range 3 {
		require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)
	}
}

// TestTheTokenResponseNamesTheScopesGranted also holds that the scopes of data
// providers bring nothing to userinfo.
func TestTheTokenResponseNamesTheScopesGranted(t *testing.T) {
	t.Parallel()
	c := mockidp.DefaultClient(mockidp.V2)
	c.Scopes = append(c.Scopes, "dgfip_rfr", "idp_id")
	w := start(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{c}})
	got := w.tokens("scope", "openid nonsense dgfip_rfr offline_access gender idp_id")
	require.Equal(t, "openid dgfip_rfr gender idp_id", got.Scope)
	require.Equal(t, "Bearer", got.TokenType)
	require.Equal(t, 60, got.ExpiresIn)
	require.Len(t, got.AccessToken, 43)
	_, claims := w.read(w.userinfo(got.AccessToken).body)
	require.Equal(t, []string{"aud", "exp", "gender", "iat", "idp_id", "iss", "sub"}, slices.Sorted(maps.Keys(claims)))
	require.InDelta(t, 60, claims["exp"].(float64)-claims["iat"].(float64), 0)
}

// TestPlusPassesOnWhatTheIdentityProviderSays holds that nothing is corrected
// there.
func TestPlusPassesOnWhatTheIdentityProviderSays(t *testing.T) {
	t.Parallel()
	who := mockidp.People()[0]
	who.Birthcountry, who.Birthplace = "75015", "Paris, XVe"
	w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, People: []mockidp.Person{who}})
	_, claims := w.read(w.userinfo(w.tokens("scope", "openid birth").AccessToken).body)
	require.Equal(t, "75015", claims["birthcountry"])
	require.Equal(t, "Paris, XVe", claims["birthplace"])
}

func TestAMRIsGivenInTheIDTokenToWhoAsks(t *testing.T) {
	t.Parallel()
	for platform, want := range map[mockidp.Platform][]any{mockidp.V2: {"fc", "pwd"}, mockidp.Plus: {"fc", "pop", "pin", "mfa"}} {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		for claims, given := range map[string]bool{
			"":                          false,
			`{"id_token":{"amr":null}}`: true,
			`{"id_token":{"amr":{"essential":true}}}`: true,
			`{"userinfo":{"amr":null}}`:               false,
		} {
			got := w.tokens("claims", claims)
			_, idToken := w.read(got.IDToken)
			_, userinfo := w.read(w.userinfo(got.AccessToken).body)
			require.NotContains(t, userinfo, "amr")
			if !given {
				require.NotContains(t, idToken, "amr", claims)
				continue
			}
			require.Equal(t, want, idToken["amr"], claims)
		}
	}
}

func TestAKeyWithoutANameLeavesNoneInTheHeader(t *testing.T) {
	t.Parallel()
	var set jose.JSONWebKeySet
	require.NoError(t, json.Unmarshal(publicKeys(t), &set))
	for i := range set.Keys {
		set.Keys[i].KeyID = ""
	}
	c := mockidp.DefaultClient(mockidp.Plus)
	var err error
	c.JWKSURI = ""
	c.JWKS, err = json.Marshal(set)
	require.NoError(t, err)
	w := start(t, mockidp.Config{Platform: mockidp.Plus, Auto: true, Clients: []mockidp.Client{c}})
	require.NotContains(t, segment(t, w.tokens().IDToken, 0), "kid")
}

// TestARefusalOfAMRAlsoRedirects holds an oddity: the page is a page, and its
// headers say where the login would have gone on.
func TestARefusalOfAMRAlsoRedirects(t *testing.T) {
	t.Parallel()
	c := mockidp.DefaultClient(mockidp.V2)
	c.AMR = false
	w := start(t, mockidp.Config{Clients: []mockidp.Client{c}})
	p := w.get(w.authorizeURL("claims", `{"id_token":{"amr":null}}`))
	require.Equal(t, http.StatusBadRequest, p.StatusCode)
	require.True(t, strings.HasPrefix(p.Header.Get("Location"), w.base+"/interaction/"))
	require.NotEmpty(t, p.Cookies())
}

// TestAPlaceAbroadIsNotInTheSub holds that it may come and go, as it does with
// some identity providers. One in France counts.
func TestAPlaceAbroadIsNotInTheSub(t *testing.T) {
	t.Parallel()
	sub := func(place, country string) any {
		who := mockidp.People()[0]
		who.Birthplace, who.Birthcountry = place, country
		w := start(t, mockidp.Config{Auto: true, People: []mockidp.Person{who}})
		_, claims := w.read(w.tokens().IDToken)
		return claims["sub"]
	}
	require.Equal(t, sub("", "99139"), sub("Vila Nova", "99139"))
	require.NotEqual(t, sub("44109", "99100"), sub("35238", "99100"))
	require.NotEqual(t, sub("", "99139"), sub("", "99350"))
}

func TestPaddingIsBounded(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	size := func() int { return len(w.do(w.back, "GET", w.base+"/jwks", nil, nil).body) }
	usual := size()
	w.idp.InjectFault("/jwks", mockidp.Fault{Pad: 20_000})
	require.Equal(t, usual+20_000, size())
	w.idp.InjectFault("/jwks", mockidp.Fault{Pad: 2 * mockidp.MaxPad})
	require.Equal(t, usual+mockidp.MaxPad, size())
}
