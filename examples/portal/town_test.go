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
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A town is a portal on a real server, its FranceConnect, their clock and what
// the portal wrote down.
type town struct {
	url    string
	portal *portal
	idp    *mockidp.Provider
	secret string
	clock  *clock
	log    *notebook
}

func newTown(t *testing.T) *town {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	town := &town{url: "http://" + server.Listener.Addr().String(), clock: &clock{now: time.Now()}, log: &notebook{}}
	client := mockClient(mockidp.V2, town.url)
	town.secret = client.Secret
	town.idp = mockidp.Start(t, mockidp.Config{Clients: []mockidp.Client{client}, Auto: true, Now: town.clock.Now})

	var err error
	town.portal, err = newPortal(town.url, franceconnect.Config{
		Environment:  franceconnect.Custom{Issuer: town.idp.Issuer()},
		ClientID:     client.ID,
		ClientSecret: franceconnect.Secret(client.Secret),
		Keys:         []franceconnect.Key{franceconnect.NewKey()},
		Scopes:       defaultScopes,
		Now:          town.clock.Now,
	}, slog.New(slog.NewTextHandler(town.log, nil)))
	require.NoError(t, err)
	server.Config.Handler = town.portal.handler()
	server.Start()
	t.Cleanup(server.Close)
	return town
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

// submit sends the form of a page, with what the visitor chose in it.
func (v *visitor) submit(p page, chosen ...string) page {
	v.t.Helper()
	form := formTag.FindStringSubmatch(p.body)
	require.NotNil(v.t, form, "no form in %s", p.body)
	values := url.Values{}
	for _, field := range hiddenTag.FindAllStringSubmatch(form[0], -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	for i := 0; i < len(chosen); i += 2 {
		values.Set(chosen[i], chosen[i+1])
	}
	action, err := p.at.Parse(html.UnescapeString(form[1]))
	require.NoError(v.t, err)
	r, err := http.NewRequest(http.MethodPost, action.String(), strings.NewReader(values.Encode()))
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
	p := v.get("/franceconnect/login?next=/mon-compte")
	require.Equal(v.t, http.StatusOK, p.status, p.body)
	require.Equal(v.t, "/mon-compte", p.at.Path)
	return p
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
