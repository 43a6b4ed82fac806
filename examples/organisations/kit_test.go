package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A world is a folder, the organisations in it on a real server, and what they
// wrote down. Their hosts are below example.fr, on https, which ends before the
// server, as it does at a proxy.
type world struct {
	t      *testing.T
	folder string
	orgs   *organisations
	server *httptest.Server
	log    *portaltest.Log
	clock  *portaltest.Clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, folder: filepath.Join(t.TempDir(), "organisations"), log: &portaltest.Log{}, clock: portaltest.NewClock()}
	require.NoError(t, os.Mkdir(w.folder, 0o700))
	w.orgs = newOrganisations(w.folder, filepath.Join(filepath.Dir(w.folder), "secrets"),
		[]franceconnect.CookieKey{franceconnect.NewCookieKey()}, slog.New(slog.NewTextHandler(w.log, nil)))
	w.orgs.now = w.clock.Now
	w.server = httptest.NewServer(w.orgs)
	t.Cleanup(func() {
		w.server.Close()
		if w.orgs.reader != nil {
			w.orgs.reader.watch.close()
		}
	})
	return w
}

// A town is one organisation, as it is registered at its FranceConnect.
type town struct {
	name, id, secret string
	idp              *mockidp.Provider
}

func (t town) file() string { return t.name + ".json" }
func (t town) host() string { return t.name + ".example.fr" }
func (t town) url() string  { return "https://" + t.host() }

// towns returns towns that are registered at one FranceConnect, of their own.
func (w *world) towns(platform mockidp.Platform, names ...string) []town {
	w.t.Helper()
	var clients []mockidp.Client
	var all []town
	for i, name := range names {
		c := mockidp.DefaultClient(platform)
		c.ID = fmt.Sprintf("%064x", []byte(name))
		c.Secret = fmt.Sprintf("5ec3e7%058x", []byte(name))
		all = append(all, town{name: name, id: c.ID, secret: c.Secret})
		c.RedirectURIs = []string{all[i].url() + callbackPath}
		c.PostLogoutRedirectURIs = []string{all[i].url() + loggedOutPath}
		if platform == mockidp.Plus {
			c.JWKSURI = all[i].url() + keysPath
		}
		clients = append(clients, c)
	}
	idp := mockidp.Start(w.t, mockidp.Config{Platform: platform, Clients: clients, Auto: true, HTTPClient: &http.Client{Transport: w.transport()}, Now: w.clock.Now})
	for i := range all {
		all[i].idp = idp
	}
	return all
}

// text returns the town's file; more replaces settings in franceconnect, and nil
// removes them.
func (t town) text(more map[string]any) string {
	fc := map[string]any{"environment": t.idp.Issuer(), "client_id": t.id, "client_secret": t.secret, "scopes": []string{"given_name"}}
	maps.Copy(fc, more)
	maps.DeleteFunc(fc, func(_ string, v any) bool { return v == nil })
	text, err := json.MarshalIndent(map[string]any{"name": "Ville de " + t.name, "host": t.host(), "franceconnect": fc}, "", "\t")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with replaces one thing in the text, which must be there.
func with(t *testing.T, text, old, new string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, new, 1)
}

func (w *world) write(name, text string) {
	w.t.Helper()
	require.NoError(w.t, os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600))
}

// secret returns where a file that the town may name is.
func (w *world) secret(t town, name string) string {
	w.t.Helper()
	folder := filepath.Join(w.orgs.secrets, t.name)
	require.NoError(w.t, os.MkdirAll(folder, 0o700))
	return filepath.Join(folder, name)
}

// serve writes the files of towns, and reloads.
func (w *world) serve(all ...town) {
	w.t.Helper()
	for _, t := range all {
		w.write(t.file(), t.text(nil))
	}
	w.reload()
}

// newTown returns a world with one town in it, which is not served yet.
func newTown(t *testing.T) (*world, town) {
	t.Helper()
	w := newWorld(t)
	return w, w.towns(mockidp.V2, "bourg")[0]
}

// signedIn returns a town, and somebody who is signed in there.
func signedIn(t *testing.T) (*world, town, *visitor) {
	t.Helper()
	w, bourg := newTown(t)
	w.serve(bourg)
	v := w.visitor(bourg.url())
	v.signIn()
	return w, bourg, v
}

func (w *world) reload() { w.orgs.reload(w.t.Context(), false) }

// said returns what the reload, and whatever f does, write down.
func (w *world) said(f func()) string {
	before := len(w.log.String())
	f()
	return w.log.String()[before:]
}

func (w *world) transport() *http.Transport {
	d := &net.Dialer{}
	tr := &http.Transport{DialContext: d.DialContext, DialTLSContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return d.DialContext(ctx, network, w.server.Listener.Addr().String())
	}}
	w.t.Cleanup(tr.CloseIdleConnections)
	return tr
}

// A visitor is a person with a browser of their own, at one of the portals.
type visitor struct{ *portaltest.Visitor }

func (w *world) visitor(base string) *visitor {
	return &visitor{portaltest.NewVisitor(w.t, base, w.transport())}
}

// try opens a path, in any goroutine.
func (v *visitor) try(ctx context.Context, path string) (portaltest.Page, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.Base+path, nil)
	if err != nil {
		return portaltest.Page{}, err
	}
	return v.Send(r)
}

// signIn goes in by the front door and comes out at the account.
func (v *visitor) signIn() portaltest.Page {
	v.T.Helper()
	a := v.Get("/connexion")
	require.Equal(v.T, http.StatusOK, a.Status, a.Body)
	require.Equal(v.T, v.Base+"/mon-compte", a.At.String())
	return a
}

// signedIn reports whether the portal knows the visitor.
func (v *visitor) signedIn() bool {
	v.T.Helper()
	a := v.Peek("/mon-compte")
	require.Contains(v.T, []int{http.StatusOK, http.StatusSeeOther}, a.Status, a.Body)
	return a.Status == http.StatusOK
}

// leave begins a login, and comes as far as FranceConnect's answer: where the
// browser is about to come back.
func (v *visitor) leave() (callback string) {
	v.T.Helper()
	next := "/connexion"
	for range 10 {
		a := v.Peek(next)
		to, err := a.At.Parse(a.Header.Get("Location"))
		require.NoError(v.T, err)
		if next = to.String(); strings.HasPrefix(next, v.Base+"/") {
			return next
		}
	}
	require.Fail(v.T, "never comes back")
	return ""
}

// asked counts the requests that a FranceConnect got at one of its paths.
func asked(idp *mockidp.Provider, path string) (n int) {
	for _, r := range idp.Requests() {
		if r.Path == path {
			n++
		}
	}
	return n
}

// lines returns the lines of a log that say something, without their time.
func lines(text, msg string) (found []string) {
	for line := range strings.Lines(text) {
		if _, rest, _ := strings.Cut(strings.TrimSpace(line), "level="); strings.Contains(rest, "msg="+msg+" ") {
			found = append(found, regexp.MustCompile(`^[A-Z]+ msg=\S+ `).ReplaceAllString(rest, ""))
		}
	}
	return found
}
