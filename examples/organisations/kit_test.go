package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A world is a folder, the organisations in it on a real server, and what they
// wrote down. Their hosts are below example.fr, on https, which ends before the
// server, as it does at a proxy.
type world struct {
	t      *testing.T
	folder string
	orgs   *organisations
	server *httptest.Server
	log    *notebook
	clock  *clock
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, folder: filepath.Join(t.TempDir(), "organisations"), log: &notebook{}, clock: &clock{now: time.Now()}}
	require.NoError(t, os.Mkdir(w.folder, 0o700))
	w.orgs = newOrganisations(w.folder, filepath.Join(filepath.Dir(w.folder), "secrets"),
		[]franceconnect.CookieKey{franceconnect.NewCookieKey()}, slog.New(slog.NewTextHandler(w.log, nil)))
	w.orgs.now = w.clock.Now
	w.server = httptest.NewServer(w.orgs)
	t.Cleanup(w.server.Close)
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

// towns are registered at one FranceConnect, of their own.
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

// text is the town's file; more replaces settings in franceconnect, and nil
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

// secret is where a file that the town may name is.
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

func (w *world) reload() { w.orgs.reload(false) }

// said is what the reload, and whatever f does, write down.
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

// A visitor is a person with a browser of their own.
type visitor struct {
	t    *testing.T
	base string
	http *http.Client
	stay bool // do not follow redirects
}

func (w *world) visitor(base string) *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	v := &visitor{t: w.t, base: base}
	v.http = &http.Client{Jar: jar, Transport: w.transport(), CheckRedirect: func(*http.Request, []*http.Request) error {
		if v.stay {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return v
}

type answer struct {
	status int
	at     *url.URL
	header http.Header
	body   string
}

func (v *visitor) do(ctx context.Context, method, path string, body io.Reader) (answer, error) {
	if strings.HasPrefix(path, "/") {
		path = v.base + path
	}
	r, err := http.NewRequestWithContext(ctx, method, path, body)
	if err != nil {
		return answer{}, err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := v.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Request.URL, res.Header, string(text)}, err
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	a, err := v.do(v.t.Context(), http.MethodGet, path, nil)
	require.NoError(v.t, err)
	return a
}

// peek is get without following where it leads.
func (v *visitor) peek(path string) answer {
	v.t.Helper()
	v.stay = true
	defer func() { v.stay = false }()
	return v.get(path)
}

var (
	formTag   = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)".*?</form>`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// submit sends the form of a page.
func (v *visitor) submit(a answer) answer {
	v.t.Helper()
	form := formTag.FindStringSubmatch(a.body)
	require.NotNil(v.t, form, "no form in %s", a.body)
	values := url.Values{}
	for _, field := range hiddenTag.FindAllStringSubmatch(form[0], -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	action, err := a.at.Parse(html.UnescapeString(form[1]))
	require.NoError(v.t, err)
	a, err = v.do(v.t.Context(), http.MethodPost, action.String(), strings.NewReader(values.Encode()))
	require.NoError(v.t, err)
	return a
}

// signIn goes in by the front door and comes out at the account.
func (v *visitor) signIn() answer {
	v.t.Helper()
	a := v.get("/connexion")
	require.Equal(v.t, http.StatusOK, a.status, a.body)
	require.Equal(v.t, v.base+"/mon-compte", a.at.String())
	return a
}

// signedIn tells whether the portal knows the visitor.
func (v *visitor) signedIn() bool {
	v.t.Helper()
	a := v.peek("/mon-compte")
	require.Contains(v.t, []int{http.StatusOK, http.StatusSeeOther}, a.status, a.body)
	return a.status == http.StatusOK
}

// leave begins a login, and comes as far as FranceConnect's answer: where the
// browser is about to come back.
func (v *visitor) leave() (callback string) {
	v.t.Helper()
	next := "/connexion"
	for range 10 {
		a := v.peek(next)
		to, err := a.at.Parse(a.header.Get("Location"))
		require.NoError(v.t, err)
		if next = to.String(); strings.HasPrefix(next, v.base+"/") {
			return next
		}
	}
	require.Fail(v.t, "never comes back")
	return ""
}

func (v *visitor) cookies() []*http.Cookie {
	u, err := url.Parse(v.base)
	require.NoError(v.t, err)
	return v.http.Jar.Cookies(u)
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type notebook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (n *notebook) Write(b []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.Write(b)
}

func (n *notebook) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.b.String()
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

// lines are those of a log that say something, without their time.
func lines(text, msg string) (found []string) {
	for line := range strings.Lines(text) {
		if _, rest, _ := strings.Cut(strings.TrimSpace(line), "level="); strings.Contains(rest, "msg="+msg+" ") {
			found = append(found, regexp.MustCompile(`^[A-Z]+ msg=\S+ `).ReplaceAllString(rest, ""))
		}
	}
	return found
}
