package franceconnect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestAPersonSignsInAndOut(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	o := b.open(b.leave(p, "/aides?theme=logement"))
	require.Equal(t, "/aides?theme=logement", o.ReturnTo)
	require.Equal(t, "eidas1", o.Level)
	require.Regexp(t, `^[0-9a-f]{64}v1$`, o.Subject)
	require.NotEmpty(t, o.Identity.GivenNames)
	require.NotEmpty(t, o.Identity.FamilyName)
	require.Equal(t, person.France, o.Identity.BirthCountry)
	require.True(t, o.Identity.BirthPlace.IsCommune())
	_, whole := o.Identity.BirthDate.Time()
	require.True(t, whole)
	require.Empty(t, b.cookies(p), "nothing is left of the login")

	back := b.logout(p)
	require.True(t, strings.HasPrefix(back, p.URL+"/loggedout?state="), back)
	require.False(t, newBrowser(t).open(back).LoggedOut, "it is this browser's return")
	require.False(t, b.open(p.URL+"/loggedout?state=other").LoggedOut)
	require.True(t, b.open(back).LoggedOut)
	require.False(t, b.open(back).LoggedOut, "once")
}

func TestNothingIsSentThatFranceConnectDoesNotAccept(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	b.open(b.leave(p, "/"))
	b.logout(p)
	want := map[string][]string{
		"/authorize":   {"acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"},
		"/token":       {"client_id", "client_secret", "code", "grant_type", "redirect_uri"},
		"/userinfo":    nil,
		"/jwks":        nil,
		"/session/end": {"id_token_hint", "post_logout_redirect_uri", "state"},
	}
	seen := map[string]bool{}
	for _, r := range p.idp.Requests() {
		names, ours := want[r.Path]
		if !ours {
			continue
		}
		seen[r.Path] = true
		var got []string
		for name := range r.Params {
			got = append(got, name)
		}
		slices.Sort(got)
		require.Equal(t, names, got, r.Path)
		require.Empty(t, r.Origin)
	}
	require.Len(t, seen, len(want))
}

func TestAWarmLoginIsTwoRequestsAndAColdOneThree(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	for range 5 {
		require.Empty(t, b.open(b.leave(p, "/")).Message)
	}
	require.Equal(t, []int{5, 5, 1, 0}, []int{p.asked("/token"), p.asked("/userinfo"), p.asked("/jwks"), p.asked("openid-configuration")})
}

func TestTwoTabsFinishBoth(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	first, second := b.leave(p, "/one"), b.leave(p, "/two")
	require.Equal(t, "/one", b.open(first).ReturnTo)
	require.Equal(t, "/two", b.open(second).ReturnTo)
}

func TestTwoClientsOfOnePortalDoNotSweepEachOthersLogins(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	open := b.leave(p, "/one")
	c := p.config
	c.ClientID = "another-client"
	another, err := franceconnect.New(c)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/login", nil)
	for _, k := range b.cookies(p) {
		r.AddCookie(k)
	}
	w := httptest.NewRecorder()
	require.NoError(t, another.Login(w, r, franceconnect.LoginRequest{}))
	for _, k := range w.Result().Cookies() {
		b.setCookie(p, k)
	}
	require.Equal(t, "/one", b.open(open).ReturnTo)
}

func TestACallbackIsOpenedOnce(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	back := b.leave(p, "/")
	require.Empty(t, b.open(back).Message)
	again := b.open(back)
	require.Equal(t, "state.unknown", again.Reason)
	require.NotEmpty(t, again.Message)
	require.Equal(t, 1, p.asked("/token"), "and FranceConnect is not asked again")
	require.Empty(t, b.open(b.leave(p, "/")).Message, "the back button, then a new try")
}

func TestACallbackOpenedInAnotherBrowserIsRefused(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	back := b.leave(p, "/")
	require.Equal(t, "state.unknown", newBrowser(t).open(back).Reason)
	other := newBrowser(t)
	other.leave(p, "/") // has a login of its own open
	require.Equal(t, "state.unknown", other.open(back).Reason)
	require.Zero(t, p.asked("/token"))
	require.Empty(t, b.open(back).Message, "whose it is still finishes")
}

func TestACookieThatWasTouchedOpensNothing(t *testing.T) {
	t.Parallel()
	for name, touch := range map[string]func(string) string{
		"changed":    func(v string) string { return flipped(v, len(v)/2) },
		"first":      func(v string) string { return flipped(v, 0) },
		"last":       func(v string) string { return flipped(v, len(v)-1) },
		"cut":        func(v string) string { return v[:len(v)/2] },
		"empty":      func(string) string { return "" },
		"too large":  func(v string) string { return v + strings.Repeat("A", 100_000) },
		"not base64": func(string) string { return "%%%" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, b := newPortal(t, nil), newBrowser(t)
			back := b.leave(p, "/")
			require.Len(t, b.cookies(p), 1)
			for _, k := range b.cookies(p) {
				b.setCookie(p, &http.Cookie{Name: k.Name, Value: touch(k.Value), Path: "/"})
			}
			require.Equal(t, "state.over", b.open(back).Reason)
			require.Zero(t, p.asked("/token"))
			require.Empty(t, b.cookies(p), "and is deleted")
			require.Empty(t, b.open(b.leave(p, "/")).Message, "one can always start again")
		})
	}
}

func flipped(s string, i int) string {
	c := byte('A')
	if s[i] == c {
		c = 'B'
	}
	return s[:i] + string(c) + s[i+1:]
}

func TestACookieOfOneLoginDoesNotOpenAnother(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	first := b.leave(p, "/one")
	one := b.cookies(p)[0]
	b.leave(p, "/two")
	for _, k := range b.cookies(p) {
		if k.Name != one.Name {
			b.setCookie(p, &http.Cookie{Name: one.Name, Value: k.Value, Path: "/"})
		}
	}
	require.Equal(t, "state.over", b.open(first).Reason)
}

func TestAbandonedLoginsDoNotGrowTheRequestHeaderWithoutBound(t *testing.T) {
	t.Parallel()
	for _, length := range []int{1, 900} { // their number is bounded, and their size
		p, b := newPortal(t, nil), newBrowser(t)
		var last string
		for range 50 {
			last = b.leave(p, "/"+strings.Repeat("a", length))
			p.clock.Advance(time.Second)
		}
		size := 0
		for _, k := range b.cookies(p) {
			size += len(k.Name) + len(k.Value) + 3
		}
		require.LessOrEqual(t, size, 5<<10)
		require.LessOrEqual(t, len(b.cookies(p)), 5)
		require.Empty(t, b.open(last).Message, "the newest one finishes")
	}
}

// comesBackAfter opens a callback some time after FranceConnect gave it.
func comesBackAfter(t *testing.T, wait time.Duration) (*portal, *browser, string) {
	p, b := newPortal(t, nil), newBrowser(t)
	back := b.leave(p, "/")
	p.clock.Advance(wait)
	return p, b, b.open(back).Reason
}

func TestALoginWithManyScopesFitsThreeKilobytes(t *testing.T) {
	t.Parallel()
	for scopes, fits := range map[int]bool{700: true, 720: false, 1000: false} {
		config := good()
		config.Scopes = []string{strings.Repeat("s", scopes)}
		config.HomePath = "/portail/"
		w := httptest.NewRecorder()
		back := "/" + strings.Repeat("a", 1023)
		require.NoError(t, clientOf(t, config).Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{ReturnTo: back}))
		k := w.Result().Cookies()[0]
		require.Less(t, len(k.Name)+len(k.Value), 3000)
		require.Equal(t, fits, len(k.Value) > 2800, scopes)
	}
}

func TestALoginThatWasAbandonedIsOver(t *testing.T) {
	t.Parallel()
	p, b, reason := comesBackAfter(t, 31*time.Minute)
	require.Equal(t, "state.over", reason)
	require.Empty(t, b.cookies(p))

	b.leave(p, "/")
	p.clock.Advance(31 * time.Minute)
	b.leave(p, "/")
	require.Len(t, b.cookies(p), 1, "the next login sweeps what is over")
}

func TestACallbackEndsBeforeItsCodeDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := good()
		c.HTTPClient = &http.Client{Timeout: time.Hour, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		fc := clientOf(t, c)
		at, cookies := away(t, fc, franceconnect.LoginRequest{})
		start := time.Now()
		_, err := comeBack(fc, "/callback?"+url.Values{"code": {"c"}, "state": {at.Query().Get("state")},
			"iss": {"https://fcp-low.sbx.dev-franceconnect.fr/api/v2"}}.Encode(), cookies)
		require.ErrorIs(t, err, franceconnect.ErrUnavailable)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(start), 30*time.Second)
	})
}

func TestACodeThatCameTooLateIsStale(t *testing.T) {
	t.Parallel()
	p, b, reason := comesBackAfter(t, 33*time.Second)
	require.Equal(t, "token.over", reason)
	require.Empty(t, b.open(b.leave(p, "/")).Message)
}

func TestNextNeverLeavesTheSite(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	for _, next := range []string{"", "//evil.test", `/\evil.test`, `\/evil.test`, "https://evil.test/", "http:evil.test", "javascript:alert(1)", "evil.test",
		"/%2F/evil.test", "/%2Fevil.test", "/%5cevil.test", "/%5Cevil.test", "/%252Fevil.test", "/%255cevil.test", "/\t/evil.test", "/\n/evil.test", "/\r\nSet-Cookie: a=b",
		"/%09/evil.test", "///evil.test", "/ok\\..\\evil", "/%0d%0aa", "/" + strings.Repeat("a", 2000), "/%zz", "?a=b", "#a", " /ok", "//[::1]/", "/\x00", "/\x7f", "/%7F", "/%257f"} {
		require.Equal(t, "/", b.open(b.leave(p, next)).ReturnTo, "%q", next)
	}
	for _, next := range []string{"/", "/aides", "/aides?next=//ok&a=%2F#b", "/é/ü?q=%C3%A9", "/a//b", "/a/../b"} {
		require.Equal(t, next, b.open(b.leave(p, next)).ReturnTo)
	}
}

// The root of the host belongs to another portal then.
func TestAPortalBelowAPathIsLeftByNoDefault(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, func(c *franceconnect.Config) { c.HomePath = "/portail/" }), newBrowser(t)
	for _, next := range []string{"", "//evil.test", "https://evil.test/", "/" + strings.Repeat("a", 2000)} {
		require.Equal(t, "/portail/", b.open(b.leave(p, next)).ReturnTo, "%q", next)
		require.Equal(t, "/portail/", p.fc.LocalPath(next))
	}
	require.Equal(t, "/portail/aides", b.open(b.leave(p, "/portail/aides")).ReturnTo)
	require.Equal(t, "/", p.fc.LocalPath("/"), "which was asked for")

	c := good()
	c.PostLogoutRedirectURL, c.HomePath = "", "/portail/"
	w := httptest.NewRecorder()
	require.NoError(t, clientOf(t, c).Logout(w, httptest.NewRequest(http.MethodPost, "/", nil), ""))
	require.Equal(t, "/portail/", w.Header().Get("Location"))
	require.Equal(t, "/portail/", off(t, c).LocalPath("//evil.test"))
}

func TestAnErrorWithoutAKnownStateIsNotHeard(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	b.leave(p, "/")
	for _, state := range []string{"", "undefined", strings.Repeat("ab", 32)} {
		o := b.open(p.URL + "/callback?error=server_error&error_description=Appelez+le+0123456789&state=" + state + "&iss=" + url.QueryEscape(p.idp.Issuer()))
		require.NotContains(t, o.Message, "0123456789")
		require.True(t, strings.HasPrefix(o.Reason, "state."), o.Reason)
	}
	require.Len(t, b.cookies(p), 1, "and it closes nobody's login")
}

func TestAFailedLoginSaysWhereItWasToGoOnTo(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	p.idp.Next(mockidp.Scenario{Cancel: true})
	_, err := comeBack(p.fc, b.leave(p, "/dossier?nom=QUENTRAC"), b.cookies(p))
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "/dossier?nom=QUENTRAC", e.ReturnTo)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	require.NotContains(t, fmt.Sprintf("%v %+v %s", e, e, text), "QUENTRAC")
}

func TestTheOriginIsForAContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	for form, origin := range map[string]string{
		"production": "https://oidc.franceconnect.gouv.fr",
		"sandbox":    "https://fcp-low.sbx.dev-franceconnect.fr",
		"https://fc.proxy.example.org:8443/tenant": "https://fc.proxy.example.org:8443",
	} {
		c := good()
		c.Environment = parse(t, form)
		fc := clientOf(t, c)
		require.Equal(t, origin, fc.ProviderOrigin())
	}
}

func TestEveryErrorOfTheCallbackClosesItsLogin(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	for reason, answer := range map[string]mockidp.Scenario{
		"callback.denied":      {Cancel: true},
		"callback.unavailable": {Error: "temporarily_unavailable"},
		"callback.refused":     {Error: "invalid_scope"},
		"callback.restart":     {Error: "server_error"},
		"callback.unknown":     {Error: "invalid_client"},
		"callback.iss":         {Callback: map[string]string{"iss": "https://evil.test"}},
		"callback.code":        {Callback: map[string]string{"code": ""}},
		"id_token.nonce":       {IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": "other"}}},
		"id_token.signature":   {IDToken: mockidp.TokenChange{Key: "other"}},
		"userinfo.sub":         {UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": "other"}}},
		"userinfo.format":      {UserInfo: mockidp.TokenChange{JSON: true}},
		"token.unreachable":    {TokenFault: mockidp.Fault{Status: 503}},
		"userinfo.unreachable": {UserInfoFault: mockidp.Fault{Status: 502, Body: "<h1>Bad Gateway</h1>"}},
	} {
		p.idp.Next(answer)
		require.Equal(t, reason, b.open(b.leave(p, "/")).Reason)
		require.Empty(t, b.cookies(p), reason)
	}
	require.Empty(t, b.open(b.leave(p, "/")).Message)
}

func TestARotationOfFranceConnectsKeysFailsNoLogin(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	p.idp.Rotate()
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	back := b.leave(p, "/")
	p.idp.Rotate() // in the middle of a login
	require.Empty(t, b.open(back).Message)
}

func TestAPortalStartsWhileFranceConnectIsDown(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	p.idp.InjectFault("/jwks", mockidp.Fault{Status: 500})
	require.ErrorIs(t, p.fc.Ready(t.Context()), franceconnect.ErrUnavailable)
	require.Equal(t, "keys.unreachable", b.open(b.leave(p, "/")).Reason)
	p.idp.ClearFault("/jwks")
	require.NoError(t, p.fc.Ready(t.Context()))
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	p.idp.InjectFault("/jwks", mockidp.Fault{Status: 500})
	p.clock.Advance(time.Hour)
	require.Empty(t, b.open(b.leave(p, "/")).Message, "the last good keys serve on")
}

func TestTheAccessTokenIsThereInTheCallbackAndNowhereElse(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	s, err := comeBack(p.fc, b.leave(p, "/"), b.cookies(p))
	require.NoError(t, err)
	require.Len(t, string(s.AccessToken()), 43)
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.idp.Issuer()+"/userinfo", nil)
	require.NoError(t, err)
	ask.Header.Set("Authorization", "Bearer "+string(s.AccessToken()))
	res, err := (&http.Client{Transport: portaltest.Web}).Do(ask)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
}

func TestALoginAndALogoutLeaveTheCookiesOfThePortal(t *testing.T) {
	t.Parallel()
	c := good()
	c.PostLogoutRedirectURL = "https://portail.example.fr/"
	fc := clientOf(t, c)
	for _, send := range []func(http.ResponseWriter) error{
		func(w http.ResponseWriter) error {
			return fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{})
		},
		func(w http.ResponseWriter) error {
			return fc.Logout(w, httptest.NewRequest(http.MethodPost, "/", nil), "a.b.c")
		},
	} {
		w := httptest.NewRecorder()
		w.Header().Add("Set-Cookie", "session=1")
		require.NoError(t, send(w))
		set := w.Header().Values("Set-Cookie")
		require.Len(t, set, 2)
		require.Contains(t, set, "session=1")
	}
}

func TestALoginMayAskForMoreScopesAndAHigherLevelNeverALowerOne(t *testing.T) {
	t.Parallel()
	c := good()
	c.Scopes = []string{"email"}
	fc := clientOf(t, c)
	require.Equal(t, "openid email gender", loginURL(t, fc, franceconnect.LoginRequest{Scopes: []string{"gender", "email", "openid"}}).Get("scope"))
	require.Equal(t, "openid email", loginURL(t, fc, franceconnect.LoginRequest{}).Get("scope"), "the other login added nothing to this one")
	w := httptest.NewRecorder()
	err := fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{Level: franceconnect.Eidas2})
	var e *franceconnect.ConfigError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "LoginRequest.Level", e.Field)
	require.Empty(t, w.Header(), "nothing was written")
}

func TestCookiesAreForThisHostOverHTTPSOnly(t *testing.T) {
	t.Parallel()
	for address, secure := range map[string]bool{"https://portail.example.fr/callback": true, "http://localhost:8080/callback": false} {
		c := good()
		c.RedirectURL = address
		fc := clientOf(t, c)
		w := httptest.NewRecorder()
		require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
		k := w.Result().Cookies()[0]
		require.Equal(t, secure, strings.HasPrefix(k.Name, "__Host-"))
		require.Equal(t, secure, k.Secure)
		require.True(t, k.HttpOnly)
		require.Equal(t, http.SameSiteLaxMode, k.SameSite)
		require.Equal(t, "/", k.Path)
		require.Empty(t, k.Domain)
		require.Equal(t, 1800, k.MaxAge)
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"))
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	back := b.leave(p, "/")
	res, err := b.Post(back, "application/x-www-form-urlencoded", nil)
	require.NoError(t, err)
	res.Body.Close()
	require.Equal(t, http.StatusBadRequest, res.StatusCode)
	require.Zero(t, p.asked("/token"))
	require.Equal(t, "logout.method", b.open(p.URL+"/logout").Reason, "no link signs anybody out")
	require.ErrorContains(t, p.told("logout")[0].Err, "a POST is needed, and this was GET")
}

func TestAForgedReturnFromALogoutIsNotRecognised(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	b.open(b.leave(p, "/"))
	back := b.logout(p)
	for _, k := range b.cookies(p) {
		b.setCookie(p, &http.Cookie{Name: k.Name, Value: flipped(k.Value, len(k.Value)/2), Path: "/"})
	}
	require.False(t, b.open(back).LoggedOut)
	require.False(t, b.open(p.URL+"/loggedout").LoggedOut)
}

func TestALogoutWithoutAHintStaysAtHome(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	require.Equal(t, p.URL+"/loggedout", b.location(b.PostForm(p.URL+"/logout", nil)))
	require.Zero(t, p.asked("/session/end"))
}

// A memory is a Store, of one process.
type memory struct {
	mu   sync.Mutex
	all  map[string][]byte
	down error
}

func (m *memory) Put(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down == nil && ttl > 0 {
		m.all[key] = value
	}
	return m.down
}

func (m *memory) Take(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, found := m.all[key]
	delete(m.all, key)
	return v, found, m.down
}

func TestAStoreLetsALoginBeUsedOnceWhoeverHoldsTheCookie(t *testing.T) {
	t.Parallel()
	store := &memory{all: map[string][]byte{}}
	p, b := newPortal(t, func(c *franceconnect.Config) { c.Store = store }), newBrowser(t)
	back := b.leave(p, "/")
	kept := b.cookies(p)
	require.Len(t, store.all, 1)
	require.Empty(t, b.open(back).Message)
	require.Empty(t, store.all)
	for _, k := range kept {
		b.setCookie(p, &http.Cookie{Name: k.Name, Value: k.Value, Path: "/"})
	}
	require.Equal(t, "state.used", b.open(back).Reason)
	require.Equal(t, 1, p.asked("/token"))
}

// strict is a Store that keeps what it was given last.
type strict struct {
	*memory
	key   string
	value []byte
	ttl   time.Duration
}

func (s *strict) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	s.key, s.value, s.ttl = key, value, ttl
	return s.memory.Put(ctx, key, value, ttl)
}

func TestWhoReadsTheStoreLearnsNothingThatOpensALogin(t *testing.T) {
	t.Parallel()
	config, store := good(), &strict{memory: &memory{all: map[string][]byte{}}}
	config.Store = store
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	for _, next := range []string{"/", "/dossier?nom=QUENTRAC"} {
		state := loginURL(t, fc, franceconnect.LoginRequest{ReturnTo: next}).Get("state")
		require.Regexp(t, `^[a-z0-9:]{1,64}$`, store.key)
		for i := range len(state) - 16 {
			require.NotContains(t, store.key, state[i:i+16])
		}
		require.Equal(t, []byte{1}, store.value, "the same for each login")
		require.Equal(t, 30*time.Minute, store.ttl, "as long as the login is open")
	}
	require.Len(t, store.all, 2)
}

func TestWithoutItsStoreNobodyGetsInUnchecked(t *testing.T) {
	t.Parallel()
	store := &memory{all: map[string][]byte{}}
	p, b := newPortal(t, func(c *franceconnect.Config) { c.Store = store }), newBrowser(t)
	back := b.leave(p, "/aides")
	store.down = errors.New("hush: the store is away")
	kept := b.cookies(p)
	o := b.open(back)
	require.Equal(t, "store", o.Reason)
	require.NotContains(t, o.Message, "hush")
	_, err := comeBack(p.fc, back, kept)
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "/aides", e.ReturnTo, "to start again from there")
	require.Equal(t, "store", b.open(p.URL+"/login").Reason)
	require.Zero(t, p.asked("/token"))
	store.down = nil
	require.Empty(t, b.open(b.leave(p, "/")).Message)
}

func TestEachStageIsObservedOnceAndNamesNobody(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	b.open(b.leave(p, "/"))
	p.idp.Next(mockidp.Scenario{Cancel: true})
	b.open(b.leave(p, "/"))
	b.logout(p)
	require.NoError(t, p.fc.Ready(t.Context()))
	<-p.keysTold
	require.Len(t, p.told("login"), 2)
	require.Len(t, p.told("logout"), 1)
	require.Len(t, p.told("ready"), 1)
	require.Equal(t, franceconnect.Eidas1, p.told("login")[0].Level)
	for _, stage := range []string{"logout", "ready", "keys", "token", "userinfo"} {
		require.Zero(t, p.told(stage)[0].Level, stage)
	}
	for _, request := range []string{"keys", "token", "userinfo"} { // of the login that came so far
		require.Len(t, p.told(request), 1, request)
		require.NoError(t, p.told(request)[0].Err, request)
		require.Equal(t, franceconnect.V2, p.told(request)[0].Platform)
	}
	callbacks := p.told("callback")
	require.Len(t, callbacks, 2)
	require.Equal(t, franceconnect.Eidas1, callbacks[0].Level)
	require.NoError(t, callbacks[0].Err)
	require.ErrorIs(t, callbacks[1].Err, franceconnect.ErrDenied)
}

// FuzzCallback: any query and any cookie give a typed error, no panic and no
// session.
func FuzzCallback(f *testing.F) {
	c := good()
	c.RedirectURL = "http://localhost:8080/callback"
	c.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		f.Error("a callback without a login reached FranceConnect")
		return nil, errors.New("unreachable")
	})}
	fc, err := franceconnect.New(c)
	require.NoError(f, err)
	w := httptest.NewRecorder()
	require.NoError(f, fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	k := w.Result().Cookies()[0]
	f.Add("code=a&state=b&iss=c", k.Name+"="+k.Value)
	f.Add("error=access_denied&state="+strings.Repeat("0", 64), k.Name+"="+strings.Repeat("0", 300))
	f.Add("state="+k.Name[len(k.Name)-16:]+"&error=x", k.Name+"="+k.Value)
	f.Add("%zz", ";;==")
	f.Fuzz(func(t *testing.T, query, cookie string) {
		r := httptest.NewRequest(http.MethodGet, "/callback", nil)
		r.URL.RawQuery = query
		r.Header.Set("Cookie", cookie)
		s, err := fc.Callback(httptest.NewRecorder(), r)
		require.Nil(t, s)
		var e *franceconnect.Error
		require.ErrorAs(t, err, &e)
		require.NotEmpty(t, e.Reason)
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
		fc.LogoutCallback(httptest.NewRecorder(), r)
		require.NoError(t, fc.Login(httptest.NewRecorder(), r, franceconnect.LoginRequest{ReturnTo: query}))
	})
}
