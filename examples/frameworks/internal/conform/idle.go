package conform

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// Idle tests how long a session lasts that nobody uses: a second before idle it
// is there, and lasts as long again; a second after idle it is over. There is no
// network, and a clock of the test's own: what open starts, it stops in a Cleanup
// of its t.
func Idle(t *testing.T, idle time.Duration, open func(t *testing.T, fc *franceconnect.Client, address string) http.Handler) {
	synctest.Test(t, func(t *testing.T) {
		const address, origin = "https://portail.example.fr", "http://127.0.0.1:1"
		idp, err := mockidp.New(mockidp.Config{Auto: true, Origin: origin})
		require.NoError(t, err)
		network := hosts{"127.0.0.1:1": idp}
		config := configOf(t, idp, address)
		config.HTTPClient = &http.Client{Transport: network}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		network["portail.example.fr"] = open(t, fc, address)
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		browser := &http.Client{Jar: jar, Transport: network}
		account := "/mon-compte"
		answer, err := browser.Get(address + "/franceconnect/login?next=" + account)
		require.NoError(t, err)
		answer.Body.Close()
		if answer.Request.URL.Path != account {
			account = "/"
		}
		town := &town{address: address, Portal: Portal{AtOnce: account == "/"}}
		for range 3 {
			require.NotEmpty(t, town.nameOn(t, browser))
			time.Sleep(idle - time.Second)
		}
		require.NotEmpty(t, town.nameOn(t, browser))
		time.Sleep(idle + time.Second)
		require.Empty(t, town.nameOn(t, browser))

		portal, err := url.Parse(address)
		require.NoError(t, err)
		for _, k := range jar.Cookies(portal) {
			require.True(t, strings.HasPrefix(k.Name, "__Host-"), k.Name)
		}
	})
}

// hosts are a network: who answers for a host.
type hosts map[string]http.Handler

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	inner := r.Clone(r.Context())
	inner.RequestURI, inner.Host = r.URL.RequestURI(), r.URL.Host
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	h[r.URL.Host].ServeHTTP(w, inner)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}
