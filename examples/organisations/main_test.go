package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// Their addresses are fixed, and may be somebody else's while the test runs:
// they are where places says.
func TestTheTownsInVillesRunAsTheyAre(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orgs.folder = "villes"
	town := w.server.Listener.Addr().String()
	places := map[string]string{"127.0.0.1:8080": town, "localhost:8080": town, "saint-aubin.localhost:8080": town}
	all, err := simulators()
	require.NoError(t, err)
	for _, s := range all {
		server := httptest.NewServer(s)
		t.Cleanup(server.Close)
		places[s.host] = server.Listener.Addr().String()
		s.Next(mockidp.Scenario{Person: "camille"})
	}
	tr := w.transport()
	dial := tr.DialContext
	tr.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return dial(ctx, network, places[addr])
	}
	w.orgs.http = &http.Client{Transport: tr}
	w.reload()
	require.Empty(t, lines(w.log.String(), "refused"))
	require.Len(t, lines(w.log.String(), "organisation"), 3)

	v := w.visitor("http://127.0.0.1:8080")
	v.Client.Transport = tr
	require.Contains(t, v.signIn().Body, "Bonjour Camille")
	require.Contains(t, v.Submit(v.Submit(v.Get("/mon-compte"))).Body, "Vous êtes déconnecté")

	// FranceConnect+ fetches the town's keys from its true address: as far as that.
	v = w.visitor("http://localhost:8080")
	v.Client.Transport = tr
	require.Contains(t, v.leave(), "/franceconnect/callback?code=")
	require.Equal(t, v.Base+keysPath, mockidp.DefaultClient(mockidp.Plus).JWKSURI)
	require.Contains(t, v.Get(keysPath).Body, `"kid":"cle-publique-de-la-RFC-7517-pour-le-simulateur-seulement"`)

	v = w.visitor("http://saint-aubin.localhost:8080")
	v.Client.Transport = tr
	require.Equal(t, http.StatusNotFound, v.Get("/connexion").Status)
}

func TestTheProgramReadsTheFolderAtEachTickAndWhenTold(t *testing.T) {
	t.Parallel()
	w, bourg := newTown(t)
	require.NoError(t, os.WriteFile(w.secret(bourg, "client-secret"), []byte(bourg.secret), 0o600))
	w.write(bourg.file(), with(t, bourg.text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}), "bourg.example.fr", "127.0.0.1:1"))
	var log portaltest.Log
	ctx, cancel := context.WithCancel(t.Context())
	tick, again, ended := make(chan time.Time), make(chan os.Signal), make(chan error, 1)
	go func() {
		defer cancel() // so that nobody awaits more
		ended <- run(ctx, []string{"-addr", "127.0.0.1:0", "-folder", w.folder, "-secrets", w.orgs.secrets, "-supervision", "127.0.0.1:0"}, os.Getenv, &log, tick, again)
	}()
	health := log.Await(ctx, "msg=supervision health=")
	addr := log.Await(ctx, "msg=listening addr=")
	told := func() int { return len(lines(log.String(), "organisation")) }
	require.Equal(t, 1, told())

	get := func() int {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, "http://"+addr+"/", nil)
		require.NoError(t, err)
		r.Host = "127.0.0.1:1"
		res, err := http.DefaultTransport.RoundTrip(r)
		require.NoError(t, err)
		res.Body.Close()
		return res.StatusCode
	}
	require.Equal(t, http.StatusOK, get())
	again <- os.Interrupt // whatever it is
	tick <- time.Now()    // taken once what was before has been read
	require.Equal(t, 2, told(), "who asks is told")
	tick <- time.Now()
	require.Equal(t, 2, told(), "nothing has changed, and nothing is said")
	require.NoError(t, os.Remove(filepath.Join(w.folder, bourg.file())))
	tick <- time.Now()
	log.Await(ctx, "its file is gone")
	require.Equal(t, http.StatusNotFound, get())
	res, err := http.DefaultTransport.RoundTrip(httptest.NewRequest(http.MethodGet, strings.Fields(health)[0], nil))
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	cancel()
	require.NoError(t, <-ended)
}

func TestTheProgramSaysWhatItCannotStartWith(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		keys string
		want string
	}{
		"address":     {[]string{"-addr", "nowhere"}, "", "nowhere"},
		"supervision": {[]string{"-addr", "127.0.0.1:0", "-folder", "villes", "-supervision", "nowhere"}, "", "-supervision"},
		"days":        {[]string{"-warn", "-1"}, "", "-warn"},
		"cookie_keys": {nil, "abc", "FRANCECONNECT_COOKIE_KEYS"},
		"flag":        {[]string{"-fodler", "x"}, "", "-fodler"},
	} {
		err := run(t.Context(), c.args, func(string) string { return c.keys }, io.Discard, nil, nil)
		require.ErrorContains(t, err, c.want, name)
	}
}
