package franceconnect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// On a shared computer nobody is left signed in at FranceConnect, and the
// browser comes back.
func TestLeaveEndsFranceConnectsSessionRightAfterTheCallback(t *testing.T) {
	t.Parallel()
	var begun atomic.Int32
	p, b := newPortal(t, func(c *franceconnect.Config) {
		c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
			if operation == "logout" {
				begun.Add(1)
			}
			return ctx, nil
		}
	}), newBrowser(t)
	p.shared = true
	back := b.leave(p, "/")
	res, err := b.Get(back)
	require.NoError(t, err)
	returned := b.end(res)
	require.True(t, strings.HasPrefix(returned, p.URL+"/loggedout?state="), returned)
	require.True(t, b.open(returned).LoggedOut)
	require.NotZero(t, p.asked("/session/end"))
	require.Len(t, p.told("logout"), 1)
	require.NoError(t, p.told("logout")[0].Err)
	require.Zero(t, p.told("logout")[0].Level)
	require.EqualValues(t, 1, begun.Load())
	require.Equal(t, "callback.query", b.open(back+"&state=again").Reason)
}

// Another tab may sign in while this one is at FranceConnect to sign out.
func TestALoginBetweenALogoutAndItsReturnLeavesTheReturnKnown(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	b.open(b.leave(p, "/"))
	back := b.logout(p)
	b.leave(p, "/")
	require.True(t, b.open(back).LoggedOut)
}

// One address may be registered for both returns.
func TestALoginLeavesTheLogoutKnownWhereBothComeBackToOneAddress(t *testing.T) {
	t.Parallel()
	config := good()
	config.PostLogoutRedirectURL = config.RedirectURL
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	out := httptest.NewRecorder()
	require.NoError(t, fc.Logout(out, httptest.NewRequest(http.MethodPost, "/", nil), "hint"))
	again := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, k := range out.Result().Cookies() {
		again.AddCookie(k)
	}
	in := httptest.NewRecorder()
	require.NoError(t, fc.Login(in, again, franceconnect.LoginRequest{}))
	require.Len(t, in.Result().Cookies(), 1, "its own, and none that it deletes")
}

func TestALogoutHasAStateOf64CharactersAndACookieForTenMinutes(t *testing.T) {
	t.Parallel()
	c := good()
	c.PostLogoutRedirectURL = "https://portail.example.fr/"
	fc := clientOf(t, c)
	w := httptest.NewRecorder()
	require.NoError(t, fc.Logout(w, httptest.NewRequest(http.MethodPost, "/", nil), "hint"))
	require.Len(t, w.Result().Cookies(), 1)
	require.Equal(t, 600, w.Result().Cookies()[0].MaxAge)
	to, err := w.Result().Location()
	require.NoError(t, err)
	require.Regexp(t, `^[0-9a-f]{64}$`, to.Query().Get("state"))
}

// There is no return to recognise then.
func TestALogoutThatDoesNotComeBackLeavesNoCookie(t *testing.T) {
	t.Parallel()
	c := good()
	c.PostLogoutRedirectURL = ""
	fc := clientOf(t, c)
	for hint, to := range map[franceconnect.IDTokenHint]string{"": "/", "h": "https://fcp-low.sbx.dev-franceconnect.fr/api/v2/session/end?id_token_hint=h"} {
		w := httptest.NewRecorder()
		require.NoError(t, fc.Logout(w, httptest.NewRequest(http.MethodPost, "/", nil), hint))
		require.Equal(t, to, w.Header().Get("Location"))
		require.Empty(t, w.Header().Values("Set-Cookie"))
	}
}

func TestALogoutByAnythingButAPostIsStale(t *testing.T) {
	t.Parallel()
	fc, err := franceconnect.New(good())
	require.NoError(t, err)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut} {
		w := httptest.NewRecorder()
		err := fc.Logout(w, httptest.NewRequest(method, "/", nil), "hint")
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
		require.Empty(t, w.Header(), "nothing was written")
	}
}

func TestThePageAfterALogoutIsNotStoredAndWorksWhereFranceConnectIsOff(t *testing.T) {
	t.Parallel()
	off, err := franceconnect.New(franceconnect.Config{Disabled: true})
	require.NoError(t, err)
	on, err := franceconnect.New(good())
	require.NoError(t, err)
	for _, fc := range []*franceconnect.Client{on, off} {
		r, w := httptest.NewRequest(http.MethodGet, "/?state=s", nil), httptest.NewRecorder()
		r.AddCookie(&http.Cookie{Name: "__Host-fc--logout", Value: "left from before"})
		require.False(t, fc.LogoutCallback(w, r))
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	}
}

// Under no-referrer, browsers send the forms of the page with "Origin: null".
func TestTheAddressOfACallbackStaysAtHomeAndItsPageKeepsItsOrigin(t *testing.T) {
	t.Parallel()
	fc, err := franceconnect.New(good())
	require.NoError(t, err)
	for set, want := range map[string]string{
		"": "strict-origin", "unsafe-url": "strict-origin", "no-referrer-when-downgrade": "strict-origin", "nonsense": "strict-origin",
		"same-origin, unsafe-url": "strict-origin",
		"no-referrer":             "no-referrer", "same-origin": "same-origin", "Strict-Origin": "Strict-Origin", "unsafe-url, origin": "unsafe-url, origin",
		"strict-origin-when-cross-origin": "strict-origin-when-cross-origin", "origin-when-cross-origin": "origin-when-cross-origin",
	} {
		for _, show := range []func(http.ResponseWriter, *http.Request){
			func(w http.ResponseWriter, r *http.Request) { _, _ = fc.Callback(w, r) },
			func(w http.ResponseWriter, r *http.Request) { fc.LogoutCallback(w, r) },
		} {
			w := httptest.NewRecorder()
			if set != "" {
				w.Header().Set("Referrer-Policy", set)
			}
			show(w, httptest.NewRequest(http.MethodGet, "/?state=s", nil))
			require.Equal(t, want, w.Header().Get("Referrer-Policy"), set)
		}
	}
}

func TestAHintIsPrintedAndLoggedAsTheWord(t *testing.T) {
	t.Parallel()
	hint := franceconnect.IDTokenHint("of.a.person")
	require.Equal(t, "hint hint hint", fmt.Sprintf("%v %s %q", hint, hint, hint))
	require.Equal(t, "hint", hint.LogValue().String())
}

// Their names differ already; the keys do as well, in case two ever meet.
func TestTheCookiesOfALoginAndOfALogoutHaveKeysOfTheirOwn(t *testing.T) {
	t.Parallel()
	fc, err := franceconnect.New(good())
	require.NoError(t, err)
	require.False(t, fc.Crossed())
}

// What a store or a form made of a Session signs nobody out.
func TestLeaveWantsTheSessionOfThisCallback(t *testing.T) {
	t.Parallel()
	config := good()
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	text, err := json.Marshal(franceconnect.Session{Subject: "s", IDTokenHint: "hint"})
	require.NoError(t, err)
	var stored franceconnect.Session
	require.NoError(t, json.Unmarshal(text, &stored))
	w := httptest.NewRecorder()
	err = fc.EndProviderSession(w, httptest.NewRequest(http.MethodGet, "/", nil), &stored)
	require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
	require.ErrorContains(t, err, "logout.session")
	require.Empty(t, w.Header())

	config.Disabled = true
	fc, err = franceconnect.New(config)
	require.NoError(t, err)
	require.ErrorIs(t, fc.EndProviderSession(w, httptest.NewRequest(http.MethodGet, "/", nil), &stored), franceconnect.ErrDisabled)
}
