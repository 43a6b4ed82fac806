package franceconnect_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// Whatever the proxy does instead of letting a call through, the operator reads
// which proxy it was, nobody reads its password, and nobody is told of a fraud.
func TestWhatTheProxyAnswersIsNoFraudAndHasTheProxysName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		environment franceconnect.Environment
		status      int
		body        string
		says        string
		french      string
	}{
		{franceconnect.Sandbox, 407, "", "the proxy at HOST answered 407", "Côté réseau\u00a0: le mandataire (proxy) HOST a répondu 407. "},
		{franceconnect.Sandbox, 403, "<h1>Interdit</h1>", "the proxy at HOST answered 403", "Côté réseau\u00a0: le mandataire (proxy) HOST a répondu 403. "},
		{franceconnect.Sandbox, 502, "", "the proxy at HOST answered 502", "Côté réseau\u00a0: le mandataire (proxy) HOST a répondu 502. "},
		{franceconnect.Custom{Issuer: "http://127.0.0.1:1/api/v2"}, 200, "<h1>Filtrage</h1>", "a page (HTTP 200) came by way of the proxy at HOST", "Côté réseau\u00a0: une page (HTTP 200) est venue par le mandataire (proxy) HOST"},
		{franceconnect.Custom{Issuer: "http://127.0.0.1:1/api/v2"}, 403, `{"message":"Blocked by policy"}`, "an answer that is not FranceConnect's (JSON, HTTP 403) came by way of the proxy at HOST", "Côté réseau\u00a0: une réponse qui n’est pas de FranceConnect (JSON, HTTP 403) est venue par le mandataire (proxy) HOST"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			require.Equal(t, "Basic YWdlbnQ6bTB0ZGVwYXNzZQ==", r.Header.Get("Proxy-Authorization"))
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		proxy, err := url.Parse(s.URL)
		require.NoError(t, err)
		named := *proxy
		named.User = url.UserPassword("agent", "m0tdepasse")
		var log portaltest.Log
		config := franceconnect.Config{Environment: c.environment, ClientID: "id", ClientSecret: "secret", RedirectURL: "https://portail.example.fr/cb",
			CookieKeys: []franceconnect.CookieKey{{1}}, HTTPClient: &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&named)}},
			Observe: franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		err = fc.Ready(context.Background())
		s.Close()
		require.ErrorIs(t, err, franceconnect.ErrUnavailable)
		require.NotErrorIs(t, err, franceconnect.ErrVerification)
		says := strings.Replace(c.says, "HOST", proxy.Host, 1)
		require.Contains(t, err.Error(), says)
		log.Await(t.Context(), says) // who fetches the keys tells of it later
		french, english := franceconnect.OperatorAdvice(err)
		require.True(t, strings.HasPrefix(french, strings.Replace(c.french, "HOST", proxy.Host, 1)), french)
		require.Contains(t, english, says)
		require.Contains(t, english, "HTTPS_PROXY")
		require.NotContains(t, fmt.Sprintf("%v %+v", err, err)+log.String()+french+english, "m0tdepasse")
	}
}
