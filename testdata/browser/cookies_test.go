package browser

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/stretchr/testify/require"
)

// blocked starts a browser that takes no cookie of a site.
func blocked(t *testing.T, site string) *visitor {
	t.Helper()
	ctx, stop, err := startChromium(map[string]any{"profile": map[string]any{"content_settings": map[string]any{
		"exceptions": map[string]any{"cookies": map[string]any{site + ",*": map[string]any{"setting": 2}}},
	}}})
	require.NoError(t, err)
	t.Cleanup(stop)
	return newTab(t, ctx)
}

func TestCookiesOfThePortalBlocked(t *testing.T) {
	t.Parallel()
	v := blocked(t, "localhost")
	v.toFranceConnect(town.url + "/mon-compte")
	v.identify("camille")
	v.sees("est à recommencer$")
	require.Contains(t, v.at(), town.url+"/franceconnect/callback")
	v.follow("^Recommencer$") // which is no loop
	v.sees("recevra")         // FranceConnect knows the person by now
	v.push("^Continuer")
	v.sees("est à recommencer$")
	require.Regexp(t, "cookies de ce site", v.text(), "what to look at")
}

func TestCookiesOfFranceConnectBlocked(t *testing.T) {
	t.Parallel()
	v := blocked(t, "127.0.0.1")
	v.open(town.url + "/connexion")
	v.follow("^S’identifier avec FranceConnect")
	v.sees("s’arrête ici$")
	require.Contains(t, v.text(), "Y190001")
}

// The cookies of a login come back from another site because they are Lax, and
// no script can read any.
func TestCookiesSurviveTheCrossSiteRedirect(t *testing.T) {
	t.Parallel()
	v := newVisitor(t)
	v.toV2()
	require.Contains(t, town.url, "://localhost:")
	require.Contains(t, v.at(), "://127.0.0.1:")
	pending := call(v, network.GetCookies, network.GetCookiesParams{URLs: []string{town.url}}).Cookies
	require.Len(t, pending, 1, "of the login in progress")
	v.identify("camille")
	v.sees("^Mon compte$")
	cookies := call(v, network.GetCookies, network.GetCookiesParams{URLs: []string{town.url}}).Cookies
	require.Len(t, cookies, 1, "of the session; that of the login is gone")
	require.NotEqual(t, pending[0].Name, cookies[0].Name)
	for _, c := range append(cookies, pending...) {
		require.Equal(t, network.CookieSameSiteLax, c.SameSite)
		require.True(t, c.HTTPOnly)
		require.True(t, c.Session || c.Name == pending[0].Name)
	}
}
