package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A town is a portal on a real server, its FranceConnect and its API
// Particulier, on real servers too, their clock and what the portal wrote down.
type town struct {
	url    string
	portal *portal
	idp    *mockidp.Provider
	fc     *introspection
	data   *particulier
	clock  *portaltest.Clock
	log    *portaltest.Log
	secret string

	config franceconnect.Config
	api    *api
}

// newTown may change what is registered, and the settings, before it opens.
func newTown(t *testing.T, change ...func(*mockidp.Client, *town)) *town {
	t.Helper()
	site, fc, data := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	town := &town{url: "http://" + site.Listener.Addr().String(), clock: portaltest.NewClock(), log: &portaltest.Log{}}
	log := slog.New(slog.NewTextHandler(town.log, portaltest.WithoutClock()))
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
	day, ok := findBadDay(name)
	require.True(t, ok, name)
	town.data.setBadDay(day)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A visitor is a person with a browser of their own, at this portal.
type visitor struct{ *portaltest.Visitor }

func newVisitor(t *testing.T, town *town) *visitor {
	return &visitor{portaltest.NewVisitor(t, town.url, nil)}
}

// signIn goes in by the front door, without any data.
func (v *visitor) signIn() portaltest.Page {
	v.T.Helper()
	p := v.Get(v.Link(v.Get("/"), "S’identifier avec FranceConnect"))
	require.Equal(v.T, accountPage, p.At.Path, p.Body)
	return p
}

// signInWithData does both with one click.
func (v *visitor) signInWithData() portaltest.Page {
	v.T.Helper()
	p := v.Get(v.Link(v.Get(quotientPage), "S’identifier avec FranceConnect"))
	require.Equal(v.T, http.StatusOK, p.Status, p.Body)
	require.Equal(v.T, quotientPage, p.At.Path)
	return p
}

// fetch is the second journey, of who is signed in.
func (v *visitor) fetch() portaltest.Page {
	v.T.Helper()
	return v.Get(v.Link(v.Get(quotientPage), "Récupérer mon quotient familial"))
}

// record returns what the portal keeps of the visitor, if anything.
func (v *visitor) record(town *town) (text string, rec record, ok bool) {
	r, err := http.NewRequest(http.MethodGet, v.Base, nil)
	require.NoError(v.T, err)
	for _, c := range v.Cookies() {
		r.AddCookie(c)
	}
	s := town.portal.sessions
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.current(r)
	if k == nil {
		return "", record{}, false
	}
	require.NoError(v.T, json.Unmarshal(k.value, &rec))
	return string(k.value), rec, true
}

// asked returns the parameters of the last login that began at FranceConnect.
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
