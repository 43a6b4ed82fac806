package franceconnect_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// The authorization request goes through the browser, unsigned: what its owner
// changes in it changes nothing that the portal believes.

// away begins a login of fc and returns the address that the browser is sent to,
// with the cookies that it has then.
func away(t *testing.T, fc *franceconnect.Client, ask franceconnect.LoginRequest) (*url.URL, []*http.Cookie) {
	w := httptest.NewRecorder()
	require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), ask))
	to, err := w.Result().Location()
	require.NoError(t, err)
	return to, w.Result().Cookies()
}

// edited changes parameters of an address; an empty value takes one out.
func edited(address *url.URL, changes map[string]string) string {
	q := address.Query()
	for name, value := range changes {
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
	}
	return address.Scheme + "://" + address.Host + address.Path + "?" + q.Encode()
}

// through goes through FranceConnect and returns the address that it sends the
// browser back to.
func through(t *testing.T, address string) string {
	web := &http.Client{Jar: newBrowser(t).Jar, Transport: portaltest.Web, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if q := r.URL.Query(); q.Has("code") || q.Has("error") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return newBrowser(t).location(web.Get(address))
}

// comeBack opens a callback with cookies.
func comeBack(fc *franceconnect.Client, address string, cookies []*http.Cookie) (*franceconnect.Session, error) {
	u, _ := url.Parse(address)
	r := httptest.NewRequest(http.MethodGet, u.RequestURI(), nil)
	for _, k := range cookies {
		r.AddCookie(k)
	}
	return fc.Callback(httptest.NewRecorder(), r)
}

func reason(t *testing.T, err error) string {
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	return e.Reason
}

// plusPortal is one at FranceConnect+, with a second callback registered.
func plusPortal(t *testing.T, level franceconnect.Level) *portal {
	key := newKey(t, "k", "ECDH-ES")
	return newPortalOn(t, mockidp.Plus, func(c *mockidp.Client) {
		c.RedirectURIs = append(c.RedirectURIs, c.RedirectURIs[0]+"3")
		c.EncryptionAlg = "ECDH-ES"
		c.AMR = true
	}, func(c *franceconnect.Config) {
		c.Level = level
		c.DecryptionKeys = []franceconnect.DecryptionKey{key}
	})
}

func TestASessionHasTheLevelThatItsClientWantsWhateverTheBrowserAsked(t *testing.T) {
	t.Parallel()
	p := plusPortal(t, franceconnect.Eidas3)
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
	p.idp.Next(mockidp.Scenario{ACR: "eidas2"})
	_, err := comeBack(p.fc, through(t, edited(at, map[string]string{"acr_values": "eidas2"})), cookies)
	require.ErrorIs(t, err, franceconnect.ErrLevelTooLow)
}

func TestALoginBegunBeforeItsClientRaisedTheLevelIsHeldAgainstTheNewOne(t *testing.T) {
	t.Parallel()
	p := plusPortal(t, franceconnect.Eidas2)
	raised := p.config
	raised.Level = franceconnect.Eidas3
	fc, err := franceconnect.New(raised) // another process, or the same one after a reload
	require.NoError(t, err)
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
	p.idp.Next(mockidp.Scenario{ACR: "eidas2"})
	_, err = comeBack(fc, through(t, at.String()), cookies)
	require.ErrorIs(t, err, franceconnect.ErrLevelTooLow)
}

func TestALoginIsOpenedAtTheCallbackThatItWasBegunFor(t *testing.T) {
	t.Parallel()
	p := plusPortal(t, franceconnect.Eidas2)
	other := p.config
	other.RedirectURL += "3"
	fc, err := franceconnect.New(other)
	require.NoError(t, err)
	pooled, err := p.pool.New(other)
	require.NoError(t, err)
	for _, second := range []*franceconnect.Client{fc, pooled} {
		at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
		back := through(t, edited(at, map[string]string{"redirect_uri": other.RedirectURL}))
		require.Contains(t, back, other.RedirectURL+"?")
		_, err = comeBack(second, back, cookies)
		require.Equal(t, "state.unknown", reason(t, err))

		// Nor if the browser's owner gives the cookie the other's name.
		_, theirs := away(t, second, franceconnect.LoginRequest{})
		forged := *cookies[0]
		forged.Name = theirs[0].Name[:len(theirs[0].Name)-16] + at.Query().Get("state")[:16]
		_, err = comeBack(second, back, []*http.Cookie{&forged})
		require.Equal(t, "state.over", reason(t, err))
	}
	require.Zero(t, p.asked("/token"))
}

func TestTwoClientsOfOneIdentifierKeepTheirLoginsInPlacesOfTheirOwn(t *testing.T) {
	t.Parallel()
	c := good()
	one := clientOf(t, c)
	c.RedirectURL = "https://autre.example.fr/callback"
	two := clientOf(t, c)
	require.Equal(t, one.StoreKey("state"), one.StoreKey("state"))
	require.NotEqual(t, one.StoreKey("state"), two.StoreKey("state"))
}

func TestALoginIsOpenedByTheClientAndAtTheFranceConnectThatItWasBegunWith(t *testing.T) {
	t.Parallel()
	one, err := franceconnect.New(good())
	require.NoError(t, err)
	for name, change := range map[string]func(*franceconnect.Config){
		"issuer":       func(c *franceconnect.Config) { c.Environment = franceconnect.Integration },
		"client id":    func(c *franceconnect.Config) { c.ClientID = "another" },
		"redirect URL": func(c *franceconnect.Config) { c.RedirectURL += "/2" },
	} {
		c := good()
		change(&c)
		two, err := franceconnect.New(c)
		require.NoError(t, err)
		require.NotEqual(t, one.StoreKey("state"), two.StoreKey("state"), name)
		at, cookies := away(t, one, franceconnect.LoginRequest{})
		_, err = comeBack(two, c.RedirectURL+"?code=c&state="+at.Query().Get("state"), cookies)
		require.Equal(t, "state.unknown", reason(t, err), name)
	}
}

func TestClientsOfOneRegistrationShareThePageAfterALogout(t *testing.T) {
	t.Parallel()
	c := good()
	c.PostLogoutRedirectURL = "https://portail.example.fr/adieu"
	one := clientOf(t, c)
	c.RedirectURL += "2"
	two := clientOf(t, c)
	c.PostLogoutRedirectURL += "2"
	three := clientOf(t, c)
	w := httptest.NewRecorder()
	require.NoError(t, one.Logout(w, httptest.NewRequest(http.MethodPost, "/", nil), "a.b.c"))
	to, err := w.Result().Location()
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/adieu?state="+to.Query().Get("state"), nil)
	r.AddCookie(w.Result().Cookies()[0])
	require.False(t, three.LogoutCallback(httptest.NewRecorder(), r))
	require.True(t, two.LogoutCallback(httptest.NewRecorder(), r))
}

func TestALoginThatAskedForAMRIsNotBelievedWithoutIt(t *testing.T) {
	t.Parallel()
	key := newKey(t, "k", "ECDH-ES")
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		p := newPortalOn(t, platform, func(c *mockidp.Client) { c.AMR = true }, func(c *franceconnect.Config) {
			c.RequestAMR = true
			if platform == mockidp.Plus {
				c.DecryptionKeys = []franceconnect.DecryptionKey{key}
			}
		})
		at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
		s, err := comeBack(p.fc, through(t, at.String()), cookies)
		require.NoError(t, err, platform)
		require.NotEmpty(t, s.AMR, platform)

		at, cookies = away(t, p.fc, franceconnect.LoginRequest{})
		_, err = comeBack(p.fc, through(t, edited(at, map[string]string{"claims": ""})), cookies)
		require.Equal(t, "id_token.amr", reason(t, err), platform)
	}
}

func TestScopesTakenOutOfTheAddressAreMissedOrSaid(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil) // asks for identite_pivot, preferred_username and email
	for scope, want := range map[string]string{
		"openid":                          "userinfo.scope",
		"openid preferred_username email": "userinfo.scope",
		"openid family_name given_name birthdate email":               "userinfo.scope",
		"openid identite_pivot email":                                 "",
		"openid birthcountry family_name given_name gender birthdate": "",
	} {
		at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
		s, err := comeBack(p.fc, through(t, edited(at, map[string]string{"scope": scope})), cookies)
		if want != "" {
			require.ErrorIs(t, err, franceconnect.ErrVerification)
			require.Equal(t, want, reason(t, err), scope)
			require.NotContains(t, err.Error(), "openid")
			continue
		}
		require.NoError(t, err, scope)
		require.NotContains(t, s.Scopes, "preferred_username")
	}
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{Scopes: []string{"cnaf_enfants"}})
	s, err := comeBack(p.fc, through(t, edited(at, map[string]string{"scope": "openid identite_pivot email birth"})), cookies)
	require.NoError(t, err)
	require.Equal(t, []string{"identite_pivot", "email"}, s.Scopes)
}

func TestALoginThatAskedForScopesKnowsThemAfterASettingHasChanged(t *testing.T) {
	t.Parallel()
	p := newPortal(t, func(c *franceconnect.Config) { c.Scopes = []string{"email"} })
	more := p.config
	more.Scopes, more.RequestAMR = []string{"identite_pivot"}, true
	fc, err := franceconnect.New(more)
	require.NoError(t, err)
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
	s, err := comeBack(fc, through(t, at.String()), cookies)
	require.NoError(t, err, "nobody loses a login for a setting that changed meanwhile")
	require.Equal(t, []string{"email"}, s.Scopes)
}

func TestScopesThatFitNoCookieAreRefused(t *testing.T) {
	t.Parallel()
	c := good()
	for i := range 100 {
		c.Scopes = append(c.Scopes, fmt.Sprintf("data_scope_%d", i))
	}
	_, err := franceconnect.New(c)
	require.ErrorContains(t, err, "Scopes has more than 1024 characters")
}

func TestALoginIsUsedOnceOnAMachineWithoutAStore(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{ReturnTo: "/compte"})
	_, err := comeBack(p.fc, through(t, at.String()), cookies)
	require.NoError(t, err)

	// FranceConnect takes the same state and nonce as often as they come, and the
	// cookie was kept by hand.
	again := through(t, at.String())
	for range 20 {
		_, err = comeBack(p.fc, again, cookies)
		require.Equal(t, "state.used", reason(t, err))
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
		var e *franceconnect.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "/compte", e.ReturnTo, "to start again from there")
	}
	require.Equal(t, 1, p.asked("/token"))

	at, cookies = away(t, p.fc, franceconnect.LoginRequest{})
	made := p.URL + "/callback?" + url.Values{"state": {at.Query().Get("state")}, "iss": {p.idp.Issuer()}, "code": {"made-up"}}.Encode()
	for range 200 {
		_, err = comeBack(p.fc, made, cookies)
		require.Error(t, err)
	}
	require.Equal(t, 2, p.asked("/token"), "of 200 callbacks with a made-up code one reaches FranceConnect")
}

func TestClientsOfOnePoolRememberTogetherWhatWasUsed(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
	back := through(t, at.String())
	_, err := comeBack(p.fc, back, cookies)
	require.NoError(t, err)
	reloaded, err := p.pool.New(p.config)
	require.NoError(t, err)
	_, err = comeBack(reloaded, back, cookies)
	require.Equal(t, "state.used", reason(t, err))
}

func TestAMachineThatForgetsUsedLoginsSaysSoOnce(t *testing.T) {
	t.Parallel()
	var told []franceconnect.Event
	var log bytes.Buffer
	c := good()
	c.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusServiceUnavailable, Body: http.NoBody}, nil
	})}
	c.Observe = func(ctx context.Context, e franceconnect.Event) {
		if e.Operation == "used" {
			told = append(told, e)
			franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))(ctx, e)
		}
	}
	fc, err := franceconnect.New(c)
	require.NoError(t, err)
	fc.RememberAtMost(4)
	for range 20 {
		at, cookies := away(t, fc, franceconnect.LoginRequest{})
		q := url.Values{"state": {at.Query().Get("state")}, "iss": {"https://fcp-low.sbx.dev-franceconnect.fr/api/v2"}, "code": {"made-up"}}
		_, err := comeBack(fc, "/callback?"+q.Encode(), cookies)
		require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	}
	require.Len(t, told, 1)
	require.Equal(t, "used.full", reason(t, told[0].Err))
	require.Contains(t, log.String(), "level=WARN")
	french, english := franceconnect.OperatorAdvice(told[0].Err)
	require.Contains(t, french, "Store")
	require.Contains(t, english, "Store")
}

func TestACodeOfAnotherFormIsNotSent(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	for _, code := range []string{"<script>", "1' OR '1", "a b", "%41", "é", "a\x00b", "a\nb", "\x7f", string(bytes.Repeat([]byte("a"), 1025))} {
		at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
		q := url.Values{"state": {at.Query().Get("state")}, "iss": {p.idp.Issuer()}, "code": {code}}
		_, err := comeBack(p.fc, "/callback?"+q.Encode(), cookies)
		require.Equal(t, "callback.code", reason(t, err), "%q", code)
	}
	require.Zero(t, p.asked("/token"))
	at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
	q := url.Values{"state": {at.Query().Get("state")}, "iss": {p.idp.Issuer()}, "code": {string(bytes.Repeat([]byte("~"), 1024))}}
	_, err := comeBack(p.fc, "/callback?"+q.Encode(), cookies)
	require.Equal(t, "token.over", reason(t, err))
	require.Equal(t, 1, p.asked("/token"))
}

func TestAnEditedStateOrNonceSignsNobodyIn(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	other := "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, want := range map[string]string{"state": "state.unknown", "nonce": "id_token.nonce"} {
		at, cookies := away(t, p.fc, franceconnect.LoginRequest{})
		_, err := comeBack(p.fc, through(t, edited(at, map[string]string{name: other})), cookies)
		require.Equal(t, want, reason(t, err))
	}
	p.clock.Advance(time.Minute)
}

func TestAPrefetchBeginsNoLogin(t *testing.T) {
	t.Parallel()
	fc, err := franceconnect.New(good())
	require.NoError(t, err)
	for name, values := range map[string][]string{"Sec-Purpose": {"prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip"}, "Purpose": {"prefetch"}, "X-Sec-Purpose": {"prefetch"}} {
		for _, value := range values {
			r := httptest.NewRequest(http.MethodGet, "/login", nil)
			r.Header.Set(name, value)
			w := httptest.NewRecorder()
			require.NoError(t, fc.Login(w, r, franceconnect.LoginRequest{}))
			require.Equal(t, http.StatusServiceUnavailable, w.Code, "a browser keeps no answer that is not successful")
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			require.Empty(t, w.Header().Values("Set-Cookie"))
			require.Empty(t, w.Header().Get("Location"))
		}
	}
}
