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

// A town is a portal on a real server, its FranceConnect and its API
// Particulier, on real servers too, their clock and what the portal wrote down.
type town struct {
	url    string
	portal *portal
	idp    *mockidp.Provider
	fc     *introspection
	data   *particulier
	clock  *clock
	log    *notebook
	secret string

	config franceconnect.Config
	api    *api
}

// newTown may change what is registered, and the settings, before it opens.
func newTown(t *testing.T, change ...func(*mockidp.Client, *town)) *town {
	t.Helper()
	site, fc, data := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	town := &town{url: "http://" + site.Listener.Addr().String(), clock: &clock{now: time.Now()}, log: &notebook{}}
	// Without the numbers of a clock, in which any other number may be found.
	log := slog.New(slog.NewTextHandler(town.log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if k := a.Value.Kind(); k == slog.KindTime || k == slog.KindDuration {
			return slog.Attr{}
		}
		return a
	}}))
	client := mockClient(town.url, defaultDataScopes)
	town.api = &api{origin: "http://" + data.Listener.Addr().String(), recipient: mockRecipient, scopes: defaultDataScopes, patience: patience, log: log}
	town.config = franceconnect.Config{
		ClientID:     client.ID,
		ClientSecret: franceconnect.Secret(client.Secret),
		CookieKeys:   []franceconnect.CookieKey{franceconnect.NewCookieKey()},
		Scopes:       []string{"identite_pivot", "preferred_username"},
		Now:          town.clock.Now,
	}
	for _, f := range change {
		f(&client, town)
	}
	town.secret = client.Secret
	var err error
	origin := "http://" + fc.Listener.Addr().String()
	town.idp, err = mockidp.New(mockidp.Config{Clients: []mockidp.Client{client}, Auto: true, Now: town.clock.Now, Origin: origin})
	require.NoError(t, err)
	town.fc = introspect(town.idp, town.idp.Issuer())
	town.data = newParticulier(town.fc, town.clock.Now)
	town.config.Environment = franceconnect.Custom{Platform: franceconnect.V2, Issuer: town.idp.Issuer()}
	town.portal, err = newPortal(town.url, town.config, town.api, log)
	require.NoError(t, err)

	site.Config.Handler, fc.Config.Handler, data.Config.Handler = town.portal.handler(), town.fc, town.data
	data.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	for _, server := range []*httptest.Server{site, fc, data} {
		server.Start()
		t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	}
	return town
}

// today makes API Particulier have a bad day.
func (town *town) today(t *testing.T, name string) {
	t.Helper()
	day, ok := badDayOf(name)
	require.True(t, ok, name)
	town.data.have(day)
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

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A visitor is a person with a browser of their own.
type visitor struct {
	t      *testing.T
	client *http.Client
	base   string
	stay   bool // do not follow redirects
}

func newVisitor(t *testing.T, town *town) *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t: t, base: town.url}
	v.client = &http.Client{Jar: jar, Transport: &http.Transport{}, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if v.stay {
			return http.ErrUseLastResponse
		}
		require.Less(t, len(via), 20, "round in circles")
		return nil
	}}
	t.Cleanup(v.client.CloseIdleConnections)
	return v
}

// A page is what the visitor sees. Its text has no tags and no entities.
type page struct {
	status     int
	at         *url.URL
	header     http.Header
	body, text string
}

var anyTag = regexp.MustCompile(`(?s)<[^>]*>`)

func (v *visitor) do(r *http.Request) page {
	v.t.Helper()
	answer, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	return page{answer.StatusCode, answer.Request.URL, answer.Header, string(body), html.UnescapeString(anyTag.ReplaceAllString(string(body), ""))}
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.base + path
	}
	r, err := http.NewRequest(http.MethodGet, path, nil)
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

// link is where a link of a page leads.
func (v *visitor) link(p page, label string) string {
	v.t.Helper()
	words := strings.ReplaceAll(regexp.QuoteMeta(label), "avec FranceConnect", "avec (?:<strong>)?FranceConnect")
	found := regexp.MustCompile(`href="([^"]*)"[^>]*>` + words).FindStringSubmatch(html.UnescapeString(p.body))
	require.NotNil(v.t, found, "no link %q in %s", label, p.body)
	return found[1]
}

// signIn goes in by the front door, without any data.
func (v *visitor) signIn() page {
	v.t.Helper()
	p := v.get(v.link(v.get("/"), "S’identifier avec FranceConnect"))
	require.Equal(v.t, accountPage, p.at.Path, p.body)
	return p
}

// signInWithData does both with one click.
func (v *visitor) signInWithData() page {
	v.t.Helper()
	p := v.get(v.link(v.get(quotientPage), "S’identifier avec FranceConnect"))
	require.Equal(v.t, http.StatusOK, p.status, p.body)
	require.Equal(v.t, quotientPage, p.at.Path)
	return p
}

// fetch is the second journey, of who is signed in.
func (v *visitor) fetch() page {
	v.t.Helper()
	return v.get(v.link(v.get(quotientPage), "Récupérer mon quotient familial"))
}

// record is what the portal keeps of the visitor, if anything.
func (v *visitor) record(town *town) (text string, rec record, ok bool) {
	r, err := http.NewRequest(http.MethodGet, v.base, nil)
	require.NoError(v.t, err)
	for _, c := range v.client.Jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	s := town.portal.sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	rec, ok = s.open(r)
	if ok {
		text = string(s.byID[s.id(r)].record)
	}
	return text, rec, ok
}

// asked are the parameters of the last login that began at FranceConnect.
func (town *town) asked(t *testing.T) map[string][]string {
	t.Helper()
	var last map[string][]string
	for _, r := range town.idp.Requests() {
		if r.Path == "/authorize" {
			last = r.Params
		}
	}
	require.NotNil(t, last)
	return last
}
