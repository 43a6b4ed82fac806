package main

import (
	"bytes"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A town is a portal on a real server, its FranceConnect, perhaps a
// FranceConnect+ beside it, their clock and what the portal wrote down.
type town struct {
	url    string
	portal *portal
	idp    *mockidp.Provider
	plus   *mockidp.Provider // nil if there is none
	secret string
	clock  *clock
	log    *notebook

	config     franceconnect.Config
	plusConfig *franceconnect.Config
	handler    atomic.Value // of the portal that runs
}

// newTown has FranceConnect v2 alone.
func newTown(t *testing.T) *town { return newTownOn(t, mockidp.V2, false) }

// newTownWithPlus has FranceConnect+ beside it.
func newTownWithPlus(t *testing.T) *town { return newTownOn(t, mockidp.V2, true) }

func newTownOn(t *testing.T, platform mockidp.Platform, beside bool) *town {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	town := &town{url: "http://" + server.Listener.Addr().String(), clock: &clock{now: time.Now()}, log: &notebook{}}
	town.idp, town.config = town.registered(t, platform, callbackPath)
	town.secret = string(town.config.ClientSecret)
	town.config.Scopes = defaultScopes
	if beside {
		var config franceconnect.Config
		town.plus, config = town.registered(t, mockidp.Plus, plusCallbackPath)
		town.plusConfig = &config
	}
	town.restart(t)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		town.handler.Load().(http.Handler).ServeHTTP(w, r)
	})
	server.Start()
	t.Cleanup(server.Close)
	return town
}

// registered is a FranceConnect that knows the portal, and the portal’s side.
func (town *town) registered(t *testing.T, platform mockidp.Platform, callback string) (*mockidp.Provider, franceconnect.Config) {
	t.Helper()
	client := mockClient(platform, town.url, callback)
	idp := mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}, Auto: true, Now: town.clock.Now})
	config := franceconnect.Config{
		Environment:  franceconnect.Custom{Platform: franceconnect.Platform(platform), Issuer: idp.Issuer()},
		ClientID:     client.ID,
		ClientSecret: franceconnect.Secret(client.Secret),
		CookieKeys:   []franceconnect.CookieKey{franceconnect.NewCookieKey()},
		Now:          town.clock.Now,
	}
	if platform == mockidp.Plus {
		var err error
		config.DecryptionKeys, err = drawKeys()
		require.NoError(t, err)
	}
	return idp, config
}

// restart begins the portal again, with what its settings are now: nobody is
// signed in. Its accounts stay, as if they were in a database.
func (town *town) restart(t *testing.T) {
	t.Helper()
	var err error
	before := town.portal
	town.portal, err = newPortal(town.url, town.config, town.plusConfig, slog.New(slog.NewTextHandler(town.log, nil)))
	require.NoError(t, err)
	town.portal.accounts.rounds = 1000 // of many passwords
	if before != nil {
		town.portal.accounts, town.portal.linker = before.accounts, before.linker
	}
	town.handler.Store(town.portal.handler())
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

// A visitor is a person with a browser of their own.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
	trail  []*url.URL // every address that the browser was sent to
	stay   bool       // do not follow redirects
}

func newVisitor(t *testing.T, base string) *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t: t, base: base}
	t.Cleanup(func() { v.client.CloseIdleConnections() })
	v.client = &http.Client{Jar: jar, Transport: &http.Transport{}, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if v.stay {
			return http.ErrUseLastResponse
		}
		require.Less(t, len(via), 20, "round in circles")
		v.trail = append(v.trail, r.URL)
		return nil
	}}
	return v
}

// A page is what the visitor sees.
type page struct {
	status int
	at     *url.URL
	header http.Header
	body   string
}

func (v *visitor) do(r *http.Request) page {
	v.t.Helper()
	answer, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	return page{answer.StatusCode, answer.Request.URL, answer.Header, string(body)}
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodGet, v.absolute(path), nil)
	require.NoError(v.t, err)
	return v.do(r)
}

// peek is get without following where it leads.
func (v *visitor) peek(path string) page {
	v.t.Helper()
	v.stay = true
	defer func() { v.stay = false }()
	return v.get(path)
}

var (
	formTag   = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)".*?</form>`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// submit sends the first form of a page, with what the visitor chose in it.
func (v *visitor) submit(p page, chosen ...string) page {
	v.t.Helper()
	return v.submitTo(p, "", chosen...)
}

// submitTo sends the form of a page that goes to an address.
func (v *visitor) submitTo(p page, action string, chosen ...string) page {
	v.t.Helper()
	forms := formTag.FindAllStringSubmatch(p.body, -1)
	i := slices.IndexFunc(forms, func(form []string) bool { return action == "" || form[1] == action })
	require.GreaterOrEqual(v.t, i, 0, "no form to %q in %s", action, p.body)
	form := forms[i]
	values := url.Values{}
	for _, field := range hiddenTag.FindAllStringSubmatch(form[0], -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	for i := 0; i < len(chosen); i += 2 {
		values.Set(chosen[i], chosen[i+1])
	}
	to, err := p.at.Parse(html.UnescapeString(form[1]))
	require.NoError(v.t, err)
	r, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(values.Encode()))
	require.NoError(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

func (v *visitor) absolute(path string) string {
	if strings.HasPrefix(path, "/") {
		return v.base + path
	}
	return path
}

// signIn goes in by the front door and comes out at the account.
func (v *visitor) signIn() page {
	v.t.Helper()
	p := v.read(v.get("/franceconnect/login?next=/mon-compte"))
	require.Equal(v.t, http.StatusOK, p.status, p.body)
	require.Equal(v.t, "/mon-compte", p.at.Path)
	return p
}

// read goes on from the page of a first visit, if it is one.
func (v *visitor) read(p page) page {
	v.t.Helper()
	if p.at.Path == welcomePath {
		p = v.submitTo(p, welcomePath)
	}
	return p
}

// session is what the portal has of the visitor, or nil.
func (v *visitor) session(town *town) *kept {
	town.portal.sessions.mu.Lock()
	defer town.portal.sessions.mu.Unlock()
	return town.portal.sessions.byID[v.sessionID()]
}

func (v *visitor) sessionID() string {
	base, err := url.Parse(v.base)
	require.NoError(v.t, err)
	for _, c := range v.client.Jar.Cookies(base) {
		if c.Name == "portail" {
			return c.Value
		}
	}
	return ""
}
