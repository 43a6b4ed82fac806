package portaltest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFormIsSentWithTheOriginThatThePagesPolicyLeaves(t *testing.T) {
	t.Parallel()
	const page = "https://rp.test/cb?code=1"
	for _, c := range []struct{ policy, to, origin, referer string }{
		{"", "https://rp.test/out", "https://rp.test", page},
		{"", "https://other.test/", "https://rp.test", "https://rp.test/"},
		{"", "http://rp.test/", "null", ""},
		{"no-referrer", "https://rp.test/out", "null", ""},
		{"same-origin", "https://rp.test/out", "https://rp.test", page},
		{"same-origin", "https://other.test/", "null", ""},
		{"strict-origin", "https://rp.test/out", "https://rp.test", "https://rp.test/"},
		{"strict-origin", "http://rp.test/", "null", ""},
		{"origin", "http://rp.test/", "https://rp.test", "https://rp.test/"},
		{"unsafe-url", "https://other.test/", "https://rp.test", page},
		{"no-referrer, strict-origin, one-of-tomorrow", "https://rp.test/out", "https://rp.test", "https://rp.test/"},
	} {
		at, err := url.Parse(page)
		require.NoError(t, err)
		r := httptest.NewRequest(http.MethodPost, c.to, nil)
		setOrigin(r, Page{At: at, Header: http.Header{"Referrer-Policy": {c.policy}}})
		require.Equal(t, c.origin, r.Header.Get("Origin"), c)
		require.Equal(t, c.referer, r.Header.Get("Referer"), c)
	}
}
