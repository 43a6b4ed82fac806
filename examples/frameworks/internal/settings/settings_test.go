package settings

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestTheAddressOfThePortalMakesThoseThatAreRegistered(t *testing.T) {
	t.Parallel()
	variables := map[string]string{
		"PORTAL_URL":                  "https://portail.example.fr",
		"FRANCECONNECT_ENVIRONMENT":   "sandbox",
		"FRANCECONNECT_CLIENT_ID":     "an-id",
		"FRANCECONNECT_CLIENT_SECRET": "a-secret",
		"FRANCECONNECT_COOKIE_KEYS":   "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
	}
	getenv := func(name string) string { return variables[name] }
	fc, address, err := read(getenv)
	require.NoError(t, err)
	require.Equal(t, "https://portail.example.fr", address)
	require.Equal(t, "https://fcp-low.sbx.dev-franceconnect.fr", fc.ProviderOrigin())

	variables["PORTAL_URL"] = "http://portail.example.fr"
	_, _, err = read(getenv)
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.ErrorContains(t, err, "RedirectURL must be https")
	require.ErrorContains(t, err, "PostLogoutRedirectURL must be https")

	variables["FRANCECONNECT_ENVIRONMENT"] = "elsewhere"
	_, _, err = read(getenv)
	require.ErrorContains(t, err, "FRANCECONNECT_ENVIRONMENT")
}

func TestSessionsEndWithTheBrowserAndTheirCookieIsForThisHostOnHTTPS(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"https://portail.example.fr": "__Host-session", "http://localhost:8080": "session"} {
		s := Sessions(address)
		require.Equal(t, 30*time.Minute, s.IdleTimeout)
		require.False(t, s.Cookie.Persist)
		require.Equal(t, want, s.Cookie.Name)
		require.Equal(t, want != "session", s.Cookie.Secure)
	}
}
