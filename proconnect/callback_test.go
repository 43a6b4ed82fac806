package proconnect_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// What ProConnect may answer, and what becomes of it.
func TestAnAnswerThatIsNotToBeBelievedSignsNobodyIn(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	claim := func(name string, value any) mockidp.TokenChange {
		return mockidp.TokenChange{Claims: map[string]any{name: value}}
	}
	for name, test := range map[string]struct {
		answer mockidp.Scenario
		kind   error
		reason string
	}{
		"the callback of FranceConnect":        {mockidp.Scenario{Callback: map[string]string{"iss": "https://oidc.franceconnect.gouv.fr/api/v2"}}, franceconnect.ErrVerification, "callback.iss"},
		"of nobody":                            {mockidp.Scenario{Callback: map[string]string{"iss": ""}}, franceconnect.ErrVerification, "callback.iss"},
		"a code with a space":                  {mockidp.Scenario{Callback: map[string]string{"code": "a b"}}, franceconnect.ErrLoginExpired, "callback.code"},
		"a code and an error":                  {mockidp.Scenario{Callback: map[string]string{"error": "access_denied"}}, franceconnect.ErrDenied, "callback.denied"},
		"an identity provider that nobody has": {mockidp.Scenario{Error: "idp_hint_not_found"}, franceconnect.ErrMisconfigured, "callback.refused"},
		"a level of before June 2026":          {mockidp.Scenario{ACR: "https://proconnect.gouv.fr/assurance/consistency-checked-2fa"}, franceconnect.ErrVerification, "id_token.acr"},
		"two levels":                           {mockidp.Scenario{IDToken: claim("acr", []string{"eidas1", "eidas2"})}, franceconnect.ErrLevelTooLow, "id_token.acr"},
		"a level in capitals":                  {mockidp.Scenario{ACR: "EIDAS1"}, franceconnect.ErrVerification, "id_token.acr"},
		"two levels in one text":               {mockidp.Scenario{ACR: "eidas1 eidas2"}, franceconnect.ErrVerification, "id_token.acr"},
		"another person":                       {mockidp.Scenario{UserInfo: claim("sub", "another")}, franceconnect.ErrVerification, "userinfo.sub"},
		"the userinfo of another client":       {mockidp.Scenario{UserInfo: claim("aud", "another")}, franceconnect.ErrVerification, "userinfo.aud"},
		"an ID token as userinfo":              {mockidp.Scenario{UserInfo: claim("nonce", "n")}, franceconnect.ErrVerification, "userinfo.nonce"},
		"no userinfo":                          {mockidp.Scenario{UserInfoFault: mockidp.Fault{Status: http.StatusServiceUnavailable}}, franceconnect.ErrUnavailable, "userinfo.unreachable"},
		"no tokens":                            {mockidp.Scenario{TokenFault: mockidp.Fault{Status: http.StatusServiceUnavailable}}, franceconnect.ErrUnavailable, "token.unreachable"},
	} {
		test.answer.Person = "maire"
		p.idp.Next(test.answer)
		b := newBrowser(t, p)
		e := requireError(t, b.back(b.leave()))
		require.Equal(t, test.reason, e.Reason, name)
		require.ErrorIs(t, e, test.kind, name)
		require.Equal(t, "/dossiers", e.ReturnTo, name)
		require.Nil(t, b.session(), name)
		for _, personal := range []string{"Lestang", "Solène", "solene", "21999999200015", string(p.config.ClientSecret)} {
			require.NotContains(t, e.Error(), personal, name)
			require.NotContains(t, e.Detail, personal, name)
		}
	}
}

// A userinfo without a signature is held against the ID token all the same.
func TestAUserInfoInJSONIsAboutTheSamePerson(t *testing.T) {
	t.Parallel()
	p := newPortal(t, func(c *mockidp.Client) { c.UserinfoAlg = "" }, func(c *proconnect.Config) { c.UserInfoJSON = true })
	for body, reason := range map[string]string{
		`{"sub":"another","email":"a@example.fr","given_name":"A","usual_name":"B","siret":"21999999200015"}`: "sub",
		`{"sub":"another","sub":"more"}`: "claims",
		`{"email":"a@example.fr"}`:       "sub",
		`[]`:                             "claims",
	} {
		p.idp.Next(mockidp.Scenario{Person: "maire", UserInfoFault: mockidp.Fault{Body: body, Header: http.Header{"Content-Type": {"application/json"}}}})
		b := newBrowser(t, p)
		e := requireError(t, b.back(b.leave()))
		require.Equal(t, "userinfo."+reason, e.Reason, body)
		require.Nil(t, b.session())
	}
}

// A stranger brings a callback that is none.
func TestACallbackIsAGetWithEachParameterOnce(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	for request, reason := range map[string]string{
		"POST /callback?state=a":                    "callback.method",
		"GET /callback?state=a&state=b":             "callback.query",
		"GET /callback?state=a;b":                   "callback.query",
		"GET /callback":                             "state.missing",
		"GET /callback?state=0123456789abcdef01234": "state.unknown",
	} {
		method, target, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		_, err := p.pc.Callback(w, httptest.NewRequest(method, target, nil))
		require.Equal(t, reason, requireError(t, err).Reason, request)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
}

// The callback of one client is of no use at another of the same portal, though
// cookies, keys and memory are one.
func TestACallbackOfOneClientOpensNoOther(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	back, err := url.Parse(b.leave())
	require.NoError(t, err)
	for name, change := range map[string]func(*proconnect.Config){
		"its address": func(c *proconnect.Config) { c.RedirectURL = p.url + "/other" },
		"its id":      func(c *proconnect.Config) { c.ClientID = "another" },
		"ProConnect":  func(c *proconnect.Config) { c.Environment = "https://pc.example.fr/api/v2" },
		"its keys":    func(c *proconnect.Config) { c.CookieKeys = []franceconnect.CookieKey{franceconnect.NewCookieKey()} },
	} {
		config := p.config
		change(&config)
		other, err := proconnect.New(config)
		require.NoError(t, err)
		r := httptest.NewRequest(http.MethodGet, back.String(), nil)
		for _, k := range b.Jar.Cookies(back) {
			r.AddCookie(k)
		}
		_, err = other.Callback(httptest.NewRecorder(), r)
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired, name)
	}
	require.NoError(t, b.back(back.String()))
}

// Where a token response names no scope, those are granted of which a claim came.
func TestScopesAreThoseThatWereAskedForAndCame(t *testing.T) {
	t.Parallel()
	for named, want := range map[string][]string{
		`"scope":"openid given_name usual_name email siret roles",`: {"given_name", "usual_name", "email", "siret"}, // roles: nobody asked
		"": {"given_name", "usual_name", "email", "siret", "phone"},
	} {
		p := newPortal(t, nil, func(c *proconnect.Config) {
			c.Scopes = []string{"given_name", "usual_name", "email", "siret", "phone", "idp_acr"}
			c.HTTPClient = &http.Client{Transport: scopeNamed(named)}
		})
		p.idp.Next(mockidp.Scenario{Person: "maire", UserInfo: mockidp.TokenChange{Claims: map[string]any{"phone_number": "0", "idp_acr": nil}}})
		s := newBrowser(t, p).signIn()
		require.Equal(t, want, s.Scopes, named)
	}
}

// scopeNamed changes what a token response says of the scopes.
type scopeNamed string

func (s scopeNamed) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := portaltest.Web.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/token") {
		return res, err
	}
	defer res.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return nil, err
	}
	delete(answer, "scope")
	rest, err := json.Marshal(answer)
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.WriteString("{" + string(s) + string(rest[1:]))
	return w.Result(), err
}

func TestALoginAsksForItsLevelAndReturnsToThePortal(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	w := httptest.NewRecorder()
	require.NoError(t, p.pc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), proconnect.LoginRequest{}))
	to, err := w.Result().Location()
	require.NoError(t, err)
	require.Equal(t, `{"id_token":{"acr":null}}`, to.Query().Get("claims"), "any level, but it is to be told")

	for next, want := range map[string]string{
		"/dossiers?a=1": "/dossiers?a=1", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/", "/\t/evil.example": "/",
		"/%5cevil.example": "/", "HTTPS:/evil.example": "/", "/%2f/evil.example": "/", "/" + strings.Repeat("a", 1<<10): "/",
	} {
		b := newBrowser(t, p)
		require.NoError(t, b.back(b.leaveBy(p.url+"/login?"+url.Values{"next": {next}}.Encode())))
		require.Equal(t, want, b.session().ReturnTo, next)
	}
	wide := newPortal(t, nil, func(c *proconnect.Config) { c.Scopes = []string{"openid", strings.Repeat("a", 900)} })
	w = httptest.NewRecorder()
	require.NoError(t, wide.pc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), proconnect.LoginRequest{ReturnTo: "/" + strings.Repeat("a", 1000)}))
	require.Less(t, len(w.Header().Get("Set-Cookie")), 3000, "what has no room is left out")

	ahead := httptest.NewRequest(http.MethodGet, "/login", nil)
	ahead.Header.Set("Sec-Purpose", "prefetch")
	w = httptest.NewRecorder()
	require.NoError(t, p.pc.Login(w, ahead, proconnect.LoginRequest{}))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Empty(t, w.Header().Values("Set-Cookie"))
}

// Anybody can send a browser there.
func TestTheReturnOfALogoutIsThatOfThisBrowser(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	b := newBrowser(t, p)
	b.signIn()
	back, err := url.Parse(b.signOut())
	require.NoError(t, err)
	returned := func(state string, with ...*http.Cookie) bool {
		r := httptest.NewRequest(http.MethodGet, "/loggedout?"+url.Values{"state": {state}}.Encode(), nil)
		for _, k := range with {
			r.AddCookie(k)
		}
		return p.pc.LogoutCallback(httptest.NewRecorder(), r)
	}
	state := back.Query().Get("state")
	require.False(t, returned(state), "another browser's")
	require.False(t, returned("", b.Jar.Cookies(back)...))
	require.False(t, returned(strings.Repeat("0", len(state)), b.Jar.Cookies(back)...))
	require.True(t, returned(state, b.Jar.Cookies(back)...))
}

// While nobody answers, nobody is sent away in vain.
func TestNobodyLeavesForAProConnectThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	away := &road{}
	p := newPortal(t, nil, func(c *proconnect.Config) { c.HTTPClient = &http.Client{Transport: away} })
	b := newBrowser(t, p)
	backs := []string{b.leave(), b.leave(), b.leave()}
	require.True(t, p.pc.Available())
	away.closed.Store(true)
	for _, back := range backs {
		require.Equal(t, "token.unreachable", requireError(t, b.back(back)).Reason)
	}
	require.False(t, p.pc.Available())
	for range 2 {
		w := httptest.NewRecorder()
		err := p.pc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), proconnect.LoginRequest{})
		require.EqualError(t, err, "proconnect: ProConnect cannot be reached (calls.silent): the latest calls to ProConnect had no answer")
		require.ErrorIs(t, err, franceconnect.ErrUnavailable)
		require.Empty(t, w.Header())
	}
	failed := 0
	for _, e := range p.events {
		if e.Err != nil {
			require.Equal(t, "ProConnect", requireError(t, e.Err).Provider, e.Operation)
			failed++
		}
	}
	require.GreaterOrEqual(t, failed, 8, "a callback and its call, and so on")
}

// A road is a way to ProConnect that may be closed.
type road struct{ closed atomic.Bool }

func (w *road) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.closed.Load() {
		return nil, errors.New("no route to host")
	}
	return portaltest.Web.RoundTrip(r)
}

// A Store of the portal's that panics is its own to mend, and nobody is told that a
// login went well.
func TestAStoreThatPanicsIsToldOf(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Store = &fuse{} })
	b := newBrowser(t, p)
	back, err := url.Parse(b.leave())
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, back.String(), nil)
	for _, k := range b.Jar.Cookies(back) {
		r.AddCookie(k)
	}
	require.PanicsWithValue(t, "blown", func() { _, _ = p.pc.Callback(httptest.NewRecorder(), r) })
	last := p.events[len(p.events)-1]
	require.Equal(t, "callback", last.Operation)
	require.Equal(t, "panic", requireError(t, last.Err).Reason)
}

type fuse struct{ store }

func (*fuse) Take(context.Context, string) ([]byte, bool, error) { panic("blown") }

// Nobody is at fault who closes a tab, whatever a Store makes of it.
func TestWhoeverLeavesMeanwhileIsNobodysFault(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Store = &lost{} })
	b := newBrowser(t, p)
	back, err := url.Parse(b.leave())
	require.NoError(t, err)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	r := httptest.NewRequest(http.MethodGet, back.String(), nil).WithContext(ctx)
	for _, k := range b.Jar.Cookies(back) {
		r.AddCookie(k)
	}
	_, err = p.pc.Callback(httptest.NewRecorder(), r)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.NotContains(t, err.Error(), "hush")
}

type lost struct{ store }

func (*lost) Take(context.Context, string) ([]byte, bool, error) {
	return nil, false, errors.New("hush: no such host")
}

func TestTheMemoryOfUsedLoginsIsBoundedAndSaysSo(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	p.pc.RememberAtMost(1)
	for range 3 {
		newBrowser(t, p).signIn()
	}
	var told []franceconnect.Event
	for _, e := range p.events {
		if e.Operation == "used" {
			told = append(told, e)
		}
	}
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "(used.full)")
}
