package mockidp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// newPortal starts the server of a portal, whose pages open adds.
func newPortal(t *testing.T) (portal *httptest.Server, open func(franceconnect.Config)) {
	mux := http.NewServeMux()
	portal = httptest.NewServer(mux)
	t.Cleanup(portal.Close)
	return portal, func(config franceconnect.Config) { addPages(t, mux, config) }
}

// addPages adds the pages of a portal on a shared computer: the callback shows
// the provider's form that ends the session.
func addPages(t *testing.T, mux *http.ServeMux, config franceconnect.Config) {
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	write := func(w http.ResponseWriter, err error) {
		if err != nil {
			fmt.Fprint(w, err)
		}
	}
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		write(w, fc.Login(w, r, franceconnect.LoginRequest{}))
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if write(w, err); err == nil {
			w.Header().Set("Birthdate", s.Identity.BirthDate.String())
			write(w, fc.EndProviderSession(w, r, s))
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "home ", fc.LogoutCallback(w, r)) })
	mux.Handle("/jwks.json", fc.JWKSHandler())
}

// A countingTransport counts requests.
type countingTransport struct{ calls atomic.Int64 }

func (c *countingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	c.calls.Add(1)
	return portaltest.Web.RoundTrip(r)
}

func TestAPortalIsConfiguredInOneLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		platform mockidp.Platform
		change   func(c *mockidp.Client, portal string)
		fetches  int64 // of the portal's keys
	}{
		"v2":                  {mockidp.V2, nil, 0},
		"plus":                {mockidp.Plus, nil, 0},
		"plus, RSA":           {mockidp.Plus, func(c *mockidp.Client, _ string) { c.EncryptionAlg = "RSA-OAEP-256" }, 0},
		"plus, keys to fetch": {mockidp.Plus, func(c *mockidp.Client, portal string) { c.JWKSURI = portal + "/jwks.json" }, 1},
		"v1":                  {mockidp.V1, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portal, open := newPortal(t)
			client := mockidp.DefaultClient(c.platform)
			if c.change != nil {
				c.change(&client, portal.URL)
			}
			var fetches countingTransport
			idp := mockidp.Start(t, mockidp.Config{Platform: c.platform, Auto: true, Clients: []mockidp.Client{client}, HTTPClient: &http.Client{Transport: &fetches}})
			config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal.URL+"/callback", portal.URL+"/"))
			require.NoError(t, err)
			open(config)
			v := portaltest.NewVisitor(t, portal.URL, nil)
			end := v.Submit(v.Get("/login")) // the form that ends the provider's session
			require.Equal(t, "home true", end.Body)
			require.Equal(t, "/", end.At.Path)
			require.Equal(t, c.fetches, fetches.calls.Load(), "one for the ID token and for userinfo, if the portal publishes its keys")
		})
	}
}

func TestEnvironIsWhatAProcessReads(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{})
	names := []string{}
	for _, variable := range idp.Environ("", "") {
		name, value, ok := strings.Cut(variable, "=")
		require.True(t, ok)
		require.NotEmpty(t, value, name)
		names = append(names, name)
	}
	require.Equal(t, []string{"FRANCECONNECT_ENVIRONMENT", "FRANCECONNECT_PLATFORM", "FRANCECONNECT_CLIENT_ID",
		"FRANCECONNECT_CLIENT_SECRET", "FRANCECONNECT_SCOPES", "FRANCECONNECT_COOKIE_KEYS"}, names)
	require.Equal(t, mockidp.DefaultClient(mockidp.V2).RedirectURIs, idp.Clients()[0].RedirectURIs, "no address was given, none is registered")
	require.Empty(t, idp.Getenv("", "")("FRANCECONNECT_REDIRECT_URL"))
}

func TestAnAddressIsRegisteredOnceAndComesFirst(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{})
	before := idp.Clients()[0]
	for range 2 {
		idp.Getenv("http://localhost:1/callback", "http://localhost:1/")
	}
	after := idp.Clients()[0]
	require.Equal(t, append([]string{"http://localhost:1/callback"}, before.RedirectURIs...), after.RedirectURIs)
	require.Equal(t, append([]string{"http://localhost:1/"}, before.PostLogoutRedirectURIs...), after.PostLogoutRedirectURIs)
	after.RedirectURIs[0] = "changed"
	require.NotEqual(t, after.RedirectURIs, idp.Clients()[0].RedirectURIs, "the caller has a copy")
}

func TestAClientWithKeysOfItsOwnKeepsThem(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{newClient(t, mockidp.Plus)}})
	require.Empty(t, idp.Getenv("http://localhost:1/callback", "")("FRANCECONNECT_DECRYPTION_KEYS"))
	require.NotEmpty(t, idp.Clients()[0].JWKS)
}

// Portals in one test can be configured while others sign in.
func TestGetenvMayBeCalledWhileOthersSignIn(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	var running sync.WaitGroup
	running.Go(func() {
		for range 20 {
			w.idp.Getenv("http://localhost:1/callback", "http://localhost:1/")
			w.idp.Clients()
		}
	})
	w.tokens()
	running.Wait()
}
