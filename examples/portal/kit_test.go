package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A town is a portal on a real server, its FranceConnect, perhaps a
// FranceConnect+ beside it, their clock and what the portal wrote down.
type town struct {
	url    string
	portal *portal
	idp    *mockidp.Provider
	plus   *mockidp.Provider // nil if there is none
	secret string
	clock  *portaltest.Clock
	log    *portaltest.Log

	config     franceconnect.Config
	plusConfig *franceconnect.Config

	agentIDP     *mockidp.Provider // ProConnect; nil if there is none
	agentsConfig *proconnect.Config
	handler      atomic.Value // of the portal that runs
}

// newTown has FranceConnect v2 alone.
func newTown(t *testing.T) *town { return newTownOn(t, mockidp.V2, false) }

// newTownWithPlus has FranceConnect+ beside it.
func newTownWithPlus(t *testing.T) *town { return newTownOn(t, mockidp.V2, true) }

func newTownOn(t *testing.T, platform mockidp.Platform, beside bool) *town {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	town := &town{url: "http://" + server.Listener.Addr().String(), clock: portaltest.NewClock(), log: &portaltest.Log{}}
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

// registered returns a FranceConnect that knows the portal, and the portal’s side.
func (town *town) registered(t *testing.T, platform mockidp.Platform, callback string) (*mockidp.Provider, franceconnect.Config) {
	t.Helper()
	client := mockClient(platform, town.url, callback)
	idp := mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}, Auto: true, Now: town.clock.Now})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv("", ""))
	require.NoError(t, err)
	config.Scopes, config.Now = nil, town.clock.Now
	if platform != mockidp.V1 {
		config.Direct = &franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: mockidp.AppDestinationClaim}
	}
	return idp, config
}

// restart begins the portal again, with what its settings are now: nobody is
// signed in. Its accounts stay, as if they were in a database.
func (town *town) restart(t *testing.T) {
	t.Helper()
	var err error
	before := town.portal
	town.portal, err = newPortal(town.url, town.config, town.plusConfig, slog.New(slog.NewTextHandler(town.log, portaltest.WithoutClock())))
	require.NoError(t, err)
	town.portal.accounts.rounds = 1000 // of many passwords
	if before != nil {
		town.portal.accounts, town.portal.linker = before.accounts, before.linker
	}
	if town.agentsConfig != nil {
		require.NoError(t, town.portal.openAgents(*town.agentsConfig))
	}
	town.handler.Store(town.portal.handler())
}

// newTownOfAgents has ProConnect for its agents, too.
func newTownOfAgents(t *testing.T) *town {
	t.Helper()
	town := newTown(t)
	client := mockClient(mockidp.ProConnect, town.url, agentCallbackPath)
	town.agentIDP = mockidp.Start(t, mockidp.Config{Platform: mockidp.ProConnect, Clients: []mockidp.Client{client}, Auto: true, Now: town.clock.Now})
	config, err := proconnect.ConfigFromEnv(agentsPrefix, town.agentIDP.Getenv("", ""))
	require.NoError(t, err)
	config.Scopes, config.CookieKeys = agentScopes, town.config.CookieKeys
	town.agentsConfig = &config
	town.restart(t)
	return town
}

// A visitor is a person with a browser of their own, at this portal.
type visitor struct{ *portaltest.Visitor }

func newVisitor(t *testing.T, base string) *visitor {
	return &visitor{portaltest.NewVisitor(t, base, nil)}
}

// signedIn returns a town, and somebody who has signed in there.
func signedIn(t *testing.T) (*town, *visitor) {
	t.Helper()
	return signedInAt(t, newTown(t))
}

// signedInBesidePlus returns the same of a town with FranceConnect+.
func signedInBesidePlus(t *testing.T) (*town, *visitor) {
	t.Helper()
	return signedInAt(t, newTownWithPlus(t))
}

// steppedUp returns somebody who has been at FranceConnect+ too.
func steppedUp(t *testing.T) (*town, *visitor) {
	t.Helper()
	town, v := signedInBesidePlus(t)
	v.confirm()
	return town, v
}

func signedInAt(t *testing.T, at *town) (*town, *visitor) {
	t.Helper()
	v := newVisitor(t, at.url)
	v.signIn()
	return at, v
}

// signIn goes in by the front door and comes out at the account.
func (v *visitor) signIn() portaltest.Page {
	v.T.Helper()
	p := v.read(v.Get("/franceconnect/login?next=/mon-compte"))
	require.Equal(v.T, http.StatusOK, p.Status, p.Body)
	require.Equal(v.T, "/mon-compte", p.At.Path)
	return p
}

// read goes on from the page of a first visit, if it is one.
func (v *visitor) read(p portaltest.Page) portaltest.Page {
	v.T.Helper()
	if p.At.Path == welcomePath {
		p = v.SubmitTo(p, welcomePath)
	}
	return p
}

// session returns what the portal has of the visitor, or nil.
func (v *visitor) session(town *town) *kept {
	town.portal.sessions.mu.Lock()
	defer town.portal.sessions.mu.Unlock()
	if k := town.portal.sessions.byID[v.sessionID()]; k != nil {
		return k.value
	}
	return nil
}

func (v *visitor) sessionID() string {
	for _, c := range v.Cookies() {
		if c.Name == "portail" {
			return c.Value
		}
	}
	return ""
}
