package main

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A fakeSuite answers as the suite's REST interface does, and has the mock for a provider.
type fakeSuite struct {
	idp     *mockidp.Provider
	modules []fakeModule

	mu      sync.Mutex
	running int // the module, from 1
	state   string
	asked   []string
	plan    map[string]any
	before  int // requests to the provider before this module
}

type fakeModule struct {
	name    string
	next    mockidp.Scenario // what the provider does
	logins  int              // it waits for
	result  string
	log     string
	initial string // state
	after   string // the end of the path that a login is told by; "" is /token
}

func (s *fakeSuite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Method+" "+r.URL.RequestURI())
	answer := func(v any) { _ = json.NewEncoder(w).Encode(v) }
	switch path := strings.TrimPrefix(r.URL.Path, "/api/"); {
	case path == "plan":
		_ = json.NewDecoder(r.Body).Decode(&s.plan)
		var all []any
		for _, m := range s.modules {
			all = append(all, map[string]any{"testModule": m.name, "variant": map[string]string{"response_type": "code"}})
		}
		w.WriteHeader(http.StatusCreated)
		answer(map[string]any{"id": "p1", "modules": all})
	case path == "runner":
		s.running++
		s.before = len(s.idp.Requests())
		m := s.modules[s.running-1]
		s.state = m.initial
		s.idp.Next(m.next)
		w.WriteHeader(http.StatusCreated)
		answer(map[string]any{"id": "r1"})
	case path == "runner/r1" && r.Method == http.MethodGet:
		answer(map[string]any{"exposed": map[string]string{"issuer": s.idp.Issuer()}})
	case path == "info/r1":
		logins, m := 0, s.modules[s.running-1]
		if s.state == "CONFIGURED" || s.state == "RUNNING" { // on its way, by itself
			defer func() { s.state = "WAITING" }()
		}
		for _, asked := range s.idp.Requests()[s.before:] {
			if strings.HasSuffix(asked.Path, cmp.Or(m.after, "/token")) {
				logins++
			}
		}
		if s.state == "WAITING" && logins >= m.logins {
			s.state = "FINISHED"
		}
		answer(map[string]any{"status": s.state, "result": m.result})
	case path == "log/r1":
		_, _ = w.Write([]byte(s.modules[s.running-1].log))
	default:
		w.WriteHeader(http.StatusNotFound)
		answer(map[string]any{"error": "no such address"})
	}
}

func newFakeSuite(t *testing.T, modules ...fakeModule) (*fakeSuite, *driver, *portal) {
	p, err := listen(http.DefaultClient, "ES256")
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Close() })
	idp := mockidp.Start(t, mockidp.Config{Auto: true, Clients: []mockidp.Client{{ID: id, Secret: secret, SigningAlg: p.alg,
		Scopes: []string{"openid"}, RedirectURIs: []string{p.at + "/callback"}, PostLogoutRedirectURIs: []string{p.at + "/out"}}}})
	suite := &fakeSuite{idp: idp, modules: modules}
	server := httptest.NewServer(suite)
	t.Cleanup(server.Close)
	return suite, &driver{suite: server.URL + "/", client: server.Client(), wait: time.Millisecond, most: time.Minute}, p
}

func TestEachModuleIsStartedSignedInAtAndReadWhenItHasEnded(t *testing.T) {
	t.Parallel()
	suite, d, p := newFakeSuite(t,
		fakeModule{name: "login", initial: "RUNNING", logins: 1, result: "PASSED", log: `[{"src":"Check","msg":"fine","result":"SUCCESS"}]`},
		fakeModule{name: "keys-change", initial: "WAITING", logins: 2, result: "WARNING", log: `[{"src":"Nonce","msg":"long","result":"WARNING"},{"msg":"told"}]`},
		fakeModule{name: "another-nonce", initial: "WAITING", logins: 1, result: "PASSED", log: `[]`,
			next: mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": "another"}}}},
		fakeModule{name: "no-applies", initial: "FINISHED", result: "SKIPPED", log: `[]`},
		fakeModule{name: "breaks", initial: "INTERRUPTED", log: `[{"src":"Check","msg":"broke","result":"FAILURE"}]`},
		fakeModule{name: "rp-logout", initial: "WAITING", logins: 1, result: "PASSED", log: `[]`},
	)
	seen, err := d.run(t.Context(), p, "a-plan", `{"a":"b"}`)
	require.NoError(t, err)
	require.Equal(t, plan{Plan: "a-plan", Alg: "ES256", Modules: []module{
		{Name: "login", Result: "PASSED"},
		{Name: "keys-change", Result: "WARNING", Said: []string{"WARNING Nonce: long"}},
		{Name: "another-nonce", Result: "PASSED", Portal: "id_token.nonce"},
		{Name: "no-applies", Result: "SKIPPED"},
		{Name: "breaks", Result: "FAILED", Said: []string{"FAILURE Check: broke"}},
		{Name: "rp-logout", Result: "PASSED"},
	}}, seen)
	require.Equal(t, `POST /api/plan?planName=a-plan&variant=%7B%22a%22%3A%22b%22%7D`, suite.asked[0])
	require.Contains(t, suite.asked, `POST /api/runner?plan=p1&test=login&variant=%7B%22response_type%22%3A%22code%22%7D`)
	registered := suite.plan["client"].(map[string]any)
	require.Equal(t, p.at+"/callback", registered["redirect_uri"])
	res, err := http.Post(registered["backchannel_logout_uri"].(string), "application/x-www-form-urlencoded", nil)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	discoveries := 0
	for _, r := range suite.idp.Requests() {
		if strings.HasSuffix(r.Path, "/openid-configuration") {
			discoveries++
		}
	}
	require.Equal(t, 4, discoveries, "one portal for each module that waited, whose keys change before its eyes")
	last := suite.idp.Requests()[len(suite.idp.Requests())-1]
	require.Contains(t, last.Path, "/session/end")
}

func TestWhatTheSuiteRefusesIsSaid(t *testing.T) {
	t.Parallel()
	_, d, p := newFakeSuite(t)
	d.suite += "elsewhere"
	_, err := d.run(t.Context(), p, "a-plan", "{}")
	require.EqualError(t, err, "POST plan: the suite answers 404 Not Found no such address")
}

func TestAModuleThatWaitsForMoreIsLeft(t *testing.T) {
	t.Parallel()
	_, d, p := newFakeSuite(t, fakeModule{name: "waits", initial: "WAITING", logins: 3, log: `[]`},
		fakeModule{name: "login", initial: "WAITING", logins: 1, result: "PASSED", log: `[]`})
	d.most = 0
	seen, err := d.run(t.Context(), p, "a-plan", "{}")
	require.NoError(t, err)
	require.Equal(t, []module{{Name: "waits", Result: "WAITING"}, {Name: "login", Result: "PASSED"}}, seen.Modules)
}

func TestAProviderThatIsNotDiscoveredIsSaidByReason(t *testing.T) {
	t.Parallel()
	suite, d, p := newFakeSuite(t, fakeModule{name: "no-discovery", initial: "WAITING", logins: 1, after: "/.well-known/openid-configuration", result: "FAILED", log: `[]`})
	suite.idp.InjectFault("/.well-known/openid-configuration", mockidp.Fault{Status: http.StatusInternalServerError})
	seen, err := d.run(t.Context(), p, "a-plan", "{}")
	require.NoError(t, err)
	require.Equal(t, []module{{Name: "no-discovery", Result: "FAILED", Portal: "discovery.unreachable"}}, seen.Modules)
}
