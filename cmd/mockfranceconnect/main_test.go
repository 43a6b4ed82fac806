package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestWrongUsageExitsWithTwo(t *testing.T) {
	t.Parallel()
	unknown := filepath.Join(t.TempDir(), "clients.json")
	require.NoError(t, os.WriteFile(unknown, []byte(`[{"client_id":"a","secret":"b"}]`), 0o600))
	misspelt := filepath.Join(t.TempDir(), "misspelt.json")
	require.NoError(t, os.WriteFile(misspelt, []byte(`[{"client_id":"a","client_secret":"`+strings.Repeat("s", 32)+`","redirect_uris":["https://a.example/"],"scopes":["openid","emial"]}]`), 0o600))
	for want, args := range map[string][]string{
		"not defined: -nope":  {"-nope"},
		"unexpected argument": {"serve"},
		"not a loopback":      {"-addr", "0.0.0.0:0"},
		"-origin":             {"-addr", ":0", "-public"},
		"Platform is":         {"-addr", "127.0.0.1:0", "-platform", "v3"},
		"Person: nobody":      {"-addr", "127.0.0.1:0", "-auto", "-person", "nobody"},
		`clients.json: clients[0]: json: unknown field "secret"`: {"-addr", "127.0.0.1:0", "-clients", unknown},
		`clients.json: people[0]: json: unknown field`:           {"-addr", "127.0.0.1:0", "-people", unknown},
		`Clients[0]: scopes: "emial" is none of v2`:              {"-addr", "127.0.0.1:0", "-clients", misspelt},
		"-control: \"0.0.0.0\" is not a loopback":                {"-control", "0.0.0.0:0"},
		"-log is text or json":                                   {"-log", "xml"},
		"Platform is \"v4\"":                                     {"-bad", "list", "-platform", "v4"},
		"-person says whom -auto signs in":                       {"-addr", "127.0.0.1:0", "-person", "moussa"},
		"-tls serves https":                                      {"-addr", "127.0.0.1:0", "-tls", unknown, "-origin", "http://localhost"},
		"-people: open":                                          {"-addr", "127.0.0.1:0", "-people", unknown + "x"},
		`on v2 under the name "nothing"`:                         {"-addr", "127.0.0.1:0", "-bad", "nothing"},
		`on v2 under the name "userinfo-unencrypted"`:            {"-addr", "127.0.0.1:0", "-bad", "userinfo-unencrypted"},
	} {
		var errs strings.Builder
		require.Equal(t, misused, run(context.Background(), args, io.Discard, &errs), args)
		require.Contains(t, errs.String(), want)
		require.True(t, strings.HasPrefix(errs.String(), "mockfranceconnect: "), errs.String())
		require.NotContains(t, errs.String(), "mockidp: ")
		require.LessOrEqual(t, strings.Count(errs.String(), "\n"), 2, errs.String())
	}
}

func TestHelpAndVersionAreAnswers(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	require.Equal(t, succeeded, run(context.Background(), []string{"-version"}, &out, io.Discard))
	require.Regexp(t, `^mockfranceconnect \S+ \(.+\)\n$`, out.String())
	for _, args := range [][]string{{"-h"}, {"--help"}, {"help"}} {
		var out, errs strings.Builder
		require.Equal(t, succeeded, run(context.Background(), args, &out, &errs))
		require.Empty(t, errs.String())
		for _, name := range []string{"addr", "origin", "platform", "clients", "people", "bad", "auto", "person", "public", "version", "control", "tls", "quiet", "log"} {
			require.Contains(t, out.String(), "\n  -"+name)
		}
	}
}

// serving runs the command until the test ends, and returns what it said and
// its exit status.
func serving(t *testing.T, args ...string) (said map[string]string, stop func() int) {
	said, _, stop = serves(t, "127.0.0.1:0", args...)
	return said, stop
}

// serves does at an address, and returns also what is told on stderr.
func serves(t *testing.T, addr string, args ...string) (said map[string]string, errs *portaltest.Log, stop func() int) {
	t.Helper()
	errs = new(portaltest.Log)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var out portaltest.Log
	exit := make(chan int, 1)
	go func() {
		defer cancel() // so that nobody awaits more
		exit <- run(ctx, append([]string{"-addr", addr}, args...), &out, errs)
	}()
	said = map[string]string{"issuer": out.Await(ctx, "issuer=")}
	for line := range strings.Lines(out.String()) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			said[name] = value
		}
	}
	return said, errs, func() int { cancel(); return <-exit }
}

func TestWhatWasRefusedOrDroppedIsALineOfStderr(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]string{
		"text": `mockfranceconnect: /authorize dropped: scope "nonsense" is none of this platform: nothing comes for it`,
		"json": `{"path":"/authorize","parameter":"scope","refused":false,"text":"scope \"nonsense\" is none of this platform: nothing comes for it"}`,
		"":     "",
	} {
		args := []string{"-quiet"}
		if log != "" {
			args = []string{"-log", log}
		}
		said, errs, stop := serves(t, "127.0.0.1:0", append(args, "-auto")...)
		login(t, said, "openid nonsense")
		require.Equal(t, succeeded, stop())
		require.Equal(t, want, strings.TrimSpace(errs.String()))
	}
}

// A cookie of localhost does not go to 127.0.0.1.
func TestTheHostIsAnnouncedAsItWasWritten(t *testing.T) {
	t.Parallel()
	said, _, _ := serves(t, "localhost:0")
	require.Regexp(t, `^http://localhost:\d+/api/v2$`, said["issuer"])
	at := strings.Replace(said["issuer"], "localhost", "127.0.0.1", 1)
	res, err := (&http.Client{Transport: portaltest.Web}).Get(at + "/interaction/abc")
	require.NoError(t, err)
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "and this mock is http://localhost:")
	res, err = (&http.Client{Transport: portaltest.Web}).Get(strings.TrimSuffix(said["issuer"], "api/v2"))
	require.NoError(t, err)
	defer res.Body.Close()
	page, err = io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "Un simulateur de FranceConnect")
	require.Contains(t, string(page), said["issuer"])
}

func TestHTTPSIsOfAnAuthorityThatAFileHolds(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	said, _, stop := serves(t, "localhost:0", "-tls", file)
	require.Regexp(t, `^https://localhost:`, said["issuer"])
	require.Equal(t, file, said["ca"])
	ca, err := os.ReadFile(file)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(ca))
	for _, host := range []string{"localhost", "127.0.0.1"} {
		trusts := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DisableKeepAlives: true}}
		res, err := trusts.Get(strings.Replace(said["issuer"], "localhost", host, 1) + "/jwks")
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusOK, res.StatusCode)
	}
	_, err = (&http.Client{Transport: portaltest.Web}).Get(said["issuer"] + "/jwks")
	require.ErrorContains(t, err, "certificate")
	require.Equal(t, succeeded, stop())
	_, _, stop = serves(t, "localhost:0", "-tls", file)
	require.Equal(t, succeeded, stop(), "that of an earlier start is replaced")
	require.NoError(t, os.WriteFile(file, append(ca, ca...), 0o600))
	_, errs, stop := serves(t, "localhost:0", "-tls", file)
	require.Equal(t, failed, stop())
	require.Contains(t, errs.String(), "it is left as it is")
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, append(ca, ca...), kept)
	_, errs, stop = serves(t, "localhost:0", "-tls", filepath.Join(file, "nowhere"))
	require.Equal(t, failed, stop())
	require.Contains(t, errs.String(), "-tls: ")
}

func TestAnAddressThatIsTakenIsThatOfItsFlag(t *testing.T) {
	t.Parallel()
	said, _ := serving(t)
	taken := strings.TrimSuffix(strings.TrimPrefix(said["issuer"], "http://"), "/api/v2")
	var out, errs strings.Builder
	require.Equal(t, failed, run(t.Context(), []string{"-addr", "127.0.0.1:0", "-control", taken}, &out, &errs))
	require.Regexp(t, `^mockfranceconnect: -control: listen `, errs.String())
	require.Empty(t, out.String(), "nothing is announced that is not there")
	errs.Reset()
	require.Equal(t, failed, run(t.Context(), []string{"-addr", taken}, &out, &errs))
	require.Regexp(t, `^mockfranceconnect: -addr: listen `, errs.String())
}

func TestAControlOfEveryAddressIsAnnouncedAsLocalhost(t *testing.T) {
	t.Parallel()
	said, _ := serving(t, "-public", "-control", ":0")
	require.Regexp(t, `^http://localhost:\d+$`, said["control"])
}

func TestTheControlIsServedBesideTheProvider(t *testing.T) {
	t.Parallel()
	said, _, stop := serves(t, "127.0.0.1:0", "-auto", "-control", "127.0.0.1:0")
	res, err := (&http.Client{Transport: portaltest.Web}).Post(said["control"]+"/next", "application/json", strings.NewReader(`{"bad_day":"register-down"}`))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusNoContent, res.StatusCode)
	require.Equal(t, http.StatusGatewayTimeout, login(t, said, "openid").StatusCode)
	res, err = (&http.Client{Transport: portaltest.Web}).Get(said["issuer"] + "/../ready")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusNotFound, res.StatusCode, "not by the provider")
	require.Equal(t, succeeded, stop())
}

// login is where a login ends: the first answer that is no redirect of the
// provider.
func login(t *testing.T, said map[string]string, scope string) *http.Response {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), said["issuer"]) {
			return nil
		}
		return http.ErrUseLastResponse
	}}
	res, err := browser.Get(said["issuer"] + "/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {said["client_id"]}, "redirect_uri": {said["redirect_uri"]},
		"scope": {scope}, "acr_values": {"eidas1"}, "state": {"s"}, "nonce": {strings.Repeat("n", 32)},
	}.Encode())
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res
}

func TestBadDayOfEveryLogin(t *testing.T) {
	t.Parallel()
	said, _ := serving(t, "-auto", "-bad", "register-down")
	for range 2 {
		require.Equal(t, http.StatusGatewayTimeout, login(t, said, "openid").StatusCode)
	}
	var out strings.Builder
	require.Equal(t, succeeded, run(context.Background(), []string{"-bad", "list", "-platform", "v1"}, &out, io.Discard))
	require.Contains(t, out.String(), "token-hangs")
	require.NotContains(t, out.String(), "jwks", "v1 publishes no keys")
	out.Reset()
	require.Equal(t, succeeded, run(context.Background(), []string{"-bad", "list", "-platform", "proconnect"}, &out, io.Discard))
	require.Contains(t, out.String(), "userinfo-wrong-siret")
	require.NotContains(t, out.String(), "register-down", "ProConnect asks no civil register")
}

func TestPeopleOfAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "people.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"login":"a","refuse":"Y010015","given_names":["A"],"family_name":"B","gender":"male",
		"birthdate":"1990-01-01","birthplace":"44109","birthcountry":"99100","email":"a@example.org"}]`), 0o600))
	said, _ := serving(t, "-auto", "-people", file)
	require.Equal(t, http.StatusForbidden, login(t, said, "openid").StatusCode, "somebody else signed in")
}

func TestServesFromTheIssuerLineUntilTold(t *testing.T) {
	t.Parallel()
	said, stop := serving(t)
	require.Len(t, said["client_id"], 64)
	require.Len(t, said["client_secret"], 64)
	require.NotEmpty(t, said["redirect_uri"])
	res, err := (&http.Client{Transport: portaltest.Web}).Get(said["issuer"] + "/jwks")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, succeeded, stop())
}
