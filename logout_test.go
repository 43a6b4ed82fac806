package franceconnect_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// On a shared computer nobody is left signed in at FranceConnect, and the
// browser comes back.
func TestLeaveEndsFranceConnectsSessionRightAfterTheCallback(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
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
