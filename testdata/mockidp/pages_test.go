package mockidp_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// personPage goes up to the page where one chooses who signs in.
func (w *world) personPage() page {
	w.t.Helper()
	p, _ := w.follow(w.get(w.authorizeURL()))
	p, _ = w.follow(w.submit(p, "idp", between(p.body, `name="idp" value="`, `"`)))
	return p
}

var loginOf = regexp.MustCompile(`name="login" value="([^"]+)"`)

func TestPeopleCanBeSearched(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	p := w.personPage()
	all := loginOf.FindAllString(p.body, -1)
	require.Greater(t, len(all), 40)
	require.NotContains(t, p.body, "ingrid", "Europeans do not come to v2")
	for query, want := range map[string][]string{
		"courtanvel":         {"jean-baptiste"},
		"nobody at all":      nil,
		"lætitia":            {"laetitia"},
		"laetitia boeufmont": {"laetitia"},
		"deces":              nil,
		"décédé":             {"barnabe"},
		"y010012":            {"gontran"},
		"Corse 2B":           {"lea"},
		"<script>":           nil,
	} {
		p = w.get(w.search(p, query))
		var got []string
		for _, m := range loginOf.FindAllStringSubmatch(p.body, -1) {
			got = append(got, m[1])
		}
		require.Equal(t, want, got, query)
		require.NotContains(t, p.body, "<script")
		require.Equal(t, len(want) == 0, strings.Contains(p.body, "Personne ne correspond."))
	}
}

// search returns the address that the search form of a page leads to.
func (w *world) search(p page, query string) string {
	w.t.Helper()
	to := between(p.body, `<form method="get" role="search" action="`, `"`)
	require.NotEmpty(w.t, to)
	require.Contains(w.t, p.body, `<label for="q">`)
	return to + "?" + url.Values{"q": {query}}.Encode()
}

func TestAFormIsStillGoodAfterASearch(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	p := w.personPage()
	w.get(w.search(p, "nobody"))
	p, _ = w.follow(w.submit(p, "login", "camille"))
	require.Contains(t, p.body, "recevra ces données")
}

func TestThePagesSpeakFrenchAndEnglish(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	french := w.personPage()
	require.Contains(t, french.body, `<html lang="fr">`)
	require.Contains(t, french.body, "une personne comme la plupart")
	english := w.get(strings.Split(french.Request.URL.String(), "?")[0] + between(strings.ReplaceAll(french.body, "&amp;", "&"), `<footer><p><a href="`, `"`))
	for _, p := range []page{english, w.get(english.Request.URL.Scheme + "://" + english.Request.URL.Host + english.Request.URL.Path)} {
		require.Contains(t, p.body, `<html lang="en">`, "the choice was forgotten")
		require.Contains(t, p.body, "Who signs in?")
		require.Contains(t, p.body, "a person like most")
		require.NotContains(t, p.body, "une personne")
	}
	p, _ := w.follow(w.submit(english, "login", "camille"))
	require.Contains(t, p.body, "date of birth")
	require.NotContains(t, p.body, "naissance")
	p = w.get(w.base + strings.TrimPrefix(p.Request.URL.Path, "/api/v2") + "?lang=fr")
	require.Contains(t, p.body, "date de naissance")
}

// TestPagesHaveWhatEverybodyNeeds looks at the source of every page for what
// a screen reader and a small screen need. It is no substitute for a browser.
func TestPagesHaveWhatEverybodyNeeds(t *testing.T) {
	t.Parallel()
	c := mockidp.DefaultClient(mockidp.V2)
	c.Consent = true
	w := start(t, mockidp.Config{Clients: []mockidp.Client{c}})
	choose, _ := w.follow(w.get(w.authorizeURL()))
	person := w.personPage()
	inform, _ := w.follow(w.submit(person, "login", "camille"))
	done, to := w.follow(w.submit(inform, "consent", "yes"))
	require.NotNil(t, to, done.body)
	_, got := w.trade(to.Query().Get("code"))
	logout := w.get(w.base + "/session/end?id_token_hint=" + got.IDToken)
	ended, _ := w.follow(w.submit(logout))
	wrong := w.get(w.authorizeURL("nonce", ""))
	for name, p := range map[string]page{"choose": choose, "person": person, "inform": inform, "logout": logout, "ended": ended, "error": wrong} {
		for _, once := range []string{`<html lang="fr">`, "<h1>", "<main>", `<header class="banner">`, "<title>", `name="viewport"`, `<link rel="icon" href="data:,">`, ":focus-visible"} {
			require.Equal(t, 1, strings.Count(p.body, once), "%s: %s", name, once)
		}
		for _, m := range regexp.MustCompile(`<(?:input|select)[^>]*>`).FindAllString(p.body, -1) {
			if !strings.Contains(m, `type="hidden"`) {
				require.Contains(t, p.body, `<label for="`+between(m, `id="`, `"`)+`">`, "%s: %s has no label", name, m)
			}
		}
		if name != "logout" {
			require.NotContains(t, p.body, "<script", name)
		}
	}
	require.Contains(t, logout.body, `<button class="main">`, "without a script there is no way on")
}

func TestLifetimesCanBeSet(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true, Lifetimes: mockidp.Lifetimes{
		Code: time.Hour, Grant: 3 * time.Hour, AccessToken: 2 * time.Hour, IDToken: 4 * time.Hour, Session: 5 * time.Hour}})
	code := w.code()
	w.clock.Advance(time.Hour - time.Second)
	status, got := w.trade(code)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, 7200, got.ExpiresIn)
	_, claims := w.read(got.IDToken)
	require.InDelta(t, 4*3600, claims["exp"].(float64)-claims["iat"].(float64), 0)
	w.clock.Advance(2*time.Hour - time.Second)
	require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode)
	w.clock.Advance(2 * time.Second)
	require.Contains(t, w.userinfo(got.AccessToken).body, "access token not found")

	w = start(t, mockidp.Config{Auto: true, Lifetimes: mockidp.Lifetimes{Code: time.Second, Grant: time.Minute}})
	code = w.code()
	w.clock.Advance(2 * time.Second)
	_, got = w.trade(code)
	require.Contains(t, got.ErrorDescription, "authorization code not found")
	code = w.code()
	_, got = w.trade(code)
	w.clock.Advance(59 * time.Second)
	require.Equal(t, http.StatusOK, w.userinfo(got.AccessToken).StatusCode, "the grant lives for a minute")

	w = start(t, mockidp.Config{Lifetimes: mockidp.Lifetimes{Session: time.Minute}})
	p, _ := w.follow(w.get(w.authorizeURL()))
	w.clock.Advance(61 * time.Second)
	require.Equal(t, http.StatusUnauthorized, w.submit(p, "idp", "x").StatusCode)
}
