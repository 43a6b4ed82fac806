package mockidp_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// stepTo goes through the pages by hand, up to the information page.
func (w *world) stepTo(authorize, login string) page {
	w.t.Helper()
	p, to := w.follow(w.get(authorize))
	require.Nil(w.t, to)
	require.Equal(w.t, http.StatusOK, p.StatusCode, p.body)
	idp := between(p.body, `name="idp" value="`, `"`)
	require.NotEmpty(w.t, idp, "not the page of identity providers: %s", p.body)
	p, to = w.follow(w.submit(p, "idp", idp))
	require.Nil(w.t, to)
	require.Contains(w.t, p.body, `value="`+login+`"`)
	p, to = w.follow(w.submit(p, "login", login))
	require.Nil(w.t, to)
	return p
}

func between(text, before, after string) string {
	_, rest, _ := strings.Cut(text, before)
	found, _, _ := strings.Cut(rest, after)
	return found
}

func TestWholeLoginThroughThePages(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			w := start(t, mockidp.Config{Platform: platform})
			p := w.stepTo(w.authorizeURL(), "anais")
			require.Contains(t, p.body, "date de naissance")
			require.Contains(t, p.body, "Ceci n’est pas FranceConnect&nbsp;:")
			require.NotContains(t, p.body, "redirect-to-sp", "the information page has no way back")
			p, to := w.follow(w.submit(p))
			require.NotNil(t, to, p.body)
			require.Equal(t, strings.Repeat("5", 64), to.Query().Get("state"))
			status, got := w.trade(to.Query().Get("code"))
			require.Equal(t, http.StatusOK, status)
			require.NotEmpty(t, got.IDToken)
			require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)
		})
	}
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	for platform, life := range map[mockidp.Platform]time.Duration{mockidp.V2: 30 * time.Minute, mockidp.Plus: 10 * time.Minute} {
		w := start(t, mockidp.Config{Platform: platform})
		step := w.get(w.authorizeURL()).Header.Get("Location")
		w.clock.Advance(life - time.Second)
		require.Equal(t, http.StatusOK, w.get(step).StatusCode, platform)
		w.clock.Advance(life)
		require.Equal(t, http.StatusUnauthorized, w.get(step).StatusCode, platform)
	}
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Platform: mockidp.Plus})
	_, to := w.follow(w.submit(w.stepTo(w.authorizeURL(), "ottilie")))
	_, first := w.trade(to.Query().Get("code"))
	w.clock.Advance(5 * time.Minute)

	p, _ := w.follow(w.get(w.authorizeURL()))
	require.Contains(t, p.body, "/login", "the second login does not go straight to the information page")
	_, to = w.follow(w.submit(p))
	_, second := w.trade(to.Query().Get("code"))
	_, a := w.read(first.IDToken)
	_, b := w.read(second.IDToken)
	require.Equal(t, a["sub"], b["sub"])
	require.Equal(t, "eidas3", a["acr"], "the identity provider's own level")
	require.Equal(t, "eidas2", b["acr"], "a remembered login is never of more than eidas2")
	require.Equal(t, b["iat"], b["auth_time"], "auth_time is that of the new consent")

	p, _ = w.follow(w.get(w.authorizeURL("acr_values", "eidas3")))
	require.Contains(t, p.body, `name="idp"`, "eidas3 is never remembered")
}

func TestClaimsThatCannotBeMetStrandThePerson(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	for claims, dead := range map[string]bool{
		`{"id_token":{"given_name":null}}`:                           true,
		`{"userinfo":{"email":{"essential":true}}}`:                  true,
		`{"id_token":{"sub":{"value":"x"}}}`:                         true,
		`{"id_token":{"acr":{"essential":true,"value":"eidas3"}}}`:   true,
		`{"id_token":{"acr":{"essential":true,"value":"eidas1"}}}`:   false,
		`{"id_token":{"given_name":true}}`:                           false,
		`{"id_token":{"amr":null,"auth_time":{"essential":true}}}`:   false,
		`{"userinfo":{"nobody_knows_this_one":{"essential":false}}}`: false,
	} {
		w.newBrowser()
		p := w.submit(w.stepTo(w.authorizeURL("claims", claims), "camille"))
		if dead {
			require.Equal(t, http.StatusConflict, p.StatusCode, claims)
			require.Equal(t, "Y190004", yCode.FindString(p.body), claims)
			continue
		}
		_, to := w.follow(p)
		require.NotNil(t, to, claims)
	}
}

func TestIdentityProviderHint(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	p := w.get(w.authorizeURL("idp_hint", "8dfc4080-c90d-4234-969b-f6c961de3e90"))
	require.Equal(t, http.StatusFound, p.StatusCode)
	p, _ = w.follow(p)
	require.Contains(t, p.body, `name="login"`, "the hint did not go past the first page")
}

func TestEuropeanPeopleComeThroughTheirNode(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Platform: mockidp.Plus})
	for _, hint := range []string{"8aa849db-8402-4f2e-bad9-7471dd21ff94", "eidas-bridge"} {
		p, _ := w.follow(w.get(w.authorizeURL("idp_hint", hint)))
		require.Contains(t, p.body, `value="ingrid"`)
		require.NotContains(t, p.body, `value="camille"`)
	}
	_, err := mockidp.New(mockidp.Config{Origin: "http://localhost:1", Person: "ingrid"})
	require.ErrorContains(t, err, "Person")
}

func TestLogoutForgetsThePerson(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	_, to := w.follow(w.submit(w.stepTo(w.authorizeURL(), "camille")))
	_, got := w.trade(to.Query().Get("code"))
	w.follow(w.submit(w.get(w.base + "/session/end?id_token_hint=" + got.IDToken)))
	p, _ := w.follow(w.get(w.authorizeURL()))
	require.Contains(t, p.body, `name="idp"`, "the person is still signed in")
}

func TestErrorPagesTellTheDeveloperWhatWasWrong(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	for want, change := range map[string][]string{
		"max_age is no parameter":                      {"max_age", "0"},
		"nonce has 5 characters":                       {"nonce", "short"},
		"acr_values is missing":                        {"acr_values", ""},
		"&lt;b&gt; is no parameter":                    {"<b>", "x"},
		"https://evil.example/&#34; is not registered": {"redirect_uri", "https://evil.example/"},
	} {
		require.Contains(t, w.get(w.authorizeURL(change...)).body, want)
	}
}
