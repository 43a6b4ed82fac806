package attack

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAddressIsReadAsABrowserReadsIt(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://portal.example/callback?code=x")
	require.NoError(t, err)
	for text, want := range map[string]string{
		"/":                              "https://portal.example/",
		"/a?next=//evil.example":         "https://portal.example/a?next=//evil.example",
		"a":                              "https://portal.example/a",
		"//evil.example":                 "https://evil.example",
		"///evil.example":                "https://evil.example",
		`/\evil.example`:                 "https://evil.example",
		`\\evil.example`:                 "https://evil.example",
		"/\t/evil.example":               "https://evil.example",
		"\x01 //evil.example ":           "https://evil.example",
		"https:///evil.example":          "https://evil.example",
		"https://portal.example@evil.ex": "https://portal.example@evil.ex",
		"/%2fevil.example":               "https://portal.example/%2fevil.example",
		"javascript:alert(1)":            "javascript:alert(1)",
		"https:evil.example":             "https:evil.example",
		"http://[":                       "unreadable://http:%2F%2F[",
	} {
		require.Equal(t, want, asBrowser(base, text).String(), "%q", text)
	}
}

func TestTheFormOfAnAddressIsFoundWithItsFields(t *testing.T) {
	t.Parallel()
	at := &url.URL{Scheme: "https", Host: "portal.example", Path: "/"}
	to := at.JoinPath("logout")
	fields, found := formFields(response{url: at, body: `<form action="/search"><input name="q"></form>
		<FORM method='post' action='/logout'><input type="hidden" value="a&amp;b" name="csrf"><button>Out</button></form>`}, to)
	require.True(t, found)
	require.Equal(t, url.Values{"csrf": {"a&b"}}, fields)
	_, found = formFields(response{url: at, body: "<p>/logout</p>"}, to)
	require.False(t, found)
}

func TestAPortalIsSeenToLeakAndToStray(t *testing.T) {
	t.Parallel()
	at := &url.URL{Scheme: "https", Host: "portal.example", Path: "/callback"}
	idp := &url.URL{Scheme: "https", Host: "idp.example", Path: "/api/v2"}
	for want, a := range map[string]response{
		"":                                       {status: 200, body: `<a href="/next?to=//evil.example">`},
		"a page of the portal has the nonce in":  {status: 400, body: "n&#45;once"},
		"a page of the portal leads to another":  {status: 200, body: `<a HREF='/\evil.example/'>`},
		"sends the browser to another site":      {status: 302, header: http.Header{"Location": {"//evil.example"}}},
		"sends the browser on with the nonce":    {status: 303, header: http.Header{"Location": {"/?n=n%2Donce"}}},
		"sends the browser to \"javascript:":     {status: 303, header: http.Header{"Location": {"javascript:alert(1)"}}},
		"sends the browser on with the client s": {status: 303, header: http.Header{"Location": {"https://idp.example/?s=hush"}}},
	} {
		s := &attempt{arena: &arena{urls: portalURLs{callback: at, issuer: idp}}, secrets: map[string]string{"n-once": "the nonce", "hush": "the client secret"}}
		s.Client.Secret = "hush"
		a.url = at
		s.examine(a)
		if want == "" {
			require.Empty(t, s.errors)
			continue
		}
		require.NotEmpty(t, s.errors, want)
		require.Contains(t, s.errors[len(s.errors)-1], want)
	}
}
