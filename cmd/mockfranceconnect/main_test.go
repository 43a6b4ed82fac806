package main

import (
	"context"
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
	for want, args := range map[string][]string{
		"not defined: -nope":  {"-nope"},
		"unexpected argument": {"serve"},
		"not a loopback":      {"-addr", "0.0.0.0:0"},
		"-origin":             {"-addr", ":0", "-public"},
		"Platform is":         {"-addr", "127.0.0.1:0", "-platform", "v3"},
		"Person: nobody":      {"-addr", "127.0.0.1:0", "-person", "nobody"},
		`-clients: mockidp: clients[0]: json: unknown field "secret"`: {"-addr", "127.0.0.1:0", "-clients", unknown},
		`-people: mockidp: people[0]: json: unknown field`:            {"-addr", "127.0.0.1:0", "-people", unknown},
		"-people: open":                               {"-addr", "127.0.0.1:0", "-people", unknown + "x"},
		`on v2 under the name "nothing"`:              {"-addr", "127.0.0.1:0", "-bad", "nothing"},
		`on v2 under the name "userinfo-unencrypted"`: {"-addr", "127.0.0.1:0", "-bad", "userinfo-unencrypted"},
	} {
		var errs strings.Builder
		require.Equal(t, misused, run(context.Background(), args, io.Discard, &errs), args)
		require.Contains(t, errs.String(), want)
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
		for _, name := range []string{"addr", "origin", "platform", "clients", "people", "bad", "auto", "person", "public", "version"} {
			require.Contains(t, out.String(), "\n  -"+name)
		}
	}
}

// serving runs the command until the test ends, and returns what it said and
// its exit status.
func serving(t *testing.T, args ...string) (said map[string]string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	var out portaltest.Log
	exit := make(chan int, 1)
	go func() {
		defer cancel() // so that nobody awaits more
		exit <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), &out, io.Discard)
	}()
	said = map[string]string{"issuer": out.Await(ctx, "issuer=")}
	for line := range strings.Lines(out.String()) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			said[name] = value
		}
	}
	return said, func() int { cancel(); return <-exit }
}

// login is where a login ends: the first answer that is no redirect of the
// provider.
func login(t *testing.T, said map[string]string) *http.Response {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(next.URL.String(), said["issuer"]) {
			return nil
		}
		return http.ErrUseLastResponse
	}}
	res, err := browser.Get(said["issuer"] + "/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {said["client_id"]}, "redirect_uri": {said["redirect_uri"]},
		"scope": {"openid"}, "acr_values": {"eidas1"}, "state": {"s"}, "nonce": {strings.Repeat("n", 32)},
	}.Encode())
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res
}

func TestBadDayOfEveryLogin(t *testing.T) {
	t.Parallel()
	said, _ := serving(t, "-auto", "-bad", "register-down")
	for range 2 {
		require.Equal(t, http.StatusGatewayTimeout, login(t, said).StatusCode)
	}
	var out strings.Builder
	require.Equal(t, succeeded, run(context.Background(), []string{"-bad", "list", "-platform", "v1"}, &out, io.Discard))
	require.Contains(t, out.String(), "token-hangs")
	require.NotContains(t, out.String(), "jwks", "v1 publishes no keys")
}

func TestPeopleOfAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "people.json")
	require.NoError(t, os.WriteFile(file, []byte(`[{"login":"a","refuse":"Y010015","given_names":["A"],"family_name":"B","gender":"male",
		"birthdate":"1990-01-01","birthplace":"44109","birthcountry":"99100","email":"a@example.org"}]`), 0o600))
	said, _ := serving(t, "-auto", "-people", file)
	require.Equal(t, http.StatusForbidden, login(t, said).StatusCode, "somebody else signed in")
}

func TestServesFromTheIssuerLineUntilTold(t *testing.T) {
	t.Parallel()
	said, stop := serving(t)
	require.Len(t, said["client_id"], 64)
	require.Len(t, said["client_secret"], 64)
	require.NotEmpty(t, said["redirect_uri"])
	res, err := http.Get(said["issuer"] + "/jwks")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, succeeded, stop())
}
