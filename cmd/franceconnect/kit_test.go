package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A fixture is a portal, its FranceConnect, and the settings that the program is
// shown. Each of them can be broken.
type fixture struct {
	t           *testing.T
	platform    mockidp.Platform
	env         map[string]string
	client      mockidp.Client
	idp         *mockidp.Provider
	portal      string                      // its address
	pages       map[string]http.HandlerFunc // replaced
	headers     map[string]string           // of every page of the portal
	system      system
	keys        []franceconnect.DecryptionKey // of the running portal, on FranceConnect+
	after       func()                        // when all is built
	changeLogin func(http.Header)             // changes what the portal answers to who departs
	auto        bool                          // FranceConnect signs people in without a page
	hint        franceconnect.IDTokenHint     // of the last login
	flags       []string

	// front stands in front of two machines of the portal; they have cookie keys
	// of their own.
	front func(one, other http.Handler) http.Handler
}

const (
	secret   = "9f3c0ffee5ec3e7b9f3c0ffee5ec3e7b9f3c0ffee5ec3e7b9f3c0ffee5ec3e7b"
	next     = "a1e57000a1e57000a1e57000a1e57000a1e57000a1e57000a1e57000a1e57000" // which takes its place
	clientID = "1d0c11e471d0c11e471d0c11e471d0c11e471d0c11e471d0c11e471d0c11e471"
	goodPage = `<!doctype html><link rel="stylesheet" href="/style.css"><main><h1>Connexion</h1>
<p>FranceConnect est la solution proposée par l’État pour sécuriser et simplifier la connexion à vos services en ligne</p>
<a class="fc" href="/franceconnect/login">S’identifier avec <b>FranceConnect</b></a>
<a href="https://franceconnect.gouv.fr/" target="_blank" title="Qu’est-ce que FranceConnect ? – nouvelle fenêtre">Qu’est-ce que FranceConnect&nbsp;?</a>
<p>ou</p><form><input type="password"></form></main>`
	goodStyle = `:root { --blue: #000091 } body { background: white } .fc { background: var(--blue); color: #fff } .fc:hover { background: #1212ff }`
)

// newFixture returns one where all is well. Before it is built, change may
// change what FranceConnect has registered, and the settings.
func newFixture(t *testing.T, platform mockidp.Platform, change func(*fixture)) *fixture {
	t.Helper()
	f := &fixture{t: t, platform: platform, pages: map[string]http.HandlerFunc{}, flags: []string{"check", "-json", "-reseau"},
		headers: map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}}
	server := httptest.NewUnstartedServer(nil)
	f.portal = "http://" + server.Listener.Addr().String()
	f.client = mockidp.DefaultClient(platform)
	f.client.ID, f.client.Secret = clientID, secret
	f.client.RedirectURIs = []string{f.portal + "/franceconnect/callback"}
	f.client.PostLogoutRedirectURIs = []string{f.portal + "/franceconnect/logout"}
	f.env = map[string]string{"FRANCECONNECT_PLATFORM": string(platform), "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret,
		"FRANCECONNECT_SCOPES": "identite_pivot email", "FRANCECONNECT_COOKIE_KEYS": strings.Repeat("A", 41) + "BA=", "PORTAL_URL": f.portal, "APP_ENV": "test"}
	if platform == mockidp.Plus {
		key, err := keyfile.New("ECDH-ES", "", time.Now())
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "cles.json")
		require.NoError(t, keyfile.Write(file, key))
		set, err := os.ReadFile(file)
		require.NoError(t, err)
		f.env["FRANCECONNECT_DECRYPTION_KEYS"] = string(set)
		f.keys, err = franceconnect.ParseDecryptionKeys(set)
		require.NoError(t, err)
		f.pages["/connexion"] = body(strings.Replace(goodPage, "FranceConnect</b>", "FranceConnect+</b>", 1))
		f.client.JWKSURI = f.portal + "/franceconnect/jwks.json"
	}
	f.system = system{now: time.Now, patience: time.Hour, transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}}
	if change != nil {
		change(f)
	}
	f.idp = mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{f.client}, Auto: f.auto})
	if f.env["FRANCECONNECT_ENVIRONMENT"] == "" {
		f.env["FRANCECONNECT_ENVIRONMENT"] = f.idp.Issuer()
	}
	server.Config.Handler = f.site()
	if f.front != nil {
		server.Config.Handler = f.front(behind(t, f.site()), behind(t, f.site()))
	}
	server.Start()
	t.Cleanup(server.Close)
	if f.after != nil {
		f.after()
	}
	return f
}

// behind returns the way through a reverse proxy to a machine.
func behind(t *testing.T, machine http.Handler) http.Handler {
	server := httptest.NewServer(machine)
	t.Cleanup(server.Close)
	to, err := url.Parse(server.URL)
	require.NoError(t, err)
	own := &http.Transport{} // the default one is every test's, and each server that closes closes connections of it
	t.Cleanup(own.CloseIdleConnections)
	return &httputil.ReverseProxy{Transport: own, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, r.In.Host
	}}
}

// site returns a portal that was set up well, whatever the program is shown.
func (f *fixture) site() http.Handler {
	config := franceconnect.Config{
		Environment: franceconnect.Custom{Platform: franceconnect.Platform(f.platform), Issuer: f.idp.Issuer()},
		ClientID:    clientID, ClientSecret: secret, RedirectURL: f.portal + "/franceconnect/callback",
		CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}, DecryptionKeys: f.keys,
		Scopes: []string{"identite_pivot", "email"},
	}
	fc, err := franceconnect.New(config)
	require.NoError(f.t, err)
	mux := http.NewServeMux()
	serve := func(path string, h http.HandlerFunc) {
		if other := f.pages[path]; other != nil {
			h = other
		}
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			for name, value := range f.headers {
				w.Header().Set(name, value)
			}
			h(w, r)
		})
	}
	serve("/connexion", body(goodPage))
	serve("/style.css", body(goodStyle))
	serve("/compte", body("Identifiant, mot de passe"))
	serve("/franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		_ = fc.Login(answer, r, franceconnect.LoginRequest{})
		if f.changeLogin != nil {
			f.changeLogin(answer.Header())
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
	})
	serve("/franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err == nil {
			f.hint = s.IDTokenHint
			return
		}
		french, _ := franceconnect.UserMessage(err)
		w.WriteHeader(franceconnect.StatusCode(err))
		_, _ = w.Write([]byte(french))
	})
	serve("/franceconnect/logout", body("Vous êtes déconnecté."))
	serve("/franceconnect/jwks.json", fc.JWKSHandler().ServeHTTP)
	serve("/franceconnect/secteur.json", http.NotFound)
	return mux
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// A checkReport is what check said to a program.
type checkReport struct {
	OK     bool
	Checks []jsonFinding
}

// of returns the worst that was said of a check.
func (r checkReport) of(check string) (worst jsonFinding) {
	rank := map[verdict]int{skipped: 1, good: 2, warning: 3, bad: 4}
	for _, one := range r.Checks {
		if one.Check == check && rank[one.Verdict] > rank[worst.Verdict] {
			worst = one
		}
	}
	return worst
}

// examine runs the program. Whatever it finds, it says whose it is and what to
// do, in good French, and none of the secret.
func (f *fixture) examine() (r checkReport) {
	t := f.t
	t.Helper()
	w := f.system
	var out strings.Builder
	w.stdout, w.stderr = &out, &out
	w.getenv = func(name string) string { return f.env[name] }
	for name, value := range f.env {
		w.environ = append(w.environ, name+"="+value)
	}
	w.args = append(append([]string{}, f.flags...), w.args...)
	got := run(t.Context(), w)
	require.NoError(t, json.Unmarshal([]byte(out.String()), &r), out.String())
	require.Equal(t, map[bool]int{true: succeeded, false: failed}[r.OK], got)
	requireNoSecret(t, out.String(), secret, next, string(f.hint), f.env["FRANCECONNECT_COOKIE_KEYS"])
	for _, one := range r.Checks {
		require.Contains(t, titles, one.Check)
		require.NotEmpty(t, one.What, one.Check)
		if one.Verdict == bad || one.Verdict == warning {
			require.NotEmpty(t, one.Action, one.Check)
			require.NotEmpty(t, one.Whose, one.Check)
			require.False(t, one.Whose == sideRegistration && one.Form == "", "which form? %v", one)
			require.True(t, r.OK || one.Verdict == warning || got == failed)
		}
		requireFrench(t, one.What+" "+one.Action)
	}
	return r
}

// requireNoSecret finds nothing of some secrets, not even a part of one; a
// fingerprint is not a part.
func requireNoSecret(t *testing.T, out string, secrets ...string) {
	t.Helper()
	const part = 10
	for _, one := range secrets {
		for i := 0; i+part <= len(one); i++ {
			if strings.Count(one[i:i+part], one[i:i+1]) < part { // AAAAAAAAAA is nobody’s secret
				require.NotContains(t, out, one[i:i+part])
			}
		}
	}
}

// transport is a function that carries requests.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
